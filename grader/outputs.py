"""All that is made of a store: a report for each submission, grades.csv and the page of the class.

Nothing here grades; it can all be made again at any time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from grader import class_page, desk, report
from grader.errors import OutputUnwritable
from grader.export import gradebook_csv
from grader.i18n import both
from grader.processes import answer_of
from grader.records import Gradebook, Page, Result, inert
from grader.store import Store

PAGES_AT_ONCE = 20
"""Reports that a process is given at a time."""


def write(store: Store, out: Path, language: str, executor: Executor, anew: bool = False) -> Gradebook:
    """Write the reports that are out of date, or all of them `anew`, and the marks of the class; return these.

    OutputUnwritable where that cannot be done: nothing that was graded is lost.
    """
    with _sentences(out):
        desk.tidy(out)
        _write_reports(store, store.pages() if anew else store.stale_pages(), out, language, executor)
        gradebook = store.gradebook()
        desk.put(out / "grades.csv", gradebook_csv.content(gradebook))
        desk.put(out / "index.html", class_page.html(gradebook, language).encode())
        return gradebook


def _write_reports(store: Store, due: Iterable[Page], out: Path, language: str, executor: Executor) -> None:
    left = iter(due)
    while pages := list(islice(left, PAGES_AT_ONCE * (os.cpu_count() or 1))):
        parts = [pages[start : start + PAGES_AT_ONCE] for start in range(0, len(pages), PAGES_AT_ONCE)]
        futures = [executor.submit(_reports, out, [(page, _result(store, page)) for page in part], language) for part in parts]
        for future in futures:
            answer_of(future)
        store.pages_written(pages)


def _result(store: Store, page: Page) -> Result:
    return store.result(page.mark.student, page.mark.exercise)


def _reports(out: Path, pages: list[tuple[Page, Result]], language: str) -> None:
    """Write these reports, in a process beside the one that has the store."""
    for page, result in pages:
        place = out / page.mark.report
        place.parent.mkdir(parents=True, exist_ok=True)
        desk.put(place, report.html(result, language, page.mark).encode())


@contextmanager
def _sentences(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        file = inert(str(error.filename or out))
        raise OutputUnwritable(
            both("cannot write {file}: {error}. What was graded is kept: make room or give the right to write, and run "
                 "`grade report`", file=file, error=error.strerror)
        ) from None  # fmt: skip
