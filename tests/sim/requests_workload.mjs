// Pods, deployments, services, nodes: controllers act on them, so that what these write is left
// out, and the pods are made as dry runs where nothing else is asked.
import { kNs } from "./setting.mjs";

const loose = { loose: true };
const kMerge = "application/merge-patch+json";
const kTable = "application/json;as=Table;v=v1;g=meta.k8s.io";
const containers = [{ name: "main", image: "example.com/app:v1" }];

function deployment(name, replicas) {
  return {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name },
    spec: {
      replicas, paused: true, selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers } },
    },
  };
}

async function pods(t) {
  const post = (name, body) => t.call(`pod-${name}`, "POST", `${kNs}/pods?dryRun=All`, { body, ...loose });
  const pod = (spec, metadata = { name: "p" }) => ({ apiVersion: "v1", kind: "Pod", metadata, spec });
  await post("plain", pod({ containers }));
  await post("no-containers", pod({}));
  await post("no-image", pod({ containers: [{ name: "main" }] }));
  await post("no-spec", { metadata: { name: "p" } });
  await post("same-names", pod({ containers: [...containers, ...containers] }));
  await post("bad-restart", pod({ containers, restartPolicy: "Sometimes" }));
  await t.call("pod-delete-missing", "DELETE", `${kNs}/pods/none`);
  await t.call("pod-log-missing", "GET", `${kNs}/pods/none/log`);
  await t.call("pod-table", "GET", `${kNs}/pods`, { accept: kTable });
}

async function deployments(t) {
  const all = "/apis/apps/v1/namespaces/diff/deployments";
  await t.call("deployment-made", "POST", all, { body: deployment("web", 0), ...loose });
  await t.call("deployment-default-replicas", "POST", `${all}?dryRun=All`, { body: deployment("one", undefined), ...loose });
  await t.call("deployment-no-selector", "POST", all, {
    body: { metadata: { name: "x" }, spec: { template: { metadata: {}, spec: { containers } } } }, ...loose });
  await t.call("deployment-negative", "POST", all, { body: deployment("x", -1), ...loose });
  await t.call("deployment-mismatch", "POST", all, {
    body: { ...deployment("x", 1), spec: { ...deployment("y", 1).spec, selector: { matchLabels: { app: "z" } } } }, ...loose });
  await t.call("deployment-scale", "GET", `${all}/web/scale`, loose);
  await t.call("deployment-scaled", "PUT", `${all}/web/scale`, {
    body: { metadata: { name: "web", namespace: "diff" }, spec: { replicas: 0 } }, ...loose });
  await t.call("deployment-scale-negative", "PATCH", `${all}/web/scale`, { body: { spec: { replicas: -2 } }, type: kMerge, ...loose });
  await t.call("deployment-patched", "PATCH", `${all}/web`, { body: { metadata: { labels: { a: "b" } } }, type: kMerge, ...loose });
  await t.call("deployment-strategic", "PATCH", `${all}/web`, {
    body: { metadata: { labels: { c: "d" } } }, type: "application/strategic-merge-patch+json", ...loose });
  await t.call("deployment-selector-changed", "PATCH", `${all}/web`, {
    body: { spec: { selector: { matchLabels: { app: "other" } } } }, type: kMerge, ...loose });
  await t.call("deployment-list", "GET", all, loose);
  await t.call("deployment-deleted", "DELETE", `${all}/web`, loose);
}

async function services(t) {
  const all = `${kNs}/services`;
  const spec = { selector: { app: "web" }, ports: [{ port: 80 }] };
  await t.call("service-made", "POST", all, { body: { metadata: { name: "web" }, spec }, ...loose });
  await t.call("service-no-ports", "POST", all, { body: { metadata: { name: "x" }, spec: {} }, ...loose });
  await t.call("service-headless", "POST", all, { body: { metadata: { name: "headless" }, spec: { ...spec, clusterIP: "None" } }, ...loose });
  await t.call("service-bad-port", "POST", all, { body: { metadata: { name: "x" }, spec: { ports: [{ port: 0 }] } }, ...loose });
  await t.call("service-bad-type", "POST", all, { body: { metadata: { name: "x" }, spec: { ...spec, type: "Other" } }, ...loose });
  await t.call("service-deleted", "DELETE", `${all}/web`, loose);
}

async function validations(t) {
  const dry = (name, path, body) => t.call(`valid-${name}`, "POST", `${path}?dryRun=All`, { body, ...loose });
  const apps = "/apis/apps/v1/namespaces/diff";
  const batch = "/apis/batch/v1/namespaces/diff";
  const template = { metadata: { labels: { app: "x" } }, spec: { containers } };
  const spec = { selector: { matchLabels: { app: "x" } }, template };
  const named = (more) => ({ metadata: { name: "x" }, spec: more });
  await dry("statefulset", `${apps}/statefulsets`, named({ ...spec, serviceName: "x" }));
  await dry("statefulset-no-selector", `${apps}/statefulsets`, named({ template }));
  await dry("daemonset", `${apps}/daemonsets`, named(spec));
  await dry("daemonset-mismatch", `${apps}/daemonsets`, named({ ...spec, selector: { matchLabels: { app: "y" } } }));
  await dry("replicaset", `${apps}/replicasets`, named(spec));
  const job = { template: { spec: { containers, restartPolicy: "Never" } } };
  await dry("job-always", `${batch}/jobs`, named({ template: { spec: { containers } } }));
  await dry("job-bad-policy", `${batch}/jobs`, named({ template: { spec: { containers, restartPolicy: "Now" } } }));
  await dry("cronjob", `${batch}/cronjobs`, named({ schedule: "*/5 * * * *", jobTemplate: { spec: job } }));
  await dry("cronjob-no-schedule", `${batch}/cronjobs`, named({ jobTemplate: { spec: job } }));
  await dry("cronjob-bad-schedule", `${batch}/cronjobs`, named({ schedule: "every day", jobTemplate: { spec: job } }));
  await dry("deployment-bad-container", `${apps}/deployments`, named({ ...spec, template: { ...template, spec: { containers: [{ name: "A b" }] } } }));
  await dry("deployment-no-containers", `${apps}/deployments`, named({ ...spec, template: { ...template, spec: {} } }));
  await dry("deployment-never", `${apps}/deployments`, named({ ...spec, template: { ...template, spec: { containers, restartPolicy: "Never" } } }));
  await dry("deployment-recreate", `${apps}/deployments`, named({ ...spec, strategy: { type: "Recreate" } }));
  await dry("deployment-bad-strategy", `${apps}/deployments`, named({ ...spec, strategy: { type: "Slowly" } }));
  await dry("deployment-no-name", `${apps}/deployments`, { metadata: {}, spec });
  const full = [{
    name: "main", image: "example.com/app:latest", ports: [{ containerPort: 80 }], env: [{ name: "A", value: "" }],
    readinessProbe: { httpGet: { path: "/", port: 80 } }, livenessProbe: { tcpSocket: { port: 80 } },
    resources: { limits: { cpu: "1" } },
  }];
  await dry("deployment-full", `${apps}/deployments`, named({ ...spec, template: { ...template, spec: { containers: full,
    volumes: [{ name: "c", configMap: { name: "c" } }, { name: "s", secret: { secretName: "s" } }, { name: "e", emptyDir: {} }] } } }));
  await dry("pod-bad-port", `${kNs}/pods`, named({ containers: [{ ...containers[0], ports: [{ containerPort: 70000 }] }] }));
  await dry("pod-bad-pull", `${kNs}/pods`, named({ containers: [{ ...containers[0], imagePullPolicy: "Later" }] }));
  await dry("pod-bad-dns", `${kNs}/pods`, named({ containers, dnsPolicy: "Mine" }));
  const ports = [{ port: 80 }];
  await dry("service-node-port", `${kNs}/services`, named({ type: "ExternalName", externalName: "example.com" }));
  await dry("service-two-ports", `${kNs}/services`, named({ ports: [{ port: 80 }, { port: 81 }] }));
  await dry("service-bad-protocol", `${kNs}/services`, named({ ports: [{ port: 80, protocol: "HTTP" }] }));
  await dry("service-bad-affinity", `${kNs}/services`, named({ ports, sessionAffinity: "Some" }));
  await dry("service-high-port", `${kNs}/services`, named({ ports: [{ port: 70000 }] }));
}

async function nodes(t) {
  const all = "/api/v1/nodes";
  await t.call("node-made", "POST", all, { body: { metadata: { name: "diff-node", labels: { of: "diff" } } }, ...loose });
  await t.call("node-read", "GET", `${all}/diff-node`, loose);
  await t.call("node-listed", "GET", `${all}?labelSelector=of%3Ddiff`, loose);
  await t.call("node-cordoned", "PATCH", `${all}/diff-node`, { body: { spec: { unschedulable: true } }, type: kMerge, ...loose });
  await t.call("node-deleted", "DELETE", `${all}/diff-node`, loose);
}

export async function script(t) {
  for (const part of [pods, deployments, services, validations, nodes]) await part(t);
}
