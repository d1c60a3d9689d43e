// The fixture's side of the live socket: subscriptions, windows, deltas, credit. Every frame it sends is checked
// against api/openapi.yaml first.
import { ranks } from './fleet.mjs';

function matches(fleet, object, filter, ignoreNamespace = false) {
  return filter.split(/\s+/).filter(Boolean).every((word) => {
    const negated = word.startsWith('-');
    const text = (negated ? word.slice(1) : word).toLowerCase();
    const [, key, value] = /^(ns|kind|status|label):(.+)$/.exec(text) ?? [];
    let hit;
    if (key === 'ns') {
      if (ignoreNamespace) return true;
      hit = object.namespace === value;
    } else if (key === 'status') hit = object.status.toLowerCase() === value;
    else if (key === 'kind') hit = object.table.kind.toLowerCase() === value;
    else if (key === 'label') hit = `app.kubernetes.io/name=${object.name}`.startsWith(value);
    else hit = `${object.key} ${object.message ?? ''}`.toLowerCase().includes(text);
    return hit !== negated;
  });
}

const sortValue = (fleet, object, id) => {
  if (id === 'status') return ranks.indexOf(object.status);
  const value = fleet.cell(object, id);
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : value;
};

function answer(world, query) {
  const { fleet } = world;
  const all = [...fleet.objects.get(query.table).values()];
  const filter = query.filter ?? '';
  const found = all.filter((object) => matches(fleet, object, filter));
  const sort = query.sort ?? 'name';
  const decorated = found.map((object) => [sortValue(fleet, object, sort), object]);
  decorated.sort(([a, x], [b, y]) => {
    const order = a < b ? -1 : a > b ? 1 : 0;
    if (order !== 0) return query.descending ? -order : order;
    return x.name < y.name ? -1 : x.name > y.name ? 1 : x.key < y.key ? -1 : 1;
  });
  const window = decorated.slice(query.first, query.first + query.count).map(([, object]) => fleet.row(object));
  return { total: found.length, unfiltered: all.length, elsewhere: all.filter((object) => matches(fleet, object, filter, true)).length, first: query.first, rows: window };
}

export class Session {
  constructor(world, socket, validate) {
    this.world = world;
    this.socket = socket;
    this.validate = validate;
    this.subs = new Map();
    this.credit = 0;
    socket.on('message', (data) => this.receive(JSON.parse(data.toString())));
    this.push({ type: 'hello', protocol: 1, serverTime: Date.now(), version: world.version, metaRevision: world.revision, heartbeatMs: 5000 });
    this.connection();
  }

  push(frame) {
    this.validate('ServerFrame', frame);
    this.socket.send(JSON.stringify(frame));
  }

  connection() {
    this.push({ type: 'connection', freshness: this.world.connection });
  }

  /** false: no credit; the subscription is marked and gets one whole answer later. */
  spend(sub, frame) {
    if (this.credit <= 0) {
      if (sub !== undefined) sub.behind = true;
      return false;
    }
    this.credit -= 1;
    this.push(frame);
    return true;
  }

  receive(frame) {
    this.validate('ClientFrame', frame);
    if (frame.type === 'credit') {
      this.credit += frame.n;
      for (const sub of this.subs.values()) if (sub.behind) this.whole(sub);
      if (this.metaDue) this.meta();
    } else if (frame.type === 'unsubscribe') this.subs.delete(frame.id);
    else {
      const old = this.subs.get(frame.id);
      const sub = { id: frame.id, query: frame.query, seq: frame.type === 'update' && old ? old.seq : 0, sent: undefined };
      this.subs.set(frame.id, sub);
      setTimeout(() => {
        if (this.subs.get(frame.id) === sub) this.whole(sub);
      }, this.world.delayMs);
    }
  }

  trouble(sub) {
    const { query } = sub;
    const t = this.world.trouble;
    const table = query.table ?? '';
    if (t.forbidden.has(table)) {
      const right = `list ${table}`;
      return { freshness: { state: 'forbidden', cause: { code: 'forbidden', text: `the API server refuses: ${right}` } }, missing: [{ table, text: `You may not list ${table}.`, right, role: `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: masthead-reader\nrules:\n- apiGroups: ["${table.slice(table.indexOf('.') + 1)}"]\n  resources: ["${table.split('.')[0]}"]\n  verbs: ["list", "watch", "get"]\n` }] };
    }
    if (t.absent.has(table)) return { freshness: { state: 'absent', cause: { code: 'not_found', text: `This cluster has no ${table} API.`, hint: 'flux install brings it.' } }, missing: [] };
    if (t.syncing.has(table) || (t.syncing.has('*'))) return { freshness: { state: 'syncing' }, missing: [] };
    const base = this.world.connection.state === 'stale' ? this.world.connection : { state: 'live', confirmed: Date.now() };
    if (t.partial.has(table) || (t.partial.has('*') && query.type === 'home')) {
      return { freshness: { ...base, state: base.state === 'live' ? 'partial' : base.state }, missing: ['payments', 'team-aurora', 'kube-system'].map((namespace) => ({ table, namespace, text: `You may not list ${table || 'anything'} in ${namespace}.`, right: `list ${table}` })) };
    }
    return { freshness: base, missing: [] };
  }

  whole(sub) {
    if (this.credit < 2) {
      sub.behind = true;
      return;
    }
    sub.behind = false;
    const { query } = sub;
    const failing = this.world.trouble.failing.has(query.table ?? query.type);
    if (failing) {
      this.subs.delete(sub.id);
      this.spend(sub, { type: 'error', id: sub.id, code: 'timeout', text: 'upstream timed out after 10 s', hint: 'The API server may be overloaded.' });
      return;
    }
    const state = this.trouble(sub);
    this.spend(sub, { type: 'state', id: sub.id, ...state });
    if (['forbidden', 'absent', 'syncing'].includes(state.freshness.state)) {
      if (state.freshness.state === 'syncing' && query.type === 'list') this.spend(sub, { type: 'reset', id: sub.id, seq: ++sub.seq, total: 0, unfiltered: 0, first: 0, rows: [] });
      return;
    }
    if (query.type === 'home') {
      const home = this.world.fleet.home(query.namespace, this.world.hidden);
      sub.sent = JSON.stringify(home);
      this.spend(sub, { type: 'home', id: sub.id, seq: ++sub.seq, home });
    } else if (query.type === 'graph') {
      this.spend(sub, { type: 'graph', id: sub.id, seq: ++sub.seq, reset: true, nodes: [], gone: [], total: 0, leftOut: 0 });
    } else if (query.type === 'controllers') {
      const controllers = { state: 'Static', summary: 'No controller of Flux is seen.', upgrade: '', notes: [], installations: [], controllers: [], unwatched: [], apis: [], needs: [] };
      this.spend(sub, { type: 'controllers', id: sub.id, seq: ++sub.seq, controllers });
    } else if (query.type === 'dashboard') {
      const { counts, causes, waiting } = this.world.fleet.home(query.namespace, this.world.hidden);
      const dashboard = { counts, unknown: [], causes, waiting, suspended: [], suspendedTotal: 0, passes: [] };
      sub.sent = JSON.stringify(dashboard);
      this.spend(sub, { type: 'dashboard', id: sub.id, seq: ++sub.seq, dashboard });
    } else if (query.type === 'detail') {
      const detail = this.world.fleet.detail(query.table, query.namespace, query.name);
      sub.sent = JSON.stringify(detail);
      this.spend(sub, { type: 'detail', id: sub.id, seq: ++sub.seq, ...(detail === undefined ? {} : { detail }) });
    } else if (!this.world.fleet.objects.has(query.table)) {
      this.subs.delete(sub.id);
      this.spend(sub, { type: 'error', id: sub.id, code: 'not_found', text: `there is no table ${query.table}` });
    } else {
      sub.sent = answer(this.world, query);
      this.spend(sub, { type: 'reset', id: sub.id, seq: ++sub.seq, ...sub.sent });
    }
  }

  changed() {
    for (const sub of this.subs.values()) {
      if (sub.sent === undefined) continue;
      if (sub.query.type !== 'list') {
        const now = sub.query.type === 'home' ? this.world.fleet.home(sub.query.namespace, this.world.hidden) : this.world.fleet.detail(sub.query.table, sub.query.namespace, sub.query.name);
        if (JSON.stringify(now) !== sub.sent) this.whole(sub);
        continue;
      }
      if (this.credit <= 0) {
        sub.behind = true;
        continue;
      }
      const before = sub.sent;
      const now = answer(this.world, sub.query);
      const old = new Map(before.rows.map((row) => [row.key, JSON.stringify(row)]));
      const keys = new Set(now.rows.map((row) => row.key));
      const upserts = now.rows.filter((row) => old.get(row.key) !== JSON.stringify(row));
      const removes = [...old.keys()].filter((key) => !keys.has(key));
      const gone = removes.filter((key) => !this.world.fleet.objects.get(sub.query.table).has(key));
      const order = now.rows.map((row) => row.key);
      const moved = order.join() !== before.rows.map((row) => row.key).join();
      if (upserts.length + removes.length === 0 && !moved && now.total === before.total) continue;
      sub.sent = now;
      let seq = ++sub.seq;
      if (this.world.skipSeq) {
        this.world.skipSeq = false;
        seq = ++sub.seq;
      }
      this.spend(sub, { type: 'delta', id: sub.id, seq, total: now.total, unfiltered: now.unfiltered, elsewhere: now.elsewhere, first: now.first, upserts, removes, ...(gone.length > 0 ? { gone } : {}), ...(moved ? { order } : {}) });
    }
  }

  meta() {
    this.metaDue = !this.spend(undefined, { type: 'meta', revision: this.world.revision });
  }
}
