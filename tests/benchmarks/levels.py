"""What the sandbox costs a submission: a worker at each level, beside a bare fork that does the same work."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import torch

from grader.records import Submission
from grader.sandbox import launch
from grader.sandbox.proxy import Student
from grader.sandbox.sides import Seat

ROUNDS = 40
CALLS = 5
AIMS = {"A": 60, "B": 25}

SOURCE = "import torch\n\n\ndef f(x):\n    return torch.relu(x) * 2\n"

BARE = f"""
import os, sys, time, torch
torch.set_num_threads(1)
x = torch.randn(4, 5)
torch.relu(x)
for line in sys.stdin:
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        space = {{}}
        exec({SOURCE!r}, space)
        for _ in range({CALLS}):
            space["f"](x)
        os._exit(0)
    os.waitpid(pid, 0)
    print(time.perf_counter() - began, flush=True)
"""


def worker_seconds(launcher: launch.Launcher) -> float:
    """How long it takes from a submission's source to the end of its worker."""
    began, x = time.perf_counter(), torch.randn(4, 5)
    seat = Seat(launcher, Submission("f.py", "", SOURCE), "bench")
    seat.begin(10.0)
    for _ in range(CALLS):
        Student(seat.ask).f(x)
    seat.close()
    return time.perf_counter() - began


def bench() -> None:
    """Take turns, so that whatever else the machine does meets all alike."""
    launchers = {level: launch.start(level) for level in "ABC"}
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    bare = subprocess.Popen([sys.executable, "-c", BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=one_thread)
    times: dict[str, list[float]] = {name: [] for name in ("fork", *launchers)}
    for _ in range(ROUNDS):
        bare.stdin.write("\n")
        bare.stdin.flush()
        times["fork"].append(float(bare.stdout.readline()))
        for level, launcher in launchers.items():
            times[level].append(worker_seconds(launcher))
    for launcher in launchers.values():
        launcher.close()
    bare.communicate()
    fork, *levels = ((name, 1000 * statistics.median(seconds)) for name, seconds in times.items())
    print(f"a submission, bare fork  {fork[1]:7.1f} ms  (median of {ROUNDS}, {CALLS} calls)")
    for level, taken in levels:
        aim = f"; aim: under {AIMS[level]}" if level in AIMS else ""
        print(f"a submission, level {level}    {taken:7.1f} ms  ({taken - fork[1]:+.1f}, {taken / fork[1]:.1f} times the fork{aim})")


if __name__ == "__main__":
    bench()
