"""Run an exercise's checks on submissions and give back their results.

Student code never runs in this process; it answers calls from the sandbox.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.errors import BrokenCourse
from grader.i18n import both
from grader.records import FULL_SCORE, CheckResult, Exercise, Result, Submission, Text
from grader.sandbox.broker import Worker
from grader.sandbox.launch import Launcher
from grader.session import Grading, Lease


def grade(
    exercise: Exercise,
    submissions: list[Submission],
    launcher: Launcher,
    done: Callable[[Result], None],
    seed: int | None = None,
    wanted: Sequence[Collection[str]] | None = None,
    lease: Lease = nullcontext,
    reveal: bool = False,
) -> None:
    """Grade submissions of one exercise in one pytest session; `done` gets each result as it comes.

    `wanted` names the checks to run on each submission, and what they need is run with them; None for all checks, as a
    student gets them, with a second look at each that failed. `lease` gives the right to use a device for one check.
    `reveal`: hidden checks tell all, as public ones do; such a result is for the instructor's eyes, and never kept.
    BrokenCourse where the exercise's own files do not work, GradingFault where the machine does not.
    """
    seed = secrets.randbits(32) if seed is None else seed
    devices = devices_of(launcher)
    began = time.monotonic()

    def finished(submission: Submission, checks: list[CheckResult], problem: Text | None) -> None:
        nonlocal began
        now = time.monotonic()
        done(_result(exercise, submission, checks, problem, launcher.level, devices, seed, now - began))
        began = now

    session = Grading(exercise, submissions, launcher, devices, seed, finished, wanted, lease, reveal)
    run_session(session, [path for path in (exercise.public_checks, exercise.hidden_checks) if path is not None])


def run_session(session: Grading, files: list[Path]) -> None:
    """Run the checks of these files in a session; BrokenCourse where they do not run."""
    with _undisturbed(files):
        code = pytest.main(_arguments(files), plugins=[session])
    if code == pytest.ExitCode.INTERRUPTED and not session.problems:
        raise KeyboardInterrupt
    if session.problems or code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        reason = session.problems[0] if session.problems else f"pytest ended with {code}"
        words = both("the checks of {exercise} do not run: {reason}", exercise=session.exercise.name, reason=reason)
        raise BrokenCourse(words)


def devices_of(launcher: Launcher) -> tuple[str, ...]:
    """Return the devices to grade on. Only a worker may open CUDA, and only a CUDA build of torch is asked."""
    if not torch.backends.cuda.is_built():
        return ("cpu",)
    worker = Worker(launcher)
    try:
        return tuple(worker.ask("devices", 60.0)["value"])
    finally:
        worker.close()


def _arguments(files: list[Path]) -> list[str]:
    """Return pytest's arguments: nothing of the user's configuration, plug-ins or folders changes a mark."""
    absent = ("terminal", "cacheprovider", "doctest", "unittest", "junitxml", "pastebin", "warnings", "logging",
              "faulthandler", "debugging", "stepwise", "setuponly", "setupplan", "unraisableexception",
              "threadexception")  # fmt: skip
    # --confcutdir: else pytest lists every folder from the root of the file system to the checks, for half a second
    # plain assertions: a rewritten one would put a hidden check's values into its message
    here = str(files[0].parent)
    return ["--import-mode=importlib", "-c", os.devnull, "--rootdir", here, "--confcutdir", here, "--noconftest",
            "--assert=plain", "--capture=sys", *(part for name in absent for part in ("-p", f"no:{name}")),
            *map(str, files)]  # fmt: skip


@contextmanager
def _undisturbed(files: list[Path]) -> Any:
    """Run pytest without what the environment, or an earlier run in this process, would add to it."""
    kept = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, module in list(sys.modules.items()):
            if getattr(module, "__file__", None) in map(str, files):
                del sys.modules[name]
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _result(
    exercise: Exercise, submission: Submission, checks: list[CheckResult], problem: Text | None,
    sandbox: str, devices: tuple[str, ...], seed: int, seconds: float,
) -> Result:  # fmt: skip
    broken = any(check.outcome == "broken" for check in checks)
    max_score = round(sum(check.max_score for check in checks), 6)
    score = None if broken else round(sum(check.score for check in checks), 6)
    status = "broken" if broken else "graded" if submission.source is not None else "unreadable"
    return Result(
        exercise=exercise.name,
        title=exercise.title,
        submission=submission.label,
        student=submission.student,
        score=score,
        max_score=max_score,
        not_run_points=0.0 if exercise.hidden_checks else round(FULL_SCORE - max_score, 6),
        status=status,
        message=submission.problem or problem,
        sandbox=sandbox,
        devices=devices,
        seed=seed,
        seconds=round(seconds, 3),
        checks=tuple(checks),
    )
