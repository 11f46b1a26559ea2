"""Open grades.db: one writer at a time, any number of readers, and a sentence for whatever goes wrong."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import filelock
import sqlalchemy as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from grader.database.schema import APPLICATION, VERSION, tables
from grader.errors import NoGrades, StoreError, StoreFull, StoreInUse, StoreUnreadable, StoreUnwritable
from grader.i18n import both
from grader.records import inert

NAME = "grades.db"
PATIENCE = 5.0
"""Seconds to wait for another program that holds the database."""


@contextmanager
def for_writing(folder: Path) -> Iterator[sql.Connection]:
    """Make the folder and its database where there is none, and be the only one who writes there.

    StoreInUse, StoreUnwritable, StoreUnreadable or StoreFull where that cannot be.
    """
    with ExitStack() as stack:
        with _opening(folder):
            stack.enter_context(_alone(folder))
            connection = stack.enter_context(_connected(folder / NAME, "rwc", "BEGIN IMMEDIATE"))
            with connection.begin():
                if _is_new(connection, folder):
                    _lay_out(connection)
            driver = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode = WAL")
        try:
            yield connection
        finally:
            # without a log beside it the file can be copied, and read where nothing can be written
            with suppress(sqlite3.Error):
                driver.execute("PRAGMA busy_timeout = 0")
                driver.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def for_reading(folder: Path) -> Iterator[sql.Connection]:
    """Read what is there, also while it is being written, or in a folder where nothing can be written.

    NoGrades, StoreInUse, StoreUnreadable or StoreUnwritable where that cannot be.
    """
    with ExitStack() as stack:
        with _opening(folder):
            if not (folder / NAME).is_file():
                raise _nothing(folder)
            try:
                connection = stack.enter_context(_to_read(folder, folder / NAME, "ro"))
            except DBAPIError as error:
                if _code(error) & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR):
                    raise
                connection = stack.enter_context(_to_read(folder, stack.enter_context(_copy(folder)), "rw"))
        yield connection


@contextmanager
def sentences(folder: Path) -> Iterator[None]:
    """Turn what the database cannot do into an error of the grader's. Mistakes of ours pass through."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        told = _told(_code(error), folder)
        if told is None:
            raise
        raise told from error


@contextmanager
def _opening(folder: Path) -> Iterator[None]:
    """Turn what the folder cannot do into an error of the grader's as well."""
    try:
        with sentences(folder):
            yield
    except (FileExistsError, NotADirectoryError):
        words = both("{folder} is a file, or lies in one; name a folder", folder=_shown(folder))
        raise StoreUnwritable(words) from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _full(folder) from None
        reason = error.strerror or type(error).__name__
        raise StoreUnwritable(both("cannot use {folder}: {error}", folder=_shown(folder), error=reason)) from None


def _told(code: int, folder: Path) -> StoreError | None:
    file = _shown(folder / NAME)
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:  # no room for the log's index
        return _full(folder)
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreInUse(both("another program holds {file}; close it there, then try again", file=file))
        case sqlite3.SQLITE_FULL:
            return _full(folder)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreUnwritable(
                both("{file} is read-only; make it and its folder writable, or name another folder", file=file)
            )
        case sqlite3.SQLITE_CANTOPEN:
            return StoreUnwritable(
                both("{file} cannot be opened; look at who may read and write it, or name another folder", file=file)
            )
        case sqlite3.SQLITE_IOERR:
            return StoreUnwritable(
                both("the disk fails at {file}, or a quota is used up; what was graded until then is kept", file=file)
            )
        case sqlite3.SQLITE_NOTADB:
            return _not_ours(folder)
        case sqlite3.SQLITE_CORRUPT:
            return StoreUnreadable(
                both("{file} is damaged; bring back a copy, or move it away and grade again", file=file)
            )
    return None


def _code(error: DBAPIError | sqlite3.Error) -> int:
    """Return SQLite's code, whose last byte is the kind of error; 0 where the error is Python's own."""
    return getattr(getattr(error, "orig", error), "sqlite_errorcode", 0)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process however that ends."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        words = both("another `grade batch` is writing to {folder}; wait for it, or give another --out",
                     folder=_shown(folder))  # fmt: skip
        raise StoreInUse(words) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _connected(file: Path, mode: str, begin: str) -> Iterator[sql.Connection]:
    engine = sql.create_engine("sqlite://", creator=partial(_driver, file, mode), poolclass=NullPool)
    # Python's sqlite3 would begin by itself, and only before it writes
    sql.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    with engine.connect() as connection:
        yield connection


def _driver(file: Path, mode: str) -> sqlite3.Connection:
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


@contextmanager
def _to_read(folder: Path, file: Path, mode: str) -> Iterator[sql.Connection]:
    with _connected(file, mode, "BEGIN") as connection:
        with connection.begin():
            if _is_new(connection, folder):
                raise _nothing(folder)
        yield connection


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    """Copy the database to where its log can be worked off: a batch was killed in a folder that is read-only by now."""
    with TemporaryDirectory(prefix="grades-") as place:
        for name in (NAME, f"{NAME}-wal", f"{NAME}-journal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(folder / name, Path(place, name))
        yield Path(place, NAME)


def _is_new(connection: sql.Connection, folder: Path) -> bool:
    """Whether the file is still empty; StoreUnreadable where it is not ours, or another version's."""
    application, version, size = (
        connection.exec_driver_sql(question).scalar()
        for question in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    if (application, version) == (APPLICATION, VERSION):
        return False
    if (application, size) == (0, 0):
        return True
    if application != APPLICATION:
        raise _not_ours(folder)
    words = both("{file} was made by another version of the grader; use that one, or name another folder",
                 file=_shown(folder / NAME))  # fmt: skip
    raise StoreUnreadable(words)


def _lay_out(connection: sql.Connection) -> None:
    tables.create_all(connection)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def _nothing(folder: Path) -> NoGrades:
    words = both("no grades in {folder}; `grade batch SUBMISSIONS --out {folder}` makes them", folder=_shown(folder))
    return NoGrades(words)


def _not_ours(folder: Path) -> StoreUnreadable:
    words = both("{file} is not a database of grades; move it away, or name another folder", file=_shown(folder / NAME))
    return StoreUnreadable(words)


def _full(folder: Path) -> StoreFull:
    words = both("the disk of {folder} is full; make room and run this again: what was graded is kept",
                 folder=_shown(folder))  # fmt: skip
    return StoreFull(words)


def _shown(path: Path) -> str:
    return inert(str(path)).replace("\n", "\\n")
