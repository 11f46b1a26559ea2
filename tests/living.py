"""Which processes live under one, told by /proc."""

from __future__ import annotations

import os
from pathlib import Path


def descendants(pid: int) -> dict[int, str]:
    """The processes under this one, zombies too: number to "state name"."""
    parents, known = {}, {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            text = Path("/proc", entry, "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it has ended meanwhile
        name, _, rest = text.partition("(")[2].rpartition(")")
        state, parent = rest.split()[:2]
        parents[int(entry)], known[int(entry)] = int(parent), f"{state} {name}"
    found, waiting = {}, [pid]
    while waiting:
        waiting = [child for child, parent in parents.items() if parent in waiting]
        found |= {child: known[child] for child in waiting}
    return found
