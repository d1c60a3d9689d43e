"""Fills a cluster: Git repositories, charts, and the objects of tests/cluster/fleet."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import components, control_plane, processes

FLEET = components.REPOSITORY / "tests" / "cluster" / "fleet"
REPOSITORIES = ["fleet", "shop", "private/vault"]
CHARTS = [("webapp", "1.0.0"), ("webapp", "1.1.0"), ("webapp", "2.0.0"), ("cache", "0.3.2")]
FIELD_MANAGER = "lab"


def variables(layout):
    return {
        "GIT_URL": layout.git_url,
        "OCI_HOST": layout.address("oci"),
        "REFUSED_HOST": layout.address("refused"),  # reserved and never listened on
        "PORT_GIT": str(layout.ports["git"]),
        "STATE": str(layout.state),
    }


def fill_in(text, layout):
    values = variables(layout)
    return re.sub(r"\$\{([A-Z_]+)\}", lambda match: values.get(match[1], match[0]), text)


def git(*arguments, cwd=None, capture=False):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    # Fixed names and a fixed date give the first commit the same id in every cluster, and
    # nothing of the person who runs the tests gets into it.
    environment.update({
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_AUTHOR_NAME": "Lab", "GIT_AUTHOR_EMAIL": "lab@masthead.example",
        "GIT_COMMITTER_NAME": "Lab", "GIT_COMMITTER_EMAIL": "lab@masthead.example",
    })
    if arguments[0] == "commit" and "--amend-date" in arguments:
        arguments = tuple(a for a in arguments if a != "--amend-date")
        environment.update({"GIT_AUTHOR_DATE": "2026-01-05T09:00:00Z",
                            "GIT_COMMITTER_DATE": "2026-01-05T09:00:00Z"})
    result = subprocess.run(["git", *map(str, arguments)], cwd=cwd, env=environment, text=True,
                            stdout=subprocess.PIPE if capture else subprocess.DEVNULL,
                            stderr=subprocess.PIPE)
    if result.returncode != 0:
        raise SystemExit(f"scripts/cluster: git {' '.join(map(str, arguments))}: {result.stderr}")
    return result.stdout


def bare(layout, repository):
    return layout.state / "git" / f"{repository}.git"


def seed_repositories(layout):
    for repository in REPOSITORIES:
        target = bare(layout, repository)
        if target.exists():
            continue
        with tempfile.TemporaryDirectory(dir=layout.state / "work") as scratch:
            tree = Path(scratch) / "tree"
            shutil.copytree(FLEET / "git" / repository, tree)
            git("init", "--quiet", "--initial-branch=main", ".", cwd=tree)
            git("add", "--all", ".", cwd=tree)
            git("commit", "--quiet", "--amend-date", "-m", f"Lay the {repository} repository",
                cwd=tree)
            target.parent.mkdir(parents=True, exist_ok=True)
            git("clone", "--quiet", "--bare", tree, target)
        git("config", "http.receivepack", "true", cwd=target)


def push(layout, repository, message, changes, deletions):
    """Commits files (local path, path in the repository) and says the revision Flux will show."""
    target = bare(layout, repository)
    if not target.exists():
        raise SystemExit(f"scripts/cluster: no repository {repository}; "
                         f"there are {', '.join(REPOSITORIES)}")
    with tempfile.TemporaryDirectory(dir=layout.state / "work") as scratch:
        tree = Path(scratch) / "tree"
        git("clone", "--quiet", target, tree)
        for local, path in changes:
            destination = (tree / path).resolve()
            if tree.resolve() not in destination.parents:
                raise SystemExit(f"scripts/cluster: {path} leads out of the repository")
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(local, destination)
        for path in deletions:
            git("rm", "--quiet", "-r", path, cwd=tree)
        git("add", "--all", ".", cwd=tree)
        if git("status", "--porcelain", cwd=tree, capture=True).strip():
            git("commit", "--quiet", "-m", message, cwd=tree)
            git("push", "--quiet", "origin", "HEAD:main", cwd=tree)
        return "main@sha1:" + git("rev-parse", "HEAD", cwd=tree, capture=True).strip()


def helm(layout, *arguments):
    work = layout.state / "work"
    result = subprocess.run(
        [str(components.binary("helm")), *map(str, arguments)], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], "HOME": str(work), "HELM_CACHE_HOME": str(work / "helm"),
             "HELM_CONFIG_HOME": str(work / "helm"), "HELM_DATA_HOME": str(work / "helm")})
    if result.returncode != 0:
        raise SystemExit(f"scripts/cluster: helm {' '.join(map(str, arguments))}: {result.stdout}")


def package_charts(layout):
    if (layout.state / "charts" / "index.yaml").exists():
        return
    for chart, version in CHARTS:
        helm(layout, "package", FLEET / "charts" / chart, "--version", version,
             "--destination", layout.state / "charts")
    helm(layout, "repo", "index", layout.state / "charts", "--url", f"{layout.git_url}/charts")


def push_charts(layout):
    """The registry keeps everything in memory, so this follows each of its starts."""
    for chart, version in CHARTS:
        helm(layout, "push", layout.state / "charts" / f"{chart}-{version}.tgz",
             f"{layout.oci_url}/charts", "--plain-http")


def apply(layout, *paths):
    text = "\n---\n".join(fill_in(path.read_text(), layout) for path in paths)
    control_plane.kubectl(layout, "apply", "--server-side", f"--field-manager={FIELD_MANAGER}",
                          "--force-conflicts", "-f", "-", input=text, stdout=subprocess.DEVNULL)


def apply_definitions(layout):
    apply(layout, *components.crd_files())
    control_plane.kubectl(layout, "wait", "--for=condition=Established", "--timeout=30s", "crd",
                          "--all", stdout=subprocess.DEVNULL)


def apply_objects(layout):
    apply(layout, *sorted((FLEET / "objects").glob("*.yaml")))


def write_kwok_config(layout):
    folder = components.REPOSITORY / "tests" / "cluster" / "kwok"
    text = "".join((folder / name).read_text() for name in ("stages.yaml", "kubelet.yaml"))
    (layout.state / "kwok.yaml").write_text(fill_in(text, layout))
    log = layout.state / "pod.log"
    if not log.exists():
        log.write_text("".join(
            f"2026-01-05T09:00:{second:02}.000000000Z std{'err' if second % 10 == 9 else 'out'} F "
            f"line {second}: {'request refused' if second % 10 == 9 else 'request served'}\n"
            for second in range(60)))


def expectations():
    rows = []
    for line in (FLEET / "expected.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            kind, identity, status, reason = line.split("\t")
            rows.append((kind, identity, status.split("|"), reason.split("|")))
    return rows


def deviations(layout):
    """The objects that are not yet, or no longer, what expected.tsv says."""
    kinds = sorted({row[0] for row in expectations()})
    answer = control_plane.kubectl(layout, "get", ",".join(kinds), "--all-namespaces", "-o",
                                   "json", stdout=subprocess.PIPE).stdout
    seen = {}
    for item in json.loads(answer)["items"]:
        ready = next((condition for condition in item.get("status", {}).get("conditions", [])
                      if condition["type"] == "Ready"), {"status": "-", "reason": "-"})
        identity = f"{item['metadata']['namespace']}/{item['metadata']['name']}"
        seen[item["kind"].lower(), identity] = (ready["status"], ready["reason"],
                                                ready.get("message", ""))
    found = []
    for kind, identity, statuses, reasons in expectations():
        status, reason, message = seen.get((kind, identity), ("missing", "missing", ""))
        if status not in statuses or reason not in reasons:
            found.append(f"{kind} {identity}: {status} {reason}, expected "
                         f"{'|'.join(statuses)} {'|'.join(reasons)}  {message[:160]}")
    return found


# Longer than the fleet takes by itself to become what it is to be.
ASK_AGAIN_AFTER_S = 45


def settle(layout, timeout_s):
    found = []
    asked = time.monotonic()

    def settled():
        nonlocal asked
        found[:] = deviations(layout)
        # Faults and tests leave objects that Flux would look at again after minutes only.
        if found and time.monotonic() - asked > ASK_AGAIN_AFTER_S:
            asked = time.monotonic()
            ask_to_reconcile(layout, found)
        return not found

    processes.wait_until(settled, timeout_s, step_s=0.5)
    return found


def ask_to_reconcile(layout, found):
    """Asks Flux for those that deviations() found, and for what brings those that are missing."""
    objects = {("kustomization", "flux-system/flux-system")}
    objects.update(tuple(line.split(":")[0].split()) for line in found)
    for kind, identity in sorted(objects):
        namespace, name = identity.split("/")
        control_plane.kubectl(layout, "-n", namespace, "annotate", "--overwrite", kind, name,
                              f"reconcile.fluxcd.io/requestedAt={time.time_ns()}", check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
