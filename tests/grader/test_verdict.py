"""Whose fault a failure is: every sentence of the rule in the design, on a real sandbox."""

from __future__ import annotations

import errno
import itertools
import os

import pytest

from grader.errors import GradingFault
from grader.i18n import both
from grader.records import Result
from grader.sandbox import sides
from grader.sandbox.broker import Worker
from grader.transcript import transcript

from .conftest import Course, outcomes

CHECKS = """
    from grader.checks import equal, hint, needs, points, time_limit

    @points(2)
    @time_limit(2)
    def test_first(student):
        '''first works.'''
        equal(student.first(2), 4)

    @points(2)
    @time_limit(2)
    def test_second(student):
        '''second works.'''
        equal(student.second(2), 4)

    @points(6)
    @time_limit(2)
    def test_third(student):
        '''third works.'''
        equal(student.third(2), 4)
"""

RIGHT = "def first(x): return 2 * x\ndef second(x): return 2 * x\ndef third(x): return 2 * x\n"

# At level C a file can look as if the machine had killed it; at A and B, seccomp refuses.
KILL = "import ctypes, os\ndef kill(): ctypes.CDLL(None).kill(os.getpid(), 9)\n"


def public(course: Course, source: str) -> Result:
    [result] = course.public(CHECKS).grade(source)
    return result


def message(result: Result, name: str) -> str:
    return next(check.message.en for check in result.checks if check.name == name)


@pytest.mark.parametrize(("end", "outcome", "words"), [
    ("os._exit(0)", "crashed", "ended the whole program (exit status 0)"),
    ("ctypes.string_at(0)", "crashed", "crashed the whole program (SIGSEGV)"),
    ("os.closerange(3, 256); time.sleep(60)", "crashed", "cut its line to the grader"),
    ("list(iter(int, 1))", "timed_out", "took longer than 2 s and was stopped"),
    ("sys.exit()", "failed", "raised SystemExit (line 5, in second)"),
])  # fmt: skip
def test_an_end_of_the_worker_costs_the_check_that_was_served_and_no_other(course, end, outcome, words):
    result = public(course, RIGHT + f"import ctypes, os, sys, time\ndef second(x): {end}\n")
    assert outcomes(result) == {"test_first": "passed", "test_second": outcome, "test_third": "passed"}
    assert message(result, "test_second") == words
    assert (result.score, result.status) == (8.0, "graded")


def test_a_check_is_broken_if_a_fresh_worker_then_fails_its_canary(course, monkeypatch):
    course.public(CHECKS)
    counter = itertools.count()

    class FailsLater(Worker):
        def __init__(self, launcher):
            if next(counter):
                raise GradingFault(both("a new worker process computes wrongly"))
            super().__init__(launcher)

    monkeypatch.setattr(sides, "Worker", FailsLater)
    [result] = course.grade(RIGHT + "import os\ndef second(x): os._exit(1)\n")
    assert outcomes(result) == {"test_first": "passed", "test_second": "broken", "test_third": "broken"}
    assert (result.status, result.score, result.checks[1].score) == ("broken", None, None)
    assert result.checks[0].score == 2.0
    assert message(result, "test_second") == "a new worker process computes wrongly"


def test_one_canary_that_fails_may_be_chance(course, monkeypatch):
    course.public(CHECKS)
    counter = itertools.count()

    class FailsOnce(Worker):
        def __init__(self, launcher):
            if next(counter) == 0:
                raise GradingFault(both("a new worker process computes wrongly"))
            super().__init__(launcher)

    monkeypatch.setattr(sides, "Worker", FailsOnce)
    [result] = course.grade(RIGHT)
    assert result.score == 10.0


def test_a_kill_from_outside_that_comes_twice_is_our_fault(unheld_course):
    result = public(unheld_course, RIGHT + KILL + "def second(x): kill()\n")
    assert outcomes(result) == {"test_first": "passed", "test_second": "broken", "test_third": "passed"}
    assert (result.status, result.score) == ("broken", None)
    assert "killed twice" in message(result, "test_second")


def test_a_kill_from_outside_that_comes_once_costs_nothing(unheld_course, tmp_path):
    marker = tmp_path / "killed"
    once = f"def second(x):\n    if not os.path.exists({str(marker)!r}):\n        open({str(marker)!r}, 'w'), kill()\n    return 2 * x\n"
    assert public(unheld_course, RIGHT + KILL + once).score == 10.0


def test_a_kill_while_the_file_is_loaded_that_comes_twice_is_our_fault(unheld_course):
    result = public(unheld_course, RIGHT + KILL + "kill()\n")
    assert set(outcomes(result).values()) == {"broken"}


def test_a_file_that_uses_up_its_time_does_not_lose_what_answers_at_once(course, monkeypatch):
    monkeypatch.setattr(sides, "SUBMISSION_SECONDS", 0.5)
    monkeypatch.setattr(sides, "LAST_SECONDS", 0.3)
    endless = "def first(x):\n    while True: pass\nsecond = first\n"
    result = public(course, RIGHT + endless)
    assert outcomes(result) == {"test_first": "timed_out", "test_second": "timed_out", "test_third": "passed"}
    assert message(result, "test_second") == "took longer than 0.3 s and was stopped: the file had used up its 0.5 s in all"


ODD = """
    from grader.checks import points

    @points(10)
    def test_sum(student, reference):
        '''The parts add up.'''
        parts = student.parts(3)
        assert parts[0] + parts[1] == reference.parts(3)[0] + 2, "the sum is not right"
"""


def test_an_exception_that_the_answer_caused_fails_with_the_type_of_the_answer(course):
    course.public("").hidden(ODD.replace("reference.parts(3)[0] + 2", "3"), "def parts(n): return (1, n - 1)\n")
    [right, wrong] = course.grade("def parts(n): return (1, n - 1)\n", "def parts(n): return None\n")
    assert outcomes(right) == {"test_sum": "passed"}
    assert outcomes(wrong) == {"test_sum": "failed"}
    assert wrong.checks[0].message.en == "it does not return what was asked for"
    assert wrong.status == "graded"


def test_in_a_public_check_that_exception_names_what_came_back(course):
    course.public(ODD.replace("reference.parts(3)[0] + 2", "3")).hidden("", "def parts(n): return (1, n - 1)\n")
    [wrong] = course.grade("def parts(n): return 5\n")
    assert wrong.checks[0].message.en == (
        "returned an int, which the check cannot use (TypeError: 'int' object is not subscriptable)"
    )


def test_an_exception_that_the_reference_meets_too_is_ours(course):
    course.public("").hidden(ODD.replace("parts[0]", "parts[7]"), "def parts(n): return (1, n - 1)\n")
    [result] = course.grade("def parts(n): return None\n")
    assert outcomes(result) == {"test_sum": "broken"}
    assert result.checks[0].message.en == "the check itself does not work"
    assert result.checks[0].score is None


def test_a_reference_that_raises_is_the_courses_fault_and_costs_no_student_a_point(course):
    course.public("").hidden(ODD, "def parts(n): raise ValueError('a reference with a fault')\n")
    [result] = course.grade("def parts(n): return (1, n - 1)\n")
    assert (outcomes(result), result.score) == ({"test_sum": "broken"}, None)


def test_a_student_cannot_raise_what_the_grader_takes_for_its_own_fault(course):
    source = RIGHT + "from grader.sandbox import wire\ndef second(x): raise wire.WireError('broken')\n"
    assert outcomes(public(course, source))["test_second"] == "failed"


def test_a_check_that_would_pass_alone_stays_failed_and_says_why(course):
    result = public(course, RIGHT + "calls = []\ndef first(x):\n    calls.append(x)\n    return 4\n"
                    "def second(x): return 4 + len(calls)\n")  # fmt: skip
    assert outcomes(result) == {"test_first": "passed", "test_second": "failed", "test_third": "passed"}
    assert message(result, "test_second") == (
        "returned 5; 4 was wanted\nthe answer depends on an earlier call: alone, this check passes. "
        "Keep nothing between calls"
    )


def test_a_check_that_fails_alone_too_says_nothing_of_earlier_calls(course):
    result = public(course, RIGHT + "def second(x): return 5\n")
    assert message(result, "test_second") == "returned 5; 4 was wanted"


def test_each_check_has_its_own_time_limit_counted_over_all_its_calls(course):
    course.public("""
        from grader.checks import points, time_limit

        @points(5)
        @time_limit(1)
        def test_short(student):
            '''Four naps fit.'''
            for _ in range(4): student.nap(0.4)

        @points(5)
        @time_limit(5)
        def test_long(student):
            '''Four naps fit.'''
            for _ in range(4): student.nap(0.4)
    """)
    [result] = course.grade("import time\ndef nap(s): time.sleep(s)\n")
    assert outcomes(result) == {"test_short": "timed_out", "test_long": "passed"}
    assert message(result, "test_short") == "took longer than 1 s and was stopped"


@pytest.mark.parametrize(("source", "outcome", "words"), [
    ("import os\nos._exit(4)\n", "crashed", "while the file was loaded: ended the whole program (exit status 4)"),
    ("def first(x) return 1\n", "failed", "first is not there: line 1: expected ':'\n    def first(x) return 1\n                 ^"),
    ("import sys\nsys.exit(1)\n", "failed", "first is not there: the file stops before its end: raised SystemExit: 1 (line 2, in <module>)"),
])  # fmt: skip
def test_a_file_that_does_not_load_says_so_in_every_check(course, source, outcome, words):
    result = public(course, source)
    assert set(outcomes(result).values()) == {outcome}
    assert message(result, "test_first") == words
    assert (result.status, result.score, result.useless) == ("graded", 0.0, True)
    assert words.endswith(result.message.en)


def test_what_a_file_defines_before_it_stops_is_graded(course):
    result = public(course, "def first(x): return 2 * x\nprint(1 / 0)\ndef second(x): return 4\n")
    assert outcomes(result) == {"test_first": "passed", "test_second": "failed", "test_third": "failed"}
    assert result.message.en == (
        "the file stops before its end: raised ZeroDivisionError: division by zero (line 2, in <module>)"
    )


def test_an_exception_is_shown_with_what_it_means_the_call_and_the_students_last_line(course):
    source = "import nowhere\n" + RIGHT + "def second(x):\n    return inner(x)\ndef inner(x):\n    return  [1, 2][x]\n"
    result = public(course, source.replace("import nowhere\n", ""))
    told, means, *more = [line.strip() for line in transcript(result, None, "en").splitlines()[4:8]]
    assert told == "raised IndexError: list index out of range (line 7, in inner)"
    assert means.startswith("this means: indices count from 0")
    assert more == ["called: second(2)", "line 7: return  [1, 2][x]"]
    assert public(course, source).message.en.splitlines()[1].startswith("this means: there is no such module")


def test_a_function_that_is_not_there_shows_no_call(course):
    result = public(course, "def first(x): raise NotImplementedError\ndef third(x): return 5\n")
    lines = transcript(result, None, "ko").splitlines()
    assert [line.strip() for line in lines if "호출" in line] == ["호출: third(2)"]


def test_nobody_takes_the_watch_off_himself(course):
    ban = """
        import torch
        from grader.checks import AUTOGRAD, not_allowed, points

        @points(10)
        @not_allowed(*AUTOGRAD)
        def test_by_hand(student):
            '''The gradient is written by hand.'''
            student.gradient(torch.ones(2))
    """
    off = """
        import sys
        def gradient(x):
            x = x.clone().requires_grad_()
            sys.setprofile(None)
            getattr((x * x).sum(), "".join(["back", "ward"]))()
            return x.grad
    """
    by_hand = "def gradient(x): return 2 * x\n"
    cheat, honest = course.public(ban).grade(off, by_hand)
    assert (outcomes(cheat), outcomes(honest)) == ({"test_by_hand": "not_allowed"}, {"test_by_hand": "passed"})


@pytest.mark.parametrize(("body", "outcome", "score"), [
    ("pytest.fail('too slow a loop')", "failed", 8.0), ("pytest.xfail('it will')", "failed", 8.0), ("pytest.skip('not today')", "broken", None),
    ("pytest.raises(ValueError, lambda: None)", "failed", 8.0),
])  # fmt: skip
def test_what_a_check_says_by_pytests_own_words_is_a_verdict_too(course, body, outcome, score):
    course.public("    import pytest\n" + CHECKS.replace("equal(student.second(2), 4)", f"student.second(2); {body}"))
    [result] = course.grade(RIGHT)
    assert outcomes(result) == {"test_first": "passed", "test_second": outcome, "test_third": "passed"}
    assert result.score == score


def test_a_machine_that_can_start_no_worker_costs_no_point(course, monkeypatch):
    def launch():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(course.launcher, "launch", launch)
    result = public(course, RIGHT)
    assert set(outcomes(result).values()) == {"broken"} and result.score is None
    assert "No space left on device" in message(result, "test_first")
