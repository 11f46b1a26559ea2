"""Read a zip of a stranger, entry by entry.

zipfile reads headers of any size into memory and gives up a whole archive for one bad entry, so the little that is
needed of the format is read here: stored and deflated entries, whose two descriptions agree and whose bytes are their
own.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple

from grader.i18n import both
from grader.intake import names, refusals
from grader.intake.kinds import SizeLimit
from grader.intake.limits import Budget
from grader.intake.records import HandedIn, Refused, believable
from grader.intake.refusals import Unfit, Unreadable

# The records of a zip, by their names in the format's specification.
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_END_OF_DIRECTORY_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = 20
_CENTRAL_HEADER = struct.Struct("<4s6H3L5H2L")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")

_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_SIZES_FOLLOW = 1 << 3
_IS_UTF8 = 1 << 11
_STORED, _DEFLATED = 0, 8
_IN_ZIP64 = 0xFFFFFFFF
_ZIP64_EXTRA, _TIME_EXTRA = 0x0001, 0x5455


class _Entry(NamedTuple):
    """What the directory at a zip's end says of one entry."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int
    mode: int
    modified: float | None

    @property
    def name(self) -> str:
        if self.flags & _IS_UTF8:
            return self.raw_name.decode("utf-8", "surrogateescape")
        return names.legible(self.raw_name, "cp437")


class _Wanted(NamedTuple):
    """An entry that is to be read, and where its bytes begin."""

    entry: _Entry
    path: PurePosixPath
    begin: int


def entries(stream: BinaryIO, budget: Budget, limit: SizeLimit) -> Iterator[HandedIn | Refused]:
    """Read each entry that `limit` wants, and say what is wrong with others; Unreadable where the zip breaks off."""
    listed: list[_Entry] = []
    broken = None
    try:
        listed.extend(_directory(stream, budget))
    except Unreadable as error:  # what was listed before is good
        broken = error
    wanted = []
    for entry in listed:
        try:
            if (one := _wanted(stream, entry, limit)) is not None:
                wanted.append(one)
        except Unfit as unfit:
            yield Refused(names.shown(entry.name), unfit.problem)
    yield from _unpacked(stream, sorted(wanted, key=lambda one: one.entry.start), budget)
    if broken is not None:
        raise broken


def tail(stream: BinaryIO) -> bytes:
    """Read as much of a zip's end as its last record and its comment can take."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END_OF_DIRECTORY.size - 0xFFFF))
    return stream.read(_END_OF_DIRECTORY.size + 0xFFFF)


def _directory(stream: BinaryIO, budget: Budget) -> Iterator[_Entry]:
    """List a zip's entries. What stands before the zip moves every offset, which are counted from its first byte."""
    last = tail(stream)
    at = _end_of_directory(last)
    end = stream.tell() - len(last) + at
    count, length, offset = _END_OF_DIRECTORY.unpack_from(last, at)[4:7]
    at_64 = at - _LOCATOR_64 - _END_OF_DIRECTORY_64.size
    if at_64 >= 0 and last.startswith(b"PK\6\6", at_64) and last.startswith(b"PK\6\7", at - _LOCATOR_64):
        count, length, offset = _END_OF_DIRECTORY_64.unpack_from(last, at_64)[7:10]
        end -= at - at_64
    before = end - length - offset
    if before < 0:
        raise Unreadable(refusals.damaged())
    budget.allow(entries=count)  # before the first of a million is built
    stream.seek(end - length)
    while stream.tell() < end:
        budget.spend(entries=1)  # the count may be a lie
        yield _entry(stream, before, end)


def _end_of_directory(last: bytes) -> int:
    """Return where a zip's last record begins: the last one whose comment ends with the file, else the last one."""
    found = [match.start() for match in re.finditer(b"PK\5\6", last[: 4 - _END_OF_DIRECTORY.size])]
    if not found:
        raise Unreadable(both("is no .zip or .tar archive, or only a part of one; pack it again as .zip"))
    comments = {at: _END_OF_DIRECTORY.unpack_from(last, at)[7] for at in found}
    fitting = [at for at in found if at + _END_OF_DIRECTORY.size + comments[at] == len(last)]
    return (fitting or found)[-1]


def _entry(stream: BinaryIO, before: int, end: int) -> _Entry:
    """Read one entry of the directory."""
    header = stream.read(_CENTRAL_HEADER.size)
    if len(header) < _CENTRAL_HEADER.size or not header.startswith(b"PK\1\2"):
        raise Unreadable(refusals.damaged())
    (_, _, _, flags, method, clock, date, crc, packed, size, name_length, extra_length, comment_length,
     _, _, attributes, start) = _CENTRAL_HEADER.unpack(header)  # fmt: skip
    raw_name = stream.read(name_length)
    extras = _extras(stream.read(extra_length))
    if stream.seek(comment_length, io.SEEK_CUR) > end:
        raise Unreadable(refusals.damaged())
    zip64 = extras.get(_ZIP64_EXTRA, b"")
    large = iter(struct.unpack_from(f"<{len(zip64) // 8}Q", zip64))
    size, packed, start = (next(large, value) if value == _IN_ZIP64 else value for value in (size, packed, start))
    modified = _modified(extras.get(_TIME_EXTRA, b""), date, clock)
    return _Entry(raw_name, flags, method, crc, packed, size, start + before, attributes >> 16, modified)


def _extras(extra: bytes) -> dict[int, bytes]:
    found = {}
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        found[kind] = extra[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def _modified(stamp: bytes, date: int, clock: int) -> float | None:
    """Return an entry's time: in UTC where the archive has it so, else as if the writer's clock was the one here."""
    if len(stamp) >= 5 and stamp[0] & 1:
        return believable(struct.unpack_from("<l", stamp, 1)[0])
    if date <= 0x21:  # the format's first day is what writers put who know no time
        return None
    day = (date >> 9) + 1980, date >> 5 & 15, date & 31
    try:
        return believable(time.mktime((*day, clock >> 11, clock >> 5 & 63, 2 * (clock & 31), 0, 0, -1)))
    except (OverflowError, ValueError):
        return None


def _wanted(stream: BinaryIO, entry: _Entry, limit: SizeLimit) -> _Wanted | None:
    """Return the entry, or None where nobody wants it; Unfit where it is no ordinary file."""
    if entry.name.endswith(("/", "\\")):
        names.check_folder(entry.name)
        return None
    parts = names.split(entry.name)
    most = limit(parts)
    if most is None:
        return None
    if stat.S_ISLNK(entry.mode):
        raise refusals.link()
    if stat.S_IFMT(entry.mode) not in (0, stat.S_IFREG):
        raise refusals.not_regular()
    if entry.flags & _ENCRYPTED:
        raise Unfit(both("is encrypted; pack it again without a password"))
    if entry.method not in (_STORED, _DEFLATED):
        words = both(
            "is compressed by method {method}, which is not read here; pack it again as .zip", method=entry.method
        )
        raise Unfit(words)
    if entry.size > most:
        raise refusals.too_large(most)
    return _Wanted(entry, PurePosixPath(*parts), _begin(stream, entry))


def _begin(stream: BinaryIO, entry: _Entry) -> int:
    """Return where an entry's bytes begin; Unfit where its own header says something else than the directory."""
    try:
        stream.seek(entry.start)
        header = stream.read(_LOCAL_HEADER.size)
    except (OverflowError, ValueError, OSError):  # an offset beyond what a file can have
        header = b""
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\3\4"):
        raise Unfit(refusals.damaged())
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    same = stream.read(name_length) == entry.raw_name and method == entry.method and not flags & _ENCRYPTED
    if not flags & _SIZES_FOLLOW and _IN_ZIP64 not in (packed, size):
        same = same and (crc, packed, size) == (entry.crc, entry.packed, entry.size)
    if not same:
        raise Unfit(both("is described in two ways that do not agree; pack it again"))
    return entry.start + _LOCAL_HEADER.size + name_length + extra_length


def _unpacked(stream: BinaryIO, wanted: list[_Wanted], budget: Budget) -> Iterator[HandedIn | Refused]:
    """Read the bytes of entries that are sorted by where they stand; each must end before the next begins."""
    ends = [*(later.entry.start for later in wanted[1:]), stream.seek(0, io.SEEK_END)]
    for one, end in zip(wanted, ends, strict=False):
        budget.spend(size=one.entry.size)
        try:
            if one.begin + one.entry.packed > end:
                raise Unfit(both("shares its bytes with another entry, as in a zip bomb; pack it again"))
            yield HandedIn(one.path, _content(stream, one), one.entry.modified)
        except Unfit as unfit:
            yield Refused(names.shown(one.entry.name), unfit.problem)


def _content(stream: BinaryIO, one: _Wanted) -> bytes:
    """Return an entry's content, which has exactly the size and the checksum that are declared."""
    entry = one.entry
    if entry.packed > entry.size + entry.size // 8 + 1024:  # no packer makes a file that much larger
        raise Unfit(refusals.damaged())
    stream.seek(one.begin)
    content = stream.read(entry.packed)
    if entry.method == _DEFLATED:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, entry.size + 1)
        except zlib.error:
            raise Unfit(refusals.damaged()) from None
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise Unfit(refusals.damaged())
    return content
