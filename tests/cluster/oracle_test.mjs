#!/usr/bin/env node
// What the lists show is what kubectl prints, cell by cell, for every object of the real cluster. Where the console says
// something else on purpose, the deviation stands here with its reason.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, kubectl, root, run } from '../e2e/program.mjs';
import { runTests, state, test } from './console.mjs';
import { kubectlTable, Rows, same } from './rows.mjs';

const nothing = new Set(['', '<none>', '<unknown>', '<unset>']);
const plain = (value) => {
  const text = value === null || value === undefined ? '' : String(value);
  return nothing.has(text) ? '' : text;
};
const of = ({ have, want }) => `${have}/${want}`;
const spaceless = (text) => text?.replaceAll(', ', ',');
const word = ({ status }) => status.word;
const containers = { CONTAINERS: (row) => spaceless(row.containers), IMAGES: (row) => spaceless(row.images) };
const selector = { SELECTOR: (row) => row.selector };
const replicas = { DESIRED: (row) => row.desired, CURRENT: (row) => row.current, READY: (row) => row.ready };

// By kubectl's titles. AGE, LAST SCHEDULE and the "(5s ago)" of RESTARTS are texts of a moment; the console holds times.
const lists = {
  namespaces: { STATUS: word },
  nodes: {
    STATUS: word, ROLES: (row) => row.roles, VERSION: (row) => row.version, 'INTERNAL-IP': (row) => row.internal_ip, 'EXTERNAL-IP': (row) => row.external_ip,
    'OS-IMAGE': (row) => row.os, 'KERNEL-VERSION': (row) => row.kernel, 'CONTAINER-RUNTIME': (row) => row.runtime,
  },
  pods: {
    READY: (row) => of(row.ready), STATUS: word, RESTARTS: (row) => row.restarts, IP: (row) => row.ip, NODE: (row) => row.node,
    'NOMINATED NODE': (row) => row.nominated_node, 'READINESS GATES': (row) => (row.gates === null ? '' : of(row.gates)),
  },
  'deployments.apps': { READY: (row) => of(row.ready), 'UP-TO-DATE': (row) => row.updated, AVAILABLE: (row) => row.available, ...containers, ...selector },
  'replicasets.apps': { ...replicas, ...containers, ...selector },
  'statefulsets.apps': { READY: (row) => of(row.ready), ...containers },
  'daemonsets.apps': { ...replicas, 'UP-TO-DATE': (row) => row.updated, AVAILABLE: (row) => row.available, 'NODE SELECTOR': (row) => row.node_selector, ...containers, ...selector },
  'jobs.batch': { STATUS: word, COMPLETIONS: (row) => of(row.completions), DURATION: (row) => row.duration, ...containers, ...selector },
  'cronjobs.batch': {
    SCHEDULE: (row) => row.schedule, TIMEZONE: (row) => row.timezone, SUSPEND: (row) => (row.suspend ? 'True' : 'False'), ACTIVE: (row) => row.active, ...containers,
  },
  services: { TYPE: (row) => row.type, 'CLUSTER-IP': (row) => row.cluster_ip, 'EXTERNAL-IP': (row) => row.external_ip, 'PORT(S)': (row) => row.ports, ...selector },
};

// What the Ready condition must be for a status to be right; a status that needs no condition has none.
const readyOf = { Ready: 'True', Failed: 'False', Stalled: 'False', Blocked: 'False', Retrying: 'False', Progressing: 'Unknown' };
// kubectl prints the first line of a text and says by dots that there is more.
const firstLine = (text) => plain(text).replace(/\r?\n[^]*$/, '...').trim();
const condition = { READY: ({ status }) => readyOf[status.status] ?? '', STATUS: ({ status }) => firstLine(status.message) };
const fluxLists = {
  'kustomizations.kustomize.toolkit.fluxcd.io': condition,
  'helmreleases.helm.toolkit.fluxcd.io': condition,
  'gitrepositories.source.toolkit.fluxcd.io': { ...condition, URL: (row) => row.url },
  'ocirepositories.source.toolkit.fluxcd.io': { ...condition, URL: (row) => row.url },
  'helmrepositories.source.toolkit.fluxcd.io': { ...condition, URL: (row) => row.url },
  'helmcharts.source.toolkit.fluxcd.io': { ...condition, CHART: (row) => row.chart, VERSION: (row) => row.version, 'SOURCE KIND': (row) => row.source?.ref.kind, 'SOURCE NAME': (row) => row.source?.ref.name },
  'buckets.source.toolkit.fluxcd.io': { ...condition, ENDPOINT: (row) => row.endpoint },
};
const revisions = {
  'kustomizations.kustomize.toolkit.fluxcd.io': '.status.lastAppliedRevision',
  'helmreleases.helm.toolkit.fluxcd.io': '.status.history[0].chartVersion',
  'gitrepositories.source.toolkit.fluxcd.io': '.status.artifact.revision',
  'ocirepositories.source.toolkit.fluxcd.io': '.status.artifact.revision',
  'helmrepositories.source.toolkit.fluxcd.io': '.status.artifact.revision',
  'helmcharts.source.toolkit.fluxcd.io': '.status.artifact.revision',
  'buckets.source.toolkit.fluxcd.io': '.status.artifact.revision',
};

const seconds = (text) => [...text.matchAll(/(\d+)([dhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * { d: 86400, h: 3600, m: 60, s: 1 }[unit], 0);

// What differs on purpose: the column, when, and why.
const deviations = [
  { column: 'DURATION', when: (ours, theirs) => ours === '' && theirs !== '', why: 'kubectl counts on for a Job that runs or has failed; a row holds no ages' },
  { column: 'DURATION', when: (ours, theirs) => Math.abs(Number(ours) / 1000 - seconds(theirs)) < 60, why: 'the same duration, written by kubectl' },
  { column: 'RESTARTS', when: (ours, theirs) => theirs.startsWith(`${ours} (`), why: 'the time of the last restart is a column of its own' },
  { column: 'COMPLETIONS', when: (ours, theirs) => theirs.startsWith(`${ours} of `), why: 'the parallelism of a work queue is in its detail' },
  { column: 'READY', when: (ours, theirs, { status }) => status.badges?.includes('retrying') && theirs === 'Unknown', why: 'what failed and is being tried again stays Failed until it went well' },
  { column: 'READY', when: (ours, theirs, row) => row.suspended && theirs === 'False', why: 'flux calls what is suspended not ready; it is Suspended' },
  { column: 'READY', when: (ours, theirs, { status }) => status.status === 'Static' && theirs === 'True', why: 'flux calls an address that nobody fetches ready; it is Static' },
  { column: 'STATUS', when: (ours, theirs) => ours.endsWith(`(${theirs})`), why: 'a missing object is named first' },
  { column: 'STATUS', when: (ours, theirs, { status }) => status.status === 'Progressing' && theirs === 'Reconciliation in progress', why: 'the condition Reconciling says what is in progress' },
  { column: 'STATUS', when: (ours, theirs, { status }) => status.badges?.includes('retrying'), why: 'the last failure stays readable while it is tried again' },
  { column: 'STATUS', when: (ours, theirs, { status }) => status.status === 'Stalled' && ours.includes(theirs), why: 'the condition Stalled says as well that no try is left' },
  { column: 'STATUS', when: (ours, theirs, { status }) => status.status === 'Unknown' && theirs === '', why: 'that no controller has reported is said' },
  { column: 'STATUS', when: (ours, theirs, row) => row.suspended && ours.startsWith('Suspended by '), why: 'who suspended it is said' },
  { column: 'STATUS', when: (ours, theirs, { status }) => status.status === 'Static' && theirs === 'Helm repository is Ready', why: 'an address that nobody fetches has nothing to say' },
  { column: 'STATUS', when: (ours, theirs) => theirs === `${ours}...`, why: 'the text ends with a line break' },
  { column: 'REVISION', when: (ours, theirs, row) => ours === '' && theirs.startsWith(plain(row.attempted)), why: 'an install that failed has deployed nothing; what was tried is under Attempted' },
];

const isOnPurpose = (column, ours, theirs, row) => deviations.some((one) => one.column === column && one.when(ours, theirs, row));

function differences(wanted, ours, theirs) {
  const found = [];
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    if (!ours.has(key) || !theirs.has(key)) {
      found.push(`${key} is only in ${ours.has(key) ? 'the list' : 'kubectl'}`);
      continue;
    }
    for (const [title, cell] of Object.entries(wanted)) {
      const [our, their] = [plain(cell(ours.get(key))), plain(theirs.get(key)[title])];
      if (our !== their && !isOnPurpose(title, our, their, ours.get(key))) found.push(`${key} ${title}: “${our}”, kubectl “${their}”`);
    }
  }
  return found;
}

async function withRows(url, body) {
  const rows = new Rows(url);
  try {
    await body(rows, new Map(rows.tables().map((table) => [table.id, table])));
  } finally {
    rows.close();
  }
}

const states = JSON.parse(readFileSync(join(root, 'tests/cluster/pod_states.json'), 'utf8'));
const inOracle = (...args) => kubectl('-n', 'oracle', ...args);

test('pods in every state that a kubelet reports are there to compare', async () => {
  kubectl('apply', '-f', join(root, 'tests/cluster/oracle.yaml'));
  const running = () => inOracle('get', 'pods', '-l', 'state', '-o', 'jsonpath={range .items[*]}{.status.phase} {end}').trim().split(' ');
  for (const { name, labels = {}, finalizers, init = false } of states) {
    const container = { name: 'main', image: 'registry.example/state:1' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'oracle', finalizers, labels: { state: name, 'lab/behaviour': 'run', ...labels } },
      spec: { containers: [container], ...(init ? { initContainers: [{ ...container, name: 'first' }, { ...container, name: 'second' }] } : {}) } };
    const file = join(state, 'pod.json');
    writeFileSync(file, JSON.stringify(pod));
    kubectl('apply', '-f', file);
  }
  await eventually('they run', () => running().length === states.length && running().every((phase) => phase === 'Running'));
  for (const { name, status, remove = false } of states) {
    inOracle('patch', 'pod', name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status }));
    if (remove) inOracle('delete', 'pod', name, '--wait=false');
  }
});

for (const [id, wanted] of Object.entries({ ...lists, ...fluxLists })) {
  test(`${id}: every cell is what kubectl prints`, async ({ url }) => {
    await withRows(url, async (rows, tables) => {
      const table = tables.get(id);
      await same(id, async () => differences(wanted, await rows.read(table), kubectlTable(id, table.namespaced)));
    });
  });
}

for (const [id, path] of Object.entries(revisions)) {
  test(`${id}: the revision is the one the controller wrote down`, async ({ url }) => {
    await withRows(url, async (rows, tables) => {
      await same(id, async () => {
        const listed = kubectl('get', id, '-A', '-o', `jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\t"}{${path}}{"\\n"}{end}`);
        const theirs = new Map(listed.trim().split('\n').map((line) => line.split('\t')).map(([key, revision]) => [key, { REVISION: revision }]));
        return differences({ REVISION: ({ revision }) => revision }, await rows.read(tables.get(id)), theirs);
      });
    });
  });
}

// `flux get` writes eight digits of a digest, and texts of several lines as they are.
const brief = (text) => plain(text).replace(/(sha\d+:[0-9a-f]{8})[0-9a-f]+/g, '$1');

test('`flux get all` has the same revisions, suspensions, states and messages', async ({ url }) => {
  const shown = { STATUS: ({ status }) => brief(status.message).split('\n')[0].trim(), REVISION: (row) => brief(row.revision), SUSPENDED: ({ suspended }) => (suspended ? 'True' : 'False'), READY: condition.READY };
  await withRows(url, async (rows, tables) => {
    await same('flux get all', async () => {
      const theirs = new Map();
      for (const line of run(process.env.MASTHEAD_FLUX, ['get', 'all', '-A']).split('\n')) {
        const [namespace, name, REVISION, SUSPENDED, READY, STATUS] = line.split('\t').map((cell) => cell.trim());
        if (name?.includes('/')) theirs.set(`${namespace} ${name}`, { REVISION, SUSPENDED, READY, STATUS });
      }
      const ours = new Map();
      for (const id of Object.keys(fluxLists)) {
        const { kind } = tables.get(id);
        for (const [key, row] of await rows.read(tables.get(id))) {
          const [namespace, name] = key.split('/');
          ours.set(`${namespace} ${kind.toLowerCase()}/${name}`, row);
        }
      }
      assert.ok(theirs.size > 40, `flux lists ${theirs.size}`);
      return differences(shown, ours, theirs);
    });
  });
});

test('what was added is taken away', async () => {
  inOracle('patch', 'pod', 'leaving', '--type=json', '-p', '[{"op":"remove","path":"/metadata/finalizers"}]');
  kubectl('delete', 'namespace', 'oracle', '--wait=false');
});

await runTests();
