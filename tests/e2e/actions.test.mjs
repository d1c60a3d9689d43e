// What may be done to Flux's objects, from the page: asked for, followed to its outcome, kept in the audit log.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ends, keys, look, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, flux, serve } from './program.mjs';
import { unsoundPages } from './sound_pages.mjs';

const on = onDemo('actions');
const { folder, kubeconfig, shots } = on;
const list = `list/${flux.kustomizations}`;
let server;

before(async () => {
  server = await on.console('calm');
});

const object = (name) => on.kubectl('-n', 'flux-system', 'get', 'kustomization', name, '-o', 'json');
const dialog = (page) => page.getByRole('dialog');
const bar = (page) => page.getByRole('group', { name: 'Actions', exact: true });
const action = (page, name) => bar(page).getByRole('button', { name, exact: true });
const bulk = (page, name) => page.getByRole('group', { name: 'Actions on the selected objects' }).getByRole('button', { name, exact: true });
const select = (page, key) => page.locator(`[role="row"][data-key="${key}"] input[type="checkbox"]`).check();
const progress = (page, name) => page.getByRole('region', { name, exact: true });
/** What is disabled answers too: it says why. */
const ask = (page, name) => action(page, name).click({ force: true });
const possible = (page, name) => eventually(`${name} is possible`, async () => (await action(page, name).getAttribute('aria-disabled')) === 'false');

describe('actions on Flux objects', () => {
  it('reconcile an object in three clicks, say what it leads to, and end with the revision', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, `${list}?ns=flux-system`);
    await page.locator('[role="row"][data-key="flux-system/infrastructure"]').getByText('infrastructure').first().click();
    await possible(page, 'Reconcile');
    await action(page, 'Reconcile').click();
    assert.match(await dialog(page).innerText(), /Prune is (on|off)/);
    await dialog(page).getByRole('button', { name: 'Reconcile' }).click();
    await eventually('it has succeeded', async () => /Succeeded/.test(await progress(page, 'Reconcile').innerText()));
    assert.match(await progress(page, 'Reconcile').innerText(), /Revision main@sha1:/);
    const { annotations, managedFields } = JSON.parse(on.kubectl('-n', 'flux-system', 'get', 'kustomization', 'infrastructure', '--show-managed-fields', '-o', 'json')).metadata;
    assert.ok(annotations['reconcile.fluxcd.io/requestedAt']);
    assert.ok(managedFields.some(({ manager }) => manager === 'masthead'));
    await ends(session);
  });

  it('reconcile with source goes through the source first and shows each step', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, `${list}?open=${flux.kustomizations}/flux-system/infrastructure`);
    await possible(page, 'Reconcile with source');
    await action(page, 'Reconcile with source').click();
    await dialog(page).getByRole('button', { name: 'Reconcile with source' }).click();
    const shown = progress(page, 'Reconcile with source');
    await eventually('it has succeeded', async () => /Succeeded/.test(await shown.locator('[role="status"]').innerText()));
    assert.match(await shown.innerText(), /Reconcile GitRepository flux-system\/[\s\S]*Reconcile Kustomization flux-system\/infrastructure: Succeeded/);
    await ends(session);
  });

  it('suspend with a reason by keyboard alone; what is suspended refuses and says by whom and why; resume', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, `${list}?open=${flux.kustomizations}/flux-system/tenants`);
    await possible(page, 'Suspend');
    await page.keyboard.press('a');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Reconcile');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog(page).getByLabel('Reason').waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
    await page.keyboard.type('database migration');
    await page.screenshot({ path: join(shots, 'suspend.png') });
    await page.keyboard.press('Enter');
    await eventually('it is suspended', async () => /Succeeded/.test(await progress(page, 'Suspend').innerText()));
    const { metadata, spec } = JSON.parse(object('tenants'));
    assert.equal(spec.suspend, true);
    assert.equal(metadata.annotations['masthead/suspension-reason'], 'database migration');
    assert.equal(metadata.annotations['fluxcd.controlplane.io/suspendedBy'], 'admin');
    await eventually('Reconcile is refused', async () => (await action(page, 'Reconcile').getAttribute('aria-disabled')) === 'true');
    await ask(page, 'Reconcile');
    assert.match(await dialog(page).innerText(), /suspended by admin: database migration/);
    await page.keyboard.press('Escape');
    await possible(page, 'Resume');
    await action(page, 'Resume').click();
    await dialog(page).getByRole('button', { name: 'Resume' }).click();
    await eventually('it goes on', async () => /Succeeded/.test(await progress(page, 'Resume').innerText()));
    const after = JSON.parse(object('tenants'));
    assert.equal('suspend' in after.spec, false);
    assert.equal(after.metadata.annotations?.['masthead/suspension-reason'], undefined);
    await ends(session);
  });

  it('reconcile several at once and report on each; what is suspended is left out with the reason', async () => {
    on.kubectl('-n', 'flux-system', 'patch', 'kustomization', 'tenants', '--type=merge', '-p', '{"spec":{"suspend":true}}');
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, `${list}?ns=flux-system`);
    await eventually('it is seen suspended', async () => /Suspended/.test(await page.locator('[role="row"][data-key="flux-system/tenants"]').innerText()));
    const all = (await keys(page)).length;
    assert.ok(all >= 3);
    for (const key of await keys(page)) await select(page, key);
    await bulk(page, 'Reconcile').click();
    await eventually('what it leads to is known', async () => /Left out: It is suspended/.test(await dialog(page).innerText()));
    await page.screenshot({ path: join(shots, 'bulk.png') });
    await dialog(page).getByRole('button', { name: `Reconcile ${all - 1} objects` }).click();
    await eventually('each has an outcome', async () => /All of them have an outcome/.test(await dialog(page).innerText()));
    assert.equal((await dialog(page).innerText()).match(/Succeeded/g).length, all - 1);
    on.kubectl('-n', 'flux-system', 'patch', 'kustomization', 'tenants', '--type=merge', '-p', '{"spec":{"suspend":null}}');
    await ends(session);
  });

  it('keep everything in the audit log, which can be filtered, and are sound in both themes at both widths', async () => {
    for (const [width, height] of [[1440, 900], [390, 844]]) {
      const session = await open(on.browser, server.url, { viewport: { width, height }, hasTouch: width < 640 });
      const { page, complaints, base } = session;
      await look(session, 'audit');
      await page.getByRole('cell', { name: 'Suspend database migration' }).waitFor();
      await page.getByLabel('Object').fill('tenants');
      await page.getByLabel('Action').selectOption('suspend');
      await eventually('one entry is left', async () => (await page.locator('tbody tr').count()) === 1);
      assert.match(await page.locator('tbody tr').innerText(), /admin[\s\S]*Suspend[\s\S]*Ready[\s\S]*Succeeded/);
      const pages = [['audit', 'audit'], ['actions', `${list}?open=${flux.kustomizations}/flux-system/infrastructure`]];
      const wrong = await unsoundPages({ page, complaints, base, pages, photograph: (name) => page.screenshot({ path: join(shots, `${name}.png`) }) });
      assert.deepEqual(wrong, []);
      await ends(session);
    }
  });
});

describe('actions that are not possible', () => {
  it('are disabled with --read-only, and the server refuses them', async () => {
    const readOnly = await serve({ state: join(folder, 'read-only'), kubeconfig, more: ['--read-only'] });
    const session = await open(on.browser, readOnly.url);
    const { page } = session;
    await look(session, `${list}?open=${flux.kustomizations}/flux-system/tenants`);
    await ask(page, 'Suspend');
    assert.match(await dialog(page).innerText(), /--read-only/);
    const status = await page.evaluate(async () => (await fetch(new URL('api/operations', document.baseURI), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status);
    assert.equal(status, 403);
    await look(session, `${list}?ns=flux-system`);
    await select(page, 'flux-system/tenants');
    assert.equal(await bulk(page, 'Reconcile').getAttribute('aria-disabled'), 'true');
    await bulk(page, 'Reconcile').hover({ force: true });
    await page.getByRole('tooltip', { name: 'Masthead was started with --read-only.' }).waitFor();
    await bulk(page, 'Reconcile').click({ force: true });
    await dialog(page).getByText('Masthead was started with --read-only.').waitFor();
    await session.context.close();
    await readOnly.stop();
  });

  it('suspend without a reason is refused by the server, of one object and of several', async () => {
    const session = await open(on.browser, server.url);
    const answers = await session.page.evaluate(async (table) => {
      const send = async (objects, reason) => {
        const response = await fetch(new URL('api/operations', document.baseURI), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ action: 'suspend', objects, reason }) });
        return `${response.status} ${(await response.json()).text}`;
      };
      const one = { table, namespace: 'flux-system', name: 'tenants' };
      return [await send([one]), await send([one, { ...one, name: 'flux-system' }], ' ')];
    }, flux.kustomizations);
    assert.deepEqual(answers, ['400 A reason is missing.', '400 A reason is missing.']);
    await session.context.close();
  });

  it('say which right is missing and show a Role that would give it', async () => {
    const mine = join(folder, 'reader');
    const config = JSON.parse(on.kubectl('config', 'view', '--raw', '-o', 'json'));
    config.users[0].user = { ...config.users[0].user, as: 'reader' };
    writeFileSync(mine, JSON.stringify(config), { mode: 0o600 });
    on.kubectl('create', 'clusterrole', 'reader', '--verb=get,list,watch', '--resource=kustomizations.kustomize.toolkit.fluxcd.io');
    on.kubectl('create', 'clusterrolebinding', 'reader', '--clusterrole=reader', '--user=reader');
    const reading = await serve({ state: join(folder, 'reading'), kubeconfig: mine });
    const session = await open(on.browser, reading.url);
    const { page } = session;
    await look(session, `${list}?open=${flux.kustomizations}/flux-system/tenants`);
    await eventually('the right is known to be missing', async () => /You may not patch/.test((await action(page, 'Reconcile').getAttribute('data-tip')) ?? ''));
    await ask(page, 'Reconcile');
    const text = await dialog(page).innerText();
    assert.match(text, /You may not patch kustomizations\.kustomize\.toolkit\.fluxcd\.io in flux-system/);
    assert.match(text, /kind: Role[\s\S]*"patch"/);
    await look(session, `${list}?ns=flux-system`);
    for (const name of ['tenants', 'infrastructure']) await select(page, `flux-system/${name}`);
    await bulk(page, 'Reconcile').click();
    await dialog(page).getByText('This Role would allow it:').waitFor();
    assert.equal((await dialog(page).innerText()).match(/Left out: You may not patch/g).length, 2);
    assert.deepEqual((await dialog(page).locator('pre').allInnerTexts()).map((role) => /"patch"/.test(role)), [true], 'both need the same Role');
    await dialog(page).getByRole('button', { name: 'Copy the Role' }).waitFor();
    await page.screenshot({ path: join(shots, 'bulk-refused.png') });
    await session.context.close();
    await reading.stop();
  });

  it('are not lost when the program is killed in the middle: their outcome is not known', async () => {
    const state = join(folder, 'killed');
    const first = await serve({ state, kubeconfig });
    const session = await open(on.browser, first.url);
    await look(session, `${list}?open=${flux.kustomizations}/flux-system/tenants`);
    await possible(session.page, 'Reconcile');
    const started = await session.page.evaluate(async (table) => {
      const body = JSON.stringify({ action: 'reconcile', objects: [{ table, namespace: 'flux-system', name: 'tenants' }] });
      return (await fetch(new URL('api/operations', document.baseURI), { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json();
    }, flux.kustomizations);
    first.child.kill('SIGKILL');
    assert.ok(started.results[0].id > 0);
    await session.context.close();
    const second = await serve({ state, kubeconfig });
    try {
      const again = await open(on.browser, second.url);
      await look(again, 'audit');
      await eventually('it is there', async () => (await again.page.locator('tbody tr').count()) === 1);
      assert.match(await again.page.locator('tbody tr').innerText(), /Reconcile[\s\S]*tenants[\s\S]*Not known/);
      await again.context.close();
    } finally {
      await second.stop();
    }
  });
});
