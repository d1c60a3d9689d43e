#!/usr/bin/env node
// The checker itself, on objects small enough to be judged by hand.
import assert from 'node:assert/strict';
import { inTheMiddle, judge } from './checker.mjs';

const now = Date.parse('2026-01-05T10:00:00Z');
const minutesAgo = (count) => new Date(now - count * 60_000).toISOString();
const ready = (status, reason = '', more = {}) => [{ type: 'Ready', status, reason, message: '', lastTransitionTime: minutesAgo(1), ...more }];
const source = (name, conditions = ready('True'), more = {}) => ({ kind: 'GitRepository', metadata: { name, namespace: 'ns', generation: 1, creationTimestamp: minutesAgo(60) }, spec: {}, status: { conditions, ...more } });
const kustomization = (name, conditions, { on = [], metadata = {}, spec = {}, status = {} } = {}) => ({
  kind: 'Kustomization', metadata: { name, namespace: 'ns', generation: 1, creationTimestamp: minutesAgo(60), ...metadata },
  spec: { sourceRef: { kind: 'GitRepository', name: 'git' }, dependsOn: on.map((dependency) => ({ name: dependency })), ...spec }, status: { conditions, ...status },
});
const waits = ready('False', 'DependencyNotReady');
const fails = ready('False', 'BuildFailed');
const git = source('git');
const state = (object) => judge([git, object], now).states.get(`Kustomization ns/${object.metadata.name}`);
const causes = (...objects) => Object.fromEntries(judge([git, ...objects], now).causes.map(({ key, waiting }) => [key.replace('Kustomization ns/', ''), waiting.map((one) => one.replace('Kustomization ns/', '')).join(' ')]));
const words = (...objects) => judge([git, ...objects], now).causes[0].words;

const tests = {
  'a state is the first line of the table that fits'() {
    const of = (conditions, more) => state(kustomization('a', conditions, more)).status;
    assert.equal(of(ready('True'), { metadata: { deletionTimestamp: minutesAgo(0) } }), 'Terminating');
    assert.equal(of(fails, { spec: { suspend: true } }), 'Suspended');
    assert.equal(of([]), 'Unknown');
    assert.equal(of([], { metadata: { creationTimestamp: minutesAgo(0.5) } }), 'Waiting');
    assert.equal(of([...fails, { type: 'Stalled', status: 'True' }]), 'Stalled');
    assert.equal(of(fails), 'Failed');
    assert.equal(of(ready('False', 'HealthCheckCanceled')), 'Progressing');
    assert.equal(of(ready('False', 'BuildFailed', { observedGeneration: 1 }), { metadata: { generation: 2 } }), 'Progressing');
    assert.equal(of(ready('True', '', { observedGeneration: 1 }), { metadata: { generation: 2 } }), 'Progressing');
    assert.equal(of(ready('True')), 'Ready');
  },
  'what failed and is tried again is Failed by its own evidence, and else in the middle of a pass'() {
    const retried = kustomization('a', [...ready('Unknown', 'Progressing'), { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry' }]);
    const first = kustomization('a', ready('Unknown', 'Progressing'));
    assert.deepEqual([state(retried).status, state(retried).retrying, inTheMiddle(retried)], ['Failed', true, false]);
    assert.deepEqual([state(first).status, inTheMiddle(first)], ['Progressing', true]);
  },
  'a suspended object keeps that it had failed, and one that is behind its source is outdated'() {
    assert.equal(state(kustomization('a', fails, { spec: { suspend: true } })).failed, true);
    const behind = kustomization('a', ready('True'), { status: { lastAppliedRevision: 'main@sha1:1' } });
    assert.equal(judge([source('git', ready('True'), { artifact: { revision: 'main@sha1:2' } }), behind], now).states.get('Kustomization ns/a').outdated, true);
  },
  'those that wait are counted at the first broken object'() {
    assert.deepEqual(causes(kustomization('c', waits, { on: ['b'] }), kustomization('b', waits, { on: ['a'] }), kustomization('a', fails)), { a: 'b c' });
    assert.deepEqual(causes(kustomization('b', waits, { on: ['a'] }), kustomization('a', ready('Unknown', 'Progressing'))), {}, 'on its way');
    assert.deepEqual(causes(kustomization('b', waits, { on: ['a'] }), kustomization('a', ready('True'), { spec: { suspend: true } })), { a: 'b' }, 'suspended');
  },
  'a broken source is to blame before a dependency is'() {
    const found = judge([source('git', ready('False', 'GitOperationFailed')), kustomization('a', ready('False', 'ArtifactFailed'))], now).causes;
    assert.deepEqual(found.map(({ key, waiting }) => [key, waiting]), [['GitRepository ns/git', ['Kustomization ns/a']]]);
  },
  'of a circle the first by name is the cause, for those outside too'() {
    const round = [kustomization('z', waits, { on: ['x'] }), kustomization('out', waits, { on: ['z'] }), kustomization('y', waits, { on: ['z'] }), kustomization('x', waits, { on: ['y'] })];
    assert.deepEqual(causes(...round), { x: 'out y z' });
    assert.equal(words(...round), 'depends on itself through Kustomization ns/y');
  },
  'what is missing is named, with the suspended one that would make it, unless a broken one above explains it'() {
    const labels = { 'kustomize.toolkit.fluxcd.io/name': 'above', 'kustomize.toolkit.fluxcd.io/namespace': 'ns' };
    const below = kustomization('below', waits, { on: ['gone'], metadata: { labels } });
    assert.equal(words(kustomization('a', waits, { on: ['gone'] })), 'needs Kustomization ns/gone, which does not exist');
    assert.equal(words(below, kustomization('above', ready('True'), { spec: { suspend: true } })), 'needs Kustomization ns/gone, which does not exist; Kustomization ns/above, which applied this, is suspended');
    assert.deepEqual(causes(below, kustomization('above', fails)), { above: 'below' });
  },
  'a failed health check is the fault of the Flux object that it names'() {
    const parent = kustomization('parent', ready('False', 'HealthCheckFailed', { message: "timeout waiting for: [Kustomization/ns/child status: 'InProgress', Deployment/ns/web status: 'InProgress']" }));
    assert.deepEqual(causes(parent, kustomization('child', fails)), { child: 'parent' });
  },
};

let failed = 0;
for (const [title, body] of Object.entries(tests)) {
  try {
    body();
    console.log(`ok ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${title}`);
    console.log(String(error.stack ?? error).replace(/^/gm, '  '));
  }
}
process.exit(failed === 0 ? 0 : 1);
