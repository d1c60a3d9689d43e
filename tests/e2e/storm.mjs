// Thousands of Kustomizations that fail and recover, as kustomize-controller writes it.
import assert from 'node:assert/strict';
import { sleep } from './program.mjs';

const changes = 2_000;
const paceMs = 30; // all of them in a minute
const ready = (object) => object.status?.conditions?.find(({ type }) => type === 'Ready');

/** A pass over the object that failed, or one that went well. */
async function turn(api, object, fails, number) {
  const at = new Date().toISOString().replace(/\.\d+Z/, 'Z');
  const condition = fails
    ? { type: 'Ready', status: 'False', reason: 'HealthCheckFailed', message: `health check failed after 30s: timeout waiting for: [Deployment/flood/number-${number} status: 'InProgress']` }
    : { ...ready(object), status: 'True', reason: 'ReconciliationSucceeded', message: `Applied revision: ${object.status.lastAppliedRevision}` };
  const conditions = [{ ...condition, lastTransitionTime: at, observedGeneration: object.metadata.generation }];
  const { namespace, name } = object.metadata;
  const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/${name}/status`;
  const { status, body } = await api.call('PATCH', path, { type: 'application/merge-patch+json', body: { status: { conditions } } });
  assert.equal(status, 200, JSON.stringify(body));
}

/** Of the large demo, whose API server is `api`; how many seconds it took. */
export async function storm(api) {
  const { status, body } = await api.call('GET', '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations');
  assert.equal(status, 200);
  const all = body.items.filter((object) => object.status?.lastAppliedRevision !== undefined && !object.spec.suspend && object.metadata.namespace.includes('-')).slice(0, 1_000);
  assert.equal(all.length, 1_000);
  const began = Date.now();
  const running = [];
  for (let number = 0; number < changes; ++number) {
    const late = began + number * paceMs - Date.now();
    if (late > 0) await sleep(late);
    running.push(turn(api, all[number % all.length], number < all.length || number % 2 === 0, number));
  }
  await Promise.all(running);
  return (Date.now() - began) / 1000;
}
