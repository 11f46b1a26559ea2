"""How far a batch is: a bar where somebody looks on, else a line now and then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from grader.i18n import both
from grader.records import Result

LINE_SECONDS = 10.0
"""How often a line is written where no bar can be shown."""


class Count:
    """What has been graded so far, of how many, and how fast."""

    def __init__(self, total: int, language: str):
        self._total, self._language = total, language
        self._outcomes: Counter[str] = Counter()
        self._began = time.monotonic()

    def add(self, result: Result) -> None:
        self._outcomes[result.status] += 1

    @property
    def done(self) -> int:
        return self._outcomes.total()

    @property
    def words(self) -> str:
        """graded 118, unreadable 2, broken 0; 12.3 a second, 4:05 left."""
        rate = self.done / max(time.monotonic() - self._began, 0.001)
        left = round((self._total - self.done) / rate) if self.done else 0
        counts = {status: self._outcomes[status] for status in ("graded", "unreadable", "broken")}
        words = both("graded {graded}, unreadable {unreadable}, broken {broken}; {rate:.1f} a second, {minutes}:{seconds:02} left",
                     **counts, rate=rate, minutes=left // 60, seconds=left % 60)  # fmt: skip
        return words[self._language]


@contextmanager
def shown(total: int, language: str, stream: TextIO) -> Iterator[Count]:
    """Show on `stream` how a count of `total` results gets on."""
    count = Count(total, language)
    yield from _bar(count, total, stream) if stream.isatty() else _lines(count, total, stream)
