"""What an answer may be off by follows from what right answers are off by; a course of one exercise shows it."""

from __future__ import annotations

import importlib.util
import inspect
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from grader import catalogue, fingerprint
from grader.compare import Mismatch, close, going_on
from grader.mistakes import samples
from grader.plugin import sides_of
from grader.sandbox.proxy import Journal, Student
from grader.sandbox.sides import Local
from grader.tolerance import EPS, FACTOR, TOLERANCES, Calibration, comparing

from .conftest import Course, outcomes

CHECKS = """
    import torch
    from grader.checks import close, hint, points


    @points(10)
    @hint("Add.", ko="더하세요.")
    def test_total(student, reference, device, rng):
        '''total is right.'''
        x = torch.rand(1000, generator=rng)
        close(student.total(x), reference.total(x.double()), like=x)

"""
RIGHT = """
import torch
def total(x):
    return x.sum()
"""
LOOP = """
import torch
def total(x):
    sum = torch.zeros((), dtype=x.dtype)
    for number in x:
        sum = sum + number
    return sum
"""
BACKWARDS = """
import torch
def total(x):
    sum = torch.zeros((), dtype=x.dtype)
    for number in x.flip(0):
        sum = sum + number
    return sum
"""
PUBLIC = """
    import torch
    from grader.checks import close, hint, points


    @points(0)
    @hint("Add.", ko="더하세요.")
    def test_public_total(student, device):
        '''total of two numbers is right.'''
        close(student.total(torch.tensor([0.25, 0.5])), torch.tensor(0.75))
"""
OFF = RIGHT.replace("x.sum()", "x.sum() * {factor}")


@pytest.fixture
def summed(course: Course) -> Course:
    course.public(PUBLIC)
    course.hidden(CHECKS, RIGHT)
    course.write("tests/checks/exercise01_tiny/accepted/loop.py", LOOP)
    return course


def test_a_value_passes_or_fails_by_its_own_bound_and_says_when_that_was_close(summed):
    answers = [RIGHT, LOOP, BACKWARDS, *(OFF.format(factor=1 + part) for part in (9e-5, 1e-5, 1e-6, 1e-2))]
    results = summed.grade(*answers)
    told = [next(check for check in result.checks if check.name == "test_total") for result in results]
    assert [check.outcome for check in told] == ["passed"] * 3 + ["failed", "failed", "passed", "failed"]
    # the bound is a few millionths: 9e-5 is far beyond it, 1e-2 farther, and 1e-5 a few times as much
    assert [check.borderline for check in told][:4] == [False] * 4 and not told[-1].borderline
    assert told[4].borderline
    assert any(check["borderline"] for check in results[4].as_record()["checks"])
    # the public check takes what lies within the tolerance of its dtype, wherever it is run
    assert [outcomes(result)["test_public_total"] for result in results] == ["passed"] * 6 + ["failed"]


def test_what_was_graded_before_changes_no_verdict(summed):
    off = OFF.format(factor=1 + 2e-5)
    [alone] = summed.grade(off, seed=7)
    *_, last = summed.grade("", LOOP, OFF.format(factor=2), off, seed=7)
    assert [(c.outcome, c.borderline) for c in alone.checks] == [(c.outcome, c.borderline) for c in last.checks]


def test_without_accepted_answers_the_tolerance_of_the_dtype_decides(course):
    course.public("")
    course.hidden(CHECKS, RIGHT)
    [result] = course.grade(OFF.format(factor=1 + 9e-5))
    assert outcomes(result)["test_total"] == "passed"


def test_marks_depend_on_accepted_answers(summed):
    exercise = catalogue.find("exercise01")
    before = fingerprint.fingerprint(exercise, ("cpu",), 1)
    summed.write("tests/checks/exercise01_tiny/accepted/loop.py", BACKWARDS)
    assert fingerprint.fingerprint(exercise, ("cpu",), 1) != before


# An exercise, a check, and a change of the reference that is a mistake, though within the tolerance of the dtype.
MISTAKES = [
    ("exercise04", "test_softmax_values", "powers.sum(dim=1, keepdim=True)", "(powers.sum(dim=1, keepdim=True) + 6e-5)"),
    ("exercise04", "test_cross_entropy_values", "-log_softmax(z)[rows, target].mean()",
     "-log_softmax(z)[rows, target].sum() / (len(z) + 5e-5)"),
    ("exercise04", "test_log_softmax_values", "z - z.amax(dim=1, keepdim=True)\n    return shifted -",
     "z - z.amax(dim=1, keepdim=True)\n    return shifted - 2e-5 * shifted -"),
    ("exercise06", "test_momentum_step_values", "momentum * v - lr * grad", "momentum * v - lr * grad * (1 - 3e-5)"),
    ("exercise02", "test_squared_error_values", "((y_pred - y) ** 2).sum()", "((y_pred - y) ** 2).mean() * y.numel() * 0.99996"),
]  # fmt: skip


@pytest.mark.parametrize("name, check, right, mistaken", MISTAKES, ids=[f"{m[1]}-{m[0]}" for m in MISTAKES])
def test_a_mistake_of_the_size_of_the_old_tolerance_fails(name, check, right, mistaken, tmp_path):
    exercise = catalogue.find(name)
    source = exercise.solution.read_text("utf-8")
    assert source.count(right) == 1
    file = tmp_path / f"{name}.py"
    file.write_text(source.replace(right, mistaken), "utf-8")
    run = runner(exercise, check)
    with comparing(Journal()):
        run(Local(file))
    calibration = Calibration(exercise, 0)
    for side, passes in ((Local(file), False), (Local(exercise.solution), True)):
        with comparing(Journal(), lambda: calibration.spreads(check, quietly(run))):
            if passes:
                run(side)
            else:
                pytest.raises(Mismatch, run, side)


def runner(exercise, check, seed=0):
    """Return what runs a hidden check on a side, in this process; a mismatch does not end it under `going_on`."""
    spec = importlib.util.spec_from_file_location(f"hidden_{exercise.name}", exercise.hidden_checks)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function = getattr(module, check)

    def run(side) -> None:
        ours = {"student": Student(side.ask, "cpu"), "reference": Student(sides_of(exercise)[0].ask, expects=True),
                "device": "cpu", "rng": torch.Generator().manual_seed(seed)}  # fmt: skip
        function(**{name: ours[name] for name in inspect.signature(function).parameters})

    return run


def quietly(run):
    def quiet(side) -> None:
        with suppress(Exception), going_on():
            run(side)

    return quiet


def judged(got, wanted, spread=None, journal=None):
    """Say what `close` makes of an answer where right answers gave `spread`: (reference, another)."""
    from grader.tolerance import Compared, Spread

    journal = journal or Journal()
    wanted = torch.tensor(wanted, dtype=torch.float64)
    known = Compared(wanted, wanted, torch.float32, True)
    reference, other = (torch.tensor(errors, dtype=torch.float64) for errors in spread)
    with comparing(journal, lambda: [Spread(known, reference, other)]):
        try:
            close(torch.tensor(got), wanted, like=torch.tensor(0.0))
        except Mismatch:
            return "failed", journal.close_call == "failed"
    return "passed", journal.close_call == "passed"


NONE = [0.0], [0.0]
HIGHEST = 1e-4 * 100 + 1e-6
"""What TOLERANCES leave an answer of 100."""


@pytest.mark.parametrize("off, spread, said", [
    (0.0, NONE, ("passed", False)),
    (FACTOR * EPS[torch.float32] * 100 * 0.4, NONE, ("passed", False)),
    (FACTOR * EPS[torch.float32] * 100 * 0.8, NONE, ("passed", True)),
    (FACTOR * EPS[torch.float32] * 100 * 2, NONE, ("failed", True)),
    (FACTOR * EPS[torch.float32] * 100 * 8, NONE, ("failed", False)),
    (HIGHEST * 0.4, ([0.0], [1e-2]), ("passed", False)),
    (HIGHEST * 2, ([0.0], [9.0]), ("failed", True)),  # another answer does not raise the bound beyond the tolerance
    (HIGHEST * 2, ([HIGHEST], [HIGHEST]), ("passed", False)),  # the reference does, up to ten times
    (HIGHEST * 20, ([9.0], [9.0]), ("failed", True)),
    (float("nan"), ([9.0], [9.0]), ("failed", False)),
    (float("inf"), ([float("inf")], [float("inf")]), ("failed", False)),
])  # fmt: skip
def test_a_bound_lies_between_the_digits_of_the_dtype_and_its_tolerance(off, spread, said):
    assert judged([100.0 + off], [100.0], spread) == said


def test_a_comparison_that_right_answers_did_not_make_is_judged_by_the_tolerance():
    from grader.tolerance import Compared, Spread

    other = torch.tensor([7.0], dtype=torch.float64)
    spread = Spread(Compared(other, other, torch.float32, True), torch.zeros(1), torch.zeros(1))
    for spreads in ([spread], []):
        with comparing(Journal(), lambda spreads=spreads: spreads):
            close(torch.tensor([100.005]), torch.tensor([100.0]))


def test_integers_and_infinities_are_exact_and_every_dtype_has_a_tolerance():
    infinite = torch.tensor([float("inf"), -float("inf")])
    close(infinite, infinite)
    pytest.raises(Mismatch, close, -infinite, infinite)
    pytest.raises(Mismatch, close, torch.tensor([1e30, -1e30]), infinite)
    pytest.raises(Mismatch, close, torch.tensor([3]), torch.tensor([4]))
    assert EPS.keys() == TOLERANCES.keys()


def test_unusual_right_answers_lie_beside_the_known_ones():
    """`make bench` judges them; here, that they are there for four exercises, and are none of the accepted."""
    found = sorted(Path(__file__, "../../benchmarks/answers").resolve().glob("*/*.py"))
    assert len(found) >= 10 and len({path.parent.name for path in found}) == 4
    assert not {path.read_text("utf-8") for path in found} & {
        path.read_text("utf-8") for folder in {p.parent.name for p in found} for path in samples(catalogue.find(folder), "accepted")
    }
