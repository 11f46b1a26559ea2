"""Workers that are started ahead of need, and a launcher that is closed in the middle of a run."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import torch

from grader.records import Submission
from grader.sandbox import launch, worker
from grader.sandbox.broker import Worker, WorkerLost
from grader.sandbox.proxy import Student
from grader.sandbox.sides import Seat

from ..living import descendants
from .terminal import gone, until

FORK = [True, False] if sys.platform == "linux" else [False]

PID = "import os\n\n\ndef pid():\n    return os.getpid()\n\n\ndef forever():\n    while True:\n        pass\n"


def asked(worker: Worker, name: str, seconds: float = 60.0) -> object:
    """Return what a function of the worker's file returns."""
    request = dict(target=None, name=name, args=(), kwargs={}, device=None, banned=[], keep=False)
    return worker.ask("call", seconds, **request)["value"]


def loaded(launcher: launch.Launcher) -> Worker:
    worker = Worker(launcher)
    worker.ask("load", 60.0, source=PID.encode(), name="exercise01", filename="exercise01.py")
    return worker


@pytest.fixture(params=FORK, ids=["fork", "spawn"][-len(FORK) :])
def ahead(request) -> Iterator[launch.Launcher]:
    with closing(launch.start(("C",), ahead=True, fork=request.param)) as launcher:
        yield launcher


def test_the_next_worker_is_there_before_it_is_wanted(ahead):
    first = loaded(ahead)
    began = time.time()
    second = loaded(ahead)
    assert _started(int(asked(second, "pid"))) < began
    assert asked(first, "pid") != asked(second, "pid")


def _started(pid: int) -> float:
    """Return when a process was started, as Linux counts: to a hundredth of a second."""
    if not os.path.exists("/proc/stat"):
        pytest.skip("only Linux tells when a process was started")
    with open("/proc/stat") as system, open(f"/proc/{pid}/stat") as process:
        boot = next(int(line.split()[1]) for line in system if line.startswith("btime"))
        ticks = int(process.read().rpartition(")")[2].split()[19])
    return boot + ticks / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("levels, fork", [("A", True), ("B", True), ("C", True), ("C", False)])
def test_closing_in_the_middle_of_a_run_ends_code_that_never_ends(levels, fork):
    others = descendants(os.getpid())
    launcher = launch.start(levels, ahead=True, fork=fork)
    worker, _ = loaded(launcher), loaded(launcher)
    pids = descendants(os.getpid()).keys() - others
    assert len(pids) >= 2
    with pytest.raises(TimeoutError):
        _begin(worker, "forever")
    launcher.close()
    until(lambda: all(map(gone, pids)))


def _begin(worker: Worker, name: str) -> None:
    """Ask, and stop listening without ending the worker: as a signal does in the middle of a wait."""
    worker.close = lambda: None
    try:
        asked(worker, name, seconds=0.2)
    except WorkerLost as lost:
        assert lost.outcome == "timed_out"
        raise TimeoutError from lost


def test_workers_come_from_a_new_zygote_where_student_code_has_killed_the_old_one(ahead):
    """At level C, it can."""
    first = loaded(ahead)
    first.close()
    if isinstance(ahead, launch.ForkLauncher):
        ahead._zygote.child.process.kill()
        until(lambda: ahead._zygote.is_gone)
    for _ in range(3):
        worker = Worker(ahead)
        assert worker.ask("canary", 60.0, args=(torch.zeros(2),))["value"].tolist() == [1.0, 1.0]
        worker.close()


COMPILED = """
import sys

import torch

AHEAD = "torch._inductor.compile_fx" in sys.modules


@torch.compile
def double(x):
    return x * 2


def imported_ahead():
    return AHEAD
"""


@pytest.mark.parametrize("fork", FORK)
def test_what_a_file_would_import_of_torch_for_seconds_is_there_before_it_is_loaded(fork):
    with closing(launch.start(("C",), fork=fork)) as launcher:
        seat = Seat(launcher, Submission("exercise01.py", "", COMPILED), "exercise01")
        seat.begin(60.0)
        student = Student(seat.ask)
        assert student.imported_ahead() is True
        assert student.double(torch.ones(2)).tolist() == [2.0, 2.0]
        seat.close()


def test_what_cannot_be_imported_ahead_is_left_to_the_file(monkeypatch):
    """Else a file could end the process that starts everybody's workers, and a student buy a `broken`."""
    for part in worker.SLOW_PARTS:
        monkeypatch.setitem(sys.modules, part, None)
        worker.preload(part)
    assert tempfile.tempdir is None
