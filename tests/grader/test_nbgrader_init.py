"""`grade nbgrader init`: a folder that nbgrader works in as it stands; what is there already is never written to."""

from __future__ import annotations

import ast
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import nbgrader.apps
import nbgrader.converters
import nbgrader.coursedir
import nbgrader.preprocessors
import pytest
from nbgrader.plugins import FileNameCollectorPlugin
from traitlets.config import PyFileConfigLoader

from grader.nbgrader_bridge.exported import Marks
from grader.nbgrader_bridge.late import LatePenalty
from grader.nbgrader_bridge.marking import SandboxedGrade
from grader.nbgrader_bridge.submitted import Submitted

from .terminal import HANGUL, assert_one_line, grade, grade_here, small_course
from .terminal import nbgrader as run_nbgrader

NAME = "DL 101 (봄)"
CONFIG = "nbgrader_config.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A new course, in a folder outside of ours."""
    place = tmp_path_factory.mktemp("nbgrader")
    done = grade("nbgrader", "init", NAME, cwd=place)
    assert (done.code, done.err) == (0, "")
    assert "`grade nbgrader source --all`" in done.out and f"`cd '{NAME}'`" in done.out
    return place / NAME


def loaded(course: Path) -> dict:
    return PyFileConfigLoader(CONFIG, path=str(course)).load_config()


def test_nbgrader_works_in_the_new_folder_as_it_stands(made):
    assert sorted(path.name for path in made.iterdir()) == [CONFIG, "source"]
    done = run_nbgrader("db", "assignment", "add", "exercise03", cwd=made)
    assert done.code == 0 and "not recognized" not in done.err
    with closing(sqlite3.connect(made / "gradebook.db")) as database:
        assert database.execute("select name, course_id from assignment").fetchall() == [("exercise03", "DL-101-봄")]


def test_every_setting_is_one_that_nbgrader_has(made):
    """nbgrader passes over a setting that it does not know."""
    known = [nbgrader.coursedir.CourseDirectory, nbgrader.converters.Autograde,
             nbgrader.preprocessors.AssignLatePenalties, nbgrader.apps.ExportApp, LatePenalty, SandboxedGrade, FileNameCollectorPlugin]  # fmt: skip
    classes = {found.__name__: found for found in known}
    settings = loaded(made)
    assert settings.keys() == classes.keys()
    for section, values in settings.items():
        assert values and values.keys() <= classes[section].class_traits(config=True).keys()


def test_the_settings_are_in_effect(made):
    settings = loaded(made)
    late = nbgrader.preprocessors.AssignLatePenalties(config=settings)
    late.init_plugin()
    assert isinstance(late.plugin_inst, LatePenalty)
    assert (late.plugin_inst.grace_minutes, late.plugin_inst.percent_per_day) == (10, 10)
    assert nbgrader.apps.ExportApp(config=settings).plugin_class is Marks
    converter = nbgrader.converters.Autograde(config=settings)
    assert converter.exporter_class is Submitted
    assert FileNameCollectorPlugin(config=settings).valid_ext == [".ipynb", ".py"], "zip_collect takes files, too"


def test_a_py_file_of_the_sources_is_the_students_to_write(made):
    """nbgrader grades the source's own file in the place of the student's, but for those that it is told of."""
    place = made / "source" / "exercise03" / "exercise03.py"
    place.parent.mkdir()
    place.write_text("", "utf-8")
    mine = made / "source" / "ps1" / "helpers.py"
    mine.parent.mkdir()
    mine.touch()
    assert loaded(made).Autograde.exclude_overwriting == {"exercise03": ["exercise03.py"]}, "not an instructor's own files"
    shutil.rmtree(mine.parent)
    place.unlink()
    place.parent.rmdir()


def test_nbgraders_own_steps_stay_in_their_order_and_only_its_kernel_is_gone(made):
    names = [step if isinstance(step, str) else f"{step.__module__}.{step.__name__}"
             for step in nbgrader.converters.Autograde.autograde_preprocessors.default()]  # fmt: skip
    stock = [name.rpartition(".")[2] for name in names]
    ours = [name.rpartition(".")[2] for name in loaded(made).Autograde.autograde_preprocessors]
    assert stock[0] == "Execute" and ours[0] == "SandboxedGrade"
    assert [name for name in ours[1:] if name != "SaveRemarks"] == stock[1:]
    assert ours.index("SaveRemarks") == ours.index("SaveAutoGrades") + 1, "SaveAutoGrades empties what stands there"


def test_settings_that_are_there_are_never_written_to(tmp_path):
    """What is printed is what they lack, and nothing else is on standard output."""
    theirs = "c = get_config()\nc.CourseDirectory.course_id = 'mine'\n"
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / CONFIG).write_text(theirs)
    done = grade("nbgrader", "init", "old", cwd=tmp_path)
    assert done.code == 0 and "left as it is" in done.err
    assert [path.name for path in (tmp_path / "old").iterdir()] == [CONFIG]
    assert (tmp_path / "old" / CONFIG).read_text() == theirs
    assert "course_id" not in done.out and "get_config" not in done.out
    (tmp_path / "old" / CONFIG).write_text(theirs + done.out)
    assert loaded(tmp_path / "old").CourseDirectory.course_id == "mine"
    assert loaded(tmp_path / "old").LatePenalty.grace_minutes == 10
    again = grade("nbgrader", "init", "old", cwd=tmp_path)
    assert (again.code, again.out) == (0, "") and "already" in again.err


@pytest.mark.parametrize("made_name, course_id", [("dl101", "dl101"), ("a+b 'c'", "a-b-c"), ("..hidden/", "hidden"), ("딥러닝_2", "딥러닝_2")])
def test_the_course_is_called_as_its_folder_is(launcher, tmp_path, made_name, course_id):
    assert grade_here(launcher, "nbgrader", "init", made_name, cwd=tmp_path).code == 0
    assert loaded(tmp_path / made_name).CourseDirectory.course_id == course_id
    ast.parse((tmp_path / made_name / CONFIG).read_text("utf-8"))


@pytest.mark.parametrize(
    "course, said",
    [("file", "file is a file; name a folder"), ("no/such", "there is no folder"), ("a%20b", "its path has one of * ? [ %"),
     ("week[1]", "its path has one of * ? [ %"), ("(((", "is no name for a course"), ("x" * 129, "is no name for a course"),
     ("taken", "cannot use taken: ")],
)  # fmt: skip
def test_what_cannot_be_a_course_is_refused_in_one_line(launcher, tmp_path, course, said):
    (tmp_path / "file").touch()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "source").touch()
    before = sorted(tmp_path.rglob("*"))
    done = grade_here(launcher, "nbgrader", "init", course, cwd=tmp_path)
    assert_one_line(done)
    assert said in done.err
    assert sorted(tmp_path.rglob("*")) == before
    assert HANGUL.search(grade_here(launcher, "nbgrader", "init", course, "--lang", "ko", cwd=tmp_path).err)


def test_a_course_without_hidden_checks_is_refused(launcher, tmp_path):
    """A student's copy, or a wheel, has none: nbgrader would have nothing to mark with."""
    done = grade_here(launcher, "nbgrader", "init", "dl101", cwd=small_course(tmp_path))
    assert_one_line(done)
    assert "no hidden checks" in done.err and "pip install -e ." in done.err
    assert not (tmp_path / "dl101").exists()


def test_without_nbgrader_each_command_says_what_to_install(launcher, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    done = grade_here(launcher, "nbgrader", "init", "dl101", cwd=tmp_path)
    assert_one_line(done)
    assert 'pip install "torchgrade[nbgrader]"' in done.err
    assert grade_here(launcher, "nbgrader", "init", "--help", cwd=tmp_path).code == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_help_lists_the_commands(launcher, tmp_path, language):
    for words in (["--help"], []):
        done = grade_here(launcher, "nbgrader", "--lang", language, *words, cwd=tmp_path)
        (line,) = [line for line in done.out.splitlines() if line.startswith("  init  ")]
        assert bool(HANGUL.search(line)) == (language == "ko")
    assert_one_line(grade_here(launcher, "nbgrader", "inti", cwd=tmp_path))
