// Logs in the page, on the embedded cluster: of a pod, of all pods of a workload, of what an object has applied, and what
// a controller says about one object.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ends, look, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, flux, freePort, serve } from './program.mjs';
import { unsoundPages } from './sound_pages.mjs';

const on = onDemo('logs');
const { folder, kubeconfig, shots } = on;
let server;

before(async () => {
  server = await on.console('outage');
});

const lines = (page) => page.getByRole('log');
const bar = (page) => page.getByRole('group', { name: 'Log', exact: true });
const shown = async (page) => (await lines(page).innerText()).split('\n').filter((line) => line !== '').length;

const pods = (ns, phase) => JSON.parse(on.kubectl('-n', ns, 'get', 'pods', '-o', 'json')).items.filter(({ status }) => phase(status)).map(({ metadata }) => metadata.name);
const running = ({ containerStatuses = [] }) => containerStatuses[0]?.state.running !== undefined && containerStatuses[0].restartCount === 0;

describe('the log of a pod', () => {
  it('is followed, searched, filtered, cleared and saved', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    const [pod] = pods('shop', running);
    await look(session, `list/pods?open=pods/shop/${pod}&tab=logs`);
    await eventually('lines are there', async () => (await shown(page)) > 5);
    await eventually('it is followed', async () => /Following 1 container/.test(await page.innerText('#object')));
    const before = await page.locator('[role="log"] [data-index]').last().getAttribute('data-index');
    await eventually('a new line comes', async () => Number(await page.locator('[role="log"] [data-index]').last().getAttribute('data-index')) > Number(before));

    await page.getByLabel('Search the log').fill('CACHE hit');
    await eventually('they are marked', async () => (await page.locator('[role="log"] mark').count()) > 0);
    await page.getByLabel('Search the log').press('Enter');
    assert.match(await bar(page).innerText(), /1 of \d/);
    await bar(page).getByLabel('Only these').check();
    await eventually('the others are gone', async () => !/request served/.test(await lines(page).innerText()));
    await page.getByLabel('Search the log').fill('');

    await page.getByRole('button', { name: 'Download', exact: true }).click();
    const [part] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /lines that are here/ }).click()]);
    assert.equal(part.suggestedFilename(), `${pod}.log`);
    const [whole] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: new RegExp(pod) }).click()]);
    const chunks = [];
    for await (const chunk of await whole.createReadStream()) chunks.push(chunk);
    assert.match(Buffer.concat(chunks).toString(), /^\d{4}-\d\d-\d\dT\S+Z level=info/);
    await page.keyboard.press('Escape');

    await bar(page).getByRole('button', { name: 'Clear' }).click();
    await eventually('it is empty but for what is new', async () => (await page.locator('[role="log"] [data-index]').count()) < 5);
    await ends(session);
  });

  it('stays where the reader is when he scrolls up, and says how much is new', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    const [pod] = pods('shop', running);
    await look(session, `list/pods?open=pods/shop/${pod}&tab=logs`);
    await eventually('lines are there', async () => (await shown(page)) > 5);
    await lines(page).evaluate((element) => { element.scrollTop = 0; });
    const toEnd = page.getByRole('button', { name: /new line/ });
    await toEnd.waitFor();
    assert.equal(await lines(page).evaluate((element) => element.scrollTop), 0);
    await toEnd.click();
    await eventually('it is at the end', () => lines(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 30));
    await ends(session);
  });

  it('goes along when a banner takes room before the browser tells of a scroll', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    const [pod] = pods('shop', running);
    await look(session, `list/pods?open=pods/shop/${pod}&tab=logs`);
    const behind = () => lines(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
    await eventually('lines are there', async () => (await shown(page)) > 5 && (await behind()) < 2);
    const by = await lines(page).evaluate((element) => {
      const banner = document.createElement('div');
      banner.style.minHeight = '90px';
      document.querySelector('header').after(banner);
      element.dispatchEvent(new Event('scroll'));
      return element.scrollHeight - element.scrollTop - element.clientHeight;
    });
    assert.ok(by > 60, `the lines have less room, by ${by} px`);
    await eventually('it is at the end again', async () => (await behind()) < 2, 10);
    assert.equal(await page.getByRole('button', { name: /new line|To the end/ }).count(), 0);
    await ends(session);
  });

  it('has the run before the last restart, and says so where there is none', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    const all = JSON.parse(on.kubectl('get', 'pods', '-A', '-o', 'json')).items;
    const crashed = all.find(({ status }) => status.containerStatuses?.[0]?.restartCount > 0);
    await look(session, `list/pods?open=pods/${crashed.metadata.namespace}/${crashed.metadata.name}&tab=logs`);
    await bar(page).getByLabel('Previous run').check();
    await eventually('its last words are there', async () => /level=fatal/.test(await lines(page).innerText()));
    const [well] = pods('shop', running);
    await look(session, `list/pods?open=pods/shop/${well}&tab=logs`);
    await bar(page).getByLabel('Previous run').check();
    await eventually('there is none', async () => /There is no log of a run before this one/.test(await page.innerText('#object')));
    await ends(session);
  });

  it('goes on without holes and doubles when the server comes back', async () => {
    const port = await freePort();
    const own = await serve({ state: join(folder, 'own'), kubeconfig, port });
    const session = await open(on.browser, own.url);
    const { page } = session;
    const [pod] = pods('shop', running);
    await look(session, `list/pods?open=pods/shop/${pod}&tab=logs`);
    await eventually('lines are there', async () => (await shown(page)) > 5);
    await own.stop();
    const again = await serve({ state: join(folder, 'own'), kubeconfig, port });
    await eventually('it is followed again', async () => /Live/.test(await page.innerText('header')) && /Following 1 container/.test(await page.innerText('#object')));
    await eventually('lines of now are there', async () => {
      const times = await page.locator('[role="log"] time').evaluateAll((all) => all.map(({ dateTime }) => dateTime));
      return Date.now() - Date.parse(times.at(-1)) < 5_000;
    });
    // A line every two seconds of its life: each once.
    const times = await page.locator('[role="log"] time').evaluateAll((all) => all.map(({ dateTime }) => Date.parse(dateTime)));
    for (let index = 1; index < times.length; index += 1) assert.equal(times[index] - times[index - 1], 2_000, `line ${index}`);
    await session.context.close();
    await again.stop();
  });
});

describe('logs of several pods', () => {
  it('are put in order, each line with its pod, for a workload and for what a Kustomization has applied', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, 'list/deployments.apps?open=deployments.apps/shop/catalogue&tab=logs');
    await eventually('all are followed', async () => /Following [2-9]/.test(await page.innerText('#object')));
    await eventually('lines name their pods', async () => /catalogue-/.test(await lines(page).innerText()));
    const times = await page.locator('[role="log"] time').evaluateAll((all) => all.map(({ dateTime }) => Date.parse(dateTime)));
    assert.deepEqual(times, [...times].sort((a, b) => a - b));
    await page.screenshot({ path: join(shots, 'workload.png') });
    const [, first] = await bar(page).getByLabel('Pod', { exact: true }).locator('option').evaluateAll((all) => all.map(({ value }) => value));
    await bar(page).getByLabel('Pod', { exact: true }).selectOption(first);
    await eventually('one is followed', async () => /Following 1 container/.test(await page.innerText('#object')));
    await look(session, `list/${flux.kustomizations}?open=${flux.kustomizations}/shop/catalogue&tab=logs`);
    await eventually('pods of its inventory are followed', async () => /Following \d+ containers/.test(await page.innerText('#object')));
    await ends(session);
  });
});

describe('the log of a controller', () => {
  it('has the lines about one object, with level, error and revision, and the line itself on demand', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    const failing = JSON.parse(on.kubectl('get', 'kustomizations.kustomize.toolkit.fluxcd.io', '-A', '-o', 'json')).items.find(({ status }) => status.conditions?.some(({ type, status: is, reason }) => type === 'Ready' && is === 'False' && reason !== 'DependencyNotReady'));
    const { namespace, name } = failing.metadata;
    await look(session, `list/${flux.kustomizations}?open=${flux.kustomizations}/${namespace}/${name}&tab=controller`);
    await eventually('it tells of a failure', async () => /Reconciliation failed/.test(await lines(page).innerText()));
    const summary = lines(page).locator('summary').first();
    await summary.click();
    const raw = JSON.parse(await lines(page).locator('details[open] code').first().innerText());
    assert.equal(raw.controllerKind, 'Kustomization');
    assert.equal(raw.name, name);
    assert.equal(raw.namespace, namespace);
    await page.screenshot({ path: join(shots, 'controller.png') });
    await ends(session);
  });
});

describe('logs that may not be read', () => {
  it('name the right that is missing, with a Role that gives it', async () => {
    const mine = join(folder, 'blind');
    const config = JSON.parse(on.kubectl('config', 'view', '--raw', '-o', 'json'));
    config.users[0].user = { ...config.users[0].user, as: 'blind' };
    writeFileSync(mine, JSON.stringify(config), { mode: 0o600 });
    on.kubectl('create', 'clusterrole', 'blind', '--verb=get,list,watch', '--resource=pods,deployments.apps,replicasets.apps');
    on.kubectl('create', 'clusterrolebinding', 'blind', '--clusterrole=blind', '--user=blind');
    const reading = await serve({ state: join(folder, 'blind-state'), kubeconfig: mine });
    const session = await open(on.browser, reading.url);
    const { page } = session;
    const [pod] = pods('shop', running);
    await look(session, `list/pods?open=pods/shop/${pod}&tab=logs`);
    await eventually('it is said', async () => /You may not read the logs of pods in shop/.test(await page.innerText('#object')));
    await page.getByRole('button', { name: 'Show the Role' }).click();
    assert.match(await page.getByRole('dialog').innerText(), /resources: \["pods\/log"\]/);
    await session.context.close();
    await reading.stop();
  });

  it('are not given to other sites', async () => {
    const { origin } = new URL(server.url);
    const answer = await fetch(`${origin}/api/log?namespace=shop&pod=x&container=y`);
    assert.equal(answer.status, 401);
  });
});

describe('pages of logs', () => {
  it('are sound in both themes at both widths', async () => {
    for (const [width, height] of [[1440, 900], [390, 844]]) {
      const session = await open(on.browser, server.url, { viewport: { width, height }, hasTouch: width < 640 });
      const { page, complaints, base } = session;
      const [pod] = pods('shop', running);
      const list = [['pod', `list/pods?open=pods/shop/${pod}&tab=logs`], ['workload', 'list/deployments.apps?open=deployments.apps/shop/catalogue&tab=logs&full=1'], ['controller', `list/${flux.kustomizations}?open=${flux.kustomizations}/shop/catalogue&tab=controller&full=1`]];
      const wrong = await unsoundPages({
        page, complaints, base, pages: list,
        photograph: async (name) => {
          await page.waitForTimeout(700);
          await page.screenshot({ path: join(shots, `${name}.png`) });
        },
      });
      assert.deepEqual(wrong, []);
      await ends(session);
    }
  });
});
