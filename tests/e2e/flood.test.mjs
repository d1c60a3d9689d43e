// A large cluster in trouble: 5,000 objects of Flux, of which thousands change state within a minute. The pages end up
// with what the API server has, and nothing is watched twice because somebody looks. How quick they stay meanwhile is
// measured by `scripts/bench scale`.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Server, readKubeconfig } from '../sim/client.mjs';
import { ends, look, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, flux, run } from './program.mjs';
import { storm } from './storm.mjs';

const on = onDemo('flood');
let url;
let api;

before(async () => {
  url = await on.demo('--size', 'large', '--kubeconfig-out', on.kubeconfig);
  api = new Server('demo', readKubeconfig(on.kubeconfig), {});
});

/** Running watches of the API server by resource and scope, as its metrics tell. */
async function watches() {
  const { status, body } = await api.call('GET', '/metrics');
  assert.equal(status, 200);
  return Object.fromEntries([...body.matchAll(/^apiserver_longrunning_requests\{(.*verb="WATCH".*)\} (\d+)$/gm)].map(([, what, count]) => [what, Number(count)]));
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

describe('5,000 objects of Flux with 2,000 changes in a minute', () => {
  it('end right in every list, and are watched once', async () => {
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
    await storm(api);

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
    for (const session of sessions) await ends(session);
  });
});
