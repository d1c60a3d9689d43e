// A HelmRelease in depth, on the embedded cluster's own Helm storage: its values with where each comes from, what Helm
// stores of its releases, and Secrets that stay masked until somebody asks, which the audit log remembers. And what a
// Kustomization's manifests are substituted with.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ends, look, open } from './browsing.mjs';
import { onDemo } from './on_demo.mjs';
import { eventually, flux, serve } from './program.mjs';
import { unsoundPages } from './sound_pages.mjs';

const on = onDemo('releases');
const { folder, kubeconfig, shots } = on;
const secret = /tuna-sandwich-42|dHVuYS1zYW5kd2ljaC00Mg/;
const page_of = (tab) => `list/${flux.helmReleases}?open=${flux.helmReleases}/shop/cache&tab=${tab}`;
let server;

before(async () => {
  server = await on.console('calm');
});

const row = (page, key) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: key, exact: true }) });

describe('the values of a HelmRelease', () => {
  it('say where each comes from, and keep a Secret’s until it is revealed, which the audit log says', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, page_of('values'));
    await row(page, 'replicas').waitFor();
    assert.match(await row(page, 'replicas').innerText(), /2[\s\S]*spec\.values/);
    assert.match(await row(page, 'service.port').innerText(), /6379[\s\S]*ConfigMap[\s\S]*cache-values[\s\S]*key values\.yaml/);
    assert.match(await row(page, 'auth.password').innerText(), /••••••[\s\S]*Secret[\s\S]*cache-login[\s\S]*at auth\.password/);
    assert.equal(await row(page, 'service.type').count(), 0);
    await page.getByLabel('with the chart’s defaults').check();
    assert.match(await row(page, 'service.type').innerText(), /ClusterIP[\s\S]*default of the chart/);
    assert.doesNotMatch(await page.content(), secret);

    await page.getByRole('button', { name: 'Reveal auth.password' }).click();
    await page.getByText('tuna-sandwich-42').waitFor();
    assert.doesNotMatch(page.url(), secret);
    await page.getByRole('button', { name: 'Hide auth.password' }).click();
    assert.doesNotMatch(await page.content(), secret);

    await look(session, 'audit');
    const entry = page.getByRole('row').filter({ hasText: 'Reveal a value' });
    await entry.waitFor();
    assert.match(await entry.innerText(), /admin[\s\S]*auth\.password of HelmRelease shop\/cache[\s\S]*Secret[\s\S]*cache-login[\s\S]*Succeeded/);
    assert.doesNotMatch(await page.content(), secret);
    await ends(session);
  });

  it('of a stored revision are those that Helm was given', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, page_of('values'));
    await page.getByRole('combobox', { name: 'Values' }).selectOption('1');
    await eventually('they are of that revision', async () => /spec\.values/.test(await row(page, 'replicas').innerText()));
    await page.getByRole('button', { name: 'Reveal auth.password' }).click();
    await page.getByText('tuna-sandwich-42').waitFor();
    await look(session, 'audit');
    await page.getByRole('row').filter({ hasText: 'sh.helm.release.v1.cache.v1' }).waitFor();
    await ends(session);
  });

  it('are told in the controller’s words where it refuses them', async () => {
    on.kubectl('-n', 'shop', 'patch', 'helmrelease', 'cache', '--type=json', '-p', '[{"op":"add","path":"/spec/valuesFrom/-","value":{"kind":"Secret","name":"gone"}}]');
    const session = await open(on.browser, server.url);
    await look(session, page_of('values'));
    await session.page.getByText('could not resolve Secret chart values reference \'shop/gone\' with key \'values.yaml\': secrets "gone" not found').waitFor();
    on.kubectl('-n', 'shop', 'patch', 'helmrelease', 'cache', '--type=json', '-p', '[{"op":"remove","path":"/spec/valuesFrom/3"}]');
    await ends(session);
  });
});

describe('the variables of a Kustomization', () => {
  it('say where each comes from and what it overrides, and keep a Secret’s', async () => {
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, `list/${flux.kustomizations}?open=${flux.kustomizations}/shop/catalogue&tab=variables`);
    await row(page, 'currency').waitFor();
    assert.match(await row(page, 'currency').innerText(), /SEK[\s\S]*spec\.postBuild\.substitute[\s\S]*instead of\s+ConfigMap[\s\S]*shop-variables/);
    assert.match(await row(page, 'region').innerText(), /north[\s\S]*ConfigMap[\s\S]*shop-variables/);
    assert.match(await row(page, 'image_token').innerText(), /not shown[\s\S]*Secret[\s\S]*catalogue-keys/);
    await page.getByText('ConfigMap cluster-wide does not exist, and is optional.').waitFor();
    assert.doesNotMatch(await page.content(), /herring-bucket-17|aGVycmluZy1idWNrZXQtMTc/);
    await ends(session);
  });
});

describe('what Helm stores of a release', () => {
  it('is shown by revision: manifest, notes, hooks and tests, and what two revisions differ in', async () => {
    const session = await open(on.browser, server.url, { acceptDownloads: true });
    const { page } = session;
    const part = (name) => page.getByRole('group', { name: 'Part of the release' }).getByRole('button', { name });
    await look(session, page_of('release'));
    const manifest = page.getByRole('region', { name: 'Manifest' });
    await manifest.waitFor();
    assert.match(await manifest.innerText(), /# Source: redis\/templates\/secret\.yaml[\s\S]*password: ••••••[\s\S]*image: registry\.example\.com\/charts\/redis:20\.6\.1/);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
    assert.equal(file.suggestedFilename(), 'cache-v3.yaml');
    const saved = readFileSync(await file.path(), 'utf8');
    assert.match(saved, /password: ••••••/);
    assert.doesNotMatch(saved, secret);
    await page.getByRole('combobox', { name: 'Revision' }).selectOption('2');
    await eventually('it is the manifest before', async () => /redis:20\.6\.0/.test(await manifest.innerText()));
    await part('Notes').click();
    await page.getByText('redis 20.6.0 is installed.').waitFor();
    await part('Hooks and tests').click();
    assert.match(await page.getByRole('row').filter({ hasText: 'cache-test-connection' }).innerText(), /Pod[\s\S]*test[\s\S]*hook-succeeded[\s\S]*Succeeded/);
    await part('Compare').click();
    const difference = page.getByLabel('Difference of cache');
    await difference.waitFor();
    assert.match(await difference.innerText(), /- +- image: registry\.example\.com\/charts\/redis:20\.6\.0\s+\+ +- image: registry\.example\.com\/charts\/redis:20\.6\.1/);
    assert.doesNotMatch(await page.content(), secret);
    await ends(session);
  });

  it('stands in for an inventory that the status does not keep', async () => {
    on.kubectl('-n', 'shop', 'patch', 'helmrelease', 'cache', '--subresource=status', '--type=merge', '-p', '{"status":{"inventory":null}}');
    const session = await open(on.browser, server.url);
    const { page } = session;
    await look(session, page_of('inventory'));
    await page.getByRole('button', { name: 'Read the release’s manifest' }).click();
    await page.getByText('The manifest of revision 3 names 3 objects').waitFor();
    assert.match(await page.getByRole('region', { name: 'Manifest of the release' }).innerText(), /Deployment[\s\S]*cache/);
    await ends(session);
  });

  it('is not shown without the right to its Secrets: which is missing, and a Role that would give it', async () => {
    const mine = join(folder, 'reader');
    const config = JSON.parse(on.kubectl('config', 'view', '--raw', '-o', 'json'));
    config.users[0].user = { ...config.users[0].user, as: 'reader' };
    writeFileSync(mine, JSON.stringify(config), { mode: 0o600 });
    on.kubectl('create', 'clusterrole', 'reader', '--verb=get,list,watch', '--resource=helmreleases.helm.toolkit.fluxcd.io');
    on.kubectl('create', 'clusterrolebinding', 'reader', '--clusterrole=reader', '--user=reader');
    const reading = await serve({ state: join(folder, 'reading'), kubeconfig: mine });
    const session = await open(on.browser, reading.url);
    const { page } = session;
    await look(session, page_of('release'));
    await page.getByText('You may not get Secret sh.helm.release.v1.cache.v3 in namespace shop.').waitFor();
    await page.getByRole('button', { name: 'Show the Role' }).click();
    assert.match(await page.getByRole('dialog').innerText(), /kind: Role[\s\S]*namespace: shop[\s\S]*secrets/);
    await look(session, page_of('values'));
    await page.getByText('Values of Secret cache-login are not shown: you may not get it.').waitFor();
    await row(page, 'replicas').waitFor();
    const refused = await page.evaluate(async () => {
      const body = JSON.stringify({ namespace: 'shop', name: 'cache', path: ['auth', 'password'] });
      return (await fetch(new URL('api/release/reveal', document.baseURI), { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status;
    });
    assert.equal(refused, 404);
    await page.screenshot({ path: join(shots, 'without-rights.png') });
    await session.context.close();
    await reading.stop();
  });
});

describe('the pages of a release', () => {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    it(`are sound at ${width}×${height} in both themes`, async () => {
      const session = await open(on.browser, server.url, { viewport: { width, height }, hasTouch: width < 640 });
      const { page, complaints, base } = session;
      const pages = [['overview', page_of('')], ['values', page_of('values')], ['release', page_of('release')]];
      const photograph = async (name) => {
        if (!name.startsWith('overview')) await page.getByText('••••••').first().waitFor();
        await page.screenshot({ path: join(shots, `${name}-${width}.png`) });
      };
      const wrong = await unsoundPages({ page, complaints, base, pages, photograph });
      assert.deepEqual(wrong, []);
      await session.context.close();
    });
  }
});
