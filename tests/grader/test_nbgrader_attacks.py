"""What lies in submitted/ costs only who put it there: odd names, foreign files, pipes, times that are none."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde

from grader.errors import BrokenCourse, NothingHandedIn
from grader.nbgrader_bridge import configured
from grader.nbgrader_bridge.cells import Asked
from grader.nbgrader_bridge.course import lay_out
from grader.nbgrader_bridge.handed_in import Handed, HandedIn
from grader.nbgrader_bridge.submitted import Submitted

NOTEBOOK = b'{"cells": []}'


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    """A course whose gradebook knows one notebook of one check cell."""
    folder = tmp_path_factory.mktemp("attacks") / "dl101"
    lay_out(folder, "en")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        book = Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "dl101")
    asked = Asked("exercise03", "sigmoid")
    with book:
        book.add_assignment("exercise03")
        book.add_notebook("exercise03", "exercise03")
        book.add_grade_cell(asked.name, "exercise03", "exercise03", max_score=2.0, cell_type="code")
        book.add_source_cell(asked.name, "exercise03", "exercise03", cell_type="code", source=asked.source, checksum="0", locked=True)
    return folder


@pytest.fixture
def course(released, tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(shutil.copytree(released, tmp_path / "dl101"))
    return Path.cwd()


def hand_in(course: Path, student: str, **files: bytes) -> Path:
    """Put files NAME.EXTENSION, given as NAME__EXTENSION, into a student's folder."""
    folder = course / "submitted" / student / "exercise03"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder


def found() -> HandedIn:
    return HandedIn(configured.loaded(), "exercise03")


def test_a_folders_name_is_no_pattern_and_stops_nobody(course):
    """nbgrader's own search gives [a] the notebook of a, and * those of all; a line's end stops it."""
    students = {"a", "[a]", "*", "a\nb", "?", "{x}", "(?P<x>", "-n", "a+b", "김 소라"}
    for student in students:
        hand_in(course, student, exercise03__ipynb=NOTEBOOK)
    handed = {one.student: (one.place, one.notebooks) for one in found().handed}
    assert handed == {one: (course / "submitted" / one / "exercise03", ("exercise03",)) for one in students}


def test_only_the_assignments_own_notebooks_count(course):
    """With another beside it, a submission whose marks lie in autograded/ is not taken for one that has none."""
    hand_in(course, "kim", exercise03__ipynb=NOTEBOOK, notes__ipynb=b"{", exercise05__ipynb=NOTEBOOK)
    hand_in(course, "lee", Exercise03__ipynb=NOTEBOOK)
    (one,) = (everyone := found()).handed
    assert (one.student, one.notebooks) == ("kim", ("exercise03",))
    assert everyone.without == ("lee",)
    assert not everyone.is_autograded(one)
    done = course / "autograded" / "kim" / "exercise03"
    done.mkdir(parents=True)
    (done / "exercise03.ipynb").write_bytes(NOTEBOOK)
    assert not found().is_autograded(one), "the gradebook knows nothing of it"
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "dl101") as book:
        book.add_student("kim")
        book.add_submission("exercise03", "kim")
    assert found().is_autograded(one)


def test_whom_the_settings_leave_out_is_left_out(course):
    for student in ("kim", "lee"):
        hand_in(course, student, exercise03__ipynb=NOTEBOOK)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("c.CourseDirectory.student_id_exclude = 'kim,park'\n")
    assert [one.student for one in found().handed] == ["lee"] and found().without == ()


def test_two_notebooks_that_ask_for_one_exercise_are_refused(course):
    asked = Asked("exercise03", "predict")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "dl101") as book:
        book.add_notebook("part2", "exercise03")
        book.add_grade_cell(asked.name, "part2", "exercise03", max_score=2.0, cell_type="code")
        book.add_source_cell(asked.name, "part2", "exercise03", cell_type="code", source=asked.source, checksum="0", locked=True)
    hand_in(course, "kim", exercise03__ipynb=NOTEBOOK, part2__ipynb=NOTEBOOK)
    with pytest.raises(BrokenCourse, match="two notebooks"):
        found()


def test_another_answer_in_words_is_written_though_nothing_is_to_be_graded(course):
    place = hand_in(course, "kim", exercise03__ipynb=NOTEBOOK) / "exercise03.ipynb"
    done = course / "autograded" / "kim" / "exercise03"
    done.mkdir(parents=True)
    (done / "exercise03.ipynb").write_bytes(NOTEBOOK)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "dl101") as book:
        book.add_student("kim")
        book.add_submission("exercise03", "kim")
    (one,) = (everyone := found()).handed
    assert everyone.is_autograded(one)
    os.utime(place, (time.time() + 5,) * 2)
    assert not everyone.is_autograded(one)


def test_nobody_has_handed_in_the_notebook(course):
    hand_in(course, "lee", exercise05__ipynb=NOTEBOOK)
    with pytest.raises(NothingHandedIn):
        found()


@pytest.mark.parametrize(
    "stamp", [b"yesterday", b"\xff\xfe", b"9" * 3_000_000, b"9999-12-31 23:59:59 -1200", b"2026-11-20 12:00:00 UTC\n" * 300, None],
    ids=["words", "bytes", "digits that are read for hours", "out of range", "lines", "a pipe"],
)  # fmt: skip
def test_a_time_that_is_none_is_told_of_before_nbgrader_reads_it(course, stamp):
    folder = hand_in(course, "kim", exercise03__ipynb=NOTEBOOK)
    (one,) = (everyone := found()).handed
    assert everyone.fault(one) is None
    (folder / "timestamp.txt").write_bytes(b"2026-11-20 12:00:00 UTC\r\n")
    assert everyone.fault(one) is None
    (folder / "timestamp.txt").unlink()
    if stamp is None:
        os.mkfifo(folder / "timestamp.txt")
    else:
        (folder / "timestamp.txt").write_bytes(stamp)
    assert "timestamp.txt" in everyone.fault(one).en


@pytest.mark.parametrize("kind", ["pipe", "folder", "dangling link"])
def test_what_is_no_file_is_a_notebook_without_answers(course, kind):
    """nbconvert would wait at a pipe, and give up on the rest."""
    place = hand_in(course, "kim") / "exercise03.ipynb"
    {"pipe": os.mkfifo, "folder": os.mkdir, "dangling link": lambda file: os.symlink("/nowhere", file)}[kind](place)
    (one,) = (everyone := found()).handed
    assert one == Handed("kim", place.parent, ("exercise03",))
    converter = Autograde(coursedir=everyone.app.coursedir, parent=everyone.app)
    facts = {"nbgrader": {"assignment": "exercise03", "notebook": "exercise03", "student": "kim"}}
    written, _ = Submitted(parent=converter, config=everyone.app.config).from_filename(str(place), facts)
    assert "check-sigmoid" in written and "is empty" in written
