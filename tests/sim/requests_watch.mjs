// What a watch says first, by resourceVersion, sendInitialEvents and form; and what it refuses.
import { kMaps, kThings, map } from "./setting.mjs";

const kWatched = "labelSelector=of%3Dwatches";

async function history(t) {
  const created = await t.call("watched-create", "POST", kMaps, { body: map("watched", { labels: { of: "watches" } }) });
  const after = created.metadata.resourceVersion;
  await t.call("watched-change", "PATCH", `${kMaps}/watched`, {
    body: { data: { key: "changed" } }, type: "application/merge-patch+json" });
  await t.call("watched-leaves", "PATCH", `${kMaps}/watched`, {
    body: { metadata: { labels: { of: "nothing" } } }, type: "application/merge-patch+json" });
  await t.call("watched-returns", "PATCH", `${kMaps}/watched`, {
    body: { metadata: { labels: { of: "watches" } } }, type: "application/merge-patch+json" });
  await t.call("watched-delete", "DELETE", `${kMaps}/watched`);
  const left = await t.call("watched-second", "POST", kMaps, { body: map("watched-second", { labels: { of: "watches" } }) });
  return { after, now: left.metadata.resourceVersion };
}

export async function script(t) {
  const { after, now } = await history(t);
  const initial = "resourceVersionMatch=NotOlderThan&sendInitialEvents=true";
  const table = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
  const partial = { accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io" };
  const watch = (name, query, options) => [`watch-${name}`, `${kMaps}?watch=1&${kWatched}&${query}`, options];
  await t.watches([
    watch("unset", ""), watch("0", "resourceVersion=0"), watch("after", `resourceVersion=${after}`),
    watch("now", `resourceVersion=${now}`), watch("old", "resourceVersion=1"),
    watch("malformed", "resourceVersion=abc"), watch("future", "resourceVersion=99999999"),
    watch("match", `resourceVersion=${now}&resourceVersionMatch=Exact`),
    watch("match-alone", "resourceVersionMatch=NotOlderThan"),
    watch("initial", `${initial}&allowWatchBookmarks=true`), watch("initial-no-bookmarks", initial),
    watch("initial-0", `${initial}&allowWatchBookmarks=true&resourceVersion=0`),
    watch("initial-now", `${initial}&allowWatchBookmarks=true&resourceVersion=${now}`),
    watch("initial-malformed", `${initial}&allowWatchBookmarks=true&resourceVersion=abc`),
    watch("initial-no-match", "sendInitialEvents=true&allowWatchBookmarks=true"),
    watch("initial-exact", `sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=${now}`),
    watch("initial-false", "sendInitialEvents=false&resourceVersionMatch=NotOlderThan"),
    watch("initial-false-no-match", "sendInitialEvents=false"),
    watch("initial-false-now", `sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=${now}`),
    watch("initial-text", "sendInitialEvents=perhaps&resourceVersionMatch=NotOlderThan"),
    watch("bookmarks", "allowWatchBookmarks=true"), watch("limit", "limit=1"), watch("timeout-text", "timeoutSeconds=soon"),
    watch("continue", "continue=abc"), watch("table", "", table), watch("table-after", `resourceVersion=${after}`, table),
    watch("partial", "", partial), watch("partial-after", `resourceVersion=${after}`, partial),
    watch("initial-table", `${initial}&allowWatchBookmarks=true`, table),
    watch("initial-partial", `${initial}&allowWatchBookmarks=true`, partial),
    watch("xml", "", { accept: "text/xml" }),
    watch("stream-type", "", { accept: "application/json;stream=watch" }),
    ["watch-bad-label", `${kMaps}?watch=1&labelSelector=of%3D%3Ereads`],
    ["watch-bad-field", `${kMaps}?watch=1&fieldSelector=data.x%3D1`],
    ["watch-field", `${kMaps}?watch=true&fieldSelector=metadata.name%3Dread-03`],
    ["watch-field-after", `${kMaps}?watch=true&fieldSelector=metadata.name%3Dwatched&resourceVersion=${after}`],
    ["watch-one", `${kMaps}/read-03?watch=true`],
    ["watch-false", `${kMaps}?watch=false&${kWatched}`],
    ["watch-things", `${kThings}?watch=true`],
    ["watch-things-initial", `${kThings}?watch=true&${initial}&allowWatchBookmarks=true`],
    ["watch-unknown", "/api/v1/namespaces/diff/gadgets?watch=true"],
    ["watch-missing-namespace", "/api/v1/namespaces/none/configmaps?watch=true"],
    ["watch-no-rights", `${kMaps}?watch=true`, { user: "nobody" }],
    ["watch-old-path", `/api/v1/watch/namespaces/diff/configmaps/read-03`],
  ]);
}
