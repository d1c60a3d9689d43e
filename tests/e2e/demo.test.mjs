// The demo as a newcomer meets it: the outage, mending it with kubectl, what a team sees of it; and every page of it with
// nothing, with a team's worth and with thousands of objects.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { keys, look, meta, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, flux } from './program.mjs';
import { unsoundPages } from './sound_pages.mjs';

const on = onDemo('demo');

const summary = (page) => page.locator('p.sr[role="status"], [role="status"]').allTextContents().then((all) => all.join(' '));
const waiting = async (page) => Number(/(\d+) objects? waiting/.exec(await summary(page))?.[1] ?? 0);

describe('the demo', () => {
  it('shows an outage that a patch with kubectl ends, without a reload', async () => {
    const { page, context } = await open(on.browser, await on.demo('--kubeconfig-out', on.kubeconfig));
    await eventually('a dozen objects wait', async () => (await waiting(page)) >= 12);
    assert.match(await summary(page), /This cluster is embedded/);
    await page.evaluate(() => { window.notReloaded = true; });
    const broken = page.getByRole('region', { name: 'Broken' });
    assert.ok((await broken.getByText('base', { exact: false }).count()) > 0);
    on.kubectl('-n', 'payments', 'patch', 'kustomization', 'base', '--type', 'merge', '-p', '{"spec":{"path":"./apps/payments/foundation"}}');
    await eventually('nothing waits any more', async () => (await waiting(page)) === 0);
    assert.equal(await page.evaluate(() => window.notReloaded), true);
    await context.close();
  });

  it('opens what a Kustomization has applied down to the pods, with the mouse, with keys, and by looking for it', async () => {
    const { page, context, base } = await open(on.browser, await on.demo());
    const root = `${flux.kustomizations}/flux-system/flux-system`;
    await page.goto(new URL(`list/${flux.kustomizations}?open=${root}&tab=inventory`, base).href);
    const tree = page.getByRole('tree', { name: 'Objects' });
    const item = (kind) => tree.getByRole('treeitem', { name: new RegExp(`${kind}.*helm-controller`) });
    await item('Deployment').waitFor();
    assert.equal(await item('Pod').count(), 0);
    await item('Deployment').getByRole('button', { name: 'Open Deployment helm-controller' }).click();
    await item('ReplicaSet').waitFor();
    await item('ReplicaSet').focus();
    await page.keyboard.press('ArrowRight');
    await item('Pod').waitFor();
    assert.equal(await item('Pod').getAttribute('aria-level'), '3');
    await page.keyboard.press('ArrowLeft');
    await item('Pod').waitFor({ state: 'detached' });
    await page.getByLabel('Filter the inventory').fill('pod helm-controller');
    await item('Pod').waitFor();
    assert.equal(await tree.getByRole('treeitem').count(), 3, 'it and the way to it');
    await item('Pod').focus();
    await page.keyboard.press('Enter');
    await eventually('the pod is open', async () => (new URL(page.url()).searchParams.get('open') ?? '').startsWith('pods/flux-system/helm-controller'));
    await context.close();
  });

  it('leads from what a Kustomization has applied to the broken workload, and from there back to its source', async () => {
    const { page, context, base } = await open(on.browser, await on.demo());
    const failed = `${flux.kustomizations}/shop-staging/checkout`;
    await page.goto(new URL(`list/${flux.kustomizations}?open=${failed}&tab=inventory`, base).href);
    const inventory = page.getByRole('region', { name: 'Inventory' });
    await inventory.getByText('has timed out progressing').waitFor();
    await inventory.getByRole('treeitem', { name: /Deployment/ }).getByRole('link').click();
    const applied = page.getByRole('region', { name: 'Applied by' });
    await applied.getByText('./apps/shop-staging/checkout').waitFor();
    await applied.getByRole('link').first().click();
    await eventually('the Kustomization is open again', () => new URL(page.url()).searchParams.get('open') === failed);
    await context.close();
  });

  it('shows a team its own namespaces only', async () => {
    const { page, context } = await open(on.browser, await on.demo('--as', 'team-a'));
    await eventually('the namespaces are known', async () => (await meta(page)).namespaces.length > 0);
    const { namespaces, user } = await meta(page);
    assert.equal(user, 'team-a');
    assert.deepEqual([...namespaces].sort(), ['shop', 'shop-staging']);
    await context.close();
  });
});

describe('what the demo keeps to itself', () => {
  it('is in no YAML, live or with all managed fields, and is found by no search', async () => {
    const { page, context } = await open(on.browser, await on.demo());
    const get = (path) => page.evaluate(async (to) => (await fetch(new URL(to, document.baseURI))).text(), path);
    const group = 'notification.toolkit.fluxcd.io';
    const provider = `api/yaml?table=providers.${group}&namespace=flux-system&name=chat`;
    const receiver = `api/yaml?table=receivers.${group}&namespace=flux-system&name=push`;
    await eventually('the address is shown as far as it may be', async () => (await get(provider)).includes('https://chat.example.com/•••'));
    await eventually('the path is shown as far as it may be', async () => (await get(receiver)).includes('/hook/•••'));
    for (const more of ['', '&managedFields=full']) {
      assert.doesNotMatch(await get(provider + more), /not-for-your-eyes|T0FLUX/);
      assert.doesNotMatch(await get(receiver + more), /\/hook\/[0-9a-f]/);
    }
    assert.equal(JSON.parse(await get('api/search?q=chat.example.com')).total, 1);
    assert.equal(JSON.parse(await get('api/search?q=not-for-your-eyes')).total, 0);
    await context.close();
  });
});

// What a narrow window changes, tests/cluster/pages.test.mjs looks at on every list and in both themes; here it is seen with other sizes.
describe('the pages of the demo', () => {
  const whole = ['flux', 'flux/graph', 'flux/controllers', 'audit', 'licenses'];
  const some = ['', `list/${flux.kustomizations}`, `list/${flux.helmReleases}`, 'list/pods', 'list/events', 'lists', ...whole];
  const kinds = async (page) => ['', ...(await meta(page)).tables.map(({ id }) => `list/${id}`), 'lists', 'me', ...whole];
  /** The first object of each, which is the worst one where some are broken. */
  async function objectOfEachFluxKind(page, base, size) {
    const found = [];
    for (const { id, group, singular } of (await meta(page)).tables) {
      if (!group.includes('fluxcd.')) continue;
      await look({ page, base }, `list/${id}?sort=status`);
      const [key] = await keys(page);
      assert.ok(key !== undefined, `the demo has a ${singular}`);
      found.push([`${size}-${singular}`, `list/${id}?open=${id}/${key}`]);
    }
    return found;
  }
  for (const [size, flags, paths] of [
    ['nothing', ['--scenario', 'empty'], some],
    ['calm', ['--scenario', 'calm'], some],
    ['outage', [], kinds],
    ['large', ['--size', 'large'], some],
  ]) {
    it(`are sound: ${size}`, async () => {
      const url = await on.demo(...flags);
      for (const [width, height] of [[1440, 900], [390, 844]]) {
        const { page, context, complaints, contract, base } = await open(on.browser, url, { viewport: { width, height }, hasTouch: width < 640 });
        const wide = width === 1440;
        const pages = (typeof paths === 'function' && wide ? await paths(page) : some).map((path) => [`${size}-${path === '' ? 'home' : path.replaceAll('/', '-')}`, path]);
        const first = `list/${flux.kustomizations}`;
        await look({ page, base }, first);
        const [key] = await keys(page);
        if (key !== undefined) pages.push([`${size}-object`, `${first}?open=${flux.kustomizations}/${key}`]);
        if (typeof paths === 'function') pages.push(...await objectOfEachFluxKind(page, base, size));
        // Pictures cost a quarter of the time, and those of every page on the real cluster are there.
        const photograph = process.env.MASTHEAD_PICTURES === '1' ? (name) => page.screenshot({ path: join(on.shots, `${name}.png`) }) : undefined;
        const wrong = await unsoundPages({ page, complaints, base, pages, themes: wide ? undefined : ['light'], photograph });
        wrong.push(...await contract.deviations());
        await context.close();
        assert.deepEqual(wrong, []);
      }
    });
  }
});
