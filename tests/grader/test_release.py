"""`grade release`: students get what they need, it works where there is nothing else, and nothing hidden is in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader import catalogue, told
from grader.errors import CourseError
from grader.mistakes import header
from grader.records import Exercise
from grader.release import release
from grader.verify_files import public_files

from .terminal import HANGUL, NAME, ROOT, SOLUTION, STUB, assert_one_line, grade, small_course
from .test_packaging import Installed

LONG = 40
"""A line of Python at least so long says something of its own; `return value` is nobody's secret."""


def lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}


def lines_below(*folders: Path) -> set[str]:
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return set().union(*(lines(path.read_text("utf-8")) for path in files))


SECRETS = lines_below(ROOT / "solutions", ROOT / "tests" / "checks") - lines_below(ROOT / "exercises")


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Path:
    """A release of two exercises, as a folder."""
    place = tmp_path_factory.mktemp("release")
    done = grade("release", "out", "3", "exercise01", cwd=place)
    assert (done.code, done.err) == (0, "")
    assert [path.name for path in place.iterdir()] == ["out"], "nothing half-made is left"
    return place / "out"


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> Path:
    """A release of everything, unpacked from its zip."""
    place = tmp_path_factory.mktemp("packed")
    assert grade("release", "course.zip", cwd=place).code == 0
    with zipfile.ZipFile(place / "course.zip") as archive:
        archive.extractall(place / "unpacked")
    return place / "unpacked"


@pytest.fixture(scope="module")
def student(two, tmp_path_factory) -> Installed:
    """A student's machine: nothing but the wheel in an environment of its own."""
    return Installed(two, tmp_path_factory.mktemp("home"))


def wheel_of(folder: Path) -> dict[str, bytes]:
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_secrets_are_many():
    assert len(SECRETS) > 400 and sum(len(line) >= LONG for line in SECRETS) > 200


@pytest.mark.parametrize("which", ["two", "packed"])
def test_no_line_of_what_is_hidden_is_in_it(which, request):
    folder = request.getfixturevalue(which)
    files = {name: (folder / name).read_bytes() for name in names_in(folder) if not name.endswith(".whl")}
    inside = wheel_of(folder)
    course = {name: data for name, data in inside.items() if not re.match(r"grader/(?!_data/)", name)}
    for name, data in {**files, **course}.items():
        assert not lines(data.decode("utf-8", "replace")) & SECRETS, name
    for name, data in inside.items():
        assert not [line for line in lines(data.decode("utf-8", "replace")) & SECRETS if len(line) >= LONG], name
    paths = {part for name in (*files, *inside) for part in name.split("/")}
    assert not paths & {"solutions", "tests", "checks", "mistakes", "accepted", "submissions", "oracle.py"}


def test_it_holds_the_public_files_of_each_exercise_and_how_to_install(two):
    chosen = [catalogue.find("1"), catalogue.find("3")]
    public = {file.relative_to(ROOT).as_posix() for exercise in chosen for file in public_files(exercise)}
    public |= {told.place(exercise).relative_to(ROOT).as_posix() for exercise in chosen}
    assert len(public) == 10
    (wheel,) = two.glob("*.whl")
    assert names_in(two) == public | {"README.md", "README.ko.md", "pyproject.toml", ".gitignore", wheel.name}
    assert all((two / name).read_bytes() == (ROOT / name).read_bytes() for name in public if not name.endswith(".json"))


def test_a_release_without_names_holds_every_exercise(packed):
    course = {path.name for path in ROOT.glob("exercises/exercise*")}
    assert {path.name for path in packed.glob("exercises/*")} == course


def test_the_wheel_gives_no_exercise_away_early(two):
    carried = {name.split("/")[3] for name in wheel_of(two) if name.startswith("grader/_data/exercises/")}
    assert carried == {path.name for path in two.glob("exercises/*")}


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.ko.md", "ko")])
def test_its_readmes_name_what_is_there(readme, language, two):
    text = (two / readme).read_text("utf-8")
    (wheel,) = two.glob("*.whl")
    assert text.count(f"pip install {wheel.name}\n") == 2, "once for each kind of shell"
    for exercise in (catalogue.find("1"), catalogue.find("3")):
        row = f"| {exercise.title[language]} | `exercises/{exercise.stub.parent.name}/{exercise.stub.name}` |"
        assert row in text.splitlines()
    for command in set(re.findall("`(grade [^`]+)`", text)):
        done = grade(*command.split()[1:], "--help", cwd=two)
        assert done.code == 0, command
    assert bool(HANGUL.search(text.replace("한국어", ""))) == (language == "ko")
    assert "{" not in text and "%" not in text


# A student works with it


def test_a_solved_exercise_gets_all_public_points_and_says_what_is_left(student, two, tmp_path):
    home = shutil.copytree(two, tmp_path / "home")
    shutil.copy(SOLUTION, home / "exercises" / NAME / "exercise03.py")
    out = student.grade("exercise03", cwd=home)
    assert "\npublic checks: 7 of 7; 6.5 more points are decided by hidden checks\n" in out
    assert "\n3.5 of 3.5 points " in out
    listed = student.grade("list", cwd=home).splitlines()
    assert [line.rsplit("  ", 1)[1].strip() for line in listed] == ["-", "3.5 of 3.5 (public)"]
    assert not subprocess.run(["git", "-C", home, "init", "-q"]).returncode
    dirty = subprocess.run(["git", "-C", home, "ls-files", "-o", "--exclude-standard"], capture_output=True, text=True)
    assert not re.search(r"\.grade|\.html|__pycache__", dirty.stdout)


def test_the_wheel_alone_is_enough_in_an_empty_folder(student, tmp_path):
    assert "fill" in student.grade("reset", "exercise03", cwd=tmp_path)
    assert (tmp_path / "exercise03.py").read_bytes() == STUB.read_bytes()
    record = json.loads(student.grade("exercise03", "--json", cwd=tmp_path, expect=1))
    assert (record["score"], record["max_score"], record["not_run_points"]) == (0, 3.5, 6.5)


def test_a_known_mistake_is_named_at_home(student, tmp_path):
    mistake = ROOT / "tests/checks" / NAME / "mistakes/gradient_has_wrong_sign.py"
    said = student.grade("exercise03", mistake, "--lang", "ko", cwd=tmp_path, expect=1)
    assert header(mistake)["ko"] in said


def test_the_own_copy_of_a_release_comes_back_from_the_wheel(student, two, tmp_path):
    home = shutil.copytree(two, tmp_path / "home")
    own = home / "exercises" / NAME / "exercise03.py"
    own.write_text("x = 1\n", encoding="utf-8")
    student.grade("reset", "exercise03", cwd=home)
    assert own.read_bytes() == STUB.read_bytes()
    assert own.with_name("exercise03.before-reset.py").read_text("utf-8") == "x = 1\n"


def test_a_student_of_the_wheel_cannot_release(student, tmp_path):
    student.grade("release", "out", cwd=tmp_path, expect=2)
    assert list(tmp_path.iterdir()) == []


# What stays at home, and what is refused


@pytest.fixture
def exercise(tmp_path) -> Exercise:
    """Exercise 3 in a folder of its own, which a test may spoil."""
    folder = shutil.copytree(STUB.parent, tmp_path / "course" / NAME, ignore=shutil.ignore_patterns("__pycache__"))
    return replace(catalogue.find("3"), stub=folder / "exercise03.py", public_checks=folder / "test_exercise03.py")


def test_what_lies_beside_the_four_files_stays_at_home(exercise, tmp_path):
    folder = exercise.stub.parent
    for litter in ("exercise03.py.old", "exercise03.html", "notes.txt", ".ipynb_checkpoints/x.py", "__pycache__/x.pyc"):
        (folder / litter).parent.mkdir(exist_ok=True)
        (folder / litter).write_text("litter", encoding="utf-8")
    (folder / "link.py").symlink_to(SOLUTION)
    release(tmp_path / "out", [exercise])
    wheel = {Path(name).name for name in wheel_of(tmp_path / "out") if "_data/exercises/" in name}
    assert {path.name for path in (tmp_path / "out/exercises" / NAME).iterdir()} == wheel == {
        "README.md", "README.ko.md", "exercise03.py", "test_exercise03.py", "known_mistakes.json"}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("test_exercise03.py", "from solutions.exercise03 import sigmoid\n", "imports solutions.exercise03, which"),
        ("test_exercise03.py", "import oracle\n", "imports oracle, which students do not have"),
        ("README.ko.md", "see tests/checks\n", "names a hidden file"),
        ("README.md", "see `solutions/`\n", "names a hidden file"),
        ("exercise03.py", "\n\ndef helper():\n    return 1\n", "helper is filled in; bring the stub back"),
        ("exercise03.py", "def\n", "is no Python"),
    ],
)
def test_a_public_file_that_is_not_fit_to_be_is_refused(file, text, words, exercise, tmp_path):
    with (exercise.stub.parent / file).open("a", encoding="utf-8") as stream:
        stream.write(text)
    with pytest.raises(CourseError, match=words):
        release(tmp_path / "out", [exercise])
    assert not (tmp_path / "out").exists()


def test_prose_may_speak_of_solutions(exercise, tmp_path):
    with (exercise.stub.parent / "README.md").open("a", encoding="utf-8") as stream:
        stream.write("There are many solutions. Other answers are accepted, and mistakes are told.\n")
    release(tmp_path / "out", [exercise])


def test_a_link_is_refused(exercise, tmp_path):
    (exercise.stub.parent / "README.md").unlink()
    (exercise.stub.parent / "README.md").symlink_to(SOLUTION)
    with pytest.raises(CourseError, match="is a link"):
        release(tmp_path / "out", [exercise])


@pytest.mark.parametrize("out", ["file", "file.zip", "folder", "folder.zip"])
def test_what_is_there_already_is_never_overwritten(out, tmp_path):
    there = tmp_path / out
    (there / "mine").mkdir(parents=True) if "folder" in out else there.write_text("mine")
    done = grade("release", out, "3", cwd=tmp_path)
    assert_one_line(done)
    assert "is there already; a release overwrites nothing" in done.err
    assert [path.name for path in tmp_path.iterdir()] == [out]


def test_a_folder_that_is_not_there_gets_one_line(tmp_path):
    done = grade("release", "no/out", cwd=tmp_path)
    assert_one_line(done)
    assert "there is no folder" in done.err


def test_an_unknown_exercise_releases_nothing(tmp_path):
    assert_one_line(grade("release", "out", "exercise03", "exercise99", cwd=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_without_what_builds_a_wheel_a_line_says_what_to_install(tmp_path):
    (tmp_path / "broken" / "hatchling").mkdir(parents=True)
    (tmp_path / "broken" / "hatchling" / "__init__.py").write_text('raise ImportError("no hatchling here")')
    done = grade("release", "out", "3", cwd=tmp_path, PYTHONPATH=str(tmp_path / "broken"))
    assert_one_line(done)
    assert "no hatchling here" in done.err and "-m pip install hatchling Babel" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


def test_a_release_keeps_the_language_of_its_course(tmp_path):
    home = tmp_path / "course"
    home.mkdir()
    small_course(home, 'language = "ko"\n')
    assert HANGUL.search(grade("release", "../out", cwd=home).out)
    assert HANGUL.search(grade("list", cwd=tmp_path / "out").out), "the folder is a course, in the course's language"
    assert not HANGUL.search(grade("list", "--lang", "en", cwd=tmp_path / "out").out)
