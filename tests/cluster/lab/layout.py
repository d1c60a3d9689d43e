"""Where one cluster lives: its state folder, its ports, its users and their kubeconfigs."""

import fcntl
import json
import os
import random
import re
import socket
from pathlib import Path

PORT_NAMES = [
    "etcd", "etcd-peer", "apiserver", "controller-manager", "scheduler", "kwok",
    "source-storage", "source-metrics", "source-health", "kustomize-metrics",
    "kustomize-health", "helm-metrics", "helm-health", "notification-metrics",
    "notification-health", "notification-events", "notification-receiver",
    "image-reflector-metrics", "image-reflector-health", "image-automation-metrics",
    "image-automation-health", "source-watcher-storage", "source-watcher-metrics",
    "source-watcher-health", "git", "oci", "refused",
]
# Below the range from which the kernel gives ports to outgoing connections: a component that is
# killed finds its port free again when it starts.
FIRST_PORT, LAST_PORT = 15000, 31999

# name -> groups. Tests grant rights to these names; only admin has any from the start, and audited,
# whose requests alone the API server logs.
USERS = {
    "admin": ["system:masters"],
    "team-a": ["team-a"],
    "team-b": ["team-b"],
    "reader": ["readers"],
    "nobody": [],
    "audited": ["system:masters"],
}


def state_root():
    chosen = os.environ.get("MASTHEAD_STATE")
    if not chosen:
        chosen = os.path.join(
            os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state"), "masthead"
        )
    return Path(chosen).resolve() / "clusters"


class Layout:
    def __init__(self, name):
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name):
            raise SystemExit(f"scripts/cluster: '{name}' is no name: lower case, digits, dashes")
        self.name = name
        self.state = state_root() / name
        self.ports = {}
        if (self.state / "ports.json").exists():
            self.ports = json.loads((self.state / "ports.json").read_text())

    def exists(self):
        return bool(self.ports)

    def lock(self):
        """Held while a command changes this cluster, so two `up` of one name do not race."""
        state_root().mkdir(parents=True, exist_ok=True)
        handle = open(state_root() / f".{self.name}.lock", "w")
        fcntl.flock(handle, fcntl.LOCK_EX)
        return handle

    def prepare(self):
        for folder in ("run", "logs", "etcd", "certificates", "git", "charts", "kubeconfig",
                       "artifacts", "made-artifacts", "image-tags", "work"):
            (self.state / folder).mkdir(parents=True, exist_ok=True)
        if set(self.ports) != set(PORT_NAMES):
            self.ports = choose_ports()
            (self.state / "ports.json").write_text(json.dumps(self.ports, indent=1))

    def address(self, port):
        return f"127.0.0.1:{self.ports[port]}"

    @property
    def api_url(self):
        return f"https://{self.address('apiserver')}"

    @property
    def git_url(self):
        return f"http://{self.address('git')}"

    @property
    def oci_url(self):
        return f"oci://{self.address('oci')}"

    @property
    def kubeconfig(self):
        return self.kubeconfig_of("admin")

    def kubeconfig_of(self, user):
        return self.state / "kubeconfig" / f"{user}.yaml"

    @property
    def ca_file(self):
        # The API server signs its own certificate; the file holds the chain.
        return self.state / "certificates" / "apiserver.crt"

    def token(self, user):
        # A cluster on loopback that lives for one test run: the tokens are no secret.
        return f"token-of-{user}"

    def write_tokens(self):
        lines = []
        for number, (user, groups) in enumerate(USERS.items()):
            lines.append(f'{self.token(user)},{user},uid-{number},"{",".join(groups)}"\n')
        (self.state / "tokens.csv").write_text("".join(lines))

    @property
    def etcd_data(self):
        return self.state / "etcd"

    @property
    def etcd_snapshot(self):
        return self.state / "etcd-snapshot"

    @property
    def audit_policy(self):
        return self.state / "audit-policy.json"

    def write_audit_policy(self):
        self.audit_policy.write_text(json.dumps({
            "apiVersion": "audit.k8s.io/v1",
            "kind": "Policy",
            "omitStages": ["RequestReceived"],
            "rules": [{"level": "Metadata", "users": ["audited"]}, {"level": "None"}],
        }, indent=1))

    def write_kubeconfigs(self):
        import base64
        authority = base64.b64encode(self.ca_file.read_bytes()).decode()
        for user in USERS:
            # JSON is YAML, and kubectl and client-go read it.
            self.kubeconfig_of(user).write_text(json.dumps({
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": self.name, "cluster": {
                    "server": self.api_url, "certificate-authority-data": authority}}],
                "users": [{"name": user, "user": {"token": self.token(user)}}],
                "contexts": [{"name": self.name, "context": {
                    "cluster": self.name, "user": user}}],
                "current-context": self.name,
            }, indent=1))


def choose_ports():
    state_root().mkdir(parents=True, exist_ok=True)
    with open(state_root() / ".ports.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        taken = set()
        for other in state_root().glob("*/ports.json"):
            taken |= set(json.loads(other.read_text()).values())
        chosen = {}
        while len(chosen) < len(PORT_NAMES):
            port = random.randint(FIRST_PORT, LAST_PORT)
            if port not in taken and is_free(port):
                taken.add(port)
                chosen[PORT_NAMES[len(chosen)]] = port
        return chosen


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
