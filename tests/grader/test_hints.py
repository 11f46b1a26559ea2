"""`grade hint`: what to work on, and one more hint each time; what was shown is remembered, and never in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader import steps
from grader.checks import hint, rules_of
from grader.records import CheckResult, Result, Text

from .terminal import HANGUL, SOLUTION, grade_here, small_course, written

NEAR = "def sigmoid(z):\n    return 1 / (1 + torch.exp(z))\n"


@pytest.fixture
def home(tmp_path) -> Path:
    """A student's course, whose exercise03.py has a wrong sigmoid and nothing else."""
    source = written("sigmoid").replace("def sigmoid", "def right") + f"\n\n{NEAR}"
    (small_course(tmp_path) / "exercise03.py").write_text(source, encoding="utf-8")
    return tmp_path


def given(out: str) -> list[str]:
    """Return the numbers of the hints that were given."""
    return [line.partition(":")[0] for line in out.splitlines() if line.startswith("hint ")]


def test_each_time_there_is_one_hint_more_until_there_is_no_other(home, launcher):
    said = [grade_here(launcher, "hint", "3", cwd=home) for _ in range(4)]
    assert [done.code for done in said] == [1] * 4
    assert [given(done.out) for done in said] == [
        ["hint 1 of 3"], ["hint 1 of 3", "hint 2 of 3"], *[["hint 1 of 3", "hint 2 of 3", "hint 3 of 3"]] * 2
    ]  # fmt: skip
    assert "work on sigmoid first:\n  FAIL       0/0.3  sigmoid of 0, 1 and -2.\n" in said[0].out
    assert "values are wrong" in said[0].out, "what went wrong stands above the hints"
    assert said[0].out.endswith("\n\nthe next hint: grade hint exercise03\n")
    assert "the next hint" not in said[2].out and "there is no further hint" in said[2].out
    assert (home / said[2].out.splitlines()[-2].rpartition(" ")[2]).name == "README.md"
    assert [path.name for path in home.glob("*.html")] == [], "a hint is no grading run"
    korean = grade_here(launcher, "hint", "3", "--lang", "ko", cwd=home).out
    assert (home / korean.splitlines()[-2].rpartition(" ")[2]).name == "README.ko.md"
    assert [line for line in korean.splitlines() if line.strip(" ^") and not HANGUL.search(line)] == []


def test_hints_move_on_with_the_work_and_begin_anew_with_what_breaks_again(home, launcher):
    for _ in range(2):
        grade_here(launcher, "hint", "3", cwd=home)
    file, wrong = home / "exercise03.py", (home / "exercise03.py").read_text("utf-8")
    file.write_text(written("sigmoid"), encoding="utf-8")
    moved = grade_here(launcher, "hint", "3", cwd=home).out
    assert "work on binary_cross_entropy first:" in moved and "not written yet" in moved
    assert given(moved) == ["hint 1 of 3"]
    file.write_text(wrong, encoding="utf-8")
    assert given(grade_here(launcher, "hint", "3", cwd=home).out) == ["hint 1 of 3"]


def test_the_hint_that_a_grading_run_shows_counts_and_the_run_says_how_to_get_more(home, launcher):
    for _ in range(2):
        shown = grade_here(launcher, "3", cwd=home).out
    assert "\nstart with sigmoid: sigmoid of 0, 1 and -2.\nstuck? one more hint each time: grade hint exercise03\n" in shown
    assert given(grade_here(launcher, "hint", "3", cwd=home).out) == ["hint 1 of 3", "hint 2 of 3"]
    (home / "my work.py").write_text((home / "exercise03.py").read_text("utf-8"), encoding="utf-8")
    assert 'each time: grade hint exercise03 "my work.py"\n' in grade_here(launcher, "3", "my work.py", cwd=home).out


def test_whoever_has_everything_right_or_nothing_that_loads_gets_no_hint(home, launcher):
    done = grade_here(launcher, "hint", "3", SOLUTION, cwd=home)
    assert (done.code, given(done.out)) == (0, [])
    assert "6.5 more points are decided by hidden checks" in done.out and "no hint is needed" in done.out
    (home / "exercise03.py").write_text("def sigmoid(z:\n", encoding="utf-8")
    done = grade_here(launcher, "hint", "3", cwd=home)
    assert (done.code, given(done.out)) == (1, [])
    assert "line 1" in done.out and "put that right first" in done.out
    (home / "exercise03.py").write_bytes(b"\xff\xfe\x00")
    assert grade_here(launcher, "hint", "3", cwd=home).code == 2
    assert not (home / ".grade").exists()


PUBLIC = """
import torch
from grader.checks import close, hint, points


@points(4)
@hint("Think.", "Multiply.", ko=("생각하세요.", "곱하세요."))
def test_double(student, device):
    '''double of ones.

    ko: 1의 두 배.
    '''
    close(student.double(torch.ones(2)), torch.full((2,), 2.0))
"""
HIDDEN = """
import torch
from grader.checks import close, hint, points


@points(6)
@hint("Think of negative numbers.", ko="음수를 생각하세요.")
def test_negative(student, reference, device):
    '''double of anything.

    ko: 아무 값의 두 배.
    '''
    close(student.double(torch.tensor([-7.5])), reference.double(torch.tensor([-7.5])))
"""


def test_a_hidden_check_gives_its_one_hint_and_a_known_mistake_its_cause(course, launcher):
    course.public(PUBLIC).hidden(HIDDEN, "def double(x):\n    return 2 * x\n")
    mistake = "# fails: test_double\n# en: You squared it.\n# ko: 제곱했습니다.\ndef double(x):\n    return x * x\n"
    course.write("tests/checks/exercise01_tiny/mistakes/squares.py", mistake)
    file = course.write("exercise01.py", "def double(y):\n    return y * y\n")
    done = grade_here(launcher, "hint", "1", cwd=course.folder).out
    assert "likely cause: You squared it." in done and given(done) == ["hint 1 of 2"]
    file.write_text("def double(x):\n    return abs(2 * x)\n", encoding="utf-8")
    done = grade_here(launcher, "hint", "1", cwd=course.folder).out
    assert "hint 1 of 1: Think of negative numbers.\n" in done and "there is no further hint" in done
    assert "7.5" not in done and "15" not in done


def test_a_function_that_another_one_waits_for_is_named_where_that_tells_nothing_hidden(course):
    course.public(PUBLIC).hidden(HIDDEN, "def double(x):\n    return 2 * x\n")
    source = "def half(x):\n    raise NotImplementedError\n\n\ndef double(x):\n    return 4 * half(x)\n"
    public, hidden = course.grade(source)[0].checks
    assert public.message.en == "calls half, which is not written yet"
    assert hidden.message.en == "not written yet"


# What is remembered


def result(**outcomes: str) -> Result:
    text = Text("t", "t")
    checks = tuple(
        CheckResult(name, text, ("f",), "cpu", outcome, 0.0, 1.0, text, text, None, None, True, 0.0)
        for name, outcome in outcomes.items()
    )
    return Result("exercise01", text, "exercise01.py", "", 0.0, 3.0, 0.0, "graded", None, "C", ("cpu",), 1, 0.0, checks)


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Path:
    small_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".grade").mkdir()
    return tmp_path / ".grade" / "hints.json"


@pytest.mark.parametrize("content", [
    b"", b"[]", b"\xff", b"3", b'{"exercise01": 3}', b'{"exercise01": {"a": "x"}}', b'{"exercise01": {"a": Infinity}}',
    b'{"exercise01": {"a": -2}}', b'{"exercise01": {"a": 1.5}}',
])  # fmt: skip
def test_a_broken_file_of_hints_is_none(content, kept):
    kept.write_bytes(content)
    assert steps.count(result(a="failed"), another=True) == (1, None)
    assert json.loads(kept.read_text("utf-8")) == {"exercise01": {"a": 1}}


def test_hints_of_what_still_fails_are_remembered_and_those_of_what_passes_are_not(kept):
    assert [steps.count(result(a="failed", b="failed"), another=True)[0] for _ in range(3)] == [1, 2, 3]
    assert steps.count(result(a="passed", b="crashed"), another=True)[0] == 1
    assert steps.count(result(a="skipped", b="timed_out"), another=False)[0] == 1
    assert json.loads(kept.read_text("utf-8")) == {"exercise01": {"b": 1}}
    steps.count(result(a="passed", b="passed"), another=False)
    assert json.loads(kept.read_text("utf-8")) == {"exercise01": {}}


def test_a_place_that_cannot_be_written_costs_no_hint(kept):
    kept.parent.rmdir()
    kept.parent.write_text("")
    number, problem = steps.count(result(a="failed"), another=True)
    assert number == 1 and "the hints are not counted: cannot write" in problem.en


def test_a_hint_has_as_many_steps_in_each_language():
    assert rules_of(hint("one", ko="하나")(lambda: None)).hints == (Text("one", "하나"),)
    assert rules_of(hint("a", "b", ko=("가", "나"))(lambda: None)).hints == (Text("a", "가"), Text("b", "나"))
    with pytest.raises(ValueError, match="2 sentences in English and 1 in Korean"):
        hint("a", "b", ko="가")
