#!/usr/bin/env node
// `masthead serve` and `masthead status` on the real cluster, as a person meets them: break something by a commit, see
// what, since when and which commit; mend it; see it recover without a reload.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flux, kubectl, kubectlCreate, eventually, sleep } from '../e2e/program.mjs';
import { open, push, rowSays, rowText, runTests, says, state, status, test } from './console.mjs';

const ks = flux.kustomizations;
const cause = (kind, namespace, name) => status().causes.find((one) => one.kind === kind && one.namespace === namespace && one.name === name);
// The commit as the page writes it; its subject stands behind it where Kubernetes kept the event that tells it.
const named = (revision) => revision.replace(/@sha1:(.{7}).*/, ' @ $1');
const soon = (...args) => kubectl('annotate', '--overwrite', ...args, `reconcile.fluxcd.io/requestedAt=${Date.now()}`);
const fetchCommit = () => {
  soon('-n', 'flux-system', 'gitrepository', 'flux-system');
  soon('-n', 'flux-system', 'kustomization', 'flux-system');
};

test('a commit that breaks a Kustomization is seen, dated and named, and its mending too, without a reload', async ({ page, url }) => {
  await page.goto(new URL(`list/${ks}?q=ns%3Ateam-a`, url).href);
  await eventually('site is Ready', async () => (await rowText(page, 'team-a/site')).includes('Ready'));
  await page.evaluate(() => { window.neverReloaded = true; });
  const began = Date.now();
  const revision = push('team-a/site/kustomization.yaml', 'resources: [never-committed.yaml]\n', 'Break the site on purpose');
  await eventually('site is Failed', async () => (await rowText(page, 'team-a/site')).includes('Failed'), 120);
  const found = cause('Kustomization', 'team-a', 'site');
  assert.equal(found.status, 'Failed');
  assert.match(found.message, /never-committed/);
  const since = Date.parse(found.since);
  assert.ok(since >= began - 2000 && since <= Date.now() + 2000, `since ${found.since}`);
  const home = await open(url);
  await says(home, named(revision), 30);
  await home.context().close();
  // Real controllers flip at each retry: the row must not.
  const seen = new Set();
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(250)) seen.add((await rowText(page, 'team-a/site')).includes('Failed'));
  assert.deepEqual([...seen], [true], 'it stays Failed through the retries');
  push('team-a/site/kustomization.yaml', undefined, 'Mend the site');
  await eventually('site is Ready again', async () => (await rowText(page, 'team-a/site')).includes('Ready'), 120);
  assert.equal(await page.evaluate(() => window.neverReloaded), true);
  assert.equal(cause('Kustomization', 'team-a', 'site'), undefined);
});

test('a HelmRelease that a commit brings becomes Ready, fails by the next commit and is mended by a third', async ({ page, url }) => {
  const file = 'clusters/lab/trial.yaml';
  const release = (values) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: trial, namespace: shop}
spec:
  interval: 1m
  timeout: 30s
  chartRef: {kind: OCIRepository, name: webapp}
  install: {strategy: {name: RetryOnFailure, retryInterval: 10s}}
  upgrade: {strategy: {name: RetryOnFailure, retryInterval: 10s}}
  values: ${JSON.stringify(values)}
`;
  await page.goto(new URL(`list/${flux.helmReleases}?q=ns%3Ashop`, url).href);
  await rowSays(page, 'shop/webapp', 'Ready');
  await page.evaluate(() => { window.neverReloaded = true; });
  try {
    push(file, release({ replicas: 1 }), 'Bring the trial release');
    fetchCommit();
    await rowSays(page, 'shop/trial', 'Ready', 120);
    const began = Date.now();
    const revision = push(file, release({ replicas: 1, refuse: true }), 'Give the trial values its chart refuses');
    fetchCommit();
    await rowSays(page, 'shop/trial', 'Failed', 120);
    const found = cause('HelmRelease', 'shop', 'trial');
    assert.equal(found.status, 'Failed');
    assert.match(found.message, /refused/);
    const since = Date.parse(found.since);
    assert.ok(since >= began - 2000 && since <= Date.now() + 2000, `since ${found.since}`);
    const home = await open(url);
    await says(home, 'shop/trial', 30);
    await says(home, named(revision), 30);
    await home.context().close();
    push(file, release({ replicas: 1 }), 'Give the trial good values again');
    fetchCommit();
    await rowSays(page, 'shop/trial', 'Ready', 120);
    assert.equal(await page.evaluate(() => window.neverReloaded), true);
    assert.equal(cause('HelmRelease', 'shop', 'trial'), undefined);
  } finally {
    push(file, undefined, 'Take the trial release away');
    fetchCommit();
  }
  await eventually('the release leaves the list', async () => !(await page.innerText('#page')).includes('trial'), 120);
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
  await page.goto(new URL(`list/${ks}?q=ns%3Ateam-a`, url).href);
  kubectl('-n', 'team-a', 'patch', 'kustomization', 'site', '--type=merge', '-p', '{"spec":{"suspend":true}}');
  await eventually('site is Suspended', async () => (await rowText(page, 'team-a/site')).includes('Suspended'), 20);
  kubectl('-n', 'team-a', 'patch', 'kustomization', 'site', '--type=merge', '-p', '{"spec":{"suspend":false}}');
  await eventually('site is not', async () => !(await rowText(page, 'team-a/site')).includes('Suspended'), 60);
});

test('`masthead status --watch` answers again when something has changed, and is silent when nothing has', async () => {
  // What an account of one quiet namespace sees: in the fleet something is tried again at any moment.
  const quiet = (...args) => kubectl('-n', 'quiet', ...args);
  kubectlCreate('namespace', 'quiet');
  kubectlCreate('clusterrole', 'quiet', '--verb=get,list,watch', '--resource=helmrepositories.source.toolkit.fluxcd.io');
  kubectlCreate('-n', 'quiet', 'rolebinding', 'quiet', '--clusterrole=quiet', '--user=team-b');
  const file = join(state, 'address.yaml');
  writeFileSync(file, `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: address, namespace: quiet}
spec: {type: oci, url: "oci://registry.example/charts"}
`);
  kubectl('apply', '-f', file);
  await sleep(1000);
  const terminal = spawn(process.env.MASTHEAD_PROGRAM, ['status', '--watch', '-o', 'json', '--kubeconfig', process.env.KUBECONFIG_TEAM_B,
    '--namespace', 'quiet', '--state-dir', join(state, 'watch')], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  terminal.stdout.on('data', (bytes) => { said += bytes; });
  const answers = () => said.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  const count = () => answers().at(-1)?.counts.HelmRepository;
  try {
    await eventually('it has answered', () => count()?.Static === 1, 30);
    await sleep(2_000);
    const before = answers().length;
    await sleep(5_000);
    assert.equal(answers().length, before, 'it is silent while nothing changes');
    quiet('patch', 'helmrepository', 'address', '--type=merge', '-p', '{"spec":{"suspend":true}}');
    await eventually('it answers again', () => count()?.Suspended === 1, 10);
    assert.equal(answers().length, before + 1, 'once');
    await sleep(5_000);
    assert.equal(answers().length, before + 1, 'and is silent again');
  } finally {
    terminal.kill();
    kubectl('delete', 'clusterrole', 'quiet');
    kubectl('delete', 'namespace', 'quiet', '--wait=false');
  }
});

test('what fails is found from the front page in two clicks, and reconciled in three', async ({ page, url }) => {
  const began = Date.now();
  await page.goto(url);
  await page.getByRole('region', { name: 'Broken' }).getByRole('link', { name: /orphan|reports/ }).first().click();
  await page.locator('#object').getByRole('tab', { name: /^Events/ }).click();
  await eventually('the reason is there', async () => /not found|does not exist/.test(await page.innerText('#object')), 10);
  console.log(`found within ${Date.now() - began} ms`);
  await page.goto(new URL(`list/${ks}?q=ns%3Ateam-a`, url).href);
  await page.locator('[role="row"][data-key="team-a/site"]').getByText('site').first().click();
  const reconcile = page.getByRole('group', { name: 'Actions', exact: true }).getByRole('button', { name: 'Reconcile', exact: true });
  await eventually('it may be reconciled', async () => (await reconcile.getAttribute('aria-disabled')) === 'false');
  await reconcile.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reconcile' }).click();
  await eventually('it has succeeded', async () => /Succeeded[\s\S]*main@sha1:/.test(await page.getByRole('region', { name: 'Reconcile', exact: true }).innerText()));
});

test('the same by keyboard alone', async ({ page, url }) => {
  await page.goto(url);
  await page.getByRole('region', { name: 'Broken' }).getByRole('link').first().waitFor();
  await page.keyboard.press('j');
  const first = await page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press('Enter');
  await eventually(`${first} is open`, async () => (await page.innerText('#object')).includes(first));
  await page.keyboard.press('Control+k');
  await page.keyboard.type('team-a kind:Kustomization site');
  await page.getByRole('option', { name: /team-a\/site/ }).first().waitFor();
  await page.keyboard.press('Enter');
  await eventually('the site is open', () => new URL(page.url()).searchParams.get('open')?.endsWith('/team-a/site') === true);
  const reconcile = page.getByRole('group', { name: 'Actions', exact: true }).getByRole('button', { name: 'Reconcile', exact: true });
  await eventually('it may be reconciled', async () => (await reconcile.getAttribute('aria-disabled')) === 'false');
  await page.keyboard.press('a');
  await page.waitForFunction(() => document.activeElement?.textContent === 'Reconcile');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Reconcile' }).waitFor();
  await page.keyboard.press('Enter');
  await eventually('it has succeeded', async () => /Succeeded/.test(await page.getByRole('region', { name: 'Reconcile', exact: true }).innerText()));
});

await runTests();
