"""The marks in nbgrader's gradebook as a CSV: a row for each assignment and student, with the stock exporter's columns.

It differs from the stock one in what it says of a mark that is not there. Who handed in nothing has an empty score, not
0: what that is worth is for the LMS or the instructor to say. So has a submission of which any cell still waits for its
first score, since a sum that lacks a part is no mark; `needs_manual_grade` says whether a person is asked to look. The
cells are quoted, and no spreadsheet runs them: see `gradebook_csv`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NoReturn

from nbgrader.api import Assignment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import ExportPlugin

from grader import desk
from grader.export.gradebook_csv import cell, number, table
from grader.i18n import both, choose_language
from grader.records import Text, inert

COLUMNS = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
           "late_submission_penalty", "score", "max_score", "needs_manual_grade")  # fmt: skip


class Marks(ExportPlugin):
    """Writes the marks to the file `to` (default: grades.csv), whole or not at all; times are UTC.

    `assignment` and `student` choose some; a name that the gradebook lacks is an error, as is a file that cannot be
    written: one line of nbgrader's log, and its exit status 1.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the file."""
        assignments, students = gradebook.assignments, gradebook.students
        if self.assignment:
            assignments = self._asked(self.assignment, {one.name: one for one in assignments})
        if self.student:
            students = self._asked(self.student, {one.id: one for one in students})
        self._write(table([COLUMNS, *_rows(gradebook, assignments, students)]))

    def _asked(self, names: list[object], known: dict[str, Any]) -> list[Any]:
        wanted = list(dict.fromkeys(map(str, names)))
        for name in wanted:
            if name not in known:
                self._give_up(both("'{name}' is not in the gradebook", name=inert(name)))
        return [known[name] for name in wanted]

    def _write(self, content: bytes) -> None:
        # what is behind a link is replaced, and neither the link nor a device
        target = Path(self.to or "grades.csv").resolve()
        label = inert(self.to or "grades.csv")
        if target.exists() and not target.is_file():
            self._give_up(both("cannot write {file}: it is no file", file=label))
        try:
            desk.put(target, content)
        except OSError as error:
            self._give_up(both("cannot write {file}: {error}", file=label, error=error.strerror))

    def _give_up(self, text: Text) -> NoReturn:
        self.log.error(text[choose_language(None)])
        sys.exit(1)


def _rows(
    gradebook: Gradebook, assignments: Collection[Assignment], students: Collection[Student]
) -> Iterator[tuple[str, ...]]:
    waiting = _waiting(gradebook)
    for assignment in assignments:
        submissions = {submission.student_id: submission for submission in assignment.submissions}
        for student in students:
            submission = submissions.get(student.id)
            whose = (student.id, student.last_name, student.first_name, student.email)
            yield (
                cell(assignment.name), _time(assignment.duedate), _time(submission and submission.timestamp),
                *(cell(text or "") for text in whose),
                *_scores(None if submission is None or submission.id in waiting else submission),
                number(assignment.max_score), "yes" if submission and submission.needs_manual_grade else "no",
            )  # fmt: skip


def _waiting(gradebook: Gradebook) -> set[str]:
    """Return the ids of the submissions of which some cell has no score, neither an automatic one nor a person's."""
    found = gradebook.db.query(SubmittedNotebook.assignment_id).join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    return {row[0] for row in found.filter(Grade.auto_score.is_(None), Grade.manual_score.is_(None)).distinct()}


def _scores(submission: SubmittedAssignment | None) -> tuple[str, str, str]:
    """Return the raw score, what being late costs, and what is left; nothing of a submission without a mark."""
    if submission is None:
        return "", "", ""
    raw, penalty = submission.score, submission.late_submission_penalty
    return number(raw), number(penalty), number(max(0.0, raw - penalty))


def _time(time: object) -> str:
    return "" if time is None else str(time)
