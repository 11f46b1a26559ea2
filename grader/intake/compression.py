"""Read a file that gzip, bzip2 or xz may have compressed, a chunk at a time, so that no bomb is ever in memory."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from grader.intake.refusals import Unreadable, damaged

CHUNK = 64 * 1024
MAX_STREAMS = 1000
"""Compressed streams in one file, end to end as pbzip2 writes them; endless empty ones cost time and yield nothing."""
MAX_DICTIONARY = 100 * 1024**2
"""Bytes that an .xz file may make its reader hold; `xz -9` asks for 65 MiB."""


class _Gunzip:
    """zlib's decompressor with the manners of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data


_Decompressor = Callable[[], _Gunzip | bz2.BZ2Decompressor | lzma.LZMADecompressor]


def is_compressed(head: bytes) -> bool:
    """Whether a file that begins so is compressed."""
    return _decompressor(head) is not None


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Read a file to its end, decompressed where it is compressed; Unreadable where it is damaged."""
    data = stream.read(CHUNK)
    decompressor = _decompressor(data)
    if decompressor is not None:
        yield from _decompressed(stream, data, decompressor)
        return
    while data:
        yield data
        data = stream.read(CHUNK)


def _decompressor(head: bytes) -> _Decompressor | None:
    """Return what decompresses a file that begins so; None where it is not compressed."""
    if head.startswith(b"\x1f\x8b"):
        return _Gunzip
    if head.startswith(b"BZh"):
        return bz2.BZ2Decompressor
    if head.startswith(b"\xfd7zXZ\0"):
        return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, MAX_DICTIONARY)
    return None


def _decompressed(stream: BinaryIO, data: bytes, new: _Decompressor) -> Iterator[bytes]:
    """Decompress `data`, which was read already, and what follows it; a chunk may be empty before the end."""
    for _ in range(MAX_STREAMS):
        decompressor = new()
        while not decompressor.eof:
            if decompressor.needs_input and not data:
                data = stream.read(CHUNK)
            try:
                chunk = decompressor.decompress(data, CHUNK)
            except (zlib.error, lzma.LZMAError, OSError, ValueError):
                raise Unreadable(damaged()) from None
            if not (data or chunk or decompressor.eof):
                raise Unreadable(damaged())
            data = b""
            yield chunk
        data = decompressor.unused_data or stream.read(CHUNK)
        if not data.strip(b"\0"):
            return
    raise Unreadable(damaged())
