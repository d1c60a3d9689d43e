// A seeded writer with watchers, the same on both servers: what the watchers saw, put together, is
// what a list says at the end, on each server, and both servers end with the same.
//
//   node tests/sim/random_writes.mjs REAL_KUBECONFIG EMBEDDED_KUBECONFIG [SEED]
import { Server, readKubeconfig } from "./client.mjs";
import { map } from "./setting.mjs";

const kWrites = 400;
const kNames = 12;
const kNs = "/api/v1/namespaces/random-writes";
const kMaps = `${kNs}/configmaps`;
const kInitial =
  "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
const kSelected = "labelSelector=colour%3Dred";

const [realPath, embeddedPath, seed = "1"] = process.argv.slice(2);

// mulberry32
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// What does not depend on the server.
const essence = ({ metadata, data }) => ({
  name: metadata.name,
  labels: metadata.labels ?? {},
  finalizers: metadata.finalizers ?? [],
  deleting: metadata.deletionTimestamp !== undefined,
  data: data ?? {},
});

class Watcher {
  // With initial events the present state comes first, in the order of names.
  constructor(server, query, initial = false) {
    this.initial = initial;
    this.events = [];
    this.objects = new Map();
    this.problems = [];
    this.last = 0;
    this.stop = server.follow(`${kMaps}?watch=1&${query}`, (event) => this.see(event));
  }
  see({ type, object }) {
    if (type === "ERROR") this.problems.push(`an error: ${object.message}`);
    const { name, uid, resourceVersion } = object.metadata;
    const revision = Number(resourceVersion);
    if (!this.initial && revision < this.last) this.problems.push(`${name} at ${revision} after ${this.last}`);
    this.last = revision;
    if (type === "BOOKMARK") {
      this.initial = false;
      return;
    }
    const known = this.objects.get(name);
    if ((type === "ADDED") === (known !== undefined)) this.problems.push(`${type} of ${name}`);
    if (known && known.metadata.uid !== uid) this.problems.push(`${name} has another uid`);
    if (type === "DELETED") this.objects.delete(name);
    else this.objects.set(name, object);
    this.events.push(`${type} ${JSON.stringify(essence(object))}`);
  }
}

async function write(server, next) {
  const name = `random-${Math.floor(next() * kNames)}`;
  const colour = next() < 0.5 ? "red" : "blue";
  const value = String(Math.floor(next() * 3));
  const what = next();
  const at = `${kMaps}/${name}`;
  const merge = (body) => server.call("PATCH", at, { body, type: "application/merge-patch+json" });
  if (what < 0.3) {
    return server.call("POST", kMaps, { body: map(name, { labels: { colour }, data: { value } }) });
  }
  if (what < 0.5) return merge({ data: { value } });
  if (what < 0.65) return merge({ metadata: { labels: { colour } } });
  if (what < 0.75) {
    return server.call("PUT", at, { body: map(name, { labels: { colour }, data: { value } }) });
  }
  if (what < 0.82) return merge({ metadata: { finalizers: ["example.com/hold"] } });
  if (what < 0.9) return merge({ metadata: { finalizers: null } });
  if (what < 0.99) return server.call("DELETE", at);
  return server.call("DELETE", `${kMaps}?${kSelected}`);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function settled(watchers) {
  for (let before = -1, i = 0; i < 50; ++i) {
    const now = watchers.reduce((sum, watcher) => sum + watcher.events.length, 0);
    if (now === before) return;
    before = now;
    await pause(200);
  }
}

async function run(title, path) {
  const tokens = title === "real" ? { nobody: "token-of-nobody" } : {};
  const server = new Server(title, readKubeconfig(path), tokens);
  const next = random(Number(seed));
  await server.call("POST", "/api/v1/namespaces", { body: { metadata: { name: "random-writes" } } });
  const all = new Watcher(server, "");
  const red = new Watcher(server, kSelected);
  await pause(300);
  const codes = [];
  let late;
  for (let i = 0; i < kWrites; ++i) {
    codes.push((await write(server, next)).status);
    if (i === kWrites / 2) late = new Watcher(server, kInitial, true);
  }
  await settled([all, red, late]);
  const problems = [];
  for (const [name, watcher, query] of [["all", all, ""], ["red", red, `?${kSelected}`], ["late", late, ""]]) {
    const listed = (await server.call("GET", kMaps + query)).body.items.map((item) => JSON.stringify(item));
    const seen = [...watcher.objects.values()]
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
      .map(({ kind, apiVersion, ...item }) => JSON.stringify(item));
    if (JSON.stringify(listed) !== JSON.stringify(seen)) problems.push(`what ${name} saw is not what is listed`);
    problems.push(...watcher.problems.map((problem) => `${name}: ${problem}`));
    watcher.stop();
  }
  server.close();
  return { codes, events: { all: all.events, red: red.events }, problems };
}

function firstDifference(a, b) {
  const i = a.findIndex((value, at) => value !== b[at]);
  const at = i < 0 ? a.length : i;
  return a.length === b.length && i < 0 ? "" : `at ${at}: ${a[at]} here, ${b[at]} there`;
}

const [real, embedded] = await Promise.all([run("real", realPath), run("embedded", embeddedPath)]);
const failures = [
  ...real.problems.map((problem) => `real: ${problem}`),
  ...embedded.problems.map((problem) => `embedded: ${problem}`),
];
const codes = firstDifference(real.codes, embedded.codes);
if (codes !== "") failures.push(`the writes were answered otherwise ${codes}`);
for (const name of ["all", "red"]) {
  const difference = firstDifference(real.events[name], embedded.events[name]);
  if (difference !== "") failures.push(`${name} saw other events ${difference}`);
}
for (const failure of failures) console.log(`   ${failure}`);
console.log(`${kWrites} writes of seed ${seed}, ${real.events.all.length} events`);
console.log(`${failures.length === 0 ? "ok" : "not ok"} watchers of both servers saw the same`);
process.exitCode = failures.length === 0 ? 0 : 1;
