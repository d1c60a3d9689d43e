// What programs written with @kubernetes/client-node do: lists, an informer, writes, custom objects, logs, exec.
// `ok NAME` or `not ok NAME` a line.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";

const kubernetes = createRequire(new URL("../../web/package.json", import.meta.url))("@kubernetes/client-node");

const config = new kubernetes.KubeConfig();
config.loadFromFile(process.argv[2]);
const core = config.makeApiClient(kubernetes.CoreV1Api);
const custom = config.makeApiClient(kubernetes.CustomObjectsApi);
const namespace = "shop";
let failed = false;

async function test(name, body) {
  try {
    await body();
    console.log(`ok ${name}`);
  } catch (error) {
    failed = true;
    console.log(`not ok ${name}\n  ${error.stack ?? error}`.replaceAll("\n", "\n  "));
  }
}

async function eventually(what, check) {
  const end = Date.now() + 20_000;
  while (!check()) {
    assert.ok(Date.now() < end, `not in time: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

await test("lists_and_pages", async () => {
  const all = await core.listNamespacedPod({ namespace });
  assert.ok(all.items.length > 3);
  const page = await core.listNamespacedPod({ namespace, limit: 2 });
  assert.equal(page.items.length, 2);
  const rest = await core.listNamespacedPod({ namespace, limit: 1000, _continue: page.metadata._continue });
  assert.equal(rest.items.length, all.items.length - 2);
});

await test("informer_sees_what_comes_changes_and_goes", async () => {
  const informer = kubernetes.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () => core.listNamespacedConfigMap({ namespace }));
  const seen = [];
  for (const verb of ["add", "update", "delete"]) informer.on(verb, ({ metadata }) => seen.push(`${verb} ${metadata.name}`));
  await informer.start();
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "node-test" }, data: { a: "1" } } });
  await eventually("it is added", () => seen.includes("add node-test"));
  const map = await core.readNamespacedConfigMap({ namespace, name: "node-test" });
  map.data.a = "2";
  await core.replaceNamespacedConfigMap({ namespace, name: "node-test", body: map });
  await eventually("it is changed", () => seen.includes("update node-test"));
  assert.equal(informer.get("node-test", namespace).data.a, "2");
  await core.deleteNamespacedConfigMap({ namespace, name: "node-test" });
  await eventually("it is gone", () => seen.includes("delete node-test"));
  await informer.stop();
});

await test("patches_custom_objects", async () => {
  const kind = { group: "kustomize.toolkit.fluxcd.io", version: "v1", plural: "kustomizations", namespace };
  const { items } = await custom.listNamespacedCustomObject(kind);
  assert.ok(items.length > 0);
  const { name } = items[0].metadata;
  const body = [{ op: "add", path: "/metadata/labels", value: { "node-test": "yes" } }];
  const patched = await custom.patchNamespacedCustomObject({ ...kind, name, body });
  assert.equal(patched.metadata.labels["node-test"], "yes");
});

await test("an_error_is_a_status", async () => {
  await assert.rejects(core.readNamespacedPod({ namespace, name: "none" }), (error) => error.code === 404 && /NotFound/.test(error.body));
});

const running = (await core.listNamespacedPod({ namespace, fieldSelector: "status.phase=Running" })).items[0];
const pod = running.metadata.name;
const container = running.spec.containers[0].name;

await test("follows_a_log", async () => {
  const out = new PassThrough();
  let text = "";
  out.on("data", (bytes) => { text += bytes; });
  const request = await new kubernetes.Log(config).log(namespace, pod, container, out, { follow: true, tailLines: 5 });
  await eventually("lines are there", () => text.split("\n").length >= 5);
  request.abort();
});

await test("executes_a_command", async () => {
  const out = new PassThrough();
  let text = "";
  out.on("data", (bytes) => { text += bytes; });
  const status = await new Promise((done, fail) => {
    new kubernetes.Exec(config).exec(namespace, pod, container, ["echo", "hello"], out, process.stderr, null, false, done).catch(fail);
  });
  assert.equal(status.status, "Success");
  assert.equal(text, "hello\n");
});

process.exit(failed ? 1 : 0);
