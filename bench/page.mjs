#!/usr/bin/env node
// A page of a console that runs, in a browser; prints one JSON line.
//
//   page.mjs changes URL SECONDS   when which change was in the DOM: [[number, Unix ms], …]
//   page.mjs heap URL              bytes of its heap with all pods open, scrolled to the end
//   page.mjs graph URL FILTER      from asking for the graph of what matches to seeing it, in milliseconds
//   page.mjs storm URL PATH KUBECONFIG   how long its thread is taken at a time while 2,000 objects change in a minute
import { Server, readKubeconfig } from '../tests/sim/client.mjs';
import { launch } from '../tests/e2e/program.mjs';
import { storm } from '../tests/e2e/storm.mjs';

const [what, url, argument, kubeconfig] = process.argv.slice(2);

const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1680, height: 1000 } })).newPage();
page.setDefaultTimeout(60_000);
await page.goto(url);
const base = await page.evaluate(() => document.baseURI);
const rows = () => page.waitForSelector('[role="row"][data-key]');

if (what === 'changes') {
  await page.goto(`${base}list/pods?q=ns%3Acalm-badger`);
  await rows();
  await page.evaluate(() => {
    globalThis.seen = new Map();
    const look = (text, now) => {
      for (const [, a, b, c] of text.matchAll(/222\.(\d+)\.(\d+)\.(\d+)/g)) {
        const number = (a - 100) * 10_000 + (b - 100) * 100 + (c - 100);
        if (!globalThis.seen.has(number)) globalThis.seen.set(number, now);
      }
    };
    // What stands there already was seen at a time that nobody knows.
    look(document.body.textContent, 0);
    new MutationObserver((records) => {
      const now = performance.timeOrigin + performance.now();
      for (const { target } of records) look(target.textContent, now);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await page.waitForTimeout(Number(argument) * 1000);
  const seen = await page.evaluate(() => [...globalThis.seen].filter(([, at]) => at > 0));
  console.log(JSON.stringify({ seen }));
} else if (what === 'graph') {
  // A small one first: what is measured is the graph, not the loading of the page.
  await page.goto(`${base}flux/graph?q=flux-system`);
  await page.waitForFunction(() => performance.getEntriesByName('graph shown').length > 0);
  await page.waitForTimeout(1_000);
  const found = await page.evaluate(async (text) => {
    performance.clearMarks();
    performance.clearMeasures();
    const to = new URL(location.href);
    to.searchParams.set('q', text);
    const began = performance.now();
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
    for (;;) {
      const shown = performance.getEntriesByName('graph shown')[0];
      // Drawn with the next frame but one.
      if (shown !== undefined) await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      if (shown !== undefined) {
        return { ...shown.detail, layout_ms: performance.getEntriesByName('graph layout').at(-1)?.duration ?? 0, shown_ms: performance.now() - began };
      }
      if (performance.now() - began > 30_000) throw new Error('no graph was shown');
      await new Promise((done) => setTimeout(done, 5));
    }
  }, argument);
  console.log(JSON.stringify(found));
} else if (what === 'storm') {
  await page.goto(base + argument);
  await page.waitForTimeout(5_000);
  await page.evaluate(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  });
  const seconds = await storm(new Server('large', readKubeconfig(kubeconfig), {}));
  await page.waitForTimeout(2_000);
  const tasks = await page.evaluate(() => globalThis.tasks);
  console.log(JSON.stringify({ seconds, over_50_ms: tasks.length, longest_ms: Math.max(0, ...tasks) }));
} else {
  await page.goto(`${base}list/pods`);
  await rows();
  const scroller = await page.evaluateHandle(() => {
    let at = document.querySelector('[role="grid"]');
    while (at && at.scrollHeight <= at.clientHeight) at = at.parentElement;
    return at ?? document.scrollingElement;
  });
  // In steps, as a hand does it, so that windows come and go; then to the very end.
  const steps = 200;
  for (let step = 1; step <= steps; ++step) {
    await scroller.evaluate((at, part) => { at.scrollTop = (at.scrollHeight - at.clientHeight) * part; }, step / steps);
    await page.waitForTimeout(25);
  }
  const total = await page.evaluate(() => Number(document.querySelector('[role="grid"]').getAttribute('aria-rowcount')) - 1);
  await page.waitForFunction((last) => [...document.querySelectorAll('[role="row"][aria-rowindex]')]
    .some((row) => Number(row.getAttribute('aria-rowindex')) >= last), total);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  console.log(JSON.stringify({ rows: total, bytes: usedSize }));
}
await browser.close();
