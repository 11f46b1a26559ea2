"""Read a tar of a stranger, member by member; it may be compressed.

tarfile reads headers of any size into memory and gives up a whole archive for one bad member, so it is used here only
to understand the fields of a single block.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from grader.i18n import both
from grader.intake import names, refusals
from grader.intake.compression import CHUNK, chunks, is_compressed
from grader.intake.kinds import SizeLimit
from grader.intake.limits import Budget
from grader.intake.records import HandedIn, Refused, believable
from grader.intake.refusals import Unfit, Unreadable

BLOCK = 512
"""Bytes of a header; the bytes of each member are padded to whole blocks."""
MAX_HEADER = 64 * 1024
"""Bytes of a header about the member after it: a long name, or pax records."""
MAX_RECORDS = 100
"""Pax records in one such header."""

_ABOUT_THE_NEXT = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME)
_ABOUT_NOTHING = (tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK)
_DAMAGED = "=damaged"  # among the records where they cannot be understood; no pax record has a "=" in its key


def is_tar(head: bytes) -> bool:
    """Whether a file that begins with this block is a tar, or is compressed and so may be one."""
    if is_compressed(head) or head == bytes(BLOCK):
        return True
    try:
        _header(head)
    except Unreadable:
        return False
    return True


def entries(stream: BinaryIO, budget: Budget, limit: SizeLimit) -> Iterator[HandedIn | Refused]:
    """Read each member that `limit` wants, and say what is wrong with others; Unreadable where the tar breaks off."""
    tape = _Tape(stream, budget)
    records: dict[str, str] = {}
    while (block := tape.read(BLOCK)) != bytes(BLOCK):
        budget.spend(entries=1)
        info = _header(block)
        if info.type in _ABOUT_THE_NEXT:
            records |= _about_the_next(tape, info)
        elif info.type in _ABOUT_NOTHING:
            tape.skip(_padded(info.size))
        else:
            if info.type == tarfile.GNUTYPE_SPARSE:
                _skip_map(tape, block)
            yield from _member(tape, info, records, limit)
            records = {}
    while tape.read(CHUNK):  # up to the checksum that ends a compressed file
        pass


class _Tape:
    """The bytes of a tar in their order, read as they are asked for, and counted."""

    def __init__(self, stream: BinaryIO, budget: Budget):
        self._chunks, self._budget = chunks(stream), budget
        self._held = bytearray()

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        while len(self._held) < count and (chunk := next(self._chunks, None)) is not None:
            self._budget.spend(size=len(chunk))
            self._held += chunk
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def skip(self, count: int) -> None:
        while count > 0 and (passed := self.read(min(count, CHUNK))):
            count -= len(passed)


def _header(block: bytes) -> tarfile.TarInfo:
    """Understand a block; Unreadable where it is no header."""
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        raise Unreadable(refusals.damaged()) from None
    if info.size < 0:
        raise Unreadable(refusals.damaged())
    return info


def _skip_map(tape: _Tape, block: bytes) -> None:
    """Pass over the blocks that go on where a sparse member's header has no room to say where its holes are."""
    more = block[482]
    while more and (block := tape.read(BLOCK)):
        more = len(block) > 504 and block[504]


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _about_the_next(tape: _Tape, info: tarfile.TarInfo) -> dict[str, str]:
    """Read what a header says of the member after it."""
    if info.size > MAX_HEADER:
        tape.skip(_padded(info.size))
        return {_DAMAGED: ""}
    content = tape.read(_padded(info.size))[: info.size]
    if info.type == tarfile.GNUTYPE_LONGNAME:
        return {"path": names.legible(content.split(b"\0")[0])}
    try:
        return _pax(content)
    except ValueError:
        return {_DAMAGED: ""}


def _pax(content: bytes) -> dict[str, str]:
    """Read the records of a pax header, each of them "LENGTH KEY=VALUE\\n"; ValueError where one is not."""
    found: dict[str, str] = {}
    at = 0
    while content[at : at + 1].strip(b"\0"):
        space = content.index(b" ", at, at + 8)
        after = at + int(content[at:space])
        key, equals, value = content[space + 1 : after - 1].partition(b"=")
        if not equals or not space < after <= len(content) or len(found) == MAX_RECORDS:
            raise ValueError("no pax record")
        found[names.legible(key)] = names.legible(value)
        at = after
    if int(found.get("size", 0)) < 0:
        raise ValueError("a negative size")
    return found


def _member(
    tape: _Tape, info: tarfile.TarInfo, records: dict[str, str], limit: SizeLimit
) -> Iterator[HandedIn | Refused]:
    """Read one member or pass over it; at the end the tape stands behind its bytes."""
    name = records.get("path", names.legible(info.name.encode("utf-8", "surrogateescape")))
    has_bytes = info.isreg() or info.type not in tarfile.SUPPORTED_TYPES
    size = int(records.get("size", info.size)) if has_bytes else 0
    left = _padded(size)
    try:
        if info.isdir():
            names.check_folder(f"{name}/")
        elif _wanted(name, info, size, records, limit):
            content, left = tape.read(left)[:size], 0
            if len(content) < size:
                raise Unfit(refusals.damaged())
            modified = _modified(records.get("mtime", info.mtime))
            yield HandedIn(PurePosixPath(*names.split(name)), content, modified)
    except Unreadable:
        raise
    except Unfit as unfit:
        yield Refused(names.shown(name), unfit.problem)
    tape.skip(left)


def _wanted(name: str, info: tarfile.TarInfo, size: int, records: dict[str, str], limit: SizeLimit) -> bool:
    """Whether a member is to be read; Unfit where it is no ordinary file."""
    if _DAMAGED in records:
        raise Unfit(refusals.damaged())
    most = limit(names.split(name))
    if most is None:
        return False
    if info.issym() or info.islnk():
        raise refusals.link()
    if info.type == tarfile.GNUTYPE_SPARSE or any(key.startswith("GNU.sparse") for key in records):
        raise Unfit(both("is stored with holes (sparse); pack it again as .zip"))
    if not info.isreg():
        raise refusals.not_regular()
    if size > most:
        raise refusals.too_large(most)
    return True


def _modified(stamp: str | float) -> float | None:
    try:
        return believable(float(stamp))
    except ValueError:
        return None
