// A page of the real program that is logged in, and how a test knows that it is drawn.
import assert from 'node:assert/strict';
import { Contract } from './contract.mjs';

const patience = 60_000; // of a machine that does other things too; it ends a test that has failed

/** Opens the page; what it complains about and what is said on its socket is kept. */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const contract = new Contract(page);
  await page.goto(url);
  await drawn(page);
  const base = await page.evaluate(() => document.baseURI);
  return { context, page, complaints, contract, base };
}

/** Everything that the page waits for has come, and is painted. */
export async function drawn(page) {
  await page.waitForSelector('header >> text=Live');
  await page.waitForFunction(() =>
    document.querySelector('#page *, #object *') !== null && document.querySelector('[aria-busy="true"]') === null
    && ![...document.querySelectorAll('[role="status"]')].some((one) => /^(Reading|The cluster’s kinds are)/.test(one.ariaLabel ?? one.textContent)));
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

/** Goes to a page of the console that is open as a link of it does: without loading it anew, which open() tries. */
export async function look({ page, base }, path) {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, base + path);
  await drawn(page);
}

/** Nothing has gone wrong on the page or on its socket. */
export async function ends({ context, complaints, contract }) {
  assert.deepEqual(await contract.deviations(), []);
  assert.deepEqual(complaints, []);
  await context.close();
}

export const meta = (page) => page.evaluate(async () => (await fetch(new URL('api/meta', document.baseURI))).json());
export const keys = (page) => page.locator('[role="row"][data-key]').evaluateAll((rows) => rows.map(({ dataset }) => dataset.key));
