"""A mark does not depend on the level: what is honest, right or wrong, gets the same at A, B and C."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from grader import catalogue, collect, paths
from grader.records import Exercise, Result, Submission
from grader.run import grade
from grader.sandbox import launch


@pytest.fixture(scope="module")
def launchers() -> Iterator[dict[str, launch.Launcher]]:
    launchers = {level: launch.start(level) for level in "ABC"}
    yield launchers
    for launcher in launchers.values():
        launcher.close()


def marks(exercise: Exercise, submissions: list[Submission], launcher: launch.Launcher) -> list[list[tuple]]:
    results: list[Result] = []
    grade(exercise, submissions, launcher, results.append, seed=1)
    assert {result.sandbox for result in results} == {launcher.level}
    return [[(check.name, check.outcome, check.score, check.message) for check in result.checks] for result in results]


@pytest.mark.parametrize("name", ["exercise03", "exercise06"])  # functions, and a class whose objects stay there
def test_every_level_gives_the_same_mark(name, launchers):
    exercise = catalogue.find(name)
    known = paths.hidden_checks() / exercise.stub.parent.name
    files = [exercise.solution, min(known.glob("mistakes/*.py"))]
    submissions = [collect.read_submission(file) for file in files]
    at_a, at_b, at_c = (marks(exercise, submissions, launchers[level]) for level in "ABC")
    assert at_a == at_b == at_c
    assert {outcome for _, outcome, *_ in at_a[0]} == {"passed"}


def test_every_level_gives_a_notebook_the_same_mark(launchers, tmp_path):
    exercise = catalogue.find("3")
    source = exercise.solution.read_text("utf-8")
    cells = ["%matplotlib inline", *re.split("(?m)^(?=def )", source), "who = input()", "def of_it():\n    return who", "1 / 0"]
    right = tmp_path / "right.ipynb"
    wrong = tmp_path / "wrong.ipynb"
    for file, codes in ((right, cells), (wrong, [*cells, "def sigmoid(z):\n    return of_it()"])):
        file.write_text(json.dumps({"cells": [{"cell_type": "code", "source": code} for code in codes]}), "utf-8")
    submissions = [collect.read_submission(file) for file in (right, wrong)]
    at_a, at_b, at_c = (marks(exercise, submissions, launchers[level]) for level in "ABC")
    assert at_a == at_b == at_c
    assert {outcome for _, outcome, *_ in at_a[0]} == {"passed"} != {outcome for _, outcome, *_ in at_a[1]}
