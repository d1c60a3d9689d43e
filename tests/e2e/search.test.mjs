// Ctrl-K: found by name, image, revision, path and chart with the reason, what uses a Secret, and who applied a pod; all by keyboard.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { drawn, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually } from './program.mjs';

const on = onDemo('search', { shots: 'e2e-demo' });
const { shots } = on;
let url;

before(async () => {
  url = await on.demo();
});

/** Opens the palette and types; answers with the objects it shows, each as its text. */
async function ask(page, text) {
  if ((await page.getByRole('combobox', { name: 'Go to' }).count()) === 0) await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Go to' });
  await box.waitFor();
  await page.keyboard.press('Control+a');
  const answered = page.waitForResponse((response) => new URL(response.url()).searchParams.get('q') === text);
  await page.keyboard.type(text);
  const { hits, total } = await (await answered).json();
  const objects = page.locator('[role="option"][data-group="Objects"]');
  await eventually(`the hits of ${text} are shown`, async () => (await objects.count()) === hits.length);
  return { texts: await objects.allTextContents(), total, hits };
}

const opened = (page) => new URL(page.url()).searchParams.get('open');
const some = (texts, fits) => assert.ok(texts.some((text) => fits.test(text)), `${fits} in ${texts.join('\n')}`);

async function sound({ context, contract, complaints }) {
  assert.deepEqual(await contract.deviations(), []);
  assert.ok(contract.types.has('SearchResult'));
  assert.deepEqual(complaints, []);
  await context.close();
}

describe('search', () => {
  it('finds by what a person has at hand, and says where it stands', async () => {
    const session = await open(on.browser, url);
    const { page } = session;
    some((await ask(page, 'sidecar:1.28')).texts, /Deployment · image registry\.example\.com\/platform\/sidecar:1\.28/);
    some((await ask(page, './apps/payments/api')).texts, /payments\/api.*Kustomization · path \.\/apps\/payments\/api/);
    some((await ask(page, 'redis-20')).texts, /shop\/cache.*HelmRelease · chart redis-20\.6\.1/);
    some((await ask(page, 'git.example.com/payments')).texts, /GitRepository · URL https:\/\/git\.example\.com\/payments\.git/);
    const { hits } = await ask(page, 'main@');
    const revision = /main@sha1:[0-9a-f]{40}/.exec(hits.map(({ why }) => why).join())[0];
    for (const written of [revision, revision.slice(10, 17), revision.replace('sha1:', '').slice(0, 12)]) {
      some((await ask(page, written)).texts, new RegExp(`Kustomization · revision ${revision}`));
    }
    await page.screenshot({ path: join(shots, 'search-revision.png') });
    const first = (await ask(page, 'cart')).texts;
    assert.doesNotMatch(first[0], / · /, 'names come first');
    await sound(session);
  });

  it('tells what uses a Secret that nobody may read, by its name alone, and leads there by keyboard', async () => {
    const session = await open(on.browser, url);
    const { page } = session;
    some((await ask(page, 'cache-login')).texts, /shop\/cache.*HelmRelease · values from Secret shop\/cache-login/);
    const { texts, total } = await ask(page, 'secret:shop/cache-login');
    assert.equal(total, 1);
    some(texts, /values from Secret shop\/cache-login/);
    await page.screenshot({ path: join(shots, 'search-secret.png') });
    await page.keyboard.press('Enter');
    await eventually('its user is open', async () => opened(page)?.endsWith('/shop/cache'));
    assert.equal((await ask(page, 'secret:shop/nobody-names-it')).total, 0);
    await page.getByText('Nothing that you may see uses a Secret shop/nobody-names-it.').waitFor();
    some((await ask(page, 'configmap:shop/cache-values')).texts, /values from ConfigMap shop\/cache-values/);
    await sound(session);
  });

  it('opens what was typed, also when Enter comes before the answer', async () => {
    const session = await open(on.browser, url);
    const { page } = session;
    await page.route('**/api/search**', async (route) => {
      await new Promise((go) => setTimeout(go, 400));
      await route.continue();
    });
    await ask(page, 'shop');
    await page.keyboard.type(' cart kind:Kustomization');
    await page.keyboard.press('Enter');
    await eventually('the cart is open', async () => opened(page)?.endsWith('/shop/cart'));
    await sound(session);
  });

  it('leads from an image to a pod, and from there to who applied it', async () => {
    const session = await open(on.browser, url);
    const { page } = session;
    const { hits } = await ask(page, 'redis:20.6.1 kind:pod');
    assert.ok(hits.length > 0);
    await page.keyboard.press('Enter');
    await eventually('the pod is open', async () => opened(page)?.startsWith('pods/shop/cache-'));
    await drawn(page);
    const by = page.getByRole('region', { name: 'Applied by' });
    await by.getByText('HelmRelease').first().waitFor();
    assert.match(await by.textContent(), /owned by ReplicaSet.*owned by Deployment.*shop\/cache.*HelmRelease/s);
    await page.screenshot({ path: join(shots, 'search-applied-by.png') });
    await sound(session);
  });

  it('knows no more than its user may, in hits and totals', async () => {
    const session = await open(on.browser, await on.demo('--as', 'team-a'));
    const { page } = session;
    for (const text of ['payments', 'ledger', 'secret:git-token ns:flux-system', 'configmap:payments/api-settings', 'grafana']) {
      assert.equal((await ask(page, text)).total, 0, text);
    }
    const { hits, total } = await ask(page, './apps');
    assert.ok(total > 0);
    assert.equal(hits.length, total);
    for (const { ref } of hits) assert.match(ref.namespace, /^shop(-staging)?$/);
    await sound(session);
  });
});
