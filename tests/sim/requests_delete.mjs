// delete and deletecollection: preconditions, policies, finalizers, namespaces with content.
import { kMaps, kNs, kThings, map, thing } from "./setting.mjs";

const kOtherUid = "12345678-0000-0000-0000-000000000000";
const options = (more) => ({ apiVersion: "v1", kind: "DeleteOptions", ...more });

async function single(t) {
  const remove = (name, path, body) => t.call(`delete-${name}`, "DELETE", path, body === undefined ? {} : { body });
  const make = (name, more) => t.call(`delete-made-${name}`, "POST", kMaps, { body: map(`del-${name}`, more) });
  await make("plain");
  await remove("plain", `${kMaps}/del-plain`);
  await remove("again", `${kMaps}/del-plain`);
  const a = await make("a");
  const at = `${kMaps}/del-a`;
  await remove("other-uid", at, options({ preconditions: { uid: kOtherUid } }));
  await remove("other-revision", at, options({ preconditions: { resourceVersion: "1" } }));
  await remove("both-wrong", at, options({ preconditions: { uid: kOtherUid, resourceVersion: "1" } }));
  await remove("bad-policy", `${at}?propagationPolicy=Sideways`);
  await remove("bad-policy-body", at, options({ propagationPolicy: "Sideways" }));
  await remove("both-policies", at, options({ propagationPolicy: "Background", orphanDependents: true }));
  await remove("bad-dry-run", `${at}?dryRun=x`);
  await remove("bad-dry-run-body", at, options({ dryRun: ["x"] }));
  await remove("negative-grace", `${at}?dryRun=All&gracePeriodSeconds=-1`);
  await remove("text-grace", `${at}?dryRun=All&gracePeriodSeconds=soon`);
  await remove("bad-body", at, "{nope");
  await remove("other-kind-of-body", `${at}?dryRun=All`, { apiVersion: "v1", kind: "ConfigMap" });
  await remove("bare-body", `${at}?dryRun=All`, {});
  await remove("dry", `${at}?dryRun=All`);
  await remove("dry-body", at, options({ dryRun: ["All"] }));
  await t.call("delete-still-there", "GET", at);
  await remove("good-preconditions", at,
    options({ preconditions: { uid: a.metadata.uid, resourceVersion: a.metadata.resourceVersion } }));
  await make("background");
  await remove("background", `${kMaps}/del-background?propagationPolicy=Background`);
  await make("grace");
  await remove("grace", `${kMaps}/del-grace?gracePeriodSeconds=60`);
  await make("table");
  await t.call("delete-table", "DELETE", `${kMaps}/del-table`, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
}

async function held(t) {
  const remove = (name, path, body) => t.call(`delete-${name}`, "DELETE", path, body === undefined ? {} : { body });
  const at = `${kMaps}/del-held`;
  const merge = "application/merge-patch+json";
  await t.call("delete-made-held", "POST", kMaps, { body: map("del-held", { finalizers: ["example.com/a", "example.com/b"] }) });
  await remove("held", at);
  await remove("held-again", at);
  await t.call("delete-held-get", "GET", at);
  await t.call("delete-held-change", "PATCH", at, { body: { data: { still: "1" } }, type: merge });
  await t.call("delete-held-finalizer-added", "PATCH", at, {
    body: { metadata: { finalizers: ["example.com/a", "example.com/b", "example.com/c"] } }, type: merge });
  await t.call("delete-held-one-less", "PATCH", at, { body: { metadata: { finalizers: ["example.com/b"] } }, type: merge });
  await t.call("delete-held-create", "POST", kMaps, { body: map("del-held") });
  await t.call("delete-held-last", "PATCH", at, { body: { metadata: { finalizers: null } }, type: merge });
  await t.call("delete-held-gone", "GET", at);
  await t.call("delete-made-thing", "POST", kThings, { body: thing("del-thing", {}, { finalizers: ["example.com/a"] }) });
  await remove("thing-held", `${kThings}/del-thing`);
  await t.call("delete-thing-status", "PATCH", `${kThings}/del-thing/status`, { body: { status: { a: 1 } }, type: merge });
  await t.call("delete-thing-last", "PATCH", `${kThings}/del-thing`, { body: { metadata: { finalizers: [] } }, type: merge });
  await t.call("delete-thing-gone", "GET", `${kThings}/del-thing`);
  await t.call("delete-made-thing-b", "POST", kThings, { body: thing("del-thing-b") });
  await remove("thing", `${kThings}/del-thing-b`);
  await remove("thing-missing", `${kThings}/del-thing-b`);
}

async function policies(t) {
  for (const policy of ["Foreground", "Orphan"]) {
    const name = `del-${policy.toLowerCase()}`;
    await t.call(`delete-made-${policy}`, "POST", kThings, { body: thing(name, {}, { finalizers: ["example.com/hold"] }) });
    await t.call(`delete-${policy}`, "DELETE", `${kThings}/${name}?propagationPolicy=${policy}`);
    await t.call(`delete-${policy}-again-background`, "DELETE", `${kThings}/${name}?propagationPolicy=Background`);
    await t.call(`delete-${policy}-seen`, "GET", `${kThings}/${name}`);
  }
  await t.call("delete-made-orphan-dependents", "POST", kMaps, { body: map("del-orphans", { finalizers: ["example.com/hold"] }) });
  await t.call("delete-orphan-dependents", "DELETE", `${kMaps}/del-orphans`, { body: options({ orphanDependents: true }) });
}

async function collections(t) {
  for (const name of ["a", "b", "c"]) {
    await t.call(`deletes-made-${name}`, "POST", kMaps, { body: map(`many-${name}`, { labels: { of: "many" } }) });
  }
  const many = `${kMaps}?labelSelector=of%3Dmany`;
  await t.call("deletes-bad-selector", "DELETE", `${kMaps}?labelSelector=%3D%3D`);
  await t.call("deletes-dry", "DELETE", `${many}&dryRun=All`);
  await t.call("deletes-field", "DELETE", `${many}&fieldSelector=metadata.name%3Dmany-b`);
  await t.call("deletes-left", "GET", many);
  await t.call("deletes-limit", "DELETE", `${many}&limit=1`);
  await t.call("deletes-body-bad", "DELETE", many, { body: "{nope" });
  await t.call("deletes-rest", "DELETE", many);
  await t.call("deletes-none", "DELETE", many);
  await t.call("deletes-precondition", "DELETE", many, { body: options({ preconditions: { uid: kOtherUid } }) });
  await t.call("deletes-things-none", "DELETE", `${kThings}?labelSelector=of%3Dnone`);
}

async function namespaces(t) {
  const ns = "/api/v1/namespaces/diff-ends";
  await t.call("ends-made-map", "POST", `${ns}/configmaps`, { body: map("inside", { finalizers: ["example.com/hold"] }) });
  await t.call("ends-dry", "DELETE", `${ns}?dryRun=All`);
  await t.call("ends-other-uid", "DELETE", ns, { body: options({ preconditions: { uid: kOtherUid } }) });
  await t.call("ends", "DELETE", ns);
  await t.call("ends-create", "POST", `${ns}/configmaps`, { body: map("late") });
  await t.call("ends-read", "GET", `${ns}/configmaps/inside`, { loose: true });
  await t.call("ends-label", "PATCH", ns, {
    body: { metadata: { labels: { late: "yes" } } }, type: "application/merge-patch+json" });
  await t.call("namespace-made", "POST", "/api/v1/namespaces", { body: { metadata: { name: "diff-made" } } });
  await t.call("namespace-exists", "POST", "/api/v1/namespaces", { body: { metadata: { name: "diff-made" } } });
  await t.call("namespace-read", "GET", "/api/v1/namespaces/diff-made");
  await t.call("namespace-list", "GET", "/api/v1/namespaces?labelSelector=kubernetes.io/metadata.name%3Ddiff-made");
  await t.call("namespace-table", "GET", "/api/v1/namespaces/diff-made", { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
  await t.call("secret-made", "POST", `${kNs}/secrets`, { body: { metadata: { name: "s" }, data: { a: "Yg==" } } });
  await t.call("secret-text", "POST", `${kNs}/secrets`, { body: { metadata: { name: "s2" }, stringData: { a: "b" } } });
  await t.call("secret-bad-base64", "POST", `${kNs}/secrets`, { body: { metadata: { name: "s3" }, data: { a: "%" } } });
  await t.call("secret-type-changed", "PATCH", `${kNs}/secrets/s`, { body: { type: "other" }, type: "application/merge-patch+json" });
  await t.call("secret-deleted", "DELETE", `${kNs}/secrets/s`);
}

export async function script(t) {
  for (const part of [single, held, policies, collections, namespaces]) await part(t);
}
