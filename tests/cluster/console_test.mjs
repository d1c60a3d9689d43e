#!/usr/bin/env node
// `masthead serve` and `masthead status` on the real cluster, as a person meets them: break something by a commit, see
// what, since when and which commit; mend it; see it recover without a reload. A line `ok NAME` or `not ok NAME` each.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('playwright-core');

const program = process.env.MASTHEAD_PROGRAM;
const state = mkdtempSync(join(tmpdir(), 'masthead-console-'));
const ks = 'list/kustomizations.kustomize.toolkit.fluxcd.io';
const tests = [];
const test = (name, run) => tests.push({ name, run });

const run = (file, args, env = {}) => execFileSync(file, args, { encoding: 'utf8', env: { ...process.env, ...env } });
const cluster = (...args) => run(join(root, 'scripts/cluster'), args);
const kubectl = (...args) => run(process.env.MASTHEAD_KUBECTL, args);
const kubectlMayExist = (...args) => {
  try {
    kubectl(...args);
  } catch (error) {
    if (!/AlreadyExists|already exists/.test(String(error.stderr))) throw error;
  }
};
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function push(path, text, message) {
  const file = join(state, 'pushed');
  writeFileSync(file, text);
  return cluster('push', '-m', message, `${file}:${path}`);
}

async function eventually(what, check, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      if (await check()) return;
    } catch (error) {
      last = error;
    }
    assert.ok(Date.now() < end, `not within ${seconds} s: ${what} ${last ?? ''}`);
    await sleep(200);
  }
}

// The terminal's answer: its exit code and JSON.
function status(kubeconfig = process.env.KUBECONFIG, ...more) {
  try {
    const out = run(program, ['status', '-o', 'json', '--kubeconfig', kubeconfig, '--state-dir', join(state, 'status'), ...more]);
    return { code: 0, ...JSON.parse(out) };
  } catch (error) {
    const out = String(error.stdout ?? '');
    return { code: error.status, ...(out.startsWith('{') ? JSON.parse(out) : {}) };
  }
}

async function serve(kubeconfig = process.env.KUBECONFIG, ...more) {
  const child = spawn(program, ['serve', '--no-browser', '--listen', '127.0.0.1:0', '--kubeconfig', kubeconfig,
    '--state-dir', mkdtempSync(join(state, 'serve-')), ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
      const found = /http:\S+/.exec(text);
      if (found) done(found[0]);
    });
    child.on('exit', (code) => fail(new Error(`serve ended with ${code}`)));
  });
  return { child, url, stop: () => new Promise((done) => { const began = Date.now(); child.on('exit', () => done(Date.now() - began)); child.kill('SIGTERM'); }) };
}

let browser;
async function open(url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
const says = (page, words, seconds) => eventually(`the page says “${words}”`, async () => (await page.innerText('body')).includes(words), seconds);
const rowText = (page, key) => page.locator(`[role="row"][data-key="${key}"]`).innerText();

test('a commit that breaks a Kustomization is seen, dated and named, and its mending too, without a reload', async ({ page, url }) => {
  await page.goto(new URL(`${ks}?q=ns%3Ateam-a`, url).href);
  await eventually('site is Ready', async () => (await rowText(page, 'team-a/site')).includes('Ready'));
  await page.evaluate(() => { window.neverReloaded = true; });
  const began = Date.now();
  push('team-a/site/kustomization.yaml', 'resources: [never-committed.yaml]\n', 'Break the site on purpose');
  await eventually('site is Failed', async () => (await rowText(page, 'team-a/site')).includes('Failed'), 120);
  const cause = () => status().causes.find(({ kind, namespace, name }) => kind === 'Kustomization' && namespace === 'team-a' && name === 'site');
  const found = cause();
  assert.equal(found.status, 'Failed');
  assert.match(found.message, /never-committed/);
  const since = Date.parse(found.since);
  assert.ok(since >= began - 2000 && since <= Date.now() + 2000, `since ${found.since}`);
  const home = await open(url);
  await says(home, 'Break the site on purpose', 30);
  await home.context().close();
  // Real controllers flip at each retry: the row must not.
  const seen = new Set();
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(250)) seen.add((await rowText(page, 'team-a/site')).includes('Failed'));
  assert.deepEqual([...seen], [true], 'it stays Failed through the retries');
  cluster('push', '-m', 'Mend the site', '--delete', 'team-a/site/kustomization.yaml');
  await eventually('site is Ready again', async () => (await rowText(page, 'team-a/site')).includes('Ready'), 120);
  assert.equal(await page.evaluate(() => window.neverReloaded), true);
  assert.equal(cause(), undefined);
});

test('a chain of four has one cause and three who wait', async () => {
  const { causes, code, counts } = status();
  assert.equal(code, 1);
  const base = causes.find(({ namespace, name, kind }) => kind === 'Kustomization' && namespace === 'payments' && name === 'base');
  assert.equal(base.waiting, 3);
  assert.deepEqual(base.waitingObjects.map(({ name }) => name).sort(), ['api', 'ledger', 'web']);
  assert.ok(counts.Kustomization.Blocked >= 3);
});

test('counts in the terminal are what kubectl lists', async () => {
  const differences = () => {
    const { counts } = status();
    return [['Kustomization', 'kustomizations.kustomize.toolkit.fluxcd.io'], ['GitRepository', 'gitrepositories.source.toolkit.fluxcd.io'],
      ['HelmRelease', 'helmreleases.helm.toolkit.fluxcd.io'], ['Deployment', 'deployments.apps'], ['Pod', 'pods'], ['Node', 'nodes']].flatMap(([kind, resource]) => {
      const listed = kubectl('get', resource, '-A', '-o', 'name').split('\n').filter(Boolean).length;
      const shown = Object.values(counts[kind] ?? {}).reduce((sum, n) => sum + n, 0);
      return shown === listed ? [] : [`${kind}: ${shown} shown, ${listed} listed`];
    });
  };
  // The controllers go on making pods: the two must agree in a quiet moment, never by half a list.
  await eventually('the counts agree', () => {
    const wrong = differences();
    if (wrong.length > 0) throw new Error(wrong.join('; '));
    return true;
  }, 30);
});

test('suspending with kubectl is seen at once', async ({ page, url }) => {
  await page.goto(new URL(`${ks}?q=ns%3Ateam-a`, url).href);
  kubectl('-n', 'team-a', 'patch', 'kustomization', 'site', '--type=merge', '-p', '{"spec":{"suspend":true}}');
  await eventually('site is Suspended', async () => (await rowText(page, 'team-a/site')).includes('Suspended'), 20);
  kubectl('-n', 'team-a', 'patch', 'kustomization', 'site', '--type=merge', '-p', '{"spec":{"suspend":false}}');
  await eventually('site is not', async () => !(await rowText(page, 'team-a/site')).includes('Suspended'), 60);
});

test('a definition that appears later appears without a restart', async ({ page, url }) => {
  const crd = 'buckets.source.toolkit.fluxcd.io';
  const kept = join(state, 'crd.json');
  const made = JSON.parse(kubectl('get', 'crd', crd, '-o', 'json'));
  delete made.metadata.resourceVersion; delete made.metadata.uid; delete made.status;
  writeFileSync(kept, JSON.stringify(made));
  await page.goto(url);
  await says(page, 'Buckets', 20);
  kubectl('delete', 'crd', crd, '--wait=true');
  await eventually('Buckets leave the menu', async () => !(await page.innerText('nav')).includes('Buckets'), 60);
  kubectl('create', '-f', kept);
  await eventually('Buckets are back', async () => (await page.innerText('nav')).includes('Buckets'), 60);
});

test('an account of two namespaces sees those, and is told what it does not see', async () => {
  kubectlMayExist('create', 'clusterrole', 'console-test', '--verb=get,list,watch', '--resource=kustomizations.kustomize.toolkit.fluxcd.io,pods,deployments.apps,events');
  for (const ns of ['team-a', 'shop']) kubectlMayExist('-n', ns, 'create', 'rolebinding', 'console-test', '--clusterrole=console-test', '--user=team-b');
  await sleep(1000);
  const own = status(process.env.KUBECONFIG_TEAM_B, '--namespace', 'team-a,shop,payments');
  const listed = ['team-a', 'shop'].flatMap((ns) => kubectl('-n', ns, 'get', 'kustomizations.kustomize.toolkit.fluxcd.io', '-o', 'name').trim().split('\n'));
  assert.equal(Object.values(own.counts.Kustomization).reduce((sum, n) => sum + n, 0), listed.length);
  assert.equal(own.counts.HelmRelease, undefined, 'a kind that may not be listed has no count');
  for (const { namespace } of own.causes) assert.ok(['team-a', 'shop'].includes(namespace), namespace);
  const server = await serve(process.env.KUBECONFIG_TEAM_B, '--namespace', 'team-a,shop,payments');
  const page = await open(server.url);
  await page.goto(new URL(ks, server.url).href);
  await says(page, 'team-a', 20);
  const text = await page.innerText('body');
  assert.ok(!text.includes('ledger') && !text.includes('flux-system/platform'), 'nothing of other namespaces');
  await page.goto(new URL('list/helmreleases.helm.toolkit.fluxcd.io', server.url).href);
  await says(page, 'list helmreleases.helm.toolkit.fluxcd.io', 20);
  const hits = await page.evaluate(async () => (await (await fetch(new URL('api/search?q=ledger', document.baseURI))).json()).hits);
  assert.deepEqual(hits, [], 'search knows no more than the lists');
  await page.context().close();
  await server.stop();
});

test('an account that may list nothing is not told that all is well', async () => {
  assert.equal(status(process.env.KUBECONFIG_NOBODY).code, 2);
});

test('an API server that is killed is shown as stale, and all is live again after its return', async ({ page, url }) => {
  await page.goto(new URL(`${ks}?q=ns%3Ateam-a`, url).href);
  await eventually('the list is there', async () => (await rowText(page, 'team-a/site')).length > 0);
  const rows = () => page.locator('[role="row"][data-key]').evaluateAll((all) => all.map((row) => row.dataset.key).sort().join(' '));
  const before = await rows();
  cluster('kill', 'apiserver');
  await eventually('the page says that it is stale', async () => /unreachable|stale/i.test(await page.innerText('body')), 30);
  assert.equal(await rows(), before, 'the last known rows stay');
  cluster('start', 'apiserver');
  await eventually('the page is live again', async () => !/unreachable|stale/i.test(await page.innerText('body')), 60);
  await eventually('nothing is lost, nothing doubled', async () => (await rows()) === before, 15);
});

test('wrong hosts, origins and cookies are refused, and so is a wrong secret', async ({ url }) => {
  const base = new URL('/', url);
  const code = (path, ...headers) => run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', ...headers.flatMap((one) => ['-H', one]), new URL(path, base).href]).trim();
  assert.equal(code('api/meta'), '401');
  assert.equal(code('login?secret=wrong'), '401');
  assert.equal(code('api/meta', 'Host: evil.example'), '421');
  assert.equal(code('', 'Origin: http://evil.example'), '403');
  const secret = new URL(url).searchParams.get('secret');
  const cookie = `Cookie: masthead-${base.port}=${secret}`;
  assert.equal(code('api/meta', cookie), '200');
  assert.equal(code('api/live', cookie, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Protocol: masthead.v1', 'Origin: http://evil.example'), '403');
});

test('texts for what a person gets wrong', async () => {
  const fails = (args, env, ...wanted) => {
    try {
      run(program, args, env);
    } catch (error) {
      assert.equal(error.status, 2, String(error.stderr));
      for (const words of wanted) assert.ok(String(error.stderr).includes(words), `${words} in: ${error.stderr}`);
      return;
    }
    assert.fail(`${args.join(' ')} went well`);
  };
  const broken = join(state, 'broken.yaml');
  writeFileSync(broken, 'apiVersion: v1\nkind: Config\nclusters: [\n');
  fails(['status', '--kubeconfig', '/nonexistent'], {}, '/nonexistent');
  fails(['status', '--kubeconfig', broken], {}, 'broken.yaml');
  fails(['status', '--context', 'nowhere'], {}, 'nowhere');
  fails(['serve', '--no-such-flag'], {}, 'no-such-flag');
  fails(['serve', '--no-browser', '--listen', '0.0.0.0:0'], {}, 'loopback');
  const port = new URL(shared.url).port;
  fails(['serve', '--no-browser', '--listen', `127.0.0.1:${port}`], {}, port);
});

test('it stops within a second with live watches and an open page', async () => {
  const server = await serve();
  const page = await open(server.url);
  await says(page, 'Kustomizations', 20);
  assert.ok((await server.stop()) < 1500);
  await page.context().close();
});

let shared;
let failed = 0;
try {
  cluster('settle', '--timeout', '180');
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  shared = await serve();
  for (const { name, run: body } of tests) {
    const page = await open(shared.url);
    try {
      await body({ page, url: shared.url });
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`not ok ${name}`);
      console.log(String(error.stack ?? error).replace(/^/gm, '  '));
    }
    await page.context().close();
  }
} finally {
  await browser?.close();
  await shared?.stop();
  rmSync(state, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
