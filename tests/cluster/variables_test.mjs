#!/usr/bin/env node
// The variables of a Kustomization against what kustomize-controller has put into the objects it applied, and against its own
// words where it refuses them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, kubectl } from '../e2e/program.mjs';
import { push, runTests, state, test } from './console.mjs';

const ns = 'flux-system';
const path = 'variables/settings.yaml';
const get = (kind, name) => JSON.parse(kubectl('-n', ns, 'get', kind, name, '-o', 'json'));
const ready = (name) => get('kustomization', name).status?.conditions?.find(({ type }) => type === 'Ready');
const read = (page, name) => page.evaluate(async (to) => (await fetch(new URL(to, document.baseURI))).json(), `api/substitutions?namespace=${ns}&name=${name}`);

function apply(...items) {
  const file = join(state, 'applied.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  kubectl('apply', '-f', file);
}

const source = (kind, name, more) => ({ kind, name, ...more });
const given = (kind, name, data) => ({ apiVersion: 'v1', kind, metadata: { name, namespace: ns }, [kind === 'Secret' ? 'stringData' : 'data']: data });
const kustomization = (name, postBuild) => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name, namespace: ns },
  spec: { interval: '1m', retryInterval: '5s', timeout: '20s', path: './variables', prune: true, sourceRef: { kind: 'GitRepository', name: 'flux-system' }, postBuild },
});

const remove = (kind, ...names) => kubectl('-n', ns, 'delete', '--ignore-not-found', kind, ...names);

test('each has the value that the controller takes, from where it takes it, and none of a Secret', async ({ page, url }) => {
  const names = ['inline', 'first', 'second', 'secret', 'broken'];
  try {
    await compare(page, url, names);
  } finally {
    remove('kustomization', 'variables');
    remove('configmap', 'variables-a', 'variables-b');
    remove('secret', 'variables-c');
    push(path, undefined, 'Remove the settings');
  }
});

async function compare(page, url, names) {
  push(path, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: variables-applied, namespace: ${ns}}\ndata:\n${names.map((name) => `  ${name}: "\${${name}}"\n`).join('')}`, 'Settings made of variables');
  apply(
    given('ConfigMap', 'variables-a', { inline: 'a', first: 'a', second: 'a' }),
    given('ConfigMap', 'variables-b', { second: 'b', broken: 'one\ntwo\n' }),
    given('Secret', 'variables-c', { secret: 'hunter2' }),
    kustomization('variables', {
      substitute: { inline: 'here' },
      substituteFrom: [source('ConfigMap', 'variables-a'), source('ConfigMap', 'variables-b'), source('Secret', 'variables-c'), source('ConfigMap', 'variables-d', { optional: true })],
    }),
  );
  kubectl('-n', ns, 'annotate', '--overwrite', 'gitrepository', 'flux-system', `reconcile.fluxcd.io/requestedAt=${Date.now()}`);
  await eventually('it is applied', async () => ready('variables')?.status === 'True', 60);
  const applied = get('configmap', 'variables-applied').data;
  assert.equal(applied.secret, 'hunter2');
  const { variables, origins, problems, missing } = await read(page, 'variables');
  assert.deepEqual(variables.map(({ name }) => name), [...names].sort());
  for (const { name, value } of variables) assert.equal(value, name === 'secret' ? undefined : applied[name], name);
  const from = Object.fromEntries(variables.map(({ name, origin }) => [name, origins[origin].ref?.name]));
  assert.deepEqual(from, { inline: undefined, first: 'variables-a', second: 'variables-b', secret: 'variables-c', broken: 'variables-b' });
  assert.deepEqual([origins[3].state, origins[3].optional, problems, missing], ['absent', true, [], []]);

  await page.goto(new URL(`list/kustomizations.kustomize.toolkit.fluxcd.io?open=kustomizations.kustomize.toolkit.fluxcd.io/${ns}/variables&tab=variables`, url).href);
  const row = (name) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  await row('second').getByText('instead of').waitFor();
  assert.match(await row('second').innerText(), /b[\s\S]*variables-b[\s\S]*instead of[\s\S]*variables-a/);
  assert.match(await row('secret').innerText(), /not shown[\s\S]*variables-c/);
  assert.ok(!(await page.content()).includes('hunter2'));
}

test('what the controller refuses is said in its words', async ({ page }) => {
  apply(
    given('ConfigMap', 'variables-odd', { '1st': 'x' }),
    kustomization('variables-absent', { substituteFrom: [source('Secret', 'variables-gone')] }),
    kustomization('variables-odd', { substituteFrom: [source('ConfigMap', 'variables-odd')] }),
  );
  const refused = ['variables-absent', 'variables-odd'];
  for (const name of refused) {
    const { problems } = await read(page, name);
    assert.equal(problems.length, 1);
    await eventually(`${name} is refused`, async () => {
      const { status, message } = ready(name) ?? {};
      assert.equal(status, 'False');
      assert.ok(message.includes(problems[0]), `“${message}” has “${problems[0]}”`);
      return true;
    }, 40);
  }
  remove('kustomization', ...refused);
  remove('configmap', 'variables-odd');
});

await runTests();
