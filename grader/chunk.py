"""What one process of a batch does: it grades chunks of submissions, one pytest session a chunk, with workers of its own.

It says what went wrong as data: an exception would have to travel, and take the results before it along. torch is
imported where a process grades; who only hands out chunks does without.
"""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from grader import catalogue
from grader.errors import BrokenCourse, GraderError, own_fault
from grader.garbage import settle
from grader.i18n import both
from grader.records import Result, Submission, Text
from grader.sandbox import launch


@dataclass(frozen=True)
class Chunk:
    """Submissions of one exercise, to be graded in one session."""

    exercise: str
    submissions: tuple[Submission, ...]
    seed: int


@dataclass(frozen=True)
class Machine:
    """What this machine grades with: a level of the sandbox, and devices."""

    sandbox: str
    devices: tuple[str, ...]


_launcher: launch.Launcher | None = None
_leases: Path | None = None


def prepare(levels: Sequence[str], leases: Path) -> None:
    """Get this process ready to grade, at the first of the levels that holds. `leases` is a folder for locks."""
    global _launcher, _leases
    _leases = leases
    try:
        _launcher = launch.start(levels, ahead=True)
    except (GraderError, OSError):  # `machine`, which is asked first, says so
        return
    launch.leave_when_told(_launcher)
    atexit.register(_launcher.close)


def machine(levels: Sequence[str]) -> Machine | Text:
    """Return what this machine grades with, or why it cannot."""
    from grader.run import devices_of

    try:
        launcher = _launcher or launch.start(levels)
        return Machine(launcher.level, devices_of(launcher))
    except GraderError as error:
        return error.text
    except OSError as error:
        return both("no process can be started here: {error}", error=str(error.strerror))


def graded(chunk: Chunk) -> list[Result | Text]:
    """Return each submission's result, or why the grader could not tell: then the submission is not to blame."""
    from grader.run import grade

    settle()
    results: list[Result | Text] = []
    try:
        grade(catalogue.find(chunk.exercise), list(chunk.submissions), _launcher, results.append, chunk.seed, lease=_lease)
        return results
    except BrokenCourse as error:  # it is known at the end only, and may have kept checks from every one of them
        return [error.text] * len(chunk.submissions)
    except GraderError as error:
        reason = error.text
    except Exception as error:
        reason = own_fault(error).text
    return results + [reason] * (len(chunk.submissions) - len(results))


def _lease(device: str | None) -> AbstractContextManager[object]:
    """Return the right to use a device: of a GPU one process of a batch has it at a time; CPU work goes on beside it."""
    if device is None or device.startswith("cpu"):
        return nullcontext()
    return FileLock(_leases / f".{device.replace(':', '-')}.lease")
