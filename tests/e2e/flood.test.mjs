// A large cluster in trouble: 5,000 objects of Flux, of which thousands change state within a minute. The page stays
// quick, ends up with what the API server has, and nothing is watched twice because somebody looks.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Server, readKubeconfig } from '../sim/client.mjs';
import { ends, look, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, flux, run, sleep } from './program.mjs';

const kChanges = 2_000;
const kPaceMs = 30; // all of them in a minute

const on = onDemo('flood');
let url;
let api;

before(async () => {
  url = await on.demo('--size', 'large', '--kubeconfig-out', on.kubeconfig);
  api = new Server('demo', readKubeconfig(on.kubeconfig), {});
});

async function kustomizations() {
  const { status, body } = await api.call('GET', '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations');
  assert.equal(status, 200);
  return body.items;
}

/** Running watches of the API server by resource and scope, as its metrics tell. */
async function watches() {
  const { status, body } = await api.call('GET', '/metrics');
  assert.equal(status, 200);
  return Object.fromEntries([...body.matchAll(/^apiserver_longrunning_requests\{(.*verb="WATCH".*)\} (\d+)$/gm)].map(([, what, count]) => [what, Number(count)]));
}

const ready = (object) => object.status?.conditions?.find(({ type }) => type === 'Ready');
const path = ({ metadata }) => `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${metadata.namespace}/kustomizations/${metadata.name}/status`;

/** A pass over the object that failed, or one that went well, as kustomize-controller writes it. */
async function turn(object, fails, number) {
  const at = new Date().toISOString().replace(/\.\d+Z/, 'Z');
  const condition = fails
    ? { type: 'Ready', status: 'False', reason: 'HealthCheckFailed', message: `health check failed after 30s: timeout waiting for: [Deployment/flood/number-${number} status: 'InProgress']` }
    : { ...ready(object), status: 'True', reason: 'ReconciliationSucceeded', message: `Applied revision: ${object.status.lastAppliedRevision}` };
  const conditions = [{ ...condition, lastTransitionTime: at, observedGeneration: object.metadata.generation }];
  const { status, body } = await api.call('PATCH', path(object), { type: 'application/merge-patch+json', body: { status: { conditions } } });
  assert.equal(status, 200, JSON.stringify(body));
}

/** What `masthead status` finds, which reads everything once. */
function told() {
  try {
    return JSON.parse(run(process.env.MASTHEAD_PROGRAM, ['status', '-o', 'json', '--kubeconfig', on.kubeconfig]));
  } catch (error) {
    assert.equal(error.status, 1, String(error)); // something is broken, which it says by its exit code
    return JSON.parse(error.stdout);
  }
}

/** The dashboard's counts of Kustomizations by status, those that are not nothing. */
const countsOf = (page) => page.getByRole('region', { name: 'Counts' }).getByRole('table').evaluate((table) => {
  const [, , ...statuses] = [...table.tHead.rows[0].cells].map(({ textContent }) => textContent.trim());
  const row = [...table.tBodies[0].rows].find(({ cells }) => cells[0].textContent.trim() === 'Kustomizations');
  const numbers = [...row.cells].slice(2).map(({ textContent }) => Number(textContent.replaceAll(/\D/g, '')));
  return Object.fromEntries(statuses.map((status, at) => [status, numbers[at]]).filter(([, count]) => count > 0));
});

/** Counts from here on how long the page's thread is taken at a time. */
const watchTasks = (page) => page.evaluate(() => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration, startTime }) => ({ duration, startTime })))).observe({ type: 'longtask' });
});

describe('5,000 objects of Flux with 2,000 changes in a minute', () => {
  it('leave no page waiting, end right in every list, and are watched once', async () => {
    const pages = ['', `list/${flux.kustomizations}`, `list/${flux.kustomizations}?q=status:failed`, 'flux', 'flux/graph?q=status:failed'];
    const sessions = [];
    for (const one of pages) {
      const session = await open(on.browser, url);
      await look(session, one);
      sessions.push(session);
    }
    // The longest lists are read last.
    const watched = await eventually('everything is watched', async () => {
      const now = await watches();
      return ['pods', 'deployments', 'replicasets', 'kustomizations'].every((plural) => Object.keys(now).some((what) => what.includes(`resource="${plural}"`))) ? now : undefined;
    });
    for (const [what, count] of Object.entries(watched)) assert.equal(count, 1, `${count} watches of ${what}`);
    for (const { page } of sessions) await watchTasks(page);

    const all = (await kustomizations()).filter((object) => ready(object)?.status === 'True' && !object.spec.suspend && object.metadata.namespace.includes('-'));
    assert.ok(all.length > 1_000, `${all.length} are Ready`);
    const began = Date.now();
    const running = [];
    for (let number = 0; number < kChanges; ++number) {
      const late = began + number * kPaceMs - Date.now();
      if (late > 0) await sleep(late);
      running.push(turn(all[number % 1_000], number < 1_000 || number % 2 === 0, number));
    }
    await Promise.all(running);
    const took = (Date.now() - began) / 1000;

    // A console that starts now knows nothing of how it came to this.
    await eventually('the dashboard counts what a console counts that reads all anew', async () => {
      const { counts } = told();
      assert.deepEqual(await countsOf(sessions[3].page), counts.Kustomization);
      return true;
    });
    const failed = told().counts.Kustomization.Failed;
    assert.ok(failed > 400, `${failed} have failed`);
    // The cluster's own controllers go on meanwhile.
    await eventually('the list has them all', async () => (await sessions[2].page.getByRole('grid').getAttribute('aria-rowcount')) === String(told().counts.Kustomization.Failed + 1));
    assert.deepEqual(await watches(), watched, 'whoever looks, nothing more is watched');
    for (const [at, { page }] of sessions.entries()) {
      const tasks = await page.evaluate(() => window.longTasks);
      const longest = Math.max(0, ...tasks.map(({ duration }) => duration));
      console.log(`${pages[at] || 'home'}: ${tasks.length} tasks over 50 ms, the longest ${Math.round(longest)} ms, in ${took.toFixed(0)} s`);
    }
    for (const session of sessions) await ends(session);
  });
});
