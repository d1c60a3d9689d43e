#!/usr/bin/env node
// The graph of the real fleet against what the objects themselves say: what needs what, what has applied what, what
// waits on what. It is read from the tree, which holds every node and edge that is drawn, as text.
import assert from 'node:assert/strict';
import { eventually, kubectl } from '../e2e/program.mjs';
import { runTests, test } from './console.mjs';

const kinds = ['gitrepositories', 'ocirepositories', 'helmrepositories', 'helmcharts', 'buckets', 'externalartifacts', 'artifactgenerators']
  .map((plural) => `${plural}.source.${plural === 'artifactgenerators' ? 'extensions' : 'toolkit'}.fluxcd.io`)
  .concat('kustomizations.kustomize.toolkit.fluxcd.io', 'helmreleases.helm.toolkit.fluxcd.io');

const named = (kind, namespace, name) => `${kind} ${namespace}/${name}`;
const inventory = ({ status }) => (status?.inventory?.entries ?? []).map(({ id }) => {
  const [namespace, name, , kind] = id.split('_');
  return namespace === '' ? `${kind} ${name}` : named(kind, namespace, name);
});

/** By name: what an object says that it needs, each with how, and once however many of its keys are used. */
function needsOf(object, charts, configMaps) {
  const { kind, metadata: { namespace }, spec = {}, status } = object;
  const needs = [];
  const need = (by, ref, as = ref?.kind) => {
    const what = ref?.name && named(as, ref.namespace ?? namespace, ref.name);
    if (what && !needs.some((one) => one.by === by && one.what === what)) needs.push({ by, what });
  };
  // An optional one that is not there is not missed. Of a Secret the console doesn't know: Secrets are not watched.
  const wanted = ({ kind: as, name, optional }) => !optional || as === 'Secret' || configMaps.has(`${namespace}/${name}`);
  if (kind === 'Kustomization' || kind === 'HelmChart') need('source', spec.sourceRef);
  for (const one of spec.dependsOn ?? []) need('dependency', one, kind);
  for (const one of [...(spec.postBuild?.substituteFrom ?? []), ...(spec.valuesFrom ?? [])]) if (wanted(one)) need('input', { kind: one.kind, name: one.name });
  if (kind === 'HelmRelease') {
    const made = (status?.helmChart ?? '').replace('/', ' ').split(' ');
    if (spec.chartRef) need('source', spec.chartRef);
    else if (charts.has(made.join('/'))) need('source', { kind: 'HelmChart', namespace: made[0], name: made[1] });
    else need('source', spec.chart?.spec.sourceRef);
  }
  return needs;
}

/** Every node, and every edge as "what it needs → it". What an object's owner comes from too is said once, at the owner. */
function derived() {
  const objects = items(kinds.filter((one) => served.has(one)).join(','));
  const charts = new Set(objects.filter(({ kind }) => kind === 'HelmChart').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const configMaps = new Set(items('configmaps').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const needs = new Map(objects.map((object) => [named(object.kind, object.metadata.namespace, object.metadata.name), needsOf(object, charts, configMaps)]));
  const owners = new Map();
  for (const object of objects) {
    for (const entry of inventory(object)) if (needs.has(entry)) owners.set(entry, named(object.kind, object.metadata.namespace, object.metadata.name));
  }
  const edges = [...owners].map(([what, owner]) => `${owner} → ${what}`);
  for (const [name, some] of needs) {
    for (const { by, what } of some) {
      const inherited = by === 'source' && (needs.get(owners.get(name)) ?? []).some((one) => one.by === 'source' && one.what === what);
      if (!inherited) edges.push(`${what} → ${name}`);
    }
  }
  const nodes = new Set([...needs.keys(), ...[...needs.values()].flat().map(({ what }) => what)]);
  return { nodes: [...nodes].sort(), edges: edges.sort() };
}

const served = new Set(kubectl('api-resources', '-o', 'name').split('\n'));
const items = (what) => JSON.parse(kubectl('get', what, '-A', '-o', 'json')).items;

/** What the tree says: names in its order, edges by what stands above and by "needs …", and the text of each. */
const told = (page) => page.getByRole('tree').getByRole('treeitem').evaluateAll((items) => {
  const above = [];
  const texts = {};
  const edges = [];
  for (const item of items) {
    const [, kind, namespace, name] = /^(?:in \S+ [^/]*\/)?([^/]+)\/([^/]*)\/(.*)$/.exec(item.dataset.key) ?? [];
    const what = namespace === '-' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
    const level = Number(item.getAttribute('aria-level'));
    above.splice(level - 1, Infinity, what);
    if (level > 1) edges.push(`${above[level - 2]} → ${what}`);
    for (const other of /needs (.*)$/.exec(item.textContent)?.[1].split(', ') ?? []) edges.push(`${other} → ${what}`);
    texts[what] = item.textContent;
  }
  return { nodes: Object.keys(texts).sort(), edges: edges.sort(), texts };
});

async function tree(page, url, more = '') {
  await page.goto(new URL(`flux/graph?view=tree${more}`, url).href);
  await page.getByRole('tree').getByRole('treeitem').first().waitFor();
}

test('nodes and edges are what the objects say, in the tree and on the canvas', async ({ page, url }) => {
  await tree(page, url);
  await eventually('the tree says what kubectl says', async () => {
    const { nodes, edges } = await told(page);
    const expected = derived();
    assert.ok(expected.nodes.length > 40 && expected.edges.length > 40, `${expected.nodes.length} nodes, ${expected.edges.length} edges`);
    assert.deepEqual(nodes, expected.nodes);
    assert.deepEqual(edges, expected.edges);
    return true;
  }, 20);
  const { texts, nodes } = await told(page);
  for (const what of ['GitRepository team-b/never-made', 'Kustomization team-a/nobody-made-this']) assert.match(texts[what], /does not exist/);
  await page.getByRole('button', { name: 'As a tree' }).click();
  await eventually('as many are drawn', async () => (await page.locator('[data-shown]').getAttribute('data-shown')) === String(nodes.length));
});

test('what waits leads to its cause, in the picture and in the text', async ({ page, url }) => {
  await tree(page, url, '&focus=Kustomization/payments/web');
  const { texts } = await told(page);
  for (const name of ['ledger', 'api', 'web']) assert.match(texts[`Kustomization payments/${name}`], /Blocked.*because of Kustomization payments\/base/);
  assert.match(texts['Kustomization payments/base'], /Failed/);
  await page.getByRole('button', { name: 'As a tree' }).click();
  await page.locator('[data-shown]').waitFor();
  await page.getByText('to the cause', { exact: true }).waitFor();
  await page.getByRole('application').focus();
  await page.keyboard.press('c');
  await page.getByRole('region', { name: 'Selected' }).getByText('payments/base').waitFor();
  // Where all is well there is nothing to lead to.
  await page.goto(new URL('flux/graph?focus=Kustomization/shop/frontend', url).href);
  await page.locator('[data-shown]').waitFor();
  await page.getByText('waits for', { exact: true }).waitFor();
  assert.equal(await page.getByText('to the cause', { exact: true }).count(), 0);
});

test('an inventory is there on demand, as the object tells it', async ({ page, url }) => {
  const applied = inventory(JSON.parse(kubectl('-n', 'shop', 'get', 'kustomization', 'backend', '-o', 'json'))).sort();
  assert.ok(applied.length > 1);
  const below = async () => (await told(page)).edges.filter((edge) => edge.startsWith('Kustomization shop/backend → ')).map((edge) => edge.split(' → ')[1]);
  await tree(page, url, '&focus=Kustomization/shop/backend');
  assert.deepEqual((await below()).filter((what) => applied.includes(what)), []);
  await page.getByRole('button', { name: 'As a tree' }).click();
  await page.locator('[data-shown]').waitFor();
  const before = Number(await page.locator('[data-shown]').getAttribute('data-shown'));
  await page.getByRole('application').focus();
  await page.keyboard.press('e');
  await eventually('it is drawn', async () => Number(await page.locator('[data-shown]').getAttribute('data-shown')) === before + applied.length);
  await page.getByRole('button', { name: 'As a tree' }).click();
  await eventually('it is told', async () => {
    assert.deepEqual((await below()).filter((what) => applied.includes(what)), applied);
    return true;
  });
});

test('a node follows its object when it is suspended and resumed', async ({ page, url }) => {
  await page.goto(new URL('flux/graph?focus=Kustomization/by-hand/vault', url).href);
  const selected = page.getByRole('region', { name: 'Selected' });
  await selected.getByText('Ready', { exact: true }).waitFor();
  const suspend = (yes) => kubectl('-n', 'by-hand', 'patch', 'kustomization', 'vault', '--type=merge', '-p', JSON.stringify({ spec: { suspend: yes } }));
  try {
    suspend(true);
    await selected.getByText('Suspended', { exact: true }).waitFor();
    await page.getByText(/^ ?Suspended 1$/).first().waitFor();
  } finally {
    suspend(false);
  }
  await selected.getByText('Ready', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'As a tree' }).click();
  await page.getByRole('tree').waitFor();
  assert.match((await told(page)).texts['Kustomization by-hand/vault'], /Ready/);
});

await runTests();
