"""Grade a file again whenever it is saved, with everything warm: torch, a worker, and a pytest session that waits.

Polling sees every way to save, on every platform and on network folders, and needs no library.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click

from grader import collect
from grader.errors import BrokenCourse, MissingFile
from grader.garbage import settle
from grader.grading import complain, patience, show
from grader.i18n import both
from grader.records import Exercise, Result, Submission
from grader.sandbox import launch

POLL = 0.02

SETTLE = 0.02
"""Seconds for which a changed file has to stay as it is, so that it is not read while it is being written."""

HALF_WRITTEN = 0.3
"""The same for a file that could not be graded: some programs empty a file before they write it."""

GONE = 1.0
"""Seconds without a file before that is said: some editors take it away for a moment when they save."""

RECENT = 3.0
"""Seconds within which two saves may bear one time, on file systems that round it."""


def watch(exercise: Exercise, file: Path, language: str) -> NoReturn:
    """Grade the file now and after each save, until Ctrl-C. MissingFile where there is none to begin with."""
    saves = Saves(file, language)
    launcher = launch.start(ahead=True)
    launch.leave_when_told(launcher)
    course = _times_of(exercise)
    try:
        from grader.run import grade

        settle()
        while True:
            results: list[Result] = []
            grade(exercise, saves, launcher, results.append)
            result = replace(results[0], seconds=saves.seconds())
            if _times_of(exercise) != course:
                raise BrokenCourse(both("the checks of {exercise} have changed; start again", exercise=exercise.name))
            if saves.taken > 1:
                click.clear()
            show(result, Path(f"{exercise.name}.html"), language)
    finally:
        launcher.close()


class Saves:
    """The submissions of a session that is opened before there is one: its only item is the file at its next save."""

    def __init__(self, file: Path, language: str):
        self._file, self._language = file, language
        self._errors = sys.stderr  # pytest puts another in its place
        self._graded: Submission | None = None
        self._read: Submission | None = collect.read_submission(file)
        self._stamp: tuple[int, ...] = ()
        self.taken = 0

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> Submission:
        while True:
            if self._graded is not None:
                click.echo(both("waiting for the next save (Ctrl-C ends)")[self._language], self._errors)
            self._graded = self._next()
            if self._graded.problem is None:
                break
            complain(self._graded.problem[self._language], self._errors)
        self.taken += 1
        self._began = time.monotonic()
        self._timer = patience(self._language, self._errors)
        return self._graded

    def seconds(self) -> float:
        """Return how long it is since the last item was taken, which has been graded now."""
        self._timer.cancel()
        return round(time.monotonic() - self._began, 3)

    def _next(self) -> Submission:
        """Wait until the file differs from what was graded last, and has stopped changing."""
        seen, since, told = self._look(), time.monotonic(), False
        while True:
            time.sleep(POLL if seen in (None, self._graded) else SETTLE)
            look, now = self._look(), time.monotonic()
            if look != seen:
                seen, since = look, now
            elif seen is None:
                if now - since > GONE and not told:
                    told = True
                    complain(both("{file} is gone", file=self._read.label)[self._language], self._errors)
            elif seen != self._graded and now - since >= (HALF_WRITTEN if seen.problem else SETTLE):
                return seen

    def _look(self) -> Submission | None:
        """Return the file as it is now; None where there is none."""
        try:
            status = self._file.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp != self._stamp or time.time() - status.st_mtime < RECENT:
                self._read, self._stamp = collect.read_submission(self._file), stamp
        except (OSError, MissingFile):
            return None
        return self._read


def _times_of(exercise: Exercise) -> list[int]:
    """Return when the exercise's own files were written: a session that waits, and the reference, have read them."""
    files = (exercise.public_checks, exercise.hidden_checks, exercise.solution, exercise.oracle)
    return [file.stat().st_mtime_ns for file in files if file is not None]
