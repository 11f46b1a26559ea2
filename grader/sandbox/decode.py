"""Read a frame's value. Every count, type and size is checked before it is believed."""

from __future__ import annotations

import json
from typing import Any

from grader.sandbox.wire import (
    DEVICES,
    DTYPES,
    FRAME,
    MAX_DEPTH,
    MAX_DIM,
    MAX_INT,
    MAX_NDIM,
    MAX_NODES,
    MAX_PAIRS,
    Build,
    Generator,
    Note,
    Opaque,
    Reference,
    WireError,
    frame_sizes,
    plain_key,
)  # fmt: skip


def decode(header: bytes, body: bytes | bytearray | memoryview, request: bool = False) -> Any:
    """Return the value of a frame's two parts.

    Only a `request` may carry what the other side is to make, a generator or a helper: a student's side must not have
    the grader make anything.
    """
    try:
        node = json.loads(header.decode("ascii"))
    except (ValueError, RecursionError):
        raise WireError("header is not JSON") from None
    reader = _Reader(memoryview(body), request)
    value = reader.value(node, 0)
    if reader.at != len(body):
        raise WireError("bytes left over")
    return value


def loads(frame: bytes, request: bool = False) -> Any:
    """Return the value of one whole frame, as `encode` made it; see `decode`."""
    if len(frame) < FRAME.size:
        raise WireError("truncated frame")
    header, body = frame_sizes(frame[: FRAME.size])
    if len(frame) != FRAME.size + header + body:
        raise WireError("frame and sizes disagree")
    return decode(frame[FRAME.size : FRAME.size + header], bytearray(frame[FRAME.size + header :]), request)


class _Reader:
    """Reads the tagged nodes; every method is one tag, and takes exactly the fields that it names."""

    TAGS = ("list", "tuple", "dict", "complex", "bytes", "slice", "tensor", "dtype", "device", "array", "scalar",
            "reference", "opaque")  # fmt: skip
    TAGS_OF_REQUESTS = ("generator", "build")

    def __init__(self, body: memoryview, request: bool):
        self.body, self.at, self.nodes = body, 0, 0
        self.tags = (*self.TAGS, *self.TAGS_OF_REQUESTS) if request else self.TAGS

    def value(self, node: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise WireError("too many nodes")
        kind = type(node)
        if node is None or kind in (bool, float):
            return node
        if kind is int:
            return _checked(node, -MAX_INT < node < MAX_INT, "integer too large")
        if kind is str:
            return _text(node)
        if kind is dict:
            _checked(node, len(node) <= MAX_PAIRS, "too large a dict")
            return {_text(key): self.value(item, depth + 1) for key, item in node.items()}
        tagged = kind is list and node and type(node[0]) is str and node[0] in self.tags
        _checked(node, tagged, "unknown node")
        try:
            return getattr(self, "read_" + node[0])(*node[1:], depth=depth + 1)
        except TypeError:
            raise WireError(f"wrong fields for {node[0]}") from None

    def read_list(self, items: Any, *, depth: int) -> list:
        return [self.value(item, depth) for item in _typed(items, list)]

    def read_tuple(self, items: Any, *, depth: int) -> tuple:
        return tuple(self.read_list(items, depth=depth))

    def read_dict(self, pairs: Any, *, depth: int) -> dict:
        result = {}
        _checked(pairs, type(pairs) is list and len(pairs) <= MAX_PAIRS, "too large a dict")
        for pair in pairs:
            _checked(pair, type(pair) is list and len(pair) == 2, "bad pair")
            key = self.value(pair[0], depth)
            _checked(key, plain_key(key), "bad key")
            result[key] = self.value(pair[1], depth)
        return result

    def read_complex(self, real: Any, imag: Any, *, depth: int) -> complex:
        return complex(_typed(real, float), _typed(imag, float))

    def read_bytes(self, size: Any, *, depth: int) -> bytes:
        return bytes(self.take(size))

    def read_slice(self, parts: Any, *, depth: int) -> slice:
        values = self.read_list(parts, depth=depth)
        return slice(*_checked(values, len(values) == 3 and all(x is None or type(x) is int for x in values), "slice"))

    def read_tensor(self, dtype: Any, shape: Any, size: Any, device: Any, shares: Any, *, depth: int) -> Any:
        import torch

        data = self.elements(dtype, shape, size)
        note = Note(_typed(device, str)[:20], _typed(shares, bool))
        torch_dtype = getattr(torch, dtype)
        if dtype == "bool":
            tensor = torch.frombuffer(data, dtype=torch.uint8) != 0 if data else torch.empty(0, dtype=torch.bool)
        else:
            tensor = torch.frombuffer(data, dtype=torch_dtype) if data else torch.empty(0, dtype=torch_dtype)
        tensor = tensor.reshape(shape).clone()  # a view of bytes would refuse detach_ and resize_
        tensor._wire_note = note
        return tensor

    def read_array(self, dtype: Any, shape: Any, size: Any, *, depth: int) -> Any:
        import numpy

        data = self.elements(dtype, shape, size)
        numpy_dtype = _checked(DTYPES[dtype][1], dtype != "bfloat16", "no such array")
        if dtype == "bool":
            return (numpy.frombuffer(data, dtype="<u1") != 0).reshape(shape)
        return numpy.frombuffer(data, dtype=numpy_dtype).reshape(shape)

    def read_scalar(self, dtype: Any, shape: Any, size: Any, *, depth: int) -> Any:
        _checked(shape, shape == [], "a scalar has no shape")
        return self.read_array(dtype, shape, size, depth=depth)[()]

    def read_dtype(self, name: Any, *, depth: int) -> Any:
        import torch

        return getattr(torch, _checked(name, type(name) is str and name in DTYPES, "no such dtype"))

    def read_device(self, name: Any, *, depth: int) -> Any:
        import torch

        allowed = type(name) is str and name.split(":")[0] in DEVICES and len(name) < 10
        try:
            return torch.device(_checked(name, allowed, "no such device"))
        except RuntimeError:
            raise WireError("no such device") from None

    def read_reference(self, number: Any, type_name: Any, bases: Any, *, depth: int) -> Reference:
        names = tuple(_typed(base, str)[:200] for base in _typed(bases, list)[:20])
        return Reference(_typed(number, int), _typed(type_name, str)[:200], names)

    def read_opaque(self, kind: Any, *, depth: int) -> Opaque:
        return Opaque(_typed(kind, str)[:200])

    def read_generator(self, seed: Any, *, depth: int) -> Generator:
        return Generator(_checked(_typed(seed, int), 0 <= seed < 1 << 63, "bad seed"))

    def read_build(self, source: Any, *, depth: int) -> Build:
        return Build(_typed(source, str))

    def take(self, size: Any) -> bytearray:
        _checked(size, type(size) is int and 0 <= size <= len(self.body) - self.at, "bad buffer length")
        self.at += size
        return bytearray(self.body[self.at - size : self.at])

    def elements(self, dtype: Any, shape: Any, size: Any) -> bytearray:
        """Return the bytes of an array once its dtype, shape and size agree."""
        _checked(dtype, type(dtype) is str and dtype in DTYPES, "no such dtype")
        _checked(shape, type(shape) is list and len(shape) <= MAX_NDIM, "bad shape")
        count = nonzero = 1
        for dim in shape:
            _checked(dim, type(dim) is int and 0 <= dim <= MAX_DIM, "bad dimension")
            count, nonzero = count * dim, nonzero * max(dim, 1)
        # torch multiplies the non-zero dimensions of an empty tensor too, so their product needs a bound as well.
        _checked(nonzero, nonzero <= MAX_DIM, "bad shape")
        data = self.take(size)
        _checked(data, len(data) == count * DTYPES[dtype][0], "shape and bytes disagree")
        return data


def _text(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _checked(value: Any, holds: Any, complaint: str) -> Any:
    if not holds:
        raise WireError(complaint)
    return value


def _typed(value: Any, kind: type) -> Any:
    return _checked(value, type(value) is kind, f"expected {kind.__name__}")
