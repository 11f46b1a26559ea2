"""Mistakes that make an answer a multiple of what is wanted: a sum for a mean, a sign, a factor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from grader.i18n import both
from grader.records import Text
from grader.rules.pairs import RTOL, Pair, Suspicion, same


def multiple(pairs: list[Pair]) -> Iterator[Suspicion]:
    """A multiple of what is wanted: by a constant, or by how many there are of something."""
    if any(pair.whole or pair.got.shape != pair.wanted.shape for pair in pairs):
        return
    ratios = [_ratio(pair) for pair in pairs]
    if any(ratio is None for ratio in ratios):
        return
    told = [(ratio, pair) for ratio, pair in zip(ratios, pairs, strict=True) if ratio != 0]
    if all(abs(ratio - 1) < 10 * RTOL for ratio, _ in told):
        return
    if all(_near(ratio, -1) for ratio, _ in told):
        yield Suspicion("sign", both("The sign is wrong: every value is the negative of the wanted one."))
        return
    yield from _by_a_count(told)
    yield from _by_a_constant(told)


def _by_a_count(told: list[tuple[float, Pair]]) -> Iterator[Suspicion]:
    for kind, text, of in _COUNTS:
        for place in range(min(len(pair.given) for _, pair in told)):
            if all(any(_near(ratio, count) for count in of(pair.given[place])) for ratio, pair in told):
                yield Suspicion(kind, text)


def _by_a_constant(told: list[tuple[float, Pair]]) -> Iterator[Suspicion]:
    """2 and 1/2 are known by one answer; another factor could be anything, unless inputs of two sizes agree on it."""
    factor = told[0][0]
    sizes = {tuple(tensor.shape for tensor in pair.given) for _, pair in told}
    usual = any(_near(abs(factor), half_or_two) for half_or_two in (0.5, 2))
    if (usual or len(sizes) > 1) and all(_near(ratio, factor) for ratio, _ in told):
        yield Suspicion("factor", both("Every value is {factor:.4g} times the wanted one: a constant factor is "
                                       "missing or too many.", factor=factor))  # fmt: skip


def multiple_of_change(pairs: list[Pair]) -> Iterator[Suspicion]:
    """A multiple of what is to be added to an argument, or taken from it."""
    for place in range(max(len(pair.given) for pair in pairs)):
        if any(
            place >= len(pair.given) or not pair.got.shape == pair.wanted.shape == pair.given[place].shape
            for pair in pairs
        ):
            continue
        apart = [
            replace(pair, got=pair.got - pair.given[place], wanted=pair.wanted - pair.given[place]) for pair in pairs
        ]
        for one in multiple(apart):
            if one.kind == "sign":
                yield Suspicion("wrong_function", both("What is added to an argument should be taken from it, "
                                                       "or the other way round."))  # fmt: skip
            else:
                yield Suspicion(
                    one.kind, both("In what is added to an argument, or taken from it: {mistake}", mistake=one.text)
                )


def _ratio(pair: Pair) -> float | None:
    """Return what the wanted values are multiplied by; 0.0 where all are 0, as they should be; None for no multiple."""
    where = pair.wanted.abs().flatten().argmax() if pair.wanted.numel() else None
    if where is None or pair.wanted.flatten()[where] == 0:
        return 0.0 if pair.right else None
    ratio = float(pair.got.flatten()[where] / pair.wanted.flatten()[where])
    return ratio if ratio and same(pair.got, pair.wanted * ratio) else None


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= RTOL * abs(other)


def _counts(tensor: torch.Tensor) -> set[int]:
    """Return how many elements, and how many rows, a tensor has."""
    return {tensor.numel(), len(tensor) if tensor.dim() else 1} - {0}


def _shares(tensor: torch.Tensor) -> set[float]:
    """Return what comes of dividing by one count of a tensor where another is meant."""
    rows = len(tensor) if tensor.dim() else 1
    columns = tensor.numel() / rows if rows else 0
    apart = {columns, 1 / columns, rows / columns, columns / rows} if columns else set()
    return apart | {n / m for n in _counts(tensor) for m in (n - 1, n + 1) if m}


_COUNTS: list[tuple[str, Text, Callable[[torch.Tensor], set]]] = [
    ("sum_for_mean", both("It looks like a sum where a mean is wanted: divide by how many there are."), _counts),
    ("mean_for_sum", both("It looks like a mean where a sum is wanted: it is divided by how many there are."),
     lambda tensor: {1 / count for count in _counts(tensor)}),
    ("wrong_count", both("It is divided by the wrong count: by the rows for all elements, by all for the rows, "
                         "or by one more or less."), _shares),
]  # fmt: skip


RULES = [multiple, multiple_of_change]
