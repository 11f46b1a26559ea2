"""Every exercise is sound: the stub earns nothing, right answers everything, wrong ones lose what is theirs."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from grader import catalogue, collect
from grader.records import Exercise, Result
from grader.run import grade
from grader.sandbox.launch import Launcher

CHECKS = Path(__file__).parents[1] / "checks"
EXERCISES = {exercise.name: exercise for exercise in catalogue.exercises()}


def files_of(kind: str) -> list[tuple[str, Path]]:
    return [
        (exercise.name, path)
        for exercise in EXERCISES.values()
        for path in sorted((exercise.oracle.parent / kind).glob("*.py"))
    ]


def header(path: Path) -> dict[str, str]:
    """Return the `# key: value` lines that a mistake begins with."""
    return dict(re.findall(r"^# (\w+): (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE))


@cache
def results(exercise: str, launcher: Launcher) -> dict[str, Result]:
    """Grade every stub, accepted answer and mistake of an exercise in one session."""
    found: list[Result] = []
    paths = [EXERCISES[exercise].stub, *(path for kind in ("accepted", "mistakes") for _, path in files_of(kind))]
    grade(EXERCISES[exercise], [collect.read_submission(path) for path in paths], launcher, found.append, seed=20261122)
    return {result.submission: result for result in found}


def ids(value: object) -> str | None:
    return value.stem if isinstance(value, Path) else None


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_the_stub_gets_nothing_and_says_not_written_yet(exercise: Exercise, launcher):
    result = results(exercise.name, launcher)[str(exercise.stub)]
    assert (result.score, result.max_score, result.status) == (0.0, 10.0, "graded")
    failed = [check for check in result.checks if check.outcome != "skipped"]
    assert failed and {check.message.en for check in failed} == {"not written yet"}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_points_add_up_to_ten_and_three_or_four_are_public(exercise: Exercise, launcher):
    checks = results(exercise.name, launcher)[str(exercise.stub)].checks
    assert round(sum(check.max_score for check in checks), 6) == 10
    assert 3 <= round(sum(check.max_score for check in checks if check.public), 6) <= 4
    assert all(check.hint and check.hint.ko != check.hint.en for check in checks if check.outcome == "failed")
    assert all(check.title.ko != check.title.en and check.functions for check in checks)


@pytest.mark.parametrize(("exercise", "path"), files_of("accepted"), ids=ids)
def test_another_right_answer_gets_full_marks(exercise: str, path: Path, launcher):
    result = results(exercise, launcher)[str(path)]
    assert [(check.name, check.message) for check in result.checks if check.outcome != "passed"] == []
    assert result.score == 10.0


@pytest.mark.parametrize(("exercise", "path"), files_of("mistakes"), ids=ids)
def test_a_mistake_fails_the_check_that_it_names_and_costs_its_own_function_only(exercise: str, path: Path, launcher):
    result = results(exercise, launcher)[str(path)]
    wanted = header(path)["fails"]
    lost = {check.name: check for check in result.checks if check.outcome != "passed"}
    assert wanted in lost and lost[wanted].outcome != "skipped", lost
    function = lost[wanted].functions
    assert {check.functions for check in lost.values()} == {function}, lost
    assert header(path)["en"] and header(path)["ko"]


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_there_are_enough_right_and_wrong_answers(exercise: Exercise):
    assert len([path for name, path in files_of("mistakes") if name == exercise.name]) >= 10
    assert len([path for name, path in files_of("accepted") if name == exercise.name]) >= 5


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_stub_reference_and_oracle_agree_in_names_signatures_and_docstrings(exercise: Exercise):
    stub = signatures(exercise.stub)
    assert stub and signatures(exercise.solution) == stub
    oracle = signatures(exercise.oracle)
    assert {name: oracle.get(name) for name in stub} == stub


def signatures(path: Path) -> dict[str, tuple[str, str | None, str | None]]:
    """Return each public function's arguments, result and docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: (ast.unparse(node.args), node.returns and ast.unparse(node.returns), ast.get_docstring(node))
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_the_examples_in_the_docstrings_are_right(exercise: Exercise):
    import doctest
    import importlib.util

    spec = importlib.util.spec_from_file_location("reference_with_examples", exercise.solution)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    outcome = doctest.testmod(module)
    assert outcome.attempted >= 1 and outcome.failed == 0


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_the_public_folder_names_nothing_hidden_and_holds_nothing_stray(exercise: Exercise):
    folder = exercise.stub.parent
    names = {path.name for path in folder.iterdir()} - {"__pycache__"}
    assert names == {"README.md", "README.ko.md", f"{exercise.name}.py", f"test_{exercise.name}.py"}
    for path in folder.glob("*.py"):
        assert not re.search(r"\b(solutions|oracle|reference)\b", path.read_text(encoding="utf-8")), path
