"""The tables of grades.db. Whoever changes them, or what a stored Result is made of, counts VERSION up."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sql
from sqlalchemy.types import TypeDecorator

from grader.records import Text

APPLICATION = 0x67726164
"""`grad`, which the file says of itself; `file grades.db` shows it."""
VERSION = 3


class Spoken(TypeDecorator[Text]):
    """A Text, or None."""

    impl = sql.String
    cache_ok = True

    def process_bind_param(self, value: Text | None, dialect: Any) -> str | None:
        return None if value is None else json.dumps([value.en, value.ko])

    def process_result_value(self, value: str | None, dialect: Any) -> Text | None:
        return None if value is None else Text(*json.loads(value))


tables = sql.MetaData()


def _whose(**options: Any) -> list[sql.Column[Any]]:
    """Return the two columns that say which submission a row is about; the exercise first, as they are looked for."""
    return [sql.Column("exercise", sql.String, nullable=False, **options),
            sql.Column("student", sql.String, nullable=False, **options)]  # fmt: skip


def _column(name: str, kind: Any, *more: Any) -> sql.Column[Any]:
    return sql.Column(name, kind, *more, nullable=False)


files = sql.Table(
    "files",
    tables,
    sql.Column("sha256", sql.String, primary_key=True),
    _column("content", sql.LargeBinary),
)

handed_in = sql.Table(
    "handed_in",
    tables,
    *_whose(primary_key=True),
    _column("file", sql.String),
    _column("sha256", sql.String, sql.ForeignKey(files.c.sha256)),
    _column("late", sql.Boolean),
    sql.Column("note", Spoken),
    _column("owner", sql.String),
    sqlite_with_rowid=False,
)

# What the class has in common: the students who are absent, strangers, files that were not recognised.
facts = sql.Table("facts", tables, sql.Column("name", sql.String, primary_key=True), _column("value", sql.JSON))

# The checks of an exercise, as one or more results met them; nearly all results of an exercise share one.
sheets = sql.Table("sheets", tables, sql.Column("id", sql.String, primary_key=True), _column("content", sql.String))

results = sql.Table(
    "results",
    tables,
    sql.Column("number", sql.Integer, primary_key=True),
    *_whose(),
    _column("sha256", sql.String, sql.ForeignKey(files.c.sha256)),
    _column("key", sql.String),
    _column("status", sql.String),
    sql.Column("score", sql.Float),
    _column("max_score", sql.Float),
    sql.Column("message", Spoken),
    _column("sandbox", sql.String),
    _column("seconds", sql.Float),
    _column("graded", sql.String),
    _column("sheet", sql.String, sql.ForeignKey(sheets.c.id)),
    _column("outcomes", sql.String),
    _column("borderline", sql.Integer),
    sql.UniqueConstraint("exercise", "student"),
    sqlite_autoincrement=True,  # a page knows its result by the number, so none is given twice
)

# Apart from `results`, so that looking through those does not read these.
whole_results = sql.Table(
    "whole_results",
    tables,
    sql.Column("number", sql.ForeignKey(results.c.number, ondelete="CASCADE"), primary_key=True),
    _column("content", sql.LargeBinary),
)

# By the owner: a score stays with whom it was set for, whatever a roster calls him, and whoever else is called so.
overrides = sql.Table(
    "overrides",
    tables,
    sql.Column("exercise", sql.String, primary_key=True),
    sql.Column("owner", sql.String, primary_key=True),
    _column("score", sql.Float),
    _column("reason", sql.String),
    _column("when", sql.String),
    sqlite_with_rowid=False,
)

pages = sql.Table(
    "pages", tables, *_whose(primary_key=True), _column("made_of", sql.String), sqlite_with_rowid=False
)  # fmt: skip

# The exercise "" stands for all of them.
seeds = sql.Table("seeds", tables, sql.Column("exercise", sql.String, primary_key=True), _column("seed", sql.Integer))
