"""What is known of the files that were gathered: whose each is, for which exercise, and which one counts."""

from __future__ import annotations

from dataclasses import dataclass

from grader.i18n import both
from grader.intake.records import HandedIn, Refused
from grader.records import Text


@dataclass(frozen=True)
class Student:
    """Who handed something in, as far as that is known. `label` is what marks show, and no two students share it.

    The rest is for a roster to be matched against, empty where nobody knows it.
    """

    label: str
    name: str = ""
    id: str = ""
    email: str = ""
    login: str = ""


@dataclass(frozen=True)
class Found:
    """One student's file for one exercise. `attempt` is the 2 of `exercise03-2.py`; `note` says why this one counts."""

    student: Student
    exercise: str
    file: HandedIn
    late: bool = False
    attempt: int = 0
    note: Text | None = None


@dataclass(frozen=True)
class Recognised:
    """All that was gathered, sorted: what counts, what a newer file took the place of, and what is nobody's answer.

    `layouts` names the layouts that were found, the commonest first; `said` has their names for people.
    """

    layouts: tuple[str, ...]
    entries: tuple[Found, ...]
    superseded: tuple[Found, ...]
    unrecognised: tuple[Refused, ...]

    @property
    def students(self) -> tuple[Student, ...]:
        """Every student with a file that counts."""
        return tuple({entry.student.label: entry.student for entry in self.entries}.values())


def of_a_word(word: str) -> Student:
    """Return the student of whom one word is known, which may be a name, an id, a login or an email."""
    return Student(label=word, name=word, id=word, email=word if "@" in word else "", login=word)


def with_id(name: str, number: str) -> str:
    """Return a label that two students of one name do not share: Kim (12345)."""
    return f"{name} ({number})" if name and number else name or number


def said(layout: str) -> Text:
    """Return the name of a layout, for people."""
    return {
        "canvas": both("a Canvas download"),
        "moodle": both("a Moodle download"),
        "gradescope": both("a Gradescope export"),
        "nbgrader": both("nbgrader's submitted/ folder"),
        "folders": both("a folder for each student"),
        "files": both("files that bear the students' names"),
    }[layout]
