"""The whole of a course on nbgrader: source, exchange, both ways to autograde, formgrader's pages, feedback, export."""

from __future__ import annotations

import ast
import csv
import html
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from grader.intake.limits import MAX_NOTEBOOK
from grader.nbgrader_bridge import autograde, marker
from grader.processes import Processes
from grader.sandbox import launch

from .here import Here
from .nbgrader_class import ASSIGNMENT, CLASS, NOTHING, RIGHT, Student
from .nbgrader_course import COURSE, DUE, Course, Formgrader, World, marks
from .terminal import GRADE, NAME, ROOT, assert_one_line, environment, grade_here, until

PEOPLE = {student.name: student for student in CLASS}
HANDED_IN = [PEOPLE[name] for name in ("right", "half", "sums", "late", "no_check", "silent", "leaves", "forged", "deleted",
                                       "markup", "no_json", "version3", "foreign", "empty")]  # fmt: skip
DESERVED = {student.name: student.deserves for student in HANDED_IN}


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("world"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def released(world, launcher) -> Course:
    """A course whose exercise is released; nobody has handed in yet."""
    assert grade_here(launcher, "nbgrader", "init", COURSE, cwd=world.folder).code == 0
    course = Course(world.folder / COURSE, world, launcher)
    done = course.grade("nbgrader", "source", ASSIGNMENT)
    assert done.code == 0 and f"source/{ASSIGNMENT}/{ASSIGNMENT}.ipynb is written" in done.out
    course.nbgrader("generate_assignment", ASSIGNMENT)
    with course.gradebook() as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate=f"{DUE} UTC")
    course.nbgrader("release_assignment", ASSIGNMENT)
    return course


@pytest.fixture(scope="module")
def collected(released, world) -> Course:
    """The class has fetched, answered and submitted, and all of it is collected."""
    for student in HANDED_IN:
        world.hand_in(student)
    released.nbgrader("collect", ASSIGNMENT)
    assert sorted(place.name for place in (released.folder / "submitted").iterdir()) == sorted(DESERVED)
    return released


@pytest.fixture(scope="module")
def by_nbgrader(collected, world, tmp_path_factory) -> Course:
    """The course, graded by `nbgrader autograde`, as an instructor types it."""
    course = collected.copy(tmp_path_factory.mktemp("one_by_one"))
    words = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
    done = subprocess.run(words, cwd=course.folder, env=environment(**world.environment()), capture_output=True, timeout=300)
    assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr
    return course


class Cut:
    """The course, graded by `grade nbgrader autograde`, which was killed in the middle and typed once more."""

    def __init__(self, course: Course):
        self.course = course
        words, env = [str(GRADE), "nbgrader", "autograde", ASSIGNMENT, "-j", "2"], environment(**course.world.environment())
        first = subprocess.Popen(words, cwd=course.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        until(lambda: written(course) or first.poll() is not None, seconds=200)
        first.send_signal(signal.SIGKILL)
        self.said_first = first.communicate()[0]
        self.graded, self.written = kept(course), written(course)
        second = subprocess.run(words, cwd=course.folder, env=env, capture_output=True, timeout=300, text=True)
        self.code, self.said = second.returncode, second.stdout + second.stderr


def ask(course: Course, query: str) -> list[tuple]:
    """Ask the store of what was graded."""
    store = course.folder / marker.KEPT / ASSIGNMENT / "grades.db"
    if not store.exists():
        return []
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:  # it is being made
        return []
    finally:
        connection.close()


def kept(course: Course) -> dict[str, int]:
    """Return the number of each student's result: another one was graded another time."""
    return dict(ask(course, "select student, number from results"))


def written(course: Course) -> set[str]:
    """Return whose marks are in the gradebook."""
    return {student for (student,) in ask(course, "select student from pages")}


@pytest.fixture(scope="module")
def cut(collected, tmp_path_factory) -> Cut:
    return Cut(collected.copy(tmp_path_factory.mktemp("killed")))


@pytest.fixture(scope="module")
def graded(cut) -> Course:
    return cut.course


def small(graded: Course, folder: Path, *students: str) -> Course:
    """Return a copy of the graded course in which only these have handed in."""
    course = graded.copy(folder)
    for place in (*(course.folder / "submitted").iterdir(), *(course.folder / "autograded").iterdir()):
        if place.name not in students:
            shutil.rmtree(place)
    return course


def state(course: Course) -> dict[Path, tuple[int, int]]:
    """Return which file lies in autograded/, and since when."""
    return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in (course.folder / "autograded").rglob("*")}


def grade_of(book, student: str, cell: str = "check-sigmoid", assignment: str = ASSIGNMENT, notebook: str | None = None):
    return book.find_grade(cell, notebook or assignment, assignment, student)


def answer(**others: str) -> Student:
    return Student("x", "x", RIGHT | others)


@pytest.fixture(scope="module")
def form(released) -> dict:
    """The notebook that students fetch."""
    return json.loads((released.folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes())


# The marks


def test_both_ways_give_each_student_what_the_answers_deserve(by_nbgrader, graded):
    assert marks(by_nbgrader) == DESERVED
    assert marks(graded) == DESERVED


def test_both_ways_leave_the_same_notebooks_and_remarks(by_nbgrader, graded):
    def remarks(course: Course) -> dict:
        with course.gradebook() as book:
            return {(submission.student_id, comment.name): comment.auto_comment
                    for submission in book.assignment_submissions(ASSIGNMENT)
                    for notebook in submission.notebooks for comment in notebook.comments}  # fmt: skip

    assert remarks(by_nbgrader) == remarks(graded)
    assert remarks(graded)["sums", "solution-sigmoid"] is None
    assert "likely cause: " in remarks(graded)["sums", "solution-binary_cross_entropy"]
    assert remarks(graded)["half", "solution-predict"] == "No response."
    for name in DESERVED:
        ours, theirs = ([(cell["source"], [output["output_type"] for output in cell.get("outputs", ())])
                         for cell in course.notebook(name)["cells"]] for course in (graded, by_nbgrader))  # fmt: skip
        assert ours == theirs


@pytest.mark.parametrize("kind", ["py", "ipynb"])
def test_grade_batch_gives_the_same_answers_the_same_marks(kind, graded, tmp_path):
    """Of the answers as files, and of nbgrader's own folder of what was handed in."""
    people = [student for student in HANDED_IN if kind == "ipynb" or student.python is not None]
    place = graded.folder / "submitted" if kind == "ipynb" else tmp_path / "handed"
    for student in people if kind == "py" else ():
        (place / student.name).mkdir(parents=True)
        (place / student.name / f"{ASSIGNMENT}.py").write_text(student.python, "utf-8")
    done = graded.grade("batch", place, "--out", tmp_path / "marks", "-j", "1")
    assert done.code == 0, done
    with (tmp_path / "marks/grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = {row["student"]: float(row["score"]) for row in csv.DictReader(stream)}
    assert found == {student.name: student.mark for student in people}


def test_being_late_costs_a_tenth_for_each_day_and_the_export_says_so(graded):
    graded.nbgrader("export")
    with (graded.folder / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["student_id"]: row for row in csv.DictReader(stream)}
    assert {name: (float(row["raw_score"]), float(row["score"])) for name, row in rows.items()} == {
        student.name: (student.mark, 8.0 if student.name == "late" else student.mark) for student in HANDED_IN
    }
    assert {row["max_score"] for row in rows.values()} == {"10"} and {row["needs_manual_grade"] for row in rows.values()} == {"no"}


def test_of_what_is_no_notebook_of_ours_the_page_says_why(graded):
    shown = {name: json.dumps(graded.notebook(name)["cells"], ensure_ascii=False) for name in ("no_json", "empty", "foreign")}
    assert "exercise03.ipynb is no notebook" in shown["no_json"]
    assert "is empty" in shown["empty"]
    assert "this cell was not handed in" in shown["foreign"]


# Cut short, and run again


def test_killed_in_the_middle_it_goes_on_and_grades_nobody_twice(cut):
    assert cut.written and cut.written != set(DESERVED), cut.said_first
    assert cut.code == 0, cut.said
    assert {student: kept(cut.course)[student] for student in cut.graded} == cut.graded
    assert written(cut.course) == set(DESERVED)


def test_run_again_it_writes_nothing(graded):
    before = state(graded)
    done = graded.autograde()
    assert done.code == 0 and "written into the gradebook: 0" in done.out
    assert state(graded) == before


def test_a_folder_that_was_half_written_is_written_again(graded, tmp_path):
    """nbgrader copies what was handed in, the time included, before it grades: killed then, it looks as if it were done."""
    course = small(graded, tmp_path, "right", "half")
    course.resubmit("half", (course.submitted("half") / f"{ASSIGNMENT}.ipynb").read_bytes())

    def dies(_):
        shutil.rmtree(course.autograded("half"))
        shutil.copytree(course.submitted("half"), course.autograded("half"))
        raise SystemExit(137)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autograde._Writing, "start", dies)
        assert course.autograde().code == 137
    assert not any(cell.get("outputs") for cell in course.notebook("half")["cells"])
    done = course.autograde()
    assert done.code == 0 and "written into the gradebook: 1" in done.out
    assert any(cell.get("outputs") for cell in course.notebook("half")["cells"])


def test_another_answer_is_graded_and_the_same_one_only_gets_its_new_time(graded, form, tmp_path):
    course = small(graded, tmp_path, "right", "half", "sums")
    before = kept(course)
    course.resubmit("half", answer().hand_in(form))
    course.resubmit("sums", (course.submitted("sums") / f"{ASSIGNMENT}.ipynb").read_bytes(), minutes=2 * 24 * 60)
    done = course.autograde()
    assert done.code == 0 and "written into the gradebook: 2" in done.out
    assert marks(course)["half"] == PEOPLE["right"].deserves and marks(course)["sums"] == DESERVED["sums"]
    assert [kept(course)[name] == before[name] for name in ("right", "half", "sums")] == [True, False, True]
    for name in ("half", "sums"):
        stamp = (course.submitted(name) / "timestamp.txt").read_text()
        assert (course.autograded(name) / "timestamp.txt").read_text() == stamp
        with course.gradebook() as book:
            found = book.find_submission(ASSIGNMENT, name)
            assert f"{found.timestamp} UTC" == stamp
            assert found.late_submission_penalty == (pytest.approx(1.6) if name == "sums" else 0)


def test_marks_that_cannot_be_written_are_named_and_cost_nobody_else(graded, tmp_path):
    course = small(graded, tmp_path, "right", "half", "sums")
    shutil.rmtree(course.autograded("half").parent)
    course.autograded("half").parent.touch()
    course.resubmit("sums", (course.submitted("right") / f"{ASSIGNMENT}.ipynb").read_bytes())
    done = course.autograde()
    assert done.code == 2 and done.err.count("\n") <= 1
    assert "written into the gradebook: 1\nnot written: half: NotADirectoryError: " in done.out
    assert marks(course)["sums"] == DESERVED["right"]
    course.autograded("half").parent.unlink()
    done = course.autograde()
    assert done.code == 0 and "written into the gradebook: 1" in done.out


# What a person has said stays


@pytest.mark.parametrize("way", ["nbgrader", "grade"])
def test_points_and_words_of_a_person_stay_when_it_is_graded_again(way, graded, form, tmp_path):
    course = small(graded, tmp_path, "sums", "right")
    with course.gradebook() as book:
        grade = grade_of(book, "sums", "check-predict")
        grade.manual_score, grade.extra_credit = 1.5, 0.25
        book.find_comment("solution-predict", ASSIGNMENT, ASSIGNMENT, "sums").manual_comment = "well tried"
        book.db.commit()
    course.resubmit("sums", answer(predict="def predict(z, threshold=0.5):\n    return z").hand_in(form))
    if way == "grade":
        assert course.autograde().code == 0
    else:
        course.autograde_by_nbgrader(ASSIGNMENT, "--student=sums")
    with course.gradebook() as book:
        grade = grade_of(book, "sums", "check-predict")
        assert (grade.manual_score, grade.extra_credit, grade.auto_score) == (1.5, 0.25, 0)
        assert (grade.score, grade.needs_manual_grade) == (1.75, True), "somebody is asked to look again, as by nbgrader"
        assert not grade_of(book, "sums").needs_manual_grade and grade_of(book, "sums", "check-binary_cross_entropy").auto_score == 2
        comment = book.find_comment("solution-predict", ASSIGNMENT, ASSIGNMENT, "sums")
        assert comment.manual_comment == comment.comment == "well tried" and comment.auto_comment.startswith("- ")


def test_late_penalties_follow_a_due_date_an_extension_the_settings_and_points_by_hand(graded, tmp_path):
    course = small(graded, tmp_path, "right", "late")
    before = kept(course)

    def penalty(student: str) -> float:
        done = course.autograde()
        assert done.code == 0 and "written into the gradebook: 0" in done.out
        with course.gradebook() as book:
            return book.find_submission(ASSIGNMENT, student).late_submission_penalty

    assert penalty("late") == pytest.approx(2)
    with course.gradebook() as book:
        grade_of(book, "late", "check-predict").manual_score = 0
        book.db.commit()
    assert penalty("late") == pytest.approx(1.6)
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8").replace("percent_per_day = 10", "percent_per_day = 25"), "utf-8")
    assert penalty("late") == pytest.approx(4)
    with course.gradebook() as book:
        book.grant_extension(ASSIGNMENT, "late", weeks=1)
    assert penalty("late") == 0
    with course.gradebook() as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate="2020-01-01 00:00 UTC")
    assert penalty("right") == pytest.approx(10) and kept(course) == before


def test_other_points_and_another_language_are_written_and_nothing_is_graded_for_them(graded, tmp_path):
    course = small(graded, tmp_path, "sums")
    before = kept(course)
    source = course.folder / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(source.read_bytes())
    next(cell for cell in notebook["cells"] if cell["id"] == "check-sigmoid")["metadata"]["nbgrader"]["points"] = 12
    source.write_text(json.dumps(notebook), "utf-8")
    course.nbgrader("generate_assignment", ASSIGNMENT, "--force")
    assert "written into the gradebook: 1" in course.autograde().out
    with course.gradebook() as book:
        assert grade_of(book, "sums").auto_score == 12
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8").replace('language = "en"', 'language = "ko"'), "utf-8")
    assert "written into the gradebook: 1" in course.autograde().out
    assert "힌트" in (course.autograded("sums") / f"{ASSIGNMENT}.ipynb").read_text("utf-8")
    assert kept(course) == before


@pytest.mark.parametrize("option", ["--no-execute", "--Execute.enabled=False"])
def test_no_option_that_switches_execution_off_gives_full_points(option, graded, tmp_path):
    """nbgrader takes a check cell without an output for full points."""
    course = small(graded, tmp_path, "no_check")
    course.autograde_by_nbgrader(ASSIGNMENT, "--student=no_check", "--force", option)
    assert marks(course)["no_check"] == DESERVED["no_check"] == NOTHING


@pytest.mark.parametrize("way", ["nbgrader", "grade"])
def test_a_notebook_that_is_too_large_to_be_read_is_no_zero_but_a_question_to_a_person(way, graded, form, tmp_path):
    course = small(graded, tmp_path, "right")
    course.resubmit("right", answer().hand_in(form) + b" " * MAX_NOTEBOOK)
    if way == "grade":
        assert course.autograde().code == 0
    else:
        course.autograde_by_nbgrader(ASSIGNMENT, "--student=right", "--force")
    with course.gradebook() as book:
        found = grade_of(book, "right")
        assert (found.auto_score, found.needs_manual_grade) == (None, True)
    assert "is larger than 32 MiB" in json.dumps(course.notebook("right")["cells"])


def test_a_notebook_of_another_name_is_told_of(graded, tmp_path):
    course = small(graded, tmp_path, "sums", "right")
    mine = course.submitted("right") / f"{ASSIGNMENT}.ipynb"
    mine.rename(mine.with_name("final.ipynb"))
    done = course.autograde()
    assert done.code == 2 and done.out.endswith(f"not graded, since there is no {ASSIGNMENT}.ipynb: right\n")


# Faults of ours


class Faulty(Here):
    """An executor whose processes die over all that is to be graded; it counts them."""

    died = 0

    def submit(self, fn, /, *args, **kwargs):
        Faulty.died += fn.__name__ == "graded"
        return super().submit(_dies if fn.__name__ == "graded" else fn, *args, **kwargs)


def _dies(*_):
    raise BrokenProcessPool("died")


@pytest.mark.parametrize("way", ["nbgrader", "grade"])
def test_a_fault_of_the_graders_is_no_zero_but_a_question_to_a_person(way, graded, form, tmp_path, monkeypatch):
    course = small(graded, tmp_path, "sums", "right")
    course.resubmit("sums", answer().hand_in(form))
    monkeypatch.setattr(Faulty, "died", 0)
    with course.here() as patch:
        for module in (autograde, marker):
            patch.setattr(module, "Processes", lambda *_: Faulty())
        if way == "grade":
            done = grade_here(course.launcher, "nbgrader", "autograde", ASSIGNMENT, cwd=course.folder, **course.world.environment())
            assert done.code == 2 and "broken: sums, exercise03" in done.out
        else:
            course.autograde_by_nbgrader(ASSIGNMENT, "--student=sums", patched=True)
    assert Faulty.died == 2, "it was tried twice, and not for each check cell"
    with course.gradebook() as book:
        grades = [grade for grade in book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "sums").grades if grade.max_score]
        assert {(grade.auto_score, grade.needs_manual_grade) for grade in grades} == {(None, True)}
        comment = book.find_comment("solution-predict", ASSIGNMENT, ASSIGNMENT, "sums").auto_comment
        assert comment == "The grader failed here, not the answer: somebody has to look at it."
    assert marks(course)["right"] == DESERVED["right"]
    course.nbgrader("export", "--student", '["sums"]')
    assert ",,,,10,yes" in (course.folder / "grades.csv").read_text("utf-8-sig")
    done = course.autograde()
    assert done.code == 0 and marks(course)["sums"] == DESERVED["right"]
    with course.gradebook() as book:
        assert not book.find_submission(ASSIGNMENT, "sums").needs_manual_grade


def test_a_course_that_cannot_be_graded_is_refused_in_one_line(released, collected, tmp_path):
    course = released.copy(tmp_path)
    shutil.rmtree(course.folder / "submitted", ignore_errors=True)
    config = course.folder / "nbgrader_config.py"
    settings = config.read_text("utf-8")

    def refused(assignment: str = ASSIGNMENT) -> str:
        done = course.autograde(assignment)
        assert_one_line(done)
        assert not (course.folder / "autograded").exists() and not (course.folder / marker.KEPT).exists()
        return done.err

    assert "nobody has handed in a notebook for exercise03; `nbgrader collect exercise03`" in refused()
    assert "knows no assignment exercise99; first `nbgrader generate_assignment exercise99`" in refused("exercise99")
    config.write_text(re.sub(r"c\.Autograde\.autograde_preprocessors = \[.*?\]", "", settings, flags=re.DOTALL), "utf-8")
    assert "nbgrader_config.py lacks lines of the grader's; `grade nbgrader init .` prints them" in refused()
    config.write_text(settings.replace("c.Autograde.exporter_class", "c.Autograde.permissions = 444 #"), "utf-8")
    assert "lacks lines of the grader's" in refused()


def test_without_a_sandbox_nothing_is_graded_unless_the_settings_say_so(graded, form, tmp_path, monkeypatch):
    course = small(graded, tmp_path, "right", "sums")
    course.resubmit("sums", answer().hand_in(form))
    before, asked = marks(course), []

    def lacks(levels):
        asked.append(tuple(levels))
        return real(levels) if "C" in levels else launch.NoSandbox({"B": launch.both("it needs Linux")}).text

    real = autograde.chunk.machine
    monkeypatch.setattr(autograde.chunk, "machine", lacks)
    done = course.autograde()
    assert_one_line(done)
    assert "there is no sandbox here for code of strangers" in done.err and marks(course) == before
    with pytest.raises(SystemExit):
        course.autograde_by_nbgrader(ASSIGNMENT, "--student=sums")
    assert not course.autograded("sums").exists(), "nbgrader takes away what it could not grade"
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + "\nc.SandboxedGrade.unsafe = True\n", "utf-8")
    assert course.autograde().code == 0 and marks(course)["sums"] == DESERVED["right"]
    assert {"C" in levels for levels in asked} == {True, False}


# Answers in a file


@pytest.fixture(scope="module")
def of_files(released, tmp_path_factory) -> Course:
    """A course in which students write exercise03.py; `gone` has deleted it."""
    course = released.copy(tmp_path_factory.mktemp("of_files"))
    for place in ("source", "release", "submitted"):
        shutil.rmtree(course.folder / place, ignore_errors=True)
    (course.folder / "gradebook.db").unlink()
    assert course.grade("nbgrader", "source", ASSIGNMENT, "--py").code == 0
    course.nbgrader("generate_assignment", ASSIGNMENT)
    notebook = (course.folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    for student in (*(PEOPLE[name] for name in ("right", "sums")), Student("gone", "the file is deleted", as_python=False)):
        course.resubmit(student.name, notebook)
        if student.python is not None:
            course.resubmit(student.name, student.python.encode(), name=f"{ASSIGNMENT}.py")
    return course


@pytest.mark.parametrize("way", ["nbgrader", "grade"])
def test_of_who_writes_a_file_that_file_is_graded_and_kept(way, of_files, tmp_path):
    course = of_files.copy(tmp_path)
    if way == "grade":
        assert course.autograde().code == 0
    else:
        course.autograde_by_nbgrader(ASSIGNMENT)
    assert marks(course) == {name: PEOPLE[name].deserves for name in ("right", "sums")} | {"gone": NOTHING}
    assert (course.autograded("sums") / f"{ASSIGNMENT}.py").read_text("utf-8") == PEOPLE["sums"].python
    assert not (course.autograded("gone") / f"{ASSIGNMENT}.py").exists(), "the source's is not put in its place"


def test_a_file_is_an_answer_without_the_notebook_that_would_only_check_it(of_files, tmp_path):
    course = of_files.copy(tmp_path)
    for student in ("right", "gone"):
        (course.submitted(student) / f"{ASSIGNMENT}.ipynb").unlink()
    done = course.autograde()
    assert done.code == 2 and done.out.endswith(f"not graded, since there is no {ASSIGNMENT}.ipynb: gone\n")
    assert marks(course)["right"] == DESERVED["right"]


# An instructor's own cells

OWN = "week3"


def _cell(kind: str, name: str, source: str, **facts: object) -> dict:
    whole = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": name} | facts
    more = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {"nbgrader": whole}, "source": source} | more


@pytest.fixture(scope="module")
def with_own_cells(released, tmp_path_factory) -> Course:
    """A course whose assignment has cells that are not ours, and a notebook that is not."""
    course = released.copy(tmp_path_factory.mktemp("own"))
    shutil.rmtree(course.folder / "submitted", ignore_errors=True)
    notebook = json.loads((course.folder / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes())
    for cell in notebook["cells"]:
        if cell["metadata"]["nbgrader"]["grade_id"] == "check-sigmoid":
            cell["metadata"]["nbgrader"]["points"] = 20
    notebook["cells"] += [
        _cell("markdown", "essay", "Why a logarithm?", grade=True, solution=True, points=3),
        _cell("markdown", "drawing", "Draw it.", task=True, locked=True, points=4),
        _cell("code", "own-test", "assert sigmoid(torch.zeros(1)) == 0.5", grade=True, locked=True, points=5),
    ]
    facts = {key: notebook[key] for key in ("metadata", "nbformat", "nbformat_minor")}
    plain = [_cell("code", "answer", "### BEGIN SOLUTION\nx = 2\n### END SOLUTION", solution=True),
             _cell("code", "test", "assert x == 2", grade=True, locked=True, points=1)]  # fmt: skip
    (course.folder / "source" / OWN).mkdir()
    for name, content in (("ours", notebook), ("theirs", {"cells": plain} | facts)):
        (course.folder / "source" / OWN / f"{name}.ipynb").write_text(json.dumps(content), "utf-8")
    course.nbgrader("generate_assignment", OWN)
    return course


@pytest.mark.parametrize("way", ["nbgrader", "grade"])
def test_cells_of_an_instructor_are_left_to_a_person_and_other_notebooks_to_nbgrader(way, with_own_cells, tmp_path):
    course = with_own_cells.copy(tmp_path)
    place = course.folder / "submitted" / "kim" / OWN
    shutil.copytree(course.folder / "release" / OWN, place)
    (place / "timestamp.txt").write_text(f"{DUE} UTC")
    form = json.loads((place / "ours.ipynb").read_bytes())
    next(cell for cell in form["cells"] if cell["id"] == "essay")["source"] = "<script>(window.__hit ??= []).push('essay')</script>"
    (place / "ours.ipynb").write_bytes(PEOPLE["overflow"].hand_in(form))
    theirs = json.loads((place / "theirs.ipynb").read_bytes())
    theirs["cells"][0]["source"] = "x = 2"
    (place / "theirs.ipynb").write_text(json.dumps(theirs), "utf-8")
    if way == "grade":
        assert course.autograde(OWN).code == 0
    else:
        course.autograde_by_nbgrader(OWN)
    with course.gradebook() as book:
        found = {grade.name: (grade.auto_score, grade.needs_manual_grade) for name in ("ours", "theirs")
                 for grade in book.find_submission_notebook(name, OWN, "kim").grades}  # fmt: skip
        assert book.find_submission(OWN, "kim").needs_manual_grade
    assert found["check-sigmoid"] == (18, False), "a tenth of its checks' points is missing"
    assert found["check-predict"] == (2, False)
    assert found["essay"] == found["drawing"] == found["own-test"] == (None, True)
    assert found["test"] == (1, False), "nbgrader has executed it"


# In formgrader's server


def test_the_process_that_grades_ends_when_nobody_asks_and_the_next_question_starts_another(graded, form, tmp_path, monkeypatch):
    ended = []

    class Ends(Here):
        def shutdown(self, *_, **__):
            ended.append(self)

    course = small(graded, tmp_path, "sums")
    monkeypatch.setattr(marker, "IDLE_SECONDS", 0.05)
    with course.here() as patch:
        patch.setattr(marker, "Processes", lambda *_: Ends())
        for number in (1, 2):
            course.resubmit("sums", answer().hand_in(form))
            course.autograde_by_nbgrader(ASSIGNMENT, "--student=sums", "--force", patched=True)
            until(lambda number=number: len(ended) == number)
    assert len(set(map(id, ended))) == 2


def test_processes_can_be_started_from_any_thread():
    """A server may grade beside what it does else, and only the main thread may say who hears Ctrl-C."""
    answers = []

    def work() -> None:
        with Processes(1) as processes:
            answers.append(processes.submit(os.getpid).result())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(answers) == 1 and answers[0] != os.getpid()


@pytest.fixture(scope="module")
def formgrader(graded, tmp_path_factory) -> Iterator[Formgrader]:
    server = Formgrader(graded.copy(tmp_path_factory.mktemp("formgrader")))
    yield server
    server.close()


@pytest.fixture
def page(formgrader, tab) -> Iterator:
    """A tab that reaches nothing but this machine, as in a lecture hall without network."""
    tab.route("**/*", lambda route: route.continue_() if route.request.url.startswith(formgrader.address) else route.abort())
    tab.goto(f"{formgrader.address}/login?token={formgrader.token}")
    yield tab
    tab.unroute("**/*")


def test_formgrader_lists_the_marks_as_if_nbgrader_had_made_them(formgrader):
    (assignment,) = formgrader.get("assignments")
    assert (assignment["name"], assignment["num_submissions"], assignment["max_score"]) == (ASSIGNMENT, len(DESERVED), 10)
    rows = {row["student"]: row for row in formgrader.get(f"submissions/{ASSIGNMENT}")}
    assert {name: row["autograded"] for name, row in rows.items()} == dict.fromkeys(DESERVED, True)
    assert {name: row["score"] for name, row in rows.items()} == {student.name: student.mark for student in HANDED_IN}
    assert not any(row["needs_manual_grade"] for row in rows.values())


def test_the_button_grades_one_student_and_a_score_typed_into_the_page_survives_it(formgrader, page, form):
    course = formgrader.course
    page.goto(formgrader.page_of("half"))
    field = page.locator("input.score#check-predict")
    field.wait_for()
    page.wait_for_function("document.querySelector('input.score#check-predict').placeholder === '0'")
    with page.expect_response(lambda response: response.request.method == "PUT"):
        field.fill("1.5")
        field.press("Tab")
    course.resubmit("half", answer(sigmoid="def sigmoid(z):\n    return z").hand_in(form))
    assert {row["student"]: row["autograded"] for row in formgrader.get(f"submissions/{ASSIGNMENT}")}["half"] is False
    done = formgrader.post(f"submission/{ASSIGNMENT}/half/autograde")
    assert done["success"], done
    row = {row["student"]: row for row in formgrader.get(f"submissions/{ASSIGNMENT}")}["half"]
    assert row["autograded"] and row["needs_manual_grade"]
    with course.gradebook() as book:
        assert (grade_of(book, "half", "check-predict").manual_score, grade_of(book, "half", "check-predict").auto_score) != (None, 0)
        assert grade_of(book, "half", "check-sigmoid").auto_score == 0
    page.goto(formgrader.page_of("half"))
    page.wait_for_function("document.querySelector('input.score#check-predict').value === '1.5'")


def test_an_instructor_sees_the_report_below_each_check_and_nothing_of_a_student_acts(formgrader, page):
    page.goto(formgrader.page_of("markup"))
    page.locator("input.score#check-predict").wait_for()
    reports = page.locator(".torchgrade")
    assert reports.count() == 6 and all(reports.nth(number).is_visible() for number in range(6))
    assert "ValueError" in reports.nth(4).inner_text()
    sizes = "[...document.querySelectorAll('.torchgrade :is(p, pre, td, dt, span)')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    assert min(page.evaluate(sizes)) >= 11, "nbgrader's pages have small rems"
    assert page.evaluate("window.__hit ?? []") == []
    assert "</script><script>" in page.locator("#notebook").first.inner_text(), "it is shown as it was typed"


# Feedback


@pytest.fixture(scope="module")
def feedback(graded, world) -> dict[str, Path]:
    """What each student finds after `nbgrader fetch_feedback`."""
    graded.nbgrader("generate_feedback", ASSIGNMENT)
    graded.nbgrader("release_feedback", ASSIGNMENT)
    found = {}
    for name in ("sums", "markup", "no_json"):
        world.nbgrader("fetch_feedback", ASSIGNMENT, cwd=world.desk(name), person=name)
        (found[name],) = (world.desk(name) / ASSIGNMENT / "feedback").glob(f"*/{ASSIGNMENT}.html")
    return found


def secrets() -> set[str]:
    """Return the lines of hidden checks and solutions that nobody is told: no titles, and no hints."""
    lines = set()
    for file in (ROOT / "tests/checks" / NAME).glob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines |= {node.name} | {line.strip() for part in body for line in ast.unparse(part).splitlines()}
    return {line for line in lines if len(line) > 20}


def test_the_feedback_holds_the_report_and_hides_what_is_hidden(feedback, form):
    text = html.unescape(re.sub(r"<[^>]*>", "", feedback["sums"].read_text("utf-8")))
    assert "likely cause" in text.lower() and "6 points" not in text
    public = json.dumps(form) + "".join(RIGHT.values()) + (ROOT / "exercises" / NAME / f"test_{ASSIGNMENT}.py").read_text("utf-8")
    hidden = {line for line in secrets() if line not in public}
    assert len(hidden) > 20
    assert [line for line in hidden if line in text] == []


def test_a_student_reads_the_feedback_without_a_network_and_nothing_in_it_acts(feedback, tab):
    tab.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    for name in ("markup", "sums", "no_json"):
        tab.goto(feedback[name].as_uri())
        assert tab.locator(".torchgrade").count() == 6 and tab.locator(".torchgrade").first.is_visible()
        assert tab.evaluate("window.__hit ?? []") == []
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "is no notebook" in tab.locator("body").inner_text()
    tab.unroute("**/*")
