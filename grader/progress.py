"""How far a batch is: a bar where somebody looks on, else a line now and then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from grader.i18n import both
from grader.records import Result

LINE_SECONDS = 10.0
"""How often a line is written where no bar can be shown."""


class Count:
    """What has been graded, of how many, and how fast; `shown` is called whenever there is more."""

    def __init__(self, total: int, language: str, shown: Callable[[Count], None]):
        self.total = total
        self._language, self._shown = language, shown
        self.broken: list[Result] = []
        """What could not be graded."""
        self._statuses: Counter[str] = Counter()
        self._began = time.monotonic()

    def add(self, result: Result) -> None:
        """Count a result."""
        self._statuses[result.status] += 1
        if result.status == "broken":
            self.broken.append(result)
        self._shown(self)

    @property
    def done(self) -> int:
        return self._statuses.total()

    @property
    def words(self) -> str:
        """graded 118, unreadable 2, broken 0; 12.3 a second, 4:05 left."""
        rate = self.done / max(time.monotonic() - self._began, 0.001)
        left = round((self.total - self.done) / rate) if self.done else 0
        counts = {status: self._statuses[status] for status in ("graded", "unreadable", "broken")}
        words = both("graded {graded}, unreadable {unreadable}, broken {broken}; {rate:.1f} a second, {left} left",
                     **counts, rate=rate, left=f"{left // 60}:{left % 60:02}")  # fmt: skip
        return words[self._language]


@contextmanager
def shown(total: int, language: str, stream: TextIO) -> Iterator[Count]:
    """Show on `stream` how a count of `total` results gets on."""
    if not stream.isatty():
        yield Count(total, language, _now_and_then(stream))
        return
    columns = (SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield Count(total, language, lambda count: bar.update(task, completed=count.done, description=count.words))


def _now_and_then(stream: TextIO) -> Callable[[Count], None]:
    """Return what writes a line every LINE_SECONDS, and the last."""
    last = time.monotonic()

    def show(count: Count) -> None:
        nonlocal last
        if time.monotonic() - last > LINE_SECONDS or count.done == count.total:
            last = time.monotonic()
            stream.write(f"{count.done}/{count.total}  {count.words}\n")
            stream.flush()

    return show
