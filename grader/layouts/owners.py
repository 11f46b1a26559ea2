"""Whose a path is by its outermost name. What lies below that name is the student's choice, and says nothing of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.intake.kinds import without_archive_suffix
from grader.intake.names import Parts
from grader.layouts import naming
from grader.layouts.naming import Names
from grader.layouts.records import Student, of_a_word, with_id

Submitters = Mapping[str, tuple[Student, ...]]
"""Who handed in each folder of a Gradescope export."""

# The first numbers are Canvas's: it takes such numbers out of people's names, and a student may name a file anything.
_CANVAS = re.compile(r"(?P<name>.*?)(?P<late>_LATE)?_(?P<user>[0-9]{1,20})_(?P<order>[0-9]{1,20})_(?P<file>.+)")
_ANONYMOUS = re.compile(
    r"(?P<before>LATE_)?anon(?:ymous)?_(?P<late>LATE_)?(?P<user>[0-9A-Za-z]{1,20})_(?P<order>[0-9]{1,20})_(?P<file>.+)"
)
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<participant>[0-9]{1,20})_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?")


@dataclass(frozen=True)
class Owner:
    """Whose a path is. `rest` is the path below the name that says so; `order` grows with each upload.

    `kind` is what Moodle says of a hand-in: a file, or a text that was typed in. Its participants' numbers differ from
    one assignment to the next.
    """

    layout: str
    students: tuple[Student, ...]
    rest: Parts
    late: bool = False
    order: int = 0
    kind: str = "file"
    participant: str = ""


def of_an_lms(path: Parts) -> Owner | None:
    """Return whose this is where Canvas or Moodle gave the name."""
    return (_moodle(path) or _canvas(path)) if "_" in path[0] else None


def of(path: Parts, submitters: Submitters, exercises: Names) -> Owner | None:
    """Return whose this is; None where it does not say."""
    known = of_an_lms(path)
    if known is not None:
        return known
    outermost, *rest = path
    if rest and outermost in submitters:
        return Owner("gradescope", submitters[outermost], tuple(rest))
    return _file(path, exercises) or _folder(path)


def _canvas(path: Parts) -> Owner | None:
    outermost, *rest = path
    if found := _ANONYMOUS.fullmatch(outermost):
        student = Student(label=f"anon_{found['user']}")
        late = bool(found["before"] or found["late"])
    elif found := _CANVAS.fullmatch(outermost):
        student = Student(label=with_id(found["name"], found["user"]), name=found["name"], id=found["user"])
        late = bool(found["late"])
    else:
        return None
    return Owner("canvas", (student,), (found["file"], *rest), late, int(found["order"]))


def _moodle(path: Parts) -> Owner | None:
    outermost, *rest = path
    found = _MOODLE.fullmatch(outermost)
    if found is None:
        return None
    name = found["name"].replace("_", " ")
    below = (found["file"], *rest) if found["file"] else tuple(rest)
    student = Student(label=name, name=name)
    return Owner("moodle", (student,), below, kind=found["kind"], participant=found["participant"])


def _file(path: Parts, exercises: Names) -> Owner | None:
    """kim_exercise03.py, or kim_exercise03.zip and what is in it."""
    outermost, *rest = path
    stem = without_archive_suffix(outermost) if rest else naming.stem_of(outermost)
    if (rest and stem == outermost) or naming.is_check(outermost, exercises):
        return None
    student = naming.student_in(stem, exercises)
    return Owner("files", (of_a_word(student),), path) if student else None


def _folder(path: Parts) -> Owner | None:
    """kim/exercise03.py, or kim.zip and what is in it."""
    outermost, *rest = path
    word = without_archive_suffix(outermost) or outermost
    return Owner("folders", (of_a_word(word),), tuple(rest)) if rest else None
