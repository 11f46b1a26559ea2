"""What a submission is worth: what is kept of an earlier run, else what a process beside this one finds out.

Student code runs in that process's workers, and never in the one that nbgrader runs in.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from grader import catalogue, chunk, collect
from grader.batch import Batch
from grader.chunk import Machine
from grader.errors import BrokenCourse, GradingFault, StoreInUse
from grader.i18n import both
from grader.intake.records import HandedIn
from grader.processes import Processes, answer_of
from grader.records import Entry, Result, Text
from grader.sandbox import launch
from grader.store import Store

KEPT = ".torchgrade"
"""What is kept in a course's folder: for each assignment all that was graded, as `grade batch` keeps it."""

IDLE_SECONDS = 60.0
"""After so long the process that grades ends, so that formgrader's server does not keep torch in memory."""


WAIT_SECONDS = 60.0
"""For so long one autograde waits for another, which has the results open: nbgrader would take the student for failed."""


@dataclass(frozen=True)
class Answer:
    """A student's file, as an answer to an exercise in an assignment."""

    assignment: str
    exercise: str
    student: str
    name: str
    content: bytes

    def entry(self) -> Entry:
        file = HandedIn(PurePosixPath(self.student, self.assignment, self.name), self.content, None)
        return Entry(self.student, self.exercise, str(file.path), collect.identity(file))


class Marker:
    """Grades what a course's students hand in, one file at a time, for as long as nobody holds the results already."""

    def __init__(self, course: Path, levels: Sequence[str] = launch.STRANGERS):
        self._course, self._levels = course, levels
        self._lock = threading.Lock()
        self._processes: Processes | None = None
        self._machine: Machine | None = None
        self._rest = threading.Timer(0, self.close)
        self._held: Store | None = None
        atexit.register(self.close)

    def result(self, answer: Answer) -> Result:
        """Return what the checks say of an answer.

        GradingFault where this machine has no sandbox, BrokenCourse where the exercise has no hidden checks here,
        StoreError where the course's folder cannot be written to.
        """
        if self._held is not None:
            return self._held.result(answer.student, answer.exercise)
        with self._lock, _opened(folder(self._course, answer.assignment)) as store:
            self._rest.cancel()
            try:
                return self._graded(store, answer)
            finally:
                self._rest = threading.Timer(IDLE_SECONDS, self.close)
                self._rest.daemon = True
                self._rest.start()

    @contextmanager
    def holding(self, store: Store) -> Iterator[None]:
        """While this lasts, results are those of a store, which has all of them."""
        self._held = store
        try:
            yield
        finally:
            self._held = None

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._end()

    def _graded(self, store: Store, answer: Answer) -> Result:
        expect_hidden_checks(answer.exercise)
        store.add(answer.entry(), answer.content)
        processes, machine = self._ready(answer.assignment)
        batch = Batch(store, processes, 1, machine)
        keys = batch.keys([answer.exercise])
        due = [entry for entry in store.todo(keys, machine.sandbox) if entry.student == answer.student]
        batch.grade(keys, due, lambda result: None)
        return store.result(answer.student, answer.exercise)

    def _ready(self, assignment: str) -> tuple[Processes, Machine]:
        if self._processes is None:
            self._processes = Processes(1, chunk.prepare, self._levels, folder(self._course, assignment))
            try:
                self._machine = machine_of(self._processes, self._levels)
            except GradingFault:
                self._end()
                raise
        return self._processes, self._machine

    def _end(self) -> None:
        if self._processes is not None:
            self._processes.shutdown()
        self._processes = None


@contextmanager
def _opened(place: Path) -> Iterator[Store]:
    """Open a store to write, as soon as nobody else does; StoreInUse where somebody does for long."""
    deadline = time.monotonic() + WAIT_SECONDS
    with ExitStack() as stack:
        while True:
            try:
                store = stack.enter_context(Store.open(place, writing=True))
                break
            except StoreInUse:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield store


def folder(course: Path, assignment: str) -> Path:
    """Return where the results of an assignment are kept."""
    return course / KEPT / assignment


def machine_of(processes: Processes, levels: Sequence[str]) -> Machine:
    """Return what these processes grade with; GradingFault where there is no sandbox."""
    found = answer_of(processes.submit(chunk.machine, levels))
    if isinstance(found, Text):
        raise GradingFault(found)
    return found


def expect_hidden_checks(exercise: str) -> None:
    """BrokenCourse where an exercise's hidden checks are not here: no mark would be true. UnknownExercise without it."""
    if catalogue.find(exercise).hidden_checks is None:
        words = both("{exercise} has no hidden checks here; install the grader from the course's own checkout: "
                     "pip install -e '.[nbgrader]'", exercise=exercise)  # fmt: skip
        raise BrokenCourse(words)


@cache
def marker(course: Path, unsafe: bool) -> Marker:
    """Return the one marker of a course in this process."""
    return Marker(course, levels(unsafe))


def levels(unsafe: bool) -> tuple[str, ...]:
    """Return the sandbox levels that will do."""
    return (*launch.STRANGERS, "C") if unsafe else launch.STRANGERS
