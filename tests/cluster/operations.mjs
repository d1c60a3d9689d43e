// Actions as the page asks for them, and what the audit log says of how they ended.
import assert from 'node:assert/strict';
import { eventually, kubectl } from '../e2e/program.mjs';

export const post = (page, path, body) =>
  page.evaluate(async ([to, text]) => {
    const answer = await fetch(new URL(to, document.baseURI), { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
    return answer.json();
  }, [`api/${path}`, JSON.stringify(body)]);
export const address = (table, key) => ({ table, namespace: key.split('/')[0], name: key.split('/')[1] });
export const get = (kind, key) => JSON.parse(kubectl('-n', key.split('/')[0], 'get', kind, key.split('/')[1], '-o', 'json'));
export const entry = async (page, id) => (await page.evaluate(async () => (await fetch(new URL('api/audit', document.baseURI))).json())).entries.find((one) => one.id === id);

export async function begin(page, action, table, key, more = {}) {
  const { results } = await post(page, 'operations', { action, objects: [address(table, key)], ...more });
  assert.ok(results[0].id > 0, JSON.stringify(results));
  return results[0].id;
}

/** The entry of the audit log once there is an outcome. */
export async function outcome(page, action, table, key, more) {
  const id = await begin(page, action, table, key, more);
  return eventually(`${action} of ${key} has an outcome`, async () => {
    const found = await entry(page, id);
    return found.outcome === 'running' ? undefined : found;
  }, 120);
}
