"""Hold an answer against what was wanted: kind, shape, finiteness, then values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, NamedTuple

import numpy
import torch

from grader import tolerance
from grader.difference import dtype_name, kind_of, picture, shapes, shown, values
from grader.i18n import both
from grader.records import Text, inert
from grader.sandbox import wire
from grader.sandbox.shown import repr_of


class Mismatch(AssertionError):
    """An answer is not what was wanted. `safe` is what a hidden check may tell: nothing of inputs or values."""

    def __init__(self, text: Text, safe: Text, got: Any = None, wanted: Any = None):
        super().__init__(text.en)
        self.text, self.safe, self.got = text, safe, got
        self.details = {"got": shown(got), "wanted": shown(wanted)}


class Compared(NamedTuple):
    """Two values that a check held against each other, and whether they agreed."""

    got: Any
    wanted: Any
    agreed: bool


@dataclass
class Look:
    """What a check found that was to go on to its end."""

    missed: list[Mismatch] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)


_look: ContextVar[Look | None] = ContextVar("look", default=None)


@contextmanager
def going_on() -> Iterator[Look]:
    """Let a check go on after an answer that is not what was wanted, and note what it compares."""
    look = Look()
    token = _look.set(look)
    try:
        yield look
    finally:
        _look.reset(token)


def miss(mismatch: Mismatch) -> None:
    """Raise it, or note it where the check is to go on."""
    look = _look.get()
    if look is None:
        raise mismatch from None
    look.missed.append(mismatch)


def _may_go_on(compare: Callable[..., None]) -> Callable[..., None]:
    @wraps(compare)
    def compared(got: Any, wanted: Any, *more: Any, **options: Any) -> None:
        look, agreed = _look.get(), True
        try:
            compare(got, wanted, *more, **options)
        except Mismatch as mismatch:
            agreed = False
            miss(mismatch)
        finally:
            if look is not None:
                look.compared.append(Compared(got, wanted, agreed))

    return compared


@_may_go_on
def close(got: Any, wanted: Any, like: torch.Tensor | None = None) -> None:
    """Accept a tensor of the shape of `wanted` whose values agree at the precision of `like` (default: `wanted`).

    A number is accepted for a 0-d tensor. NaN agrees with nothing.
    """
    wanted = torch.as_tensor(wanted)
    answer = _as_tensor(got, wanted)
    if answer.shape != wanted.shape:
        raise Mismatch(shapes(tuple(answer.shape), tuple(wanted.shape)), both("the shape is not right"), got, wanted)
    dtype = wanted.dtype if like is None else like.dtype
    wrong = tolerance.wrong(answer, wanted, dtype)
    if wrong.any():
        mine, theirs = answer.to(torch.float64), wanted.to(torch.float64)
        text = values(mine, theirs, wrong)
        if answer.dtype != dtype and answer.dtype in (torch.float16, torch.bfloat16):
            text = both("{text} ({got} is too coarse; keep {asked})", text=text, got=dtype_name(answer.dtype),
                        asked=dtype_name(dtype))  # fmt: skip
        mismatch = Mismatch(text, both("the values are not right"), got, wanted)
        mismatch.details |= picture(mine, theirs, wrong)
        raise mismatch


@_may_go_on
def equal(got: Any, wanted: Any) -> None:
    """Accept exactly this value of exactly this type: an int (numpy's too), a str, None, or a tuple or list of such."""
    got = _plain(got)
    _same_kinds(got, wanted)
    if not _agree(got, wanted):
        pair = {"got": repr_of(got), "wanted": repr_of(wanted)}
        raise Mismatch(both("returned {got}; {wanted} was wanted", **pair), both("the value is not right"), got, wanted)


def _plain(value: Any) -> Any:
    """Return a value with Python's ints in the place of numpy's."""
    if isinstance(value, numpy.integer):
        return int(value)
    return type(value)(map(_plain, value)) if type(value) in (tuple, list) else value


def _agree(got: Any, wanted: Any) -> bool:
    """Whether values of one kind are equal; not by a tuple's own `==`, to which one NaN object equals itself."""
    if isinstance(wanted, tuple | list):
        return len(got) == len(wanted) and all(map(_agree, got, wanted))
    return bool(got == wanted)


def _same_kinds(got: Any, wanted: Any) -> None:
    if type(got) is not type(wanted):
        if got is None:
            raise _wrong_kind(got, kind_of(wanted))
        kinds = {"got": kind_of(got), "wanted": kind_of(wanted)}
        raise Mismatch(both("returned {got}; return {wanted}", **kinds), both("it does not return what was asked for"),
                       got, wanted)  # fmt: skip
    if isinstance(wanted, tuple | list) and len(got) == len(wanted):
        for place, (mine, theirs) in enumerate(zip(got, wanted, strict=True)):
            if type(mine) is not type(theirs):
                kinds = {"got": kind_of(mine), "wanted": kind_of(theirs), "shown": repr_of(got), "place": place}
                raise Mismatch(both("returned {shown}: item {place} is {got}; make it {wanted}", **kinds),
                               both("it does not return what was asked for"), got, wanted)  # fmt: skip
            _same_kinds(mine, theirs)


def several(got: Any, count: int) -> tuple:
    """Accept a tuple of `count` values, and return it."""
    if type(got) is not tuple:
        raise _wrong_kind(got, both("a tuple"))
    if len(got) != count:
        sizes = {"got": len(got), "wanted": count}
        raise Mismatch(both("returned a tuple of {got}; return {wanted} values", **sizes),
                       both("it does not return what was asked for"), got)  # fmt: skip
    return got


def numbers(got: Any) -> torch.Tensor:
    """Accept a list (or tuple) of real numbers, 0-d tensors among them, and return them as float64."""
    if not isinstance(got, list | tuple):
        raise _wrong_kind(got, both("a list of numbers"))
    for place, item in enumerate(got):
        real = type(item) in (int, float) or isinstance(item, numpy.floating | numpy.integer)
        if not (real or isinstance(item, torch.Tensor) and item.dim() == 0 and not item.is_complex()):
            shape = f" {tuple(item.shape)}" if isinstance(item, torch.Tensor) else ""
            text = both("item {place} of the list is {kind}{shape}; make it a number", place=place,
                        kind=kind_of(item), shape=shape)  # fmt: skip
            raise Mismatch(text, both("it does not return what was asked for"), got)
    return torch.tensor([float(item) for item in got], dtype=torch.float64)


def typed(got: Any, like: torch.Tensor, device: str | None) -> None:
    """Accept a tensor with the dtype of `like`, made on the check's device."""
    try:
        _typed(got, like, device)
    except Mismatch as mismatch:
        miss(mismatch)


def _typed(got: Any, like: torch.Tensor, device: str | None) -> None:
    if not isinstance(got, torch.Tensor):
        raise _wrong_kind(got, both("a tensor"))
    if got.dtype != like.dtype:
        names = {"got": dtype_name(got.dtype), "wanted": dtype_name(like.dtype)}
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
        raise _wrong_kind(got, both("a tensor of shape {shape}", shape=tuple(wanted.shape)))
    if not isinstance(got, torch.Tensor):
        raise _wrong_kind(got, both("a tensor"))
    if got.is_complex():
        raise Mismatch(both("the result is complex ({dtype}); return real numbers", dtype=dtype_name(got.dtype)),
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
