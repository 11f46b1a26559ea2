"""Autograde an assignment for a whole class: graded side by side, and each student's marks written as they come.

What is graded is kept as `grade batch` keeps it, and so is whose marks have come into the gradebook: cut short
anywhere, the next run goes on where this one was. The marks are written by the steps of `nbgrader autograde`, one
student after another in one process, so that nothing looks different.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from nbgrader import api
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde

from grader import chunk, desk
from grader.batch import Batch, Told
from grader.nbgrader_bridge import penalties
from grader.nbgrader_bridge.handed_in import Handed, HandedIn
from grader.nbgrader_bridge.marker import levels, machine_of, marker
from grader.processes import Processes
from grader.records import Gradebook, Result, Text, inert
from grader.store import Store

_LOG = logging.Logger("nbgrader")
"""Of what nbgrader does here; in its own log each fault is a traceback on the terminal."""


class _Writing(Autograde):
    """nbgrader's autograding of one student, whatever was autograded before."""

    def __init__(self, app: NbGrader, one: Handed):
        super().__init__(coursedir=app.coursedir, parent=app, log=_LOG)
        self.force, self._one = True, one

    def init_notebooks(self) -> None:
        self.assignments = {str(self._one.place): [str(self._one.place / f"{name}.ipynb") for name in self._one.notebooks]}


class _Fault(logging.Handler):
    """Keeps the first error that the log hears of: what nbgrader raises in the end says only that there was one."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.error = self.error or sys.exception()


class Work:
    """What there is to do for a class, and the doing of it."""

    def __init__(self, found: HandedIn, store: Store, batch: Batch):
        self._found, self._store, self._batch = found, store, batch
        self._handed = {one.student: one for one in found.handed}
        answers = (answer for one in found.handed for answer in found.answers(one))
        store.take(((answer.entry(), answer.content) for answer in answers), None, (), ())
        self._keys = batch.keys(found.exercises)
        self._start_anew_on_other_terms()
        self.todo = store.todo(self._keys, batch.machine.sandbox)
        """What is to be graded."""
        self.written: set[str] = set()
        """Whose marks were written."""
        self.failed: dict[str, Text] = {}
        """Whose marks could not be written, and why."""

    def do(self, told: Told) -> None:
        """Grade what is to be graded, and write every mark that the gradebook has not got. `told` gets each result."""
        left = Counter(entry.student for entry in self.todo)

        def graded(result: Result) -> None:
            told(result)
            left[result.student] -= 1
            if not left[result.student]:
                self._write(self._handed[result.student])

        holding = marker(self._found.root, self._found.unsafe).holding(self._store)
        with holding, _one_engine(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of SQLAlchemy and nbformat, about what nbgrader does
            self._batch.grade(self._keys, self.todo, graded)
            stale = {page.mark.student for page in self._store.stale_pages()}
            for one in self._found.handed:
                done = one.student in self.written | self.failed.keys()
                if not done and (one.student in stale or not self._found.is_autograded(one)):
                    self._write(one)
            penalties.assign(self._found.app, self._found.assignment)

    def _start_anew_on_other_terms(self) -> None:
        """Take no mark for written that was written on other terms, which are kept beside what was graded."""
        place = self._found.folder / "terms"
        if not place.exists() or place.read_text("ascii", "replace") != self._found.terms:
            self._store.pages_gone(self._store.pages())
            desk.put(place, self._found.terms.encode())

    def marks(self) -> Gradebook:
        """Return what was graded, of all students."""
        return self._store.gradebook()

    def _write(self, one: Handed) -> None:
        pages = [page for page in self._store.pages() if page.mark.student == one.student]
        self._store.pages_gone(pages)  # nbgrader begins by copying what tells a folder that is done
        fault = self._found.fault(one) or self._write_as_nbgrader(one)
        if fault is None:
            self._store.pages_written(pages)
            self.written.add(one.student)
        else:
            self.failed[one.student] = fault

    def _write_as_nbgrader(self, one: Handed) -> Text | None:
        """Write a student's marks; return what kept nbgrader from it."""
        heard = _Fault(logging.ERROR)
        _LOG.addHandler(heard)
        try:
            _Writing(self._found.app, one).start()
        except Exception as raised:
            error = heard.error or raised
            words = inert(f"{type(error).__name__}: {error}".splitlines()[0])
            return Text(en=words, ko=words)
        finally:
            _LOG.removeHandler(heard)
        return None


@contextmanager
def _one_engine() -> Iterator[None]:
    """Let all gradebooks share what SQLAlchemy has made of a query: nbgrader opens a dozen for each notebook, and each
    would work out every query anew, which takes a third of all the time."""
    create = api.create_engine
    api.create_engine = cache(create)
    try:
        yield
    finally:
        api.create_engine = create


@contextmanager
def opened(found: HandedIn, count: int) -> Iterator[Work]:
    """Get ready to grade a class with so many processes. GradingFault where there is no sandbox."""
    wanted = levels(found.unsafe)
    with Processes(count, chunk.prepare, wanted, found.folder) as processes, Store.open(found.folder, writing=True) as store:
        yield Work(found, store, Batch(store, processes, count, machine_of(processes, wanted)))
