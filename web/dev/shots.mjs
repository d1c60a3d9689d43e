// Screenshots and checks of every page on the fixture: two sizes, two themes, 0, 30 and 5,000 objects, healthy and on
// fire; axe on each. Writes PNGs into the folder given.
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { launch } from '../../tests/e2e/program.mjs';
import { startFixture } from './server.mjs';

const out = process.argv[2] ?? 'shots';
const only = process.argv[3];
await mkdir(out, { recursive: true });
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const fixture = await startFixture();
const browser = await launch();
const ks = 'kustomizations.kustomize.toolkit.fluxcd.io';
const git = 'gitrepositories.source.toolkit.fluxcd.io';
const pages = [
  ['home-fire', '', { size: 30 }],
  ['home-calm', '', { size: 30, mood: 'healthy' }],
  ['home-empty', '', { size: 0, mood: 'healthy', guidance: [{ id: 'flux', severity: 'warning', text: 'Flux is not installed in this cluster.', hint: 'flux install, or flux bootstrap with a repository, brings it; its kinds appear here by themselves.' }], hidden: [ks, git] }],
  ['home-5000', '', { size: 5000 }],
  ['list-30', `list/${ks}`, { size: 30 }],
  ['list-5000', `list/${ks}`, { size: 5000 }],
  ['list-empty', `list/${ks}?ns=shop`, { size: 0, mood: 'healthy' }],
  ['list-nothing', `list/${ks}?q=status:failed+zzz`, { size: 30 }],
  ['list-forbidden', `list/${ks}`, { size: 30, trouble: { forbidden: [ks] } }],
  ['list-partial', `list/${ks}`, { size: 30, trouble: { partial: [ks] } }],
  ['list-absent', `list/${ks}`, { size: 30, trouble: { absent: [ks] } }],
  ['list-failed', `list/${ks}`, { size: 30, trouble: { failing: [ks] } }],
  ['list-loading', `list/${ks}`, { size: 30, trouble: { syncing: [ks] } }],
  ['list-stale', `list/${ks}`, { size: 30, connection: { state: 'stale', since: Date.now() - 420_000, nextTry: Date.now() + 20_000, cause: { code: 'unavailable', text: 'connection refused' } } }],
  ['pods-5000', 'list/pods', { size: 2500 }],
  ['nodes', 'list/nodes', { size: 100 }],
  ['drawer', `list/${ks}?open=${git}/flux-system/platform`, { size: 30 }],
  ['drawer-blocked', `list/${ks}?open=${ks}/obs/loki`, { size: 30 }],
  ['full', `list/${ks}?open=${ks}/obs/loki&full=1`, { size: 30 }],
  ['events', `list/${ks}?open=${ks}/obs/loki&tab=events`, { size: 30 }],
  ['related', `list/${ks}?open=${ks}/obs/loki&tab=related`, { size: 30 }],
  ['yaml', `list/${ks}?open=${ks}/obs/loki&tab=yaml`, { size: 30 }],
  ['gone', `list/${ks}?open=${ks}/obs/nothing`, { size: 30 }],
  ['lists', 'lists', { size: 30 }],
  ['me', 'me', { size: 30 }],
  ['licenses', 'licenses', { size: 30 }],
  ['session-over', '', { unauthenticated: true }],
  ['palette', '', { size: 30 }, async (page) => { await page.keyboard.press('Control+k'); await page.keyboard.type('car'); await page.waitForTimeout(400); }],
  ['palette-empty', '', { size: 30 }, async (page) => { await page.keyboard.press('Control+k'); await page.waitForTimeout(200); }],
  ['help', `list/${ks}?open=${ks}/obs/loki`, { size: 30 }, async (page) => { await page.keyboard.press('?'); await page.waitForTimeout(200); }],
];
let serious = 0;
let broken = 0;
for (const theme of ['light', 'dark']) {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    for (const [name, path, state, act] of pages) {
      if (only !== undefined && !new RegExp(only).test(`${name}-${width}-${theme}`)) continue;
      await fixture.set({ reset: true, size: 30, ...state });
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', hasTouch: width < 640, bypassCSP: false });
      const page = await context.newPage();
      const complaints = [];
      page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !/401|504|api\/live/.test(message.text())) complaints.push(message.text()); });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(fixture.origin + path);
      await page.waitForTimeout(name === 'list-loading' ? 4200 : 500);
      if (act !== undefined) await act(page);
      await page.screenshot({ path: `${out}/${name}-${width}-${theme}.png` });
      // axe is brought by the debugger, which the page's policy does not bind.
      const session = await context.newCDPSession(page);
      const { readFile } = await import('node:fs/promises');
      await session.send('Runtime.evaluate', { expression: await readFile(axe, 'utf8') });
      const { result } = await session.send('Runtime.evaluate', { expression: 'axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations.map((v) => ({ id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? n.all[0]?.message ?? "")) }))))', awaitPromise: true, returnByValue: true });
      for (const violation of JSON.parse(result.value)) {
        if (['serious', 'critical'].includes(violation.impact)) serious += 1;
        console.log(`${name} ${width} ${theme}: axe ${violation.impact} ${violation.id}: ${violation.nodes.join(' | ')}`);
      }
      for (const complaint of complaints) {
        broken += 1;
        console.log(`${name} ${width} ${theme}: ${complaint}`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide) console.log(`${name} ${width} ${theme}: the page is wider than the window`);
      await context.close();
    }
  }
}
console.log(`axe serious or critical: ${serious}; complaints of the browser: ${broken}`);
await browser.close();
fixture.stop();
