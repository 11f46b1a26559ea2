"""Values as bytes, and bytes as values: a JSON header, then raw little-endian buffers.

Both sides of the sandbox speak it, and the side that judges believes nothing it reads: what is read is never
unpickled, evaluated or imported, every size is checked before memory is taken, and only exact types travel,
so that no `__eq__` or `__torch_function__` of a student's reaches the grader. Whatever breaks a rule is a WireError.

A value is null, a bool, a float, an int or a string as in JSON, an object for a dict whose keys are strings, or a list
that begins with its tag. This module has the words and the frames; `encode` writes values and `decode` reads them.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from dataclasses import dataclass
from typing import Any

MAX_HEADER = 1 << 20
MAX_BODY = 64 << 20
MAX_NODES = 20_000
MAX_DEPTH = 32
MAX_PAIRS = 2000
"""Items of a dict: keys that all hash alike are compared each with each, which takes 2 s from 10,000 on."""
MAX_NDIM = 8
MAX_DIM = 1 << 40
MAX_INT = 10**1300

FRAME = struct.Struct("<4sIQ")
MAGIC = b"tgw1"

# dtype: bytes an element, and the numpy dtype that reads it (bfloat16 has none).
DTYPES = {
    "float16": (2, "<f2"), "float32": (4, "<f4"), "float64": (8, "<f8"), "bfloat16": (2, None),
    "int8": (1, "<i1"), "int16": (2, "<i2"), "int32": (4, "<i4"), "int64": (8, "<i8"),
    "uint8": (1, "<u1"), "bool": (1, "|b1"), "complex64": (8, "<c8"), "complex128": (16, "<c16"),
}  # fmt: skip

_MAY_BE_EMPTY = (type(None), bool, list, tuple, dict)

DEVICES = ("cpu", "cuda", "meta")


class WireError(Exception):
    """The other side broke the rules of the wire."""


class TooLarge(Exception):
    """A value is too large, too long or too deeply nested to travel."""


@dataclass(frozen=True)
class Generator:
    """A torch.Generator with this seed, made on the side that uses it."""

    seed: int


@dataclass(frozen=True)
class Build:
    """A public helper (an activation, a module) that the worker makes out of this expression."""

    source: str


@dataclass(frozen=True)
class Reference:
    """An object that stays in the worker, by its number there, and what its type says of itself."""

    number: int
    type_name: str = ""
    bases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opaque:
    """A value that cannot travel (a sparse tensor, a Tensor subclass, ...) and what it is."""

    kind: str


@dataclass(frozen=True)
class Note:
    """What a tensor said of itself where it was made: its device, and whether it shares memory with an argument."""

    device: str
    shares: bool


def note_of(tensor: Any) -> Note | None:
    """Return the Note that a tensor arrived with, or None for a tensor that never travelled."""
    return getattr(tensor, "_wire_note", None)


def plain_key(key: Any) -> bool:
    """Whether a dict's key may travel: hashing or comparing it runs no code of a student's."""
    return key is None or type(key) in (bool, int, float, str) or (type(key) is tuple and all(map(plain_key, key)))


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a request's fields without those that say nothing: whoever reads it takes a missing one for an empty one."""
    return {name: value for name, value in fields.items() if type(value) not in _MAY_BE_EMPTY or value}


def frame(header: bytes, body: bytes) -> bytes:
    """Return a message's two parts as one frame; TooLarge beyond the caps."""
    if len(header) > MAX_HEADER or len(body) > MAX_BODY:
        raise TooLarge("more than can travel at once")
    return FRAME.pack(MAGIC, len(header), len(body)) + header + body


def frame_sizes(head: bytes) -> tuple[int, int]:
    """Return (header, body) bytes that follow a frame's head, checked against the caps."""
    magic, header, body = FRAME.unpack(head)
    if magic != MAGIC or header > MAX_HEADER or body > MAX_BODY:
        raise WireError("bad frame")
    return header, body


def send(sock: socket.socket, data: bytes, deadline: float | None = None) -> None:
    """Send a frame by `deadline` (time.monotonic() seconds; None: whenever); TimeoutError beyond it."""
    sock.settimeout(_remaining(deadline))
    sock.sendall(data)


def receive(sock: socket.socket, deadline: float | None = None) -> tuple[bytearray, memoryview]:
    """Return the next frame's header and body; EOFError at the end, TimeoutError, or WireError beyond the caps."""
    header, body = frame_sizes(_exactly(sock, FRAME.size, deadline))
    parts = _exactly(sock, header + body, deadline)
    return parts[:header], memoryview(parts)[header:]


def _exactly(sock: socket.socket, size: int, deadline: float | None) -> bytearray:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        sock.settimeout(_remaining(deadline))
        count = sock.recv_into(view[got:])
        if count == 0:
            raise EOFError("the other side closed the line")
        got += count
    return data


def _remaining(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def inherited_line() -> socket.socket:
    """Return the line that the parent process handed over as standard input; nothing else stays open to it."""
    if sys.platform == "win32":
        return socket.fromshare(sys.stdin.buffer.read())
    line = socket.socket(fileno=os.dup(0))
    line.set_inheritable(False)
    return line


def silence() -> None:
    """Point standard input, output and error at nothing."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
