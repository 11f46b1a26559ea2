"""The fixtures of a check under plain `pytest`, which hold the reference against the oracle; see `session` for `grade`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
import torch

from grader import catalogue
from grader.checks import rules_of
from grader.drawing import Drawing
from grader.records import Exercise
from grader.sandbox.proxy import Journal, Student
from grader.sandbox.sides import Local

_local = cache(Local)


def sides_of(exercise: Exercise) -> tuple[Local | None, Local | None]:
    """Return who gives expected values, and who does where the reference itself is judged; None for who is absent."""
    reference = _local(exercise.solution) if exercise.solution else None
    return reference, _local(exercise.oracle) if exercise.oracle else reference


@pytest.fixture
def device() -> str:
    """The device that the check runs on; a check that asks for `student` runs once per device."""
    return "cpu"


@pytest.fixture
def student(request: pytest.FixtureRequest, device: str) -> Iterator[Student]:
    """The functions that are judged: a submission's, or under plain pytest the reference's."""
    journal = Journal(banned=rules_of(request.function).not_allowed)
    reference = _needed(sides_of(_exercise_of(request))[0])
    yield Student(reference.ask, device, journal)
    journal.put_back()
    references = reference.references(journal.banned)
    used = [name for call in journal.calls for name, _ in (*references.get(call, []), *journal.uses)]
    assert not used, f"the reference uses what is banned: {used}"


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Student:
    """The same functions as they should be, on the CPU: what to expect."""
    return Student(_needed(sides_of(_exercise_of(request))[1]).ask, expects=True)


@pytest.fixture
def draw() -> Drawing:
    """Pictures for the report, of a public check; nobody looks at the reference's."""
    return Drawing(Journal())


@pytest.fixture
def rng() -> torch.Generator:
    """A generator for a check's inputs; the run's seed and the check's name seed it."""
    return torch.Generator().manual_seed(0)


def _exercise_of(request: pytest.FixtureRequest) -> Exercise:
    return catalogue.of_check_file(request.path)


def _needed(side: Local | None) -> Local:
    if side is None:
        pytest.fail("plain pytest runs a check on the reference, and there is none here; `grade` runs it on your file")
    return side
