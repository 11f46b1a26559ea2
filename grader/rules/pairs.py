"""What a failed check compared, made ready for the rules: answers beside the wanted ones, and what was given for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from grader.compare import Compared
from grader.records import Text
from grader.sandbox.proxy import Answered

RTOL, ATOL = 1e-4, 1e-6
"""How near an answer is to what a rule makes of the wanted one."""


class Heard(NamedTuple):
    """What a check heard that went on to its end: the answers, and what it compared."""

    answers: Sequence[Answered]
    compared: Sequence[Compared]


@dataclass(frozen=True)
class Pair:
    """An answer beside the wanted one, as float64 tensors, and the tensors and numbers that were given for it."""

    got: torch.Tensor
    wanted: torch.Tensor
    double: bool
    """Whether an argument is a tensor of float64."""
    whole: bool
    """Whether it is an int, or several."""
    given: tuple[torch.Tensor, ...]
    answer: Any
    """What the call gave back, whose part `got` may be."""
    right: bool


@dataclass(frozen=True)
class Suspicion:
    """What a mistake looks like, in words for the student."""

    kind: str
    """One of `mistakes.KINDS`."""
    text: Text


def pairs_of(heard: Heard) -> list[Pair] | None:
    """Return what was compared, in order; None where some of it is no number."""
    pairs = [_pair(one, heard.answers) for one in heard.compared]
    return None if None in pairs else pairs


def _pair(compared: Compared, answers: Sequence[Answered]) -> Pair | None:
    got, wanted = _numbers(compared.got), _numbers(compared.wanted)
    if got is None or wanted is None:
        return None
    last = answers[-1] if answers else None
    asked = next((one for one in reversed(answers) if _holds(one.value, compared.got)), last)
    args = asked.args if asked else ()
    double = any(isinstance(value, torch.Tensor) and value.dtype == torch.float64 for value in args)
    whole = type(compared.got) in (int, tuple)
    return Pair(got, wanted, double, whole, tuple(_given(args)), asked and asked.value, compared.agreed)


def _numbers(value: Any) -> torch.Tensor | None:
    if isinstance(value, torch.Tensor):
        plain = value.layout == torch.strided and not value.is_complex()
        return value.detach().double() if plain else None
    numbers = value if type(value) is tuple else (value,)
    if any(type(number) not in (int, float) or abs(number) > 2**53 for number in numbers):
        return None
    return torch.tensor(value, dtype=torch.float64)


def _holds(value: Any, part: Any) -> bool:
    return value is part or isinstance(value, list | tuple) and any(item is part for item in value)


def _given(args: Any) -> Iterator[torch.Tensor]:
    for value in args:
        if isinstance(value, torch.Tensor) and value.is_floating_point():
            yield value.detach().double()
        elif type(value) is float:
            yield torch.tensor(value, dtype=torch.float64)


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Return whether two values are the same but for rounding, NaN for NaN."""
    return one.shape == other.shape and torch.allclose(one, other, RTOL, ATOL, equal_nan=True)
