// create and update: names, bodies, dry run, conflicts, generations, subresources.
import { kMaps, kNs, kThings, definition, map, thing } from "./setting.mjs";

async function names(t) {
  const bad = {
    none: "", upper: "Upper", underscore: "a_b", space: "a b", slash: "a/b", dash: "-a", dot: "a..b",
    long: "n".repeat(254), longest: "n".repeat(253), dots: "a.b.c",
  };
  for (const [name, text] of Object.entries(bad)) await t.call(`name-${name}`, "POST", kMaps, { body: map(text) });
  await t.call("name-namespace-dot", "POST", "/api/v1/namespaces", { body: { metadata: { name: "a.b" } } });
  await t.call("name-namespace-long", "POST", "/api/v1/namespaces", { body: { metadata: { name: "n".repeat(64) } } });
  await t.call("name-service-digit", "POST", `${kNs}/services`, { body: { metadata: { name: "1a" }, spec: { ports: [{ port: 1 }] } } });
  await t.call("name-thing-upper", "POST", kThings, { body: thing("Upper") });
  await t.call("name-generated", "POST", kMaps, { body: map(undefined, { generateName: "made-" }), generated: true });
  await t.call("name-generated-long", "POST", `${kMaps}?dryRun=All`, {
    body: map(undefined, { generateName: `${"g".repeat(70)}-` }), loose: true, generated: true });
  await t.call("name-both", "POST", kMaps, { body: map("name-both", { generateName: "made-" }) });
  await t.call("name-exists", "POST", kMaps, { body: map("read-00") });
  await t.call("name-thing", "POST", kThings, { body: thing("thing-a", { colour: "red", size: 1, replicas: 2 }) });
  await t.call("name-thing-long", "POST", kThings, { body: thing("n".repeat(254)) });
  await t.call("name-thing-exists", "POST", kThings, { body: thing("thing-a") });
}

async function bodies(t) {
  const post = (name, body, options) => t.call(`body-${name}`, "POST", kMaps, { body, ...options });
  await post("empty", "");
  await post("not-json", "{nope");
  await post("list", "[]");
  await post("text", '"text"');
  await post("null", "null");
  await post("no-kind", { metadata: { name: "body-no-kind" } });
  await post("other-kind", { apiVersion: "v1", kind: "Secret", metadata: { name: "body" } });
  await post("other-version", { apiVersion: "v2", kind: "ConfigMap", metadata: { name: "body" } });
  await post("other-group", { apiVersion: "apps/v1", kind: "ConfigMap", metadata: { name: "body" } });
  await post("other-namespace", map("body", { namespace: "default" }));
  await post("same-namespace", map("body-same-namespace", { namespace: "diff" }));
  await post("with-revision", map("body", { resourceVersion: "5" }));
  await post("with-uid", map("body-with-uid", { uid: "12345678-0000-0000-0000-000000000000" }));
  await post("xml", "<a/>", { type: "text/xml" });
  await post("with-charset", map("body-charset"), { type: "application/json; charset=utf-8" });
  await post("label-number", map("body", { labels: { a: 1 } }));
  await post("label-bad-value", map("body", { labels: { a: "no good" } }));
  await post("label-bad-key", map("body", { labels: { "bad key": "x" } }));
  await post("label-empty", map("body-label-empty", { labels: {} }));
  await post("annotation-bad-key", map("body", { annotations: { "bad key": "x" } }));
  await post("data-number", map("body", { data: { a: 1 } }));
  await post("data-list", map("body", { data: [] }));
  await post("data-bad-key", map("body", { data: { "bad key": "x" } }));
  await post("unknown-field", { ...map("body-unknown-field"), surplus: true });
  await post("creation-time", map("body-creation-time", { creationTimestamp: "2001-01-01T00:00:00Z" }));
  await post("deletion-time", map("body-deletion-time", { deletionTimestamp: "2001-01-01T00:00:00Z" }));
  await post("generation", map("body-generation", { generation: 7 }));
  await post("self-link", map("body-self-link", { selfLink: "/x" }));
  await post("finalizer-bad", map("body", { finalizers: ["nodomain"] }));
  await post("owner-incomplete", map("body", { ownerReferences: [{ name: "x" }] }));
  await post("finalizers-empty", map("body-finalizers-empty", { finalizers: [] }));
  await t.call("body-unknown-strict", "POST", `${kMaps}?fieldValidation=Strict`, { body: { ...map("body"), surplus: true } });
  await t.call("body-validation-unknown", "POST", `${kMaps}?fieldValidation=Sometimes`, { body: map("body") });
  await t.call("body-missing-namespace", "POST", "/api/v1/namespaces/none/configmaps", { body: map("x") });
  await t.call("body-thing-other-kind", "POST", kThings, { body: { ...thing("x"), kind: "Other" } });
  await t.call("body-thing-other-version", "POST", kThings, { body: { ...thing("x"), apiVersion: "diff.example.com/v2" } });
  await t.call("body-thing-no-kind", "POST", kThings, { body: { metadata: { name: "x" } } });
  await t.call("body-thing-not-json", "POST", kThings, { body: "{nope" });
  await t.call("body-thing-status", "POST", kThings, { body: { ...thing("thing-status"), status: { said: 1 } } });
  await t.call("body-thing-no-spec", "POST", kThings, { body: { ...thing("thing-no-spec"), spec: undefined } });
}

async function dryRuns(t) {
  await t.call("dry-create", "POST", `${kMaps}?dryRun=All`, { body: map("dry") });
  await t.call("dry-create-left-nothing", "GET", `${kMaps}/dry`);
  await t.call("dry-create-bad", "POST", `${kMaps}?dryRun=Some`, { body: map("dry") });
  await t.call("dry-create-empty", "POST", `${kMaps}?dryRun=`, { body: map("dry") });
  await t.call("dry-create-twice", "POST", `${kMaps}?dryRun=All&dryRun=All`, { body: map("dry") });
  await t.call("dry-create-exists", "POST", `${kMaps}?dryRun=All`, { body: map("read-00") });
  await t.call("dry-update", "PUT", `${kMaps}/read-00?dryRun=All`, { body: map("read-00", { data: { dry: "1" } }) });
  await t.call("dry-update-bad", "PUT", `${kMaps}/read-00?dryRun=x`, { body: map("read-00") });
  await t.call("dry-update-left-nothing", "GET", `${kMaps}/read-00`);
  await t.call("manager-given", "POST", `${kMaps}?fieldManager=me`, { body: map("manager-given") });
  await t.call("manager-long", "POST", `${kMaps}?fieldManager=${"m".repeat(129)}`, { body: map("manager-long") });
  await t.call("manager-unprintable", "POST", `${kMaps}?fieldManager=%01`, { body: map("manager-unprintable") });
}

async function updates(t) {
  const put = (name, path, body, options) => t.call(`update-${name}`, "PUT", path, { body, ...options });
  const made = await t.call("update-made", "POST", kMaps, { body: map("up") });
  const first = made.metadata.resourceVersion;
  const up = `${kMaps}/up`;
  await put("no-revision", up, map("up", { data: { a: "1" } }));
  await put("no-op", up, map("up", { data: { a: "1" } }));
  await put("old-revision", up, map("up", { resourceVersion: first, data: { a: "2" } }));
  await put("revision-0", up, map("up", { resourceVersion: "0", data: { a: "3" } }));
  await put("revision-text", up, map("up", { resourceVersion: "abc", data: { a: "3" } }));
  await put("other-uid", up, map("up", { uid: "12345678-0000-0000-0000-000000000000" }));
  await put("other-name", up, map("down"));
  await put("no-name", up, { metadata: {}, data: { a: "4" } });
  await put("other-namespace", up, map("up", { namespace: "default" }));
  await put("other-kind", up, { apiVersion: "v1", kind: "Secret", metadata: { name: "up" } });
  await put("missing", `${kMaps}/none`, map("none"));
  await put("missing-with-revision", `${kMaps}/none`, map("none", { resourceVersion: "5" }));
  await put("not-json", up, "{nope");
  await put("empty", up, "");
  await put("labels", up, map("up", { labels: { a: "b" } }));
  await put("label-bad", up, map("up", { labels: { a: "b c" } }));
  await put("creation-time", up, map("up", { creationTimestamp: "2001-01-01T00:00:00Z" }));
  await put("generate-name", up, map("up", { generateName: "gen-" }));
  await put("immutable", up, { ...map("up"), immutable: true });
  await put("immutable-data", up, { ...map("up", { data: { other: "1" } }), immutable: true });
  await put("immutable-lifted", up, map("up"));
  await put("xml", up, "<a/>", { type: "text/xml" });
}

// What is marked immutable keeps its data; its metadata may change.
async function immutables(t) {
  const secrets = `${kNs}/secrets`;
  const secret = (data, more = {}) => ({ metadata: { name: "fixed" }, data, immutable: true, ...more });
  await t.call("immutable-map", "POST", kMaps, { body: { ...map("fixed"), immutable: true } });
  const put = (name, path, body) => t.call(`immutable-${name}`, "PUT", path, { body });
  await put("map-labels", `${kMaps}/fixed`, { ...map("fixed", { labels: { a: "b" } }), immutable: true });
  await put("map-binary", `${kMaps}/fixed`, { ...map("fixed"), binaryData: { b: "Yg==" }, immutable: true });
  await t.call("immutable-map-patched", "PATCH", `${kMaps}/fixed`, {
    body: { data: { key: "other" } }, type: "application/merge-patch+json" });
  await t.call("immutable-map-lifted", "PATCH", `${kMaps}/fixed`, {
    body: { immutable: null, data: { key: "other" } }, type: "application/merge-patch+json" });
  await t.call("immutable-secret", "POST", secrets, { body: secret({ a: "Yg==" }) });
  await put("secret-data", `${secrets}/fixed`, secret({ a: "Yw==" }));
  await put("secret-lifted", `${secrets}/fixed`, secret({ a: "Yg==" }, { immutable: false }));
  await put("secret-text", `${secrets}/fixed`, secret({ a: "Yg==" }, { stringData: { b: "c" } }));
  await put("secret-same", `${secrets}/fixed`, secret(undefined, { stringData: { a: "b" } }));
  await t.call("immutable-secret-bad-key", "POST", secrets, { body: { metadata: { name: "s" }, data: { "a b": "Yg==" } } });
  await t.call("immutable-binary-bad", "POST", kMaps, { body: { metadata: { name: "x" }, binaryData: { b: "%" } } });
}

async function things(t) {
  const put = (name, path, body) => t.call(`thing-${name}`, "PUT", path, { body });
  const at = `${kThings}/thing-a`;
  const now = () => t.server.call("GET", at).then((answer) => answer.body);
  const changed = async (edit) => {
    const object = await now();
    edit(object);
    return object;
  };
  await put("update-no-revision", at, thing("thing-a", { colour: "blue" }));
  await put("update", at, await changed((o) => (o.spec.colour = "blue")));
  await put("update-no-op", at, await now());
  await put("update-label-only", at, await changed((o) => (o.metadata.labels = { a: "b" })));
  await put("update-status-ignored", at, await changed((o) => (o.status = { phase: "Ready" })));
  await put("status", `${at}/status`, await changed((o) => (o.status = { phase: "Ready" })));
  await put("status-spec-ignored", `${at}/status`, await changed((o) => ((o.spec.colour = "green"), (o.status.phase = "New"))));
  await put("status-labels", `${at}/status`, await changed((o) => (o.metadata.labels = { c: "d" })));
  await put("status-no-revision", `${at}/status`, { ...thing("thing-a"), status: { phase: "X" } });
  await put("status-missing", `${kThings}/none/status`, thing("none"));
  await t.call("thing-get-status", "GET", `${at}/status`);
  await t.call("thing-get-scale", "GET", `${at}/scale`);
  const scale = (spec, metadata = {}) => ({
    apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "thing-a", namespace: "diff", ...metadata }, spec });
  await put("scale", `${at}/scale`, scale({ replicas: 5 }));
  await put("scale-negative", `${at}/scale`, scale({ replicas: -1 }));
  await put("scale-old-revision", `${at}/scale`, scale({ replicas: 6 }, { resourceVersion: "1" }));
  await put("scale-no-spec", `${at}/scale`, scale(undefined));
  await put("scale-other-name", `${at}/scale`, scale({ replicas: 1 }, { name: "other" }));
  await t.call("thing-scale-patch", "PATCH", `${at}/scale`, { body: { spec: { replicas: 3 } }, type: "application/merge-patch+json" });
  await t.call("thing-scale-post", "POST", `${at}/scale`, { body: scale({ replicas: 1 }) });
  await t.call("thing-after-all", "GET", at);
  await t.call("thing-table", "GET", at, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
  await t.call("thing-definition", "GET", `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`);
  await t.call("thing-definition-again", "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: definition });
  await t.call("thing-definition-misnamed", "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    body: { ...definition, metadata: { name: "other.example.com" } } });
}

export async function script(t) {
  for (const part of [names, bodies, dryRuns, updates, immutables, things]) await part(t);
}
