"""All that a batch keeps, in OUT/grades.db: files, results, seeds, overrides, and which pages are written.

Whatever is kept is kept whole or not at all, and stays when the process is killed the moment after.
"""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy.dialects.sqlite import insert

from grader.database import connection as database
from grader.database import marks, packing
from grader.database.schema import facts, files, handed_in, overrides, pages, results, seeds, sheets, whole_results
from grader.errors import NothingHandedIn, UnknownExercise, UnknownStudent
from grader.i18n import both
from grader.records import Entry, Gradebook, Override, Page, Result, Text, inert

_AT_ONCE = 200
"""Files in one statement, so that a class is not held in memory."""


class Store:
    """One folder's grades, for one thread; a process that was forked must not use it.

    Each method is one transaction, and raises StoreInUse, StoreUnreadable, StoreUnwritable or StoreFull where the
    database or its disk fails; what was kept before stays.
    """

    def __init__(self, folder: Path, connection: sql.Connection):
        self._folder = folder
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, folder: Path, writing: bool) -> Iterator[Store]:
        """Open the grades in a folder. Who writes makes it where there is none, and is the only one to write.

        NoGrades where there is nothing to read; StoreInUse at once where another batch writes.
        """
        with (database.for_writing if writing else database.for_reading)(folder) as connection:
            yield cls(folder, connection)

    def take(
        self,
        entries: Iterable[tuple[Entry, bytes]],
        absent: tuple[str, ...] | None,
        strangers: tuple[str, ...],
        unrecognised: tuple[tuple[str, Text], ...],
    ) -> None:
        """Put what has been handed in in the place of what had been, each file with its bytes. Results stay."""
        reasons = [(name, vars(reason)) for name, reason in unrecognised]
        known = {"absent": absent, "strangers": strangers, "unrecognised": reasons}
        with self._transaction() as connection:
            connection.execute(sql.delete(handed_in))
            left = iter(entries)
            while some := list(islice(left, _AT_ONCE)):
                _hand_in(connection, some)
            connection.execute(sql.delete(facts))
            connection.execute(sql.insert(facts), [{"name": name, "value": value} for name, value in known.items()])

    def add(self, entry: Entry, content: bytes) -> None:
        """Put one file in the place of what the student had handed in for that exercise; the rest of the class stays."""
        with self._transaction() as connection:
            connection.execute(sql.delete(handed_in).where(*_is(handed_in, entry.student, entry.exercise)))
            _hand_in(connection, [(entry, content)])

    def entries(self, student: str) -> list[Entry]:
        """Return all that a student has handed in. UnknownStudent where that is nothing."""
        query = sql.select(handed_in).where(handed_in.c.student == _safe(student)).order_by(handed_in.c.exercise)
        with self._transaction() as connection:
            found = [Entry(**row) for row in connection.execute(query).mappings()]
            if not found:
                raise _unknown_student(connection, student)
        return found

    def content(self, entry: Entry) -> bytes:
        """Return the bytes of a file."""
        with self._transaction() as connection:
            return connection.execute(sql.select(files.c.content).where(files.c.sha256 == entry.sha256)).scalar_one()

    def todo(self, keys: Mapping[str, str], level: str) -> list[Entry]:
        """Return what is to be graded of the exercises in `keys`, exercise by exercise, by student.

        That is what has no result of this file under the exercise's key, or a broken one, or one that was made at a
        lower sandbox level than `level`.
        """
        entry, result = handed_in.c, results.c
        same = sql.and_(result.exercise == entry.exercise, result.student == entry.student)
        due = sql.or_(result.number.is_(None), result.sha256 != entry.sha256, result.key != sql.bindparam("key"),
                      result.status == "broken", result.sandbox > level)  # fmt: skip
        query = (
            sql.select(handed_in)
            .outerjoin_from(handed_in, results, same)
            .where(entry.exercise == sql.bindparam("name"), due)
            .order_by(entry.student)
        )
        with self._transaction() as connection:
            return [
                Entry(**row)
                for name, key in keys.items()
                for row in connection.execute(query, {"name": name, "key": key}).mappings()
            ]

    def seed(self, exercise: str) -> int:
        """Return the exercise's seed, which is drawn when it is first asked for."""
        with self._transaction() as connection:
            query = sql.select(seeds.c.seed).where(seeds.c.exercise.in_(("", exercise)))
            seed = connection.execute(query).scalar()
            if seed is None:
                seed = secrets.randbits(32)
                connection.execute(sql.insert(seeds), {"exercise": exercise, "seed": seed})
            return seed

    def set_seed(self, seed: int) -> None:
        """Give all exercises this seed, those to come as well."""
        with self._transaction() as connection:
            connection.execute(sql.delete(seeds))
            connection.execute(sql.insert(seeds), {"exercise": "", "seed": seed})

    def keep(self, graded: Iterable[tuple[Entry, Result]], key: str) -> None:
        """Keep results of one exercise, all or none, each in the place of the student's earlier one.

        A broken one leaves an earlier one that would have been made in the same way as it is.
        """
        given = list(graded)
        with self._transaction() as connection:
            done = [pair for pair in given if pair[1].status != "broken" or not _stands(connection, pair[0], key)]
            if not done:
                return
            named = [packing.sheet(result) for _, result in done]
            rows = [{"id": name, "content": content} for name, content in dict(named).items()]
            connection.execute(insert(sheets).on_conflict_do_nothing(), rows)
            earlier = sql.delete(results).where(
                results.c.exercise == sql.bindparam("of_exercise"), results.c.student == sql.bindparam("of_student")
            )
            connection.execute(earlier, [{"of_exercise": e.exercise, "of_student": e.student} for e, _ in done])
            numbered = sql.insert(results).returning(results.c.number, sort_by_parameter_order=True)
            rows = [packing.row(*pair, key, name) for pair, (name, _) in zip(done, named, strict=True)]
            numbers = connection.execute(numbered, rows).scalars()
            contents = zip(numbers, (packing.packed(result) for _, result in done), strict=True)
            connection.execute(
                sql.insert(whole_results), [{"number": number, "content": content} for number, content in contents]
            )

    def result(self, student: str, exercise: str) -> Result | None:
        """Return the last result of a student's file for an exercise, None where none was graded."""
        query = sql.select(whole_results.c.content).join(results).where(*_is(results, student, exercise))
        with self._transaction() as connection:
            content = connection.execute(query).scalar()
        return None if content is None else packing.unpacked(content)

    def graded(self, student: str, exercise: str) -> tuple[Result, bytes, str]:
        """Return the last result of a student's file, that file's bytes, and the key that it is kept under.

        UnknownStudent, UnknownExercise or NothingHandedIn where there is no result.
        """
        query = (
            sql.select(whole_results.c.content, files.c.content.label("file"), results.c.key)
            .select_from(results.join(whole_results).join(files))
            .where(*_is(results, student, exercise))
        )
        with self._transaction() as connection:
            found = connection.execute(query).first()
            if found is None:
                _check_handed_in(connection, student, exercise)
                words = both("{student}'s file for {exercise} is not graded yet", student=student, exercise=exercise)
                raise NothingHandedIn(words)
        return packing.unpacked(found.content), found.file, found.key

    def pages(self) -> list[Page]:
        """Return the page of every result."""
        with self._transaction() as connection:
            return marks.reports(connection, stale=False)

    def stale_pages(self) -> list[Page]:
        """Return the pages that are to be written: the result, the override or what is known of the file is newer."""
        with self._transaction() as connection:
            return marks.reports(connection, stale=True)

    def pages_written(self, written: Iterable[Page]) -> None:
        """Note that these pages lie on the disk."""
        rows = [
            {"exercise": page.mark.exercise, "student": page.mark.student, "made_of": page.made_of} for page in written
        ]
        if rows:
            with self._transaction() as connection:
                connection.execute(_replacing(pages), rows)

    def pages_gone(self, gone: Iterable[Page]) -> None:
        """Note that these pages do not lie on the disk as they should, until they are written."""
        rows = [{"of_exercise": page.mark.exercise, "of_student": page.mark.student} for page in gone]
        if rows:
            its = pages.c.exercise == sql.bindparam("of_exercise"), pages.c.student == sql.bindparam("of_student")
            with self._transaction() as connection:
                connection.execute(sql.delete(pages).where(*its), rows)

    def override(self, student: str, exercise: str, override: Override) -> None:
        """Set a score in the place of the automatic one, whatever is graded or handed in later.

        UnknownStudent, UnknownExercise or NothingHandedIn where there is no such submission.
        """
        with self._transaction() as connection:
            _check_handed_in(connection, student, exercise)
            owner = _owner(connection, student)
            row = vars(override) | {"reason": inert(override.reason), "exercise": exercise, "owner": owner}
            connection.execute(_replacing(overrides), row)

    def withdraw(self, student: str, exercise: str) -> bool:
        """Take an override back, and return whether there was one. For an unknown submission as `override`."""
        with self._transaction() as connection:
            its = overrides.c.exercise == _safe(exercise), overrides.c.owner == _owner(connection, student)
            gone = connection.execute(sql.delete(overrides).where(*its)).rowcount
            if not gone:
                _check_handed_in(connection, student, exercise)
            return bool(gone)

    def gradebook(self) -> Gradebook:
        """Return the marks of the class; no result is read as a whole for them."""
        with self._transaction() as connection:
            known = dict(connection.execute(sql.select(facts.c.name, facts.c.value)).all())
            found, finished = marks.marks(connection)
            exercises = tuple(marks.shares(connection))
        absent = known.get("absent")
        return Gradebook(
            exercises=exercises,
            marks=tuple(found),
            absent=None if absent is None else tuple(absent),
            strangers=tuple(known.get("strangers", ())),
            unrecognised=tuple((name, Text(**text)) for name, text in known.get("unrecognised", ())),
            finished=finished,
        )

    @contextmanager
    def _transaction(self) -> Iterator[sql.Connection]:
        with database.sentences(self._folder), self._connection.begin():
            yield self._connection


def _hand_in(connection: sql.Connection, some: list[tuple[Entry, bytes]]) -> None:
    contents = [{"sha256": entry.sha256, "content": content} for entry, content in some]
    connection.execute(insert(files).on_conflict_do_nothing(), contents)
    rows = [vars(entry) | {"owner": entry.owner or entry.student} for entry, _ in some]
    connection.execute(sql.insert(handed_in), rows)


def _is(table: sql.Table, student: str, exercise: str) -> tuple[sql.ColumnElement[bool], ...]:
    return table.c.exercise == _safe(exercise), table.c.student == _safe(student)


def _stands(connection: sql.Connection, entry: Entry, key: str) -> bool:
    """Return whether there is a result of this very file by these very checks that is not broken."""
    same = (results.c.sha256 == entry.sha256, results.c.key == key, results.c.status != "broken")
    query = sql.select(results.c.number).where(*_is(results, entry.student, entry.exercise), *same)
    return connection.execute(query).first() is not None


def _safe(name: str) -> str:
    """Return a name that a person typed as what SQLite can be asked for: a lone surrogate is in no name it has."""
    return name.encode("utf-8", "replace").decode()


def _replacing(table: sql.Table) -> Any:
    return insert(table).prefix_with("OR REPLACE")


def _owner(connection: sql.Connection, student: str) -> str:
    """Return whose a student's files are; who has handed in nothing any more is known by the name of then only."""
    query = sql.select(handed_in.c.owner).where(handed_in.c.student == _safe(student))
    return connection.execute(query).scalar() or _safe(student)


def _check_handed_in(connection: sql.Connection, student: str, exercise: str) -> None:
    if connection.execute(sql.select(handed_in.c.file).where(*_is(handed_in, student, exercise))).first():
        return
    if not connection.execute(sql.select(handed_in.c.file).where(handed_in.c.student == _safe(student))).first():
        raise _unknown_student(connection, student)
    known = _names(connection, handed_in.c.exercise)
    if exercise not in known:
        name = inert(exercise)
        raise UnknownExercise(name, difflib.get_close_matches(name, known), known)
    words = both("{student} has handed in nothing for {exercise}; put a file with the submissions, and grade again",
                 student=student, exercise=exercise)  # fmt: skip
    raise NothingHandedIn(words)


def _unknown_student(connection: sql.Connection, student: str) -> UnknownStudent:
    name = inert(student)
    return UnknownStudent(name, difflib.get_close_matches(name, _names(connection, handed_in.c.student)))


def _names(connection: sql.Connection, column: sql.ColumnElement[str]) -> list[str]:
    return list(connection.execute(sql.select(column).distinct().order_by(column)).scalars())
