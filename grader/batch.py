"""Grade a class: chunks of submissions on any executor, each chunk kept as soon as it is graded.

The store decides what is left to do, so a run that was cut short goes on where it was. What the grader could not grade
is tried once more; then it is `broken`, and the next run tries again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby

from grader import catalogue
from grader.chunk import Chunk, Machine, graded
from grader.errors import BrokenCourse
from grader.fingerprint import fingerprint
from grader.i18n import both
from grader.records import Result, Text
from grader.store import Entry, Store

MAX_CHUNK = 50
CHUNKS_EACH = 4
"""Of a small class every process gets about so many chunks of an exercise, so that all end at about one time."""

FULL_SCORE = 10.0


@dataclass(frozen=True)
class Batch:
    """One run over what a store holds of a class."""

    store: Store
    machine: Machine
    executors: Callable[[], AbstractContextManager[Executor]]
    """Makes an executor; another one, where a process of the first has died."""
    processes: int
    told: Callable[[Result], None]
    """Told of each result, once it is in the store."""

    def grade(self, entries: Sequence[Entry]) -> None:
        """Grade these; a fault of ours is tried again once."""
        broken, lost = self._grade(entries, MAX_CHUNK, last=False)
        self._grade(broken, MAX_CHUNK, last=True)
        self._grade(lost, 1, last=True)

    def left(self, only: Callable[[Entry], bool] | None = None) -> list[Entry]:
        """Return what is to be graded: what has changed, was broken, or was made at a lower level of the sandbox."""
        keys = {}
        for name in self.store.exercises():
            try:
                keys[name] = fingerprint(catalogue.find(name), self.machine.devices, self.store.seed(name))
            except BrokenCourse:
                keys[name] = ""
        return list(self.store.todo(keys, self.machine.sandbox))

    def _grade(self, entries: Sequence[Entry], most: int, last: bool) -> tuple[list[Entry], list[Entry]]:
        """Grade and keep; return what was broken, and what was lost with a process, unless this is its last chance."""
        broken, lost = [], []
        chunks = deque(self._chunks(entries, most))
        while chunks:
            with self.executors() as executor:
                for part, results in _through(executor, chunks, 2 * self.processes):
                    pass
        return broken, lost
