"""Valid frames made wrong, and what any frame at all may do to whoever reads it."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy
import torch

from grader.sandbox import wire
from grader.sandbox.decode import loads
from grader.sandbox.encode import encode
from grader.sandbox.wire import FRAME, MAGIC, Build, Generator, Opaque, Reference, WireError

SAMPLES = [
    encode([None, True, -1, 10**1299, 0.5, float("nan"), "text", "\ud800", 1j, b"bytes", slice(1, None, -1)]),
    encode({1: [(), [], {}], "a": {(1, ("b", None)): 2.5}, None: ((1, 2), [3])}),
    encode([torch.zeros(2, 3), torch.ones(0, 4), torch.tensor(True), torch.ones(3).bfloat16(), torch.ones(2) * 1j]),
    encode([numpy.arange(6).reshape(2, 3), numpy.float16(1), numpy.ones(3, bool), numpy.zeros((0, 2))]),
    encode([torch.int64, torch.device("cuda", 1), Reference(1, "a.B", ("a.B", "c.D")), Generator(7)]),
    encode([Build("nn.ReLU()"), Opaque("sparse tensor"), {"id": 1, "value": None, "changed": None, "uses": []}]),
    encode({"id": 5, "value": torch.eye(3), "changed": [[torch.ones(2)], {}], "uses": [["add", 3]], "output": "x",
            "warnings": []}),
]  # fmt: skip

LEAVES = (None, True, False, 0, 1, -1, 2, 8, 1 << 31, 1 << 40, 1 << 63, 1 << 64, 10**1300, -(10**1300), 0.0, -1.5, 1e308,
          float("nan"), float("-inf"), "", "a", "\ud800", "\x00", "list", "dict", "tensor", "array", "scalar", "bytes",
          "value", "__class__", "float32", "bfloat16", "bool", "int8", "cpu", "cuda:0", "meta", {}, {"a": 1}, [],
          [[]], ["list"], ["list", []], ["tuple", [0]], ["bytes", 1], ["complex", 0.0, 1.0], ["opaque", "x"])  # fmt: skip

KINDS = {bool, int, float, str, complex, bytes, slice, list, tuple, dict, torch.Tensor, torch.dtype, torch.device,
         numpy.ndarray}  # fmt: skip

MAX_FRAME = 64 << 10
"""Bytes that a frame keeps, however often its parts were repeated."""

ALLOWED_FOR_HEADER, ALLOWED_FOR_BODY, ALLOWED = 80, 5, 256 << 10
"""Bytes of memory that a byte of a frame's two parts, and a frame as such, may cost while it is read. A Python list is
two characters of JSON and a hundred bytes of memory; a body is cut out of its frame, and its buffers out of it."""


def examine(frame: bytes) -> bool:
    """Return whether a frame holds a value. An exception where reading it does anything but that or a WireError."""
    as_answer, as_request = (examine_as(request, frame) for request in (False, True))
    return as_answer or as_request


def examine_as(request: bool, frame: bytes) -> bool:
    """Examine what a frame is to the grader, or, as a request, to a worker."""
    tracemalloc.start()
    try:
        value = loads(frame, request)
    except WireError:
        return False
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        header, body = sizes(frame)
        assert peak <= ALLOWED_FOR_HEADER * header + ALLOWED_FOR_BODY * body + ALLOWED, f"{peak} bytes were taken"
    parts = [*everything_in(value)]
    assert all(is_plain(part, request) for part in parts), "something arrived that may not"
    # Of torch's memory, tracemalloc knows nothing.
    taken = sum(part.untyped_storage().nbytes() for part in parts if isinstance(part, torch.Tensor))
    assert taken <= body, f"{taken} bytes of tensors came of {body}"
    again = encode(value)
    assert encode(loads(again, request)) == again, "what was read is not what was written of it"
    return True


def sizes(frame: bytes) -> tuple[int, int]:
    """How many of a frame's bytes can be its header, and how many its body, whatever it claims."""
    claimed = FRAME.unpack(frame[: FRAME.size])[1] if len(frame) >= FRAME.size else 0
    header = min(claimed, max(len(frame) - FRAME.size, 0))
    return header, len(frame) - header


def everything_in(value: Any) -> Iterator[Any]:
    """A value and all its parts."""
    yield value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *everything_in(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from everything_in(item)


def is_plain(part: Any, request: bool) -> bool:
    """Whether a part of a value is exactly of a type that may arrive, and so are its fields."""
    match part:
        case Reference():
            return type(part.number) is int and {str} >= {type(word) for word in (part.type_name, *part.bases)}
        case Opaque():
            return type(part.kind) is str
        case Generator():
            return request and type(part.seed) is int
        case Build():
            return request and type(part.source) is str
    return part is None or type(part) in KINDS or isinstance(part, numpy.generic)


def mutated(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    """Return a frame made wrong in one to three ways."""
    for _ in range(random.randint(1, 3)):
        try:
            frame = random.choice(WAYS)(random, frame, others)
        except RecursionError:
            pass  # its tree is too deep to be written again
    return frame[:MAX_FRAME]


def change_bytes(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    """Put some bytes in place of others."""
    begin, end = span(random, frame)
    return frame[:begin] + random.randbytes(random.randint(0, 4)) + frame[end:]


def truncate(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    return frame[: random.randint(0, len(frame))]


def splice(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    """The beginning of one frame, and the end of another."""
    other = random.choice(others)
    return frame[: random.randint(0, len(frame))] + other[random.randint(0, len(other)) :]


def repeat(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    begin, end = span(random, frame)
    return frame[:begin] + frame[begin:end] * random.choice((2, 3, 50)) + frame[end:]


def deepen(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    """Put the header's text into lists, ever deeper."""
    middle, depth = FRAME.size + sizes(frame)[0], random.choice((1, wire.MAX_DEPTH, 900, 3000))
    header = b'["list",[' * depth + frame[FRAME.size : middle] + b"]]" * depth
    return FRAME.pack(MAGIC, len(header), len(frame[middle:])) + header + frame[middle:]


def lie_about_sizes(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    header, body = random.choice(others)[4:8], random.choice((0, 1, 1 << 20, 1 << 63)).to_bytes(8, "little")
    return frame[:4] + random.choice((header, frame[4:8], b"\xff" * 4)) + body + frame[FRAME.size :]


def change_header(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    """Change nodes of the header's tree, and tell its size truly, so that it is read."""
    tree, body = halves(frame)
    for _ in range(random.randint(1, 3)):
        tree = changed(random, tree, halves(random.choice(others))[0])
    return whole(tree, body)


def change_body(random: Random, frame: bytes, others: list[bytes]) -> bytes:
    tree, body = halves(frame)
    return whole(tree, random.choice((body[:-1], body + b"\xff", random.randbytes(len(body)), b"", body * 2)))


WAYS: tuple[Callable[[Random, bytes, list[bytes]], bytes], ...] = (
    change_bytes, truncate, splice, repeat, deepen, lie_about_sizes, change_body, change_header, change_header, change_header,
)  # fmt: skip


def span(random: Random, frame: bytes) -> tuple[int, int]:
    """The two ends of a short piece of a frame."""
    begin = random.randint(0, len(frame))
    return begin, min(len(frame), begin + random.randint(0, 8))


def halves(frame: bytes) -> tuple[Any, bytes]:
    """The header's tree, None where it is no JSON any more, and the body."""
    middle = FRAME.size + sizes(frame)[0]
    try:
        return json.loads(frame[FRAME.size : middle]), frame[middle:]
    except (ValueError, RecursionError):
        return None, frame[middle:]


def whole(tree: Any, body: bytes) -> bytes:
    header = json.dumps(tree, separators=(",", ":")).encode("ascii")
    return FRAME.pack(MAGIC, len(header), len(body)) + header + body


def changed(random: Random, tree: Any, other: Any) -> Any:
    """Return the tree with one of its nodes changed."""
    if isinstance(tree, list) and tree and random.random() < 0.8:
        place = random.randrange(len(tree))
        return [*tree[:place], changed(random, tree[place], other), *tree[place + 1 :]]
    if isinstance(tree, dict) and tree and random.random() < 0.8:
        name = random.choice([*tree])
        return tree | {random.choice((name, name, name, "id", "")): changed(random, tree[name], other)}
    if isinstance(tree, int) and random.random() < 0.5:
        return tree + random.choice((-1, 1, 8, tree, 1 << 40))
    return random.choice((
        lambda: random.choice(LEAVES),
        lambda: other,
        lambda: [tree] * random.choice((0, 1, 2, 30)),
        lambda: ["list", [tree]],
        lambda: ["dict", [[tree, other]]],
        lambda: {"a": tree, "b": other},
        lambda: tree[1:] if isinstance(tree, list | str) else str(tree),
    ))()  # fmt: skip

