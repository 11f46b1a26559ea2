"""Read the marks of a class: who has what, who passed which check, and whose page is out of date."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sql

from grader.database.packing import share
from grader.database.schema import handed_in, overrides, pages, results, sheets
from grader.intake.names import folder_name
from grader.records import ExerciseShare, Mark, Override, Page

# A result of another file than the one handed in by now is nobody's mark.
_RESULT = sql.and_(
    results.c.exercise == handed_in.c.exercise,
    results.c.student == handed_in.c.student,
    results.c.sha256 == handed_in.c.sha256,
)

_OVERRIDE = sql.and_(overrides.c.exercise == handed_in.c.exercise, overrides.c.owner == handed_in.c.owner)


def _of_the_same(table: sql.Table) -> sql.ColumnElement[bool]:
    return sql.and_(table.c.exercise == handed_in.c.exercise, table.c.student == handed_in.c.student)


def marks(connection: sql.Connection) -> tuple[list[Mark], str]:
    """Return the mark of each file handed in, by student and exercise, and when the last of them was graded."""
    worth = dict(connection.execute(
        sql.select(results.c.exercise, sql.func.max(results.c.max_score)).group_by(results.c.exercise)
    ).all())  # fmt: skip
    found, finished = [], ""
    for row in connection.execute(_rows()):
        found.append(_mark(row, worth.get(row.exercise, 0.0)))
        finished = max(finished, row.graded or "")
    return found, finished


def reports(connection: sql.Connection, stale: bool) -> list[Page]:
    """Return the page of each result; of the `stale`, what was never written or made of something else than is known."""
    rows = _rows(pages.c.made_of).outerjoin(pages, _of_the_same(pages)).where(results.c.number.is_not(None))
    return [
        Page(_mark(row, row.max_score), made_of)
        for row in connection.execute(rows)
        if (made_of := _made_of(row)) != row.made_of or not stale
    ]


def shares(connection: sql.Connection) -> Iterator[ExerciseShare]:
    """Count who passed what, exercise by exercise; of one that nobody has a result of, only the name is known."""
    known = dict(connection.execute(sql.select(sheets.c.id, sheets.c.content)).all())
    exercise, group = handed_in.c.exercise, (results.c.sheet, results.c.outcomes)
    counted = (
        sql.select(exercise, *group, sql.func.count())
        .outerjoin_from(handed_in, results, _RESULT)
        .group_by(exercise, *group)
        .order_by(sql.func.length(exercise), exercise, *group)
    )
    for name, rows in groupby(connection.execute(counted), key=lambda row: row.exercise):
        yield share(name, [(known[sheet], letters, count) for _, sheet, letters, count in rows if sheet is not None])


def _rows(*more: sql.ColumnElement[Any]) -> sql.Select[Any]:
    names = ("number", "status", "score", "max_score", "message", "sandbox", "seconds", "graded", "borderline")
    result = (results.c[name] for name in names)
    override = (overrides.c.score.label("set_to"), overrides.c.reason, overrides.c.when)
    return (
        sql.select(handed_in, *result, *override, *more)
        .outerjoin_from(handed_in, results, _RESULT)
        .outerjoin(overrides, _OVERRIDE)
        .order_by(handed_in.c.student, sql.func.length(handed_in.c.exercise), handed_in.c.exercise)
    )


def _mark(row: Any, max_score: float) -> Mark:
    graded = row.number is not None
    return Mark(
        student=row.student,
        exercise=row.exercise,
        file=row.file,
        late=row.late,
        note=row.note,
        score=row.score,
        max_score=row.max_score if graded else max_score,
        status=row.status if graded else "waiting",
        message=row.message,
        sandbox=row.sandbox if graded else "",
        seconds=row.seconds if graded else 0.0,
        report=f"students/{folder_name(row.student)}/{row.exercise}.html" if graded else "",
        override=None if row.set_to is None else Override(row.set_to, row.reason, row.when),
        borderline=row.borderline or 0,
    )


def _made_of(row: Any) -> str:
    parts = (row.number, row.file, row.late, row.note, row.set_to, row.reason, row.when)
    return json.dumps(parts, default=vars)
