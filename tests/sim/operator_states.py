"""The kinds of Flux Operator for tests/sim/record_flux_shapes. No test needs the operator, so scripts/cluster does not
build it: say in FLUX_OPERATOR where a copy of its Go module lies (github.com/controlplaneio-fluxcd/flux-operator,
recorded with v0.58.0) in which `go build -o flux-operator ./cmd/operator` has run."""

import os
import subprocess

from flux_states import NAMESPACE, made

GROUP = "fluxcd.controlplane.io"
HOME = "operator"  # not with the Flux of the fleet, which it would have to take over
DISABLED = {"reconcile": "disabled"}


def operated(kind, name, namespace=NAMESPACE, annotations=None, **spec):
    whole = made(f"{GROUP}/v1", kind, name, spec)
    whole["metadata"] |= {"namespace": namespace, "annotations": {
        f"{GROUP}/{key}": value for key, value in {"reconcileEvery": "20s", "reconcileTimeout": "8s",
                                                   **(annotations or {})}.items()}}
    return whole


def providers(oci_host):
    def provider(name, type, url="", **more):
        return operated("ResourceSetInputProvider", name, type=type, **({"url": url} if url else {}), **more)

    def pulls(name, url, **more):
        return provider(name, "GitHubPullRequest", url, **more)

    return [
        provider("static", "Static", defaultValues={"tenant": "team-a"}),
        pulls("refused", "https://127.0.0.1:1/fleet/tenants"), pulls("no-host", "https://git.invalid/fleet/tenants"),
        pulls("no-route", "https://192.0.2.7/fleet/tenants"), pulls("bad-url", "https://git.invalid"),
        pulls("secret", "https://git.invalid/fleet/tenants", secretRef={"name": "none"}),
        pulls("disabled", "https://git.invalid/fleet/tenants", annotations=DISABLED),
        provider("merges", "GitLabMergeRequest", "https://127.0.0.1:1/fleet/tenants"),
        provider("tags", "OCIArtifactTag", f"oci://{oci_host}/charts/webapp", insecure=True),
        provider("missing", "OCIArtifactTag", f"oci://{oci_host}/charts/none", insecure=True),
        provider("schedule", "Static", schedule=[{"cron": "not a cron"}]),
    ]


def sets():
    def settings(name="<< inputs.tenant >>-settings", namespace=NAMESPACE):
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace},
                "data": {"tenant": "<< inputs.tenant >>"}}

    def set_of(name, resources=None, **more):
        return operated("ResourceSet", name, **{"inputs": [{"tenant": name}], "resources": resources or [settings()],
                                                **more})

    def given(provider):
        return {"inputs": [], "inputsFrom": [{"apiVersion": f"{GROUP}/v1", "kind": "ResourceSetInputProvider",
                                              "name": provider}]}

    def after(kind, name, **more):
        return [{"apiVersion": "v1" if kind == "ConfigMap" else "kustomize.toolkit.fluxcd.io/v1", "kind": kind,
                 "name": name, "namespace": NAMESPACE, **more}]

    unknown = made("cluster.masthead.example/v1", "Nothing", "none")
    labels = {"app": "operated", "lab/behaviour": "crash"}
    unhealthy = made("apps/v1", "Deployment", "operated", {
        "replicas": 1, "selector": {"matchLabels": {"app": "operated"}}, "progressDeadlineSeconds": 5,
        "template": {"metadata": {"labels": labels},
                     "spec": {"containers": [{"name": "main", "image": "registry.example/none"}]}}})
    return [
        set_of("good"), set_of("changing"), set_of("going"), set_of("from", **given("static")),
        set_of("from-none", **given("none")), set_of("from-refused", **given("refused")),
        set_of("after-none", dependsOn=after("ConfigMap", "none")),
        set_of("after-unready", dependsOn=after("Kustomization", "unhealthy", ready=True)),
        set_of("bad-expression", dependsOn=after("ConfigMap", "none", ready=True, readyExpr="status.(")),
        set_of("bad-template", [settings("<< inputs.tenant")]), set_of("no-such-input", [settings("<< inputs.a.b >>")]),
        set_of("no-namespace", [settings(namespace="none")]), set_of("no-kind", [unknown]),
        set_of("unhealthy", [unhealthy], wait=True), set_of("account", serviceAccountName="none"),
        set_of("disabled", annotations=DISABLED),
    ]


def objects(oci_host):
    instance = operated("FluxInstance", "flux", HOME, distribution={"version": "2.9.x", "registry": "ghcr.io/fluxcd"},
                        components=["source-controller"], cluster={"type": "kubernetes"})
    return [*providers(oci_host), *sets(), instance]


def there():
    return "FLUX_OPERATOR" in os.environ


def start(kubeconfig):
    folder = os.environ["FLUX_OPERATOR"]
    return subprocess.Popen(
        [f"{folder}/flux-operator", "--storage-path", f"{folder}/config/data", "--enable-leader-election=false",
         "--web-server-port=0", "--metrics-addr=127.0.0.1:0", "--health-addr=127.0.0.1:0", "--reporting-interval=20s"],
        env={**os.environ, "KUBECONFIG": kubeconfig, "RUNTIME_NAMESPACE": HOME, "GODEBUG": "fips140=on"})


def definitions():
    return f"{os.environ['FLUX_OPERATOR']}/config/crd/bases"


KINDS = ["fluxinstances", "fluxreports", "resourcesets", "resourcesetinputproviders"]
COMMANDS = [
    ["patch", "resourceset/changing", "--type", "json", "-p",
     '[{"op": "add", "path": "/spec/inputs/-", "value": {"tenant": "added"}}]'],
    ["delete", "resourceset/going", "--wait=false"],
    ["patch", "resourcesetinputprovider/static", "--type", "merge", "-p", '{"spec":{"defaultValues":{"tenant":"team-b"}}}'],
    ["annotate", "--overwrite", "resourceset/good", "reconcile.fluxcd.io/requestedAt=now"],
    ["-n", HOME, "patch", "fluxinstance/flux", "--type", "merge", "-p",
     '{"spec":{"distribution":{"version":"1.x"}}}'],
]
