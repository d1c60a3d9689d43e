// What the requests are about: a namespace, a dozen ConfigMaps in known order, a kind of its own.
export const kNs = "/api/v1/namespaces/diff";
export const kMaps = `${kNs}/configmaps`;
export const kThings = "/apis/diff.example.com/v1/namespaces/diff/things";

export const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "things.diff.example.com" },
  spec: {
    group: "diff.example.com",
    scope: "Namespaced",
    names: { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList", shortNames: ["th"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        subresources: {
          status: {},
          scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
        },
        additionalPrinterColumns: [
          { name: "Colour", type: "string", jsonPath: ".spec.colour" },
          { name: "Size", type: "integer", jsonPath: ".spec.size", priority: 1 },
        ],
      },
    ],
  },
};

export function map(name, more = {}) {
  const { labels, data = { key: name }, ...metadata } = more;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, ...(labels ? { labels } : {}), ...metadata },
    data,
  };
}

export function thing(name, spec = {}, metadata = {}) {
  return { apiVersion: "diff.example.com/v1", kind: "Thing", metadata: { name, ...metadata }, spec };
}

async function must(server, method, path, body) {
  const answer = await server.call(method, path, { body });
  if (answer.status >= 300) {
    throw new Error(`${server.title}: ${method} ${path}: ${JSON.stringify(answer.body)}`);
  }
}

async function untilServed(server, path) {
  for (let i = 0; i < 100; ++i) {
    if ((await server.call("GET", path)).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${server.title} does not serve ${path}`);
}

export async function prepare(server) {
  for (const name of ["diff", "diff-other", "diff-ends"]) {
    await must(server, "POST", "/api/v1/namespaces", { metadata: { name, labels: { of: "diff" } } });
  }
  // Pods are refused where there is none.
  await must(server, "POST", `${kNs}/serviceaccounts`, { metadata: { name: "default" } }).catch(() => {});
  await must(server, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
  await untilServed(server, kThings);
  const colours = ["red", "green", "blue"];
  for (let i = 0; i < 12; ++i) {
    const labels = { of: "reads", colour: colours[i % 3], size: String(i), ...(i % 4 ? {} : { rare: "" }) };
    await must(server, "POST", kMaps, map(`read-${String(i).padStart(2, "0")}`, { labels }));
  }
  await must(server, "POST", "/api/v1/namespaces/diff-other/configmaps", map("elsewhere", { labels: { of: "reads" } }));
}
