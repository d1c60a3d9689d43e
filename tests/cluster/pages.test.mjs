// Every page of the real program on the real cluster, at two sizes and in both themes: nothing serious for axe, no
// violation of the content security policy, nothing wider than the window, nothing against the contract; and the pictures
// of README.md in build/e2e.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { drawn, meta, open } from '../e2e/browsing.mjs';
import { flux, freePort, launch, root, serve } from '../e2e/program.mjs';
import { unsoundPages } from '../e2e/sound_pages.mjs';

const shots = join(root, 'build/e2e');
// What README.md shows. MASTHEAD_PICTURES=1 renews it, and takes a picture of every page, which costs a fifth of the time.
const pictures = { 'home-1440-light': 'home', [`list-${flux.kustomizations}-1440-dark`]: 'kustomizations' };
const allPictures = process.env.MASTHEAD_PICTURES === '1';
const state = mkdtempSync(join(tmpdir(), 'masthead-e2e-'));
const ks = flux.kustomizations;

let browser;
let port;
let server;
let url;

const start = async () => {
  server = await serve({ state, port, more: ['--base-path', '/console'] });
  return server.url;
};

before(async () => {
  rmSync(shots, { recursive: true, force: true });
  mkdirSync(shots, { recursive: true });
  port = await freePort(); // a session outlives a restart only on the same port
  url = await start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(state, { recursive: true, force: true });
});

async function everyPage(page) {
  const { tables } = await meta(page);
  const object = (table, key, more = '') => `list/${table}?open=${table}/${key}${more}`;
  const tabs = ['overview', 'inventory', 'conditions', 'events', 'related', 'yaml'];
  return [
    ['home', ''],
    ...tables.map(({ id }) => [`list-${id}`, `list/${id}`]),
    ...tabs.map((tab) => [`object-${tab}`, object(ks, 'payments/base', tab === 'overview' ? '' : `&tab=${tab}`)]),
    ['object-page', object(ks, 'payments/base', '&full=1')],
    ['object-release', object(flux.helmReleases, 'payments/exhausted')],
    ['object-deployment', object('deployments.apps', 'by-hand/hungry')],
    ['object-node', object('nodes', '/node-lost')],
    ['nothing-matches', `list/${ks}?q=no-such-thing`],
    ['no-such-list', 'list/things.example.com'],
    ['no-such-page', 'nowhere'],
    ['dashboard', 'flux'],
    ['graph', 'flux/graph'],
    ['controllers', 'flux/controllers'],
    ['audit', 'audit'],
    ['lists', 'lists'],
    ['me', 'me'],
    ['licences', 'licenses'],
  ];
}

describe('every page', () => {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    it(`is sound at ${width}×${height} in both themes`, async () => {
      const { context, page, complaints, contract, base } = await open(browser, url, { viewport: { width, height }, hasTouch: width < 640 });
      const photograph = async (name) => {
        if (pictures[name] === undefined && !allPictures) return;
        const bytes = await page.screenshot({ path: join(shots, `${name}.png`) });
        if (pictures[name] !== undefined && allPictures) writeFileSync(join(root, 'docs/images', `${pictures[name]}.png`), bytes);
      };
      const wrong = await unsoundPages({ page, complaints, base, pages: await everyPage(page), photograph });
      wrong.push(...await contract.deviations());
      await context.close();
      assert.deepEqual(wrong, []);
    });
  }

  it('is reached with the keyboard alone', async () => {
    const { context, page } = await open(browser, url);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('kustomizations');
    await page.waitForSelector('[role="option"][aria-selected="true"]:has-text("Kustomizations")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role="row"][data-key]');
    await page.keyboard.press('/');
    await page.keyboard.type('status:failed ns:payments ');
    await page.waitForFunction(() => [...document.querySelectorAll('[role="row"][data-key]')].length === 1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#object >> text=payments/base');
    assert.match(page.url(), /q=status:failed\+ns:payments&open=kustomizations\.[a-z.]+\/payments\/base/);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-key') === 'payments/base');
    await context.close();
  });

  it('goes on by itself after the program was stopped and started again', async () => {
    const { context, page, contract, base } = await open(browser, url);
    await page.goto(`${base}list/${ks}`);
    await drawn(page);
    await server.stop();
    await page.waitForSelector('text=Masthead unreachable since');
    assert.ok((await page.$$('[role="row"][data-key]')).length > 5, 'the last known state stays readable');
    await start();
    await page.waitForSelector('header >> text=Live');
    await page.waitForSelector('text=Masthead unreachable since', { state: 'detached' });
    assert.deepEqual(await contract.deviations(), []);
    await context.close();
  });
});
