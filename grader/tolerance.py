"""How far an answer may be from what was wanted: some times as far as right answers to the same inputs are.

Each element of a comparison in a hidden check has a bound of its own:

    FACTOR * max(spread, eps * |wanted|),  at least ABSOLUTE * eps * max(1, max |wanted|),  at most TOLERANCES

`wanted` was computed in float64, and eps is the last digit of the dtype that is judged. `spread` is the largest error there of the
reference and of every accepted answer, each asked twice: with the inputs of the check, and with every number of them
moved by at most its last digit. The first shows what the order of operations and the size of a reduction do: any order
of adding n numbers errs by at most (n - 1) * eps/2 times the sum of their sizes, to first order. The second shows the
conditioning of the problem: an answer that is right for inputs so near is right. (N. J. Higham, Accuracy and Stability
of Numerical Algorithms, 2nd edition: 4.2 on summation, 1.5 and 1.6 on backward errors and conditioning.)

Where the reference itself misses TOLERANCES, the bound is what it misses by, FACTOR times, and at most RISE times the
tolerance. TOLERANCES alone decide where an answer has another dtype than it is judged by, after a call in place, and
where there is nothing to measure by: in public checks, which say the same to a student at home as to an instructor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Protocol

import torch

from grader.mistakes import samples
from grader.records import Exercise
from grader.sandbox.proxy import Ask, Journal
from grader.sandbox.sides import Local

# (relative, absolute) error that any correct order of operations stays under, on the moderate inputs of a course.
TOLERANCES = {
    torch.float64: (1e-9, 1e-11),
    torch.float32: (1e-4, 1e-6),
    torch.float16: (1e-2, 1e-3),
    torch.bfloat16: (5e-2, 1e-2),
}

EPS = {dtype: torch.finfo(dtype).eps for dtype in TOLERANCES} | {torch.float64: 1e-12}
"""The last digit that counts. In float64 it is none of the last ones: an epsilon of 1e-12 that keeps a logarithm finite
is for checks of that logarithm to see, and who computes in float32 is off by more."""
FACTOR = 32.0
"""What an answer of which nobody has thought yet may err more than all that are known. Of the course's right answers
each stays under 20 times what all others err; the rest is for a GPU's arithmetic (`make bench` measures it)."""
ABSOLUTE = 8.0
"""Last digits of the largest element, or of 1, that count nowhere: 1 - 1/(1 + exp(z)) is a sigmoid, and z - log(exp(z))
is 0. The numbers of a course are of size 1, and where they cancel they leave such digits."""
RISE = 10.0
NEAR_PASS, NEAR_MISS = 0.5, 4.0
"""The shares of a bound from which on, and up to which, an error is a close call."""


class Side(Protocol):
    """Who answers a check's calls."""

    ask: Ask


Asked = Callable[[Side], object]
"""Runs a check on a side, to its end."""


class Compared(NamedTuple):
    """An answer and what was wanted, in float64; the dtype by which it is judged, and whether the answer came in it."""

    got: torch.Tensor
    wanted: torch.Tensor
    dtype: torch.dtype
    kept: bool


@dataclass
class Spread:
    """How far right answers were off in one comparison, and how far the reference was."""

    compared: Compared
    reference: torch.Tensor
    largest: torch.Tensor

    def is_about(self, other: Compared) -> bool:
        """Whether this is the same comparison: a check may make more of them for one answer than for another."""
        return self.compared[2:] == other[2:] and torch.equal(self.compared.wanted, other.wanted)


class Calibration:
    """What the right answers to an exercise's checks differ by, under one seed."""

    def __init__(self, exercise: Exercise, seed: int):
        self._reference = exercise.solution
        self._accepted = samples(exercise, "accepted") if exercise.solution else []
        self._found: dict[str, list[Spread]] = {}

    def spreads(self, check: str, asked: Asked) -> list[Spread]:
        """Return the spread of each comparison of a check, in order; `check` is its name with its parameters."""
        if check not in self._found:
            # one right answer alone does not tell how others differ from it
            self._found[check] = self._measured(asked) if self._accepted else []
        return self._found[check]

    def _measured(self, asked: Asked) -> list[Spread]:
        found = [Spread(one, _error(one), _error(one)) for one in _compared(asked, Local(self._reference))]
        for number, path in enumerate((self._reference, *self._accepted)):
            side = Local(path)
            for each in (side, _Moved(side, number)):
                for spread, one in zip(found, _compared(asked, each), strict=False):
                    if spread.is_about(one):
                        spread.largest = torch.maximum(spread.largest, _error(one))
        return found


calibration_of = cache(Calibration)
"""The calibration of an exercise under a seed: kept by the process, as the reference is."""


class _Moved:
    """A right answer that is asked with every number moved by at most its last digit."""

    def __init__(self, side: Local, seed: int):
        self._side, self._rng = side, torch.Generator().manual_seed(seed)

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        return self._side.ask(op, **{name: self._moved(value) for name, value in fields.items()})

    def _moved(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor) and value.is_floating_point():
            by = 2 * torch.rand(value.shape, generator=self._rng, dtype=torch.float64) - 1
            return (value.double() * (1 + torch.finfo(value.dtype).eps * by)).to(value.dtype)
        if type(value) in (list, tuple):
            return type(value)(map(self._moved, value))
        return {key: self._moved(item) for key, item in value.items()} if type(value) is dict else value


class _Run:
    """One run of a check: what it has compared so far, and what that is judged by."""

    def __init__(self, journal: Journal, spreads: Callable[[], Sequence[Spread]] | None):
        self._journal, self._spreads = journal, spreads
        self.compared: list[Compared] = []

    def spread(self) -> Spread | None:
        """Return the spread of the last comparison; None where nothing is known of it."""
        place, one = len(self.compared) - 1, self.compared[-1]
        # the answers to calls in place stand in the check's own values, from which right answers cannot start
        if self._spreads is None or self._journal.changed_arguments:
            return None
        spreads = self._spreads()
        return spreads[place] if place < len(spreads) and spreads[place].is_about(one) else None

    def note(self, missed: bool, error: torch.Tensor, bound: torch.Tensor) -> None:
        """Note in the journal whether the last comparison was a close call."""
        if missed:
            near = bool((error <= NEAR_MISS * bound).all())
            self._journal.close_call = "failed" if near else None
        elif bool((error > NEAR_PASS * bound).any()):
            self._journal.close_call = "passed"


_run: ContextVar[_Run | None] = ContextVar("run", default=None)


@contextmanager
def comparing(journal: Journal, spreads: Callable[[], Sequence[Spread]] | None = None) -> Iterator[list[Compared]]:
    """Judge what a run of a check compares by these spreads, asked for only where they matter; give what it compared."""
    run = _Run(journal, spreads)
    token = _run.set(run)
    try:
        yield run.compared
    finally:
        _run.reset(token)


def _compared(asked: Asked, side: Side) -> list[Compared]:
    with comparing(Journal()) as compared:
        asked(side)
    return compared


def wrong(answer: torch.Tensor, wanted: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Say of each element whether it is off by more than it may be; integers and infinities are exact."""
    if not answer.is_floating_point() and not wanted.is_floating_point():
        return answer.to(torch.int64) != wanted.to(torch.int64)
    one, run = Compared(_double(answer), _double(wanted), dtype, answer.dtype == dtype), _run.get()
    error, bound = _error(one), _table(one)
    if run is None:
        return error > bound
    run.compared.append(one)
    if one.kept and dtype in TOLERANCES:
        least = _least(one)
        settled = (error <= NEAR_PASS * least).all() or (error > NEAR_MISS * RISE * bound).any()
        spread = None if settled else run.spread()
        if spread is not None:
            bound = _bound(spread, least, bound)
    off = error > bound
    run.note(bool(off.any()), error, bound)
    return off


def _table(one: Compared) -> torch.Tensor:
    """Return what is accepted where nothing is known of an answer but its dtype."""
    relative, absolute = TOLERANCES.get(one.dtype, (0.0, 0.0))
    return absolute + relative * one.wanted.abs().nan_to_num(posinf=0.0)


def _least(one: Compared) -> torch.Tensor:
    """Return what any answer may be off by: digits that its dtype does not have."""
    sizes = one.wanted.abs().nan_to_num(posinf=0.0)
    largest = max(1.0, float(sizes.max())) if sizes.numel() else 1.0
    least = EPS[one.dtype] * (FACTOR * sizes).clamp(min=ABSOLUTE * largest)
    return torch.minimum(least, _table(one))


def _bound(spread: Spread, least: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    most = (FACTOR * spread.reference).clamp(table, RISE * table)
    return torch.minimum((FACTOR * spread.largest).clamp(min=least), most)


def _double(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().to(torch.float64, copy=True)


def _error(one: Compared) -> torch.Tensor:
    """Return how far each element is off; infinitely far where it or what was wanted is not finite, and not equal."""
    error = (one.got - one.wanted).abs().nan_to_num(nan=torch.inf)
    return torch.where(one.got == one.wanted, 0.0, error)
