"""Name the mistake behind a failed check: the known one that gives the student's answers to all that the check asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy
import torch

from grader.mistakes import Mistake, known
from grader.records import Exercise, Text
from grader.sandbox import wire
from grader.sandbox.proxy import Answered, Handle
from grader.sandbox.replies import StudentError
from grader.sandbox.sides import Local
from grader.tolerance import TOLERANCES
from grader.unchanged import Answers

Asked = Callable[[Local], Sequence[Answered]]
"""What a check hears when it asks this side."""


class Diagnosis:
    """An exercise's known mistakes, and what each of them answers to its checks under one seed."""

    def __init__(self, exercise: Exercise, seed: int):
        self._exercise = exercise
        self._heard: dict[str, list[tuple[Text, Sequence[Answered]]]] = {}

    def fitting(self, check: str, given: Sequence[Answered], asked: Asked) -> Text | None:
        """Return what is said of the mistake that answers as `given`; None where none does, or two that differ do.

        `check` is a check's name, with its parameters in brackets.
        """
        if check not in self._heard:
            candidates = self._candidates.get(check.partition("[")[0], [])
            # loaded anew for each check: some mistakes keep what they should not
            self._heard[check] = [(one.text, asked(Local(one.path))) for one in candidates]
        fits = {text.en: text for text, heard in self._heard[check] if _alike(list(given), list(heard))}
        return fits.popitem()[1] if len(fits) == 1 else None

    @cached_property
    def _candidates(self) -> dict[str, list[Mistake]]:
        """The mistakes that a check could meet: in a function that it looks at, and other than the reference there."""
        answers = Answers(self._exercise.stub, [self._exercise.public_checks, self._exercise.hidden_checks])
        right = answers.keys(_text(self._exercise.solution))
        found: dict[str, list[Mistake]] = {check: [] for check in right}
        for mistake in known(self._exercise):
            about = answers.looks_at.get(mistake.fails, frozenset())
            for check, key in answers.keys(_text(mistake.path)).items():
                if key != right[check] and answers.looks_at[check] & about:
                    found[check].append(mistake)
        return found


diagnosis_of = cache(Diagnosis)
"""The diagnosis of an exercise under a seed: kept by the process, as the reference is."""


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same but for rounding, NaN for NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Answered):
        return all(_alike(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, torch.Tensor):
        return _tensors_alike(one, other)
    if isinstance(one, numpy.ndarray):
        return one.shape == other.shape and one.dtype == other.dtype and _alike(*map(torch.as_tensor, (one, other)))
    if isinstance(one, float):
        return _tensors_alike(*(torch.tensor(number, dtype=torch.float32) for number in (one, other)))
    if isinstance(one, StudentError):
        return one.types[:1] == other.types[:1]
    if isinstance(one, Handle):
        return one.reference.type_name == other.reference.type_name
    return bool(one == other)


def _tensors_alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype or _shares(one) != _shares(other):
        return False
    if not one.is_floating_point():
        return torch.equal(one, other)
    rtol, atol = TOLERANCES[one.dtype]
    return torch.allclose(one.double(), other.double(), rtol, atol, equal_nan=True)


def _shares(tensor: torch.Tensor) -> bool:
    note = wire.note_of(tensor)
    return note is not None and note.shares
