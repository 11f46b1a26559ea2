"""Every error a person can meet, by whose it is to mend.

GraderError
    CourseError             the instructor's: the course folder is not as it should be
        UnknownExercise
        UnknownFunction
        BrokenCourse
        BrokenRoster
    WrongUsage              whoever typed a command
    SubmissionError         the student's
        MissingFile
    StoreError              the folder's that a batch keeps its grades in
        NoGrades
        StoreInUse
        StoreUnreadable
        StoreUnwritable
            StoreFull
        UnknownStudent
        NothingHandedIn
        UnknownCheck
    OutputUnwritable        a page or a file of marks cannot be written
    NotPassed               a check cell's of a notebook, where nbgrader reads a mark from it
    GradingFault            the machine's: never costs a student points

Each carries its text in both languages; the command line shows one line of it and no traceback,
and so does a notebook.
"""

from __future__ import annotations

from grader.i18n import both, choose_language
from grader.records import Text, inert

MAX_REASON = 300


class GraderError(Exception):
    """An error that the command line shows as one line."""

    exit_code = 2

    def __init__(self, text: Text):
        super().__init__(text.en)
        self.text = text

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in the place of a traceback."""
        return [f"grade: {self.text[choose_language(None)]}"]


class CourseError(GraderError):
    """The course folder is not as it should be."""


class UnknownExercise(CourseError):
    """No exercise has that name."""

    def __init__(self, name: str, near: list[str], known: list[str]):
        self.near = near
        if near:
            text = both("no exercise called '{name}'; did you mean {near}?", name=name, near=", ".join(near))
        else:
            text = both("no exercise called '{name}'; there are {known}", name=name, known=", ".join(known) or "-")
        super().__init__(text)


class UnknownFunction(CourseError):
    """The exercise has no function of that name."""

    def __init__(self, name: str, exercise: str, near: list[str], known: list[str]):
        parts = {"exercise": exercise, "name": name}
        if near:
            text = both("{exercise} has no function '{name}'; did you mean {near}?", near=", ".join(near), **parts)
        else:
            text = both("{exercise} has no function '{name}'; there are {known}", known=", ".join(known), **parts)
        super().__init__(text)


class BrokenCourse(CourseError):
    """An exercise's own files cannot be used."""


class BrokenRoster(CourseError):
    """The list of the course's students cannot be used."""


class WrongUsage(GraderError):
    """The words of a command do not go together."""


class SubmissionError(GraderError):
    """The file that was to be graded is not there."""


class MissingFile(SubmissionError):
    """There is no such file, or it is no file."""


class StoreError(GraderError):
    """The folder that a batch keeps its grades in cannot be used as it was meant."""


class NoGrades(StoreError):
    """Nothing has been graded into the folder yet, or there is no such folder."""


class StoreInUse(StoreError):
    """Another batch writes to the folder, or another program holds its database."""


class StoreUnreadable(StoreError):
    """The database is none, or not one of grades, or another version's, or damaged."""


class StoreUnwritable(StoreError):
    """The folder is a file, or it or its database is read-only or fails."""


class StoreFull(StoreUnwritable):
    """There is no room left; what was kept before is whole."""


class UnknownStudent(StoreError):
    """No student of that name has handed in anything."""

    def __init__(self, name: str, near: list[str]):
        if near:
            text = both("no student called '{name}'; did you mean {near}?", name=name, near=", ".join(near))
        else:
            text = both("no student called '{name}' has handed in anything", name=name)
        super().__init__(text)


class NothingHandedIn(StoreError):
    """The student has handed in nothing for that exercise."""


class UnknownCheck(StoreError):
    """The result holds no check of that name, or several, or the exercise has it no more."""


class OutputUnwritable(GraderError):
    """A page or a file of marks cannot be written; what was graded is kept."""


class NotPassed(GraderError):
    """A check cell has not passed. Its text is all of what the cell says."""

    def _render_traceback_(self) -> list[str]:
        return self.text[choose_language(None)].splitlines()


class GradingFault(GraderError):
    """The grader or the machine failed; what was being graded is `broken` and keeps its claim to a mark."""


def own_fault(error: Exception) -> GradingFault:
    """Return what an exception is that nobody thought of: a fault of the grader's."""
    reason = f"{type(error).__name__}: {inert(str(error)[:MAX_REASON])}"
    return GradingFault(both("the grader itself failed: {error}", error=reason))
