#!/usr/bin/env node
// `flux tree` and `flux trace` against the console's inventory trees and its "applied by", for all of the fleet. What
// differs on purpose stands here with its reason; `flux get` is compared in oracle_test.mjs.
import assert from 'node:assert/strict';
import { flux as tables, kubectl, run } from '../e2e/program.mjs';
import { runTests, test } from './console.mjs';
import { Rows, same } from './rows.mjs';

const flux = (...args) => run(process.env.MASTHEAD_FLUX, args);
const appliers = new Set(['Kustomization', 'HelmRelease']);
const named = ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`;

/** The way from the root to each object that `flux tree` prints. */
function fluxTree(namespace, name) {
  const ways = new Set();
  const walk = ({ resources = [] }, above) => {
    for (const child of resources) {
      const { Namespace, Name, GroupKind } = child.resource;
      const way = `${above} > ${GroupKind.Kind} ${Namespace}/${Name}`;
      ways.add(way);
      walk(child, way);
    }
  };
  walk(JSON.parse(flux('tree', 'kustomization', name, '-n', namespace, '-o', 'json')), '');
  return ways;
}

/** The same of the console, whose tree goes on below workloads, down to pods: flux ends at what an inventory holds. */
async function ourTree(rows, namespace, name) {
  const { tree } = await rows.ask({ type: 'tree', table: tables.kustomizations, namespace, name, openAll: true, first: 0, count: 500 });
  assert.equal(tree.length, tree.rows.length, 'one window holds all of it');
  const ways = new Set();
  const above = [];
  for (const { depth, ref } of tree.rows) {
    above.length = depth;
    above.push(ref);
    if (depth === 0 || appliers.has(above[depth - 1].kind)) ways.add(['', ...above.map(named)].join(' > '));
  }
  return { ways, rows: tree.rows };
}

async function withRows(url, body) {
  const rows = new Rows(url);
  try {
    await body(rows);
  } finally {
    rows.close();
  }
}

const kustomizations = () => kubectl('get', tables.kustomizations, '-A', '-o', 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}').trim().split('\n').map((key) => key.split('/'));

test('`flux tree` of every Kustomization is the inventory tree', async ({ url }) => {
  await withRows(url, async (rows) => {
    let compared = 0;
    for (const [namespace, name] of kustomizations()) {
      await same(`${namespace}/${name}`, async () => {
        const theirs = fluxTree(namespace, name);
        const { ways: ours } = await ourTree(rows, namespace, name);
        compared += theirs.size;
        return [...new Set([...theirs, ...ours])].filter((way) => !theirs.has(way) || !ours.has(way)).map((way) => `${way} is only in ${ours.has(way) ? 'our tree' : 'flux tree'}`);
      });
    }
    assert.ok(compared > 80, `${compared} objects were compared`);
  });
});

/** The parts of a report, each by its fields. */
const parts = (report) => report.split(/^---$/m).map((part) => {
  const fields = [...part.matchAll(/^([A-Z][A-Za-z ]*?):[ \t]*(.*)$/gm)].map(([, title, value]) => [title, value.trim()]);
  return { of: fields[0], ...Object.fromEntries(fields) };
});

/** A CronJob leaves the last few of its Jobs. */
const isGone = ({ kind, table, namespace, name }) => ['Job', 'Pod'].includes(kind) && kubectl('get', table, name, '-n', namespace, '--ignore-not-found') === '';

/** What `flux trace` says of an object: who applied it, from which source, path and revision. */
function traced({ kind, group, namespace, name }) {
  const [, applier, source] = parts(flux('trace', '-n', namespace || 'default', `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name}`));
  return {
    by: named({ kind: applier.of[0], namespace: applier.Namespace, name: applier.of[1] }), path: applier.Path ?? '', revision: applier.Revision,
    source: named({ kind: source.of[0], namespace: source.Namespace, name: source.of[1] }),
  };
}

async function ourTrace(rows, { table, namespace, name }) {
  const { detail } = await rows.ask({ type: 'detail', table, namespace, name });
  const [applier, ...more] = detail.appliedBy.by;
  assert.deepEqual(more, [], 'one has applied it');
  return { by: named(applier.ref), path: applier.path ?? '', revision: applier.revision ?? '', source: named(applier.source) };
}

// By field, when, and why it is so on purpose.
const onPurpose = [
  { field: 'revision', when: (ours, theirs, { by }) => ours === '' && theirs !== '' && by.startsWith('HelmRelease'), why: 'flux names what was tried; an install that failed has deployed nothing' },
];

test('`flux trace` of what the root has applied, down to pods, is its “applied by”', async ({ url }) => {
  await withRows(url, async (rows) => {
    const listed = new Set(rows.tables().map(({ id }) => id));
    const { rows: all } = await ourTree(rows, 'flux-system', 'flux-system');
    const objects = new Map(all.filter(({ ref, remark, missing }) => listed.has(ref.table) && remark === undefined && missing === undefined)
      .filter(({ ref }) => ref.kind !== 'ReplicaSet' && (ref.kind !== 'Pod' || ref.namespace === 'shop')).map(({ ref }) => [named(ref), ref]));
    assert.ok(objects.size > 60, `${objects.size} objects to trace`);
    for (const [key, ref] of objects) {
      await same(key, async () => {
        if (isGone(ref)) return [];
        const [ours, theirs] = [await ourTrace(rows, ref), traced(ref)];
        return Object.keys(theirs).filter((field) => ours[field] !== theirs[field] && !onPurpose.some((one) => one.field === field && one.when(ours[field], theirs[field], theirs)))
          .map((field) => `${key} ${field}: “${ours[field]}”, flux “${theirs[field]}”`);
      });
    }
  });
});

test('what nobody has applied is traced by neither', async ({ url }) => {
  await withRows(url, async (rows) => {
    const { detail } = await rows.ask({ type: 'detail', table: 'deployments.apps', namespace: 'by-hand', name: 'hungry' });
    assert.equal(detail.appliedBy, undefined);
    assert.equal(flux('trace', '-n', 'by-hand', 'deployment/hungry'), '');
  });
});

await runTests();
