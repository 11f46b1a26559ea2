"""Grade a class: chunks of submissions on any executor, each chunk kept as soon as it is graded.

The store decides what is left to do, so a run that was cut short goes on where it was. What the grader could not grade
is tried once more; then it is `broken`, and the next run tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import groupby, islice
from math import ceil
from operator import attrgetter
from pathlib import PurePosixPath

from grader import catalogue, collect
from grader.chunk import Chunk, Machine, graded
from grader.errors import BrokenCourse
from grader.fingerprint import fingerprint
from grader.i18n import both
from grader.intake.records import HandedIn
from grader.records import FULL_SCORE, Entry, Result, Text
from grader.store import Store

MAX_CHUNK = 20
"""Submissions that are kept together: few are lost when a batch is killed, and a session costs each of them little."""
CHUNKS_EACH = 4
"""Of a small class every process gets about so many chunks of an exercise, so that all end at about one time."""

Told = Callable[[Result], None]

Part = Sequence[Entry]
"""The entries of one chunk: of one exercise."""


@dataclass(frozen=True)
class Batch:
    """One run over what a store holds of a class."""

    store: Store
    executor: Executor
    processes: int
    machine: Machine

    def keys(self, exercises: Sequence[str]) -> dict[str, str]:
        """Return what the results of each exercise are to be kept under. One whose files are broken has a key too."""
        return {name: self._key(name) for name in exercises}

    def grade(self, keys: Mapping[str, str], entries: Sequence[Entry], told: Told) -> None:
        """Grade these, exercise by exercise. What the grader could not grade is tried again, once.

        `told` gets each result that stands, once it is in the store.
        """
        broken, lost = self._pass(keys, entries, MAX_CHUNK, told, last=False)
        self._pass(keys, broken, MAX_CHUNK, told, last=True)
        self._pass(keys, lost, 1, told, last=True)

    def _key(self, name: str) -> str:
        try:
            return fingerprint(catalogue.find(name), self.machine.devices, self.store.seed(name))
        except (BrokenCourse, OSError):
            return ""

    def _pass(
        self, keys: Mapping[str, str], entries: Part, most: int, told: Told, last: bool
    ) -> tuple[list[Entry], list[Entry]]:
        """Grade and keep; return what was broken, and what was lost with a process. The last time, all of it stands."""
        broken: list[Entry] = []
        lost: list[Entry] = []
        for part, answers in self._through(self._parts(entries, most)):
            if answers is None and not last:
                lost += part
            else:
                name = part[0].exercise
                if self._key(name) != keys[name]:
                    answers = [_CHANGED] * len(part)
                broken += self._keep(part, answers or [_LOST] * len(part), keys[name], told, last)
        return broken, lost

    def _keep(
        self, part: Part, answers: Sequence[Result | Text], key: str, told: Told, last: bool
    ) -> list[Entry]:
        """Keep results, and return the entries of those that do not stand yet."""
        results = [self._result(entry, answer) for entry, answer in zip(part, answers, strict=True)]
        self.store.keep(zip(part, results, strict=True), key)
        again = []
        for entry, result in zip(part, results, strict=True):
            if result.status == "broken" and not last:
                again.append(entry)
            else:
                told(result)
        return again

    def _parts(self, entries: Part, most: int) -> Iterator[Part]:
        by_exercise = attrgetter("exercise")
        for _, group in groupby(sorted(entries, key=by_exercise), key=by_exercise):
            same = list(group)
            size = min(most, ceil(len(same) / (self.processes * CHUNKS_EACH)))
            yield from (same[start : start + size] for start in range(0, len(same), size))

    def _through(self, parts: Iterable[Part]) -> Iterator[tuple[Part, list[Result | Text] | None]]:
        """Yield each part graded, as they come; None for one that a process took along when it died."""
        left = iter(parts)
        running: dict[Future, Part] = {}
        while True:
            for part in islice(left, 2 * self.processes - len(running)):
                running[self.executor.submit(graded, self._chunk(part))] = part
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                part = running.pop(future)
                try:
                    yield part, future.result()
                except BrokenProcessPool:
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
            sandbox="",
            devices=(),
            seed=self.store.seed(entry.exercise),
            seconds=0.0,
            checks=(),
        )


_CHANGED = both("the exercise's files were changed while it was graded; run the same command again")
_LOST = both("the process that graded it has died; is there memory enough?")
