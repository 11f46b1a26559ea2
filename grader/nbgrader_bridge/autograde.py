"""Autograde an assignment for a whole class: graded side by side, then written by nbgrader's own steps, one by one.

What is graded is kept as `grade batch` keeps it, and so is what has come into the gradebook: cut short anywhere, the
next run goes on where this one was. The steps are those of `nbgrader autograde`, so that nothing looks different.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from nbgrader.utils import capture_log

from grader.nbgrader_bridge.handed_in import Handed, HandedIn
from grader.nbgrader_bridge.marker import marker
from grader.records import Page
from grader.store import Store


class _Writing(Autograde):
    """nbgrader's autograding of one student, whatever was autograded before."""

    def __init__(self, app: NbGrader, one: Handed):
        super().__init__(coursedir=app.coursedir, parent=app)
        self.force, self._one = True, one

    def init_notebooks(self) -> None:
        self.assignments = {self._one.place: self._one.notebooks}


@dataclass(frozen=True)
class Due:
    """A student whose marks are to be written, and what the store knows that by."""

    handed: Handed
    pages: tuple[Page, ...]


def take(store: Store, found: HandedIn) -> None:
    """Put what a class has handed in into the store."""
    answers = (answer for one in found.handed for answer in found.answers(one))
    store.take(((answer.entry(), answer.content) for answer in answers), None, (), ())


def due(store: Store, found: HandedIn) -> list[Due]:
    """Return whose marks are not in the gradebook yet as the store has them, or were taken out of autograded/ again."""
    stale: dict[str, list[Page]] = {}
    for page in store.stale_pages():
        stale.setdefault(page.mark.student, []).append(page)
    return [Due(one, tuple(stale.get(one.student, ()))) for one in found.handed
            if one.student in stale or not found.is_autograded(one)]  # fmt: skip


def write(store: Store, found: HandedIn, one: Due) -> str | None:
    """Write one student's marks into the gradebook and autograded/; return what nbgrader says where it cannot."""
    with marker(found.root, found.unsafe).holding(store), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SQLAlchemy and nbformat, about what nbgrader does
        outcome = capture_log(_Writing(found.app, one.handed))
    if not outcome["success"]:
        return outcome.get("log") or outcome["error"]
    store.pages_written(one.pages)
    return None
