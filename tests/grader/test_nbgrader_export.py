"""nbgrader's marks as a CSV, and what late work costs: on a real gradebook, by nbgrader's own commands."""

from __future__ import annotations

import csv
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader

from grader.nbgrader_bridge.course import CONFIG, lay_out
from grader.nbgrader_bridge.exported import COLUMNS, Marks
from grader.nbgrader_bridge.late import LatePenalty

from .terminal import nbgrader

STOCK = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
         "late_submission_penalty", "score", "max_score"]  # fmt: skip
DUE = "2026-11-20 12:00:00 UTC"
WHOLE = [6.0, 4.0]

STUDENTS = {
    "kim": ("김", "소라", "kim@school.example"),
    "baker": ("Baker, Jr.", 'Bob "B"', "baker@school.example"),
    "00123": ("=cmd()", "two\nlines", None),
    "lee": (None, None, None),
    "none": ("Nothing", "Handed in", None),
}


@pytest.fixture(scope="module")
def new(tmp_path_factory) -> Path:
    """A course of two cells, and students who have handed nothing in yet."""
    folder = tmp_path_factory.mktemp("nbgrader") / "dl101"
    lay_out(folder, "en")
    with pytest.MonkeyPatch.context() as patch:
        # a new gradebook asks alembic, by name, for its version
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        book = gradebook(folder)
    with book:
        book.add_assignment("exercise03", duedate=DUE)
        book.add_notebook("exercise03", "exercise03")
        for name, points in zip(("f", "g"), WHOLE, strict=True):
            book.add_grade_cell(name, "exercise03", "exercise03", max_score=points, cell_type="code")
        for student, (last, first, email) in STUDENTS.items():
            book.add_student(student, last_name=last, first_name=first, email=email)
    return folder


@pytest.fixture
def course(new, tmp_path) -> Path:
    """The same, to hand in to."""
    return shutil.copytree(new, tmp_path / "dl101")


def gradebook(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", "dl101")


def hand_in(course: Path, student: str, scores: list[float | None], late: timedelta = timedelta(), extension: int = 0) -> None:
    """Put into the gradebook what autograde leaves there of a notebook; None is a cell that a person has to grade."""
    with gradebook(course) as book:
        book.update_or_create_submission("exercise03", student, timestamp=parse_utc(DUE) + late)
        book.grant_extension("exercise03", student, minutes=extension)
        for grade, score in zip(("f", "g"), scores, strict=True):
            found = book.find_grade(grade, "exercise03", "exercise03", student)
            found.auto_score, found.needs_manual_grade = score, score is None
        book.db.commit()


def penalise(course: Path, student: str) -> None:
    """Do what nbgrader does after grading, with the settings of the course."""
    settings = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    names = {"notebook": "exercise03", "assignment": "exercise03", "student": student,
             "db_url": f"sqlite:///{course / 'gradebook.db'}"}  # fmt: skip
    AssignLatePenalties(config=settings).preprocess(Config(cells=[]), {"nbgrader": names})


def read(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [*STOCK, "needs_manual_grade"] == list(COLUMNS)
    assert all(None not in row and None not in row.values() for row in rows), "a row as long as the columns' names"
    return {row["student_id"]: row for row in rows}


def score(row: dict[str, str]) -> tuple[str, ...]:
    return row["raw_score"], row["late_submission_penalty"], row["score"], row["needs_manual_grade"]


def test_the_marks_are_exported_by_nbgraders_own_command(course):
    """Twice: as the settings have it, and as named on the command line for some students."""
    hand_in(course, "kim", [6, 3.3333333])
    hand_in(course, "baker", [6, 4], late=timedelta(days=2))
    hand_in(course, "00123", [0, 0])
    hand_in(course, "lee", [6, None])
    penalise(course, "baker")
    done = nbgrader("export", cwd=course)
    assert done.code == 0
    assert (course / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "so that Excel shows Hangul"
    rows = read(course / "grades.csv")
    assert {student: score(row) for student, row in rows.items()} == {
        "kim": ("9.3333", "0", "9.3333", "no"),
        "baker": ("10", "2", "8", "no"),
        "00123": ("0", "0", "0", "no"),
        "lee": ("", "", "", "yes"),
        "none": ("", "", "", "no"),
    }
    assert {row["max_score"] for row in rows.values()} == {"10"}
    assert (rows["baker"]["last_name"], rows["baker"]["first_name"]) == ("Baker, Jr.", 'Bob "B"')
    assert (rows["kim"]["last_name"], rows["kim"]["email"]) == ("김", "kim@school.example")
    assert (rows["00123"]["last_name"], rows["00123"]["first_name"]) == ("'=cmd()", "two\nlines")
    assert (rows["baker"]["duedate"], rows["baker"]["timestamp"]) == ("2026-11-20 12:00:00", "2026-11-22 12:00:00")
    assert (rows["none"]["timestamp"], rows["none"]["email"]) == ("", "")

    chosen = ("--to", "some.csv", "--student", '["kim", "00123"]', "--assignment=exercise03")
    assert nbgrader("export", "--exporter=grader.nbgrader_bridge.exported.Marks", *chosen, cwd=course).code == 0
    assert read(course / "some.csv") == {student: rows[student] for student in ("kim", "00123")}


def export(course: Path, **traits: object) -> str:
    """Export in this process, and return what is said of a failure; nbgrader's log says it by `error`."""
    said: list[str] = []
    with gradebook(course) as book, pytest.MonkeyPatch.context() as patch:
        plugin = Marks(**traits)
        patch.setattr(plugin.log, "error", said.append)
        try:
            plugin.export(book)
        except SystemExit as end:
            assert end.code == 1
    return "\n".join(said)


def test_a_regraded_cell_with_a_persons_score_has_a_score_and_asks_for_a_look(course, tmp_path):
    hand_in(course, "kim", [6, None])
    with gradebook(course) as book:
        found = book.find_grade("g", "exercise03", "exercise03", "kim")
        found.manual_score, found.extra_credit = 2.5, 0.5
        book.db.commit()
    assert export(course, to=str(tmp_path / "out.csv")) == ""
    assert score(read(tmp_path / "out.csv")["kim"]) == ("9", "0", "9", "yes")


@pytest.mark.parametrize("traits", [{"student": ["kim", "kiim"]}, {"assignment": ["kiim"]}])
def test_a_name_that_the_gradebook_lacks_is_an_error_and_nothing_is_written(course, tmp_path, traits):
    assert export(course, to=str(tmp_path / "out.csv"), **traits) == "'kiim' is not in the gradebook"
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("to, reason", [("no/such.csv", "No such file or directory"), ("", "it is no file"), ("pipe", "it is no file")])
def test_a_file_that_cannot_be_written_is_one_line(course, tmp_path, to, reason):
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.rglob("*"))
    target = tmp_path / to
    assert export(course, to=str(target)) == f"cannot write {target}: {reason}"
    assert sorted(tmp_path.rglob("*")) == before


def test_an_old_file_stays_whole_until_the_new_one_is(course, tmp_path, monkeypatch):
    """A disk that is full in the middle leaves the old file."""
    target = tmp_path / "out.csv"
    target.write_text("old")
    (tmp_path / "link.csv").symlink_to(target)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        assert export(course, to=str(target)) == f"cannot write {target}: No space left on device"
    assert target.read_text() == "old" and not list(tmp_path.glob(".grade-*"))
    assert export(course, to=str(tmp_path / "link.csv")) == ""
    assert (tmp_path / "link.csv").is_symlink() and len(read(target)) == len(STUDENTS)


# Late work


@pytest.mark.parametrize(
    "late, extension, penalty",
    [
        (timedelta(minutes=-5), 0, None),
        (timedelta(minutes=5), 0, None),
        (timedelta(minutes=10), 0, None),
        (timedelta(minutes=10, seconds=1), 0, 0.9),
        (timedelta(minutes=11), 0, 0.9),
        (timedelta(days=1), 0, 0.9),
        (timedelta(days=2), 0, 1.8),
        (timedelta(days=2, seconds=1), 0, 2.7),
        (timedelta(days=30), 0, 9),
        (timedelta(minutes=70), 60, None),
        (timedelta(minutes=71), 60, 0.9),
    ],
)
def test_late_work_costs_a_part_of_the_score_for_each_day_that_has_begun(course, late, extension, penalty):
    """After a grace period of 10 minutes 10 % of the score a day; an extension moves the due date."""
    hand_in(course, "kim", [6, 3], late, extension)
    penalise(course, "kim")
    with gradebook(course) as book:
        notebook = book.find_submission_notebook("exercise03", "exercise03", "kim")
        assert notebook.late_submission_penalty == (penalty and pytest.approx(penalty))


def test_the_settings_of_a_penalty_are_checked(course):
    assert LatePenalty(grace_minutes=0, percent_per_day=25).late_submission_penalty("kim", 8, 1) == 2
    assert LatePenalty(percent_per_day=0).late_submission_penalty("kim", 8, 10**6) == 0
    for wrong in ({"grace_minutes": -1}, {"percent_per_day": 101}, {"percent_per_day": -1}, {"grace_minutes": "ten"}):
        with pytest.raises(TraitError):
            LatePenalty(**wrong)
