"""What tests/sim/record_flux_shapes puts beside the fleet of scripts/cluster: states that the fleet does not have."""

NAMESPACE = "states"
LAYER = {"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "operation": "copy"}
CRASH = {"replicas": 1, "behaviour": "crash"}


def made(api_version, kind, name, spec=None, **fields):
    metadata = {"name": name} if kind == "Namespace" else {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **({"spec": spec} if spec else {}), **fields}


def source(kind, name, **spec):
    return made("source.toolkit.fluxcd.io/v1", kind, name, {"interval": "20s", **spec})


def sources(git_url, oci_host):
    def git(name, url=f"{git_url}/fleet.git", **spec):
        return source("GitRepository", name, timeout="10s", url=url, **{"ref": {"branch": "main"}, **spec})

    def oci(name, url=f"oci://{oci_host}/charts/webapp", **spec):
        return source("OCIRepository", name, timeout="10s", insecure=True, url=url,
                      **{"ref": {"semver": "1.x"}, "layerSelector": LAYER, **spec})

    def helm(name, url=f"{git_url}/charts", **spec):
        return source("HelmRepository", name, timeout="10s", url=url, **spec)

    def bucket(name, endpoint, **spec):
        return source("Bucket", name, timeout="10s", provider="generic", bucketName="backups", endpoint=endpoint,
                      insecure=True, **{"secretRef": {"name": "bucket"}, **spec})

    def chart(name, chart="cache", version="0.3.x", repository="charts", kind="HelmRepository"):
        return source("HelmChart", name, chart=chart, version=version, sourceRef={"kind": kind, "name": repository})

    refused = "http://127.0.0.1:1"
    return [
        git("fleet"), git("moving"), git("branch", ref={"branch": "none"}), git("tag", ref={"tag": "none"}),
        git("semver", ref={"semver": ">=1.0.0"}), git("name", ref={"name": "refs/heads/none"}),
        git("refused", f"{refused}/fleet.git"), git("no-host", "https://git.invalid/fleet.git"),
        git("no-route", "https://192.0.2.7/fleet.git"), git("bad-url", "http://git.exa mple/fleet.git"),
        git("secret", secretRef={"name": "none"}), git("missing", f"{git_url}/none.git"),
        git("include", include=[{"repository": {"name": "branch"}}]), git("suspended", suspend=True),
        oci("webapp"), oci("tagged", ref={"tag": "1.0.0"}), oci("tag", ref={"tag": "9.9.9"}),
        oci("semver", ref={"semver": "9.x"}), oci("missing", f"oci://{oci_host}/charts/none", ref={"tag": "1"}),
        oci("refused", "oci://127.0.0.1:1/charts/webapp", ref={"tag": "1"}), oci("secret", secretRef={"name": "none"}),
        oci("no-host", "oci://registry.invalid/charts/webapp", ref={"tag": "1"}),
        oci("bad-url", "oci://registry.example.com/Upper/case", ref={"tag": "1"}),
        oci("layers", layerSelector={"mediaType": "application/none"}),
        helm("charts"), helm("going"), helm("no-index", f"{git_url}/none"), helm("refused", f"{refused}/charts"),
        helm("no-host", "https://charts.invalid/stable"), helm("no-route", "https://192.0.2.7/stable"),
        helm("secret", secretRef={"name": "none"}),
        helm("oci", f"oci://{oci_host}/charts", type="oci", insecure=True),
        bucket("refused", "127.0.0.1:1"), bucket("no-host", "objects.invalid"), bucket("no-route", "192.0.2.7"),
        bucket("secret", "192.0.2.7", secretRef={"name": "none"}), bucket("missing", git_url.split("//")[1]),
        chart("good"), chart("version", version="9.9.9"), chart("none", chart="nothing"),
        chart("sourceless", repository="none"), chart("unready", repository="refused"),
        chart("oci-version", chart="webapp", version="9.9.9", repository="oci"),
        chart("oci", chart="webapp", version="1.1.0", repository="oci"),
        chart("git", chart="./none", repository="fleet", kind="GitRepository", version="*"),
    ]


def kustomization(name, path="plain", source_kind="GitRepository", source_name="fleet", **spec):
    return made("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name,
                {"interval": "30s", "retryInterval": "8s", "timeout": "10s", "path": f"./states/{path}", "prune": True,
                 "targetNamespace": NAMESPACE, "sourceRef": {"kind": source_kind, "name": source_name}, **spec})


def kustomizations():
    return [
        kustomization("plain"), kustomization("good", "good", wait=True), kustomization("crash", "crash", wait=True),
        kustomization("drift", "drift", wait=True), kustomization("job", "job", wait=True),
        kustomization("stateful", "stateful", wait=True), kustomization("daemon", "daemon", wait=True),
        kustomization("missing", "none"), kustomization("yaml", "yaml"), kustomization("build", "build"),
        kustomization("schema", "schema"), kustomization("unknown", "unknown"), kustomization("immutable", "immutable"),
        kustomization("orphan", dependsOn=[{"name": "none"}]), kustomization("waits", dependsOn=[{"name": "missing"}]),
        kustomization("expression", dependsOn=[{"name": "plain", "readyExpr": "self.nothing +"}]),
        kustomization("expression-false", dependsOn=[{"name": "plain", "readyExpr": "dep.metadata.name == 'x'"}]),
        kustomization("substitute", postBuild={"substituteFrom": [{"kind": "ConfigMap", "name": "none"}]}),
        kustomization("namespace", "good", targetNamespace="none"), kustomization("account", serviceAccountName="none"),
        kustomization("checks", healthChecks=[{"apiVersion": "apps/v1", "kind": "Deployment", "name": "none",
                                               "namespace": NAMESPACE}]),
        kustomization("from-branch", source_name="branch"), kustomization("from-none", source_name="none"),
        kustomization("from-oci", source_kind="OCIRepository", source_name="none"),
        kustomization("suspended", suspend=True), kustomization("deleted", "deleted"),
    ]


def release(name, **spec):
    whole = {"interval": "30s", "timeout": "20s", "values": {"replicas": 1},
             **({} if "chart" in spec else {"chartRef": {"kind": "OCIRepository", "name": "webapp"}}), **spec}
    return made("helm.toolkit.fluxcd.io/v2", "HelmRelease", f"h-{name}", whole)


def releases():
    def chart(version="0.3.x", chart="cache", repository="charts"):
        return {"spec": {"chart": chart, "version": version,
                         "sourceRef": {"kind": "HelmRepository", "name": repository}}}

    def failing(name, **spec):
        return release(name, timeout="6s", **{"values": CRASH, **spec})

    return [
        release("good"), release("chart", chart=chart()), release("version", chart=chart("9.9.9")),
        release("no-chart", chart=chart(chart="none")), release("no-repository", chart=chart(repository="none")),
        release("refused", chart=chart(repository="refused")), release("drift", driftDetection={"mode": "enabled"}),
        release("warn", driftDetection={"mode": "warn"}), release("test", test={"enable": True}),
        release("ref-none", chartRef={"kind": "OCIRepository", "name": "none"}),
        release("ref-chart-none", chartRef={"kind": "HelmChart", "name": "none"}),
        release("ref-tag", chartRef={"kind": "OCIRepository", "name": "tag"}),
        release("template", values={"refuse": True}), release("namespace", targetNamespace="none"),
        failing("crash"), failing("crash-retry", install={"remediation": {"retries": 2}}),
        failing("crash-strategy", install={"strategy": {"name": "RetryOnFailure", "retryInterval": "10s"}}),
        failing("up", values={"replicas": 1}), failing("up-rollback", values={"replicas": 1},
                                                       upgrade={"remediation": {"retries": 1}}),
        failing("up-uninstall", values={"replicas": 1},
                upgrade={"remediation": {"retries": 1, "strategy": "uninstall"}}),
        release("up-good"), release("up-template", upgrade={"remediation": {"retries": 1}}),
        release("values", valuesFrom=[{"kind": "ConfigMap", "name": "none"}]),
        release("values-secret", valuesFrom=[{"kind": "Secret", "name": "none"}]),
        release("values-key", valuesFrom=[{"kind": "ConfigMap", "name": "kube-root-ca.crt", "valuesKey": "none"}]),
        release("dependency", dependsOn=[{"name": "h-template"}]), release("orphan", dependsOn=[{"name": "none"}]),
        release("account", serviceAccountName="none"), release("suspended", suspend=True), release("deleted"),
    ]


def objects(git_url, oci_host):
    secret = made("v1", "Secret", "bucket", stringData={"accesskey": "nobody", "secretkey": "nothing"})
    return [made("v1", "Namespace", NAMESPACE), secret, *sources(git_url, oci_host), *kustomizations(), *releases()]


def workload(name, kind="Deployment", behaviour="", image="1", app="", more=""):
    label = f", lab/behaviour: {behaviour}" if behaviour else ""
    return f"""apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  {more}
  selector: {{matchLabels: {{app: {app or name}}}}}
  template:
    metadata: {{labels: {{app: {app or name}{label}}}}}
    spec: {{containers: [{{name: main, image: "registry.example/{name}:{image}"}}]}}
"""


def settings(name):
    return f'---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: "1"}}\n'


JOB = """apiVersion: batch/v1
kind: Job
metadata: {name: failing}
spec:
  backoffLimit: 0
  template:
    metadata: {labels: {lab/behaviour: fail}}
    spec: {restartPolicy: Never, containers: [{name: main, image: "registry.example/job:1"}]}
"""

# Path below `states` in the repository `fleet`, and what is there.
FILES = {
    "plain/plain.yaml": settings("plain"), "deleted/deleted.yaml": settings("deleted"),
    "good/good.yaml": workload("good") + settings("good"), "crash/crash.yaml": workload("crash", behaviour="crash"),
    "drift/drift.yaml": workload("drift", more="replicas: 1"), "immutable/immutable.yaml": workload("immutable"),
    "stateful/stateful.yaml": workload("stateful", "StatefulSet", "crash", more="serviceName: s"),
    "daemon/daemon.yaml": workload("daemon", "DaemonSet", "crash"), "job/job.yaml": JOB,
    "yaml/yaml.yaml": "apiVersion: v1\nkind: ConfigMap\n  metadata: {name: x\n",
    "build/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [none.yaml]\n",
    "schema/schema.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: schema}\ndata: {a: 1}\nspec: {}\n",
    "unknown/unknown.yaml": "apiVersion: example.com/v1\nkind: Nothing\nmetadata: {name: x}\n",
}

# A while later: files again, and what is done with kubectl.
LATER_FILES = {"good/good.yaml": workload("good", image="2"), "immutable/immutable.yaml": workload("immutable", app="other")}


def patch(what, spec):
    return ["patch", what, "--type", "merge", "-p", '{"spec":%s}' % spec]


CRASHES = '{"values":{"behaviour":"crash","image":{"tag":"2"}}}'
COMMANDS = [
    ["delete", "kustomization", "deleted", "--wait=false"], ["delete", "helmrelease", "h-deleted", "--wait=false"],
    ["scale", "deployment", "drift", "h-drift", "h-warn", "--replicas=3"], ["delete", "service", "h-warn"],
    patch("helmrelease/h-up-good", '{"values":{"message":"two"}}'),
    patch("helmrelease/h-up-template", '{"values":{"refuse":true}}'),
    *[patch(f"helmrelease/h-{name}", CRASHES) for name in ("up", "up-rollback", "up-uninstall")],
    patch("helmrelease/h-chart", '{"chart":{"spec":{"version":"9.9.9"}}}'),
    patch("ocirepository/tagged", '{"ref":{"tag":"1.1.0"}}'),
    patch("gitrepository/moving", '{"url":"http://127.0.0.1:1/fleet.git"}'),
    patch("helmrepository/going", '{"url":"http://127.0.0.1:1/charts"}'),
    *[["annotate", "--overwrite", what, "reconcile.fluxcd.io/requestedAt=now"]
      for what in ("gitrepository/fleet", "helmrepository/charts", "helmchart/good", "ocirepository/webapp",
                   "kustomization/missing", "kustomization/suspended", "helmrelease/h-good", "helmrelease/h-crash")],
]
