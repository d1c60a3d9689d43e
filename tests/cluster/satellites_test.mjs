#!/usr/bin/env node
// The kinds around sources, Kustomizations and HelmReleases against their real controllers: notification, images,
// generated artifacts. What they say of themselves is shown, what they keep secret is not, and actions on them end.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cluster, eventually, kubectl } from '../e2e/program.mjs';
import { push, rowText, runTests, state, status, test } from './console.mjs';
import { begin, entry, get, outcome } from './operations.mjs';

const ns = 'satellites';
const group = { notification: 'notification.toolkit.fluxcd.io', image: 'image.toolkit.fluxcd.io', source: 'source.toolkit.fluxcd.io', made: 'source.extensions.fluxcd.io' };
const table = (plural, of) => `${plural}.${group[of]}`;
const oci = new URL(process.env.MASTHEAD_OCI_URL).host;
const git = process.env.MASTHEAD_GIT_URL;

const object = (apiVersion, kind, name, spec, more = {}) => ({ apiVersion, kind, metadata: { name, namespace: ns }, ...(spec === undefined ? {} : { spec }), ...more });
const notifying = (kind, name, spec) => object(`${group.notification}/${kind === 'Receiver' ? 'v1' : 'v1beta3'}`, kind, name, spec);
const image = (kind, name, spec) => object(`${group.image}/v1`, kind, name, spec);

const repository = (name, where, more = {}) => image('ImageRepository', name, { image: where, interval: '1h', timeout: '5s', insecure: true, ...more });
const policy = (name, from, range = '1.x') => image('ImagePolicy', name, { imageRepositoryRef: { name: from }, policy: { semver: { range } } });
const receiver = (name, secret) => notifying('Receiver', name, { type: 'generic', interval: '1h', resources: [{ kind: 'GitRepository', name: 'fleet' }], secretRef: { name: secret } });
const generator = (name, from) => object(`${group.made}/v1beta1`, 'ArtifactGenerator', name, {
  sources: [{ alias: 'fleet', kind: 'GitRepository', name: from }],
  artifacts: [{ name: `${name}-made`, copy: [{ from: '@fleet/satellites/**', to: '@artifact/' }] }],
});

const things = [
  object('v1', 'Secret', 'webhook', undefined, { stringData: { token: 'tuna-sandwich-42' } }),
  object(`${group.source}/v1`, 'GitRepository', 'fleet', { interval: '1h', url: `${git}/fleet.git`, ref: { branch: 'main' } }),
  receiver('push', 'webhook'), receiver('no-token', 'none'),
  notifying('Provider', 'chat', { type: 'generic', address: 'http://127.0.0.1:1/hook/tuna-sandwich-42' }),
  notifying('Alert', 'all', { providerRef: { name: 'chat' }, eventSources: [{ kind: 'Kustomization', name: '*' }] }),
  notifying('Alert', 'lost', { providerRef: { name: 'nobody' }, eventSources: [{ kind: 'Kustomization', name: '*' }] }),
  repository('webapp', `${oci}/charts/webapp`), repository('refused', '127.0.0.1:1/none'), repository('bad', 'https://registry.example/none'),
  policy('webapp', 'webapp'), policy('none', 'webapp', '9.x'), policy('waits', 'refused'),
  image('ImageUpdateAutomation', 'push', {
    interval: '1h', sourceRef: { kind: 'GitRepository', name: 'fleet' }, update: { strategy: 'Setters', path: './satellites' },
    git: { checkout: { ref: { branch: 'main' } }, commit: { author: { name: 'flux', email: 'flux@masthead.example' } }, push: { branch: 'images' } },
  }),
  generator('good', 'fleet'), generator('waits', 'none'),
  object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'made', { interval: '1h', path: './', prune: true, targetNamespace: ns, sourceRef: { kind: 'ExternalArtifact', name: 'good-made' } }),
];

const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: images}\ndata:\n  image: registry.example/webapp:1.0.0 # {"$imagepolicy": "satellites:webapp"}\n';

/** Each object with the words that its row must hold; its state is the first. */
const wanted = [
  ['receivers', 'notification', 'push', 'Ready'], ['receivers', 'notification', 'no-token', 'Failed'],
  ['providers', 'notification', 'chat', 'Static'], ['alerts', 'notification', 'all', 'Static'], ['alerts', 'notification', 'lost', 'Failed'],
  ['imagerepositories', 'image', 'webapp', 'Ready'], ['imagerepositories', 'image', 'refused', 'Failed'], ['imagerepositories', 'image', 'bad', 'Stalled'],
  ['imagepolicies', 'image', 'webapp', 'Ready', '1.1.0'], ['imagepolicies', 'image', 'none', 'Failed'], ['imagepolicies', 'image', 'waits', 'Waiting|Blocked'],
  ['imageupdateautomations', 'image', 'push', 'Ready'],
  ['artifactgenerators', 'made', 'good', 'Ready'], ['artifactgenerators', 'made', 'waits', 'Failed|Waiting|Blocked|Stalled'],
  ['externalartifacts', 'source', 'good-made', 'Ready'],
];

test('each is shown in the state that its controller tells', async ({ page, url }) => {
  push('satellites/images.yaml', config, 'An image to be updated');
  const file = join(state, 'satellites.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } }, ...things] }));
  kubectl('apply', '-f', file);
  for (const [plural, of, name, ...words] of wanted) {
    await page.goto(new URL(`list/${table(plural, of)}?ns=${ns}`, url).href);
    await eventually(`${plural} ${name} says ${words}`, async () => {
      const text = await rowText(page, `${ns}/${name}`);
      return words.every((word) => new RegExp(word).test(text)) || assert.fail(text);
    }, 90);
  }
  await page.goto(new URL(`list/kustomizations.kustomize.toolkit.fluxcd.io?ns=${ns}`, url).href);
  await eventually('what was made is applied', async () => /Ready/.test(await rowText(page, `${ns}/made`)), 60);
});

test('what waits names its cause, and an Alert without its Provider is one', async () => {
  // A policy that is being tried again does not wait for that moment.
  const of = await eventually('the policy waits for its repository', () => {
    const causes = status().causes.filter(({ namespace }) => namespace === ns);
    const find = (kind, name) => causes.find((cause) => cause.kind === kind && cause.name === name);
    assert.deepEqual(find('ImageRepository', 'refused')?.waitingObjects.map(({ kind, name }) => `${kind} ${name}`), ['ImagePolicy waits']);
    return find;
  });
  assert.match(of('Alert', 'lost').message, /needs Provider satellites\/nobody, which does not exist/);
  assert.match(of('Receiver', 'no-token').message, /none/);
  assert.equal(of('ImagePolicy', 'waits'), undefined);
});

test('a policy tells the latest image, an automation what it pushed last', async ({ page, url }) => {
  const { status: said } = get('imageupdateautomation', `${ns}/push`);
  assert.match(said.lastPushCommit, /^[0-9a-f]{40}$/);
  await page.goto(new URL(`list/${table('imageupdateautomations', 'image')}?open=${table('imageupdateautomations', 'image')}/${ns}/push`, url).href);
  await eventually('the pushed commit is on the page', async () => (await page.innerText('#object')).includes(said.lastPushCommit.slice(0, 7)));
  await page.goto(new URL(`list/${table('imagepolicies', 'image')}?open=${table('imagepolicies', 'image')}/${ns}/webapp`, url).href);
  await eventually('the latest image is on the page', async () => (await page.innerText('#object')).includes(`${oci}/charts/webapp`));
});

test('the path of a webhook and the address of a Provider are shown to nobody', async ({ page, url }) => {
  const { webhookPath } = get('receiver', `${ns}/push`).status;
  assert.match(webhookPath, /^\/hook\/[0-9a-f]{64}$/);
  for (const [plural, name] of [['receivers', 'push'], ['providers', 'chat']]) {
    for (const tab of ['', 'events', 'yaml']) {
      await page.goto(new URL(`list/${table(plural, 'notification')}?open=${table(plural, 'notification')}/${ns}/${name}&tab=${tab}`, url).href);
      await eventually('the object is there', async () => (await page.innerText('#object')).includes(name));
      const text = await page.innerText('body');
      assert.ok(!text.includes(webhookPath) && !text.includes(webhookPath.slice(6)), `${name} ${tab}`);
      assert.ok(!text.includes('tuna-sandwich-42'), `${name} ${tab}`);
    }
  }
});

test('reconciling each of them ends with what its controller says', async ({ page }) => {
  for (const [plural, of, name, came] of [['receivers', 'notification', 'push', 'succeeded'], ['imagerepositories', 'image', 'webapp', 'succeeded'], ['imagerepositories', 'image', 'refused', 'failed'], ['imageupdateautomations', 'image', 'push', 'succeeded'], ['artifactgenerators', 'made', 'good', 'succeeded']]) {
    const { outcome: ended, message } = await outcome(page, 'reconcile', table(plural, of), `${ns}/${name}`);
    assert.equal(ended, came, `${plural} ${name}: ${message}`);
  }
});

test('suspend and resume end on each', async ({ page }) => {
  for (const [plural, of, name] of [['receivers', 'notification', 'push'], ['alerts', 'notification', 'all'], ['imagepolicies', 'image', 'webapp'], ['artifactgenerators', 'made', 'good']]) {
    for (const action of ['suspend', 'resume']) {
      const id = await begin(page, action, table(plural, of), `${ns}/${name}`, action === 'suspend' ? { reason: 'a fair' } : {});
      await eventually(`${action} of ${plural} ${name} has succeeded`, async () => (await entry(page, id)).outcome === 'succeeded', 60);
    }
  }
});

test('what goes with its namespace leaves the lists', async ({ page, url }) => {
  await page.goto(new URL(`list/${table('imagerepositories', 'image')}?ns=${ns}`, url).href);
  await eventually('they are there', async () => (await page.locator('[role="row"][data-key]').count()) === 3);
  kubectl('delete', 'namespace', ns, '--wait=false');
  cluster('push', '-m', 'No image', '--delete', 'satellites/images.yaml');
  await eventually('they are gone', async () => (await page.locator('[role="row"][data-key]').count()) === 0, 60);
});

await runTests({ settled: false });
