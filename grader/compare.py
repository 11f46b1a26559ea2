"""Hold an answer against what was wanted, and say in words how they differ: kind, shape, finiteness, then values."""

from __future__ import annotations

import math
from typing import Any

import numpy
import torch

from grader.i18n import both
from grader.records import Text, inert
from grader.sandbox import wire
from grader.sandbox.proxy import Handle, repr_of

SHOWN = 32
"""Rows and columns of a tensor that a report keeps."""

# (relative, absolute) error that any correct order of operations stays under, on the moderate inputs of a course.
TOLERANCES = {
    torch.float64: (1e-9, 1e-11),
    torch.float32: (1e-4, 1e-6),
    torch.float16: (1e-2, 1e-3),
    torch.bfloat16: (5e-2, 1e-2),
}


class Mismatch(AssertionError):
    """An answer is not what was wanted. `safe` is what a hidden check may tell: nothing of inputs or values."""

    def __init__(self, text: Text, safe: Text, got: Any = None, wanted: Any = None):
        super().__init__(text.en)
        self.text, self.safe = text, safe
        self.details = {"got": shown(got), "wanted": shown(wanted)}


def close(got: Any, wanted: Any, like: torch.Tensor | None = None) -> None:
    """Accept a tensor of the shape of `wanted` whose values agree at the precision of `like` (default: `wanted`).

    A number is accepted for a 0-d tensor. NaN agrees with nothing.
    """
    wanted = torch.as_tensor(wanted)
    answer = _as_tensor(got, wanted)
    if tuple(answer.shape) != tuple(wanted.shape):
        shapes = {"got": _shape(answer), "wanted": _shape(wanted)}
        raise Mismatch(both("the shape is {got}, and {wanted} was wanted", **shapes), both("the shape is not right"),
                       got, wanted)  # fmt: skip
    dtype = wanted.dtype if like is None else like.dtype
    wrong = _wrong(answer, wanted, dtype)
    mine, theirs = answer.to(torch.float64), wanted.to(torch.float64)
    if wrong.any():
        raise Mismatch(_values_text(mine, theirs, wrong, answer.dtype, dtype), both("the values are not right"),
                       got, wanted)  # fmt: skip


def _wrong(answer: torch.Tensor, wanted: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Say of each element whether it is off by more than the dtype's tolerance; integers and infinities are exact."""
    if not answer.is_floating_point() and not wanted.is_floating_point():
        return answer.to(torch.int64) != wanted.to(torch.int64)
    mine, theirs = answer.to(torch.float64), wanted.to(torch.float64)
    rtol, atol = TOLERANCES.get(dtype, (0.0, 0.0))
    near = torch.isfinite(theirs) & ((mine - theirs).abs() <= atol + rtol * theirs.abs())
    return ~(near | (mine == theirs))


def equal(got: Any, wanted: Any) -> None:
    """Accept exactly this value of exactly this type: an int, a str, None, or a tuple or list of such."""
    if type(got) is not type(wanted):
        kinds = {"got": kind_of(got), "wanted": kind_of(wanted)}
        raise Mismatch(both("returned {got}; return {wanted}", **kinds), both("it does not return what was asked for"),
                       got, wanted)  # fmt: skip
    if isinstance(wanted, tuple | list) and len(got) == len(wanted):
        for mine, theirs in zip(got, wanted, strict=True):
            equal(mine, theirs)
    elif got != wanted:
        values = {"got": repr_of(got), "wanted": repr_of(wanted)}
        raise Mismatch(both("returned {got}; {wanted} was wanted", **values), both("the value is not right"),
                       got, wanted)  # fmt: skip


def typed(got: Any, like: torch.Tensor, device: str | None) -> None:
    """Accept a tensor with the dtype of `like`, made on the check's device."""
    if not isinstance(got, torch.Tensor):
        raise _wrong_kind(got, both("a tensor"))
    if got.dtype != like.dtype:
        names = {"got": _name(got.dtype), "wanted": _name(like.dtype)}
        raise Mismatch(both("the dtype is {got}; keep that of the input, {wanted}", **names),
                       both("the dtype is not that of the input"), got, None)  # fmt: skip
    note = wire.note_of(got)
    if note is not None and device is not None and note.device.split(":")[0] != device:
        raise Mismatch(both("the result is on {got}; the input is on {wanted}", got=inert(note.device), wanted=device),
                       both("the result is not on the input's device"), got, None)  # fmt: skip


def _as_tensor(got: Any, wanted: torch.Tensor) -> torch.Tensor:
    """Return an answer as a real tensor, or say what it is instead."""
    if type(got) in (int, float) or isinstance(got, numpy.floating | numpy.integer):
        if wanted.dim() == 0 and not (type(got) is int and abs(got) >= 2**63):
            return torch.tensor(got if type(got) is int else float(got), dtype=_plain_dtype(got))
        raise _wrong_kind(got, both("a tensor of shape {shape}", shape=_shape(wanted)))
    if not isinstance(got, torch.Tensor):
        raise _wrong_kind(got, both("a tensor"))
    if got.is_complex():
        raise Mismatch(both("the result is complex ({dtype}); return real numbers", dtype=_name(got.dtype)),
                       both("the result is complex"), got, wanted)  # fmt: skip
    return got


def _plain_dtype(number: Any) -> torch.dtype:
    return torch.int64 if isinstance(number, int | numpy.integer) else torch.float64


def _wrong_kind(got: Any, wanted: Text) -> Mismatch:
    if got is None:
        text = both("returned None; is a return missing?")
        return Mismatch(text, text)
    text = both("returned {got}; return {wanted}", got=kind_of(got), wanted=wanted)
    safe = both("it does not return what was asked for")
    return Mismatch(text, safe, got)


def kind_of(value: Any) -> Text:
    """Return what an answer is, in words."""
    names = {
        bool: both("a bool"), int: both("an int"), float: both("a float"), complex: both("a complex number"),
        str: both("a string"), list: both("a list"), tuple: both("a tuple"), dict: both("a dict"),
        numpy.ndarray: both("a numpy array"), torch.Tensor: both("a tensor"), type(None): both("None"),
    }  # fmt: skip
    if type(value) in names:
        return names[type(value)]
    if isinstance(value, wire.Opaque):
        return _same(inert(value.kind))
    if isinstance(value, Handle):
        type_name = inert(value.reference.type_name)
        return {
            "builtins.generator": both("a generator (the function has a yield in it)"),
            "builtins.coroutine": both("a coroutine (the function is an async def)"),
            "builtins.function": both("a function (is a call's () missing?)"),
            "builtins.builtin_function_or_method": both("a function (is a call's () missing?)"),
        }.get(type_name, both("an object of type {name}", name=type_name.removeprefix("builtins.")))
    return _same(type(value).__name__)


def _same(words: str) -> Text:
    return Text(en=words, ko=words)


def _values_text(mine: torch.Tensor, theirs: torch.Tensor, wrong: torch.Tensor, got: Any, asked: Any) -> Text:
    off = (mine - theirs).abs().nan_to_num(nan=math.inf)
    where = int(torch.argmax(torch.where(wrong, off, -1.0).flatten()))
    values = _apart(float(mine.flatten()[where]), float(theirs.flatten()[where]))
    if mine.dim() == 0:
        text = both("got {got}, and {wanted} was wanted", **values)
    else:
        place = list(map(int, numpy.unravel_index(where, tuple(mine.shape))))
        text = both(
            "{wrong} of {all} values are wrong; at {place} it is {got}, and {wanted} was wanted",
            wrong=int(wrong.sum()), all=mine.numel(), place=place, **values,
        )  # fmt: skip
    if got != asked and got in (torch.float16, torch.bfloat16):
        text = both("{text} ({got} is too coarse; keep {asked})", text=text, got=_name(got), asked=_name(asked))
    return text


def _apart(got: float, wanted: float) -> dict[str, str]:
    """Return two numbers with as many digits as it takes to tell them apart."""
    digits = next((d for d in range(6, 17) if f"{got:.{d}g}" != f"{wanted:.{d}g}"), 17)
    return {"got": f"{got:.{digits}g}", "wanted": f"{wanted:.{digits}g}"}


def _shape(tensor: torch.Tensor) -> str:
    return str(tuple(tensor.shape))


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def shown(value: Any) -> dict[str, Any] | None:
    """Return a bounded picture of a value, in JSON's own types, for a report."""
    if value is None:
        return None
    if not isinstance(value, torch.Tensor):
        return {"kind": kind_of(value).en, "text": repr_of(value, 400)}
    note = wire.note_of(value)
    rows = value.detach().reshape(-1, value.shape[-1] if value.dim() and value.shape[-1] else 1)[:SHOWN, :SHOWN]
    picture = rows.to(torch.complex128).abs() if rows.is_complex() else rows.to(torch.float64)
    return {
        "kind": "tensor",
        "text": repr_of(value, 400),
        "dtype": _name(value.dtype),
        "shape": list(value.shape),
        "device": inert(note.device) if note else "cpu",
        "values": [[_json_number(number) for number in row] for row in picture.tolist()],
    }


def _json_number(number: float) -> float | str:
    return number if math.isfinite(number) else str(number)
