// get, list, selectors, pages, resourceVersion rules, representations, discovery, paths.
import { kMaps, kNs, kThings } from "./setting.mjs";

const kOf = "of%3Dreads";
const encoded = encodeURIComponent;

const kLabelSelectors = {
  equals: "of=reads,colour=red", "equals-twice": "of=reads,colour==red", differs: "of=reads,colour!=red",
  in: "of=reads,colour in (red,blue)", notin: "of=reads,colour notin (red, blue)", exists: "of=reads,rare",
  absent: "of=reads,!rare", "absent-spaced": "of=reads, ! rare", greater: "of=reads,size>8",
  less: "of=reads,size<3", "empty-value": "of=reads,rare=", "empty-set": "of=reads,colour in ()",
  "with-empty-in-set": "of=reads,rare in (,x)", none: "of=nothing", contradiction: "colour=red,colour=blue",
  "bad-operator": "of=>reads", "bad-key": "-of=reads", "bad-key-prefix": "UP/of=reads", "bad-value": "of=re ads",
  "bad-value-letters": "of=re$ads", "bad-open": "of in (reads", "bad-close": "of in reads)", "bad-comma": "of=reads,",
  "bad-comma-first": ",of=reads", "bad-greater": "size>many", "bad-double-bang": "!!of", "bad-bang-value": "!of=x",
  "bad-word": "of within (reads)", "bad-long-key": "k".repeat(64), "bad-long-value": `of=${"v".repeat(64)}`,
  "key-prefix": "example.com/of", "in-no-space": "of in(reads),colour in(red)", spaces: " of = reads , colour = red ",
  "bad-empty-key": "=reads", "bad-only-bang": "!", "three-equals": "of===reads", "not-single-equals": "of=reads,colour=!red",
};

const kFieldSelectors = {
  name: "metadata.name=read-03", "name-not": "metadata.name!=read-03", "name-twice": "metadata.name==read-03",
  namespace: "metadata.namespace=diff", "other-namespace": "metadata.namespace=other",
  both: "metadata.name=read-03,metadata.namespace=diff", empty: "metadata.name=", unknown: "data.key=x",
  "bad-no-operator": "metadata.name", "bad-comma": "metadata.name=read-03,", "bad-key": "=read-03",
  escaped: "metadata.name=read\\,03", "bad-escape": "metadata.name=read\\03", labels: "metadata.labels=x",
  uid: "metadata.uid=x", "bad-name": "metadata.name=Bad_Name",
};

const kAccepts = {
  table: "application/json;as=Table;v=v1;g=meta.k8s.io",
  "table-v1beta1": "application/json;as=Table;v=v1beta1;g=meta.k8s.io",
  "table-or-json": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  partial: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
  "partial-list": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
  "unknown-as": "application/json;as=Sheet;v=v1;g=meta.k8s.io",
  "unknown-as-or-json": "application/json;as=Sheet;v=v1;g=meta.k8s.io,application/json",
  "wrong-group": "application/json;as=Table;v=v1;g=example.com",
  xml: "text/xml", html: "text/html", any: "*/*", "any-application": "application/*",
  "xml-or-any": "text/xml,*/*;q=0.1", charset: "application/json;charset=utf-8", quality: "application/json;q=0.5",
  garbage: ";;;", empty: "",
};

async function selectors(t) {
  for (const [name, text] of Object.entries(kLabelSelectors)) {
    await t.call(`label-${name}`, "GET", `${kMaps}?labelSelector=${encoded(text)}`);
  }
  for (const [name, text] of Object.entries(kFieldSelectors)) {
    await t.call(`field-${name}`, "GET", `${kMaps}?labelSelector=${kOf}&fieldSelector=${encoded(text)}`);
  }
  await t.call("field-pod-phase", "GET", `${kNs}/pods?fieldSelector=status.phase%3DRunning`);
  await t.call("field-pod-node", "GET", `${kNs}/pods?fieldSelector=spec.nodeName%3D`);
  await t.call("field-pod-unknown", "GET", `${kNs}/pods?fieldSelector=spec.containers%3Dx`);
  await t.call("field-secret-type", "GET", `${kNs}/secrets?fieldSelector=type%3DOpaque`);
  await t.call("field-thing-unknown", "GET", `${kThings}?fieldSelector=spec.colour%3Dred`);
  await t.call("field-thing-name", "GET", `${kThings}?fieldSelector=metadata.name%3Dnone`);
  await t.call("field-node-unschedulable", "GET", "/api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue");
  await t.call("label-all-namespaces", "GET", `/api/v1/configmaps?labelSelector=${kOf}`);
}

async function pages(t) {
  const list = `${kMaps}?labelSelector=${kOf}`;
  const others = "/api/v1/namespaces/diff-other/configmaps";
  let token = "";
  for (let page = 1; page <= 4; ++page) {
    const body = await t.call(`page-${page}`, "GET", `${kMaps}?limit=4${token && `&continue=${token}`}`);
    token = body.metadata.continue ?? "";
    if (page === 1) {
      await t.call("page-again", "GET", `${kMaps}?limit=5&continue=${token}`);
      await t.call("page-no-limit", "GET", `${kMaps}?continue=${token}`);
      await t.call("page-with-revision", "GET", `${kMaps}?limit=4&continue=${token}&resourceVersion=1`);
      await t.call("page-with-revision-0", "GET", `${kMaps}?limit=4&continue=${token}&resourceVersion=0`);
      await t.call("page-with-match", "GET", `${kMaps}?limit=4&continue=${token}&resourceVersionMatch=Exact`);
      await t.call("page-other-namespace", "GET", `${others}?limit=4&continue=${token}`);
    }
    if (token === "") break;
  }
  await t.call("page-selected", "GET", `${list}&limit=4`);
  await t.call("page-of-exact-size", "GET", `${list}&limit=12`);
  await t.call("page-limit-0", "GET", `${list}&limit=0`);
  await t.call("page-limit-negative", "GET", `${list}&limit=-1`);
  await t.call("page-limit-text", "GET", `${list}&limit=few`);
  await t.call("page-limit-empty", "GET", `${list}&limit=`);
  await t.call("page-bad-token", "GET", `${kMaps}?continue=%21%21`);
  await t.call("page-bad-token-json", "GET", `${kMaps}?continue=YWJj`);
  const old = Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"read-03\\u0000"}').toString("base64url");
  await t.call("page-expired-token", "GET", `${kMaps}?limit=2&continue=${old}`);
  await t.call("page-revision-0", "GET", `${list}&limit=4&resourceVersion=0`);
  await t.call("page-table", "GET", `${kMaps}?limit=2`, { accept: kAccepts.table });
}

async function revisions(t) {
  const now = (await t.call("revision-of-now", "GET", `${kMaps}?labelSelector=${kOf}`)).metadata.resourceVersion;
  const of = async (name, query) => t.call(`revision-${name}`, "GET", `${kMaps}?labelSelector=${kOf}&${query}`);
  await of("0", "resourceVersion=0");
  await of("1", "resourceVersion=1");
  await of("now", `resourceVersion=${now}`);
  await of("malformed", "resourceVersion=abc");
  await of("negative", "resourceVersion=-1");
  await of("future", "resourceVersion=99999999");
  for (const match of ["Exact", "NotOlderThan", "exact", ""]) {
    await of(`now-${match || "empty"}`, `resourceVersion=${now}&resourceVersionMatch=${match}`);
    await of(`0-${match || "empty"}`, `resourceVersion=0&resourceVersionMatch=${match}`);
    await of(`unset-${match || "empty"}`, `resourceVersionMatch=${match}`);
  }
  await of("1-NotOlderThan", "resourceVersion=1&resourceVersionMatch=NotOlderThan");
  await of("future-exact", "resourceVersion=99999999&resourceVersionMatch=Exact");
  await of("future-not-older", "resourceVersion=99999999&resourceVersionMatch=NotOlderThan");
  await of("limit-exact", `resourceVersion=${now}&resourceVersionMatch=Exact&limit=3`);
  await of("initial-events-in-list", "sendInitialEvents=true");
  await of("bookmarks-in-list", "allowWatchBookmarks=true");
  await t.call("get-revision-0", "GET", `${kMaps}/read-00?resourceVersion=0`);
  await t.call("get-revision-malformed", "GET", `${kMaps}/read-00?resourceVersion=abc`);
  await t.call("get-revision-future", "GET", `${kMaps}/read-00?resourceVersion=99999999`);
}

async function representations(t) {
  for (const [name, accept] of Object.entries(kAccepts)) {
    await t.call(`accept-get-${name}`, "GET", `${kMaps}/read-00`, { accept });
    await t.call(`accept-list-${name}`, "GET", `${kMaps}?labelSelector=rare,of%3Dreads`, { accept });
  }
  const table = kAccepts.table;
  for (const include of ["None", "Object", "Metadata", "Everything"]) {
    await t.call(`table-include-${include}`, "GET", `${kMaps}/read-00?includeObject=${include}`, { accept: table });
  }
  await t.call("table-missing", "GET", `${kMaps}/none`, { accept: table });
  await t.call("table-things", "GET", kThings, { accept: table });
  await t.call("pretty", "GET", `${kMaps}/read-00?pretty=true`);
}

async function paths(t) {
  const gets = {
    missing: `${kMaps}/none`, "missing-namespace": "/api/v1/namespaces/none/configmaps/x",
    "list-missing-namespace": "/api/v1/namespaces/none/configmaps", namespace: "/api/v1/namespaces/diff",
    "namespace-missing": "/api/v1/namespaces/none", "cluster-kind-in-namespace": `${kNs}/nodes`,
    "unknown-kind": `${kNs}/gadgets`, "unknown-kind-name": `${kNs}/gadgets/x`, "unknown-group": "/apis/none.example.com/v1/things",
    "unknown-version": "/apis/diff.example.com/v9/things", "core-v2": "/api/v2/pods", "unknown-path": "/nothing/here",
    "no-name-in-all": "/api/v1/configmaps/read-00", "unknown-subresource": `${kMaps}/read-00/status`,
    "unknown-subresource-deep": `${kMaps}/read-00/a/b`, "thing-missing": `${kThings}/none`,
    "thing-missing-status": `${kThings}/none/status`, "thing-missing-scale": `${kThings}/none/scale`,
    "thing-unknown-subresource": `${kThings}/none/other`, "namespace-status": "/api/v1/namespaces/diff/status",
    trailing: `${kMaps}/`, "double-slash": `${kNs}//configmaps`, "bad-name": `${kMaps}/Not_A_Name`,
    readyz: "/readyz", livez: "/livez", healthz: "/healthz", version: "/version", root: "/",
    "node-missing": "/api/v1/nodes/none",
  };
  for (const [name, path] of Object.entries(gets)) await t.call(`path-${name}`, "GET", path);
  const others = {
    "post-on-name": ["POST", `${kMaps}/read-00`], "put-on-list": ["PUT", kMaps], "patch-on-list": ["PATCH", kMaps],
    "post-all-namespaces": ["POST", "/api/v1/configmaps"], "delete-all-namespaces": ["DELETE", "/api/v1/configmaps"],
    "delete-all-of-namespaces": ["DELETE", "/api/v1/namespaces"], options: ["OPTIONS", kMaps],
    "post-version": ["POST", "/version"], "post-readyz": ["POST", "/readyz"], "post-api": ["POST", "/api"],
    "put-status-of-map": ["PUT", `${kMaps}/read-00/status`], "delete-status": ["DELETE", `${kThings}/none/status`],
    "get-review": ["GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"],
    "delete-review": ["DELETE", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/x"],
    "post-unknown-kind": ["POST", `${kNs}/gadgets`], trace: ["TRACE", kMaps],
  };
  for (const [name, [method, path]] of Object.entries(others)) {
    await t.call(`method-${name}`, method, path, method.startsWith("P") ? { body: {} } : {});
  }
}

async function discovery(t) {
  const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  await t.call("discovery-api", "GET", "/api");
  await t.call("discovery-apis", "GET", "/apis");
  await t.call("discovery-core", "GET", "/api/v1");
  await t.call("discovery-unknown-group", "GET", "/apis/none.example.com");
  await t.call("discovery-unknown-version", "GET", "/apis/apps/v7");
  for (const group of ["apps", "rbac.authorization.k8s.io", "diff.example.com", "apiextensions.k8s.io", "authorization.k8s.io"]) {
    await t.call(`discovery-${group}`, "GET", `/apis/${group}`);
    await t.call(`discovery-${group}-v1`, "GET", `/apis/${group}/v1`);
  }
  await t.call("discovery-aggregated-core", "GET", "/api", { accept: aggregated });
  await t.call("discovery-aggregated", "GET", "/apis", { accept: aggregated });
}

export async function script(t) {
  for (const part of [selectors, pages, revisions, representations, paths, discovery]) await part(t);
}
