"""The gradebook as grades.csv: a row for each submission, and one for each student of the roster who handed in nothing.

UTF-8 with a byte order mark, by which Excel knows it. `score` is the final one: what the instructor set stands there,
and `status` stays what the grader came to. It is blank where there is none: for what is broken, and for who is
`absent`, whose row names no exercise.

A spreadsheet would run a cell that begins as a formula does, and a name can be anything. Such a cell gets an apostrophe
in front, and so does what would begin one where the cell is split at a semicolon, a tab or a line's end, as some
spreadsheets do.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from grader.records import Gradebook, Mark, inert

COLUMNS = ("student", "exercise", "score", "max_score", "status", "late", "sandbox", "file")

# Where an apostrophe has to stand: before a formula's first character, in its full-width and small forms too, and the
# spaces in front of it; and at the beginning of a cell that begins with a tab or a new line.
_BEGINNING = re.compile(r"^(?=\s*[\t\n])|(?:^|(?<=[;\t\n]))(?=[^\S\t\n]*[=+\-@＝＋－＠﹦﹢﹣﹫])")


def rows(gradebook: Gradebook) -> list[tuple[str, ...]]:
    """Return the rows below the columns' names; absent students come last."""
    absent = [(cell(student), "", "", "", "absent", "", "", "") for student in gradebook.absent or ()]
    return [*map(_row, gradebook.marks), *absent]


def content(gradebook: Gradebook) -> bytes:
    """Return the whole of grades.csv."""
    return table([COLUMNS, *rows(gradebook)])


def table(lines: Iterable[tuple[str, ...]]) -> bytes:
    """Return the content of a CSV of these lines."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _row(mark: Mark) -> tuple[str, ...]:
    late = "yes" if mark.late else "no"
    score, most = number(mark.final), number(mark.max_score)
    return cell(mark.student), mark.exercise, score, most, mark.status, late, mark.sandbox, cell(mark.file)


def number(score: float | None) -> str:
    """Return a score as a short decimal; blank where there is none."""
    return "" if score is None else f"{round(score, 4):g}"


def cell(text: str) -> str:
    """Return a stranger's text as a cell that no spreadsheet runs."""
    return _BEGINNING.sub("'", inert(text))
