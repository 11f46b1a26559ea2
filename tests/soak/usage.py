"""What a process uses, told by /proc."""

from __future__ import annotations

import os
from pathlib import Path


def memory(pid: int) -> float:
    """MiB of memory that a process has in use."""
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def addresses(pid: int) -> int:
    """Bytes of address space that a process has taken."""
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> int | None:
    """How many files and sockets a process has open; None where that is not for this user to know."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return None
