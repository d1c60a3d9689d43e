// A session over everything the program serves, on the real cluster: what it says is what api/openapi.yaml says.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { drawn, keys, look, meta, open } from '../e2e/browsing.mjs';
import { flux, kubectl, launch, serve } from '../e2e/program.mjs';

const state = mkdtempSync(join(tmpdir(), 'masthead-contract-'));
const ks = flux.kustomizations;
let browser;
let server;

before(async () => {
  server = await serve({ state: join(state, 'admin') });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(state, { recursive: true, force: true });
});

async function ends({ context, contract, complaints }, ...said) {
  assert.deepEqual(await contract.deviations(), []);
  assert.deepEqual(complaints, []);
  for (const type of said) assert.ok(contract.types.has(type), `${type} was said; there were ${[...contract.types].join(', ')}`);
  await context.close();
}

const suspend = (on) => kubectl('-n', 'by-hand', 'patch', 'kustomization', 'vault', '--type=merge', '-p', JSON.stringify({ spec: { suspend: on } }));

describe('what the program says is what the contract says', () => {
  it('on every list, and for an object of each with its YAML', async () => {
    const session = await open(browser, server.url);
    const { tables } = await meta(session.page);
    assert.ok(tables.length > 15, `${tables.length} tables`);
    for (const { id } of tables) {
      await look(session, `list/${id}`);
      const [key] = await keys(session.page);
      if (key === undefined) continue;
      await look(session, `list/${id}?open=${id}/${encodeURIComponent(key)}&tab=yaml`);
      await session.page.waitForSelector('[aria-label="YAML"]');
    }
    await ends(session, 'hello', 'connection', 'state', 'reset', 'home', 'detail', 'Meta', 'YamlText');
  });

  it('for what failed, is blocked, suspended, stalled or not there', async () => {
    const session = await open(browser, server.url);
    for (const [table, status] of [[ks, 'failed'], [ks, 'blocked'], [ks, 'suspended'], [flux.helmReleases, 'stalled'], [flux.helmReleases, 'failed'], ['pods', 'failed'], ['nodes', 'unknown']]) {
      await look(session, `list/${table}?q=status:${status}`);
      const found = await keys(session.page);
      assert.ok(found.length > 0, `${table} has ${status}`);
      for (const tab of ['', '&tab=inventory', '&tab=events', '&tab=related']) await look(session, `list/${table}?open=${table}/${encodeURIComponent(found[0])}${tab}`);
    }
    await look(session, `list/${ks}?open=${ks}/payments/never-made`);
    await look(session, 'list/things.example.com');
    await look(session, `list/${ks}?open=${ks}/flux-system/flux-system&tab=variables`);
    await session.page.getByRole('rowheader', { name: 'GIT_URL' }).waitFor();
    await ends(session, 'detail', 'reset', 'Substitutions');
  });

  it('while the list changes, sorted and filtered', async () => {
    const session = await open(browser, server.url);
    const { page } = session;
    await look(session, `list/${ks}?q=ns:by-hand`);
    const status = (word) => page.waitForSelector(`[role="row"][data-key="by-hand/vault"] >> text=${word}`);
    await status('Ready');
    try {
      suspend(true);
      await status('Suspended');
    } finally {
      suspend(false);
    }
    await status('Ready');
    for (const title of ['Last reconciled', 'Source', 'Status']) {
      await page.getByRole('columnheader', { name: title }).getByRole('button').first().click();
      await drawn(page);
    }
    await ends(session, 'delta');
  });

  it('in a search, and where it has to refuse', async () => {
    const session = await open(browser, server.url);
    const { page, complaints } = session;
    for (const words of ['ledger', 'crash', 'ns:payments', 'no such words at all']) {
      await page.keyboard.press('Control+k');
      const answer = page.waitForResponse((response) => response.url().includes('api/search'));
      await page.keyboard.type(words);
      await answer;
      await page.keyboard.press('Escape');
    }
    const status = (path) => page.evaluate(async (address) => {
      const answer = await fetch(new URL(address, document.baseURI));
      await answer.text();
      return answer.status;
    }, path);
    assert.equal(await status('api/yaml?table=pods&namespace=shop&name=never-made'), 404);
    assert.equal(await status('api/yaml?table=things.example.com&name=x'), 404);
    assert.equal(await status('api/yaml'), 400);
    complaints.length = 0; // the browser's lines about the three
    await ends(session, 'SearchResult', 'Problem');
  });

  it('to one who may see a single namespace', async () => {
    const tenant = await serve({ state: join(state, 'tenant'), kubeconfig: process.env.KUBECONFIG_TEAM_A, more: ['--namespace', 'team-a,shop'] });
    try {
      const session = await open(browser, tenant.url);
      const { tables } = await meta(session.page);
      for (const { id } of tables) await look(session, `list/${id}`);
      await look(session, 'list/nodes');
      assert.match(await session.page.innerText('#page'), /list nodes/);
      await look(session, `list/${ks}?open=${ks}/team-a/site`);
      await look(session, `list/${ks}?open=${ks}/shop/backend`);
      await ends(session, 'state', 'detail');
    } finally {
      await tenant.stop();
    }
  });
});
