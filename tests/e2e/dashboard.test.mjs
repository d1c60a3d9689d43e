// Flux's dashboard on the embedded cluster: its numbers are those of the lists, it shows what is broken and what stands
// still, follows changes without a reload, and knows no more than its user may.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { drawn, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, flux, kubectl, root } from './program.mjs';
import { unsoundPages } from './sound_pages.mjs';

const on = onDemo('dashboard', { shots: 'e2e-demo' });
const { shots } = on;
let url;

before(async () => {
  url = await on.demo('--kubeconfig-out', on.kubeconfig);
});

const patch = (name, text) => on.kubectl('-n', 'shop', 'patch', 'kustomization', name, '--field-manager', 'masthead', '--type', 'merge', '-p', JSON.stringify(text));

async function dashboard(address, path = 'flux') {
  const session = await open(on.browser, address);
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

  it('leads from the suspended objects that it has no room for to the lists that hold them', async () => {
    const source = (kind, name) => ({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind, metadata: { namespace: 'default', name }, spec: { suspend: true, interval: '1h', url: 'https://example.com', bucketName: 'b', endpoint: 'example.com' } });
    const items = [...Array.from({ length: 201 }, (_, index) => source('GitRepository', `still-${index}`)), source('Bucket', 'still')];
    const file = join(on.folder, 'suspended.json');
    const elsewhere = join(on.folder, 'elsewhere');
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const { page, context } = await dashboard(await on.demo('--scenario', 'empty', '--kubeconfig-out', elsewhere));
    kubectl('--kubeconfig', elsewhere, 'create', '-f', file, '--validate=false');
    const rest = page.getByRole('region', { name: 'Suspended' }).getByText('and 2 more.');
    await rest.waitFor();
    assert.deepEqual(await rest.getByRole('link').allInnerTexts(), ['GitRepositories 201', 'Buckets 1']);
    await rest.scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(shots, 'suspended-rest.png') });
    await rest.getByRole('link', { name: 'GitRepositories 201' }).click();
    await eventually('the list holds them', async () => (await page.getByRole('grid').getAttribute('aria-rowcount')) === '202');
    assert.equal(new URL(page.url()).searchParams.get('q'), 'status:suspended');
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
    const { page, context, contract } = await dashboard(await on.demo('--as', 'team-a'));
    await page.getByRole('region', { name: 'Counts' }).waitFor();
    assert.doesNotMatch(await page.locator('#page').textContent(), /payments|flux-system\//);
    await page.getByText('you may not list', { exact: false }).or(page.getByText('not shown', { exact: false })).first().waitFor();
    assert.deepEqual(await contract.deviations(), []);
    await context.close();
  });

  for (const [width, height] of [[1440, 900], [390, 844]]) {
    it(`is sound at ${width}×${height} in both themes`, async () => {
      const { page, context, complaints, base } = await open(on.browser, url, { viewport: { width, height }, hasTouch: width < 640 });
      const photograph = async (name) => {
        const bytes = await page.screenshot({ path: join(shots, `${name}.png`) });
        if (process.env.MASTHEAD_PICTURES === '1' && name === 'dashboard-1440-light') writeFileSync(join(root, 'docs/images/dashboard.png'), bytes);
      };
      assert.deepEqual(await unsoundPages({ page, complaints, base, pages: [['dashboard', 'flux']], photograph }), []);
      await context.close();
    });
  }
});
