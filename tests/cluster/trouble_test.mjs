#!/usr/bin/env node
// The console while the real cluster has trouble: definitions that come and go, no Flux at all, an API server that is
// killed, a history that etcd has compacted away.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cluster, eventually, flux, kubectl } from '../e2e/program.mjs';
import { open, rowText, runTests, says, serve, state, test } from './console.mjs';

const ks = flux.kustomizations;

test('a definition that appears later appears without a restart', async ({ page, url }) => {
  const crd = 'buckets.source.toolkit.fluxcd.io';
  const kept = join(state, 'crd.json');
  const made = JSON.parse(kubectl('get', 'crd', crd, '-o', 'json'));
  delete made.metadata.resourceVersion; delete made.metadata.uid; delete made.status;
  writeFileSync(kept, JSON.stringify(made));
  await page.goto(url);
  await says(page, 'Buckets', 20);
  kubectl('delete', 'crd', crd, '--wait=true');
  await eventually('Buckets leave the menu', async () => !(await page.innerText('nav')).includes('Buckets'), 60);
  kubectl('create', '-f', kept);
  await eventually('Buckets are back', async () => (await page.innerText('nav')).includes('Buckets'), 60);
});

test('an API server that is killed is shown as stale, and all is live again after its return', async ({ page, url }) => {
  await page.goto(new URL(`list/${ks}?q=ns%3Ateam-a`, url).href);
  await eventually('the list is there', async () => (await rowText(page, 'team-a/site')).length > 0);
  const rows = () => page.locator('[role="row"][data-key]').evaluateAll((all) => all.map((row) => row.dataset.key).sort().join(' '));
  const before = await rows();
  cluster('kill', 'apiserver');
  await eventually('the page says that it is stale', async () => /unreachable|stale/i.test(await page.innerText('body')), 30);
  assert.equal(await rows(), before, 'the last known rows stay');
  cluster('start', 'apiserver');
  await eventually('the page is live again', async () => !/unreachable|stale/i.test(await page.innerText('body')), 10);
  await eventually('nothing is lost, nothing doubled', async () => (await rows()) === before, 15);
});

test('what etcd has compacted away while the program stood still is caught up: nothing lost, nothing doubled', async () => {
  const server = await serve();
  const names = (from, count) => Array.from({ length: count }, (_, index) => `kept-${from + index}`);
  const config = (verb, name, ...more) => kubectl('-n', 'compaction', verb, 'configmap', name, ...more);
  const listed = () => kubectl('-n', 'compaction', 'get', 'configmaps', '-o', 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}').trim().split('\n').sort();
  try {
    kubectl('create', 'namespace', 'compaction');
    for (const name of names(0, 8)) config('create', name);
    const page = await open(server.url);
    await page.goto(new URL('list/configmaps?q=ns%3Acompaction', server.url).href);
    const rows = () => page.locator('[role="row"][data-key]').evaluateAll((all) => all.map((row) => row.dataset.key).sort());
    await eventually('the list is there', async () => (await rows()).join() === listed().join());
    server.child.kill('SIGSTOP');
    try {
      for (const name of names(0, 3)) config('delete', name);
      for (const name of names(8, 4)) config('create', name);
      cluster('compact');
      cluster('kill', 'apiserver');
      cluster('start', 'apiserver');
      cluster('compact');
    } finally {
      server.child.kill('SIGCONT');
    }
    config('create', 'kept-after');
    const wanted = listed();
    assert.equal(wanted.filter((key) => key.includes('kept-')).length, 10);
    await eventually('the page is live', async () => /\bLive\b/.test(await page.innerText('header')), 60);
    await eventually('the rows are those of kubectl', async () => (await rows()).join() === wanted.join(), 60);
    config('delete', 'kept-after');
    await eventually('it goes on', async () => (await rows()).join() === listed().join(), 30);
    await page.context().close();
  } finally {
    await server.stop();
    kubectl('delete', 'namespace', 'compaction', '--ignore-not-found', '--wait=false');
  }
});

test('a cluster without Flux has no Flux in its menu, and Home says how to get it', async () => {
  const name = `${process.env.MASTHEAD_CLUSTER_NAME}-bare`;
  try {
    cluster('up', '--api-only', '--name', name);
    const kubeconfig = /^KUBECONFIG=(.*)$/m.exec(cluster('env', '--name', name))[1];
    const server = await serve(kubeconfig);
    const page = await open(server.url);
    await says(page, 'This cluster has no Flux', 30);
    await says(page, 'flux bootstrap', 5);
    await says(page, 'Namespaces', 5);
    const menu = await page.innerText('nav');
    for (const title of ['Kustomizations', 'HelmReleases', 'GitRepositories', 'Buckets']) assert.ok(!menu.includes(title), `${title} in: ${menu}`);
    await page.context().close();
    await server.stop();
  } finally {
    cluster('down', '--name', name);
  }
});

await runTests();
