"""Write a value as a frame. Only exact types are written as what they are; `keep` answers for everything else."""

from __future__ import annotations

import json
import math
import sys
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from grader.sandbox.wire import (
    DEVICES,
    DTYPES,
    MAX_BODY,
    MAX_DEPTH,
    MAX_DIM,
    MAX_HEADER,
    MAX_INT,
    MAX_NDIM,
    MAX_NODES,
    MAX_PAIRS,
    Build,
    Generator,
    Opaque,
    Reference,
    TooLarge,
    frame,
    plain_key,
)  # fmt: skip


def encode(
    value: Any,
    keep: Callable[[Any], Reference | Opaque | Generator | Build] | None = None,
    shares: Callable[[Any], bool] = lambda tensor: False,
) -> bytes:
    """Return the frame of a value. `keep` says what travels for an object that cannot; TooLarge where nothing can."""
    writer = _Writer(keep or (lambda value: Opaque(type(value).__name__[:100])), shares)
    node = writer.node(value, 0)
    body = b"".join(writer.buffers)
    # JSON's ASCII escapes can write a lone surrogate; the reader makes it harmless.
    return frame(_as_json(node).encode("ascii"), body)


_as_json = json.JSONEncoder(separators=(",", ":")).encode


class _Writer:
    def __init__(self, keep: Callable[[Any], Any], shares: Callable[[Any], bool]):
        self.keep, self.shares = keep, shares
        self.buffers: list[bytes] = []
        self.nodes = self.size = self.text = 0

    def node(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise TooLarge("too many parts, or nested too deeply")
        kind = type(value)
        if value is None or kind in (bool, float):
            return value
        if kind is str:
            return self.string(value)
        if kind is int:
            return value if -MAX_INT < value < MAX_INT else self.refuse("too large integer")
        return self.tagged(value, kind, depth + 1)

    def string(self, value: str) -> Any:
        if len(value) > MAX_HEADER:
            return self.refuse("too large string")
        self.text += len(value)
        if self.text > MAX_HEADER:
            raise TooLarge("more text than can travel at once")
        return value

    def tagged(self, value: Any, kind: type, depth: int) -> Any:
        torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
        if kind is list or isinstance(value, tuple):  # torch.Size and named tuples are tuples
            items = list.__iter__(value) if kind is list else tuple.__iter__(value)
            return ["list" if kind is list else "tuple", [self.node(item, depth) for item in items]]
        if kind in (dict, OrderedDict):
            if len(value) > MAX_PAIRS:
                return self.refuse("dict of too many items")
            if all(type(key) is str and len(key) <= MAX_HEADER for key in value):
                return {self.string(key): self.node(item, depth) for key, item in value.items()}
            if not all(map(plain_key, value)):
                return self.refuse("dict with keys that cannot travel")
            return ["dict", [[self.node(key, depth), self.node(item, depth)] for key, item in value.items()]]
        if kind is complex:
            return ["complex", value.real, value.imag]
        if kind is bytes:
            return ["bytes", self.buffer(value)]
        if kind is slice:
            parts = (value.start, value.stop, value.step)
            if not all(part is None or type(part) is int for part in parts):
                return self.refuse("slice of something but integers")
            return ["slice", [self.node(part, depth) for part in parts]]
        if torch and kind in (torch.Tensor, torch.nn.Parameter):
            return self.tensor(value)
        if torch and kind is torch.dtype:
            name = str(value).removeprefix("torch.")
            return ["dtype", name] if name in DTYPES else self.refuse(f"dtype {name}")
        if torch and kind is torch.device:
            return ["device", str(value)] if value.type in DEVICES else self.refuse(f"device {value}")
        if numpy and kind is numpy.ndarray:
            return self.array(value, "array")
        if numpy and isinstance(value, numpy.generic) and kind.__module__ == "numpy":
            return self.array(numpy.asarray(value), "scalar")
        return self.kept(value)

    def kept(self, value: Any) -> list:
        if type(value) not in (Reference, Opaque, Generator, Build):
            value = self.keep(value)
        match value:
            case Reference():
                return ["reference", value.number, value.type_name, list(value.bases)]
            case Opaque():
                return ["opaque", value.kind]
            case Generator():
                return ["generator", value.seed]
            case Build():
                return ["build", value.source]
        raise TypeError(f"keep gave {type(value).__name__}")

    def refuse(self, kind: str) -> list:
        return ["opaque", kind]

    def buffer(self, data: bytes) -> int:
        self.size += len(data)
        if self.size > MAX_BODY:
            raise TooLarge("more than can travel at once")
        self.buffers.append(data)
        return len(data)

    def tensor(self, tensor: Any) -> list:
        dtype = str(tensor.dtype).removeprefix("torch.")
        unfit = _unfit_tensor(tensor, dtype)
        if unfit:
            return self.refuse(unfit)
        if tensor.numel() * DTYPES[dtype][0] > MAX_BODY - self.size:
            return self.refuse("tensor too large to travel")
        try:
            data = _tensor_bytes(tensor)
        except RuntimeError:  # one that escaped from torch.vmap, say
            return self.refuse("tensor that cannot be read")
        return ["tensor", dtype, list(tensor.shape), self.buffer(data), str(tensor.device), self.shares(tensor)]

    def array(self, array: Any, tag: str) -> list:
        dtype = array.dtype.name
        if dtype not in DTYPES or array.ndim > MAX_NDIM or math.prod(max(dim, 1) for dim in array.shape) > MAX_DIM:
            return self.refuse(f"numpy {tag} of {dtype[:40]}")
        if array.nbytes > MAX_BODY - self.size:
            return self.refuse("array too large to travel")
        data = array.astype(DTYPES[dtype][1]).tobytes()
        return [tag, dtype, list(array.shape), self.buffer(data)]


def _unfit_tensor(tensor: Any, dtype: str) -> str | None:
    """Say what keeps a tensor from travelling; None where nothing does."""
    if tensor.is_quantized:
        return "quantized tensor"
    if tensor.is_nested:
        return "nested tensor"
    if tensor.layout != sys.modules["torch"].strided:
        layout = str(tensor.layout).removeprefix("torch.")
        return "sparse tensor" if "sparse" in layout else f"tensor of layout {layout[:40]}"
    if tensor.device.type not in ("cpu", "cuda"):
        return f"{tensor.device.type} tensor"
    if dtype not in DTYPES:
        return f"tensor of {dtype[:40]}"
    size = tensor.numel() or math.prod(max(dim, 1) for dim in tensor.shape)
    if tensor.dim() > MAX_NDIM or size > MAX_DIM:
        return "tensor too large to travel"
    return None


def _tensor_bytes(tensor: Any) -> bytes:
    torch = sys.modules["torch"]
    plain = tensor.detach().cpu().resolve_conj().resolve_neg()
    if plain.dtype == torch.bfloat16:
        plain = plain.view(torch.int16)
    # not .contiguous(): that leaves a strided (1,) as it is; numpy's copy is in C order whatever the strides
    return plain.numpy().tobytes()
