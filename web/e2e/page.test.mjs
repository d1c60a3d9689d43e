// The page in a real browser against the fixture: what a unit test cannot see. `npm run e2e` after `npm run build`.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { drawn } from '../../tests/e2e/browsing.mjs';
import { launch } from '../../tests/e2e/program.mjs';
import { startFixture } from '../dev/server.mjs';

const ks = 'kustomizations.kustomize.toolkit.fluxcd.io';
const list = `list/${ks}`;
let browser;
let fixture;
let context;
let page;
let complaints;

before(async () => {
  fixture = await startFixture({ base: '/console/' });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  fixture?.stop();
});

beforeEach(async () => {
  await context?.close();
  await fixture.set({ reset: true, size: 30, mood: 'fire' });
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text());
  });
  // The pointer stands outside the window until a test moves it.
  await page.mouse.move(0, 0);
});

const open = async (path) => {
  await page.goto(fixture.origin + path);
  await drawn(page);
};
const keys = () => page.$$eval('[role="row"][data-key]', (rows) => rows.map((row) => ({ key: row.dataset.key, top: row.getBoundingClientRect().top })).sort((a, b) => a.top - b.top).map(({ key }) => key));
const text = (selector) => page.textContent(selector);
const eventually = async (what, check) => {
  const end = Date.now() + 30_000; // ends a test that has failed, decides nothing else
  for (;;) {
    if (await check()) return;
    if (Date.now() > end) assert.fail(`it did not come to pass: ${what}; the page says: ${(await page.innerText('body')).slice(0, 1500)}`);
    await page.waitForTimeout(50);
  }
};
const says = (words) => eventually(`the page says “${words}”`, async () => (await page.innerText('body')).includes(words));

describe('the page', () => {
  it('runs under a base path with its policy and breaks it nowhere', async () => {
    for (const path of ['', list, 'list/nodes', 'lists', 'me', 'licenses', `${list}?open=${ks}/obs/loki&tab=yaml`, `${list}?open=${ks}/obs/loki&full=1`]) {
      await open(path);
    }
    await page.keyboard.press('Control+k');
    await page.waitForSelector('[role="dialog"]');
    assert.deepEqual(complaints, []);
    assert.ok((await page.content()).includes('<base href="/console/">'));
  });

  it('names causes on Home, and unfolds who waits', async () => {
    await open('');
    await says('3 causes, 47 objects waiting');
    await says('before it:');
    await page.getByRole('button', { name: '41 wait' }).click();
    await says('and 29 more');
  });

  it('is one calm line when all is fine, and says so only then', async () => {
    await fixture.set({ size: 30, mood: 'healthy' });
    await open('');
    await says('objects fine.');
    assert.ok(!(await page.innerText('body')).includes('Broken'));
  });

  it('sends one window of a long list, not the list', async () => {
    await fixture.set({ size: 5000, mood: 'fire' });
    await open(list);
    assert.ok((await page.$$('[role="row"][data-key]')).length < 80);
    const { subscriptions } = await fixture.set({});
    assert.ok(subscriptions[0].filter(({ type }) => type === 'list').every(({ count }) => count <= 500));
    assert.equal(await page.getAttribute('[role="grid"]', 'aria-rowcount'), '5002');
    await page.evaluate(() => { document.querySelector('[role="grid"]').parentElement.scrollTop = 28 * 4000; });
    await eventually('rows around 4,000 are there', async () => (await page.$('[role="row"][aria-rowindex="4010"]')) !== null);
  });

  it('does not move rows under the pointer; cells change at once; the chip and r apply', async () => {
    await open(list);
    const before = await keys();
    await page.mouse.move(700, 400);
    await fixture.set({ add: { table: ks } });
    await fixture.set({ remove: { table: ks, key: before[8] } });
    await fixture.set({ touch: { table: ks, key: before[9], set: { status: 'Suspended' } } });
    await says('1 new · 1 gone');
    assert.deepEqual((await keys()).slice(0, 25), before.slice(0, 25));
    assert.equal(await page.getAttribute(`[data-key="${before[8]}"]`, 'data-gone'), 'true');
    assert.match(await text(`[data-key="${before[9]}"]`), /Suspended/);
    await page.keyboard.press('r');
    await eventually('the gone row left', async () => !(await keys()).includes(before[8]));
    assert.ok(!(await page.innerText('body')).includes('1 gone'));
  });

  it('applies by itself when the pointer leaves', async () => {
    await open(list);
    const before = await keys();
    await page.mouse.move(700, 400);
    await fixture.set({ remove: { table: ks, key: before[3] } });
    await says('1 gone');
    await page.mouse.move(700, 20);
    await eventually('the row left', async () => !(await keys()).includes(before[3]));
  });

  it('keeps the first seen row in its place while the list changes above it', async () => {
    await fixture.set({ size: 800, mood: 'healthy' });
    await open(`${list}?sort=name`);
    await page.evaluate(() => { document.querySelector('[role="grid"]').parentElement.scrollTop = 28 * 300 + 11; });
    await eventually('rows are there', async () => (await page.$('[role="row"][aria-rowindex="310"]')) !== null);
    await page.waitForTimeout(300);
    const where = () => page.evaluate(() => {
      const top = document.querySelector('[role="grid"]').parentElement.getBoundingClientRect().top + 28;
      const rows = [...document.querySelectorAll('[role="row"][data-key]')].map((row) => [row.dataset.key, row.getBoundingClientRect().top]).filter(([, y]) => y >= top).sort((a, b) => a[1] - b[1]);
      return rows[0];
    });
    const [key, y] = await where();
    for (let turn = 0; turn < 10; turn++) await fixture.set({ add: { table: ks } });
    await says('10 new');
    assert.deepEqual(await where(), [key, y]);
    await page.keyboard.press('r');
    await eventually('the new rows are in their places', async () => !(await page.innerText('body')).includes('10 new'));
    assert.deepEqual(await where(), [key, y]);
  });

  it('recovers from a gap in the sequence without a person', async () => {
    await open(list);
    const [first] = await keys();
    await fixture.set({ skipSeq: true, touch: { table: ks, key: first, set: { status: 'Terminating' } } });
    await eventually('the change is there', async () => (await text(`[data-key="${first}"]`)).includes('Terminating'));
  });

  it('keeps the last state readable while Masthead is away, says so, and comes back by itself', async () => {
    await open(list);
    const before = await keys();
    await fixture.set({ refuse: true, drop: true });
    await says('Stale');
    await says('Masthead unreachable since');
    assert.deepEqual(await keys(), before);
    await fixture.set({ refuse: false });
    await page.getByRole('button', { name: 'Now' }).click({ timeout: 5000 }).catch(() => undefined);
    await says('Live');
    assert.ok(!(await page.innerText('body')).includes('unreachable'));
  });

  it('says that the cluster is away, since when and why, and keeps the rows', async () => {
    await open(list);
    await fixture.set({ connection: { state: 'stale', since: Date.now() - 420_000, nextTry: Date.now() + 20_000, cause: { code: 'unavailable', text: 'connection refused' } } });
    await says('prod-eu unreachable since');
    await says('connection refused');
    await says('Stale 7 m');
    assert.ok((await keys()).length > 10);
  });

  it('says that the session is over', async () => {
    await open(list);
    await fixture.set({ unauthenticated: true, drop: true });
    await says('This page’s session is not valid any more; open the URL that masthead printed.');
  });

  it('lists a kind as soon as the cluster has it, and not before', async () => {
    await fixture.set({ hidden: [ks] });
    await open(list);
    await says(`This cluster has no ${ks}.`);
    assert.equal(await page.getByRole('link', { name: /Kustomizations/ }).count(), 0);
    await fixture.set({ hidden: [], meta: true });
    await eventually('it is in the menu', async () => (await page.getByRole('link', { name: /Kustomizations/ }).count()) > 0);
    await eventually('its rows are there', async () => (await keys()).length > 5);
  });

  for (const [kind, words] of [
    ['forbidden', 'You may not list Kustomizations.'],
    ['partial', '3 namespaces you may not list are not shown.'],
    ['absent', 'flux install brings it.'],
    ['failing', 'Could not read Kustomizations: upstream timed out after 10 s.'],
  ]) {
    it(`says that a list is ${kind}`, async () => {
      await fixture.set({ trouble: { [kind]: [ks] } });
      await open(list);
      await says(words);
    });
  }

  it('tries a failed list again when told to', async () => {
    await fixture.set({ trouble: { failing: [ks] } });
    await open(list);
    await says('Could not read');
    await fixture.set({ trouble: { failing: [] } });
    await page.getByRole('button', { name: 'Retry' }).click();
    await eventually('rows are there', async () => (await keys()).length > 5);
  });

  it('tries a failed list again by itself on a new socket', async () => {
    await fixture.set({ trouble: { failing: [ks] } });
    await open(list);
    await says('Could not read');
    await fixture.set({ trouble: { failing: [] }, drop: true });
    await eventually('rows are there', async () => (await keys()).length > 5);
  });

  it('says that the session is over when anything is answered 401', async () => {
    await open(`${list}?open=${ks}/obs/loki`);
    await fixture.set({ unauthenticated: true });
    await page.getByRole('tab', { name: 'YAML' }).click();
    await says('This page’s session is not valid any more');
  });

  it('tells empty, empty in a namespace and empty by the filter apart', async () => {
    await fixture.set({ size: 0, mood: 'healthy' });
    await open(list);
    await says('No Kustomizations in this cluster.');
    await fixture.set({ size: 30, mood: 'healthy' });
    await open(`${list}?ns=nowhere`);
    await says('No Kustomizations in nowhere.');
    await says('30 in other namespaces.');
    await page.getByRole('button', { name: 'Show all namespaces' }).click();
    await eventually('rows are there', async () => (await keys()).length > 5);
    await open(`${list}?q=status:failed`);
    await says('Nothing matches status:failed.');
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await eventually('rows are there', async () => (await keys()).length > 5);
  });
});

describe('the keyboard', () => {
  it('does a whole errand: filter, move, open, go in, out, close', async () => {
    await open(list);
    await page.keyboard.press('/');
    await page.keyboard.type('lo');
    await eventually('the query is in the address', async () => page.url().includes('q=lo'));
    // Until the answer to the query is here the keys would walk the rows before it.
    await eventually('only its rows are shown', async () => (await keys()).every((key) => key.includes('lo')));
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const [, second] = await keys();
    await eventually('the second row has the focus', async () => page.evaluate((key) => document.activeElement.dataset.key === key, second));
    await page.keyboard.press('Enter');
    await page.waitForSelector('#object');
    await eventually('it is in the address', async () => page.url().includes(second));
    await page.keyboard.press('k');
    const [first] = await keys();
    await eventually('the object followed', async () => page.url().includes(`/${first}`));
    await page.keyboard.press('Enter');
    await eventually('the focus is in the object', async () => page.evaluate(() => document.activeElement.id === 'object'));
    await page.keyboard.press('Escape');
    await eventually('it is closed', async () => !page.url().includes('open='));
    await eventually('the focus is back on its row', async () => page.evaluate((key) => document.activeElement.dataset.key === key, first));
  });

  it('goes anywhere with Ctrl-K, also while typing', async () => {
    await open(list);
    await page.keyboard.press('/');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('platform');
    await page.waitForSelector('[role="option"]:has-text("flux-system/platform")');
    await page.keyboard.press('Enter');
    await eventually('the object is open', async () => page.url().includes('open=gitrepositories.source.toolkit.fluxcd.io/flux-system/platform'));
    await page.keyboard.press('Control+k');
    await page.keyboard.type('nodes');
    await page.waitForSelector('[role="option"][aria-selected="true"]:has-text("Nodes")');
    await page.keyboard.press('Enter');
    await eventually('the nodes are listed', async () => page.url().endsWith('/console/list/nodes'));
  });

  it('chooses a namespace with n', async () => {
    await open(list);
    await page.keyboard.press('n');
    await page.keyboard.type('shop');
    await page.keyboard.press('Enter');
    await eventually('it is in the address', async () => page.url().includes('ns=shop'));
    await eventually('only its rows are shown', async () => (await keys()).every((key) => key.startsWith('shop/')));
  });

  it('shows all keys with ?, and Escape puts them away', async () => {
    await open(list);
    await page.keyboard.press('?');
    await says('Keys on this page');
    await page.keyboard.press('Escape');
    await eventually('they are away', async () => (await page.$('[role="dialog"]')) === null);
  });

  it('walks to the last of 5,000 rows and back', async () => {
    await fixture.set({ size: 5000, mood: 'healthy' });
    await open(list);
    await page.keyboard.press('j');
    await page.keyboard.press('G');
    await eventually('the last row has the focus', async () => page.evaluate(() => document.activeElement.getAttribute('aria-rowindex') === '5001'));
    await page.keyboard.press('Home');
    await eventually('the first row has the focus', async () => page.evaluate(() => document.activeElement.getAttribute('aria-rowindex') === '2'));
  });

  it('selects rows, copies their names and lets go with Escape', async () => {
    await open(list);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await says('2 objects selected');
    await page.getByRole('button', { name: 'Copy names' }).click();
    const names = (await keys()).slice(0, 2).join('\n');
    await eventually('they are in the clipboard', async () => (await page.evaluate(() => navigator.clipboard.readText())) === names);
    await page.keyboard.press('Escape');
    await eventually('nothing is selected', async () => !(await page.innerText('body')).includes('selected'));
  });

  it('walks through Home with j and k', async () => {
    await open('');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await eventually('the cause is open', async () => page.url().includes('open=gitrepositories.source.toolkit.fluxcd.io/flux-system/platform'));
  });
});

describe('the filter', () => {
  it('makes chips of terms, suggests, and does not ask for what is unfinished', async () => {
    await open(list);
    await page.keyboard.press('/');
    await page.keyboard.type('status:wai');
    await page.waitForTimeout(400);
    assert.ok(!page.url().includes('q='));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await eventually('it is in the address', async () => page.url().includes('q=status:waiting'));
    await says('2 of 31');
    await page.keyboard.press('Backspace');
    await eventually('it is text again', async () => !page.url().includes('q='));
  });

  it('is in the address: the link reproduces the view, and back undoes a choice', async () => {
    await open(`${list}?q=status:ready&sort=-name`);
    const shown = await keys();
    assert.ok(shown.length > 3);
    await page.getByRole('button', { name: 'Status', exact: true }).click();
    await eventually('another order', async () => page.url().includes('sort=status'));
    await page.goBack();
    await eventually('the order of before', async () => (await keys()).join() === shown.join());
  });
});

describe('an object', () => {
  it('shows what the server describes, and its YAML with managedFields on demand', async () => {
    await open(`${list}?open=${ks}/obs/loki`);
    for (const words of ['Specification', 'Conditions', 'does not exist', 'applied by it', 'DependencyNotReady']) await says(words);
    await page.getByRole('tab', { name: 'YAML' }).click();
    await says('folded');
    await page.getByLabel('managedFields').check();
    await says('kustomize-controller-59');
  });

  it('says that its YAML may be old instead of changing it under the reader', async () => {
    await open(`${list}?open=${ks}/obs/loki&tab=yaml`);
    await says('resourceVersion');
    await fixture.set({ touch: { table: ks, key: 'obs/loki', set: { message: 'another thing' } } });
    await says('Changed: read again');
    assert.ok(!(await text('[aria-label="YAML"]')).includes('another thing'));
    await page.getByRole('button', { name: 'Changed: read again' }).click();
    await eventually('it is read again', async () => (await text('[aria-label="YAML"]')).includes('another thing'));
  });

  it('stays readable, marked as gone, when it is deleted under the reader', async () => {
    await open(`${list}?open=${ks}/obs/loki`);
    await fixture.set({ remove: { table: ks, key: 'obs/loki' } });
    await says('is gone.');
    await says('Specification');
  });

  it('is the same address as a page, and back beside the list', async () => {
    await open(`${list}?open=${ks}/obs/loki`);
    await page.keyboard.press('o');
    await eventually('it fills the page', async () => page.url().includes('full=1') && (await page.$('[role="grid"]')) === null);
    await page.keyboard.press('o');
    await page.waitForSelector('[role="grid"]');
  });

  it('is a page with Back on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open(list);
    await page.locator('[role="row"][data-key]').first().click();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.waitForSelector('[role="grid"]');
  });
});

describe('the theme', () => {
  it('is the chosen one from the first paint on', async () => {
    await open('');
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await eventually('dark', async () => (await page.getAttribute('html', 'data-mantine-color-scheme')) === 'dark');
    await page.addInitScript(() => {
      new MutationObserver(() => {
        (globalThis.seen ??= []).push(document.documentElement.getAttribute('data-mantine-color-scheme'));
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-mantine-color-scheme'] });
    });
    await page.reload();
    await page.waitForSelector('#page *');
    assert.deepEqual([...new Set(await page.evaluate(() => globalThis.seen))], ['dark']);
  });
});
