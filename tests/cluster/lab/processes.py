"""Starts, finds and ends the processes of one cluster.

Every process carries the cluster's state folder in its environment. By that mark all of them are
found again, also after this program was killed half-way, so `down` leaves no orphan and never
ends a process of anyone else.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

MARK = "MASTHEAD_CLUSTER_STATE"


def start(state, name, arguments, environment):
    log = open(state / "logs" / f"{name}.log", "ab")
    process = subprocess.Popen(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=state / "run",
        env=dict(environment, **{MARK: str(state), f"{MARK}_NAME": name}),
        start_new_session=True,
    )
    log.close()
    (state / "run" / f"{name}.pid").write_text(f"{process.pid} {_stat(process.pid)[19]}\n")
    return process.pid


def running(state, name=None):
    """The pids of this cluster's live processes by component name (child processes included)."""
    found = {}
    wanted = f"{MARK}={state}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            status = _stat(folder.name)[0]
        except OSError:
            continue  # ended meanwhile, or another user's
        if wanted not in environment or status == "Z":
            continue
        component = next((variable.partition(b"=")[2].decode() for variable in environment
                          if variable.startswith(f"{MARK}_NAME=".encode())), "")
        if component and (name is None or component == name):
            found.setdefault(component, []).append(int(folder.name))
    return found


def is_running(state, name):
    # Not by the mark: /proc/PID/environ is empty for a moment while a program starts.
    try:
        pid, born = (state / "run" / f"{name}.pid").read_text().split()
        fields = _stat(int(pid))
    except (OSError, ValueError):
        return False
    return fields[19] == born and fields[0] != "Z"


def _stat(pid):
    """The fields of /proc/PID/stat from the state on; number 19 is when it was started."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def send(state, name, number):
    pids = [pid for group in running(state, name).values() for pid in group]
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
    return pids


def end(state, name=None, grace_s=0.0):
    """Ends one component or all; politely first when a grace is given."""
    if grace_s > 0:
        send(state, name, signal.SIGTERM)
        if wait_until(lambda: not running(state, name), grace_s):
            return
    # A frozen process takes its SIGKILL too, so no thaw is needed here.
    for _ in range(50):
        send(state, name, signal.SIGKILL)
        if wait_until(lambda: not running(state, name), 0.2, step_s=0.02):
            return
    raise SystemExit(f"scripts/cluster: these processes do not end: {running(state, name)}")


def wait_until(condition, timeout_s, step_s=0.05):
    deadline = time.monotonic() + timeout_s
    while True:
        if condition():
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(step_s)
