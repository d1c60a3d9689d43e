// What tests of faults share: a way to the API server that a test can close or turn, the API server's own log of what it
// was asked, and the console as a reader who compares it with fresh lists.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { cluster, eventually, run } from '../e2e/program.mjs';
import { Rows } from './rows.mjs';

/** A cluster of etcd and API server alone: its variables, its kubectl, what the account `audited` asked of it. */
export class Cluster {
  constructor(name) {
    this.name = name;
    cluster('up', '--api-only', '--name', name);
    const variables = Object.fromEntries(cluster('env', '--name', name).trim().split('\n').map((line) => line.split(/=(.*)/s)));
    this.config = JSON.parse(readFileSync(variables.KUBECONFIG_AUDITED, 'utf8'));
    this.admin = variables.KUBECONFIG;
    this.port = Number(new URL(this.config.clusters[0].cluster.server).port);
    this.log = join(variables.MASTHEAD_CLUSTER_LOGS, 'audit.log');
  }

  do(...args) {
    const [verb, ...rest] = args;
    return cluster(verb, '--name', this.name, ...rest);
  }

  kubectl(...args) {
    return run(process.env.MASTHEAD_KUBECTL, args, { KUBECONFIG: this.admin });
  }

  create(prefix, count) {
    const items = Array.from({ length: count }, (_, index) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${prefix}-${index}`, namespace: 'default' } }));
    const file = `${this.admin}.${prefix}`;
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    this.kubectl('create', '-f', file);
  }

  mark() {
    return existsSync(this.log) ? statSync(this.log).size : 0;
  }

  /** What was asked behind the mark: verb, path, resourceVersion, limit, time, and how it was answered. */
  requests(mark) {
    const parse = (bytes) => bytes.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
    const log = readFileSync(this.log);
    // A watch has one line when it is answered and one at its end.
    const seen = new Set(parse(log.subarray(0, mark)).map(({ auditID }) => auditID));
    const lines = parse(log.subarray(mark));
    return lines.filter(({ auditID }) => !seen.has(auditID) && seen.add(auditID)).map(({ requestURI, verb, responseStatus, requestReceivedTimestamp, stageTimestamp }) => {
      const { pathname, searchParams } = new URL(requestURI, 'https://server');
      const version = searchParams.get('resourceVersion') ?? '';
      const how = searchParams.has('sendInitialEvents') ? 'sync' : verb;
      return {
        text: [how, pathname, version && `rv=${version}`, searchParams.has('limit') && `limit=${searchParams.get('limit')}`, searchParams.has('fieldSelector') && searchParams.get('fieldSelector')].filter(Boolean).join(' '),
        how, path: pathname, version, code: responseStatus?.code, at: Date.parse(requestReceivedTimestamp), answered: Date.parse(stageTimestamp),
      };
    });
  }
}

/** The address that a console knows; what is behind it a test decides. Counts who comes. */
export class Gate {
  constructor() {
    this.visits = [];
    this.sockets = new Set();
    this.closed = false;
    this.server = createServer((near) => {
      this.visits.push(Date.now());
      if (this.closed) return near.destroy();
      const far = connect(this.target, '127.0.0.1');
      for (const [one, other] of [[near, far], [far, near]]) {
        this.sockets.add(one);
        one.on('error', () => {}).on('close', () => { this.sockets.delete(one); other.destroy(); });
        one.pipe(other);
      }
    });
  }

  async open(where) {
    this.server.listen(where);
    await once(this.server, 'listening');
    return this.server.address();
  }

  cut() {
    for (const socket of this.sockets) socket.destroy();
  }

  shut() {
    this.closed = true;
    this.cut();
  }

  /** At most one visit a second, between two times. */
  expectOneProbeASecond(from, to, most) {
    const visits = this.visits.filter((at) => at > from && at < to);
    assert.ok(visits.length <= (to - from) / 1000 + 1, `${visits.length} connections in ${to - from} ms`);
    const shortest = Math.min(...visits.slice(1).map((at, index) => at - visits[index]));
    assert.ok(shortest >= 900, `${shortest} ms between two connections`);
    assert.ok(visits.length >= most, `${visits.length} connections in ${to - from} ms: it has to try`);
    return visits.length;
  }
}

/** A kubeconfig of the account `audited` for whoever answers at this address, one of these clusters. */
export function kubeconfigFor(clusters, server, file) {
  const config = structuredClone(clusters[0].config);
  const authorities = clusters.map((one) => Buffer.from(one.config.clusters[0].cluster['certificate-authority-data'], 'base64').toString());
  Object.assign(config.clusters[0].cluster, {
    server, 'tls-server-name': '127.0.0.1', 'certificate-authority-data': Buffer.from(authorities.join('\n')).toString('base64'),
  });
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** All lists of a console, and how far each can be trusted. */
export class Reader {
  constructor(url) {
    this.rows = new Rows(url);
    this.states = new Map();
    this.connection = '';
    this.rows.socket.on('message', (bytes) => {
      const frame = JSON.parse(bytes);
      if (frame.type === 'connection') this.connection = frame.freshness.state;
      if (frame.type === 'state' && this.names.has(frame.id)) this.states.set(this.names.get(frame.id), frame.freshness.state);
    });
    this.names = new Map();
  }

  async begin() {
    await this.rows.opened;
    this.tables = await eventually('there are tables', () => { const tables = this.rows.tables(); return tables.length > 0 && tables; }, 20);
    this.rows.say({ type: 'credit', n: 1000 });
    this.tables.forEach(({ id }, index) => {
      this.names.set(10_000 + index, id);
      this.rows.say({ type: 'subscribe', id: 10_000 + index, query: { type: 'list', table: id, first: 0, count: 1 } });
    });
  }

  all(state) {
    return this.states.size === this.tables.length && [...this.states.values()].every((one) => one === state);
  }

  /** `table namespace/name` of all rows. */
  async keys() {
    const found = [];
    for (const table of this.tables) for (const key of (await this.rows.read(table)).keys()) found.push(`${table.id} ${key}`);
    return found.sort();
  }

  /** The same with the resourceVersion of what the cache holds; the API server must not be there. */
  async versions() {
    const found = [];
    for (const line of await this.keys()) {
      const [table, key] = line.split(' ');
      const [namespace, name] = key.split('/');
      const address = new URL('api/yaml', this.rows.base);
      address.search = new URLSearchParams({ table, namespace, name });
      const object = await (await fetch(address, { headers: { cookie: this.rows.cookie } })).json();
      assert.equal(object.live, false, `${line} is to come from the cache: ${object.text}`);
      found.push(`${line} ${object.resourceVersion}`);
    }
    return found;
  }

  close() {
    this.rows.close();
  }
}

/** A fresh list of the same tables, `table namespace/name resourceVersion`. */
export function freshList(where, tables) {
  const names = new Map(tables.map(({ group, kind, id }) => [`${group}/${kind}`, id]));
  const { items } = JSON.parse(where.kubectl('get', tables.map(({ id }) => id).join(), '-A', '-o', 'json'));
  return items.map(({ apiVersion, kind, metadata }) => {
    const group = apiVersion.includes('/') ? dirname(apiVersion) : '';
    return `${names.get(`${group}/${kind}`)} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.resourceVersion}`;
  }).sort();
}

/** The path under which a table's kind is listed. */
export const pathOf = ({ id, group, version }) => `${group ? `/apis/${group}` : '/api'}/${version}/${id.split('.')[0]}`;

/** A network namespace at the end of a cable, and a way from it to the gate; none where that is not permitted. */
export class Cable {
  static as(...args) {
    return run(process.getuid() === 0 ? args[0] : 'sudo', process.getuid() === 0 ? args.slice(1) : ['-n', ...args]);
  }

  constructor() {
    this.name = `mh${process.pid}`;
    this.address = `198.18.${(process.pid >> 6) & 255}.${((process.pid & 63) << 2) + 2}`;
    const near = this.address.replace(/\d+$/, (last) => String(last - 1));
    Cable.as('ip', 'netns', 'add', this.name);
    try {
      Cable.as('ip', 'link', 'add', this.name, 'type', 'veth', 'peer', 'name', 'far', 'netns', this.name);
      Cable.as('ip', 'addr', 'add', `${near}/30`, 'dev', this.name);
      Cable.as('ip', 'link', 'set', this.name, 'up');
      this.inside('addr', 'add', `${this.address}/30`, 'dev', 'far');
      this.plug();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  inside(...args) {
    Cable.as('ip', '-n', this.name, ...args);
  }

  plug() {
    this.inside('link', 'set', 'far', 'up');
  }

  pull() {
    this.inside('link', 'set', 'far', 'down');
  }

  /** What connects to a port in the namespace reaches the socket file that stands outside of it. */
  async lead(file) {
    const program = `require('net').createServer((near) => {
      const far = require('net').connect(${JSON.stringify(file)});
      for (const [one, other] of [[near, far], [far, near]]) one.on('error', () => {}).on('close', () => other.destroy()).pipe(other);
    }).listen(0, '${this.address}', function () { console.log(this.address().port); });
    process.stdin.resume().on('end', () => process.exit());`;
    const enter = ['ip', 'netns', 'exec', this.name, process.execPath, '-e', program];
    this.relay = process.getuid() === 0 ? spawn(enter[0], enter.slice(1)) : spawn('sudo', ['-n', ...enter]);
    const [bytes] = await once(this.relay.stdout, 'data');
    return `https://${this.address}:${String(bytes).trim()}`;
  }

  remove() {
    this.relay?.stdin.end();
    Cable.as('ip', 'netns', 'del', this.name);
  }
}
