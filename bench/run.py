#!/usr/bin/env python3
"""Runs measures and prints their table; scripts/bench builds what they need and calls this."""

import argparse
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from measures import MEASURES, STARTS, TIMES, Cluster  # noqa: E402
from report import commit, kept_part, machine, markdown, misses, plain, replace_document, table, today  # noqa: E402


def about(load):
    now = os.getloadavg()[0]
    return [f"{machine()}; {today()}; commit {commit()}.",
            f"Load average {load:.1f} before and {now:.1f} after. Processor time on one core is best "
            f"of {TIMES}, a full sync best of {TIMES} in turns with its peers, a start best of "
            f"{STARTS}; latencies are percentiles of all."]


def write_document(lines, said):
    missed = misses(lines)
    text = f"""# Performance

Written by `scripts/bench --write`; `scripts/bench` prints the same table, `scripts/bench --list` names its measures. Our figure stands
beside a peer's of the same run, since machines differ and are busy with other things: the ratio is what to compare.

{said[0]}
{said[1]}

{markdown(table(lines))}

The pods are those of `bench/peer/fill`: unique names, UIDs, digests, addresses and times, environments and conditions as applications
have them, managedFields of the controller manager and the kubelet. API server, peer and Masthead share the machine. The informer is
client-go's over protobuf with managedFields dropped. A ratio is our figure by the peer's.

## Misses
{chr(10).join(missed) if missed else "None in this run."}
"""
    replace_document(text + kept_part("Scale"))


def main():
    options = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    options.add_argument("--list", action="store_true", help="the names of the measures")
    options.add_argument("--write", action="store_true", help="write docs/performance.md as well")
    options.add_argument("measure", nargs="*", help="only these")
    chosen = options.parse_args()
    unknown = set(chosen.measure) - set(MEASURES)
    if unknown:
        options.error(f"no measure {', '.join(sorted(unknown))}; there are: {', '.join(MEASURES)}")
    if chosen.list:
        print("\n".join(MEASURES))
        return 0
    names = [name for name in MEASURES if not chosen.measure or name in chosen.measure]
    load = os.getloadavg()[0]
    cluster = Cluster(f"bench-{os.getpid()}")
    lines, failed = [], False
    try:
        for name in names:
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            try:
                lines += MEASURES[name](cluster)
            except Exception as error:  # the other measures still say what they can
                failed = True
                print(f"scripts/bench: {name} did not run: {error}", file=sys.stderr)
    finally:
        cluster.down()
    said = about(load)
    print("\n".join(said) + "\n\n" + plain(table(lines)))
    for miss in misses(lines):
        print(miss)
    if chosen.write and not failed:
        write_document(lines, said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
