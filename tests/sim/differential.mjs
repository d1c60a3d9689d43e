// The embedded API server against a real one: the same requests to both, the same answers from
// both, but for what stands in differences.tsv with its reason.
//
//   node tests/sim/differential.mjs REAL_KUBECONFIG EMBEDDED_KUBECONFIG [REQUEST…]
//
// With names of requests (or their beginnings) it shows both answers in full.
import { readFileSync } from "node:fs";
import { Server, readKubeconfig } from "./client.mjs";
import { Normaliser, common, differences } from "./normalise.mjs";
import { script as access } from "./requests_access.mjs";
import { script as deletes } from "./requests_delete.mjs";
import { script as patches } from "./requests_patch.mjs";
import { script as reads } from "./requests_read.mjs";
import { script as watches } from "./requests_watch.mjs";
import { script as workloads } from "./requests_workload.mjs";
import { script as writes } from "./requests_write.mjs";
import { prepare } from "./setting.mjs";

const [realPath, embeddedPath, ...shown] = process.argv.slice(2);

// What the scripts speak to: remembers each answer under the name of its request.
class Recorder {
  constructor(server) {
    this.server = server;
    this.answers = new Map();
    this.normaliser = new Normaliser();
  }
  #keep(name, answer, options) {
    if (this.answers.has(name)) throw new Error(`two requests are called ${name}`);
    this.answers.set(name, this.normaliser.answer(name, answer, options));
    return answer.body;
  }
  async call(name, method, path, options) {
    return this.#keep(name, await this.server.call(method, path, options), options);
  }
  // Side by side, since each waits for silence: [[name, path, options], …].
  async watches(list) {
    const answers = await Promise.all(list.map(([, path, options]) => this.server.watch(path, options)));
    list.forEach(([name, , options], i) => this.#keep(name, answers[i], options));
  }
}

async function recorded(title, path) {
  const server = new Server(title, readKubeconfig(path), tokensOfReal(title));
  const recorder = new Recorder(server);
  await prepare(server);
  for (const part of [reads, watches, writes, patches, deletes, workloads, access]) await part(recorder);
  server.close();
  return recorder.answers;
}

// The kubeconfig of a real cluster on loopback names one user; its tokens are known.
function tokensOfReal(title) {
  return title === "real" ? { nobody: "token-of-nobody" } : {};
}

function readListed() {
  const text = readFileSync(new URL("differences.tsv", import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => line.split("\t")));
}

const said = ({ status, body }) => `${status} ${body?.message ?? JSON.stringify(body)}`;

function show(name, real, embedded) {
  if (real.status !== embedded.status) {
    console.log(`   real     ${said(real)}\n   embedded ${said(embedded)}`);
    return;
  }
  for (const { path, a, b } of differences(real, embedded)) {
    console.log(`   ${name} ${path}\n      real     ${a}\n      embedded ${b}`);
  }
}

const [real, embedded] = await Promise.all([
  recorded("real", realPath),
  recorded("embedded", embeddedPath),
]);
const listed = readListed();
let failed = 0;
let differing = 0;
for (const [name, full] of real) {
  const other = embedded.get(name);
  const answer = name.startsWith("discovery-") ? common(full, other) : full;
  const same = differences(answer, other).length === 0;
  if (!same) differing += 1;
  if (shown.some((one) => name.startsWith(one))) {
    console.log(name, JSON.stringify(answer, null, 1), JSON.stringify(other, null, 1));
  }
  if (same !== listed.has(name)) continue;
  failed += 1;
  console.log(same ? `not ok ${name} differs no longer` : `not ok ${name}`);
  if (!same) show(name, answer, other);
}
for (const name of listed.keys()) {
  if (real.has(name)) continue;
  failed += 1;
  console.log(`not ok differences.tsv lists ${name}, which is no request`);
}
if (real.size < 300) {
  failed += 1;
  console.log("not ok at least 300 requests are compared");
}
console.log(`${real.size} requests, ${differing} answered differently, ${failed} not as listed`);
if (failed === 0) console.log("ok embedded API server answers as a real one");
process.exitCode = failed === 0 ? 0 : 1;
