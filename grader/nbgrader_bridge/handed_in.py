"""What a class has handed in for an assignment, as nbgrader finds it, and which of our checks each part answers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde

from grader.errors import BrokenCourse, NothingHandedIn
from grader.i18n import both
from grader.intake.limits import MAX_TIMESTAMP
from grader.nbgrader_bridge import slots
from grader.nbgrader_bridge.cells import Asked
from grader.nbgrader_bridge.marker import Answer, expect_hidden_checks, folder
from grader.nbgrader_bridge.marking import SandboxedGrade, submitted_file
from grader.nbgrader_bridge.submitted import Submitted, content
from grader.records import Text, inert


@dataclass(frozen=True)
class Handed:
    """A student's folder, and the notebooks in it."""

    student: str
    place: str
    notebooks: list[str]


class HandedIn:
    """What a class has handed in.

    BrokenCourse where the course is not set up for us, or the gradebook knows no such assignment with checks of ours,
    or their exercise has no hidden checks here; NothingHandedIn where nobody has handed in a notebook.
    """

    def __init__(self, app: NbGrader, assignment: str):
        self.app, self.assignment = app, assignment
        app.coursedir.assignment_id = assignment
        self._converter = Autograde(coursedir=app.coursedir, parent=app)
        _expect_set_up(self._converter)
        self._asked = self._of_gradebook()
        self.handed = tuple(self._found())
        if not self.handed:
            words = both("nobody has handed in a notebook for {name}; `nbgrader collect {name}` fetches what there is",
                         name=inert(assignment))  # fmt: skip
            raise NothingHandedIn(words)
        self.without = tuple(self._without())
        """Who has handed in something, but no notebook of the assignment's names: nbgrader does not grade that."""
        self.unsafe = bool(app.config.SandboxedGrade.get("unsafe", False))

    @property
    def root(self) -> Path:
        return Path(self.app.coursedir.root)

    @property
    def folder(self) -> Path:
        """Where the results are kept."""
        return folder(self.root, self.assignment)

    def answers(self, one: Handed) -> Iterator[Answer]:
        """Yield a student's files, each as an answer to one exercise."""
        for notebook in sorted(Path(file).stem for file in one.notebooks):
            for ask in self._asked.get(notebook, ()):
                file = submitted_file(Path(one.place), ask, notebook)
                yield Answer(self.assignment, ask.exercise, one.student, file.name, content(file))

    def is_autograded(self, one: Handed) -> bool:
        """Whether what was handed in last lies in autograded/."""
        course = self.app.coursedir
        place = Path(course.format_path(course.autograded_directory, one.student, self.assignment))
        there = all((place / Path(file).name).is_file() for file in one.notebooks)
        return there and _timestamp(place) == _timestamp(Path(one.place))

    def fault(self, one: Handed) -> Text | None:
        """Return what nbgrader would stumble over, or read for hours: a time that is none."""
        file = Path(one.place, "timestamp.txt")
        try:
            if file.exists() and not (file.is_file() and file.stat().st_size <= MAX_TIMESTAMP):
                raise ValueError
            self.app.coursedir.get_existing_timestamp(one.place)
        except (OSError, ValueError, OverflowError, AttributeError):  # the last, since nbgrader calls what is not there
            return both("its timestamp.txt is no time that nbgrader can read; correct it, or take it away")
        return None

    def _of_gradebook(self) -> Mapping[str, tuple[Asked, ...]]:
        """Return what each notebook asks for, an exercise once."""
        course = self.app.coursedir
        try:
            with Gradebook(course.db_url, course.course_id) as gradebook:
                known = slots.of_assignment(gradebook, self.assignment)
        except MissingEntry:
            words = both("the gradebook knows no assignment {name}; first `nbgrader generate_assignment {name}`",
                         name=inert(self.assignment))  # fmt: skip
            raise BrokenCourse(words) from None
        asked = {notebook: {slot.asked.exercise: slot.asked for slot in cells if slot.asked} for notebook, cells in known.items()}
        exercises = {exercise for asks in asked.values() for exercise in asks}
        if not exercises:
            words = both("{name} has no check cells of this course; `nbgrader autograde {name}` grades it",
                         name=inert(self.assignment))  # fmt: skip
            raise BrokenCourse(words)
        for exercise in exercises:
            expect_hidden_checks(exercise)
        return {notebook: tuple(asks.values()) for notebook, asks in asked.items()}

    def _found(self) -> Iterator[Handed]:
        """Yield who has handed in a notebook of the assignment. nbgrader's own search takes a folder's [ for a pattern."""
        for place in self._places():
            files = (os.path.join(place, f"{notebook}.ipynb") for notebook in sorted(self._asked))
            if notebooks := [file for file in files if os.path.lexists(file)]:
                yield Handed(self._student(place), place, notebooks)

    def _without(self) -> Iterator[str]:
        found = {one.place for one in self.handed}
        yield from (self._student(place) for place in self._places() if place not in found)

    def _places(self) -> list[str]:
        return sorted(glob(self._converter._format_source(self.assignment, "*")))

    def _student(self, place: str) -> str:
        pattern = self._converter._format_source("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True)
        return re.match(pattern, place, re.DOTALL)["student_id"]


def _timestamp(place: Path) -> bytes:
    try:
        return (place / "timestamp.txt").read_bytes()
    except OSError:
        return b""


def _expect_set_up(converter: Autograde) -> None:
    """BrokenCourse where nbgrader would execute a student's notebook, and give full points for cells of ours."""
    grades = any(_is(step, SandboxedGrade) for step in converter.autograde_preprocessors)
    if not (grades and _is(converter.exporter_class, Submitted)):
        words = both("nbgrader_config.py lacks lines of the grader's; `grade nbgrader init .` prints them")
        raise BrokenCourse(words)


def _is(named: object, kind: type) -> bool:
    return named is kind or named == f"{kind.__module__}.{kind.__qualname__}"
