"""What each component's command line is, when it is ready, and in which order they start."""

import os
import ssl
import subprocess
import urllib.error
import urllib.request

from . import components, processes

# In starting order. The first three need nothing of each other.
NAMES = [
    "git", "oci", "etcd", "apiserver", "controller-manager", "scheduler", "kwok",
    "source-controller", "kustomize-controller", "helm-controller", "notification-controller",
    "image-reflector-controller", "image-automation-controller", "source-watcher",
]
FLUX = NAMES[NAMES.index("source-controller"):]
# An API server over 50,000 pods on a busy machine takes a minute or two; one that died is noticed
# at once.
READY_TIMEOUT_S = 240


def command(layout, name):
    a, state = layout.address, layout.state
    binary = components.binary
    certificates = state / "certificates"
    if name == "git":
        return [binary("forge"), "git", "--listen", a("git"),
                "--repositories", state / "git", "--charts", state / "charts"]
    if name == "oci":
        return [binary("forge"), "oci", "--listen", a("oci")]
    if name == "etcd":
        return [binary("etcd"), "--name=lab", f"--data-dir={layout.etcd_data}",
                f"--listen-client-urls=http://{a('etcd')}",
                f"--advertise-client-urls=http://{a('etcd')}",
                f"--listen-peer-urls=http://{a('etcd-peer')}",
                f"--initial-advertise-peer-urls=http://{a('etcd-peer')}",
                f"--initial-cluster=lab=http://{a('etcd-peer')}",
                "--unsafe-no-fsync", "--quota-backend-bytes=8589934592", "--log-level=warn"]
    if name == "apiserver":
        return [binary("kube-apiserver"), f"--etcd-servers=http://{a('etcd')}",
                "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
                f"--secure-port={layout.ports['apiserver']}", f"--cert-dir={certificates}",
                "--service-cluster-ip-range=10.0.0.0/24",
                f"--service-account-key-file={certificates / 'service-accounts.key'}",
                f"--service-account-signing-key-file={certificates / 'service-accounts.key'}",
                f"--service-account-issuer={layout.api_url}",
                f"--token-auth-file={state / 'tokens.csv'}", "--authorization-mode=RBAC",
                "--allow-privileged=true", "--endpoint-reconciler-type=none",
                "--event-ttl=1h0m0s", f"--audit-policy-file={layout.audit_policy}",
                f"--audit-log-path={state / 'logs' / 'audit.log'}"]
    if name == "controller-manager":
        return [binary("kube-controller-manager"), f"--kubeconfig={layout.kubeconfig}",
                "--bind-address=127.0.0.1", f"--secure-port={layout.ports['controller-manager']}",
                f"--cert-dir={certificates / 'controller-manager'}",
                f"--service-account-private-key-file={certificates / 'service-accounts.key'}",
                f"--root-ca-file={layout.ca_file}", "--leader-elect=false"]
    if name == "scheduler":
        return [binary("kube-scheduler"), f"--kubeconfig={layout.kubeconfig}",
                "--bind-address=127.0.0.1", f"--secure-port={layout.ports['scheduler']}",
                f"--cert-dir={certificates / 'scheduler'}", "--leader-elect=false"]
    if name == "kwok":
        return [binary("kwok"), f"--kubeconfig={layout.kubeconfig}", "--manage-all-nodes=true",
                "--node-lease-duration-seconds=40", f"--config={state / 'kwok.yaml'}",
                "--node-ip=127.0.0.1", f"--node-port={layout.ports['kwok']}",
                f"--server-address={a('kwok')}", f"--tls-cert-file={layout.ca_file}",
                f"--tls-private-key-file={certificates / 'apiserver.key'}"]
    if name == "source-controller":
        return [binary(name), "--watch-all-namespaces", f"--storage-path={state / 'artifacts'}",
                f"--storage-addr={a('source-storage')}", f"--storage-adv-addr={a('source-storage')}",
                f"--metrics-addr={a('source-metrics')}", f"--health-addr={a('source-health')}",
                "--events-addr=", "--requeue-dependency=5s", "--concurrent=4"]
    prefix = name.removesuffix("-controller")
    own = [binary(name), "--watch-all-namespaces", f"--metrics-addr={a(prefix + '-metrics')}",
           f"--health-addr={a(prefix + '-health')}"]
    if name == "notification-controller":
        return own + [f"--events-addr={a('notification-events')}",
                      f"--receiverAddr={a('notification-receiver')}"]
    own.append("--events-addr=")
    if name == "image-automation-controller":
        return own
    if name == "image-reflector-controller":
        own.append(f"--storage-path={state / 'image-tags'}")
    elif name == "source-watcher":
        own += [f"--storage-path={state / 'made-artifacts'}",
                f"--storage-addr={a('source-watcher-storage')}",
                f"--storage-adv-addr={a('source-watcher-storage')}"]
    else:
        own.append("--feature-gates=ExternalArtifact=true")
    # The default of 30 s would make a test of a mended chain wait a minute and a half.
    return own + ["--requeue-dependency=5s"]


def ready_url(layout, name):
    return {
        "git": f"http://{layout.address('git')}/healthz",
        "oci": f"http://{layout.address('oci')}/healthz",
        "etcd": f"http://{layout.address('etcd')}/health",
        "apiserver": f"{layout.api_url}/readyz",
        "controller-manager": f"https://{layout.address('controller-manager')}/healthz",
        "scheduler": f"https://{layout.address('scheduler')}/healthz",
        "kwok": f"https://{layout.address('kwok')}/healthz",
    }.get(name) or f"http://{layout.address(name.removesuffix('-controller') + '-health')}/readyz"


def is_ready(layout, name):
    request = urllib.request.Request(ready_url(layout, name))
    if name == "apiserver":
        request.add_header("Authorization", f"Bearer {layout.token('admin')}")
    try:
        with LOOPBACK.open(request, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _opener():
    # Each component signs its own certificate and this only asks whether it is up.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # No proxy of the environment may stand before a loopback address.
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))


LOOPBACK = _opener()


def start(layout, name):
    """Starts a component unless it runs; says whether it had to."""
    if processes.is_running(layout.state, name):
        return False
    processes.end(layout.state, name)  # a child that outlived its parent may hold the port
    environment = {key: value for key, value in os.environ.items()
                   if not key.lower().endswith("_proxy") and not key.startswith("HELM_")}
    environment.update({
        "KUBECONFIG": str(layout.kubeconfig),
        "RUNTIME_NAMESPACE": "flux-system",
        "HOME": str(layout.state / "work"),
        "TMPDIR": str(layout.state / "work"),
        # Memory for time: less garbage is collected while there is room.
        "GOGC": "400",
        "GOMEMLIMIT": "512MiB",
    })
    processes.start(layout.state, name, command(layout, name), environment)
    return True


def wait_ready(layout, *names):
    for name in names:
        def settled():
            return is_ready(layout, name) or not processes.is_running(layout.state, name)
        processes.wait_until(settled, READY_TIMEOUT_S)
        if not is_ready(layout, name):
            log = layout.state / "logs" / f"{name}.log"
            last = log.read_text(errors="replace").splitlines()[-15:]
            raise SystemExit("\n".join(last + [f"scripts/cluster: {name} did not become ready; "
                                               f"its log: {log}"]))


def write_keys(layout):
    key = layout.state / "certificates" / "service-accounts.key"
    if not key.exists():
        subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True,
                       stderr=subprocess.DEVNULL)


def kubectl(layout, *arguments, check=True, **options):
    result = subprocess.run(
        [str(components.binary("kubectl")), *map(str, arguments)], text=True,
        env=dict(os.environ, KUBECONFIG=str(layout.kubeconfig),
                 KUBECACHEDIR=str(layout.state / "work" / "kube-cache")), **options)
    if check and result.returncode != 0:
        raise SystemExit(f"scripts/cluster: kubectl {' '.join(map(str, arguments))} failed")
    return result
