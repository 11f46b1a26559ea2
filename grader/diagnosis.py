"""Name the mistake behind failed checks: a known one that gives the student's answers to all that they ask, else what a
rule suspects of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy
import torch

from grader import told
from grader.mistakes import Mistake, known
from grader.records import Exercise, Text
from grader.rules.pairs import Heard, Suspicion
from grader.rules.suspected import suspected
from grader.sandbox import wire
from grader.sandbox.proxy import Answered, Handle
from grader.sandbox.replies import StudentError
from grader.sandbox.sides import Local
from grader.told import Known
from grader.tolerance import TOLERANCES
from grader.unchanged import Answers

Asked = Callable[[Local], Sequence[Answered]]
"""What a check hears when it asks this side."""


class Clues(NamedTuple):
    """What fits one failed check."""

    known: frozenset[Text] | None
    """What is said of the known mistakes that give the same answers; None where none of them was asked."""
    suspected: frozenset[Suspicion] | None
    """The rules that explain the answers; None where the check compared nothing that was wrong."""


def named(clues: Sequence[Clues]) -> Text | None:
    """Return what fits all failed checks of one function: a known mistake, else a rule; None where two do, or none."""
    known = _common([one.known for one in clues])
    if known:
        return known.pop() if len(known) == 1 else None
    rules = _common([one.suspected for one in clues])
    return rules.pop().text if len(rules) == 1 else None


def _common(sets: list[frozenset | None]) -> set:
    there = [one for one in sets if one is not None]
    return set(frozenset.intersection(*there)) if there else set()


class Diagnosis:
    """An exercise's known mistakes, and what each of them answers to its checks under one seed.

    BrokenCourse where what a release tells of them cannot be read.
    """

    def __init__(self, exercise: Exercise, seed: int):
        self._exercise = exercise
        self._released = told.read(exercise)
        self._known: dict[str, list[Known]] = {}

    def clues(self, check: str, heard: Heard, asked: Asked) -> Clues:
        """Return what fits a failed check; `check` is its name, with its parameters in brackets."""
        answers, known = plain(heard.answers), self.known(check, asked)
        fitting = frozenset(one.text for one in known if _alike(answers, one.answers))
        # whoever does nothing but raise ValueError is no more like one that does than like another
        tells = known and any(not isinstance(value, dict) or value.get("saying") != "" for _, value, _ in answers)
        return Clues(fitting if tells else None, suspected(heard))

    def known(self, check: str, asked: Asked) -> list[Known]:
        """Return the mistakes that a check could meet: those that a release tells of, or those that are there to be asked."""
        if check not in self._known:
            # loaded anew for each check: some mistakes keep what they should not
            here = [Known(one.text, plain(asked(Local(one.path)))) for one in self._to_ask.get(check.partition("[")[0], [])]
            self._known[check] = here or self._released.get(check, [])
        return self._known[check]

    @cached_property
    def _to_ask(self) -> dict[str, list[Mistake]]:
        """The mistakes by check: in a function that it looks at, and other than the reference there."""
        if self._exercise.hidden_checks is None or self._exercise.solution is None:
            return {}
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


# errors whose words are torch's or Python's, and say what was done; those of others are whoever's who raised them
_ITS_OWN_WORDS = (["builtins.RuntimeError"], ["builtins.IndexError"], ["builtins.TypeError"], ["builtins.AttributeError"])


def plain(answers: Sequence[Answered]) -> list[Any]:
    """Return answers as data that the wire carries, which is all that they are known again by."""
    return [[one.name, _plain(one.value), _plain(one.changed)] for one in answers]


def _plain(value: Any) -> Any:
    if isinstance(value, StudentError):
        return {"raised": value.types[:1], "saying": value.message if value.types[:1] in _ITS_OWN_WORDS else ""}
    if isinstance(value, Handle):
        return {"object": value.reference.type_name}
    if isinstance(value, wire.Opaque):
        return {"object": value.kind}
    if type(value) in (list, tuple):
        return type(value)(map(_plain, value))
    if type(value) is dict:
        return {key: _plain(item) for key, item in value.items()}
    note = wire.note_of(value) if isinstance(value, torch.Tensor) else None
    return {"shares": value.clone()} if note is not None and note.shares else value


def _alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same but for rounding, NaN for NaN."""
    if type(one) is not type(other):
        return False
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
    return bool(one == other)


def _tensors_alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if not one.is_floating_point():
        return torch.equal(one, other)
    rtol, atol = TOLERANCES[one.dtype]
    return torch.allclose(one.double(), other.double(), rtol, atol, equal_nan=True)
