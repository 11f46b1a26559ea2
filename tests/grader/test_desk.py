"""A student's own folder: which file is meant; the stub comes back, and nothing that a student wrote is ever lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from grader import catalogue, desk

from .terminal import HANGUL, NAME, STUB, Done, assert_one_line, grade, small_course

MINE = "x = 1  # mine\n"


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


@pytest.fixture
def here(tmp_path) -> Path:
    """A folder with a file of the student's own."""
    (tmp_path / "exercise03.py").write_text(MINE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("files, meant", [
    ([], STUB), (["exercise03.py"], "exercise03.py"), (["exercise03.ipynb"], "exercise03.ipynb"),
    (["exercise03.py", "exercise03.ipynb"], "exercise03.py"), (["exercise04.ipynb", "Exercise.ipynb"], STUB),
])  # fmt: skip
def test_the_file_that_is_meant_is_the_one_that_lies_here(files, meant, tmp_path, monkeypatch):
    exercise = catalogue.find("3")
    monkeypatch.chdir(tmp_path)
    for name in files:
        Path(name).write_text(MINE)
    assert desk.graded_file(exercise, None) == Path(meant)
    assert desk.graded_file(exercise, Path("mine.py")) == Path("mine.py")


def test_that_a_notebook_is_passed_over_is_said(here):
    (here / "exercise03.py").write_bytes(b"\xff\xfe")
    (here / "exercise03.ipynb").write_text("{}")
    done = grade("3", "--json", cwd=here)
    said = "grade: exercise03.py is graded, and not exercise03.ipynb, which lies here too; name the notebook to grade it\n"
    assert done.err == said and json.loads(done.out)["submission"] == "exercise03.py"
    assert desk.passed_over(catalogue.find("3"), Path("exercise03.py")) is None


@pytest.mark.parametrize("named", [[], ["exercise03.ipynb"], ["new.IPYNB"]])
def test_no_stub_takes_the_place_of_a_notebook(named, tmp_path):
    (tmp_path / "exercise03.ipynb").write_text("{}")
    done = grade("reset", "3", *named, cwd=tmp_path)
    assert_one_line(done)
    assert "is a notebook, and the stub is none; name the .py file" in done.err
    assert files(tmp_path) == {"exercise03.ipynb": "{}"}


def test_the_stub_comes_back_and_the_old_file_is_kept(here):
    done = grade("reset", "exercise03", cwd=here)
    assert (done.code, done.err) == (0, "")
    assert done.out == "exercise03.py is the stub again; your old file is exercise03.before-reset.py\n"
    assert files(here) == {"exercise03.py": STUB.read_text("utf-8"), "exercise03.before-reset.py": MINE}


def test_a_file_that_was_kept_before_is_kept_still(here):
    contents = [MINE, "second\n", "third\n"]
    for content in contents:
        (here / "exercise03.py").write_text(content, encoding="utf-8")
        assert grade("reset", "3", cwd=here).code == 0
    kept = ["exercise03.before-reset.py", "exercise03.before-reset-2.py", "exercise03.before-reset-3.py"]
    aside = {name: text for name, text in files(here).items() if "before" in name}
    assert aside == dict(zip(kept, contents, strict=True))


def test_what_is_the_stub_already_is_left_alone(here):
    (here / "exercise03.py").write_bytes(STUB.read_bytes().replace(b"\n", b"\r\n"))
    done = grade("reset", "3", "--lang", "ko", cwd=here)
    assert done.code == 0 and HANGUL.search(done.out)
    assert "already" in grade("reset", "3", cwd=here).out
    assert list(files(here)) == ["exercise03.py"]


def test_another_file_can_be_named_and_need_not_be_there(here):
    assert "mine.py is the stub, to be filled in" in grade("reset", "3", "mine.py", cwd=here).out
    assert files(here) == {"exercise03.py": MINE, "mine.py": STUB.read_text("utf-8")}


@pytest.mark.parametrize(
    ("name", "words"),
    [(".", ". is a folder; name the .py file in it"), ("gone/mine.py", "cannot write gone/mine.py: No such file")],
)
def test_a_place_that_takes_no_file_gets_one_line(name, words, here):
    done = grade("reset", "3", name, cwd=here)
    assert_one_line(done)
    assert words in done.err
    assert files(here) == {"exercise03.py": MINE}


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need a right of their own there")
def test_a_link_stays_a_link(here):
    (here / "real.py").write_text(MINE, encoding="utf-8")
    (here / "exercise03.py").unlink()
    (here / "exercise03.py").symlink_to("real.py")
    assert grade("reset", "3", cwd=here).code == 0
    assert (here / "exercise03.py").is_symlink()
    assert (here / "real.py").read_text("utf-8") == STUB.read_text("utf-8")


def test_a_step_that_fails_loses_nothing(here, monkeypatch):
    monkeypatch.chdir(here)
    exercise = catalogue.find("3")
    for step in ("mkstemp", "replace"):
        monkeypatch.setattr(desk.tempfile if step == "mkstemp" else desk.os, step, _fails)
        with pytest.raises(OSError):
            desk.put(here / "exercise03.py", b"new")
        monkeypatch.undo()
        monkeypatch.chdir(here)
        assert files(here) == {"exercise03.py": MINE}
    desk.reset(exercise, Path("exercise03.py"))
    assert MINE in files(here).values()


def _fails(*_, **__):
    raise OSError("the disk is gone")


# The course's own copy


def test_the_own_copy_of_a_checkout_comes_back_from_git(tmp_path):
    home = small_course(tmp_path)
    own = home / "exercises" / NAME / "exercise03.py"
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=home, check=True)
    own.write_text(MINE, encoding="utf-8")
    done = grade("reset", "3", cwd=home)
    assert done.code == 0
    assert own.read_text("utf-8") == STUB.read_text("utf-8")
    assert own.with_name("exercise03.before-reset.py").read_text("utf-8") == MINE


def test_without_a_stub_anywhere_a_line_says_what_to_do(tmp_path):
    own = small_course(tmp_path) / "exercises" / NAME / "exercise03.py"
    own.write_text(MINE, encoding="utf-8")
    done = _outside_of_git("reset", "3", cwd=tmp_path)
    assert_one_line(done)
    assert "unpack the course once more, or install its wheel" in done.err
    assert own.read_text("utf-8") == MINE and not list(own.parent.glob("*before*"))


def _outside_of_git(*words: str, cwd: Path) -> Done:
    return grade(*words, cwd=cwd, GIT_CEILING_DIRECTORIES=str(cwd.parent), PATH=str(Path(shutil.which("git")).parent))
