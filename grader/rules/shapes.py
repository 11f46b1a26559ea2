"""Mistakes that show in the shape of an answer, or in whole numbers, which are mostly sizes."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from grader.i18n import both
from grader.rules.pairs import Pair, Suspicion, same


def another_shape(pairs: list[Pair]) -> Iterator[Suspicion]:
    """Right values in a wrong shape: an axis of size 1 more or less, or swapped axes."""
    wrong = [pair for pair in pairs if not pair.right]
    bare = _without_ones if all(pair.whole for pair in wrong) else _squeezed
    if all(same(bare(pair.got), bare(pair.wanted)) for pair in wrong):
        yield Suspicion("keepdim", both(
            "The values are right, and the shape is not: an axis of size 1 is too many or missing (keepdim, "
            "unsqueeze, reshape)."
        ))  # fmt: skip
    elif all(pair.got.dim() == 2 and same(pair.got.T, pair.wanted) for pair in pairs):
        yield Suspicion(
            "transpose", both("The result is the transpose of what is wanted: rows and columns are swapped.")
        )


def _without_ones(shape: torch.Tensor) -> torch.Tensor:
    """Return a shape that is itself the result without its axes of size 1."""
    return shape[shape != 1]


def _squeezed(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.reshape([size for size in tensor.shape if size != 1])


def table_of_all(pairs: list[Pair]) -> Iterator[Suspicion]:
    """(n,) and (n, 1) broadcast to (n, n), whose diagonal has the right values."""
    wrong = [pair for pair in pairs if not pair.right]
    if all(pair.got.dim() == 2 and pair.got.shape[0] == pair.got.shape[1] == pair.wanted.numel()
           and same(pair.got.diagonal(), pair.wanted.reshape(-1)) for pair in wrong):  # fmt: skip
        yield Suspicion("broadcast", both(
            "Each element was combined with every other one: a shape (n,) and a shape (n, 1) broadcast to (n, "
            "n). Bring both to one shape first."
        ))  # fmt: skip


def one_more_or_less(pairs: list[Pair]) -> Iterator[Suspicion]:
    """A sequence that begins or ends one step too early or too late."""
    sequences = [pair for pair in pairs if not (pair.right or pair.whole) and pair.got.dim() == pair.wanted.dim() > 0
                 and pair.got.shape[1:] == pair.wanted.shape[1:]]  # fmt: skip
    of_another_length = [pair for pair in sequences if len(pair.got) != len(pair.wanted)]
    if sequences and all(map(_shifted, of_another_length or sequences)):
        yield Suspicion("off_by_one", both("The sequence is one step too long, too short, too early or too late."))


def _shifted(pair: Pair) -> bool:
    if len(pair.got) == len(pair.wanted) > 2 and not same(pair.got[1:], pair.got[:-1]):
        return same(pair.got[1:], pair.wanted[:-1]) or same(pair.got[:-1], pair.wanted[1:])
    longer, shorter = sorted((pair.got, pair.wanted), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and (same(longer[1:], shorter) or same(longer[:-1], shorter))


def sum_missing(pairs: list[Pair]) -> Iterator[Suspicion]:
    """One axis was reduced, and all were meant."""
    wrong = [pair for pair in pairs if not pair.right]
    if any(pair.wanted.dim() or not pair.got.dim() or not pair.got.numel() for pair in wrong):
        return
    for reduce in (torch.sum, torch.mean):
        if all(same(reduce(pair.got), pair.wanted) for pair in wrong) and any(pair.got.numel() > 1 for pair in wrong):
            yield Suspicion("wrong_axis", both("A sum or mean is taken along one axis only, or not at all: one "
                                               "number for all elements is wanted."))  # fmt: skip
            return


def whole_steps(pairs: list[Pair]) -> Iterator[Suspicion]:
    """Ints that are off by one, all to one side."""
    if not all(pair.whole and pair.got.shape == pair.wanted.shape for pair in pairs):
        return
    off = [pair.got - pair.wanted for pair in pairs]
    sides = {float(number) for one in off for number in one.flatten() if number}
    if len(sides) != 1 or sides - {-1.0, 1.0} or sum(bool(one.any()) for one in off) < 2:
        return
    if all(bool((pair.wanted[one != 0] <= 1).all()) for pair, one in zip(pairs, off, strict=True)):
        return  # 0 and 1 stand for other things than sizes, too
    more, always = sides == {1.0}, all(bool(one.any()) for one in off)
    yield Suspicion("off_by_one" if always else "floor_for_ceil", _OFF_BY_ONE[more, always])


_OFF_BY_ONE = {
    (True, True): both("Every size is one too large: a - 1 is missing, or a + 1 too many."),
    (False, True): both("Every size is one too small: a + 1 is missing, or a - 1 too many."),
    (True, False): both("It is one too large for some arguments, right for others: look at where it rounds (// "
                        "rounds down), and at the edges."),
    (False, False): both("It is one too small for some arguments, right for others: look at where it rounds (// "
                         "rounds down), and at the edges."),
}  # fmt: skip
"""By whether it is more, and whether it always is."""


RULES = [another_shape, table_of_all, one_more_or_less, sum_missing, whole_steps]
