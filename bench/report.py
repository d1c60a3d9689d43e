"""What runs of scripts/bench say, and where it is kept."""

import datetime
import os
import re
import subprocess
from pathlib import Path

from measures import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"


def machine():
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) / 2**20
    return (f"{len(os.sched_getaffinity(0))} cores of {cpu[1] if cpu else 'unknown make'}, "
            f"{memory:.0f} GiB, Linux {os.uname().release.split('-')[0]}")


def today():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True,
                          stdout=subprocess.PIPE, text=True).stdout.strip()


def table(lines, peers=True):
    beside = ("Peer in the same run", "Ratio") if peers else ()
    rows = [("Measure", "Target", "Masthead", *beside, "")]
    for one in lines:
        compared = (one.peer, one.ratio) if peers else ()
        rows.append((one.measure, one.target, one.ours, *compared, "" if one.met else "missed"))
    return rows


def plain(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                     for row in rows)


def markdown(rows):
    text = ["| " + " | ".join(cell or " " for cell in row) + " |" for row in rows]
    return "\n".join([text[0], "|---" * len(rows[0]) + "|", *text[1:]])


def misses(lines):
    return [f"- {one.measure}: {one.ours} instead of {one.target}; {one.limit}."
            for one in lines if not one.met]


def kept_part(title):
    """A part of the document that another run has written, with its heading; "" without one."""
    text = DOCUMENT.read_text()
    at = text.find(f"\n## {title}\n")
    return text[at:] if at >= 0 else ""


def replace_document(text):
    DOCUMENT.write_text(text)


def replace_part(title, text):
    """Puts a part, which is the last, in the place of what was there."""
    kept = DOCUMENT.read_text().removesuffix(kept_part(title))
    DOCUMENT.write_text(f"{kept.rstrip()}\n\n## {title}\n{text}")
