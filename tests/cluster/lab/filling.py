"""An etcd that already holds many pods, made once and copied for each cluster that wants it."""

import fcntl
import shutil
import subprocess

from . import components, control_plane, processes

# A namespace of a real cluster holds some hundred pods.
PODS_PER_NAMESPACE = 200


def fill(layout, pods):
    """Puts the pods into the data of a cluster whose etcd has none yet; says what it did."""
    data = layout.state / "etcd"
    filled = layout.state / "pods"
    if any(data.iterdir()):
        if filled.exists() and filled.read_text() == str(pods):
            return f"etcd holds {pods} pods already"
        raise SystemExit(f"scripts/cluster: '{layout.name}' has other data; take it down first")
    keys = f"{components.PEER.key()}-{etcd_key()}"
    kept = components.cache_folder() / "filled" / f"pods-{pods}-{keys}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with open(kept.parent / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = "kept data"
        if not kept.exists():
            said = write(layout, pods)
            half = kept.with_suffix(".copying")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(data, half)
            half.rename(kept)
        else:
            shutil.copytree(kept, data, dirs_exist_ok=True)
    filled.write_text(str(pods))
    return f"etcd holds {pods} pods ({said})"


def etcd_key():
    return next(c for c in components.COMPONENTS if c.name == "etcd").key()[:8]


def write(layout, pods):
    control_plane.start(layout, "etcd")
    control_plane.wait_ready(layout, "etcd")
    done = subprocess.run(
        [str(components.binary("fill")), f"--etcd=http://{layout.address('etcd')}",
         f"--pods={pods}", f"--namespaces={max(1, pods // PODS_PER_NAMESPACE)}"],
        text=True, stdout=subprocess.PIPE)
    # etcd names its members by their addresses only when it is new, so a copy starts on any port.
    processes.end(layout.state, "etcd", grace_s=30)
    if done.returncode != 0:
        raise SystemExit("scripts/cluster: filling etcd failed (see above)")
    return done.stdout.strip()
