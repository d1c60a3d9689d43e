"""Builds the programs of a test cluster from Go modules, each once.

A component is a folder of tests/cluster/components with its own go.mod, because etcd, Kubernetes
and Flux pin different versions of what they share. What is built lies outside the tree, in a folder
named by the hash of everything that decides the result, so a second checkout or a clean clone finds
it.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
RECIPES = REPOSITORY / "tests" / "cluster" / "components"

KUBERNETES_VERSION = "v1.36.3"
# Without the stamp clients see v0.0.0-master and kubectl warns about the version skew.
KUBERNETES_STAMP = (
    f" -X k8s.io/component-base/version.gitVersion={KUBERNETES_VERSION}"
    " -X k8s.io/component-base/version.gitMajor=1"
    " -X k8s.io/component-base/version.gitMinor=36"
)

# A fifth less to compute, for the same program: what a debugger reads is stripped anyway, the
# packages keep the processors busy, and memory is there to be used.
QUICK = "-gcflags=all=-dwarf=false -c=1"
QUICK_GOGC = "400"


class Component:
    def __init__(self, name, binaries, stamp="", crds_of=(), recipe=None,
                 module=None):
        self.name = name
        self.recipe = recipe or RECIPES / name
        self.binaries = binaries
        self.ldflags = "-s -w" + stamp
        self.crds_of = crds_of
        self.module = module  # built from a copy of it, instead of from a recipe

    def key(self):
        digest = hashlib.sha256()
        for path in sorted(self.recipe.rglob("*")):
            if path.is_file():
                name = path.relative_to(self.recipe).as_posix()
                digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
        digest.update(repr((sorted(self.binaries.items()), self.ldflags, self.crds_of)).encode())
        digest.update((self.module or "").encode())
        return digest.hexdigest()[:16]

    def folder(self):
        return cache_folder() / f"{self.name}-{self.key()}"

    def is_built(self):
        return (self.folder() / ".complete").exists()


# The order is the order of building: what takes longest and is needed first comes first.
COMPONENTS = [
    Component("forge", {"forge": "."}),
    Component("etcd", {"etcd": "go.etcd.io/etcd/server/v3"}),
    Component(
        "kube",
        {
            program: f"k8s.io/kubernetes/cmd/{program}"
            for program in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
        },
        stamp=KUBERNETES_STAMP,
    ),
    # In one module: what they share is compiled once. Each stands at the version it is released
    # with; of what they share, the newest that any of them asks for is taken.
    Component(
        "flux",
        dict({name: f"github.com/fluxcd/{name}" for name in (
            "source-controller", "kustomize-controller", "helm-controller",
            "notification-controller", "image-reflector-controller",
            "image-automation-controller")},
            **{"source-watcher": "github.com/fluxcd/source-watcher/v2/cmd",
               "helm": "helm.sh/helm/v4/cmd/helm", "kwok": "sigs.k8s.io/kwok/cmd/kwok"}),
        crds_of=("source-controller", "kustomize-controller", "helm-controller",
                 "notification-controller", "image-reflector-controller",
                 "image-automation-controller", "source-watcher/v2"),
    ),
]

# For comparing only, so it is built when the level asks for it. Its module embeds manifests that
# releases generate and the module does not carry: it is built from a copy with a placeholder.
FLUX = Component("flux-cli", {"flux": "./cmd/flux"}, stamp=" -X main.VERSION=2.9.5",
                 module="github.com/fluxcd/flux2/v2@v2.9.5")

# For the benchmarks only, so `up` builds it when it is asked for pods.
PEER = Component("peer", {"fill": "./fill", "informer": "./informer"},
                 recipe=REPOSITORY / "bench" / "peer")


def cache_folder():
    chosen = os.environ.get("MASTHEAD_CACHE")
    if not chosen:
        chosen = os.path.join(
            os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "masthead"
        )
    return Path(chosen) / "cluster"


def programs():
    return {program: component for component in [*COMPONENTS, FLUX, PEER]
            for program in component.binaries}


def binary(program):
    return programs()[program].folder() / "bin" / program


def crd_files():
    files = []
    for component in COMPONENTS:
        files += sorted((component.folder() / "crds").glob("*.yaml"))
    return files


def build_all(say, wanted=None):
    for component in wanted or COMPONENTS:
        if not component.is_built():
            build(component, say)


def build(component, say):
    cache_folder().mkdir(parents=True, exist_ok=True)
    with open(cache_folder() / f".lock-{component.name}", "w") as lock:
        # Two clusters that start at once must not build the same program twice on two cores.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if component.is_built():
            return
        started = time.monotonic()
        say(f"building {component.name} (once; the result is kept in {cache_folder()})")
        half = Path(f"{component.folder()}.building")
        shutil.rmtree(half, ignore_errors=True)
        (half / "bin").mkdir(parents=True)
        source = copy_module(component, half) if component.module else component.recipe
        for program, package in component.binaries.items():
            run_go(
                component, source,
                "build", "-mod=readonly", "-trimpath", f"-ldflags={component.ldflags}", QUICK,
                "-o", str(half / "bin" / program), package,
            )
        for name in component.crds_of:
            module = run_go(component, source, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}",
                            f"github.com/fluxcd/{name}", capture=True).strip()
            shutil.copytree(Path(module) / "config" / "crd" / "bases", half / "crds",
                            copy_function=shutil.copyfile, dirs_exist_ok=True)
        if component.module:
            shutil.rmtree(source)
        (half / ".complete").touch()
        shutil.rmtree(component.folder(), ignore_errors=True)
        half.rename(component.folder())
        say(f"built {component.name} in {time.monotonic() - started:.0f} s")


def copy_module(component, folder):
    answer = run_go(component, folder, "mod", "download", "-json", component.module, capture=True)
    source = folder / "source"
    shutil.copytree(json.loads(answer)["Dir"], source, copy_function=shutil.copyfile)
    for directory in (source, *(path for path in source.rglob("*") if path.is_dir())):
        directory.chmod(0o755)
    manifests = source / "cmd" / "flux" / "manifests"
    manifests.mkdir(exist_ok=True)
    (manifests / "placeholder.yaml").write_text("{}\n")
    return source


def run_go(component, folder, *arguments, capture=False):
    environment = dict(os.environ, GOTOOLCHAIN="local", GOGC=QUICK_GOGC)
    result = subprocess.run(
        ["nice", go_program(), *arguments],
        cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE if capture else sys.stderr,
    )
    if result.returncode != 0:
        raise SystemExit(f"scripts/cluster: building {component.name} failed (see above)")
    return result.stdout


_go = None


def go_program():
    global _go
    if _go is None:
        found = subprocess.run([str(REPOSITORY / "scripts" / "toolchain"), "go"],
                               stdout=subprocess.PIPE, text=True)
        if found.returncode != 0:
            raise SystemExit("scripts/cluster: no Go toolchain; scripts/install-packages gets one")
        _go = found.stdout.strip()
    return _go
