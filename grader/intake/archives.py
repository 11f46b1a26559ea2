"""Open an archive of any kind, and the archives in it. Nothing is written to disk, and no size is believed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from grader.i18n import both
from grader.intake import limits, tars, zips
from grader.intake.kinds import SizeLimit, is_archive, size_limit
from grader.intake.limits import Budget
from grader.intake.records import HandedIn, Refused
from grader.intake.refusals import Unreadable
from grader.records import inert


def is_recognised(stream: BinaryIO) -> bool:
    """Whether this looks like a .zip or .tar file at all."""
    head = _head(stream)
    return head.startswith(b"PK") or tars.is_tar(head) or b"PK\5\6" in zips.tail(stream)


def of_a_class(stream: BinaryIO) -> Iterator[HandedIn | Refused]:
    """Read an archive of all submissions, and the archives in it."""
    return _files(stream, PurePosixPath(), 1, limits.of_all(stream.seek(0, io.SEEK_END)))


def of_a_student(stream: BinaryIO, path: PurePosixPath, whole: Budget, depth: int = 1) -> Iterator[HandedIn | Refused]:
    """Read the archive of one student, which lies at `path`, and the archives in it; `depth` counts this one."""
    return _files(stream, path, depth, limits.of_a_student(whole))


def _files(stream: BinaryIO, path: PurePosixPath, depth: int, budget: Budget) -> Iterator[HandedIn | Refused]:
    empty = True
    for entry in _entries(stream, budget, size_limit(depth)):
        empty = False
        if isinstance(entry, Refused):  # its name is empty, or as the archive has it
            yield Refused("/".join(filter(None, (*path.parts, entry.name))), entry.problem)
        elif is_archive(entry.path.name):
            yield from of_a_student(io.BytesIO(entry.content), path / entry.path, budget, depth + 1)
        else:
            yield HandedIn(path / entry.path, entry.content, entry.modified)
    if empty:
        yield Refused("/".join(path.parts), both("holds no submission"))


def _entries(stream: BinaryIO, budget: Budget, limit: SizeLimit) -> Iterator[HandedIn | Refused]:
    """Read each entry, and say last why the archive cannot be read to its end."""
    try:
        kind = tars if tars.is_tar(_head(stream)) else zips  # a zip may stand behind anything
        stream.seek(0)
        yield from kind.entries(stream, budget, limit)
    except Unreadable as broken:
        yield Refused("", broken.problem)
    except OSError as error:
        yield Refused("", both("cannot be read: {error}", error=inert(error.strerror or "")))


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(tars.BLOCK)
