"""A check's body, run on whoever answers its calls: a student, the reference, a known mistake."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Sequence
from contextlib import suppress

import pytest
import torch

from grader.compare import going_on
from grader.drawing import Drawing
from grader.errors import BrokenCourse
from grader.i18n import both
from grader.plugin import sides_of
from grader.records import Exercise
from grader.sandbox.proxy import Answered, Ask, Journal, Student
from grader.sandbox.sides import Local
from grader.tolerance import Side, Spread, calibration_of, comparing

_OURS = ("student", "reference", "rng", "draw")


def name_of(item: pytest.Function) -> str:
    """Return a check's name, with its own parameters in brackets."""
    own = [str(value) for key, value in item.callspec.params.items() if key not in ("submission", "device")]
    return f"{item.originalname}[{'-'.join(own)}]" if own else item.originalname


def origin_of(item: pytest.Function) -> tuple[str, str]:
    """Return the file and the function that a check is made from, once or for several parameters."""
    return str(item.path), item.originalname


class Bodies:
    """The bodies of an exercise's checks, whose inputs one seed decides."""

    def __init__(self, exercise: Exercise, seed: int):
        self._exercise, self._seed = exercise, seed
        self.reference, self._oracle = sides_of(exercise)
        self._calibration = calibration_of(exercise, seed)
        self._given: dict[tuple[str, str], tuple[str, ...]] = {}

    def judged(self, item: pytest.Function, ask: Ask, journal: Journal) -> None:
        """Run the check's body on a submission; what right answers differ by is measured where it matters."""

        def spreads() -> Sequence[Spread]:
            return self._calibration.spreads(name_of(item), lambda side: self.heard(item, side))

        hidden = item.path == self._exercise.hidden_checks
        with comparing(journal, spreads if hidden else None):
            self.run(item, ask, journal, self.reference, item.callspec.params.get("device"))

    def on_reference(self, item: pytest.Function, journal: Journal) -> None:
        """Run the body with the reference in the student's place, and the oracle in the reference's."""
        self.run(item, self.reference.ask, journal, self._oracle, "cpu")  # CUDA is never opened in this process

    def heard(self, item: pytest.Function, side: Side) -> list[Answered]:
        """Return what a check hears of a known answer, as far as it gets with it."""
        journal = Journal()
        with suppress(Exception, pytest.fail.Exception), going_on():
            self.run(item, side.ask, journal, self.reference, "cpu")
        return journal.answers

    def forget(self) -> None:
        """Let go of the objects that checks have had made on our own sides."""
        for side in (self.reference, self._oracle):
            if side is not None:
                side.forget()

    def run(
        self, item: pytest.Function, ask: Ask, journal: Journal, reference: Local | None, device: str | None
    ) -> None:
        """Run the check's body, with `ask` behind its `student`."""
        given = {name: item.funcargs[name] for name in self._parameters(item) if name not in _OURS}
        if "device" in given:
            given["device"] = device
        ours = {
            "student": lambda: Student(ask, device, journal),
            "reference": lambda: Student(_present(reference).ask, expects=True),
            "rng": lambda: torch.Generator().manual_seed(_seed_of(self._seed, name_of(item))),
            "draw": lambda: Drawing(journal),
        }
        try:
            item.obj(**given, **{name: make() for name, make in ours.items() if name in item.fixturenames})
        finally:
            journal.put_back()

    def _parameters(self, item: pytest.Function) -> tuple[str, ...]:
        if origin_of(item) not in self._given:
            self._given[origin_of(item)] = tuple(inspect.signature(item.obj).parameters)
        return self._given[origin_of(item)]


def _present(reference: Local | None) -> Local:
    if reference is None:
        raise BrokenCourse(both("a public check may not use the reference; students do not have it"))
    return reference


def _seed_of(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:7], "little")
