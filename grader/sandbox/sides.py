"""Who answers a check's calls: a student's worker, or a reference served inside the grader.

Both are asked in the same words across the same wire.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from grader.errors import BrokenCourse, GradingFault, own_fault
from grader.i18n import both
from grader.records import Submission
from grader.sandbox import bans, wire
from grader.sandbox.broker import Worker, WorkerLost, took_too_long
from grader.sandbox.decode import loads
from grader.sandbox.encode import encode
from grader.sandbox.launch import Launcher
from grader.sandbox.loading import load_problem, unused
from grader.sandbox.matching import is_banned
from grader.sandbox.worker import COMPILER, COMPILER_BACKEND, Service

LOAD_SECONDS = 10.0
SOURCE_SECONDS = 20.0
"""What the look through the source may take: more than the load, so that no file is loaded that could not be looked
through."""
SUBMISSION_SECONDS = 60.0
"""What one submission may take in all. Beyond it every check, and every load, still gets LAST_SECONDS: an endless loop
in one function does not cost those that answer at once."""
LAST_SECONDS = 1.0

MAX_KEPT, MAX_KEPT_SIZE = 2000, 32 * 1024
"""Answers of a reference that are kept, and bytes of each with its question; an exercise asks for a few hundred."""

# What imports a slow part of torch when it is first used.
_SLOW = dict.fromkeys(("torch.optim", "torch.func", "functorch", "torch._functorch", "torch.vmap", "torch.utils.checkpoint"), COMPILER)
_SLOW |= {"torch.compile": COMPILER_BACKEND}

References = dict[str, list[tuple[str, int]]]


class Local:
    """A reference or an oracle: code of the course, run in this process."""

    _numbers = itertools.count()

    def __init__(self, path: Path):
        self._service = Service()
        self._kept: dict[bytes, bytes] = {}
        name = f"course_{path.stem}_{next(self._numbers)}"
        source = path.read_text(encoding="utf-8")
        reply = self.ask("load", source=source.encode(), name=name, filename=str(path))
        if "error" in reply:
            raise BrokenCourse(both("{file} does not load: {error}", file=path, error=reply["error"]["message"]))
        self._source = source

    def references(self, banned: Collection[str]) -> References:
        """Return what each name of the file refers to, of the banned."""
        return bans.references(self._source, banned)

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """Return the reply to a request. What a call of a function gave is kept: every submission asks for the same."""
        frame = encode({"id": 0, "op": op, **wire.given(fields)})
        if frame in self._kept:
            return loads(self._kept[frame])
        objects = len(self._service.objects)
        answer = self._service.answer(loads(frame, request=True))
        leaves_nothing = len(self._service.objects) == objects
        small = len(self._kept) < MAX_KEPT and len(frame) + len(answer) < MAX_KEPT_SIZE
        # what an object of this side gives is another thing each time
        if op == "call" and fields["target"] is None and leaves_nothing and small and b'["reference"' not in frame:
            self._kept[frame] = answer
        return loads(answer)

    def forget(self) -> None:
        """Let go of the objects that checks have had made here."""
        self._service.objects.clear()


class Seat:
    """One submission's place in the sandbox: a worker that has loaded it, and a fresh one whenever that is lost."""

    def __init__(self, launcher: Launcher, submission: Submission, name: str, banned: Collection[str] = ()):
        self._launcher, self._name = launcher, name
        self._source = submission.source or ""
        # what no UTF-8 can write, half a surrogate pair, becomes a question mark
        source = self._source.encode("utf-8", "replace")
        self._code = {"source": source, "cells": submission.cells, "homes": submission.homes}
        self._suffix = ".ipynb" if submission.cells else ".py"
        self._banned = sorted(banned)
        self.cells = submission.cells
        self._worker: Worker | None = None
        self._lost_at_load: WorkerLost | None = None
        self._fault: GradingFault | None = None
        self._seconds = self._seconds_left = LOAD_SECONDS
        self._spent, self._cut_short = 0.0, False
        self.problem = submission.problem
        """Why the file did not load to its end, or what of a notebook was not used; the rest is there all the same."""
        self._loaded_before = False
        self.references: References | None = None
        """What each name of the file refers to, of the banned; found before any of it has run."""
        self._used = False
        self.used_before = False
        """Whether the worker at hand had served calls before the last `begin`."""

    def line(self, number: int) -> str:
        """Return a line of the file, counted from 1; nothing where there is none."""
        lines = re.split("\r\n|\r|\n", self._source)
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def begin(self, seconds: float) -> None:
        """Give the student's code this long, or what is left for the submission, in all until the next `begin`."""
        self._seconds = self._seconds_left = self._at_most(seconds)
        self._cut_short = self._seconds < seconds
        self.used_before = self._used

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """Return the worker's reply; WorkerLost where there is none, GradingFault where that is our fault."""
        worker = self._ready()
        self._used, spent = True, self._spent
        try:
            return self._timed(worker, op, max(self._seconds_left, 0.001), **fields)
        except WorkerLost as lost:
            self._worker = None
            raise self._too_long() if lost.outcome == "timed_out" else lost from None
        finally:
            self._seconds_left -= self._spent - spent

    def _timed(self, worker: Worker, op: str, seconds: float, **fields: Any) -> dict[str, Any]:
        began = time.monotonic()
        try:
            return worker.ask(op, seconds, **fields)
        finally:
            self._spent += time.monotonic() - began

    def _too_long(self) -> WorkerLost:
        lost = took_too_long(self._seconds)
        if not self._cut_short:
            return lost
        words = both("{reason}: the file had used up its {seconds:g} s in all", reason=lost.text, seconds=SUBMISSION_SECONDS)
        return WorkerLost("timed_out", words)

    def _at_most(self, seconds: float) -> float:
        return min(seconds, max(SUBMISSION_SECONDS - self._spent, LAST_SECONDS))

    def renew(self) -> None:
        """Put a fresh worker, with the file loaded, in the place of the one at hand."""
        self.close()
        self._ready()

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _ready(self) -> Worker:
        if self._worker is None:
            if self._fault is not None:
                raise self._fault
            if self._lost_at_load is not None:
                raise self._lost_at_load
            try:
                self._worker = self._load_twice()
            except GradingFault as fault:
                self._fault = fault
                raise
            except WorkerLost as lost:
                self._lost_at_load, self.problem = lost, self.problem or lost.text
                raise
            except Exception as error:  # no fault of the checks, nor one that another submission should pay for
                self._fault = own_fault(error)
                raise self._fault from error
        return self._worker

    def _load_twice(self) -> Worker:
        """Return a worker that has loaded the file. One loss may be chance; the second is the file's doing.

        A SIGKILL that is not ours is the machine's doing: twice, and it is our fault.
        """
        try:
            return self._load(_new_worker(self._launcher))
        except WorkerLost as first:
            try:
                return self._load(_new_worker(self._launcher))
            except WorkerLost as second:
                if first.killed_by_others and second.killed_by_others:
                    raise killed_twice() from None
                text = both("while the file was loaded: {reason}", reason=second.text)
                safe = both("while the file was loaded: {reason}", reason=second.safe)
                raise WorkerLost(second.outcome, text, safe) from None

    def _load(self, worker: Worker) -> Worker:
        """Return a worker that has loaded the file: this one, or one in its place. Where that fails, none is left."""
        self._used = False
        try:
            if self.references is None:
                worker = self._with_slow_parts(self._look_through(worker))
            self._run(worker)
            return worker
        except Exception:
            worker.close()
            raise

    def _with_slow_parts(self, worker: Worker) -> Worker:
        """Return a worker that has the slow parts of torch that the file refers to."""
        uses = {use for uses in self.references.values() for use, _ in uses}
        parts = {part for name, part in _SLOW.items() if any(is_banned(use, (name,)) for use in uses)}
        if not parts:
            return worker
        worker.close()
        for part in parts:
            self._launcher.preload(part)
        return _new_worker(self._launcher)

    def _run(self, worker: Worker) -> None:
        """Have a worker run the file."""
        seconds = self._at_most(LOAD_SECONDS)
        reply = self._timed(worker, "load", seconds, name=self._name, filename=self._name + self._suffix, **self._code)
        # only of the first load, before which the student's code has seen no hidden input
        first, self._loaded_before = not self._loaded_before, True
        if first:
            try:
                said = load_problem(reply.get("error")) or unused(reply.get("value"), self.cells)
                self.problem = said or self.problem
            except wire.WireError as error:
                complaint = both("its answer could not be read ({reason})", reason=str(error))
                raise WorkerLost("crashed", complaint) from None

    def _look_through(self, worker: Worker) -> Worker:
        """Find what the source refers to. Losing a worker over it, twice, costs no load: the watch guards the calls."""
        banned = [*self._banned, *_SLOW]
        for _ in range(2):
            try:
                reply = worker.ask("references", SOURCE_SECONDS, banned=banned, **self._code)
                self.references = _references(reply)
                return worker
            except WorkerLost as lost:
                worker = _new_worker(self._launcher)
                if lost.outcome == "timed_out":
                    break
        self.references = {}
        return worker


def _new_worker(launcher: Launcher) -> Worker:
    """Return a worker that passed its canary; one that fails it may be chance, a second is a fault."""
    try:
        return Worker(launcher)
    except GradingFault:
        return Worker(launcher)


def killed_twice() -> GradingFault:
    """The fault of a machine that ends our workers: out of memory, most likely."""
    return GradingFault(both("the worker process was killed twice, and not by the grader; is there memory enough?"))


def _references(reply: dict[str, Any]) -> References:
    """Read the answer of a worker that has run nothing yet. Source that no parser takes refers to nothing."""
    if reply.get("error") is not None:
        return {}
    return bans.unpacked(reply["value"])
