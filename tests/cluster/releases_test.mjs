#!/usr/bin/env node
// Values of HelmReleases against a real helm-controller: what we merge is what Helm was given, which is `config` of the
// release it stored; what the controller refuses is told in its words.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { eventually, kubectl } from '../e2e/program.mjs';
import { runTests, state, test } from './console.mjs';

const ns = 'by-hand';
const yaml = `
text: plain
number: 12
big: 12345678901234567890
float: 1.50
exponent: 1e3
octal: 0755
hex: 0x1F
yes: yes
off: "off"
nothing: ~
date: 2026-01-02
nested: {a: 1, b: {c: [1, 2, {d: x}], "e.f/g": y}}
list: [a, b, c]
empty: {}
none: []
block: |
  one
  two
anchor: &x {k: v}
alias: *x
`;
const files = {
  'values.yaml': yaml,
  over: 'nested: {a: null, b: {c: [9]}}\nlist: [z]\ntext: {now: a map}\n',
  number: '42', zero: '007', boolean: 'True', quoted: "'42'", double: '"true"', nul: 'null', blank: '', list: '{a,1,true}', several: '1,extra.key=2',
  literal: '{"a": [1, 2], "b": "c=d\\\\e"}\nand a line', text: 'just text', comma: 'a\\,b', certificate: '-----BEGIN X-----\nabc\ndef\n-----END X-----\n',
};
const from = (kind, valuesKey, more = {}) => ({ kind, name: 'oracle', ...(valuesKey === undefined ? {} : { valuesKey }), ...more });
const at = (valuesKey, targetPath, more = {}) => from('Secret', valuesKey, { targetPath, ...more });

const cases = {
  'inline alone': { values: { a: { b: [1, null, { c: 'd' }] }, big: 12345678901234567890n.toString(), e: null } },
  'a file from a ConfigMap and from a Secret': { valuesFrom: [from('ConfigMap'), from('Secret', 'over')], values: { nested: { b: { z: 1 } } } },
  'in the other order': { valuesFrom: [from('Secret', 'over'), from('ConfigMap')], values: { text: null } },
  'optional ones that are not there': { valuesFrom: [{ kind: 'Secret', name: 'absent', optional: true }, from('ConfigMap', 'absent', { optional: true }), from('ConfigMap')] },
  'target paths by type': { valuesFrom: ['number', 'zero', 'boolean', 'quoted', 'double', 'nul', 'blank', 'list', 'text', 'comma', 'certificate'].map((key) => at(key, `typed.${key}`)) },
  'a target path that sets several': { valuesFrom: [at('several', 'one')] },
  'dotted and escaped target paths': { valuesFrom: [at('text', String.raw`annotations.example\.com/key`), at('number', 'a.b.c'), at('text', 'hosts[0].name'), at('number', 'hosts[2].port'), at('text', 'grid[1][0]')] },
  'literal values': { valuesFrom: [at('literal', 'file', { literal: true }), at('number', 'n', { literal: true }), at('list', 'l.m', { literal: true })] },
  'a target path below an inline map': { valuesFrom: [at('text', 'auth.password')], values: { auth: { password: 'inline', user: 'x' } } },
  'the same below a map of a file': { valuesFrom: [from('ConfigMap'), at('text', 'nested.b.z')], values: { nested: { b: { z: 'inline' } } } },
  'a target path at the top beside an inline key': { valuesFrom: [at('text', 'message')], values: { message: 'inline' } },
  'a target path into an inline list': { valuesFrom: [at('text', 'list[1]'), at('number', 'list[4]')], values: { list: ['a', 'b', 'c'] } },
  'the same twice': { valuesFrom: [at('text', 'a.b'), from('ConfigMap', 'over'), at('number', 'a.b'), at('boolean', 'nested.b.c[0]')], values: { a: { c: 1 } } },
};

const refused = {
  'a Secret that is not there': [{ kind: 'Secret', name: 'absent' }],
  'a key that is not there': [from('ConfigMap', 'absent')],
  'a path through a text': [at('text', 'a'), at('text', 'a.b')],
  'an index on a map': [at('text', 'a.b'), at('text', 'a[0]')],
  'a list that does not end': [from('Secret', 'open', { targetPath: 'a' })],
};

const get = (kind, name) => JSON.parse(kubectl('-n', ns, 'get', kind, name, '-o', 'json'));
const named = (title) => title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
const condition = (object) => object.status?.conditions?.find(({ type }) => type === 'Ready');

function apply(...items) {
  const file = join(state, 'applied.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  kubectl('apply', '-f', file);
}

const release = (title, spec) => ({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: named(title), namespace: ns }, spec: { interval: '1m', timeout: '1m', chartRef: { kind: 'OCIRepository', name: 'webapp' }, install: { disableWait: true }, ...spec } });

function prepare() {
  const metadata = { name: 'oracle', namespace: ns };
  apply(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files },
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { ...files, open: '{a' } },
    ...Object.entries(cases).map(([title, spec]) => release(title, spec)),
    ...Object.entries(refused).map(([title, valuesFrom]) => release(title, { valuesFrom })),
  );
}

/** What Helm was given, out of the newest release it stored. */
function config(name) {
  const { data } = get('secret', `sh.helm.release.v1.${name}.v1`);
  const text = Buffer.from(Buffer.from(data.release, 'base64').toString(), 'base64');
  return JSON.parse(gunzipSync(text).toString()).config ?? {};
}

const read = (page, path) => page.evaluate(async (to) => (await fetch(new URL(to, document.baseURI))).json(), path);
const reveal = (page, body) => page.evaluate(async (text) => (await fetch(new URL('api/release/reveal', document.baseURI), { method: 'POST', headers: { 'content-type': 'application/json' }, body: text })).json(), JSON.stringify(body));

/** The values that the page is given, every masked one revealed, as one object again. */
async function merged(page, name, revision) {
  const answer = await read(page, `api/release/values?namespace=${ns}&name=${name}${revision === undefined ? '' : `&revision=${revision}`}`);
  assert.ok(answer.values, JSON.stringify(answer));
  assert.deepEqual(answer.problems, []);
  const root = {};
  for (const { path, origin, masked, value } of answer.values) {
    if (answer.origins[origin].kind === 'chart') continue;
    const shown = masked ? (await reveal(page, { namespace: ns, name, path, revision })).value : value;
    if (masked) assert.notEqual(shown, undefined, `${path} is revealed`);
    let here = root;
    path.forEach((part, place) => {
      here[part] = place === path.length - 1 ? shown : (here[part] ?? (typeof path[place + 1] === 'number' ? [] : {}));
      here = here[part];
    });
  }
  return { root, answer };
}

for (const title of Object.keys(cases)) {
  test(`values: ${title}`, async ({ page }) => {
    const name = named(title);
    await eventually(`${name} is installed`, () => get('helmrelease', name).status?.history?.[0]?.version === 1, 120);
    const given = config(name);
    const { root } = await merged(page, name);
    assert.deepEqual(root, given);
    assert.deepEqual((await merged(page, name, 1)).root, given);
  });
}

test('values of Secrets are in no answer about a release', async ({ page }) => {
  const answer = await read(page, `api/release/values?namespace=${ns}&name=${named('target paths by type')}`);
  const contents = await read(page, `api/release/contents?namespace=${ns}&name=${named('target paths by type')}`);
  assert.doesNotMatch(JSON.stringify([answer, contents]), /just text|BEGIN X/);
});

for (const title of Object.keys(refused)) {
  test(`refused: ${title}`, async ({ page }) => {
    const name = named(title);
    const { message } = await eventually(`${name} is refused`, () => {
      const ready = condition(get('helmrelease', name));
      return ready?.reason === 'ValuesError' ? ready : undefined;
    }, 120);
    const { problems } = await read(page, `api/release/values?namespace=${ns}&name=${name}`);
    assert.equal(problems[0], message);
  });
}

prepare();
await runTests({ settled: false });
