"""Hold those who handed something in against the roster: which of its students each is, and who is missing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from grader.intake.names import folded
from grader.layouts.records import Student
from grader.roster import Enrolled


@dataclass(frozen=True)
class Attendance:
    """Who is who. `present` has the students with their lines of the roster; two of them may share a line.

    `absent` have no file that counts, and `strangers` are not on the roster, or not surely.
    """

    present: tuple[tuple[Student, Enrolled], ...]
    absent: tuple[Enrolled, ...]
    strangers: tuple[Student, ...]


def match(students: Iterable[Student], roster: Iterable[Enrolled]) -> Attendance:
    """Find each student on the roster: by id, email or login, else by a name that only one there and here has."""
    students, roster = tuple(students), tuple(roster)
    by_id = {folded(number): one for one in roster for number in one.ids}
    by_email = {folded(one.email): one for one in roster if one.email}
    by_login = {folded(one.login): one for one in roster if one.login}
    by_name = _unique_names(roster)
    namesakes = Counter(_key(student.name) for student in students)

    def enrolled(student: Student) -> Enrolled | None:
        name = _key(student.name)
        return (
            by_id.get(folded(student.id))
            or by_email.get(folded(student.email))
            or by_login.get(folded(student.login))
            or (by_name.get(name) if name and namesakes[name] == 1 else None)
        )

    found = [(student, enrolled(student)) for student in students]
    present = tuple((student, one) for student, one in found if one is not None)
    there = {one.line for _, one in present}
    return Attendance(
        present=present,
        absent=tuple(one for one in roster if one.line not in there),
        strangers=tuple(student for student, one in found if one is None),
    )


def _unique_names(roster: Iterable[Enrolled]) -> dict[str, Enrolled]:
    """Return the students by the forms of their names, without those forms that two of them have."""
    forms = [(form, one) for one in roster for form in _forms(one.name)]
    count = Counter(form for form, _ in forms)
    return {form: one for form, one in forms if count[form] == 1}


def _forms(name: str) -> set[str]:
    """Return a name's keys: as it is, and with the family name at the other end, as LMSs sort it."""
    last, comma, first = name.partition(",")
    words = name.split()
    turned = f"{first} {last}" if comma else " ".join((*words[-1:], *words[:-1]))
    return {_key(name), _key(turned)} - {""}


def _key(name: str) -> str:
    """Return a name's letters and digits: Canvas's ahnalice is Ahn, Alice."""
    return "".join(char for char in folded(name) if unicodedata.category(char)[0] in "LMN")
