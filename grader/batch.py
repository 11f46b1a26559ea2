"""Grade a class: chunks of submissions on any executor, each chunk kept as soon as it is graded.

The store decides what is left to do, so a run that was cut short goes on where it was. What the grader could not grade
is tried once more; then it is `broken`, and the next run tries again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from pathlib import PurePosixPath

from grader import catalogue, collect
from grader.chunk import Chunk, Machine, graded
from grader.errors import BrokenCourse
from grader.fingerprint import fingerprint
from grader.i18n import both
from grader.intake.records import HandedIn
from grader.records import Entry, Result, Text
from grader.store import Store

MAX_CHUNK = 50
CHUNKS_EACH = 4
"""Of a small class every process gets about so many chunks of an exercise, so that all end at about one time."""

FULL_SCORE = 10.0

Part = Sequence[Entry]
"""The entries of one chunk: of one exercise."""


@dataclass(frozen=True)
class Batch:
    """One run over what a store holds of a class. `executors` makes an executor, and another where one has broken."""

    store: Store
    machine: Machine
    executors: Callable[[], AbstractContextManager[Executor]]
    processes: int
    told: Callable[[Result], None]
    """Told of each result that stands, once it is in the store."""

    def keys(self, exercises: Sequence[str]) -> dict[str, str]:
        """Return what the results of each exercise are to be kept under. One whose files are broken has a key too."""
        return {name: self._key(name) for name in exercises}

    def grade(self, keys: Mapping[str, str], entries: Sequence[Entry]) -> None:
        """Grade these, exercise by exercise. What the grader could not grade is tried again, once."""
        broken, lost = self._pass(keys, entries, MAX_CHUNK, last=False)
        self._pass(keys, broken, MAX_CHUNK, last=True)
        self._pass(keys, lost, 1, last=True)

    def _key(self, name: str) -> str:
        try:
            return fingerprint(catalogue.find(name), self.machine.devices, self.store.seed(name))
        except BrokenCourse:
            return ""

    def _pass(self, keys: Mapping[str, str], entries: Part, most: int, last: bool) -> tuple[list[Entry], list[Entry]]:
        """Grade and keep; return what was broken, and what was lost with a process. The last time, all of it stands."""
        broken: list[Entry] = []
        lost: list[Entry] = []
        parts = deque(self._parts(entries, most))
        while parts:
            with self.executors() as executor:
                for part, answers in self._through(executor, parts):
                    if answers is None and not last:
                        lost += part
                    else:
                        broken += self._keep(part, answers or [_LOST] * len(part), keys[part[0].exercise], last)
        return broken, lost

    def _keep(self, part: Part, answers: Sequence[Result | Text], key: str, last: bool) -> list[Entry]:
        """Keep results, and return the entries of those that do not stand yet."""
        results = [self._result(entry, answer) for entry, answer in zip(part, answers, strict=True)]
        self.store.keep(zip(part, results, strict=True), key)
        again = []
        for entry, result in zip(part, results, strict=True):
            if result.status == "broken" and not last:
                again.append(entry)
            else:
                self.told(result)
        return again

    def _parts(self, entries: Part, most: int) -> Iterator[Part]:
        for _, group in groupby(entries, key=lambda entry: entry.exercise):
            same = list(group)
            size = min(most, ceil(len(same) / (self.processes * CHUNKS_EACH)))
            yield from (same[start : start + size] for start in range(0, len(same), size))

    def _through(self, executor: Executor, parts: deque[Part]) -> Iterator[tuple[Part, list[Result | Text] | None]]:
        """Take parts and yield them graded, as they come; None for what a process took along when it died."""
        running: dict[Future, Part] = {}
        whole = True
        while running or (parts and whole):
            while whole and parts and len(running) < 2 * self.processes:
                try:
                    running[executor.submit(graded, self._chunk(parts[0]))] = parts[0]
                    parts.popleft()
                except BrokenProcessPool:
                    whole = False
                    if not running:
                        yield parts.popleft(), None
            for future in wait(running, return_when=FIRST_COMPLETED).done if running else ():
                part = running.pop(future)
                try:
                    yield part, future.result()
                except BrokenProcessPool:
                    whole = False
                    yield part, None

    def _chunk(self, part: Part) -> Chunk:
        files = [HandedIn(PurePosixPath(entry.file), self.store.content(entry), None) for entry in part]
        submissions = [collect.as_submission(file, entry.student) for file, entry in zip(files, part, strict=True)]
        return Chunk(part[0].exercise, tuple(submissions), self.store.seed(part[0].exercise))

    def _result(self, entry: Entry, answer: Result | Text) -> Result:
        """Return the result as it is kept: a fault of ours has no score."""
        if isinstance(answer, Result):
            return answer
        return Result(
            exercise=entry.exercise,
            title=Text(entry.exercise, entry.exercise),
            submission=entry.file,
            student=entry.student,
            score=None,
            max_score=FULL_SCORE,
            not_run_points=0.0,
            status="broken",
            message=answer,
            sandbox=self.machine.sandbox,
            devices=self.machine.devices,
            seed=self.store.seed(entry.exercise),
            seconds=0.0,
            checks=(),
        )


_LOST = both("the process that graded it has died; is there memory enough?")
