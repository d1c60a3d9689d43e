#!/usr/bin/env node
// What a real Kustomization has applied, of kinds that no plugin knows: watched while somebody looks.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, flux, kubectl } from '../e2e/program.mjs';
import { push, runTests, state, test } from './console.mjs';

const ks = flux.kustomizations;
const applied = `
apiVersion: v1
kind: Namespace
metadata: {name: gallery}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: gallery}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: gallery}
spec: {podSelector: {}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: pictures, namespace: gallery}
spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: gallery}
stringData: {password: never-shown-anywhere}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: gallery}
spec:
  replicas: 2
  selector: {matchLabels: {app: gallery}}
  template:
    metadata: {labels: {app: gallery}}
    spec: {containers: [{name: web, image: registry.example/gallery:1}]}
`;
const kustomization = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'gallery', namespace: 'flux-system' }, spec: { interval: '1m', path: './gallery', prune: true, sourceRef: { kind: 'GitRepository', name: 'flux-system' } } };

/** How many watches of a resource the API server serves to everybody. */
const watches = (resource) =>
  kubectl('get', '--raw', '/metrics').split('\n')
    .filter((line) => line.startsWith('apiserver_longrunning_requests{') && line.includes(`resource="${resource}"`) && line.includes('verb="WATCH"'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

test('an inventory shows every kind by kstatus, down to pods, and watches it once it is looked at', async ({ page, url }) => {
  push('gallery/all.yaml', applied, 'Open a gallery');
  const file = join(state, 'gallery.json');
  writeFileSync(file, JSON.stringify(kustomization));
  kubectl('apply', '-f', file);
  kubectl('-n', 'flux-system', 'annotate', '--overwrite', 'gitrepository', 'flux-system', `reconcile.fluxcd.io/requestedAt=${Date.now()}`);
  try {
    await eventually('it is applied', () => kubectl('-n', 'flux-system', 'get', 'kustomization', 'gallery', '-o', 'jsonpath={.status.inventory.entries[*].id}').includes('gallery_web_apps_Deployment'), 90);
    const before = watches('networkpolicies');
    const served = [];
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => served.push(String(payload))));
    await page.goto(new URL(`list/${ks}?open=${ks}/flux-system/gallery&tab=inventory`, url).href);
    const row = (text) => page.getByRole('treeitem', { name: text });
    await row(/Progressing.*PersistentVolumeClaim.*not bound/).waitFor();
    await row(/Static.*NetworkPolicy/).waitFor();
    await row(/Static.*ServiceAccount/).waitFor();
    assert.match(await row(/Secret/).innerText(), /Secrets are not watched/);
    await eventually('one watch more', () => watches('networkpolicies') === before + 1, 10);
    await page.getByRole('button', { name: 'Open all' }).click();
    await eventually('its pods are there', async () => (await row(/^.*Pod.*web-/).count()) === 2, 60);
    await row(/NetworkPolicy/).getByRole('link').click();
    await page.getByRole('tab', { name: 'YAML' }).click();
    await eventually('any kind has its YAML', async () => (await page.locator('#object').innerText()).includes('podSelector'), 15);
    assert.ok(!served.some((text) => text.includes('never-shown-anywhere')), 'no value of a Secret is served');
  } finally {
    kubectl('-n', 'flux-system', 'delete', 'kustomization', 'gallery', '--wait=true');
    push('gallery/all.yaml', undefined, 'Close the gallery');
  }
});

await runTests();
