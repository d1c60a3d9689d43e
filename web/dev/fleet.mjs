// A made-up cluster for developing and testing the page: Flux objects in all statuses, workloads, live changes.
// Seeded, so that a screenshot can be compared with the one before.

export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const column = (id, title, type, extra = {}) => ({ id, title, type, sortable: !['refs', 'labels', 'list', 'tally'].includes(type), shown: true, ...extra });
const status = column('status', 'Status', 'status', { width: 150 });
const ns = column('namespace', 'Namespace', 'text');
const name = column('name', 'Name', 'text');
const age = column('age', 'Age', 'time');
const since = column('since', 'Since', 'time', { explanation: 'How long it has been in this state' });
const message = column('message', 'Message', 'text', { width: 360 });
const labels = column('labels', 'Labels', 'labels', { shown: false });

export const tables = [
  ['kustomizations.kustomize.toolkit.fluxcd.io', 'Kustomization', 'Kustomizations', 'flux', [status, ns, name, column('source', 'Source', 'ref'), column('revision', 'Applied', 'revision'), since, message, column('path', 'Path', 'mono', { shown: false }), column('interval', 'Interval', 'duration', { shown: false }), labels, age]],
  ['helmreleases.helm.toolkit.fluxcd.io', 'HelmRelease', 'HelmReleases', 'flux', [status, ns, name, column('chart', 'Chart', 'text'), column('version', 'Version', 'text', { width: 90 }), column('source', 'Source', 'ref'), since, message, labels, age]],
  ['gitrepositories.source.toolkit.fluxcd.io', 'GitRepository', 'GitRepositories', 'sources', [status, ns, name, column('url', 'URL', 'url'), column('revision', 'Revision', 'revision'), since, message, age]],
  ['ocirepositories.source.toolkit.fluxcd.io', 'OCIRepository', 'OCIRepositories', 'sources', [status, ns, name, column('url', 'URL', 'url'), column('revision', 'Revision', 'revision'), since, message, age]],
  ['helmrepositories.source.toolkit.fluxcd.io', 'HelmRepository', 'HelmRepositories', 'sources', [status, ns, name, column('url', 'URL', 'url'), since, message, age]],
  ['pods', 'Pod', 'Pods', 'workloads', [status, ns, name, column('ready', 'Ready', 'ratio'), column('restarts', 'Restarts', 'number'), column('owner', 'Owner', 'ref'), column('node', 'Node', 'text', { width: 120 }), column('ip', 'IP', 'mono', { shown: false }), message, age]],
  ['deployments.apps', 'Deployment', 'Deployments', 'workloads', [status, ns, name, column('ready', 'Ready', 'ratio'), column('images', 'Images', 'list', { width: 260 }), message, age]],
  ['services', 'Service', 'Services', 'network', [status, ns, name, column('type', 'Type', 'text', { width: 110 }), column('ip', 'Cluster IP', 'mono'), labels, age]],
  ['configmaps', 'ConfigMap', 'ConfigMaps', 'config', [ns, name, column('immutable', 'Immutable', 'flag'), labels, age]],
  ['nodes', 'Node', 'Nodes', 'cluster', [status, name, column('version', 'Version', 'text', { width: 100 }), column('pods', 'Pods', 'tally'), message, age]],
].map(([id, kind, title, section, columns]) => ({
  id,
  group: id.includes('.') ? id.slice(id.indexOf('.') + 1) : '',
  kind,
  version: 'v1',
  title,
  singular: kind,
  namespaced: kind !== 'Node',
  section,
  columns,
  sort: columns.includes(status) ? 'status' : 'name',
  descending: false,
}));

export const sections = [
  ['flux', 'Flux'],
  ['sources', 'Sources'],
  ['workloads', 'Workloads'],
  ['network', 'Network'],
  ['config', 'Configuration'],
  ['cluster', 'Cluster'],
].map(([id, title]) => ({ id, title, tables: tables.filter((table) => table.section === id).map((table) => table.id) }));

export const ranks = ['Failed', 'Stalled', 'Blocked', 'Retrying', 'Unknown', 'Terminating', 'Waiting', 'Progressing', 'Suspended', 'Ready', 'Static'];
const namespaces = ['flux-system', 'apps', 'shop', 'obs', 'payments', 'data-platform', 'ml-serving', 'ingress', 'cert-manager', 'kube-system', 'team-aurora', 'team-borealis-experiments'];
const words = ['web', 'api', 'cart', 'checkout', 'search', 'loki', 'minio', 'grafana', 'ledger', 'fraud-detection', 'recommendations', 'gateway', 'identity', 'mailer', 'inventory-synchroniser', 'feature-flags'];
const subjects = ['Raise the cart’s memory to 512Mi', 'Move the gateway to HTTP/3', 'chart 4.2.0', 'Rotate the signing key', 'Scale search to six replicas', 'Drop the old ingress class'];
const troubles = {
  Failed: ['kustomize build failed: accumulating resources: accumulation err=‘accumulating resources from ../base: evalsymlink failure’', 'BuildFailed'],
  Stalled: ['install retries exhausted: 3 of 3 attempts failed, context deadline exceeded', 'RetriesExceeded'],
  Blocked: ['dependency ‘obs/minio’ does not exist', 'DependencyNotReady'],
  Retrying: ['reconciliation failed: dial tcp 10.0.4.17:443: i/o timeout', 'ReconciliationFailed'],
  Unknown: ['', ''],
  Terminating: ['waits for finalizer finalizers.fluxcd.io', 'Deleting'],
  Waiting: ['waiting for dependency ‘apps/api’', 'DependencyNotReady'],
  Progressing: ['Reconciliation in progress', 'Progressing'],
  Suspended: ['', 'Suspended'],
  Ready: ['Applied revision', 'ReconciliationSucceeded'],
  Static: ['', ''],
};

const hex = (chance, length) => Array.from({ length }, () => Math.floor(chance() * 16).toString(16)).join('');

export class Fleet {
  constructor({ size = 30, mood = 'fire', seed = 7 } = {}) {
    this.chance = random(seed);
    this.mood = mood;
    this.objects = new Map(tables.map((table) => [table.id, new Map()]));
    this.moved = [];
    this.version = 1;
    const factor = { kustomizations: 1, helmreleases: 0.5, gitrepositories: 0.2, ocirepositories: 0.1, helmrepositories: 0.2, pods: 2, deployments: 0.8, services: 0.6, configmaps: 1, nodes: 0.1 };
    for (const table of tables) {
      const share = factor[table.id.split('.')[0]];
      const count = size === 0 ? 0 : Math.max(1, Math.round(size * share));
      for (let index = 0; index < count; index++) this.add(table, index);
    }
    if (size > 0 && mood === 'fire') this.burn();
    for (let index = 0; index < Math.min(18, size); index++) this.remember(index * 170_000 + 40_000);
  }

  pick(list) {
    return list[Math.floor(this.chance() * list.length)];
  }

  add(table, index) {
    const namespace = table.namespaced ? this.pick(namespaces) : '';
    const base = this.pick(words) + (table.kind === 'Pod' ? `-${hex(this.chance, 9)}-${hex(this.chance, 5)}` : index < 16 ? '' : `-${index}`);
    const name = table.kind === 'Node' ? `node-${String(index + 1).padStart(3, '0')}` : this.chance() < 0.03 ? `${base}-with-a-name-that-is-much-longer-than-columns-like-${index}` : base;
    const key = `${namespace}/${name}`;
    const objects = this.objects.get(table.id);
    if (objects.has(key)) return this.add(table, index + 1000);
    const now = Date.now();
    const object = {
      table,
      key,
      namespace,
      name,
      status: table.kind === 'Service' || table.kind === 'ConfigMap' ? 'Static' : 'Ready',
      created: now - Math.floor(this.chance() * 90 * 86_400_000),
      since: now - Math.floor(this.chance() * this.chance() * 20 * 86_400_000) - 60_000,
      revision: `main@sha1:${hex(this.chance, 40)}`,
      restarts: 0,
      want: 1 + Math.floor(this.chance() * 3),
      number: Math.floor(this.chance() * 240),
    };
    if (this.mood === 'fire' && object.status === 'Ready' && this.chance() < 0.22) {
      object.status = this.pick(['Failed', 'Stalled', 'Blocked', 'Retrying', 'Unknown', 'Terminating', 'Waiting', 'Waiting', 'Progressing', 'Suspended']);
      object.since = now - Math.floor(this.chance() * 4 * 3_600_000) - 20_000;
    }
    objects.set(key, object);
    return object;
  }

  burn() {
    const now = Date.now();
    const set = (id, key, state) => {
      const table = tables.find((candidate) => candidate.id === id);
      const [namespace, name] = key.split('/');
      const object = this.objects.get(id).get(key) ?? Object.assign(this.add(table, 9), {});
      this.objects.get(id).delete(object.key);
      Object.assign(object, { key, namespace, name, ...state });
      this.objects.get(id).set(key, object);
      return object;
    };
    this.causes = [
      { object: set('gitrepositories.source.toolkit.fluxcd.io', 'flux-system/platform', { status: 'Failed', since: now - 720_000, message: 'failed to checkout and determine revision: git host answered 403 to the token', reason: 'GitOperationFailed' }), waiting: 41, before: { at: now - 780_000, text: 'was changed by alice', ref: { group: '', kind: 'Secret', namespace: 'flux-system', name: 'git-token' }, beforeMs: 60_000 } },
      { object: set('helmreleases.helm.toolkit.fluxcd.io', 'shop/cart', { status: 'Stalled', since: now - 3 * 3_600_000, message: 'install retries exhausted, will not retry: timed out waiting for the condition', reason: 'RetriesExceeded', badges: ['failed'] }), waiting: 5, before: { at: now - 3 * 3_600_000 - 120_000, text: 'chart 4.1.0 → 4.2.0', revision: 'main@sha1:4f2c9e1a7be9a0cd84a1be2c7f00d5d6f3b2aa10', subject: 'Raise the cart’s memory to 512Mi', beforeMs: 120_000 } },
      { object: set('kustomizations.kustomize.toolkit.fluxcd.io', 'obs/loki', { status: 'Blocked', since: now - 2 * 86_400_000, message: 'needs Kustomization obs/minio, which does not exist', reason: 'DependencyNotReady', sinceExact: false }), waiting: 1 },
    ];
  }

  remember(agoMs) {
    const table = this.pick(tables.slice(0, 3));
    const object = this.pick([...this.objects.get(table.id).values()]);
    if (object === undefined) return;
    this.moved.push({ at: Date.now() - agoMs, ref: this.ref(object), status: object.status, ...(object.status === 'Ready' ? { from: 'Progressing', revision: object.revision, subject: this.pick(subjects) } : { from: 'Ready', message: object.message ?? troubles[object.status][0] }) });
    this.moved.sort((a, b) => b.at - a.at);
    this.moved.length = Math.min(this.moved.length, 30);
  }

  ref({ table, namespace, name }) {
    return { group: table.group, kind: table.kind, namespace, name, table: table.id };
  }

  statusCell(object) {
    const [text, reason] = troubles[object.status];
    const cell = { status: object.status, since: object.since };
    if (object.sinceExact === false) cell.sinceExact = false;
    const said = object.message ?? (object.status === 'Ready' ? `Applied revision: ${object.revision}` : text);
    if (said !== '' && object.status !== 'Static') cell.message = said;
    if ((object.reason ?? reason) !== '') cell.reason = object.reason ?? reason;
    if (object.badges !== undefined) cell.badges = object.badges;
    if (object.table.kind === 'Pod' && object.status === 'Failed') cell.word = 'CrashLoopBackOff';
    if (['Waiting', 'Blocked'].includes(object.status) && this.causes !== undefined && object !== this.causes[2].object) cell.cause = this.ref(this.causes[0].object);
    return cell;
  }

  source(object) {
    const first = this.causes?.[0].object ?? [...this.objects.get('gitrepositories.source.toolkit.fluxcd.io').values()][0];
    return first === undefined ? null : { ref: this.ref(first), status: first.status, relation: 'source' };
  }

  cell(object, id) {
    switch (id) {
      case 'status': return this.statusCell(object);
      case 'namespace': return object.namespace;
      case 'name': return object.name;
      case 'age': return object.created;
      case 'since': return object.since;
      case 'message': return this.statusCell(object).message ?? null;
      case 'revision': return object.status === 'Unknown' ? null : object.revision;
      case 'source': return this.source(object);
      case 'path': return `./clusters/prod-eu/${object.namespace}/${object.name}`;
      case 'interval': return 600_000;
      case 'chart': return object.name.split('-')[0];
      case 'version': return object.table.kind === 'Node' ? 'v1.36.3' : `4.${object.number % 9}.${object.number % 13}`;
      case 'url': return object.table.kind === 'OCIRepository' ? `oci://registry.example.test/${object.namespace}/${object.name}` : `https://git.example.test/${object.namespace}/${object.name}.git`;
      case 'ready': return { have: ['Ready', 'Static'].includes(object.status) ? object.want : 0, want: object.want };
      case 'restarts': return object.restarts;
      case 'owner': return { ref: { group: 'apps', kind: 'ReplicaSet', namespace: object.namespace, name: object.name.split('-').slice(0, -1).join('-') || object.name }, relation: 'owner' };
      case 'node': return `node-${String(1 + (object.number % 9)).padStart(3, '0')}`;
      case 'ip': return `10.0.${object.number % 32}.${object.number % 250}`;
      case 'images': return [`registry.example.test/${object.name}:${object.number}`];
      case 'type': return object.number % 7 === 0 ? 'LoadBalancer' : 'ClusterIP';
      case 'labels': return { 'app.kubernetes.io/name': object.name, 'kustomize.toolkit.fluxcd.io/namespace': object.namespace };
      case 'immutable': return object.number % 5 === 0;
      case 'pods': return { Ready: object.number % 60, Failed: object.number % 3 };
      default: return null;
    }
  }

  row(object) {
    return { key: object.key, cells: object.table.columns.map(({ id }) => this.cell(object, id)) };
  }

  /** One step of life: some objects change their state, one comes, one goes. */
  step() {
    const table = this.pick(tables.slice(0, 7));
    const all = [...this.objects.get(table.id).values()].filter((object) => !this.causes?.some((cause) => cause.object === object));
    for (let index = 0; index < 3; index++) {
      const object = this.pick(all);
      if (object === undefined) continue;
      object.status = object.status === 'Ready' ? 'Progressing' : object.status === 'Progressing' ? 'Ready' : object.status;
      object.since = Date.now();
      object.revision = `main@sha1:${hex(this.chance, 40)}`;
    }
    if (this.chance() < 0.3) this.add(table, Math.floor(this.chance() * 9999));
    if (this.chance() < 0.3 && all.length > 5) this.objects.get(table.id).delete(this.pick(all).key);
    if (this.chance() < 0.3 && all.length > 0) this.remember(0);
    this.version++;
  }

  home(namespace, hidden = new Set()) {
    const within = (object) => namespace === undefined || object.namespace === namespace;
    const counts = tables
      .filter(({ id }) => !hidden.has(id))
      .map((table) => {
        const objects = [...this.objects.get(table.id).values()].filter(within);
        const byStatus = {};
        for (const { status } of objects) byStatus[status] = (byStatus[status] ?? 0) + 1;
        return { table: table.id, title: table.title, total: objects.length, byStatus };
      })
      .filter(({ total }) => total > 0 || namespace === undefined);
    const causes = (this.causes ?? []).filter(({ object }) => within(object)).map(({ object, waiting, before }) => {
      const waitingObjects = [...this.objects.get('kustomizations.kustomize.toolkit.fluxcd.io').values()].slice(0, Math.min(12, waiting)).map((one) => ({ ref: this.ref(one), status: 'Waiting' }));
      return { ref: this.ref(object), status: this.statusCell(object), waiting, waitingObjects, ...(before === undefined ? {} : { before }) };
    });
    const moved = this.moved.filter(({ ref }) => namespace === undefined || ref.namespace === namespace);
    const home = { known: true, causes, causesTotal: causes.length, waiting: causes.reduce((sum, { waiting }) => sum + waiting, 0), moved, movedTotal: moved.length, movedSince: this.watchedSince ?? Date.now() - 3_600_000, counts, total: counts.reduce((sum, { total }) => sum + total, 0), ...(hidden.size > 0 ? {} : { flux: 'Flux 2.9.5: source-controller 1.9.5, kustomize-controller 1.9.5, helm-controller 1.6.4' }) };
    if (causes.length > 0) home.oldest = Math.min(...causes.map(({ status: { since: at } }) => at));
    if (moved.length > 0) home.lastChange = moved[0];
    return home;
  }

  detail(id, namespace, name) {
    const object = this.objects.get(id)?.get(`${namespace ?? ''}/${name}`);
    if (object === undefined) return undefined;
    const { table } = object;
    const good = object.status === 'Ready' || object.status === 'Static';
    const cell = this.statusCell(object);
    const fields = table.columns.filter(({ id: column }) => !['status', 'namespace', 'name', 'age', 'since', 'labels', 'message'].includes(column)).map(({ id: column, title, type }) => ({ id: column, label: title, type, value: this.cell(object, column) }));
    const others = [...this.objects.get('deployments.apps').values()].slice(0, 11);
    const source = this.source(object);
    return {
      ref: this.ref(object),
      uid: '7e0d3c52-9a0b-4c52-8e35-4d1c1c7a9b10',
      apiVersion: `${table.group === '' ? '' : `${table.group}/`}v1`,
      created: object.created,
      generation: 4,
      finalizers: ['finalizers.fluxcd.io'],
      status: cell,
      ...(good ? {} : { sentence: `${cell.message ?? 'No controller has reported on it.'}.` }),
      sections: [
        { id: 'spec', title: 'Specification', fields },
        { id: 'last', title: 'Last attempt', fields: [{ id: 'attempted', label: 'Attempted', type: 'revision', value: object.revision }, { id: 'handled', label: 'Handled', type: 'time', value: object.since }, { id: 'took', label: 'Took', type: 'duration', value: 4200 }, { id: 'none', label: 'Service account', type: 'text', value: null }] },
      ],
      conditions: table.kind === 'ConfigMap' || table.kind === 'Service' ? [] : [
        { type: 'Ready', status: good ? 'True' : object.status === 'Unknown' ? 'Unknown' : 'False', good, reason: cell.reason ?? 'Succeeded', message: cell.message ?? 'Applied revision', since: object.since, observedGeneration: 4 },
        { type: 'Reconciling', status: object.status === 'Progressing' ? 'True' : 'False', good: null, reason: 'Progressing', since: object.since },
      ],
      events: Array.from({ length: 6 }, (_, index) => ({ type: !good && index % 2 === 0 ? 'Warning' : 'Normal', reason: !good && index % 2 === 0 ? (cell.reason ?? 'Failed') : 'ReconciliationSucceeded', message: !good && index % 2 === 0 ? (cell.message ?? 'failed') : `Reconciliation finished in ${2 + index}s, next run in 10m0s`, count: index === 0 ? 14 : 1, first: object.since - index * 600_000, last: Date.now() - 20_000 - index * 600_000, source: 'kustomize-controller', revision: object.revision })),
      eventsFreshness: { state: 'live' },
      actions: [],
      owners: table.kind === 'Pod' ? [{ ref: { group: 'apps', kind: 'ReplicaSet', namespace: object.namespace, name: 'web-7c9' }, relation: 'owner' }] : [],
      owned: table.kind === 'Kustomization' ? others.map((one) => ({ ref: this.ref(one), status: one.status, relation: 'applied by it' })) : [],
      ownedTotal: table.kind === 'Kustomization' ? 41 : 0,
      related: [...(source === null || table.section !== 'flux' ? [] : [source]), ...(object.status === 'Blocked' ? [{ ref: { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'obs', name: 'minio' }, relation: 'depends on', missing: true }] : [])],
      labels: { 'app.kubernetes.io/name': object.name, 'kustomize.toolkit.fluxcd.io/name': 'platform', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
      annotations: { 'reconcile.fluxcd.io/requestedAt': '2026-11-20T14:02:11Z' },
    };
  }

  yaml(id, namespace, name, full) {
    const object = this.objects.get(id)?.get(`${namespace}/${name}`);
    if (object === undefined) return undefined;
    const managed = full
      ? ['  managedFields:', ...Array.from({ length: 60 }, (_, index) => `  - manager: kustomize-controller-${index}\n    operation: Apply\n    fieldsV1: {}`)]
      : ['  managedFields: # 60 entries, folded: kustomize-controller (Apply), kubectl (Update)'];
    return ['apiVersion: kustomize.toolkit.fluxcd.io/v1', `kind: ${object.table.kind}`, 'metadata:', `  name: ${name}`, ...(namespace === '' ? [] : [`  namespace: ${namespace}`]), '  labels:', `    app.kubernetes.io/name: ${object.name}`, '  generation: 4', ...managed, 'spec:', '  interval: 10m', '  path: ./clusters/prod-eu', '  prune: true', '  sourceRef:', '    kind: GitRepository', '    name: platform', '  # written by hand', '  patches:', '  - target: {kind: Deployment}', '    patch: |', '      - op: add', '        path: /spec/replicas', '        value: 3', 'status:', '  conditions:', '  - type: Ready', `    status: "${object.status === 'Ready' ? 'True' : 'False'}"`, `    message: '${object.message ?? 'Applied'}'`, ''].join('\n');
  }
}

export { namespaces };
