"""Questions that are sent ahead of their turn: no verdict may tell whether they were."""

from __future__ import annotations


import pytest
import torch

from grader.records import Result
from grader.sandbox.decode import loads
from grader.sandbox.questions import MAX_FORESEEN, Questions, Unforeseen
from grader.sandbox.wire import Reference

from .conftest import Course, outcomes

CHECKS = """
    import torch
    from grader.checks import close, equal, points, time_limit

    @points(2)
    def test_numbers(student):
        for number in range(8):
            equal(student.double(number), 2 * number)

    @points(2)
    def test_tensors(student, device, rng):
        for _ in range(6):
            x = torch.randn(3, generator=rng)
            close(student.double(x), 2 * x)

    @points(2)
    def test_what_is_asked_hangs_on_the_answer(student):
        half = student.double(2) // 2
        equal(student.double(half), 4)
        equal(student.double(student.double(half)), 8)

    @points(2)
    def test_what_stays_on_the_other_side(student):
        kept = student.double.kept([1])
        equal(student.fetch(kept), [1, 1])

    @points(2)
    def test_again(student):
        equal(student.double(7), 14)
"""

RIGHT = "def double(x): return x * 2\n"
WRONG_ONCE = "def double(x): return 11 if type(x) is int and x == 4 else x * 2\n"
WRONG_FOR_TENSORS = "def double(x): return x * 2 if type(x) is not __import__('torch').Tensor else x * 3\n"
ODD_FOR_TWO = "def double(x): return 6 if type(x) is int and x == 2 else x * 2\n"
COUNTS = """
    calls = 0

    def double(x):
        global calls
        calls += 1
        return x * 2 if calls <= 10 else x * 5
"""
LEAVES = """
    import os

    def double(x):
        if type(x) is int and x == 3:
            os._exit(3)
        return x * 2
"""
NEVER_ENDS = """
    def double(x):
        while type(x) is int and x == 5:
            pass
        return x * 2
"""
NOT_WRITTEN = "def double(x): raise NotImplementedError\n"
ANSWERS = [RIGHT, WRONG_ONCE, WRONG_FOR_TENSORS, ODD_FOR_TWO, COUNTS, LEAVES, NOT_WRITTEN]


def said(result: Result) -> list[tuple]:
    return [(check.name, check.outcome, check.score, check.message) for check in result.checks]


@pytest.fixture
def checked(course: Course) -> Course:
    return course.public(CHECKS)


def test_a_verdict_hangs_on_nobody_who_was_graded_before(checked):
    alone = [said(checked.grade(source)[0]) for source in ANSWERS]
    assert alone[0] == [(name, "passed", 2.0, None) for name in (
        "test_numbers", "test_tensors", "test_what_is_asked_hangs_on_the_answer", "test_what_stays_on_the_other_side",
        "test_again")]  # fmt: skip
    assert len({str(each) for each in alone}) == len(ANSWERS)
    for order in ([0, *range(len(ANSWERS))], [3, 0, 5, 0, 1, 0, 2], [4, 0, 4, 6, 0, 4, 5, 1]):
        together = checked.grade(*(ANSWERS[number] for number in order))
        assert [said(result) for result in together] == [alone[number] for number in order]


def test_an_endless_call_among_foreseen_ones_costs_its_own_check(course):
    checked = course.public(CHECKS.replace("@points(2)", "@points(2)\n    @time_limit(0.5)"))
    _, result = checked.grade(RIGHT, NEVER_ENDS)
    assert outcomes(result) == {
        "test_numbers": "timed_out", "test_tensors": "passed", "test_what_is_asked_hangs_on_the_answer": "passed",
        "test_what_stays_on_the_other_side": "passed", "test_again": "passed",
    }  # fmt: skip


def test_who_reads_ahead_of_its_turn_loses_what_it_read(course):
    """The line is the only descriptor that a worker has. What it takes from there is asked of nobody then."""
    takes = """
        import os, stat

        taken = 0

        def double(x):
            global taken
            lines = [fd for fd in range(64) if is_line(fd)]
            if not taken:
                taken = 1
                os.set_blocking(lines[0], False)
                try:
                    os.read(lines[0], 65536)
                except BlockingIOError:
                    pass
                os.set_blocking(lines[0], True)
            return x * 2

        def is_line(fd):
            try:
                return stat.S_ISSOCK(os.fstat(fd).st_mode)
            except OSError:
                return False
    """
    checked = course.public(CHECKS.replace("@points(2)", "@points(2)\n    @time_limit(0.5)"))
    alone, right, reader = checked.grade(takes, RIGHT, takes)
    assert outcomes(right) == dict.fromkeys(outcomes(right), "passed")
    assert outcomes(alone) == outcomes(right)  # nothing was there to be read
    assert set(outcomes(reader).values()) <= {"passed", "timed_out", "crashed"}
    assert outcomes(reader)["test_numbers"] == "timed_out"


def test_what_was_asked_is_foreseen_word_for_word():
    first = Questions()
    for number in (1, 2, 3):
        assert len(first.ask("call", name="double", args=(number,))) == 1
    second = Questions(first.asked)
    assert second.ask("call", name="double", args=(1,)) == first.asked
    assert second.ask("call", name="double", args=(2,)) == first.asked[1:]
    with pytest.raises(Unforeseen):
        second.ask("call", name="double", args=(4,))
    assert second.departed
    assert second.asked == first.asked[:2]
    with pytest.raises(Unforeseen):  # also where a check has swallowed the first
        second.ask("call", name="double", args=(3,))


def test_numbers_are_nobody_elses_guess():
    first, other = Questions(), Questions()
    first.ask("call", name="double", args=(1,)), other.ask("call", name="double", args=(1,))
    assert first.asked[0].number != other.asked[0].number
    assert loads(first.asked[0].frame, request=True)["id"] == first.asked[0].number


@pytest.mark.parametrize("fields", [dict(target=3, name="step"), dict(args=(Reference(1),)), dict(args=(torch.ones(9000),))])
def test_neither_objects_of_the_other_side_nor_large_values_are_foreseen(fields):
    questions = Questions()
    questions.ask("call", name="double", args=(1,))
    questions.ask("call", **fields)
    questions.ask("call", name="double", args=(2,))
    assert len(questions.asked) == 1
    assert sum(len(question.frame) for question in questions.asked) < MAX_FORESEEN
