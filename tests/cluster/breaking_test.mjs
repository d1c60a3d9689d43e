#!/usr/bin/env node
// What a person breaks and mends on a real cluster: after each step Home, the lists and `masthead status` are held against
// what checker.mjs derives from the objects, and the words that a person needs are there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cluster, eventually, flux as tables, kubectl, run, sleep } from '../e2e/program.mjs';
import { fluxKinds, inTheMiddle, judge, keyOf, resources } from './checker.mjs';
import { open, rowSays, runTests, state, status, test } from './console.mjs';
import * as broken from './breaking.mjs';

const ns = 'breaking';
const inNs = (...args) => kubectl('-n', ns, ...args);
const flux = (...args) => run(process.env.MASTHEAD_FLUX, ['-n', ns, ...args]);
const reconcile = (kind, ...names) => inNs('annotate', '--overwrite', kind, ...names, `reconcile.fluxcd.io/requestedAt=${Date.now()}`);
const patch = (kind, name, spec) => inNs('patch', kind, name, '--type=merge', '-p', JSON.stringify({ spec }));

function apply(...items) {
  const file = join(state, 'applied.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  kubectl('apply', '-f', file);
}

function commit(message, files, ...gone) {
  const changes = Object.entries(files).map(([path, object], index) => {
    const file = join(state, `commit-${index}`);
    writeFileSync(file, JSON.stringify(object));
    return `${file}:${path}`;
  });
  return cluster('push', '-m', message, ...gone.flatMap((path) => ['--delete', path]), ...changes).trim();
}

const deleteNamespaces = (...more) => kubectl('delete', 'namespace', ...[...broken.namespaces, broken.target].map(({ metadata }) => metadata.name), '--ignore-not-found', ...more);
const read = () => JSON.parse(kubectl('get', [...resources, 'configmaps'].join(), '-A', '-o', 'json')).items;
const isFlux = ({ kind }) => fluxKinds.includes(kind);
// What the objects of the namespace come from is in another one.
const matters = ({ kind, metadata: { namespace } }) => namespace === ns || (namespace === 'shop' && ['HelmChart', 'HelmRepository', 'OCIRepository'].includes(kind));
const versions = (objects) => objects.filter(matters).map((one) => `${keyOf(one)} ${one.metadata.resourceVersion}`).join('\n');
const isOurs = (key) => key.includes(` ${ns}/`);
const name = ({ kind, namespace, name: called }) => `${kind} ${namespace}/${called}`;

const listed = { Kustomization: tables.kustomizations, HelmRelease: tables.helmReleases, GitRepository: tables.gitRepositories };

/** Home and three lists as they are drawn, each in a page that stays open. */
class Shown {
  async open(url) {
    const at = async (path) => {
      const page = await open(url);
      await page.goto(new URL(path, url).href);
      return page;
    };
    this.home = await at(`/?ns=${ns}`);
    this.lists = {};
    for (const [kind, table] of Object.entries(listed)) this.lists[kind] = await at(`list/${table}?ns=${ns}`);
    await this.home.evaluate(() => { window.neverReloaded = true; });
  }

  causes() {
    return this.home.evaluate(async () => {
      for (const folded of document.querySelectorAll('section[aria-label="Broken"] button[aria-expanded="false"]')) folded.click();
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return [...document.querySelectorAll('section[aria-label="Broken"] li[data-gone="false"]')].map((row) => ({
        key: row.querySelector('span[data-stop]').textContent,
        status: row.querySelector('[data-word]').textContent,
        message: row.querySelector(':scope > div > [data-tip-cut]').dataset.tipCut,
        waiting: [...row.querySelectorAll('li[data-stop] > [data-tip-cut]')].map((one) => one.dataset.tipCut).sort(),
      }));
    });
  }

  async states() {
    const rows = await Promise.all(Object.entries(this.lists).map(([kind, page]) => page.evaluate((prefix) =>
      [...document.querySelectorAll('[role="row"][data-key]')].map((row) => {
        const drawn = row.querySelector('[data-word]');
        return [`${prefix} ${row.dataset.key}`, drawn.textContent, ...[...drawn.parentElement.querySelectorAll(':scope > span')].map((one) => one.textContent)];
      }), kind)));
    return new Map(rows.flat().map(([key, status, ...words]) => [key, [status, ...['retrying', 'failed', 'outdated'].filter((badge) => words.includes(badge))].join(' ')]));
  }
}

const shown = new Shown();
const lines = (causes) => causes.filter(({ key }) => fluxKinds.includes(key.split(' ')[0])).filter(({ key, waiting }) => isOurs(key) || waiting.some(isOurs))
  .map(({ key, status: word, waiting }) => `${key} is ${word}, waiting: ${waiting.join(', ')}`).toSorted();
const terminal = () => status().causes.map((one) => ({ ...one, key: name(one), waiting: one.waitingObjects.map(name).toSorted() }));

function wanted(objects) {
  const { states, causes } = judge(objects);
  const rows = [...states].filter(([key]) => isOurs(key) && key.split(' ')[0] in listed)
    .map(([key, one]) => `${key}: ${[one.status, ...['retrying', 'failed', 'outdated'].filter((badge) => one[badge])].join(' ')}`);
  const words = causes.filter(({ key, words: said }) => isOurs(key) && said !== undefined).map(({ key, words: said }) => ({ key, said }));
  return { causes: lines(causes), rows: rows.toSorted(), words };
}

/** The page and the terminal say what the checker says, at the first moment in which nothing moves. */
async function agree(what) {
  const readings = { taken: 0 };
  for (const end = Date.now() + 90_000; ; await sleep(100)) {
    assert.ok(Date.now() < end, `${what}: no quiet moment in ${readings.taken} readings; still going on: ${readings.moving}`);
    const before = read();
    readings.taken += 1;
    readings.moving = before.filter((one) => isFlux(one) && matters(one) && inTheMiddle(one)).map(keyOf).join(', ');
    if (readings.moving !== '') continue;
    const told = terminal();
    let drawn = { causes: await shown.causes(), states: await shown.states() };
    const { causes, rows, words } = wanted(before);
    const same = () => lines(drawn.causes).join() === causes.join() && [...drawn.states].map((one) => one.join(': ')).toSorted().join() === rows.join();
    // A page may be a moment behind a change that came just before.
    for (let tries = 0; tries < 5 && !same(); tries += 1) {
      await sleep(200);
      drawn = { causes: await shown.causes(), states: await shown.states() };
    }
    if (versions(read()) !== versions(before)) continue;
    assert.deepEqual(lines(told), causes, `${what}: masthead status`);
    assert.deepEqual(lines(drawn.causes), causes, `${what}: Home`);
    assert.deepEqual([...drawn.states].map((one) => one.join(': ')).toSorted(), rows, `${what}: the lists`);
    for (const { key, said } of words) {
      for (const causesOf of [told, drawn.causes]) assert.ok(causesOf.find((one) => one.key === key).message.startsWith(said), `${key}: ${said}`);
    }
    return { told, drawn: drawn.causes };
  }
}

/** Presses a button of an object's detail and agrees to what it leads to; gives a way to see how it goes. */
async function press(page, url, table, key, action) {
  await page.goto(new URL(`list/${table}?ns=${ns}&open=${table}/${key}`, url).href);
  const button = page.getByRole('group', { name: 'Actions', exact: true }).getByRole('button', { name: action, exact: true });
  await eventually(`${action} is possible`, async () => (await button.getAttribute('aria-disabled')) === 'false');
  await button.click();
  await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
  return () => page.getByRole('region', { name: action, exact: true }).innerText();
}

// What the controllers say of each, and the words by which a person finds it; those of the checker come on top.
const expected = {
  'Kustomization breaking/nowhere': ['ArtifactFailed', /path not found.*breaking\/nowhere/],
  'Kustomization breaking/elsewhere': ['ReconciliationFailed', /namespaces "breaking-target" not found/],
  'Kustomization breaking/crashing': ['HealthCheckFailed', /health check failed.*Deployment\/breaking\/crashing/],
  'Kustomization breaking/first': ['ReconciliationFailed', /ConfigMap\/breaking\/first-made.*expected string/],
  'Kustomization breaking/here': ['DependencyNotReady', /depends on itself through Kustomization breaking\/there/],
  'Kustomization breaking/room': ['DependencyNotReady', /needs Kustomization breaking\/furniture, which does not exist; Kustomization breaking\/roof, which applied this, is suspended/],
  'Kustomization breaking/doomed': ['ArtifactFailed', /needs GitRepository breaking\/doomed, which does not exist/],
  'HelmChart shop/breaking-unversioned': ['InvalidChartReference', /no 'cache' chart with version matching '99.0.0' found/],
  'HelmRelease breaking/refused': ['InstallFailed', /these values are refused/],
  'HelmRelease breaking/remedied': ['InstallFailed', /exceeded quota/],
  'HelmRelease breaking/exhausted': ['InstallFailed', /after 2 attempt\(s\).*exceeded quota/],
  'HelmRelease breaking/valueless': ['ValuesError', /needs ConfigMap breaking\/late-values, which does not exist/],
};
const readyOf = (object) => object?.status?.conditions?.find(({ type }) => type === 'Ready');
const reasons = () => Object.fromEntries(read().map((object) => [keyOf(object), readyOf(object)?.reason]));
const isReady = (kind, called) => readyOf(JSON.parse(inNs('get', kind, called, '-o', 'json')))?.status === 'True';

test('what is broken in twelve ways is told by page and terminal as the objects have it', async ({ url }) => {
  deleteNamespaces();
  commit('Break it in many ways', broken.toBreak);
  apply(...broken.namespaces, broken.quota);
  apply(...broken.objects(process.env.MASTHEAD_GIT_URL));
  await shown.open(url);
  await eventually('what will break later is well', () => isReady('kustomization', 'doomed') && inNs('get', 'kustomizations').includes('room'), 60);
  flux('suspend', 'kustomization', 'roof');
  inNs('delete', 'gitrepository', 'doomed');
  reconcile('kustomization', 'doomed');
  await eventually('the controllers have said it', () => {
    const said = reasons();
    const missing = Object.entries(expected).filter(([key, [reason]]) => said[key] !== reason).map(([key]) => `${key}: ${said[key]}`);
    if (missing.length > 0) throw new Error(missing.join('; '));
    return inNs('get', 'helmrelease', 'exhausted', '-o', 'json').includes('RetriesExceeded');
  }, 90);
  const { told, drawn } = await agree('broken');
  for (const [key, [, words]] of Object.entries(expected)) {
    for (const causes of [told, drawn]) assert.match(causes.find((one) => one.key === key)?.message ?? `${key} is no cause`, words);
  }
});

test('of a chain of five one is to blame and four wait, and two that wait for each other are one cause', async () => {
  const waiting = (key) => terminal().find((one) => one.key === key).waiting;
  assert.deepEqual(waiting('Kustomization breaking/first'), ['fifth', 'fourth', 'second', 'third'].map((called) => `Kustomization breaking/${called}`));
  assert.deepEqual(waiting('Kustomization breaking/here'), ['Kustomization breaking/there']);
});

test('a release that failed says what helm-controller does next', async ({ page, url }) => {
  const next = async (called, words) => {
    await page.goto(new URL(`list/${tables.helmReleases}?ns=${ns}&open=${tables.helmReleases}/${ns}/${called}`, url).href);
    await eventually(`${called} says it`, async () => words.test(await page.locator('#object').innerText()), 20);
  };
  await next('refused', /failed before a release was stored, so that there is nothing to undo and no retry is used up: it tries the install again, after/);
  await next('remedied', /uninstalls the release and tries the install again, as often as it takes/);
  await next('exhausted', /No retries are left: it leaves the failed release as it is, and waits for a change of its chart, its values or its spec, or for a reset/);
});

test('a request of somebody else in the middle of ours changes nothing about how it ends', async ({ page, url }) => {
  await eventually('no pass is going on', () => !inTheMiddle(JSON.parse(inNs('get', 'kustomization', 'crashing', '-o', 'json'))));
  const progress = await press(page, url, tables.kustomizations, `${ns}/crashing`, 'Reconcile');
  inNs('--kubeconfig', process.env.KUBECONFIG_AUDITED, 'annotate', '--overwrite', 'kustomization', 'crashing', 'reconcile.fluxcd.io/requestedAt=by-a-webhook');
  const ended = await eventually('it has an outcome', async () => /Succeeded|Failed/.exec(await progress()), 90);
  assert.equal(ended[0], 'Failed');
  assert.match(await progress(), /health check failed/);
  await eventually('theirs is handled too', () => JSON.parse(inNs('get', 'kustomization', 'crashing', '-o', 'json')).status.lastHandledReconcileAt === 'by-a-webhook');
  await agree('after two requests');
});

test('retries that are used up go on after our reset, once what kept them back is gone', async ({ page, url }) => {
  kubectl('-n', 'breaking-quota', 'delete', 'resourcequota', 'none');
  const { metadata: { generation } } = JSON.parse(inNs('get', 'helmrelease', 'exhausted', '-o', 'json'));
  const progress = await press(page, url, tables.helmReleases, `${ns}/exhausted`, 'Reset');
  await eventually('it has succeeded', async () => /Succeeded/.test(await progress()), 60);
  await rowSays(page, `${ns}/exhausted`, 'Ready', 5);
  assert.equal(JSON.parse(inNs('get', 'helmrelease', 'exhausted', '-o', 'json')).metadata.generation, generation, 'nothing else was changed');
  await agree('after the reset');
});

test('what is mended is well again in page and terminal, without a reload', async () => {
  apply(broken.target, broken.late, broken.source(process.env.MASTHEAD_GIT_URL));
  patch('kustomization', 'here', { dependsOn: null });
  patch('helmrelease', 'unversioned', { chart: { spec: { version: '0.3.2' } } });
  patch('helmrelease', 'refused', { values: { refuse: false } });
  reconcile('helmrelease', 'valueless');
  commit('Mend all of it', broken.toMend);
  flux('reconcile', 'source', 'git', 'breaking');
  flux('resume', 'kustomization', 'roof');
  reconcile('kustomization', 'doomed');
  await eventually('all is Ready', () => {
    const waiting = read().filter((one) => isFlux(one) && isOurs(keyOf(one)) && readyOf(one)?.status !== 'True').map((one) => `${keyOf(one)}: ${readyOf(one)?.message}`);
    if (waiting.length > 0) throw new Error(waiting.join('; '));
    return true;
  }, 90);
  const { told } = await agree('mended');
  assert.deepEqual(lines(told), []);
  assert.equal(await shown.home.evaluate(() => window.neverReloaded), true);
});

test('a renamed object comes, the one of before goes with the commit, and neither is ever called a stray', async ({ page, url }) => {
  const strays = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => { if (/but is not in the inventory|no inventory holds/.test(payload)) strays.push(String(payload)); }));
  const watching = await open(url);
  watching.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => { if (/but is not in the inventory|no inventory holds/.test(payload)) strays.push(String(payload)); }));
  await watching.goto(new URL(`list/${tables.kustomizations}?ns=${ns}&open=${tables.kustomizations}/${ns}/renamed&tab=inventory`, url).href);
  const held = () => watching.locator('[role="treeitem"]').evaluateAll((all) => all.map((row) => `${row.querySelector('[data-tip-cut]').dataset.tipCut}${row.innerText.includes('does not exist') ? ' is missing' : ''}`).join());
  await eventually('it holds the old one', async () => (await held()) === 'ConfigMap breaking/named-before', 15);
  const revision = commit('Give it another name', broken.renamed);
  const progress = await press(page, url, tables.kustomizations, `${ns}/renamed`, 'Reconcile with source');
  await eventually('it has succeeded', async () => /Reconcile Kustomization breaking\/renamed: Succeeded/.test(await progress()), 60);
  await rowSays(page, `${ns}/renamed`, revision.replace(/.*:(.{7}).*/, '$1'), 5);
  await eventually('the inventory holds the new one alone', async () => (await held()) === 'ConfigMap breaking/named-after', 10);
  assert.equal(inNs('get', 'configmap', 'named-before', '--ignore-not-found'), '');
  assert.deepEqual(strays, []);
  await agree('renamed');
  await watching.context().close();
});

test('what was added is taken away', () => {
  inNs('delete', 'kustomizations,helmreleases', '--all', '--timeout=60s');
  deleteNamespaces('--wait=false');
  cluster('push', '-m', 'Break nothing any more', '--delete', 'breaking');
});

await runTests({ settled: false });
