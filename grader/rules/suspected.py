"""What is wrong with answers that no known mistake gives: rules that hold for any exercise, each for one kind of mistake.

A rule explains all answers of a check at once, the right ones among them, or none. Where two rules explain them,
nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch

from grader.i18n import both
from grader.rules import ratios, shapes, values
from grader.rules.pairs import Heard, Pair, Suspicion, pairs_of, same

Rule = Callable[[list[Pair]], Iterator[Suspicion]]

RULES: list[Rule] = [*shapes.RULES, *ratios.RULES, *values.RULES]


def suspected(heard: Heard) -> frozenset[Suspicion] | None:
    """Return the mistakes that would explain all that a check compared; None where it compared nothing that is wrong."""
    if all(one.agreed for one in heard.compared):
        return None
    pairs = pairs_of(heard)
    return frozenset() if pairs is None else frozenset(_explaining(pairs))


def _explaining(pairs: list[Pair]) -> Iterator[Suspicion]:
    wrong = [pair for pair in pairs if not pair.right]
    if all(same(pair.got, pair.wanted) for pair in wrong):
        yield from _digits_lost(wrong)
        return
    for rule in RULES:
        yield from rule(pairs)


def _digits_lost(pairs: list[Pair]) -> Iterator[Suspicion]:
    """Numbers of single precision, where double was asked for."""
    if all(pair.double and torch.equal(pair.got, pair.got.float().double()) for pair in pairs):
        yield Suspicion("precision", both("Right to some 7 digits only, where float64 has 16: something on the way is "
                                          "float32."))  # fmt: skip
