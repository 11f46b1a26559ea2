"""`grade list`: every exercise, and what a student last got for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader import paths, scores
from grader.records import Result, Text

from .terminal import HANGUL, ROOT, SOLUTION, columns, grade, grade_here, small_course


@pytest.fixture
def home(tmp_path) -> Path:
    return small_course(tmp_path)


def kept(home: Path) -> Path:
    return home / ".grade" / "scores.json"


def result(exercise: str, score: float | None, open_points: float = 0.0) -> Result:
    return Result(
        exercise=exercise, title=Text("t", "t"), submission="s", student="", score=score, max_score=10 - open_points,
        not_run_points=open_points, status="graded", message=None, sandbox="C", devices=("cpu",), seed=1, seconds=0.0,
        checks=(),
    )  # fmt: skip


def test_list_names_every_exercise_of_the_course(tmp_path):
    done = grade("list", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    found = [line.split()[:2] for line in done.out.splitlines()]
    assert found == [path.name.split("_", 1) for path in sorted((ROOT / "exercises").glob("exercise*"))]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_columns_stand_under_each_other_in_both_languages(language, tmp_path):
    lines = grade("list", "--lang", language, cwd=tmp_path).out.splitlines()
    assert all(bool(HANGUL.search(line)) == (language == "ko") for line in lines)
    before = {columns(line.removesuffix(line.split("  ")[-1].strip())) for line in lines}
    assert len(lines) > 1 and len(before) == 1


def test_list_shows_the_last_score_and_that_it_is_of_public_checks(home, launcher):
    assert grade("list", cwd=home).out.split()[-1] == "-"
    assert grade_here(launcher, "3", cwd=home).code == 1
    assert grade("list", cwd=home).out.endswith("  0 of 3.5 (public)\n")
    assert grade_here(launcher, "exercise03", SOLUTION, cwd=home).code == 0
    assert grade("list", cwd=home).out.endswith("  3.5 of 3.5 (public)\n")
    assert grade("list", "--lang", "ko", cwd=home).out.endswith("  3.5점 중 3.5점(공개 검사)\n")


def test_a_record_for_a_program_leaves_the_last_score_as_it_was(home, launcher):
    grade_here(launcher, "3", "--json", cwd=home)
    assert not kept(home).exists()


def test_scores_are_kept_of_all_exercises_and_not_of_what_is_broken(home, monkeypatch):
    monkeypatch.chdir(home)
    for name, score in (("exercise01", 7.5), ("exercise03", 2.0), ("exercise03", None)):
        assert scores.keep(result(name, score)) is None
    assert scores.keep(result("exercise02", 3.5, open_points=6.5)) is None
    told = {name: score.text.en for name, score in scores.last()[0].items()}
    assert told == {"exercise01": "7.5 of 10", "exercise02": "3.5 of 3.5 (public)", "exercise03": "2 of 10"}


UNREADABLE = ["", "{", "[]", "7", '{"exercise03": 7.5}', '{"exercise03": {"score": 1}}',
              '{"exercise03": {"score": "x", "max_score": 1, "public": false}}', "\0\xff"]  # fmt: skip


@pytest.mark.parametrize("content", UNREADABLE)
def test_scores_that_cannot_be_read_are_no_scores_and_no_crash(content, home, monkeypatch):
    kept(home).parent.mkdir()
    kept(home).write_text(content, encoding="latin-1")
    done = grade("list", cwd=home)
    assert done.code == 0 and done.out.split()[-1] == "-"
    assert done.err.startswith("grade: the last scores cannot be read: ") and done.err.count("\n") == 1
    monkeypatch.chdir(home)
    assert scores.keep(result("exercise03", 5.0)) is not None
    assert scores.last() == ({"exercise03": scores.Score(5.0, 10.0, False)}, None), "the next run makes it good"


def test_where_scores_cannot_be_kept_the_mark_stands(home, launcher):
    (home / ".grade").write_text("a file in the folder's place")
    done = grade_here(launcher, "3", cwd=home)
    assert done.code == 1 and "0 of 3.5 points" in done.out
    assert "the score is not kept: cannot write" in done.err


def test_runs_at_once_never_leave_a_broken_file(home, monkeypatch):
    code = """
import sys
from grader import scores
from tests.grader.test_scores import result
for n in range(200):
    assert scores.keep(result(f"exercise{sys.argv[1]}", n / 100)) is None
"""
    monkeypatch.chdir(home)
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    running = [subprocess.Popen([sys.executable, "-c", code, f"0{n}"], cwd=home, env=environment) for n in (1, 2)]
    while any(one.poll() is None for one in running):
        found, problem = scores.last()
        assert problem is None
    assert [one.returncode for one in running] == [0, 0]
    assert json.loads(kept(home).read_text()) and [path.name for path in home.glob(".grade/*.new")] == []


def test_git_ignores_the_scores(home, monkeypatch):
    subprocess.run(["git", "init", "-q"], cwd=home, check=True)
    monkeypatch.chdir(home)
    scores.keep(result("exercise03", 5.0))
    listed = ["git", "status", "--porcelain", "--untracked-files=all"]
    assert ".grade" not in subprocess.run(listed, cwd=home, capture_output=True, text=True, check=True).stdout


def test_scores_lie_in_the_course_or_where_a_student_of_the_wheel_works(home, monkeypatch):
    monkeypatch.chdir(home / "exercises")
    assert paths.kept() == home / ".grade"
    monkeypatch.setattr(paths, "root", lambda: paths._PACKAGED)
    assert paths.kept() == home / "exercises" / ".grade"
