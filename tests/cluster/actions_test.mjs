#!/usr/bin/env node
// Actions against real controllers: what is said of an outcome is what they did.
import assert from 'node:assert/strict';
import { eventually, flux, kubectl, run } from '../e2e/program.mjs';
import { open, push, runTests, serve, test } from './console.mjs';
import { address, begin, entry, get, outcome, post } from './operations.mjs';

const { kustomizations, helmReleases } = flux;

test('reconcile succeeds with the revision that was applied', async ({ page }) => {
  const { outcome: came, revision, user } = await outcome(page, 'reconcile', kustomizations, 'team-a/site');
  assert.equal(came, 'succeeded');
  assert.equal(revision, get('kustomization', 'team-a/site').status.lastAppliedRevision);
  assert.ok(user.length > 0);
});

test('reconcile of what cannot be built fails at once with the reason, though the request was handled', async ({ page }) => {
  const began = Date.now();
  const { outcome: came, message } = await outcome(page, 'reconcile', kustomizations, 'team-a/reports');
  assert.equal(came, 'failed');
  assert.match(message, /path not found/);
  assert.ok(Date.now() - began < 20_000);
});

test('with source, after a push, ends with the new revision', async ({ page }) => {
  const pushed = push('team-a/site/note.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: note\n', 'A note');
  const { outcome: came, revision } = await outcome(page, 'with-source', kustomizations, 'team-a/site');
  assert.equal(came, 'succeeded');
  assert.ok(pushed.includes(revision.split(':').at(-1).slice(0, 12)), `${revision} is what was pushed: ${pushed}`);
  push('team-a/site/note.yaml', undefined, 'No note');
});

test('with source of a HelmRelease goes through repository and chart', async ({ page }) => {
  assert.equal((await outcome(page, 'with-source', helmReleases, 'shop/cache')).outcome, 'succeeded');
});

test('suspend keeps who and why, refuses to reconcile meanwhile; resume ends with a pass', async ({ page }) => {
  assert.equal((await outcome(page, 'suspend', kustomizations, 'team-a/site', { reason: 'a fair' })).outcome, 'succeeded');
  const { metadata, spec } = get('kustomization', 'team-a/site');
  assert.equal(spec.suspend, true);
  assert.equal(metadata.annotations['masthead/suspension-reason'], 'a fair');
  await eventually('it refuses', async () => {
    const { results } = await post(page, 'operations', { action: 'reconcile', objects: [address(kustomizations, 'team-a/site')] });
    return /suspended by .*: a fair/.test(results[0].problem?.text ?? '');
  });
  assert.equal((await outcome(page, 'resume', kustomizations, 'team-a/site')).outcome, 'succeeded');
  const after = get('kustomization', 'team-a/site');
  assert.equal(after.spec.suspend, undefined);
  assert.equal(after.metadata.annotations?.['masthead/suspension-reason'], undefined);
});

test('what flux has resumed and suspended again is told by flux, not by what Masthead wrote before', async ({ page }) => {
  const refusal = async () => (await post(page, 'operations', { action: 'reconcile', objects: [address(kustomizations, 'team-a/site')] })).results[0].problem?.text ?? '';
  assert.equal((await outcome(page, 'suspend', kustomizations, 'team-a/site', { reason: 'a fair' })).outcome, 'succeeded');
  for (const verb of ['resume', 'suspend']) run(process.env.MASTHEAD_FLUX, ['--namespace', 'team-a', verb, 'kustomization', 'site']);
  assert.equal(get('kustomization', 'team-a/site').metadata.annotations['masthead/suspension-reason'], 'a fair');
  await eventually('it says by whom', async () => /^It is suspended by flux\./.test(await refusal()));
  assert.equal((await outcome(page, 'resume', kustomizations, 'team-a/site')).outcome, 'succeeded');
});

test('force makes a new release of an unchanged chart', async ({ page }) => {
  const before = get('helmrelease', 'by-hand/welcome').status.history[0].version;
  assert.equal((await outcome(page, 'force', helmReleases, 'by-hand/welcome')).outcome, 'succeeded');
  assert.equal(get('helmrelease', 'by-hand/welcome').status.history[0].version, before + 1);
});

test('reset lets exhausted retries go on', async ({ page }) => {
  const id = await begin(page, 'reset', helmReleases, 'payments/exhausted');
  await eventually('the controller has taken it', () => {
    const { metadata, status } = get('helmrelease', 'payments/exhausted');
    return status.lastHandledResetAt === metadata.annotations['reconcile.fluxcd.io/resetAt'];
  });
  await eventually('it ends as it must', async () => (await entry(page, id)).outcome === 'failed', 120);
});

test('a request of somebody else during ours is no confusion', async ({ page }) => {
  const id = await begin(page, 'reconcile', kustomizations, 'team-a/site');
  kubectl('-n', 'team-a', 'annotate', '--overwrite', 'kustomization', 'site', 'reconcile.fluxcd.io/requestedAt=theirs');
  await eventually('it has succeeded', async () => (await entry(page, id)).outcome === 'succeeded');
});

test('who may not patch is told which right is missing, and the API server has the last word', async () => {
  const server = await serve(process.env.KUBECONFIG_READER);
  try {
    const page = await open(server.url);
    const objects = [address(kustomizations, 'team-a/site')];
    const { offer } = await eventually('the offer is there', async () => {
      const { offers } = await post(page, 'offers', { action: 'reconcile', objects });
      return offers?.[0].offer?.right === undefined ? undefined : offers[0];
    });
    assert.equal(offer.possible, false);
    assert.match(offer.role, /kind: Role[\s\S]*patch/);
    const { outcome: came, message } = await outcome(page, 'reconcile', kustomizations, 'team-a/site');
    assert.equal(came, 'failed');
    assert.match(message, /cannot patch|forbidden/);
    await page.context().close();
  } finally {
    await server.stop();
  }
});

await runTests({ settled: false });
