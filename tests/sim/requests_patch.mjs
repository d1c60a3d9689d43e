// JSON patch and merge patch: every operation, and everything that is refused.
import { kMaps, kThings, map, thing } from "./setting.mjs";

const kJson = "application/json-patch+json";
const kMerge = "application/merge-patch+json";

const kOperations = {
  add: [{ op: "add", path: "/data/b", value: "2" }],
  "add-existing": [{ op: "add", path: "/data/b", value: "3" }],
  "add-missing-parent": [{ op: "add", path: "/nothing/b", value: "3" }],
  replace: [{ op: "replace", path: "/data/b", value: "4" }],
  "replace-missing": [{ op: "replace", path: "/data/none", value: "4" }],
  test: [{ op: "test", path: "/data/b", value: "4" }],
  "test-fails": [{ op: "test", path: "/data/b", value: "5" }],
  "test-missing": [{ op: "test", path: "/data/none", value: "5" }],
  "test-missing-null": [{ op: "test", path: "/data/none", value: null }],
  copy: [{ op: "copy", from: "/data/b", path: "/data/c" }],
  "copy-missing": [{ op: "copy", from: "/data/none", path: "/data/c" }],
  move: [{ op: "move", from: "/data/c", path: "/data/d" }],
  "move-missing": [{ op: "move", from: "/data/none", path: "/data/d" }],
  remove: [{ op: "remove", path: "/data/d" }],
  "remove-missing": [{ op: "remove", path: "/data/none" }],
  escaped: [{ op: "add", path: "/metadata/annotations", value: {} }, { op: "add", path: "/metadata/annotations/a.b~1c~0d", value: "x" }],
  "list-add": [{ op: "add", path: "/metadata/finalizers", value: ["example.com/a"] }, { op: "add", path: "/metadata/finalizers/-", value: "example.com/b" }],
  "list-insert": [{ op: "add", path: "/metadata/finalizers/0", value: "example.com/c" }],
  "list-beyond": [{ op: "add", path: "/metadata/finalizers/9", value: "example.com/d" }],
  "list-negative": [{ op: "add", path: "/metadata/finalizers/-1", value: "example.com/d" }],
  "list-replace": [{ op: "replace", path: "/metadata/finalizers/1", value: "example.com/e" }],
  "list-text-index": [{ op: "remove", path: "/metadata/finalizers/x" }],
  "list-remove": [{ op: "remove", path: "/metadata/finalizers/0" }],
  "list-gone": [{ op: "remove", path: "/metadata/finalizers" }],
  "unknown-op": [{ op: "spam", path: "/data/b" }],
  "no-op": [{ path: "/data/b", value: "1" }],
  "no-path": [{ op: "add", value: "1" }],
  "bad-pointer": [{ op: "add", path: "data/b", value: "1" }],
  "value-number": [{ op: "add", path: "/data/n", value: 1 }],
  "add-no-value": [{ op: "add", path: "/data/n" }],
  root: [{ op: "replace", path: "", value: { metadata: { name: "patched" } } }],
  "other-name": [{ op: "replace", path: "/metadata/name", value: "other" }],
  "other-namespace": [{ op: "replace", path: "/metadata/namespace", value: "default" }],
  "other-uid": [{ op: "replace", path: "/metadata/uid", value: "12345678-0000-0000-0000-000000000000" }],
  "old-revision": [{ op: "replace", path: "/metadata/resourceVersion", value: "1" }],
  "second-fails": [{ op: "add", path: "/data/never", value: "1" }, { op: "test", path: "/data/never", value: "2" }],
  empty: [],
};

const kMerges = {
  set: { data: { m: "1" } }, remove: { data: { m: null } }, "no-op": { data: { b: "4" } }, empty: {},
  labels: { metadata: { labels: { a: "1", b: "2" } } }, "label-removed": { metadata: { labels: { a: null } } },
  "data-null": { data: null }, "other-name": { metadata: { name: "other" } }, "other-kind": { kind: "Secret" },
  "other-version": { apiVersion: "v2" }, "old-revision": { metadata: { resourceVersion: "1" } },
  "data-number": { data: { n: 1 } }, "data-text": { data: "x" }, "other-uid": { metadata: { uid: "12345678-0000-0000-0000-000000000000" } },
  "bad-label": { metadata: { labels: { a: "b c" } } }, "unknown-field": { surplus: 1 },
  "deletion-time": { metadata: { deletionTimestamp: "2001-01-01T00:00:00Z" } }, "generation": { metadata: { generation: 9 } },
};

async function refusals(t, at) {
  const patch = (name, body, type, path = at) => t.call(`patch-${name}`, "PATCH", path, { body, type });
  await patch("plain-json", {}, "application/json");
  await patch("xml", "<a/>", "text/xml");
  await patch("json-not-list", {}, kJson);
  await patch("json-not-json", "[nope", kJson);
  await patch("merge-list", [], kMerge);
  await patch("merge-not-json", "{nope", kMerge);
  await patch("merge-empty-body", "", kMerge);
  await patch("json-missing", [], kJson, `${kMaps}/none`);
  await patch("merge-missing", {}, kMerge, `${kMaps}/none`);
  await patch("merge-missing-uid", { metadata: { uid: "12345678-0000-0000-0000-000000000000" } }, kMerge, `${kMaps}/none`);
  await patch("dry", { data: { dry: "1" } }, kMerge, `${at}?dryRun=All`);
  await patch("dry-bad", {}, kMerge, `${at}?dryRun=x`);
  await patch("force", {}, kMerge, `${at}?force=true`);
  await patch("manager", { data: { managed: "1" } }, kMerge, `${at}?fieldManager=other`);
  await t.call("patch-left", "GET", at);
}

async function things(t) {
  const at = `${kThings}/patched`;
  const merge = (name, body, path = at) => t.call(`patch-thing-${name}`, "PATCH", path, { body, type: kMerge });
  await t.call("patch-thing-made", "POST", kThings, { body: thing("patched", { colour: "red" }) });
  await merge("spec", { spec: { size: 3 } });
  await merge("no-op", { spec: { size: 3 } });
  await merge("labels", { metadata: { labels: { a: "b" } } });
  await merge("status-ignored", { status: { phase: "x" } });
  await merge("status", { status: { phase: "x" } }, `${at}/status`);
  await merge("status-spec-ignored", { spec: { size: 9 }, status: { phase: "y" } }, `${at}/status`);
  await merge("old-revision", { metadata: { resourceVersion: "1" }, spec: { size: 4 } });
  await merge("spec-null", { spec: null });
  await merge("other-kind", { kind: "Other" });
  await merge("unknown-type", { surplus: { deep: [1, 2.5, true, null, "x"] } });
  await t.call("patch-thing-strategic", "PATCH", at, { body: {}, type: "application/strategic-merge-patch+json" });
  await t.call("patch-thing-json", "PATCH", at, { body: [{ op: "add", path: "/spec", value: { list: [1] } }], type: kJson });
  await t.call("patch-thing-json-list", "PATCH", at, { body: [{ op: "add", path: "/spec/list/-", value: 2 }], type: kJson });
  await t.call("patch-thing-test", "PATCH", at, { body: [{ op: "test", path: "/spec/list", value: [1, 2] }], type: kJson });
  await t.call("patch-thing-test-fails", "PATCH", at, { body: [{ op: "test", path: "/spec/list", value: [2, 1] }], type: kJson });
}

export async function script(t) {
  await t.call("patch-made", "POST", kMaps, { body: map("patched", { data: { a: "1" } }) });
  const at = `${kMaps}/patched`;
  for (const [name, body] of Object.entries(kOperations)) {
    await t.call(`patch-json-${name}`, "PATCH", at, { body, type: kJson });
  }
  for (const [name, body] of Object.entries(kMerges)) {
    await t.call(`patch-merge-${name}`, "PATCH", at, { body, type: kMerge });
  }
  await refusals(t, at);
  await things(t);
}
