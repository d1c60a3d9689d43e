// What breaking_test.mjs breaks and mends: objects of one namespace, and the files in Git that they are made of.
const inNamespace = (name) => ({ name, namespace: 'breaking' });
const configMap = (name, data = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: inNamespace(name), data });
const kustomization = (name, spec = {}) => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: inNamespace(name),
  spec: { interval: '10m', retryInterval: '15s', timeout: '30s', path: `./breaking/${name}`, prune: true, sourceRef: { kind: 'GitRepository', name: 'breaking' }, ...spec },
});
const repository = (name, url) => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata: inNamespace(name), spec: { interval: '10m', timeout: '20s', url: `${url}/fleet.git`, ref: { branch: 'main' } },
});
const release = (name, spec) => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: inNamespace(name),
  spec: { interval: '10m', timeout: '30s', chartRef: { kind: 'OCIRepository', name: 'webapp', namespace: 'shop' }, ...spec },
});
const dependsOn = (...names) => ({ dependsOn: names.map((name) => ({ name })) });
const deployment = (name, labels) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: inNamespace(name),
  spec: { replicas: 1, progressDeadlineSeconds: 3, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name, ...labels } }, spec: { containers: [{ name: 'main', image: 'registry.example/main:1' }] } } },
});
const namespace = (name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const chain = ['first', 'second', 'third', 'fourth', 'fifth'];

export const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'breaking-quota' }, spec: { hard: { 'count/deployments.apps': '0' } } };
export const source = (url) => repository('doomed', url);
export const late = configMap('late-values', { 'values.yaml': 'replicas: 1\n' });
export const target = namespace('breaking-target');

const good = {
  ...Object.fromEntries(['doomed', ...chain, 'here', 'there'].map((name) => [`breaking/${name}/made.yaml`, configMap(`${name}-made`)])),
  'breaking/elsewhere/made.yaml': { ...configMap('elsewhere-made'), metadata: { name: 'made', namespace: 'breaking-target' } },
  'breaking/crashing/made.yaml': deployment('crashing', {}),
  'breaking/roof/room.yaml': kustomization('room', dependsOn('furniture')),
  'breaking/room/made.yaml': configMap('room-made'),
  'breaking/furniture/made.yaml': configMap('furniture-made'),
  'breaking/renamed/made.yaml': configMap('named-before'),
};

/** Files by their paths, undefined for one that goes: what is committed to break, and what to mend. */
export const toBreak = {
  ...good,
  'breaking/first/made.yaml': { ...configMap('first-made'), data: { number: { not: 'a text' } } },
  'breaking/crashing/made.yaml': deployment('crashing', { 'lab/behaviour': 'crash' }),
};
export const toMend = {
  ...good,
  'breaking/nowhere/made.yaml': configMap('nowhere-made'),
  'breaking/roof/furniture.yaml': kustomization('furniture'),
};

export const namespaces = [namespace('breaking'), namespace('breaking-quota')];

export const objects = (url) => [
  repository('breaking', url), repository('doomed', url),
  kustomization('nowhere'),
  kustomization('elsewhere'),
  kustomization('crashing', { wait: true }),
  ...chain.map((name, index) => kustomization(name, index === 0 ? {} : dependsOn(chain[index - 1]))),
  // In this order, in which they come to the page and not to a fresh list.
  kustomization('there', dependsOn('here')),
  kustomization('here', dependsOn('there')),
  kustomization('doomed', { sourceRef: { kind: 'GitRepository', name: 'doomed' } }),
  kustomization('roof'),
  kustomization('renamed'),
  release('unversioned', { chartRef: undefined, chart: { spec: { chart: 'cache', version: '99.0.0', interval: '10m', sourceRef: { kind: 'HelmRepository', name: 'charts', namespace: 'shop' } } } }),
  release('refused', { values: { refuse: true } }),
  ...Object.entries({ remedied: -1, exhausted: 1 }).map(([name, retries]) => release(name, { targetNamespace: 'breaking-quota', install: { remediation: { retries } } })),
  release('valueless', { valuesFrom: [{ kind: 'ConfigMap', name: 'late-values' }], values: { replicas: 1 } }),
];

/** The file keeps its name, what is in it gets another one. */
export const renamed = { 'breaking/renamed/made.yaml': configMap('named-after') };
