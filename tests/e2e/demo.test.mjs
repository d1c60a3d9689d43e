// The demo as a newcomer meets it: the outage, mending it with kubectl, and what a team sees of it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { meta, open } from './browsing.mjs';
import { eventually, kubectl, launch } from './program.mjs';

const folder = mkdtempSync(join(tmpdir(), 'masthead-demo-e2e-'));
const started = [];
let browser;

async function demo(...flags) {
  const child = spawn(process.env.MASTHEAD_PROGRAM, ['demo', '--no-browser', '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
      const found = /http:\S+/.exec(text);
      if (found) done(found[0]);
    });
    child.once('exit', (code) => fail(new Error(`demo ended with ${code}`)));
  });
}

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
  for (const child of started) child.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

const summary = (page) => page.locator('p.sr[role="status"], [role="status"]').allTextContents().then((all) => all.join(' '));
const waiting = async (page) => Number(/(\d+) objects? waiting/.exec(await summary(page))?.[1] ?? 0);

describe('the demo', () => {
  it('shows an outage that a patch with kubectl ends, without a reload', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    const { page, context } = await open(browser, await demo('--kubeconfig-out', kubeconfig));
    await eventually('eleven objects wait', async () => (await waiting(page)) >= 11);
    assert.match(await summary(page), /This cluster is embedded/);
    await page.evaluate(() => { window.notReloaded = true; });
    const broken = page.getByRole('region', { name: 'Broken' });
    assert.ok((await broken.getByText('base', { exact: false }).count()) > 0);
    kubectl('--kubeconfig', kubeconfig, '-n', 'payments', 'patch', 'kustomization', 'base', '--type', 'merge', '-p', '{"spec":{"path":"./apps/payments/foundation"}}');
    await eventually('nothing waits any more', async () => (await waiting(page)) === 0);
    assert.equal(await page.evaluate(() => window.notReloaded), true);
    await context.close();
  });

  it('shows a team its own namespaces only', async () => {
    const { page, context } = await open(browser, await demo('--as', 'team-a'));
    await eventually('the namespaces are known', async () => (await meta(page)).namespaces.length > 0);
    const { namespaces, user } = await meta(page);
    assert.equal(user, 'team-a');
    assert.deepEqual([...namespaces].sort(), ['shop', 'shop-staging']);
    await context.close();
  });
});
