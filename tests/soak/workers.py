"""Workers in a row, some of which end badly: what is left of them, in processes, descriptors, files and memory."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from grader.sandbox import launch
from grader.sandbox.broker import Worker, WorkerLost

from ..living import descendants
from .usage import descriptors, memory

SOURCE = """
import ctypes, os

def double(x):
    return x * 2

def leave(x):
    os._exit(3)

def fall(x):
    ctypes.string_at(0)

def stay(x):
    while True:
        pass
"""

DEATHS = (("leave", "crashed"), ("fall", "crashed"), ("stay", "timed_out"))
DYING = 10
"""One worker of so many dies."""

WARM_UP = 60
"""Workers before the first count: Python and the C library keep some of what they first ask for."""

NOISE = 3.0
"""MiB by which memory may differ: a page of 4 KiB that every worker leaves behind makes 4 MiB of a thousand."""

MEMORY = ("MiB of memory here", "MiB of memory in the zygote")

Census = dict[str, float | None]
"""What could be left behind, and how much of it there is; None where that cannot be told."""


def work(launcher: launch.Launcher, number: int) -> None:
    """Have one worker load a file and answer two calls; every tenth then dies."""
    worker = Worker(launcher)
    worker.ask("load", 60.0, source=SOURCE.encode(), name="soak", filename="soak.py")
    for value in (number, [number]):
        answer = call(worker, "double", value, 60.0)
        assert answer == value * 2, f"worker {number} answered {answer!r}"
    if number % DYING == 0:
        die(worker, *DEATHS[number // DYING % len(DEATHS)])
    worker.close()


def die(worker: Worker, name: str, outcome: str) -> None:
    try:
        call(worker, name, None, 0.3)
    except WorkerLost as lost:
        assert lost.outcome == outcome, f"{name}: {lost}"
    else:
        raise AssertionError(f"a worker outlived {name}")


def call(worker: Worker, name: str, value: object, seconds: float) -> object:
    request = {"target": None, "name": name, "args": (value,), "kwargs": {}, "device": None, "banned": [], "keep": False}
    return worker.ask("call", seconds, **request).get("value")


def soak(level: str, count: int, folder: Path) -> list[str]:
    """Run workers at a level; print what there was before and after, and return what has grown."""
    import torch  # noqa: F401  # it opens files of its own; Worker would import it

    before = census(folder)
    launcher = launch.start((level,))
    try:
        Worker(launcher).close()
        zygote, alone = only_zygote(seconds=5), len(descendants(os.getpid()))
        for number in range(WARM_UP):
            work(launcher, number)
        settle(alone + 1)  # with the spare worker
        start = census(folder, zygote)
        for number in range(count):
            work(launcher, number)
            if (number + 1) % 100 == 0:
                print(f"  {number + 1} workers, {memory(os.getpid()):.1f} MiB here", flush=True)
        settle(alone + 1)
        end = census(folder, zygote)
    finally:
        launcher.close()
    settle(0)
    closed = census(folder)
    show(level, before=before, start=start, end=end, closed=closed)
    # The memory before is from before torch's first use.
    return growth(start, end) + [f"once closed, {words}" for words in growth(before, {**closed, MEMORY[0]: None})]


def only_zygote(seconds: float) -> int:
    """The process number of the zygote, once its first worker has gone."""
    deadline = time.monotonic() + seconds
    while True:
        found = [pid for pid, known in descendants(os.getpid()).items() if not known.endswith("bwrap")]
        if len(found) == 1:
            return found[0]
        assert time.monotonic() < deadline, f"more than a zygote is left: {found}"
        time.sleep(0.02)


def settle(wanted: float) -> None:
    """Wait until no more processes than these are left, or for some seconds: a census tells which it was."""
    deadline = time.monotonic() + 5
    while len(descendants(os.getpid())) > wanted and time.monotonic() < deadline:
        time.sleep(0.02)


def census(folder: Path, zygote: int | None = None) -> Census:
    """Count what could be left behind."""
    below = descendants(os.getpid())
    return {
        "processes": len(below),
        "zombies": sum(known.startswith("Z") for known in below.values()),
        "descriptors here": descriptors(os.getpid()),
        "descriptors in the zygote": zygote and descriptors(zygote),
        "temporary files": len([*folder.rglob("*")]),
        "cgroups": len([*Path("/sys/fs/cgroup").rglob(f"grade-{os.getpid()}-*")]),
        MEMORY[0]: memory(os.getpid()),
        MEMORY[1]: zygote and memory(zygote),
    }


def growth(before: Census, after: Census) -> list[str]:
    """Say what there is more of, beyond what is noise."""
    known = [what for what in before if None not in (before[what], after[what])]
    grown = [what for what in known if after[what] > before[what] + (NOISE if what in MEMORY else 0)]
    return [f"{what}: {shown(before[what])} became {shown(after[what])}" for what in grown]


def show(level: str, **taken: Census) -> None:
    print(f"  {'level ' + level:29}" + "".join(f"{when:>8}" for when in taken))
    for what in next(iter(taken.values())):
        print(f"  {what:29}" + "".join(f"{shown(census[what]):>8}" for census in taken.values()))


def shown(number: float | None) -> str:
    return "-" if number is None else f"{number:.1f}" if type(number) is float else str(number)


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.soak.workers", description=__doc__)
    words.add_argument("--level", choices="ABC", default="A")
    words.add_argument("--count", type=int, default=1000)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        tempfile.tempdir = folder  # a folder of its own, so that nobody else's files are counted
        grown = soak(asked.level, asked.count, Path(folder))
    print("; ".join(grown) or "nothing was left behind")
    sys.exit(bool(grown))


if __name__ == "__main__":
    main()
