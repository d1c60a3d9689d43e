// Flux's controllers on the embedded cluster: what runs and how, what nobody reconciles, what the next upgrade needs, live,
// and no more than the user may see.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { drawn, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { root } from './program.mjs';
import { unsoundPages } from './sound_pages.mjs';

const on = onDemo('controllers', { shots: 'e2e-demo' });
let url;

before(async () => {
  url = await on.demo('--kubeconfig-out', on.kubeconfig);
});

async function controllers(address) {
  const session = await open(on.browser, address);
  await session.page.goto(session.base + 'flux/controllers');
  await drawn(session.page);
  return session;
}

const scale = (name, replicas) => on.kubectl('-n', 'flux-system', 'scale', 'deployment', name, `--replicas=${replicas}`);

describe('the controllers of Flux', () => {
  it('are told with version, state, what they look after and their flags, and lead to their logs', async () => {
    const { page, context, contract, complaints } = await controllers(url);
    await page.getByText('Flux v2.7.3 in flux-system').waitFor();
    const list = page.getByRole('region', { name: 'Controllers' });
    const line = list.getByRole('listitem').filter({ hasText: 'flux-system/kustomize-controller' });
    await line.getByText('Ready').first().waitFor();
    assert.match(await line.innerText(), /v1\.7\.2[\s\S]*1\/1[\s\S]*looks after what is in no shard:\s*\d+ Kustomizations/);
    await line.getByRole('button', { name: /Flags/ }).click();
    await line.getByText('Up to 10 objects of a kind are reconciled at a time.').waitFor();
    await line.getByRole('link', { name: /kustomize-controller-/ }).first().waitFor();
    await page.getByRole('region', { name: 'Nobody reconciles' }).locator('a').filter({ hasText: 'platform/edge' }).waitFor();
    await line.getByRole('link', { name: /^Logs/ }).click();
    await page.getByRole('log').waitFor();
    assert.match(page.url(), /open=deployments\.apps\/flux-system\/kustomize-controller&tab=logs/);
    assert.deepEqual(await contract.deviations(), []);
    assert.deepEqual(complaints, []);
    assert.ok(contract.types.has('controllers'));
    await context.close();
  });

  it('says what the next release does not serve any more, of what, and which APIs are served', async () => {
    const { page, context } = await controllers(url);
    const need = page.getByRole('region', { name: 'Before Flux 2.8' }).getByRole('listitem').filter({ hasText: 'HelmRepository is applied in v1beta2' });
    await need.locator('a').filter({ hasText: 'monitoring/charts' }).waitFor();
    assert.match(await need.innerText(), /source\.toolkit\.fluxcd\.io\/v1/);
    const api = page.getByRole('region', { name: 'APIs' }).getByRole('row').filter({ hasText: 'Kustomizations' });
    assert.match(await api.innerText(), /v1[\s\S]*v1beta2[\s\S]*gone in Flux 2\.8/);
    await context.close();
  });

  it('follows a controller that is scaled to zero and back', async () => {
    const { page, context } = await controllers(url);
    const line = page.getByRole('region', { name: 'Controllers' }).getByRole('listitem').filter({ hasText: 'flux-system/notification-controller' });
    scale('notification-controller', 0);
    await line.getByText(/Scaled to zero: nobody reconciles \d+ objects/).waitFor();
    await page.getByRole('region', { name: 'Summary' }).getByText(/controllers? is not well|controllers are not well|of \d+ controllers/).first().waitFor();
    scale('notification-controller', 1);
    await line.getByText(/Scaled to zero/).waitFor({ state: 'detached' });
    await context.close();
  });

  it('is reached by keyboard', async () => {
    const { page, context } = await open(on.browser, url);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('controllers');
    await page.getByRole('option', { name: /Controllers/ }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/flux\/controllers/);
    const flags = page.getByRole('button', { name: /Flags/ }).first();
    await flags.focus();
    await page.keyboard.press('Enter');
    assert.equal(await flags.getAttribute('aria-expanded'), 'true');
    await context.close();
  });

  it('never takes what may not be seen for what does not run', async () => {
    const { page, context, contract } = await controllers(await on.demo('--as', 'team-a'));
    const list = page.getByRole('region', { name: 'Controllers' });
    await list.getByText('not visible to you').first().waitFor();
    assert.doesNotMatch(await list.innerText(), /not running|No Deployment|Failed/);
    assert.doesNotMatch(await page.locator('#page').textContent(), /payments|flux-system\//);
    assert.deepEqual(await contract.deviations(), []);
    await context.close();
  });

  it('guides where there is no Flux, and tells of an old one', async () => {
    const without = await controllers(await on.demo('--scenario', 'no-flux'));
    await without.page.getByText('This cluster has no Flux.').first().waitFor();
    await without.context.close();
    const old = await controllers(await on.demo('--scenario', 'old-flux'));
    await old.page.getByText('Flux v0.41.2 in flux-system').waitFor();
    await old.page.getByRole('region', { name: 'Before Flux 2.8' }).getByText(/applied in v1beta2/).first().waitFor();
    assert.deepEqual(await old.contract.deviations(), []);
    await old.context.close();
  });

  for (const [width, height] of [[1440, 900], [390, 844]]) {
    it(`is sound at ${width}×${height} in both themes`, async () => {
      const { page, context, complaints, base } = await open(on.browser, url, { viewport: { width, height }, hasTouch: width < 640 });
      const photograph = async (name) => {
        const bytes = await page.screenshot({ path: join(on.shots, `${name}.png`) });
        if (process.env.MASTHEAD_PICTURES === '1' && name === 'controllers-1440-light') writeFileSync(join(root, 'docs/images/controllers.png'), bytes);
      };
      assert.deepEqual(await unsoundPages({ page, complaints, base, pages: [['controllers', 'flux/controllers']], photograph }), []);
      await context.close();
    });
  }
});
