#!/usr/bin/env python3
"""The console over 100,000 pods: `scripts/bench scale` builds what is needed and calls this.

The large embedded cluster runs in one process and `masthead serve` in another, so that what the
console takes is measured alone. Asserts nothing: it fails only when something did not run."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from measures import Line, RELEASE, STARTS, TIMES, Searcher, json_lines, run, search_line  # noqa: E402
from report import commit, machine, markdown, misses, plain, replace_part, table, today  # noqa: E402

RATE = 200  # changes a second
SETTLED_S = 20


def resident(pid):
    """What a process holds, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def settled(pid):
    """The same, once it no longer grows."""
    held, before = resident(pid), 0
    while held > before:
        time.sleep(2)
        held, before = resident(pid), held
    return held


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def processor_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_url(process):
    return next(word for line in process.stdout for word in line.split() if word.startswith("http:"))


def first_page_ms(size):
    """From the start of a demo until its page has been answered."""
    began = time.monotonic()
    demo = subprocess.Popen([RELEASE / "masthead", "demo", "--size", size, "--port", "0",
                             "--no-browser"], stdout=subprocess.PIPE, text=True)
    try:
        url = first_url(demo)
        subprocess.run(["curl", "--silent", "--fail", "--location", "--cookie", "", "--output",
                        "/dev/null", url], check=True)
        return (time.monotonic() - began) * 1000
    finally:
        demo.terminate()
        demo.wait()


class Machines:
    """The embedded cluster and the console on it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="masthead-scale-")
        self.kubeconfig = f"{self.folder}/kubeconfig"
        self.cluster = subprocess.Popen([RELEASE / "bench" / "bench_cluster", self.kubeconfig],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.cluster.stdout.readline()
        self.cluster_alone = settled(self.cluster.pid)
        self.serve()

    def serve(self):
        self.console = subprocess.Popen(
            [RELEASE / "masthead", "serve", "--no-browser", "--listen", "127.0.0.1:0",
             "--kubeconfig", self.kubeconfig, "--state-dir", f"{self.folder}/state"],
            stdout=subprocess.PIPE, text=True)
        self.url = first_url(self.console)

    def watches(self):
        self.cluster.stdin.write("\n")
        self.cluster.stdin.flush()
        return json.loads(self.cluster.stdout.readline())

    def sessions(self, *arguments):
        return subprocess.Popen([RELEASE / "bench" / "bench_sessions", self.kubeconfig, self.url,
                                 *map(str, arguments)], stdout=subprocess.PIPE, text=True)

    def end(self):
        for process in (self.console, self.cluster):
            process.terminate()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start():
    lines = []
    for demo, size, most_ms in (("demo", "small", 400), ("demo --size large", "large", 500)):
        best = min(first_page_ms(size) for _ in range(STARTS))
        lines.append(Line(f"Start of `{demo}` to its first page", f"{most_ms} ms", f"{best:.0f} ms",
                          met=best <= most_ms, limit=f"the best of {STARTS} starts"))
    return lines


def lists(machines):
    asked = json_lines(machines.sessions("query").communicate()[0])[0]
    p50, p99 = asked["p50_ms"], asked["p99_ms"]
    return [Line("List of 100,000 pods: asked on the socket to its frame; p50 / p99", "10 / 40 ms",
                 f"{p50:.1f} / {p99:.1f} ms", met=p50 <= 10 and p99 <= 40,
                 limit=f"the slowest was {asked['slowest']}")]


def searches(machines):
    searcher = Searcher(machines.url)
    searcher.wait_for_pods(100_000)
    return [search_line(125_000, searcher)]


def idle(machines):
    held = resident(machines.console.pid)
    return [Line("Memory of the idle console, 100,000 pods and 5,000 Flux objects", "280 MiB",
                 f"{held:.0f} MiB", met=held <= 280,
                 limit="it is what rows, compressed objects and the allocator's spare pages take"),
            Line("Memory of the embedded cluster itself", "–", f"{machines.cluster_alone:.0f} MiB")]


def crowd(machines, sessions, seconds, node=None):
    """Sessions while pods change; with `node`, a page in a browser looks too."""
    answered = f"{machines.folder}/answered"
    began, used = time.monotonic(), processor_s(machines.console.pid)
    running = machines.sessions(sessions, RATE, seconds, answered)
    running.stdout.readline()
    page = None
    if node:
        page = run(node, "bench/page.mjs", "changes", machines.url, seconds - 10)
    held, watches = resident(machines.console.pid), machines.watches()
    said = json_lines(running.communicate()[0])[-1]
    if running.returncode:
        raise RuntimeError("the sessions did not run")
    said["cores"] = (processor_s(machines.console.pid) - used) / (time.monotonic() - began)
    said["rss"] = max(held, resident(machines.console.pid))
    said["watches"] = watches
    if page:
        when = {int(number): float(at) for number, at in
                (line.split() for line in Path(answered).read_text().splitlines())}
        seen = sorted(max(0.0, at - when[number]) for number, at in json_lines(page)[0]["seen"]
                      if number in when)
        if not seen:
            raise RuntimeError("the page saw no change")
        said["dom"] = {"count": len(seen), "p50_ms": seen[len(seen) // 2],
                       "p99_ms": seen[len(seen) * 99 // 100]}
    return said


def hundred(machines, node):
    said = crowd(machines, 100, 60, node)
    p50, dom = said["seen"]["p50_ms"], said["dom"]
    about = (f"{said['broken']} sessions broke, {said['refused']} changes were refused; "
             f"the console computed on {said['cores']:.2f} cores")
    return [Line(f"Change to frame, 100 sessions, {RATE} changes/s: p50 (p99)", "60 ms",
                 f"{p50:.0f} ({said['seen']['p99_ms']:.0f}) ms", met=p50 <= 60, limit=about),
            Line(f"Change to the DOM of a page among them: p99 (p50, {dom['count']} changes)",
                 "200 ms", f"{dom['p99_ms']:.0f} ({dom['p50_ms']:.0f}) ms",
                 met=dom["p99_ms"] <= 200, limit=about)]


def thousand(machines):
    said = crowd(machines, 1000, 30)
    p99, held, most = said["seen"]["p99_ms"], said["rss"], max(said["watches"].values())
    about = (f"{said['broken']} sessions broke; the console computed on {said['cores']:.2f} cores "
             f"for {said['frames_a_second']:.0f} frames/s, {said['bytes_a_second'] / 1e6:.1f} MB/s")
    return [Line("Memory of the console with 1,000 sessions", "1,024 MiB", f"{held:.0f} MiB",
                 met=held <= 1024 and not said["broken"], limit=about),
            Line(f"Change to frame, 1,000 sessions, {RATE} changes/s: p99 (p50)", "300 ms",
                 f"{p99:.0f} ({said['seen']['p50_ms']:.0f}) ms", met=p99 <= 300, limit=about),
            Line("Upstream watches a kind and scope, with 1,000 sessions", "1", f"{most}",
                 met=most == 1, limit=str(said["watches"]))]


def heap(machines, node):
    said = json_lines(run(node, "bench/page.mjs", "heap", machines.url))[0]
    held = said["bytes"] / 1e6
    return [Line(f"Heap of the page, {said['rows']:,} pods open and scrolled to the end", "120 MB",
                 f"{held:.1f} MB", met=held <= 120, limit="after a collection")]


def graph(machines, node):
    """From asking for a graph to seeing it: of one in thirty-two tenants, and of one in five."""
    lines = []
    for text, target, layout in (("calm", 300, 30), ("y-", 1_000, 150)):
        runs = [json_lines(run(node, "bench/page.mjs", "graph", machines.url, text))[0]
                for _ in range(TIMES)]
        said = min(runs, key=lambda one: one["shown_ms"])
        lines.append(Line(f"Graph of {said['nodes']:,} objects and {said['edges']:,} edges: asked for "
                          "to drawn (its layout)", f"{target:,} ({layout}) ms",
                          f"{said['shown_ms']:.0f} ({said['layout_ms']:.0f}) ms",
                          met=said["shown_ms"] <= target and said["layout_ms"] <= layout,
                          limit=f"the best of {TIMES}"))
    return lines


def storm(machines, node):
    """What takes a page's thread while 2,000 of 5,000 Flux objects change in a minute."""
    kustomizations = "list/kustomizations.kustomize.toolkit.fluxcd.io"
    pages = {"Home": "", "Kustomizations": kustomizations,
             "failed Kustomizations": kustomizations + "?q=status%3Afailed", "dashboard": "flux",
             "graph of what has failed": "flux/graph?q=status%3Afailed"}
    lines = []
    for title, path in pages.items():
        said = json_lines(run(node, "bench/page.mjs", "storm", machines.url, path,
                              machines.kubeconfig))[0]
        lines.append(Line(f"2,000 changes in {said['seconds']:.0f} s, {title}: longest task of the page",
                          "100 ms", f"{said['longest_ms']:.0f} ms", met=said["longest_ms"] <= 100,
                          limit=f"{said['over_50_ms']} tasks took more than 50 ms"))
    return lines


def churn(machines, minutes):
    """Memory and descriptors of the console, at the beginning and at the end of so long."""
    running = machines.sessions(100, RATE, minutes * 60)
    running.stdout.readline()
    samples = []
    while running.poll() is None:
        samples.append((resident(machines.console.pid), descriptors(machines.console.pid)))
        time.sleep(2)
    said = json_lines(running.communicate()[0])[-1]
    # The first tenth fills what is bounded: queues, histories, the allocator's spare pages.
    settled = samples[len(samples) // 10:]
    part = max(1, len(settled) // 5)
    early = sum(rss for rss, _ in settled[:part]) / part
    late = sum(rss for rss, _ in settled[-part:]) / part
    files = settled[0][1], settled[-1][1]
    flat = late <= early * 1.03 + 4 and files[1] <= files[0]
    return [Line(f"{minutes:g} minutes of {said['changes']:,} changes: memory, descriptors", "flat",
                 f"{early:.0f} → {late:.0f} MiB, {files[0]} → {files[1]}", met=flat,
                 limit=f"{said['broken']} sessions broke, {said['refused']} changes were refused")]


def main():
    options = argparse.ArgumentParser(prog="scripts/bench scale", description=__doc__)
    options.add_argument("--write", action="store_true", help="write docs/performance.md as well")
    options.add_argument("--churn", type=float, default=10, metavar="MINUTES", help="how long")
    chosen = options.parse_args()
    node = run("scripts/toolchain", "node").strip()
    load, built_of = os.getloadavg()[0], commit()
    lines = start()
    machines = Machines()
    try:
        time.sleep(SETTLED_S)
        for measure in (lambda: idle(machines), lambda: lists(machines), lambda: searches(machines),
                        lambda: hundred(machines, node), lambda: heap(machines, node),
                        lambda: graph(machines, node), lambda: storm(machines, node),
                        lambda: thousand(machines), lambda: churn(machines, chosen.churn)):
            lines += measure()
            print(f"measured: {lines[-1].measure}: {lines[-1].ours}", file=sys.stderr, flush=True)
    finally:
        machines.end()
    said = (f"{machine()}; {today()}; commit {built_of}. Load average {load:.1f} before and "
            f"{os.getloadavg()[0]:.1f} after.")
    print(said + "\n\n" + plain(table(lines, peers=False)))
    print("\n".join(misses(lines)))
    if chosen.write:
        replace_part("Scale", f"""`scripts/bench scale`, on the cluster of `demo --size large` in a process of its own; cluster, sessions, browser and console share the
machine. Sessions are WebSockets with lists of ten forms, six in ten of a namespace where things change. In a storm 1,000 Kustomizations fail
and half of them recover, each change by itself; each page is measured in a storm of its own, with nothing else open.

{said}

{markdown(table(lines, peers=False))}

### Misses
{chr(10).join(misses(lines)) or "None in this run."}
""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
