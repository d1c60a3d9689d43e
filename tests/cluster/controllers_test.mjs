#!/usr/bin/env node
// Flux's controllers as Deployments of the real cluster, whose pods KWOK plays: found by their labels, judged by their pods,
// with shards, flags and served versions, live. The controllers that work on this cluster run beside it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, flux, kubectl, run } from '../e2e/program.mjs';
import { open, runTests, serve, state, test } from './console.mjs';

const ns = 'flux-lab';

function controller(name, component, tag, args, behaviour = 'run') {
  const labels = { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/component': component, 'app.kubernetes.io/version': 'v2.7.3' };
  const pods = { metadata: { labels: { app: name, 'lab/behaviour': behaviour } }, spec: { containers: [{ name: 'manager', image: `ghcr.io/fluxcd/${component}:${tag}`, args }] } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: ns, labels }, spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: pods } };
}

function apply(...items) {
  const file = join(state, 'applied.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  kubectl('apply', '-f', file);
}

const doctor = (kubeconfig) => {
  try {
    return run(process.env.MASTHEAD_PROGRAM, ['doctor', '--kubeconfig', kubeconfig, '--state-dir', join(state, 'doctor')]);
  } catch (error) {
    return String(error.stdout ?? '');
  }
};

const list = (page) => page.getByRole('region', { name: 'Controllers' });
const line = (page, name) => list(page).getByRole('listitem').filter({ has: page.locator('a', { hasText: new RegExp(`^${ns}/${name}$`) }) });
const says = (page, name, words, seconds = 60) => eventually(`${name} says ${words}`, async () => words.test(await line(page, name).innerText()), seconds);

const main = ['-n', 'flux-system', 'deployment', 'kustomize-controller'];

test('a second Flux is followed as it comes and goes: versions, crashes, scale, shards and flags', async ({ page, url }) => {
  await page.goto(new URL('flux/controllers', url).href);
  await eventually('the first one is there', async () => /flux-system\/kustomize-controller/.test((await list(page).textContent())), 30);
  apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } });
  apply(
    controller('source-controller', 'source-controller', 'v1.7.3', ['--concurrent=4']),
    controller('kustomize-controller', 'kustomize-controller', 'v1.7.2', ['--watch-label-selector=!sharding.fluxcd.io/key', '--no-cross-namespace-refs=true']),
    controller('kustomize-controller-blue', 'kustomize-controller', 'v1.7.2', ['--watch-label-selector=sharding.fluxcd.io/key=blue']),
    controller('helm-controller', 'helm-controller', 'v1.3.0', [], 'crash'),
  );
  try {
    await says(page, 'source-controller', /Ready[\s\S]*v1\.7\.3[\s\S]*1\/1/);
    await says(page, 'helm-controller', /Failed[\s\S]*CrashLoopBackOff/);
    await says(page, 'kustomize-controller-blue', /shard blue[\s\S]*0 Kustomizations/);
    const summary = page.getByRole('region', { name: 'Summary' });
    assert.match(await summary.innerText(), /Flux v2\.7\.3 in flux-lab[\s\S]*helm-controller v1\.3\.0 of Flux 2\.6[\s\S]*Flux is installed 2 times[\s\S]*source-controller runs in flux-lab and flux-system/);
    kubectl('-n', 'by-hand', 'label', 'kustomization', '--all', '--overwrite', 'sharding.fluxcd.io/key=blue');
    await says(page, 'kustomize-controller-blue', /[1-9]\d* Kustomizations/);
    kubectl('scale', ...main, '--replicas=0'); // the one that works runs beside the cluster
    kubectl('-n', ns, 'scale', 'deployment', 'kustomize-controller-blue', '--replicas=0');
    await says(page, 'kustomize-controller-blue', /Scaled to zero: nobody reconciles/);
    await eventually('what nobody reconciles is told', async () => /sharding\.fluxcd\.io\/key=blue/.test(await page.getByRole('region', { name: 'Nobody reconciles' }).innerText()), 30);
    await line(page, 'kustomize-controller').getByRole('button', { name: /Flags/ }).click();
    await line(page, 'kustomize-controller').getByText('in their own namespace').waitFor();
    const told = doctor(process.env.KUBECONFIG);
    assert.match(told, /flux-lab\/helm-controller +Failed +v1\.3\.0/);
    assert.match(told, /sharding\.fluxcd\.io\/key=blue/);
  } finally {
    kubectl('scale', ...main, '--replicas=1');
    kubectl('-n', 'by-hand', 'label', 'kustomization', '--all', 'sharding.fluxcd.io/key-');
    kubectl('delete', 'namespace', ns, '--wait=true');
  }
  await eventually('the second one is gone', async () => !(await page.locator('#page').textContent()).includes(`${ns}/`), 60);
});

test('what the definitions serve and store is told', async ({ page, url }) => {
  await page.goto(new URL('flux/controllers', url).href);
  const crd = JSON.parse(kubectl('get', 'crd', flux.kustomizations, '-o', 'json'));
  const row = page.getByRole('region', { name: 'APIs' }).getByRole('row').filter({ hasText: 'Kustomizations' });
  await eventually('stored versions are there', async () => (await row.locator('td').nth(1).innerText()) === crd.status.storedVersions.join(', '), 30);
  for (const { name, served } of crd.spec.versions) {
    assert.equal((await row.locator('td').first().innerText()).split(/\s+/).includes(name), served, name);
  }
});

test('a stored version that goes is told by doctor as by the page', async ({ page, url }) => {
  const name = 'imagepolicies.image.toolkit.fluxcd.io';
  const crd = JSON.parse(kubectl('get', 'crd', name, '-o', 'json'));
  const { versions } = crd.spec;
  const old = { ...versions[0], name: 'v1beta2', storage: false };
  const served = (list) => kubectl('patch', 'crd', name, '--type=merge', '-p', JSON.stringify({ spec: { versions: list } }));
  const stored = (list) => kubectl('patch', 'crd', name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status: { storedVersions: list } }));
  const sentence = 'The definition of ImagePolicies names v1beta2 among its stored versions.';
  try {
    served([...versions, old]);
    stored(['v1beta2', 'v1']);
    await page.goto(new URL('flux/controllers', url).href);
    await eventually('the page says so', async () => (await page.locator('#page').innerText()).includes(sentence), 60);
    await eventually('doctor says so', async () => doctor(process.env.KUBECONFIG).replaceAll(/\s+/g, ' ').includes(sentence), 30);
  } finally {
    stored(['v1']);
    served(versions);
  }
});

test('who may see one namespace alone is told what is not visible, and nothing of others', async () => {
  const reader = await serve(process.env.KUBECONFIG_TEAM_A, '--namespace', 'team-a');
  try {
    const page = await open(reader.url);
    await page.goto(new URL('flux/controllers', reader.url).href);
    await eventually('it says so', async () => /not visible to you/.test(await list(page).innerText()), 30);
    assert.doesNotMatch(await list(page).innerText(), /not running|No Deployment|Failed/);
    await page.context().close();
  } finally {
    await reader.stop();
  }
});

await runTests();
