#!/usr/bin/env node
// What `masthead` shows to whom on the real cluster, whom it lets in, and what it says to a person who got it wrong.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flux, kubectl, kubectlCreate, run, sleep } from '../e2e/program.mjs';
import { open, runTests, says, serve, state, status, test } from './console.mjs';

const ks = flux.kustomizations;

test('an account of two namespaces sees those, and is told what it does not see', async () => {
  kubectlCreate('clusterrole', 'console-test', '--verb=get,list,watch', '--resource=kustomizations.kustomize.toolkit.fluxcd.io,pods,deployments.apps,events');
  for (const ns of ['team-a', 'shop']) kubectlCreate('-n', ns, 'rolebinding', 'console-test', '--clusterrole=console-test', '--user=team-b');
  await sleep(1000);
  const own = status(process.env.KUBECONFIG_TEAM_B, '--namespace', 'team-a,shop,payments');
  const listed = ['team-a', 'shop'].flatMap((ns) => kubectl('-n', ns, 'get', 'kustomizations.kustomize.toolkit.fluxcd.io', '-o', 'name').trim().split('\n'));
  assert.equal(Object.values(own.counts.Kustomization).reduce((sum, n) => sum + n, 0), listed.length);
  assert.equal(own.counts.HelmRelease, undefined, 'a kind that may not be listed has no count');
  for (const { namespace } of own.causes) assert.ok(['team-a', 'shop'].includes(namespace), namespace);
  const server = await serve(process.env.KUBECONFIG_TEAM_B, '--namespace', 'team-a,shop,payments');
  const page = await open(server.url);
  await page.goto(new URL(`list/${ks}`, server.url).href);
  await says(page, 'team-a', 20);
  const text = await page.innerText('body');
  assert.ok(!text.includes('ledger') && !text.includes('flux-system/platform'), 'nothing of other namespaces');
  await page.goto(new URL('list/helmreleases.helm.toolkit.fluxcd.io', server.url).href);
  await says(page, 'list helmreleases.helm.toolkit.fluxcd.io', 20);
  const hits = await page.evaluate(async () => (await (await fetch(new URL('api/search?q=ledger', document.baseURI))).json()).hits);
  assert.deepEqual(hits, [], 'search knows no more than the lists');

  // Rights that go while the page is open take their rows along; rights that come bring them.
  await page.goto(new URL(`list/${ks}`, server.url).href);
  await says(page, 'team-a', 20);
  const namespaces = (wanted) => page.waitForFunction((expected) => {
    const shown = new Set([...document.querySelectorAll('[role="row"][data-key]')].map((row) => row.dataset.key.split('/')[0]));
    return [...shown].sort().join() === expected;
  }, wanted, { timeout: 40_000 });
  await namespaces('shop,team-a');
  kubectl('-n', 'shop', 'delete', 'rolebinding', 'console-test');
  await namespaces('team-a');
  assert.ok(!(await page.innerText('#page')).includes('shop/'), 'nothing is left of what may not be listed any more');
  kubectlCreate('-n', 'shop', 'rolebinding', 'console-test', '--clusterrole=console-test', '--user=team-b');
  await namespaces('shop,team-a');
  await page.context().close();
  await server.stop();
});

test('an account that may list nothing is not told that all is well', async () => {
  assert.equal(status(process.env.KUBECONFIG_NOBODY).code, 2);
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

test('texts for what a person gets wrong', async ({ url }) => {
  const fails = (args, env, ...wanted) => {
    try {
      run(process.env.MASTHEAD_PROGRAM, args, env);
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
  fails(['shw'], {}, 'no command', 'shw', 'doctor');
  fails([], {}, 'Which command', 'doctor');
  fails(['demo', '--port', '99999'], {}, '--port', '65535');
  fails(['demo', '--seed', 'x'], {}, '--seed', 'x');
  fails(['serve', '--no-browser', '--listen', '0.0.0.0:0'], {}, 'loopback');
  const port = new URL(url).port;
  fails(['serve', '--no-browser', '--listen', `127.0.0.1:${port}`], {}, port);
});

test('it stops within a second with live watches and an open page', async () => {
  const server = await serve();
  const page = await open(server.url);
  await says(page, 'Kustomizations', 20);
  assert.ok((await server.stop()) < 1500);
  await page.context().close();
});

await runTests();
