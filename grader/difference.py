"""Say how two values differ: in words, and as data that a report can draw."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import numpy
import torch

from grader.i18n import both
from grader.records import Text, inert
from grader.sandbox import wire
from grader.sandbox.proxy import Handle
from grader.sandbox.shown import repr_of

SHOWN = 32
"""Rows and columns of a tensor that a report keeps."""

WORST = 5
"""Wrong elements of a tensor that a report lists."""


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


def shapes(got: tuple[int, ...], wanted: tuple[int, ...]) -> Text:
    """Return how a shape differs from the wanted one, and what that usually means."""
    text = both("the shape is {got}, and {wanted} was wanted", got=got, wanted=wanted)
    reason = _shape_reason(got, wanted)
    return text if reason is None else both("{text}: {reason}", text=text, reason=reason)


def _shape_reason(got: tuple[int, ...], wanted: tuple[int, ...]) -> Text | None:
    if [size for size in got if size != 1] == [size for size in wanted if size != 1]:
        return _axis_of_one(got, wanted)
    if got == ():
        return both("one number, where a tensor was wanted (is there a sum or mean too many?)")
    if wanted == ():
        return both("a tensor, where one number was wanted (is a sum or mean missing?)")
    partner = _broadcast_with(got, wanted)
    if partner is not None:
        return both("this happens when {one} and {other} broadcast", one=wanted, other=partner)
    if sorted(got) == sorted(wanted):
        return both("the two axes are swapped") if len(got) == 2 else both("the axes are in another order")
    return _sizes_that_differ(got, wanted)


def _axis_of_one(got: tuple[int, ...], wanted: tuple[int, ...]) -> Text:
    """Return what is wrong with shapes that differ in axes of size 1 only."""
    if len(got) == len(wanted):
        return both("the axis of size 1 is in another place")
    if len(got) > len(wanted):
        axis = _first_more(got, wanted)
        return both("axis {axis}, of size 1, is too many (is there a keepdim=True or an unsqueeze?)", axis=axis)
    axis = _first_more(wanted, got)
    return both("axis {axis}, of size 1, is missing (keepdim=True keeps it, unsqueeze({axis}) adds it)", axis=axis)


def _first_more(longer: tuple[int, ...], shorter: tuple[int, ...]) -> int:
    """Return the first axis by which a shape is longer than another."""
    same = [mine == theirs for mine, theirs in zip(longer, shorter, strict=False)]
    return [*same, False].index(False)


def _broadcast_with(got: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the shape that, with the wanted one, broadcasts to what came back: the same but for an axis of size 1."""
    axes = range(len(wanted))
    with_one_more = [(*wanted[:axis], 1, *wanted[axis:]) for axis in (*axes, len(wanted))]
    with_one_less = [(*wanted[:axis], *wanted[axis + 1 :]) for axis in axes if wanted[axis] == 1]
    for partner in (*with_one_more, *with_one_less, wanted[::-1]):
        with suppress(RuntimeError):
            if tuple(torch.broadcast_shapes(wanted, partner)) == got:
                return partner
    return None


def _sizes_that_differ(got: tuple[int, ...], wanted: tuple[int, ...]) -> Text | None:
    longer, shorter = sorted((got, wanted), key=len, reverse=True)
    axis = _first_more(longer, shorter)
    if (*longer[:axis], *longer[axis + 1 :]) == shorter:
        if longer == got:
            return both("axis {axis} is still there (is a sum or mean over it missing?)", axis=axis)
        return both("axis {axis} is gone (is there a sum or mean over it too many?)", axis=axis)
    if len(got) != len(wanted):
        return both("{got} axes instead of {wanted}", got=len(got), wanted=len(wanted))
    if got[axis + 1 :] == wanted[axis + 1 :]:
        return both("axis {axis} has {got} entries instead of {wanted}", axis=axis, got=got[axis], wanted=wanted[axis])
    return None


def values(mine: torch.Tensor, theirs: torch.Tensor, wrong: torch.Tensor) -> Text:
    """Return which values are wrong and the worst of them; all three tensors have one shape, `mine` is float64."""
    where = _worst_first(mine, theirs, wrong)[0]
    pair = _apart(float(mine.flatten()[where]), float(theirs.flatten()[where]))
    if mine.dim() == 0:
        text = both("got {got}, and {wanted} was wanted", **pair)
    else:
        text = both(
            "{wrong} of {all} values are wrong; at {place} it is {got}, and {wanted} was wanted",
            wrong=int(wrong.sum()), all=mine.numel(), place=_place(where, mine.shape), **pair,
        )  # fmt: skip
    more = _not_finite(pair["got"]) or _how_far(_off(mine, theirs)[wrong])
    return text if more is None else both("{text}\n{more}", text=text, more=more)


def _not_finite(number: str) -> Text | None:
    """Return where a number comes from that is none."""
    if number == "nan":
        return both("nan comes from 0 / 0, inf - inf or 0 * inf, and from the log or the root of a negative number")
    if number in ("inf", "-inf"):
        return both("inf comes from a division by 0, from log(0), and from exp of a large number")
    return None


def _how_far(errors: torch.Tensor) -> Text | None:
    """Return how far off several wrong values are: the largest error and the median; None where both can be seen."""
    if len(errors) < 2 or not errors.isfinite().all():
        return None
    largest, typical = _short(float(errors.max())), _short(float(errors.median()))
    if largest == _short(float(errors.min())):
        return both("each of them is off by {largest}", largest=largest)
    if len(errors) == 2:
        return None
    return both("largest error {largest}, typical error {typical}", largest=largest, typical=typical)


def _short(error: float) -> str:
    return f"{error:.0f}" if 100 <= error < 1e6 else f"{error:.2g}"


def picture(mine: torch.Tensor, theirs: torch.Tensor, wrong: torch.Tensor) -> dict[str, Any]:
    """Return where the values are wrong, bounded, for a report: the worst elements, and the error as a grid.

    A cell of the grid is the largest error of the elements that it stands for; None where all of them are right.
    """
    rows = wrong.reshape(-1, wrong.shape[-1] if wrong.dim() else 1)
    off = torch.where(wrong, _off(mine, theirs), -1.0).reshape(rows.shape)
    tall, wide = (min(size, SHOWN) for size in rows.shape)
    grid = torch.full((tall, wide), -1.0, dtype=torch.float64)
    row, column = (
        torch.div(torch.arange(size) * shown, size, rounding_mode="floor")
        for size, shown in ((rows.shape[0], tall), (rows.shape[1], wide))
    )
    grid.view(-1).scatter_reduce_(0, (row[:, None] * wide + column).reshape(-1), off.reshape(-1), "amax")
    return {
        "worst": [
            {"place": _place(where, mine.shape), **_apart(float(mine.flatten()[where]), float(theirs.flatten()[where]))}
            for where in _worst_first(mine, theirs, wrong)
        ],
        "error": [[None if number < 0 else _json_number(number) for number in row] for row in grid.tolist()],
        "wrong": int(wrong.sum()),
    }


def _off(mine: torch.Tensor, theirs: torch.Tensor) -> torch.Tensor:
    return (mine - theirs).abs().nan_to_num(nan=math.inf, posinf=math.inf)


def _worst_first(mine: torch.Tensor, theirs: torch.Tensor, wrong: torch.Tensor) -> list[int]:
    """Return the flat indices of the worst wrong elements."""
    off = torch.where(wrong, _off(mine, theirs), -1.0).flatten()
    return torch.argsort(off, descending=True, stable=True)[: min(WORST, int(wrong.sum()))].tolist()


def _place(where: int, shape: tuple[int, ...]) -> list[int]:
    return list(map(int, numpy.unravel_index(where, tuple(shape))))


def _apart(got: float, wanted: float) -> dict[str, str]:
    """Return two numbers with as many digits as it takes to tell them apart."""
    few = 4 if max(abs(got), abs(wanted)) < 1e4 else 6
    digits = next((d for d in range(few, 17) if f"{got:.{d}g}" != f"{wanted:.{d}g}"), 17)
    return {"got": f"{got:.{digits}g}", "wanted": f"{wanted:.{digits}g}"}


def shown(value: Any) -> dict[str, Any] | None:
    """Return a bounded picture of a value, in JSON's own types, for a report."""
    if value is None:
        return None
    if not isinstance(value, torch.Tensor):
        return {"kind": kind_of(value).en, "text": repr_of(value, 400)}
    note = wire.note_of(value)
    rows = value.detach().reshape(-1, value.shape[-1] if value.dim() and value.shape[-1] else 1)[:SHOWN, :SHOWN]
    numbers = rows.to(torch.complex128).abs() if rows.is_complex() else rows.to(torch.float64)
    return {
        "kind": "tensor",
        "text": repr_of(value, 400),
        "dtype": dtype_name(value.dtype),
        "shape": list(value.shape),
        "device": inert(note.device) if note else "cpu",
        "values": json_numbers(numbers),
    }


def dtype_name(dtype: torch.dtype) -> str:
    """Return "float32" for torch.float32."""
    return str(dtype).removeprefix("torch.")


def json_numbers(tensor: torch.Tensor) -> Any:
    """Return a tensor as nested lists that JSON can hold; what is not finite becomes a string."""
    return _json_list(tensor.detach().to(torch.float64).tolist())


def _json_list(value: Any) -> Any:
    return [_json_list(item) for item in value] if isinstance(value, list) else _json_number(value)


def _json_number(number: float) -> float | str:
    return number if math.isfinite(number) else str(number)
