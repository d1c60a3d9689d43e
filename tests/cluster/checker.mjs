// What the state of Flux's objects is and what is to blame for it, derived from the objects alone by the rules of
// docs/flux.md and of Flux's own documents: a second opinion for what the console says, with no code in common.

const groups = {
  Kustomization: 'kustomize.toolkit.fluxcd.io', HelmRelease: 'helm.toolkit.fluxcd.io',
  ...Object.fromEntries(['GitRepository', 'OCIRepository', 'HelmRepository', 'HelmChart', 'Bucket', 'ExternalArtifact'].map((kind) => [kind, 'source.toolkit.fluxcd.io'])),
};
export const fluxKinds = Object.keys(groups);
/** What kubectl calls them. */
export const resources = Object.entries(groups).map(([kind, group]) => `${kind.toLowerCase()}.${group}`);

const minuteMs = 60_000;
const broken = new Set(['Failed', 'Stalled']);
const name = (kind, namespace, called) => `${kind} ${namespace}/${called}`;
export const keyOf = ({ kind, metadata }) => name(kind, metadata.namespace, metadata.name);

function conditionsOf({ status }) {
  const byType = Object.fromEntries((status?.conditions ?? []).map((one) => [one.type, one]));
  const is = (type, value) => byType[type]?.status === value;
  return { byType, is };
}

/** Own evidence that the object had failed before the pass that is going on. */
function failedBefore({ kind, status }) {
  const { byType, is } = conditionsOf({ status });
  if (byType.Reconciling?.reason === 'ProgressingWithRetry' || is('FetchFailed', 'True') || is('BuildFailed', 'True')) return true;
  const [newest] = status?.history ?? [];
  if (kind === 'HelmRelease') return (status?.failures ?? 0) > 0 || newest?.status === 'failed';
  return /Failed/.test(newest?.lastReconciledStatus ?? '');
}

const waitsFor = ({ reason, message = '' }) =>
  ['DependencyNotReady', 'SourceNotReady'].includes(reason) || (reason === 'ArtifactFailed' && message.startsWith('Source artifact not found, retrying'));

function unsuspended(object, now) {
  const { kind, metadata, spec, status } = object;
  const { byType: { Ready: ready }, is } = conditionsOf(object);
  if (kind === 'HelmRepository' && spec.type === 'oci' && ready === undefined) return { status: 'Static' };
  if (is('Stalled', 'True')) return { status: 'Stalled' };
  if (ready === undefined) return { status: now - Date.parse(metadata.creationTimestamp) < minuteMs ? 'Waiting' : 'Unknown' };
  const retrying = is('Reconciling', 'True');
  const seen = ready.observedGeneration || status.observedGeneration || metadata.generation;
  const behind = seen < metadata.generation;
  if (ready.status === 'True') return { status: behind ? 'Progressing' : 'Ready' };
  if (ready.status === 'Unknown') return failedBefore(object) ? { status: 'Failed', retrying: true } : { status: 'Progressing' };
  if (waitsFor(ready)) return { status: 'Waiting', dependency: true, since: Date.parse(ready.lastTransitionTime) };
  if (ready.reason === 'HealthCheckCanceled' || behind) return { status: 'Progressing' };
  return { status: 'Failed', retrying };
}

/** The state that an object has by itself: the table of docs/flux.md, the first line that fits. */
export function stateOf(object, now) {
  const state = unsuspended(object, now);
  const before = broken.has(state.status);
  if (object.metadata.deletionTimestamp !== undefined) return { status: 'Terminating', failed: before };
  if (object.spec.suspend === true) return { status: 'Suspended', failed: before };
  return state;
}

/** In the middle of a pass: what it was before is known to those who have looked all the time, and to nobody else. */
export const inTheMiddle = (object) => stateOf(object, Date.now()).status === 'Progressing';

/** What an object cannot do its work without, in the order in which it is looked at. */
function needsOf({ kind, metadata: { namespace, name: called }, spec, status }) {
  const to = (ref, within = namespace) => ({ key: name(ref.kind, ref.namespace ?? within, ref.name), kind: ref.kind });
  const configMaps = (items) => (items ?? []).filter((one) => one.kind === 'ConfigMap' && one.optional !== true).map((one) => to(one));
  const dependencies = (spec.dependsOn ?? []).map((one) => ({ ...to({ kind, ...one }), dependency: true }));
  switch (kind) {
    case 'Kustomization':
      return [to(spec.sourceRef), ...configMaps(spec.postBuild?.substituteFrom), ...dependencies];
    case 'HelmRelease': {
      const chart = [];
      if (spec.chartRef !== undefined) chart.push(to(spec.chartRef));
      else {
        const { sourceRef } = spec.chart.spec;
        const [within, made] = status?.helmChart?.split('/') ?? [sourceRef.namespace ?? namespace, `${namespace}-${called}`];
        chart.push({ ...to({ kind: 'HelmChart', namespace: within, name: made }), made: true }, to(sourceRef));
      }
      return [...chart, ...configMaps(spec.valuesFrom), ...dependencies];
    }
    case 'HelmChart':
      return [to({ ...spec.sourceRef, namespace })];
    case 'GitRepository':
      return (spec.include ?? []).map(({ repository }) => to({ kind, name: repository.name }));
    default:
      return [];
  }
}

function appliedBy({ metadata }) {
  const labels = metadata.labels ?? {};
  for (const kind of ['Kustomization', 'HelmRelease']) {
    const called = labels[`${groups[kind]}/name`];
    const key = name(kind, labels[`${groups[kind]}/namespace`], called);
    if (called !== undefined) return key === keyOf({ kind, metadata }) ? undefined : key;
  }
  return undefined;
}

const unhealthyOf = (object) => {
  const { Ready: ready } = conditionsOf(object).byType;
  if (ready?.reason !== 'HealthCheckFailed') return [];
  return [...ready.message.matchAll(/([A-Za-z]+)\/([^/\s[\]]+)\/([^/\s[\]]+) status:/g)].filter(([, kind]) => kind in groups).map(([, ...parts]) => name(...parts));
};

class Blame {
  constructor(objects, now) {
    this.now = now;
    this.objects = new Map(objects.map((object) => [keyOf(object), object]));
    this.states = new Map([...this.objects].filter(([, { kind }]) => kind in groups).map(([key, object]) => [key, stateOf(object, now)]));
    this.words = new Map();
  }

  isTroubled(key) {
    const { status } = this.states.get(key);
    return broken.has(status) || status === 'Waiting';
  }

  isBad(key) {
    return broken.has(this.states.get(key).status) || ['Unknown', 'Terminating'].includes(this.states.get(key).status);
  }

  /** The first broken object behind one; itself, when nothing else explains it; nothing, when it is merely on its way. */
  rootOf(key, way = []) {
    if (way.includes(key)) return this.circle(way.slice(way.indexOf(key)));
    if (!this.isTroubled(key)) return undefined;
    const object = this.objects.get(key);
    const on = [...way, key];
    for (const need of needsOf(object)) {
      const root = this.blame(key, need, on);
      if (root !== undefined) return root;
    }
    for (const child of unhealthyOf(object)) {
      if (this.states.has(child) && this.isBad(child)) return this.rootOf(child, on) ?? child;
    }
    const { status, dependency, since } = this.states.get(key);
    const tooLong = dependency && this.now - since >= 10 * minuteMs;
    return broken.has(status) || tooLong ? key : undefined;
  }

  circle(members) {
    const [first] = members.toSorted();
    this.words.set(first, `depends on itself through ${members[(members.indexOf(first) + 1) % members.length]}`);
    return first;
  }

  blame(key, need, way) {
    if (!this.objects.has(need.key)) return need.made ? undefined : this.missing(key, need, way);
    if (!this.states.has(need.key)) return undefined;
    const waits = this.states.get(key).status === 'Waiting';
    if (waits && this.states.get(need.key).status === 'Suspended') return need.key;
    return this.rootOf(need.key, way) ?? (this.isBad(need.key) ? need.key : undefined);
  }

  leadsTo(from, to, seen = new Set()) {
    if (from === to) return true;
    if (seen.has(from) || !this.states.has(from)) return false;
    seen.add(from);
    return needsOf(this.objects.get(from)).some(({ key }) => this.leadsTo(key, to, seen));
  }

  missing(key, need, way) {
    let words = `needs ${need.key}, which does not exist`;
    const above = appliedBy(this.objects.get(key));
    if (this.states.has(above) && !this.leadsTo(above, key)) {
      const root = this.isTroubled(above) && unhealthyOf(this.objects.get(above)).length === 0 ? this.rootOf(above, way) : undefined;
      if (root !== undefined) return root;
      if (this.states.get(above).status === 'Suspended') words += `; ${above}, which applied this, is suspended`;
    }
    this.words.set(key, words);
    return key;
  }
}

/** The artifact of a Kustomization's source is another than the one it has applied. */
function isOutdated({ kind, metadata, spec, status }, objects) {
  if (kind !== 'Kustomization' || !status?.lastAppliedRevision) return false;
  const has = objects.get(name(spec.sourceRef.kind, spec.sourceRef.namespace ?? metadata.namespace, spec.sourceRef.name))?.status?.artifact?.revision;
  return has !== undefined && has !== status.lastAppliedRevision;
}

/** The state of each object by its key, and each cause with those that wait on it. */
export function judge(objects, now = Date.now()) {
  const blame = new Blame(objects, now);
  const states = new Map();
  const causes = new Map();
  for (const [key, { status, retrying = false, failed = false }] of blame.states) {
    const root = blame.rootOf(key);
    states.set(key, {
      status: root !== undefined && status === 'Waiting' ? 'Blocked' : status, retrying, failed,
      outdated: status === 'Ready' && isOutdated(blame.objects.get(key), blame.objects), ...(root === undefined || root === key ? {} : { cause: root }),
    });
    if (root === undefined) continue;
    if (!causes.has(root)) causes.set(root, []);
    if (root !== key) causes.get(root).push(key);
  }
  return {
    states,
    causes: [...causes].map(([key, waiting]) => ({ key, status: states.get(key).status, waiting: waiting.toSorted(), words: blame.words.get(key) })).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  };
}
