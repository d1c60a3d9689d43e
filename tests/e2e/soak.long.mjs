// The demo under ASan and UBSan with a page on it that is walked, and a cluster that is written to, for an hour
// (MASTHEAD_SOAK_MINUTES): nothing breaks, nothing leaks, and neither program nor page grows. Of `scripts/test --long e2e`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { drawn, keys, open } from './browsing.mjs';
import { addressOf, kubectl, launch, root, sleep } from './program.mjs';

const minutes = Number(process.env.MASTHEAD_SOAK_MINUTES ?? 60);
const program = process.env.MASTHEAD_ASAN_PROGRAM ?? join(root, 'build/asan/masthead');
const stepMs = 3_000;
const mostGrowth = 1.15; // from the middle of the time to its end

const residentMiB = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const pick = (all) => all[Math.floor(Math.random() * all.length)];
const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** What people do to a cluster while somebody looks; what is there no more refuses, which is no matter. */
function write(kubeconfig) {
  const at = (...args) => kubectl('--kubeconfig', kubeconfig, ...args);
  const some = (kind) => pick(at('get', kind, '-A', '--no-headers', '-o', 'custom-columns=:.metadata.namespace,:.metadata.name').trim().split('\n')).split(/\s+/);
  const [kind, ...what] = pick([
    ['pods', 'delete', '--wait=false'],
    ['deployments', 'scale', `--replicas=${Math.floor(Math.random() * 5)}`],
    ['kustomizations', 'annotate', '--overwrite', `reconcile.fluxcd.io/requestedAt=${Date.now()}`],
    ['helmreleases', 'annotate', '--overwrite', `reconcile.fluxcd.io/requestedAt=${Date.now()}`],
    ['kustomizations', 'patch', '--type=merge', '-p', `{"spec":{"suspend":${Math.random() < 0.3}}}`],
    ['services', 'label', '--overwrite', `touched=${Date.now()}`],
  ]);
  const [namespace, name] = some(kind);
  try {
    at(what[0], kind, name, '-n', namespace, ...what.slice(1));
  } catch (error) {
    assert.match(String(error.stderr), /NotFound|not found|Conflict|modified/);
  }
}

async function walk(page) {
  await pick(await page.locator('nav a').all()).click();
  await drawn(page);
  if ((await keys(page).catch(() => [])).length === 0) return;
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await drawn(page);
  await page.keyboard.press('Escape');
}

it(`stays well and flat for ${minutes} minutes`, { timeout: (minutes + 10) * 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'masthead-soak-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const child = spawn(program, ['demo', '--no-browser', '--port', '0', '--scenario', 'storm', '--kubeconfig-out', kubeconfig], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Freed memory is held back by ASan; with as much as it likes it would grow for hours.
    env: { ...process.env, ASAN_OPTIONS: 'quarantine_size_mb=16:detect_leaks=1' },
  });
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)));
  const browser = await launch();
  try {
    const { page, complaints, context } = await open(browser, await addressOf(child, 'demo'));
    const session = await context.newCDPSession(page);
    const told = [];
    let stepsDone = 0;
    const end = Date.now() + minutes * 60_000;
    let sampleAt = 0;
    while (Date.now() < end) {
      await walk(page);
      if (++stepsDone % 3 === 0) write(kubeconfig);
      assert.equal(child.exitCode, null, 'the program runs');
      assert.deepEqual(complaints, []);
      if (Date.now() >= sampleAt) {
        await session.send('HeapProfiler.collectGarbage');
        const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
        told.push({ program: residentMiB(child.pid), heap: heap / 2 ** 20 });
        sampleAt = Date.now() + minutes * 1_000; // sixty samples
      }
      await sleep(stepMs);
    }
    await browser.close();
    child.kill('SIGTERM');
    assert.equal(await ended, 0, 'it ends in order: no leak, nothing undefined');
    const late = told.slice(-Math.ceil(told.length / 6));
    const before = told.slice(Math.floor(told.length / 2), Math.floor(told.length / 2) + late.length);
    for (const what of ['program', 'heap']) {
      const [from, to] = [before, late].map((some) => middle(some.map((one) => one[what])));
      console.log(`${what}: ${from.toFixed(1)} -> ${to.toFixed(1)} MiB in the second half of ${minutes} minutes, ${stepsDone} steps`);
      assert.ok(to <= from * mostGrowth, `${what} grew from ${from} to ${to} MiB`);
    }
  } finally {
    await browser.close();
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
