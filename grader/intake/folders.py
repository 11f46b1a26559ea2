"""Read a folder and all below it. No link is followed, and no read waits.

Where the system can, all is opened by descriptor, so that no folder is exchanged for a link on the way.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from grader.i18n import both
from grader.intake import archives, names, refusals
from grader.intake.kinds import is_archive, is_noise, size_limit
from grader.intake.limits import Budget
from grader.intake.names import Parts
from grader.intake.records import HandedIn, Refused, believable
from grader.intake.refusals import Unfit

BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_READ = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
_JUNCTION = 0xA0000003

_Folder = int | str
"""An open folder: its descriptor, else its path."""


def files(place: Path, budget: Budget) -> Iterator[HandedIn | Refused]:
    """Read all that lies in a folder; OSError where the folder itself cannot be read."""
    with _entered(str(place)) as folder:
        try:
            yield from _walked(folder, (), budget)
        except Unfit as unfit:
            yield Refused("", unfit.problem)


@contextmanager
def opened(name: str, within: _Folder | None = None) -> Iterator[BinaryIO]:
    """Open a regular file, without ever waiting; Unfit where it is none. Only what a person named may be a link."""
    flags = _READ | (0 if within is None else NO_LINK)
    if isinstance(within, str):
        descriptor = os.open(os.path.join(within, name), flags)
    else:
        descriptor = os.open(name, flags, dir_fd=within)
    with open(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise refusals.not_regular()
        yield stream


@contextmanager
def _entered(name: str, within: _Folder | None = None) -> Iterator[_Folder]:
    """Open a folder. Only one that a person named may be a link."""
    if not BY_DESCRIPTOR:
        yield name if within is None else os.path.join(within, name)
        return
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | (0 if within is None else NO_LINK), dir_fd=within)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _walked(folder: _Folder, path: Parts, budget: Budget) -> Iterator[HandedIn | Refused]:
    """Read a folder and all below it; OSError where it cannot be listed."""
    with os.scandir(folder) as listing:
        listed = sorted(islice(listing, budget.entries + 1), key=lambda entry: entry.name)
    budget.spend(entries=len(listed))
    for entry in listed:
        name = "/".join((*path, names.shown(entry.name)))
        try:
            if not is_noise(entry.name):
                yield from _looked_at(entry, folder, path, budget)
        except Unfit as unfit:
            yield Refused(name, unfit.problem)
        except OSError as error:
            yield Refused(name, both("cannot be read: {error}", error=error.strerror))


def _looked_at(entry: os.DirEntry[str], folder: _Folder, above: Parts, budget: Budget) -> Iterator[HandedIn | Refused]:
    """Read one file or folder."""
    path = (*above, names.safe(names.legible(os.fsencode(entry.name))))
    if entry.is_symlink() or getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == _JUNCTION:
        raise refusals.link()
    if entry.is_dir(follow_symlinks=False):
        if len(path) == names.MAX_FOLDERS:
            raise names.too_deep()
        with _entered(entry.name, folder) as inner:
            yield from _walked(inner, path, budget)
        return
    if not entry.is_file(follow_symlinks=False):
        raise refusals.not_regular()
    most = size_limit(0)(path)
    if most is not None:
        with opened(entry.name, folder) as stream:
            yield from _read(stream, PurePosixPath(*path), most, budget)


def _read(stream: BinaryIO, path: PurePosixPath, most: int, budget: Budget) -> Iterator[HandedIn | Refused]:
    if is_archive(path.name):  # read where it lies, so that its size does not matter
        yield from archives.of_a_student(stream, path, budget)
        return
    info = os.fstat(stream.fileno())
    content = stream.read(min(info.st_size, most) + 1)  # most bytes would be a new mapping for every small file
    if len(content) > info.st_size:  # it has grown since
        content += stream.read(most)
    if len(content) > most:
        raise refusals.too_large(most)
    budget.spend(size=len(content))
    yield HandedIn(path, content, believable(info.st_mtime))
