"""What is wrong with answers that no known mistake gives: rules that hold for any exercise, each for one kind of mistake.

A rule explains all answers of a check at once, the right ones among them, or none. Where two rules explain them,
nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch

from grader.compare import Compared
from grader.i18n import both
from grader.records import Text
from grader.sandbox.proxy import Answered

RTOL, ATOL = 1e-4, 1e-6
"""How near an answer is to what a rule makes of the wanted one."""

SINGLE = 1e-5
"""The relative error that single precision stays under on the way to a double result, on moderate inputs."""

LARGE = 80.0
"""Beyond it exp overflows, or comes near to it, in single precision."""


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


Rule = Callable[[list[Pair]], Iterator[Suspicion]]


def suspected(heard: Heard) -> frozenset[Suspicion] | None:
    """Return the mistakes that would explain all that a check compared; None where it compared nothing that is wrong."""
    if all(one.agreed for one in heard.compared):
        return None
    pairs = [pair for one in heard.compared if (pair := _pair(one, heard.answers)) is not None]
    if len(pairs) < len(heard.compared):
        return frozenset()
    return frozenset(_explaining(pairs))


def _explaining(pairs: list[Pair]) -> Iterator[Suspicion]:
    wrong = [pair for pair in pairs if not pair.right]
    if all(_same(pair.got, pair.wanted) for pair in wrong):
        yield from _digits_lost(wrong)
        return
    for rule in RULES:
        yield from rule(pairs)


def _pair(compared: Compared, answers: Sequence[Answered]) -> Pair | None:
    got, wanted = _numbers(compared.got), _numbers(compared.wanted)
    if got is None or wanted is None:
        return None
    asked = next((one for one in reversed(answers) if _holds(one.value, compared.got)), answers[-1] if answers else None)
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


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and torch.allclose(one, other, RTOL, ATOL, equal_nan=True)


# of the shape


def _another_shape(pairs: list[Pair]) -> Iterator[Suspicion]:
    """Right values in a wrong shape: an axis of size 1 more or less, or swapped axes."""
    wrong = [pair for pair in pairs if not pair.right]
    bare = _without_ones if all(pair.whole for pair in wrong) else _squeezed
    if all(_same(bare(pair.got), bare(pair.wanted)) for pair in wrong):
        yield Suspicion("keepdim", both(
            "the values are right, and the shape is not: an axis of size 1 is too many or missing (keepdim, unsqueeze, "
            "reshape)"
        ))  # fmt: skip
    elif all(pair.got.dim() == 2 and _same(pair.got.T, pair.wanted) for pair in pairs):
        yield Suspicion("transpose", both("the result is the transpose of what is wanted: rows and columns are swapped"))


def _without_ones(shape: torch.Tensor) -> torch.Tensor:
    """Return a shape that is itself the result without its axes of size 1."""
    return shape[shape != 1]


def _squeezed(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.reshape([size for size in tensor.shape if size != 1])


def _table_of_all(pairs: list[Pair]) -> Iterator[Suspicion]:
    """(n,) and (n, 1) broadcast to (n, n), whose diagonal has the right values."""
    wrong = [pair for pair in pairs if not pair.right]
    if all(pair.got.dim() == 2 and pair.got.shape[0] == pair.got.shape[1] == pair.wanted.numel()
           and _same(pair.got.diagonal(), pair.wanted.reshape(-1)) for pair in wrong):  # fmt: skip
        yield Suspicion("broadcast", both(
            "each element was combined with every other one: a shape (n,) and a shape (n, 1) broadcast to (n, n). Bring "
            "both to one shape first"
        ))  # fmt: skip


def _one_more_or_less(pairs: list[Pair]) -> Iterator[Suspicion]:
    """A sequence that begins or ends one step too early or too late."""
    sequences = [pair for pair in pairs if not (pair.right or pair.whole) and pair.got.dim() == pair.wanted.dim() > 0
                 and pair.got.shape[1:] == pair.wanted.shape[1:]]  # fmt: skip
    of_another_length = [pair for pair in sequences if len(pair.got) != len(pair.wanted)]
    if sequences and all(map(_shifted, of_another_length or sequences)):
        yield Suspicion("off_by_one", both("the sequence is one step too long, too short, too early or too late"))


def _shifted(pair: Pair) -> bool:
    if len(pair.got) == len(pair.wanted) > 2 and not _same(pair.got[1:], pair.got[:-1]):
        return _same(pair.got[1:], pair.wanted[:-1]) or _same(pair.got[:-1], pair.wanted[1:])
    longer, shorter = sorted((pair.got, pair.wanted), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and (_same(longer[1:], shorter) or _same(longer[:-1], shorter))


def _sum_missing(pairs: list[Pair]) -> Iterator[Suspicion]:
    """One axis was reduced, and all were meant."""
    wrong = [pair for pair in pairs if not pair.right]
    if any(pair.wanted.dim() or not pair.got.dim() or not pair.got.numel() for pair in wrong):
        return
    for reduce in (torch.sum, torch.mean):
        if all(_same(reduce(pair.got), pair.wanted) for pair in wrong) and any(pair.got.numel() > 1 for pair in wrong):
            yield Suspicion("wrong_axis", both("a sum or mean is taken along one axis only, or not at all: one number for "
                                               "all elements is wanted"))  # fmt: skip
            return


# of the values


def _multiple(pairs: list[Pair]) -> Iterator[Suspicion]:
    """A multiple of what is wanted: by a constant, or by how many there are of something."""
    if any(pair.whole or pair.got.shape != pair.wanted.shape for pair in pairs):
        return
    ratios = [_ratio(pair) for pair in pairs]
    if any(ratio is None for ratio in ratios):
        return
    told = [(ratio, pair) for ratio, pair in zip(ratios, pairs, strict=True) if ratio != 0]
    if not told:
        return
    if all(_near(ratio, -1) for ratio, _ in told):
        yield Suspicion("sign", both("the sign is wrong: every value is the negative of the wanted one"))
        return
    for kind, text, of in _COUNTS:
        for place in range(max(len(pair.given) for _, pair in told)):
            if all(place < len(pair.given) and any(_near(ratio, count) for count in of(pair.given[place])) for ratio, pair in told):
                yield Suspicion(kind, text)
    first = told[0][0]
    enough = len({tuple(tensor.shape for tensor in pair.given) for _, pair in told}) > 1 or _near(abs(first), 2) or _near(abs(first), 0.5)
    if enough and all(_near(ratio, first) for ratio, _ in told):
        yield Suspicion("factor", both("every value is {factor:.4g} times the wanted one: a constant factor is missing or "
                                       "too many", factor=first))  # fmt: skip


def _multiple_of_change(pairs: list[Pair]) -> Iterator[Suspicion]:
    """A multiple of what is to be added to an argument, or taken from it."""
    for place in range(max(len(pair.given) for pair in pairs)):
        if any(place >= len(pair.given) or not pair.got.shape == pair.wanted.shape == pair.given[place].shape for pair in pairs):
            continue
        apart = [replace(pair, got=pair.got - pair.given[place], wanted=pair.wanted - pair.given[place]) for pair in pairs]
        for one in _multiple(apart):
            if one.kind == "sign":
                yield Suspicion("wrong_function", both("what is added to an argument should be taken from it, or the other "
                                                       "way round"))  # fmt: skip
            else:
                yield Suspicion(one.kind, both("in what is added to an argument, or taken from it: {mistake}", mistake=one.text))


def _ratio(pair: Pair) -> float | None:
    """Return what the wanted values are multiplied by; 0.0 where all are 0, as they should be; None for no multiple."""
    where = pair.wanted.abs().flatten().argmax() if pair.wanted.numel() else None
    if where is None or pair.wanted.flatten()[where] == 0:
        return 0.0 if pair.right else None
    ratio = float(pair.got.flatten()[where] / pair.wanted.flatten()[where])
    return ratio if ratio and _same(pair.got, pair.wanted * ratio) else None


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
    ("sum_for_mean", both("it looks like a sum where a mean is wanted: divide by how many there are"), _counts),
    ("mean_for_sum", both("it looks like a mean where a sum is wanted: it is divided by how many there are"),
     lambda tensor: {1 / count for count in _counts(tensor)}),
    ("wrong_count", both("it is divided by the wrong count: by the rows for all elements, by all for the rows, or by one "
                         "more or less"), _shares),
]  # fmt: skip


def _another_function(pairs: list[Pair]) -> Iterator[Suspicion]:
    """What a function makes of all that is wanted."""
    if all(pair.got.shape == pair.wanted.shape for pair in pairs):
        for kind, text, of in _FUNCTIONS:
            if all(_same(pair.got, of(pair.wanted)) for pair in pairs):
                yield Suspicion(kind, text)
                return


def _absolute(wanted: torch.Tensor) -> torch.Tensor:
    """Return absolute values, but NaN of what has one sign only: there it is the sign that is wrong."""
    return wanted.abs() if (wanted > 0).any() or wanted.numel() < 2 else wanted * torch.nan


_FUNCTIONS: list[tuple[str, Text, Callable[[torch.Tensor], torch.Tensor]]] = [
    ("complement", both("it is 1 minus what is wanted: the condition or the class is the wrong way round"), lambda v: 1 - v),
    ("wrong_function", both("the sign was lost: it is the absolute value of what is wanted"), _absolute),
    ("wrong_function", both("it is the square of what is wanted"), torch.square),
    ("wrong_function", both("it is the square root of what is wanted"), torch.sqrt),
    ("wrong_function", both("it is exp of what is wanted: a logarithm is missing"), torch.exp),
    ("wrong_function", both("it is the logarithm of what is wanted"), torch.log),
]  # fmt: skip


def _not_finite(pairs: list[Pair]) -> Iterator[Suspicion]:
    """NaN or infinity in most of the wrong answers, where numbers are wanted."""
    if any(pair.got.shape != pair.wanted.shape for pair in pairs):
        return
    wrong = [pair for pair in pairs if not pair.right]
    if 2 * sum(bool((pair.wanted.isfinite() & ~pair.got.isfinite()).any()) for pair in wrong) <= len(wrong):
        return
    given = [number for pair in pairs if not pair.right for number in pair.given]
    if any((number.abs() > LARGE).any() for number in given):
        text = both("NaN or inf where the input is large: exp of a large number is inf, and inf / inf and 0 * inf are NaN. "
                    "Rewrite it so that exp only sees numbers up to 0")  # fmt: skip
    else:
        text = both("NaN or inf where a number is wanted: log(0) is -inf, and 0 / 0 and 0 * inf are NaN. Look at the inputs "
                    "that lead there")  # fmt: skip
    yield Suspicion("not_finite", text)


def _limited(pairs: list[Pair]) -> Iterator[Suspicion]:
    """One value stands for all that are larger, or smaller, than it."""
    for text, sign in ((both("no value gets above a limit: something clamps it, or takes a min"), 1),
                       (both("no value gets below a limit: something clamps it, or takes a max"), -1)):  # fmt: skip
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


def _edge(pairs: list[Pair]) -> Iterator[Suspicion]:
    """Right but where an input is exactly 0."""
    if _wrong_elements(pairs) is None or any(pair.whole for pair in pairs):
        return
    for place in range(max(len(pair.given) for pair in pairs)):
        if all(_right_but_at_zero(pair, place) for pair in pairs):
            yield Suspicion("boundary", both("it is wrong only where an input is exactly 0: is it > where >= is meant, or "
                                             "the other way round?"))  # fmt: skip


def _right_but_at_zero(pair: Pair, place: int) -> bool:
    if place >= len(pair.given) or pair.given[place].shape != pair.got.shape:
        return pair.right
    return _same(pair.got[pair.given[place] != 0], pair.wanted[pair.given[place] != 0])


def _another_axis(pairs: list[Pair]) -> Iterator[Suspicion]:
    """What should sum to one constant along an axis does so along the other, or as a whole."""
    if any(pair.got.dim() != 2 or pair.got.shape != pair.wanted.shape or pair.got.numel() == 0 for pair in pairs):
        return
    for axis in (0, 1):
        for constant in (0.0, 1.0):
            if (all(_constant(pair.wanted.sum(axis), constant) for pair in pairs)
                    and not all(_constant(pair.got.sum(axis), constant) for pair in pairs)
                    and (all(_constant(pair.got.sum(1 - axis), constant) for pair in pairs)
                         or all(_constant(pair.got.sum(), constant) for pair in pairs))):  # fmt: skip
                yield Suspicion("wrong_axis", both("it runs along the wrong axis: dim=0 goes down the columns, dim=1 (or -1) "
                                                   "along the rows"))  # fmt: skip
                return


def _constant(sums: torch.Tensor, constant: float) -> bool:
    return bool(((sums - constant).abs() < 1e-4).all())


def _returned_as_it_came(pairs: list[Pair]) -> Iterator[Suspicion]:
    """An argument, unchanged, in the place of the result."""
    for place in range(max(len(pair.given) for pair in pairs)):
        if all(place < len(pair.given) and _same(pair.got, pair.given[place]) for pair in pairs):
            yield Suspicion("unchanged_input", both("an argument is returned as it came: the result of the computation is "
                                                    "not used"))  # fmt: skip
            return


def _digits_lost(pairs: list[Pair]) -> Iterator[Suspicion]:
    """Right to single precision, where double was asked for."""
    if all(pair.double and torch.allclose(pair.got, pair.wanted, SINGLE, SINGLE) for pair in pairs):
        yield Suspicion("precision", both("float64 is right to some 7 digits only: something on the way is float32"))


def _whole_steps(pairs: list[Pair]) -> Iterator[Suspicion]:
    """Ints that are off by one, all to one side."""
    if not all(pair.whole and pair.got.shape == pair.wanted.shape for pair in pairs):
        return
    off = [pair.got - pair.wanted for pair in pairs]
    sides = {float(number) for one in off for number in one.flatten() if number}
    if len(sides) != 1 or sides - {-1.0, 1.0} or sum(bool(one.any()) for one in off) < 2:
        return
    if all(bool((pair.wanted[one != 0] <= 1).all()) for pair, one in zip(pairs, off, strict=True)):
        return  # 0 and 1 stand for other things than sizes, too
    more = sides == {1.0}
    if all(one.any() for one in off):
        yield Suspicion("off_by_one", both("every size is one too large") if more else both("every size is one too small"))
    else:
        yield Suspicion("floor_for_ceil", both(
            "it is one too large for some arguments, right for others: look at where it rounds (// rounds down), and at "
            "the edges") if more else both(
            "it is one too small for some arguments, right for others: look at where it rounds (// rounds down), and at "
            "the edges"))  # fmt: skip


def _other_order(pairs: list[Pair]) -> Iterator[Suspicion]:
    """The results of one call in another order than they are wanted in."""
    wrong = [pair for pair in pairs if not pair.right]
    if len(wrong) > 1 and all(
        any(other.answer is pair.answer and other is not pair and _same(pair.got, other.wanted) for other in pairs)
        for pair in wrong
    ):
        yield Suspicion("wrong_type", both("the values are right, and come in another order than the one asked for"))


RULES: list[Rule] = [_another_shape, _table_of_all, _one_more_or_less, _multiple, _multiple_of_change, _another_function, _not_finite, _limited,
                     _edge, _another_axis, _returned_as_it_came, _sum_missing, _whole_steps, _other_order]  # fmt: skip
