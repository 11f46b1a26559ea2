"""Mistakes that show in the values of an answer: another function, NaN, a limit, an edge, another axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch

from grader.i18n import both
from grader.records import Text
from grader.rules.pairs import ATOL, RTOL, Pair, Suspicion, same

LARGE = 80.0
"""Beyond it exp overflows, or comes near to it, in single precision."""


def another_function(pairs: list[Pair]) -> Iterator[Suspicion]:
    """What a function makes of all that is wanted."""
    if all(pair.got.shape == pair.wanted.shape for pair in pairs):
        for kind, text, of in _FUNCTIONS:
            if all(same(pair.got, of(pair.wanted)) for pair in pairs):
                yield Suspicion(kind, text)
                return


def _absolute(wanted: torch.Tensor) -> torch.Tensor:
    """Return absolute values, but NaN of what has one sign only: there it is the sign that is wrong."""
    return wanted.abs() if (wanted > 0).any() or wanted.numel() < 2 else wanted * torch.nan


_FUNCTIONS: list[tuple[str, Text, Callable[[torch.Tensor], torch.Tensor]]] = [
    ("complement", both("It is 1 minus what is wanted: the condition or the class is the wrong way round."), lambda v: 1 - v),
    ("wrong_function", both("The sign was lost: it is the absolute value of what is wanted."), _absolute),
    ("wrong_function", both("It is the square of what is wanted."), torch.square),
    ("wrong_function", both("It is the square root of what is wanted."), torch.sqrt),
    ("wrong_function", both("It is exp of what is wanted: a logarithm is missing."), torch.exp),
    ("wrong_function", both("It is the logarithm of what is wanted."), torch.log),
]  # fmt: skip


def not_finite(pairs: list[Pair]) -> Iterator[Suspicion]:
    """NaN or infinity in most of the wrong answers, where numbers are wanted."""
    if any(pair.got.shape != pair.wanted.shape for pair in pairs):
        return
    wrong = [pair for pair in pairs if not pair.right]
    if 2 * sum(bool((pair.wanted.isfinite() & ~pair.got.isfinite()).any()) for pair in wrong) <= len(wrong):
        return
    given = [number for pair in pairs if not pair.right for number in pair.given]
    if any((number.abs() > LARGE).any() for number in given):
        text = both("NaN or inf where the input is large: exp of a large number is inf, and inf / inf and 0 * "
                    "inf are NaN. Rewrite it so that exp only sees numbers up to 0.")  # fmt: skip
    else:
        text = both("NaN or inf where a number is wanted: log(0) is -inf, and 0 / 0 and 0 * inf are NaN. Look "
                    "at the inputs that lead there.")  # fmt: skip
    yield Suspicion("not_finite", text)


def limited(pairs: list[Pair]) -> Iterator[Suspicion]:
    """One value stands for all that are larger, or smaller, than it."""
    for text, sign in ((both("No value gets above a limit: something clamps it, or takes a min."), 1),
                       (both("No value gets below a limit: something clamps it, or takes a max."), -1)):  # fmt: skip
        wrong = _wrong_elements(pairs)
        if wrong is None:
            return
        got, wanted = wrong
        if len(got) < 2:
            return
        limit = (sign * got).max()
        others = torch.cat([sign * pair.got.flatten() for pair in pairs])
        if ((got - got[0]).abs().max() <= ATOL + RTOL * got[0].abs() and len(wanted.unique()) > 1
                and (sign * wanted > limit).all() and (others <= limit + ATOL).all()):  # fmt: skip
            yield Suspicion("clamped", text)


def _wrong_elements(pairs: list[Pair]) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Return the elements of answers that are wrong, and the wanted ones; None for a wrong shape, or where one is not finite."""
    if any(pair.got.shape != pair.wanted.shape or not pair.got.isfinite().all() for pair in pairs):
        return None
    wrong = [~torch.isclose(pair.got, pair.wanted, RTOL, ATOL) for pair in pairs]
    return (torch.cat([pair.got[where] for pair, where in zip(pairs, wrong, strict=True)]),
            torch.cat([pair.wanted[where] for pair, where in zip(pairs, wrong, strict=True)]))  # fmt: skip


def edge(pairs: list[Pair]) -> Iterator[Suspicion]:
    """Right but where an input is exactly 0."""
    if _wrong_elements(pairs) is None or any(pair.whole for pair in pairs):
        return
    for place in range(max(len(pair.given) for pair in pairs)):
        if all(_right_but_at_zero(pair, place) for pair in pairs):
            yield Suspicion("boundary", both("It is wrong only where an input is exactly 0: is it > where >= is "
                                             "meant, or the other way round?"))  # fmt: skip


def _right_but_at_zero(pair: Pair, place: int) -> bool:
    if place >= len(pair.given) or pair.given[place].shape != pair.got.shape:
        return pair.right
    return same(pair.got[pair.given[place] != 0], pair.wanted[pair.given[place] != 0])


def another_axis(pairs: list[Pair]) -> Iterator[Suspicion]:
    """What should sum to one constant along an axis does so along the other, or as a whole."""
    if any(pair.got.dim() != 2 or pair.got.shape != pair.wanted.shape or pair.got.numel() == 0 for pair in pairs):
        return
    for axis in (0, 1):
        for constant in (0.0, 1.0):
            if (all(_constant(pair.wanted.sum(axis), constant) for pair in pairs)
                    and not all(_constant(pair.got.sum(axis), constant) for pair in pairs)
                    and (all(_constant(pair.got.sum(1 - axis), constant) for pair in pairs)
                         or all(_constant(pair.got.sum(), constant) for pair in pairs))):  # fmt: skip
                yield Suspicion("wrong_axis", both("It runs along the wrong axis: dim=0 goes down the columns, "
                                                   "dim=1 (or -1) along the rows."))  # fmt: skip
                return


def _constant(sums: torch.Tensor, constant: float) -> bool:
    return bool(((sums - constant).abs() < 1e-4).all())


def returned_as_it_came(pairs: list[Pair]) -> Iterator[Suspicion]:
    """An argument, unchanged, in the place of the result."""
    for place in range(max(len(pair.given) for pair in pairs)):
        if all(place < len(pair.given) and same(pair.got, pair.given[place]) for pair in pairs):
            yield Suspicion("unchanged_input", both("An argument is returned as it came: the result of the "
                                                    "computation is not used."))  # fmt: skip
            return


def other_order(pairs: list[Pair]) -> Iterator[Suspicion]:
    """The results of one call in another order than they are wanted in."""
    wrong = [pair for pair in pairs if not pair.right]
    if len(wrong) > 1 and all(
        any(other.answer is pair.answer and other is not pair and same(pair.got, other.wanted) for other in pairs)
        for pair in wrong
    ):
        yield Suspicion("wrong_type", both("The values are right, and come in another order than the one asked for."))


RULES = [another_function, not_finite, limited, edge, another_axis, returned_as_it_came, other_order]
