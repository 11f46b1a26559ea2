"""A control group of the kernel's around one zygote and all its workers: it bounds what they take together (Linux).

Few who are not root may make one. Where there is none, each worker still has its own limits; see `limits`.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

MEMORY = 4 << 30
"""Bytes that a zygote and two workers, one at work and one spare, may take: torch's 0.7 GiB, which they share, and
limits.MAX_MEMORY for each worker, rounded up."""

TASKS = 2048
"""Processes and threads: far more than torch starts, and far fewer than the machine has numbers for."""

OUT_OF_MEMORY = -1000
"""The exit status, which no signal has, of a worker that the kernel killed because its group had used up its memory."""

GONE_SECONDS = 5.0
"""How long the kernel may take to let go of a group whose processes were killed."""

_ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit; shift; done; shift; exec "$@"'


class Group:
    """A control group: one folder in version 2 of the kernel's groups, one for each controller in version 1."""

    def __init__(self, folders: Sequence[Path]):
        self.folders = folders

    @property
    def around(self) -> list[str]:
        """The words before a command that put it into the group before it does anything."""
        return ["/bin/sh", "-c", _ENTER, "sh", *map(str, self.folders), "--"]

    def oom_kills(self) -> int:
        """Return how many of its processes the kernel has killed for want of memory: none before it met its own bound.

        Until then it is the whole machine's want, or a wider group's.
        """
        facts: dict[str, int] = {}
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control", "memory.failcnt"):
                facts |= _numbers(folder / name)
        met = facts.get("oom", 0) + facts.get("memory.failcnt", 0)
        return facts.get("oom_kill", 0) if met else 0

    def remove(self) -> None:
        """Remove the group, whose processes have been ended."""
        deadline = time.monotonic() + GONE_SECONDS
        for folder in self.folders:
            while not _removed(folder) and time.monotonic() < deadline:
                time.sleep(0.01)


def made() -> Group | None:
    """Return a new group with our bounds; None where this machine lets us make none."""
    try:
        groups, mounts = (Path("/proc/self", name).read_text("utf-8", "replace") for name in ("cgroup", "mountinfo"))
    except OSError:
        return None
    return next(filter(None, map(_made_in, _places(groups, mounts))), None)


def _places(groups: str, mounts: str) -> Iterator[tuple[Path, ...]]:
    """Yield where a group may be tried, given what /proc says of our own groups and of what is mounted.

    Under version 2, a group with processes, as ours, mostly cannot pass controllers on; the one above it often does.
    """
    own = _own_folders(groups, mounts)
    if "" in own:
        folder, top = own[""]
        yield (folder,)
        if folder != top:
            yield (folder.parent,)
    if {"memory", "pids"} <= own.keys():
        yield tuple({own["memory"][0]: None, own["pids"][0]: None})  # one folder may be both


def _own_folders(groups: str, mounts: str) -> dict[str, tuple[Path, Path]]:
    """Return our own group's folder, and where its tree is mounted, by controller: "" is that of version 2."""
    mounted: dict[str, tuple[str, str]] = {}
    for line in mounts.splitlines():
        place, _, system = line.partition(" - ")
        if system.startswith(("cgroup ", "cgroup2 ")):
            kind, *_, options = system.split()
            root, top = place.split()[3:5]
            mounted = dict.fromkeys([""] if kind == "cgroup2" else options.split(","), (root, top)) | mounted
    own = {}
    for line in groups.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            root, top = mounted.get(controller, ("", ""))
            if top and Path(path).is_relative_to(root) and ".." not in path:
                own[controller] = (Path(top, Path(path).relative_to(root)), Path(top))
    return own


def _made_in(parents: Sequence[Path]) -> Group | None:
    """Return a new group in these folders, into which a first process has gone; None, and no trace, where none can."""
    name = f"grade-{os.getpid()}-{secrets.randbits(32)}"
    group = Group([parent / name for parent in parents])
    bounds: set[str] = set()
    try:
        for folder in group.folders:
            _sweep(folder.parent)
            folder.mkdir()
            bounds |= _bound(folder)
        if "pids.max" in bounds and bounds & {"memory.max", "memory.limit_in_bytes"}:
            trial = [*group.around, "/bin/sh", "-c", ":"]
            subprocess.run(trial, stderr=subprocess.DEVNULL, check=True, timeout=GONE_SECONDS)
            return group
    except (OSError, subprocess.SubprocessError):
        pass  # here, no group is ours to make
    group.remove()
    return None


def _bound(folder: Path) -> set[str]:
    """Set the bounds for which a group has files, of either version; return the names of these files."""
    wanted = {"memory.max": MEMORY, "memory.limit_in_bytes": MEMORY, "memory.swap.max": 0, "memory.swappiness": 0,
              "pids.max": TASKS}  # fmt: skip
    found = {name for name in wanted if (folder / name).exists()}
    for name in found:
        (folder / name).write_text(str(wanted[name]))
    return found


def _sweep(parent: Path) -> None:
    """Remove the groups that graders have left which are no more, but for those with processes."""
    for folder in parent.glob("grade-*"):
        name = re.fullmatch(r"grade-(\d+)-\d+", folder.name)
        if name and not Path("/proc", name[1]).exists():
            _removed(folder)


def _removed(folder: Path) -> bool:
    """Remove a group's folder; return False where that is too early, the kernel counting processes in it still."""
    try:
        folder.rmdir()
    except OSError as error:
        return error.errno != errno.EBUSY
    return True


def _numbers(file: Path) -> dict[str, int]:
    """Return the numbers of a group's file by their names: a lone one by the file's. There are none without a file."""
    try:
        lines = [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return {}
    return {line[0] if len(line) > 1 else file.name: int(line[-1]) for line in lines}
