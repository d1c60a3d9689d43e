// Flux's dashboard on the embedded cluster: its numbers are those of the lists, it shows what is broken and what stands
// still, follows changes without a reload, and knows no more than its user may.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { drawn, open } from './browsing.mjs';
import { addressOf, eventually, flux, kubectl, launch, root } from './program.mjs';
import { unsoundPages } from './sound_pages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'masthead-dashboard-e2e-'));
const kubeconfig = join(folder, 'kubeconfig');
const shots = join(root, 'build/e2e-demo');
const started = [];
let browser;
let url;

async function demo(...flags) {
  const child = spawn(process.env.MASTHEAD_PROGRAM, ['demo', '--no-browser', '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return addressOf(child, 'demo');
}

const patch = (name, text) => kubectl('--kubeconfig', kubeconfig, '-n', 'shop', 'patch', 'kustomization', name, '--field-manager', 'masthead', '--type', 'merge', '-p', JSON.stringify(text));

before(async () => {
  mkdirSync(shots, { recursive: true });
  browser = await launch();
  url = await demo('--kubeconfig-out', kubeconfig);
});

after(async () => {
  await browser?.close();
  for (const child of started) child.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

async function dashboard(address, path = 'flux') {
  const session = await open(browser, address);
  await session.page.goto(session.base + path);
  await drawn(session.page);
  return session;
}

describe('the dashboard of Flux', () => {
  it('counts what the lists count, and every number leads to its list', async () => {
    const { page, context, contract, base } = await dashboard(url);
    const counts = page.getByRole('region', { name: 'Counts' });
    await counts.getByRole('row').nth(3).waitFor();
    const links = await counts.locator('td a').evaluateAll((all) => all.map((link) => [link.href, link.textContent]));
    const totals = await counts.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [row.querySelector('th a').href, row.cells[1].textContent]));
    assert.ok(links.length > 5, 'there is something to count');
    for (const [href, number] of [...links, ...totals]) {
      await page.goto(href);
      await drawn(page);
      const wanted = number.replaceAll(/\D/g, '');
      await eventually(`${new URL(href).pathname}${new URL(href).search} has ${wanted}`, async () =>
        (await page.getByRole('grid').getAttribute('aria-rowcount')) === String(Number(wanted) + 1), 20);
    }
    await page.goto(`${base}flux?ns=shop`);
    await drawn(page);
    for (const href of await page.getByRole('region', { name: 'Counts' }).locator('td a').evaluateAll((all) => all.map(({ href }) => href))) assert.match(href, /ns=shop/);
    assert.deepEqual(await contract.deviations(), []);
    assert.ok(contract.types.has('dashboard'));
    await context.close();
  });

  it('shows a suspension with who, why and its end as it happens, and when it is overdue', async () => {
    const { page, context } = await dashboard(url);
    const annotate = (until) => ({ 'fluxcd.controlplane.io/suspendedBy': 'ann', 'masthead/suspension-reason': 'the sale goes on', 'masthead/suspended-at': '2026-01-01T10:00:00Z', 'masthead/suspended-until': until });
    const suspended = page.getByRole('region', { name: 'Suspended' });
    const row = suspended.getByRole('listitem').filter({ hasText: 'shop/cart' });
    patch('cart', { spec: { suspend: true }, metadata: { annotations: annotate('2099-01-01T10:00:00Z') } });
    await row.getByText('by ann: the sale goes on').waitFor();
    await row.getByText('until').waitFor();
    patch('cart', { metadata: { annotations: annotate('2026-01-02T10:00:00Z') } });
    await row.getByText('overdue').waitFor();
    await suspended.getByText('1 overdue').waitFor();
    patch('cart', { spec: { suspend: null } });
    await row.waitFor({ state: 'detached' });
    await context.close();
  });

  it('says what was reconciled last, with revision, outcome and how long it took', async () => {
    const { page, context } = await dashboard(url);
    const passes = page.getByRole('region', { name: 'Reconciled last' }).getByRole('listitem');
    await passes.first().waitFor();
    const lines = await passes.allTextContents();
    assert.ok(lines.some((line) => /succeeded.*Kustomization.*\d (ms|s|m)$/.test(line)), lines.join('\n'));
    const broken = page.getByRole('region', { name: 'Broken' });
    await broken.getByText('base', { exact: false }).first().waitFor();
    assert.match(await broken.textContent(), /Failed/);
    await context.close();
  });

  it('knows no more than its user may', async () => {
    const { page, context, contract } = await dashboard(await demo('--as', 'team-a'));
    await page.getByRole('region', { name: 'Counts' }).waitFor();
    assert.doesNotMatch(await page.locator('#page').textContent(), /payments|flux-system\//);
    await page.getByText('you may not list', { exact: false }).or(page.getByText('not shown', { exact: false })).first().waitFor();
    assert.deepEqual(await contract.deviations(), []);
    await context.close();
  });

  for (const [width, height] of [[1440, 900], [390, 844]]) {
    it(`is sound at ${width}×${height} in both themes`, async () => {
      const { page, context, complaints, base } = await open(browser, url, { viewport: { width, height }, hasTouch: width < 640 });
      const photograph = async (name) => {
        const bytes = await page.screenshot({ path: join(shots, `${name}.png`) });
        if (process.env.MASTHEAD_PICTURES === '1' && name === 'dashboard-1440-light') writeFileSync(join(root, 'docs/images/dashboard.png'), bytes);
      };
      assert.deepEqual(await unsoundPages({ page, complaints, base, pages: [['dashboard', 'flux']], photograph }), []);
      await context.close();
    });
  }
});
