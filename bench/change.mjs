#!/usr/bin/env node
// From a change at the API server to the frame on the socket: 20 sessions look at one namespace, each sorted in its own
// way, while 100 pods a second are changed; `kubectl get --watch` looks at the same pods beside them. A latency begins
// when the API server answers the request that makes the change; one that is seen before that has none. Prints one JSON
// line.
//
//   change.mjs PROGRAM KUBECTL KUBECONFIG
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'web/package.json'));
const { WebSocket } = require('ws');

const SESSIONS = 20;
const CHANGES_PER_SECOND = 100;
const SECONDS = 15;
const FIRST_UNCOUNTED = 60_000;
const [program, kubectl, kubeconfig] = process.argv.slice(2);
const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
const server = new URL(clusters[0].cluster.server);
const authority = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64');
const agent = new https.Agent({ keepAlive: true, maxSockets: 16, ca: authority });

const children = [];
const state = mkdtempSync(join(tmpdir(), 'masthead-bench-'));
function start(file, args) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true });
});
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function api(method, path, body) {
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${users[0].user.token}` };
    if (body) headers['content-type'] = 'application/merge-patch+json';
    const request = https.request(new URL(path, server), { method, agent, headers }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        if (response.statusCode >= 300) fail(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        else done(JSON.parse(text));
      });
    });
    request.on('error', fail);
    request.end(body && JSON.stringify(body));
  });
}

// A change is told by the address it gives its pod: both show it, nothing else changes it, and no pod has one like it.
const ADDRESSES = '10.200.';
const answeredAt = new Map();
const addressOf = (number) => `${ADDRESSES}${number >> 8}.${number & 255}`;
function change(pod, number) {
  const status = { podIP: addressOf(number), podIPs: [{ ip: addressOf(number) }] };
  return api('PATCH', `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/status`, { status });
}

function serve() {
  const child = start(program, ['serve', '--no-browser', '--listen', '127.0.0.1:0', '--kubeconfig', kubeconfig, '--state-dir', state]);
  return new Promise((done, fail) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\S+/.exec(line);
      if (found) done(new URL(found[0]));
    });
    child.on('exit', (code) => fail(new Error(`serve ended with ${code}`)));
  });
}

async function openSession(url, namespace, sort, seen) {
  const cookie = `masthead-${url.port}=${url.searchParams.get('secret')}`;
  const socket = new WebSocket(`ws://${url.host}/api/live`, ['masthead.v1'], { headers: { cookie, origin: url.origin } });
  await new Promise((done, fail) => {
    socket.on('open', done);
    socket.on('error', fail);
  });
  const say = (frame) => socket.send(JSON.stringify(frame));
  say({ type: 'credit', n: 1000 });
  say({ type: 'subscribe', id: 1, query: { type: 'list', table: 'pods', filter: `ns:${namespace}`, ...sort, first: 0, count: 500 } });
  await new Promise((done, fail) => {
    socket.on('message', (bytes) => {
      const now = performance.now();
      const frame = JSON.parse(bytes);
      if (frame.type === 'error') fail(new Error(frame.text));
      if (frame.type === 'reset') done();
      if (frame.type !== 'delta') return;
      say({ type: 'credit', n: 1 });
      for (const { cells } of frame.upserts) {
        const address = cells.find((cell) => typeof cell === 'string' && cell.startsWith(ADDRESSES));
        if (address) seen(address, now);
      }
    });
  });
  return socket;
}

function percentiles(values) {
  values.sort((a, b) => a - b);
  return { count: values.length, p50_ms: values[Math.floor(values.length / 2)], p99_ms: values[Math.floor(values.length * 0.99)] };
}

// When each watcher saw each change first.
function collector() {
  const sightings = [];
  return {
    watcher() {
      const seen = new Map();
      sightings.push(seen);
      return (address, now) => {
        if (!seen.has(address)) seen.set(address, now);
      };
    },
    latencies: () => sightings.flatMap((seen) => [...answeredAt].filter(([address]) => seen.has(address))
      .map(([address, answered]) => Math.max(0, seen.get(address) - answered))),
  };
}

const listed = await api('GET', '/api/v1/pods?limit=500');
const namespace = listed.items[0].metadata.namespace;
const pods = listed.items.map(({ metadata }) => metadata).filter((pod) => pod.namespace === namespace).slice(0, 100);
const url = await serve();
const ours = collector();
const columns = ['name', 'status', 'created', 'node', 'ip', 'restarts', 'ready', 'qos', 'last_restart', 'namespace'];
const sockets = [];
for (let i = 0; i < SESSIONS; ++i) {
  sockets.push(await openSession(url, namespace, { sort: columns[i % columns.length], descending: i >= columns.length }, ours.watcher()));
}
const peer = collector();
const watch = start(kubectl, ['--kubeconfig', kubeconfig, '-n', namespace, 'get', 'pods', '--watch-only', '--no-headers', '-o', 'custom-columns=IP:.status.podIP']);
const peerSees = peer.watcher();
const lines = createInterface({ input: watch.stdout }).on('line', (line) => peerSees(line.trim(), performance.now()));
// kubectl takes its time to start: changes that are not counted, until it tells of one.
let watching = false;
lines.once('line', () => { watching = true; });
for (let number = 0; !watching; ++number) {
  await change(pods[number % pods.length], FIRST_UNCOUNTED + (number % 1000));
  await sleep(100);
}

const writes = [];
const pending = [];
const total = CHANGES_PER_SECOND * SECONDS;
const began = performance.now();
for (let number = 0; number < total; ++number) {
  const due = began + (number * 1000) / CHANGES_PER_SECOND;
  if (due > performance.now()) await sleep(due - performance.now());
  const now = performance.now();
  pending.push(change(pods[number % pods.length], number).then(() => {
    answeredAt.set(addressOf(number), performance.now());
    writes.push(performance.now() - now);
  }));
}
await Promise.all(pending);
const rate = (total / (performance.now() - began)) * 1000;
await sleep(1000);
const seen = percentiles(ours.latencies());
const peerSeen = percentiles(peer.latencies());
console.log(JSON.stringify({
  changes: total, rate, expected: total * SESSIONS, ours: seen, peer: peerSeen, write: percentiles(writes),
}));
for (const socket of sockets) socket.terminate();
process.exit(seen.count > 0 && peerSeen.count > 0 ? 0 : 1);
