"""What a class has handed in for an assignment, as nbgrader finds it, and which of our checks each part answers."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
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
from grader.nbgrader_bridge.configured import expect_set_up
from grader.nbgrader_bridge.marker import Answer, expect_hidden_checks, folder
from grader.nbgrader_bridge.marking import answer
from grader.nbgrader_bridge.slots import Slot
from grader.nbgrader_bridge.submitted import rebuilt, spoken
from grader.records import Text, inert


@dataclass(frozen=True)
class Handed:
    """A student's folder, and the assignment's notebooks in it."""

    student: str
    place: Path
    notebooks: tuple[str, ...]
    """Their names, without .ipynb."""


class HandedIn:
    """What a class has handed in.

    BrokenCourse where the course is not set up for us, or the gradebook knows no such assignment with checks of ours,
    or their exercise has no hidden checks here; NothingHandedIn where nobody has handed in a notebook.
    """

    def __init__(self, app: NbGrader, assignment: str):
        self.app, self.assignment = app, assignment
        app.coursedir.assignment_id = assignment
        expect_set_up(app)
        self._converter = Autograde(coursedir=app.coursedir, parent=app)
        self._known, self._marked = self._of_gradebook()
        for exercise in self.exercises:
            expect_hidden_checks(exercise)
        found = tuple(self._found())
        self.handed = tuple(one for one in found if one.notebooks)
        self.without = tuple(one.student for one in found if not one.notebooks)
        """Who has handed in something, but no notebook of the assignment's: nbgrader does not grade that."""
        if not self.handed:
            words = both("nobody has handed in a notebook for {name}; `nbgrader collect {name}` fetches what there is",
                         name=inert(assignment))  # fmt: skip
            raise NothingHandedIn(words)
        self.unsafe = bool(app.config.SandboxedGrade.get("unsafe", False))

    @property
    def root(self) -> Path:
        return Path(self.app.coursedir.root)

    @property
    def folder(self) -> Path:
        """Where the results are kept."""
        return folder(self.root, self.assignment)

    @property
    def exercises(self) -> list[str]:
        """The exercises that the assignment's notebooks ask for."""
        return sorted({ask.exercise for notebook in self._known for ask in self._asked(notebook)})

    @property
    def wanted(self) -> str:
        """The names of the files that the assignment asks for."""
        return ", ".join(f"{notebook}.ipynb" for notebook in sorted(self._known))

    @property
    def terms(self) -> str:
        """What a written mark depends on beside the answer: the released cells with their points, and the language."""
        told = (sorted(self._known.items()), spoken(self.app.config))
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def answers(self, one: Handed) -> Iterator[Answer]:
        """Yield a student's files, each as an answer to one exercise."""
        for notebook in one.notebooks:
            asked = self._asked(notebook)
            if asked:
                read = rebuilt(one.place / f"{notebook}.ipynb", self._known[notebook], spoken(self.app.config))
            for ask in asked:
                name, found = answer(ask, one.place, notebook, read)
                yield Answer(self.assignment, ask.exercise, one.student, name, found)

    def is_autograded(self, one: Handed) -> bool:
        """Whether the gradebook had the student when this began, and what was handed in last lies in autograded/."""
        course = self.app.coursedir
        place = Path(course.format_path(course.autograded_directory, one.student, self.assignment))
        there = all(_is_newer(place / f"{notebook}.ipynb", one.place / f"{notebook}.ipynb") for notebook in one.notebooks)
        return there and one.student in self._marked and _timestamp(place) == _timestamp(one.place)

    def fault(self, one: Handed) -> Text | None:
        """Return what nbgrader would stumble over, or read for hours: a time that is none."""
        file = one.place / "timestamp.txt"
        try:
            if file.exists() and not (file.is_file() and file.stat().st_size <= MAX_TIMESTAMP):
                raise ValueError
            self.app.coursedir.get_existing_timestamp(str(one.place))
        except (OSError, ValueError, OverflowError, AttributeError):  # the last, since nbgrader calls what is not there
            return both("its timestamp.txt is no time that nbgrader can read; correct it, or take it away")
        return None

    def _asked(self, notebook: str) -> tuple[Asked, ...]:
        """Return what a notebook asks for, an exercise once."""
        return tuple({slot.asked.exercise: slot.asked for slot in self._known[notebook] if slot.asked}.values())

    def _of_gradebook(self) -> tuple[dict[str, tuple[Slot, ...]], set[str]]:
        """Return the released cells of each notebook, and who has a submission in the gradebook."""
        course, name = self.app.coursedir, inert(self.assignment)
        try:
            with Gradebook(course.db_url, course.course_id) as gradebook:
                known = slots.of_assignment(gradebook, self.assignment)
                marked = {one.student.id for one in gradebook.assignment_submissions(self.assignment)}
        except MissingEntry:
            raise BrokenCourse(both("the gradebook knows no assignment {name}; first `nbgrader generate_assignment {name}`",
                                    name=name)) from None  # fmt: skip
        asked = [{slot.asked.exercise for slot in cells if slot.asked} for cells in known.values()]
        exercises = [exercise for found in asked for exercise in found]
        if not exercises:
            raise BrokenCourse(both("{name} has no check cells of this course; `nbgrader autograde {name}` grades it", name=name))
        if len(exercises) > len(set(exercises)):
            raise BrokenCourse(both("two notebooks of {name} ask for the same exercise; put them into two assignments", name=name))
        return known, marked

    def _found(self) -> Iterator[Handed]:
        """Yield every folder that nbgrader takes for a student's."""
        pattern = self._converter._format_source("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True)
        excluded = self.app.coursedir.student_id_exclude.split(",")
        for place in sorted(glob(self._converter._format_source(self.assignment, self.app.coursedir.student_id))):
            student = re.match(pattern, place, re.DOTALL)["student_id"]
            if student in excluded:
                continue
            notebooks = sorted(name for name in self._known if self._is_there(Path(place), name))
            yield Handed(student, Path(place), tuple(notebooks))

    def _is_there(self, place: Path, notebook: str) -> bool:
        """Whether a notebook lies in a folder, or the file that it would only check."""
        files = [ask.file for ask in self._asked(notebook) if ask.file]
        return any(os.path.lexists(place / name) for name in (f"{notebook}.ipynb", *files))


def _is_newer(written: Path, handed_in: Path) -> bool:
    """Whether a notebook was written after what was handed in came here: an answer in words is in no result."""
    try:
        return written.is_file() and written.stat().st_mtime >= handed_in.lstat().st_mtime
    except FileNotFoundError:  # the answer is a file beside it
        return written.is_file()


def _timestamp(place: Path) -> bytes:
    try:
        return (place / "timestamp.txt").read_bytes()
    except OSError:
        return b""
