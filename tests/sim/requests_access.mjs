// Who may what: RBAC objects made here, reviews of them, refusals, who is not known.
import { kMaps, kNs, map } from "./setting.mjs";

const kRbac = "/apis/rbac.authorization.k8s.io/v1";
const kReviews = "/apis/authorization.k8s.io/v1";
const nobody = { user: "nobody" };

async function objects(t) {
  const rules = [
    { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] },
    { apiGroups: [""], resources: ["secrets"], resourceNames: ["one"], verbs: ["get"] },
    { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["*"] },
  ];
  const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "nobody" }, { kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: "crew" }, { kind: "ServiceAccount", namespace: "diff", name: "robot" }];
  const ref = (kind, name) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
  await t.call("role-made", "POST", `${kRbac}/namespaces/diff/roles`, { body: { metadata: { name: "reader" }, rules } });
  await t.call("role-no-rules", "POST", `${kRbac}/namespaces/diff/roles`, { body: { metadata: { name: "empty" } } });
  await t.call("role-bad-rule", "POST", `${kRbac}/namespaces/diff/roles`, { body: { metadata: { name: "x" }, rules: [{ verbs: [] }] } });
  await t.call("binding-made", "POST", `${kRbac}/namespaces/diff/rolebindings`, {
    body: { metadata: { name: "reader" }, subjects, roleRef: ref("Role", "reader") } });
  await t.call("binding-no-role", "POST", `${kRbac}/namespaces/diff/rolebindings`, { body: { metadata: { name: "x" }, subjects } });
  await t.call("binding-role-changed", "PATCH", `${kRbac}/namespaces/diff/rolebindings/reader`, {
    body: { roleRef: { name: "other" } }, type: "application/merge-patch+json" });
  await t.call("cluster-role-made", "POST", `${kRbac}/clusterroles`, {
    body: { metadata: { name: "diff:paths" }, rules: [{ nonResourceURLs: ["/diff", "/diff/*"], verbs: ["get"] }, { apiGroups: [""], resources: ["nodes"], verbs: ["list"] }] } });
  await t.call("cluster-binding-made", "POST", `${kRbac}/clusterrolebindings`, {
    body: { metadata: { name: "diff:paths" }, subjects: subjects.slice(0, 2), roleRef: ref("ClusterRole", "diff:paths") } });
  await t.call("cluster-role-table", "GET", `${kRbac}/clusterroles/diff:paths`, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
  // The authorizer sees new bindings through its informers.
  await new Promise((resolve) => setTimeout(resolve, 500));
}

async function requests(t) {
  const get = (name, path, options = nobody) => t.call(`may-${name}`, "GET", path, options);
  await get("list-maps", `${kMaps}?labelSelector=of%3Dreads&limit=1`);
  await get("get-map", `${kMaps}/read-00`);
  await get("list-elsewhere", "/api/v1/namespaces/diff-other/configmaps");
  await get("list-everywhere", "/api/v1/configmaps");
  await get("list-by-name", `${kNs}/secrets?fieldSelector=metadata.name%3Done`);
  await get("get-secret-one", `${kNs}/secrets/one`);
  await get("get-secret-two", `${kNs}/secrets/two`);
  await get("list-nodes", "/api/v1/nodes?labelSelector=of%3Dnone");
  await get("get-node", "/api/v1/nodes/none");
  await get("get-custom", "/apis/diff.example.com/v1/namespaces/diff/things/x");
  await get("get-custom-status", "/apis/diff.example.com/v1/namespaces/diff/things/x/status");
  await get("get-path", "/diff/inside");
  await get("get-other-path", "/metrics");
  await get("get-version", "/version");
  await get("get-apis", "/apis/none.example.com");
  await get("unknown-kind", `${kNs}/gadgets`);
  await get("get-namespace", "/api/v1/namespaces/diff");
  await get("list-namespaces", "/api/v1/namespaces");
  await get("bad-token", kMaps, { user: "wrong" });
  await get("anonymous", kMaps, { user: null });
  await get("anonymous-version", "/version", { user: null });
  await get("anonymous-ready", "/readyz", { user: null });
  await get("anonymous-apis", "/apis", { user: null });
  await get("basic", kMaps, { user: null, headers: { authorization: "Basic YTpi" } });
  const as = (name, path, ...impersonate) => t.call(`as-${name}`, "GET", path, {
    headers: Object.fromEntries(impersonate.map((one) => one.split("="))) });
  const list = `${kMaps}?labelSelector=of%3Dreads&limit=1`;
  await as("other", list, "impersonate-user=nobody");
  await as("other-elsewhere", "/api/v1/namespaces/diff-other/configmaps", "impersonate-user=nobody");
  await as("stranger", list, "impersonate-user=stranger");
  await as("crew", list, "impersonate-user=stranger", "impersonate-group=crew");
  await as("masters", `${kNs}/configmaps/read-00`, "impersonate-user=stranger", "impersonate-group=system:masters");
  await as("account", list, "impersonate-user=system:serviceaccount:diff:robot");
  await as("other-account", list, "impersonate-user=system:serviceaccount:diff:nobody");
  await as("anonymous", list, "impersonate-user=system:anonymous");
  const asNobody = (name, ...impersonate) => t.call(`as-by-nobody-${name}`, "GET", list, {
    ...nobody, headers: Object.fromEntries(impersonate.map((one) => one.split("="))) });
  await asNobody("user", "impersonate-user=admin");
  await asNobody("account", "impersonate-user=system:serviceaccount:diff:robot");
  await asNobody("group", "impersonate-user=nobody", "impersonate-group=crew");
  await t.call("as-who", "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
    body: {}, headers: { "impersonate-user": "jane", "impersonate-uid": "7" } });
  await t.call("may-create", "POST", kMaps, { body: map("x"), ...nobody });
  await t.call("may-update", "PUT", `${kMaps}/read-00`, { body: map("read-00"), ...nobody });
  await t.call("may-patch", "PATCH", `${kMaps}/read-00`, { body: {}, type: "application/merge-patch+json", ...nobody });
  await t.call("may-delete", "DELETE", `${kMaps}/read-00`, nobody);
  await t.call("may-delete-all", "DELETE", kMaps, nobody);
  await t.call("may-scale", "GET", "/apis/apps/v1/namespaces/diff/deployments/none/scale", nobody);
  await t.call("may-post-version", "POST", "/version", { body: {}, ...nobody });
}

async function reviews(t) {
  const attributes = (verb, resource, more = {}) => ({ resourceAttributes: { verb, resource, namespace: "diff", ...more } });
  const specs = {
    "list-maps": attributes("list", "configmaps"), "delete-maps": attributes("delete", "configmaps"),
    "list-elsewhere": attributes("list", "configmaps", { namespace: "diff-other" }),
    "list-everywhere": attributes("list", "configmaps", { namespace: "" }),
    "secret-one": attributes("get", "secrets", { name: "one" }), "secret-any": attributes("get", "secrets"),
    "scale": attributes("patch", "deployments", { group: "apps", subresource: "scale" }),
    "deployment": attributes("patch", "deployments", { group: "apps" }), "all": attributes("*", "*", { group: "*" }),
    "nodes": attributes("list", "nodes", { namespace: "" }),
    "path": { nonResourceAttributes: { path: "/diff/x", verb: "get" } },
    "path-other": { nonResourceAttributes: { path: "/metrics", verb: "get" } },
    "path-api": { nonResourceAttributes: { path: "/api", verb: "get" } }, "nothing": {},
    "both": { ...attributes("get", "pods"), nonResourceAttributes: { path: "/", verb: "get" } },
  };
  for (const [name, spec] of Object.entries(specs)) {
    const self = { body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec } };
    await t.call(`self-admin-${name}`, "POST", `${kReviews}/selfsubjectaccessreviews`, self);
    await t.call(`self-nobody-${name}`, "POST", `${kReviews}/selfsubjectaccessreviews`, { ...self, ...nobody });
    await t.call(`subject-group-${name}`, "POST", `${kReviews}/subjectaccessreviews`, {
      body: { spec: { ...spec, user: "somebody", groups: ["crew"] } } });
    await t.call(`subject-robot-${name}`, "POST", `${kReviews}/subjectaccessreviews`, {
      body: { spec: { ...spec, user: "system:serviceaccount:diff:robot" } } });
  }
  await t.call("subject-nobody-named", "POST", `${kReviews}/subjectaccessreviews`, { body: { spec: specs["list-maps"] } });
  await t.call("subject-not-allowed", "POST", `${kReviews}/subjectaccessreviews`, { body: { spec: { ...specs.nodes, user: "x" } }, ...nobody });
  await t.call("local-review", "POST", `${kReviews}/namespaces/diff/localsubjectaccessreviews`, {
    body: { metadata: { namespace: "diff" }, spec: { ...specs["list-maps"], user: "nobody" } } });
  await t.call("local-review-other", "POST", `${kReviews}/namespaces/diff-other/localsubjectaccessreviews`, {
    body: { metadata: { namespace: "diff-other" }, spec: { ...specs["list-maps"], user: "nobody" } } });
  await t.call("self-bad-body", "POST", `${kReviews}/selfsubjectaccessreviews`, { body: "{nope" });
  await t.call("self-other-kind", "POST", `${kReviews}/selfsubjectaccessreviews`, { body: { kind: "Pod", apiVersion: "v1" } });
  await t.call("rules-nobody", "POST", `${kReviews}/selfsubjectrulesreviews`, { body: { spec: { namespace: "diff" } }, ...nobody });
  await t.call("rules-admin", "POST", `${kReviews}/selfsubjectrulesreviews`, { body: { spec: { namespace: "diff" } } });
  await t.call("rules-no-namespace", "POST", `${kReviews}/selfsubjectrulesreviews`, { body: { spec: {} }, ...nobody });
  const tokens = "/apis/authentication.k8s.io/v1/tokenreviews";
  await t.call("token-good", "POST", tokens, { body: { spec: { token: t.server.tokens.nobody } } });
  await t.call("token-bad", "POST", tokens, { body: { spec: { token: "wrong" } } });
  await t.call("token-none", "POST", tokens, { body: { spec: {} } });
  await t.call("who-am-i", "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body: {}, ...nobody });
}

export async function script(t) {
  for (const part of [objects, requests, reviews]) await part(t);
}
