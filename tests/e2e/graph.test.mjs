// The graph of Flux on the embedded cluster: what it draws, how it is asked, walked and read, and that it follows changes.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { drawn, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, flux, root } from './program.mjs';
import { unsoundPages } from './sound_pages.mjs';

const on = onDemo('graph', { shots: 'e2e-demo' });
const { folder, shots } = on;
let url;

before(async () => {
  url = await on.demo('--kubeconfig-out', on.kubeconfig);
});

const patch = (namespace, name, spec) => on.kubectl('-n', namespace, 'patch', 'kustomization', name, '--type', 'merge', '-p', JSON.stringify({ spec }));

const stage = (page) => page.getByRole('application');
const shown = async (page) => Number(await page.locator('[data-shown]').getAttribute('data-shown'));
const tree = (page) => page.getByRole('tree');

async function graph(address, path = 'flux/graph') {
  const session = await open(on.browser, address);
  await session.page.goto(session.base + path);
  if (path.includes('view=tree')) await tree(session.page).getByRole('treeitem').first().waitFor();
  else await session.page.locator('[data-shown]').waitFor();
  await drawn(session.page);
  return session;
}

async function sound({ context, contract, complaints }) {
  assert.deepEqual(await contract.deviations(), []);
  assert.deepEqual(complaints, []);
  await context.close();
}

describe('the graph of Flux', () => {
  it('draws what is there, and what the tree says', async () => {
    const session = await graph(url);
    const { page, contract } = session;
    const nodes = await shown(page);
    assert.ok(nodes > 50, `${nodes} nodes`);
    await page.getByRole('button', { name: 'As a tree' }).click();
    await tree(page).waitFor();
    assert.equal(await tree(page).getByRole('treeitem').count(), nodes);
    const base = tree(page).locator('[data-key="Kustomization/payments/base"]');
    assert.match(await base.textContent(), /Failed/);
    assert.match(page.url(), /view=tree/);
    await contract.deviations();
    assert.ok(contract.types.has('graph'));
    await sound(session);
  });

  it('is filtered by words, namespace, kind and status, in the address', async () => {
    const session = await graph(url, 'flux/graph?view=tree');
    const { page, base } = session;
    const names = (context) => tree(page).locator(`[role="treeitem"][data-context="${context}"]`).evaluateAll((all) => all.map(({ dataset }) => dataset.key));
    for (const [q, fits] of [['status:blocked', /Blocked/], ['ns:shop', /shop\//], ['kind:helmrelease', /HelmRelease/], ['ledger', /ledger/]]) {
      await page.goto(`${base}flux/graph?view=tree&q=${q}`);
      await eventually(`${q} is answered`, async () => {
        const texts = await tree(page).locator('[role="treeitem"][data-context="false"]').allTextContents();
        return texts.length > 0 && texts.every((text) => fits.test(text));
      });
    }
    assert.ok((await names(true)).length > 0, 'what the found ones come from is there too');
    await page.getByRole('combobox').or(page.getByLabel('Filter the graph')).first().fill('nothing-like-it');
    await page.getByText('Nothing matches the filter.').waitFor();
    await sound(session);
  });

  it('is walked with arrow keys, leads to the cause, and opens what is selected', async () => {
    const session = await graph(url);
    const { page } = session;
    const selected = page.getByRole('region', { name: 'Selected' });
    await stage(page).focus();
    await page.keyboard.press('ArrowRight');
    await selected.waitFor();
    const first = await selected.textContent();
    await page.keyboard.press('ArrowRight');
    await eventually('the next is selected', async () => (await selected.textContent()) !== first);
    await page.goto(`${session.base}flux/graph?focus=Kustomization/payments/gateway`);
    await selected.getByText('payments/gateway').waitFor();
    await page.locator('[data-shown]').waitFor();
    await stage(page).focus();
    await page.keyboard.press('c');
    await selected.getByText('payments/base').waitFor();
    await page.keyboard.press('Enter');
    await eventually('its detail is open', () => new URL(page.url()).searchParams.get('open') === `${flux.kustomizations}/payments/base`);
    await page.locator('#object').getByText('payments/base').first().waitFor();
    await sound(session);
  });

  it('is reached from a detail, around that object', async () => {
    const session = await graph(url);
    const { page, base } = session;
    const whole = await shown(page);
    await page.goto(`${base}list/${flux.kustomizations}?open=${flux.kustomizations}/payments/api`);
    await page.getByRole('link', { name: 'Graph around this object' }).click();
    await page.locator('[data-shown]').waitFor();
    const some = await shown(page);
    assert.ok(some > 1 && some < whole, `${some} of ${whole}`);
    await page.getByRole('button', { name: 'around payments/api' }).click();
    await eventually('all are shown', async () => (await shown(page)) === whole);
    await sound(session);
  });

  it('unfolds what an object has applied', async () => {
    const session = await graph(url, 'flux/graph?focus=Kustomization/shop/catalogue');
    const { page } = session;
    const before = await shown(page);
    await stage(page).focus();
    await page.keyboard.press('e');
    await eventually('its inventory is there', async () => (await shown(page)) > before);
    assert.match(page.url(), /unfolded=Kustomization\/shop\/catalogue/);
    await page.getByRole('button', { name: 'As a tree' }).click();
    await tree(page).locator('[role="treeitem"]', { hasText: 'Deployment' }).first().waitFor();
    await sound(session);
  });

  it('follows suspensions, what is missing and circles without a reload', async () => {
    const session = await graph(url, 'flux/graph?view=tree&ns=shop');
    const { page } = session;
    await page.evaluate(() => { window.notReloaded = true; });
    const item = (key) => tree(page).locator(`[data-key="${key}"]`);
    await item('Kustomization/shop/cart').waitFor();
    patch('shop', 'cart', { suspend: true, dependsOn: [{ name: 'never-made' }] });
    await eventually('cart is suspended', async () => /Suspended/.test(await item('Kustomization/shop/cart').textContent()));
    await eventually('what it needs is missing', async () => /does not exist/.test(await item('Kustomization/shop/never-made').textContent()));
    patch('shop', 'cart', { suspend: null, dependsOn: [{ name: 'catalogue' }] });
    patch('shop', 'catalogue', { dependsOn: [{ name: 'cart' }] });
    await item('Kustomization/shop/never-made').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'As a tree' }).click();
    await page.getByText('in a circle').waitFor();
    assert.equal(await page.evaluate(() => window.notReloaded), true);
    patch('shop', 'catalogue', { dependsOn: [{ name: 'database' }] });
    patch('shop', 'cart', { dependsOn: [{ name: 'database' }] });
    await page.getByText('in a circle').waitFor({ state: 'detached' });
    await sound(session);
  });

  it('is saved as a PNG with its background', async () => {
    const session = await graph(url);
    const { page } = session;
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as PNG' }).click();
    const file = join(folder, 'graph.png');
    await (await download).saveAs(file);
    const bytes = readFileSync(file);
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    assert.ok(bytes.readUInt32BE(16) > 1000, 'it is as wide as the graph');
    assert.equal(bytes[25] === 6 || bytes[25] === 2, true);
    writeFileSync(join(shots, 'graph-saved.png'), bytes);
    await sound(session);
  });

  it('is drawn in the colours of the theme, and again when it changes', async () => {
    const session = await graph(url);
    const { page } = session;
    const sizeOfPicture = async () => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save as PNG' }).click();
      const file = join(folder, 'theme.png');
      await (await download).saveAs(file);
      return readFileSync(file).length;
    };
    const cards = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--surface'));
    const light = [await cards(), await sizeOfPicture()];
    await page.emulateMedia({ colorScheme: 'dark' });
    await eventually('the page is dark', async () => (await cards()) !== light[0]);
    await eventually('the picture is another', async () => (await sizeOfPicture()) !== light[1]);
    await sound(session);
  });

  it('knows no more than its user may', async () => {
    const session = await graph(await on.demo('--as', 'team-a'), 'flux/graph?view=tree');
    const keys = await tree(session.page).getByRole('treeitem').evaluateAll((all) => all.map((one) => `${one.dataset.key} ${one.textContent}`));
    assert.ok(keys.length > 3);
    for (const key of keys) assert.match(key, /^\w+\/shop(-staging)?\/|not visible to you|does not exist|not watched/, key);
    await sound(session);
  });

  it('groups thousands of objects, and unfolds one namespace', async () => {
    const session = await graph(await on.demo('--size', 'large'));
    const { page } = session;
    await eventually('all are read', async () => /grouped/.test(await page.locator('#page [role="status"]').first().textContent()));
    const before = await shown(page);
    assert.ok(before < 400, `${before} nodes`);
    await stage(page).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: /^Unfold/ }).waitFor();
    await page.keyboard.press('Enter');
    await eventually('it is unfolded', async () => (await shown(page)) > before);
    assert.match(page.url(), /unfolded=ns\//);
    await page.screenshot({ path: join(shots, 'graph-large.png') });
    await sound(session);
  });

  for (const [width, height] of [[1440, 900], [390, 844]]) {
    it(`is sound at ${width}×${height} in both themes`, async () => {
      const { page, context, complaints, base } = await open(on.browser, url, { viewport: { width, height }, hasTouch: width < 640 });
      const photograph = async (name) => {
        if (!name.includes('tree')) await page.locator('[data-shown]').waitFor();
        const bytes = await page.screenshot({ path: join(shots, `${name}.png`) });
        if (process.env.MASTHEAD_PICTURES === '1' && name === 'graph-1440-light') writeFileSync(join(root, 'docs/images/graph.png'), bytes);
      };
      const pages = [['graph', 'flux/graph'], ['graph-focus', 'flux/graph?focus=Kustomization/payments/base'], ['graph-tree', 'flux/graph?view=tree']];
      assert.deepEqual(await unsoundPages({ page, complaints, base, pages, photograph }), []);
      await context.close();
    });
  }
});
