"""A run over submissions: which checks run, what they are worth, what is shown, and what may not disturb it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import PurePosixPath

import pytest
import torch

from grader import catalogue, verdict
from grader.bodies import Bodies
from grader.collect import as_submission
from grader.errors import BrokenCourse
from grader.intake.limits import MAX_SOURCE
from grader.intake.records import HandedIn
from grader.run import grade
from grader.sandbox.broker import Worker

from ..living import descendants
from .conftest import Course, outcomes, submission
from .terminal import until

DOUBLE = "def double(x): return 2 * x\n"

PUBLIC = """
    import torch
    from grader.checks import close, hint, points

    @points(4)
    @hint("Multiply by two.", ko="2를 곱하세요.")
    def test_example(student, device):
        '''double of 3 is 6.

        ko: 3의 두 배는 6이다.
        '''
        close(student.double(torch.tensor(3.0)), torch.tensor(6.0))
"""

HIDDEN = """
    import torch
    from grader.checks import close, hint, needs, not_allowed, points

    @points(4)
    @hint("Think of negative numbers.", ko="음수를 생각하세요.")
    def test_values(student, reference, device, rng):
        '''double is right.

        ko: double이 맞다.
        '''
        x = torch.randn(3, generator=rng, dtype=torch.float64)
        close(student.double(x), reference.double(x))

    @points(2)
    @needs(test_values)
    @not_allowed("add")
    @hint("Use *.", ko="*를 쓰세요.")
    def test_by_hand(student, device):
        '''double does not add.

        ko: double은 더하지 않는다.
        '''
        student.double(torch.ones(2))
"""


@pytest.fixture
def doubles(course: Course) -> Course:
    return course.public(PUBLIC).hidden(HIDDEN, DOUBLE)


def test_a_right_answer_gets_ten_of_ten_and_a_record_that_json_can_hold(doubles):
    [result] = doubles.grade(DOUBLE)
    assert (result.score, result.max_score, result.not_run_points, result.status) == (10.0, 10.0, 0.0, "graded")
    assert result.full_marks
    record = json.loads(json.dumps(result.as_record(), allow_nan=False))
    assert set(record) == {"exercise", "submission", "student", "score", "max_score", "not_run_points", "status",
                           "sandbox", "devices", "seed", "seconds", "checks"}  # fmt: skip
    assert set(record["checks"][0]) == {"name", "title", "functions", "device", "outcome", "score", "max_score",
                                        "message", "hint", "diagnosis", "details", "public", "seconds", "borderline"}
    assert record["checks"][0]["title"] == {"en": "double of 3 is 6.", "ko": "3의 두 배는 6이다."}
    assert [check["functions"] for check in record["checks"]] == [["double"]] * 3
    assert record["sandbox"] == doubles.launcher.level


def test_public_checks_come_first_and_show_what_hidden_ones_do_not(doubles):
    secret = "my-secret-text"
    [result] = doubles.grade(f"def double(x):\n    print('{secret}', x)\n    raise ValueError('{secret}')\n")
    public, hidden, skipped = result.checks
    assert (public.public, hidden.public) == (True, False)
    assert secret in public.message.en and secret in public.details["output"]
    assert public.details["call"] == "double(torch.tensor(3.))"
    assert public.details["lines"] == [[3, "double", 0, f"raise ValueError('{secret}')"]]
    assert (hidden.message.en, hidden.details) == ("raised ValueError", None)
    assert secret not in json.dumps([hidden.message.en, hidden.message.ko, hidden.details])
    assert hidden.hint.ko == "음수를 생각하세요."
    assert (skipped.outcome, skipped.message.en) == ("skipped", "needs: double is right.")
    assert skipped.functions == ("double",), "known from the reference's run"


@pytest.mark.parametrize(
    "raised", ["class Leak(Exception): pass\n    raise Leak", "raise type('x' + str(x), (Exception,), {})"]
)
def test_a_hidden_check_names_no_type_of_the_students_own(doubles, raised):
    [result] = doubles.grade(f"def double(x):\n    {raised}\n")
    assert result.checks[1].message.en == "raised an exception of its own"


def test_where_hidden_checks_are_absent_their_points_are_said_to_be_left(course):
    [result] = course.public(PUBLIC).grade(DOUBLE)
    assert (result.score, result.max_score, result.not_run_points) == (4.0, 4.0, 6.0)
    assert result.full_marks


def test_what_is_not_allowed_fails_its_own_check_and_no_other(doubles):
    source, run_time = (
        "import torch\ndef double(x):\n    return torch.add(x, x)\n",
        "def double(x):\n    return x + x\n",
    )
    for result, words in zip(doubles.grade(source, run_time), ("line 3 uses torch.add", "it uses add"), strict=True):
        assert outcomes(result) == {"test_example": "passed", "test_values": "passed", "test_by_hand": "not_allowed"}
        assert result.score == 8.0
        assert result.checks[2].message.en.startswith(words)


def test_inputs_vary_with_the_seed_and_repeat_with_it(course):
    course.public(PUBLIC).hidden(HIDDEN.replace("reference.double(x)", "x * 0"), DOUBLE)
    returns_input = "import torch\ndef double(x): raise ValueError(str(x.tolist()))\n"
    seen = []
    original = Bodies.run
    with pytest.MonkeyPatch.context() as patch:

        def note(self, item, ask, *more):
            try:
                original(self, item, ask, *more)
            finally:
                seen.append(more[0].shown)

        patch.setattr(Bodies, "run", note)
        for seed in (1, 1, 2):
            course.grade(returns_input, seed=seed)
            seen.append("end")
    runs = " ".join(map(str, seen)).split("end")
    assert runs[0].strip() == runs[1].strip() != runs[2].strip()
    assert "double(torch.tensor([" in runs[0]


def test_a_seed_is_drawn_where_none_is_given(doubles):
    first, second = (doubles.grade(DOUBLE, seed=None)[0].seed for _ in range(2))
    assert first != second
    assert doubles.grade(DOUBLE, seed=7)[0].seed == 7


def test_each_submission_of_a_chunk_is_graded_by_itself_in_order(doubles):
    spoils = "import torch\ntorch.add = None\ndef double(x):\n    x.zero_()\n    return x\n"
    results = doubles.grade(DOUBLE, spoils, DOUBLE, "import os\nos._exit(0)\n", None, DOUBLE)
    assert [result.score for result in results] == [10.0, 0.0, 10.0, 0.0, 0.0, 10.0]
    assert [result.status for result in results] == ["graded"] * 4 + ["unreadable", "graded"]


COSTLY = {"\x01": "utf-8", "가": "utf-8", "\N{PARTY POPPER}": "utf-8", "é": "latin-1", "각": "cp949", "\ud800": "utf-7"}
"""Characters that take six or twelve bytes each in JSON, and the encoding of a file of them."""


def longest(character: str, encoding: str = "utf-8") -> str:
    """Return a right answer that a comment of one character makes as long as a file may be."""
    start = f"# coding: {encoding}\n{DOUBLE}# "
    each = len((character * 1000).encode(encoding)) / 1000
    return start + character * int((MAX_SOURCE - len(start) - 8) / each)


def test_the_longest_file_that_is_taken_gets_what_it_deserves_whatever_its_characters(doubles, launcher):
    scripts = [longest(character, encoding).encode(encoding) for character, encoding in COSTLY.items()]
    cells = [{"cell_type": "code", "source": longest(character)} for character in COSTLY if character != "\ud800"]
    files = {f"{number}/exercise01.py": script for number, script in enumerate(scripts)}
    files |= {f"{number}/exercise01.ipynb": json.dumps({"cells": [cell]}).encode() for number, cell in enumerate(cells)}
    assert all(0.99 * MAX_SOURCE < len(script) <= MAX_SOURCE for script in scripts)
    students = [as_submission(HandedIn(PurePosixPath(name), content, None), "kim") for name, content in files.items()]
    results = []
    grade(catalogue.find("1"), students, launcher, results.append, 1)
    assert [(result.status, result.score, result.message) for result in results] == [("graded", 10.0, None)] * len(files)


def test_what_the_grader_stumbles_over_at_one_submission_costs_no_other_its_mark(doubles, monkeypatch):
    others = descendants(os.getpid())
    ask = Worker.ask

    def stumbling(worker, op, seconds, **fields):
        if op == "load" and b"stumble" in fields["source"]:
            raise ValueError("nobody thought of this\x1b")
        return ask(worker, op, seconds, **fields)

    monkeypatch.setattr(Worker, "ask", stumbling)
    results = doubles.grade(DOUBLE, DOUBLE + "# stumble", DOUBLE, "def double(x): return x\n")
    assert [(result.status, result.score) for result in results] == [
        ("graded", 10.0), ("broken", None), ("graded", 10.0), ("graded", 0.0)]  # fmt: skip
    told = [check.message.en for check in results[1].checks if check.outcome == "broken"]
    assert told == ["the grader itself failed: ValueError: nobody thought of this\\x1b"] * len(told) and told
    until(lambda: len(descendants(os.getpid()).keys() - others) <= 1)  # a spare one, which is kept warm


def test_what_the_grader_stumbles_over_as_it_judges_costs_no_other_its_mark(doubles, monkeypatch):
    real = verdict._not_allowed

    def stumbling(seat, journal):
        if seat.line(2) == "# stumble":
            raise KeyError("secret")
        return real(seat, journal)

    monkeypatch.setattr(verdict, "_not_allowed", stumbling)
    results = doubles.grade(DOUBLE + "# stumble", DOUBLE)
    assert [(result.status, result.score) for result in results] == [("broken", None), ("graded", 10.0)]
    public, hidden, _ = results[0].checks
    assert public.message.en == "the grader itself failed: KeyError: 'secret'"
    assert hidden.message.en == "the grader itself failed: KeyError"


def test_results_come_as_each_submission_ends(doubles, launcher):
    seen: list[int] = []
    alive: list[int] = []

    def done(result) -> None:
        seen.append(len(seen))
        alive.append(len(os.listdir("/proc/self/fd")))

    grade(catalogue.find("1"), [submission(DOUBLE)] * 5, launcher, done)
    assert seen == [0, 1, 2, 3, 4]
    assert alive[0] == alive[-1], "no descriptor is left behind"


def test_points_are_split_over_the_devices_and_every_check_runs_on_each(doubles, monkeypatch):
    """There is no GPU to count on here: a second "cpu" stands for it."""
    from grader import run

    monkeypatch.setattr(run, "devices_of", lambda launcher: ("cpu", "cpu:0"))
    [result] = doubles.grade(DOUBLE)
    assert [(check.name, check.device, check.max_score) for check in result.checks] == [
        ("test_example", "cpu", 2.0), ("test_example", "cpu:0", 2.0),
        ("test_values", "cpu", 2.0), ("test_values", "cpu:0", 2.0),
        ("test_by_hand", "cpu", 1.0), ("test_by_hand", "cpu:0", 1.0),
    ]  # fmt: skip
    assert result.score == result.max_score == 10.0


def test_a_cpu_build_of_torch_has_one_device(doubles):
    assert doubles.grade(DOUBLE)[0].devices == (("cpu", "cuda") if torch.cuda.is_available() else ("cpu",))


@pytest.mark.parametrize("file", ["conftest.py", "exercises/conftest.py", "tests/checks/exercise01_tiny/conftest.py"])
def test_no_conftest_of_a_users_changes_a_mark(doubles, file):
    doubles.write(file, "raise SystemExit('a conftest was read')\n")
    assert doubles.grade(DOUBLE)[0].score == 10.0


def test_no_configuration_or_environment_of_a_users_changes_a_mark(doubles, monkeypatch):
    for name in ("pytest.ini", "exercises/pytest.ini", "exercises/exercise01_tiny/pytest.ini"):
        doubles.write(name, "[pytest]\naddopts = --collect-only -k nothing\n")
    doubles.write("tox.ini", "[pytest]\naddopts = --nonsense\n")
    doubles.write("evil.py", "raise SystemExit('a plug-in was read')\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--maxfail=1 -k nothing")
    monkeypatch.setenv("PYTEST_PLUGINS", "evil")
    monkeypatch.syspath_prepend(str(doubles.folder))
    assert doubles.grade(DOUBLE)[0].score == 10.0
    assert os.environ["PYTEST_ADDOPTS"] == "--maxfail=1 -k nothing"


def test_a_run_leaves_no_cache_and_no_module_behind(doubles):
    before = set(sys.modules)
    doubles.grade(DOUBLE)
    assert not list(doubles.folder.rglob(".pytest_cache"))
    assert not [name for name in set(sys.modules) - before if "test_exercise01" in name]


@pytest.mark.parametrize(("checks", "reason"), [
    ("def broken(:\n", "SyntaxError"),
    ("import no_such_module\n", "no_such_module"),
    ("def test_x(studnet):\n    '''t'''\n", "fixture 'studnet' not found"),
])  # fmt: skip
def test_a_check_file_that_does_not_run_is_the_courses_fault(course, checks, reason):
    course.public(checks)
    with pytest.raises(BrokenCourse, match=reason):
        course.grade(DOUBLE)


def test_a_public_check_that_wants_the_reference_is_told_that_students_have_none(course):
    course.public(HIDDEN)
    [result] = course.grade(DOUBLE)
    assert result.status == "broken"


def test_plain_pytest_holds_the_reference_against_the_oracle(course):
    wrong = "import torch\ndef double(x): return x + x + 1\n"
    for reference, code in ((DOUBLE, 0), (wrong, 1)):
        course.public(PUBLIC).hidden(HIDDEN, reference, oracle="import torch\ndef double(x): return torch.mul(x, 2)\n")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "grader.plugin", "--import-mode=importlib", "exercises", "tests"],
            cwd=course.folder, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == code, done.stdout
    assert "3 failed" in done.stdout or "2 failed" in done.stdout, done.stdout


def test_plain_pytest_finds_a_reference_that_breaks_its_own_ban(course):
    course.public(PUBLIC).hidden(HIDDEN, "import torch\ndef double(x): return torch.add(x, x)\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "grader.plugin", "--import-mode=importlib", "tests"],
        cwd=course.folder, capture_output=True, text=True,
    )  # fmt: skip
    assert "the reference uses what is banned" in done.stdout


def test_of_the_wanted_checks_only_those_run_and_what_they_need(course):
    course.public("""
        from grader.checks import needs, points

        @points(1)
        def test_first(student):
            assert student.double(1) == 2

        @points(1)
        @needs(test_first)
        def test_second(student):
            assert student.double(2) == 4

        @points(1)
        def test_third(student):
            assert student.double(3) == 6
    """)
    results = []
    students = [submission("def double(x): return 2 * x"), submission("def double(x): return 3 * x")]
    grade(catalogue.find("1"), students, course.launcher, results.append, wanted=[{"test_second"}, {"test_third"}])
    assert [outcomes(result) for result in results] == [
        {"test_first": "passed", "test_second": "passed"}, {"test_third": "failed"}]  # fmt: skip
