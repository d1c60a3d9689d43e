// What the console's tests on the real cluster share: a server, a page for each test, lines `ok NAME` and `not ok NAME`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cluster, eventually, launch, run, serve as start } from '../e2e/program.mjs';

export const state = mkdtempSync(join(tmpdir(), 'masthead-console-'));
const tests = [];
let browser;

export const test = (name, body) => tests.push({ name, body });
export const serve = (kubeconfig = process.env.KUBECONFIG, ...more) => start({ state: mkdtempSync(join(state, 'serve-')), kubeconfig, more });

export async function open(url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

export const says = (page, words, seconds) => eventually(`the page says “${words}”`, async () => (await page.innerText('body')).includes(words), seconds);
export const rowText = (page, key) => page.locator(`[role="row"][data-key="${key}"]`).innerText();
export const rowSays = (page, key, words, seconds) => eventually(`${key} says “${words}”`, async () => (await rowText(page, key)).includes(words), seconds);

/** Commits one file of the fleet, or its removal, and says the revision. */
export function push(path, text, message) {
  if (text === undefined) return cluster('push', '-m', message, '--delete', path).trim();
  const file = join(state, 'pushed');
  writeFileSync(file, text);
  return cluster('push', '-m', message, `${file}:${path}`).trim();
}

/** The terminal's answer: its exit code and JSON. */
export function status(kubeconfig = process.env.KUBECONFIG, ...more) {
  try {
    const out = run(process.env.MASTHEAD_PROGRAM, ['status', '-o', 'json', '--kubeconfig', kubeconfig, '--state-dir', join(state, 'status'), ...more]);
    return { code: 0, ...JSON.parse(out) };
  } catch (error) {
    const out = String(error.stdout ?? '');
    return { code: error.status, ...(out.startsWith('{') ? JSON.parse(out) : {}) };
  }
}

/** Runs what was named with `test`, each with a page of one server; the exit code says whether all went well. */
export async function runTests({ settled = true } = {}) {
  let shared;
  let failed = 0;
  const chosen = process.argv[2] ?? '';
  try {
    if (settled) cluster('settle', '--timeout', '180');
    browser = await launch();
    shared = await serve();
    for (const { name, body } of tests.filter((one) => one.name.includes(chosen))) {
      const page = await open(shared.url);
      try {
        await body({ page, url: shared.url });
        console.log(`ok ${name}`);
      } catch (error) {
        failed += 1;
        console.log(`not ok ${name}`);
        console.log(String(error.stack ?? error).replace(/^/gm, '  '));
        const shown = await page.innerText('body').catch(() => 'nothing');
        console.log(`the page says: ${shown.slice(0, 4000)}`.replace(/^/gm, '  | '));
      }
      await page.context().close();
    }
  } finally {
    await browser?.close();
    await shared?.stop();
    rmSync(state, { recursive: true, force: true });
  }
  process.exit(failed === 0 ? 0 : 1);
}
