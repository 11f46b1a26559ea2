"""Exercises are found by their folders, and by whatever a person may call them."""

import pytest

from grader import catalogue, paths
from grader.errors import BrokenCourse, UnknownExercise

FOLDERS = {"exercise01_broadcasting": "Broadcasting", "exercise03_cross_entropy": "Cross-entropy",
           "exercise10_lstm": "LSTM", "exercise100_last": "The last one"}  # fmt: skip


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A tiny checkout, in which the test stands."""
    (tmp_path / "pyproject.toml").write_text("[tool.grade]\n", "utf-8")
    for folder, title in FOLDERS.items():
        place = tmp_path / "exercises" / folder
        place.mkdir(parents=True)
        (place / "README.md").write_text(f"\n# {title}\n\n# Another heading\n", "utf-8")
        (place / "README.ko.md").write_text(f"# 과제 {title}\n", "utf-8")
        number = folder.partition("_")[0]
        (place / f"{number}.py").touch()
        (place / f"test_{number}.py").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_folder_is_an_exercise_in_the_order_of_its_number(checkout):
    found = catalogue.exercises()
    assert [exercise.name for exercise in found] == ["exercise01", "exercise03", "exercise10", "exercise100"]
    assert [exercise.slug for exercise in found] == ["broadcasting", "cross_entropy", "lstm", "last"]


def test_a_title_is_the_first_heading_in_each_language(checkout):
    title = catalogue.find("exercise03").title
    assert (title.en, title.ko) == ("Cross-entropy", "과제 Cross-entropy")


def test_a_readme_from_notepad_has_its_title_too(checkout):
    place = checkout / "exercises/exercise03_cross_entropy/README.ko.md"
    place.write_text("# 교차 엔트로피\r\n", "utf-8-sig")
    assert catalogue.find("exercise03").title.ko == "교차 엔트로피"


def test_a_students_course_has_no_hidden_half(checkout):
    exercise = catalogue.find("exercise03")
    folder = checkout / "exercises/exercise03_cross_entropy"
    assert (exercise.stub, exercise.public_checks) == (folder / "exercise03.py", folder / "test_exercise03.py")
    assert (exercise.hidden_checks, exercise.solution, exercise.oracle) == (None, None, None)


def test_an_instructors_course_has_the_hidden_half(checkout):
    for place in ("solutions/exercise03_cross_entropy/exercise03.py",
                  "tests/checks/exercise03_cross_entropy/test_exercise03.py",
                  "tests/checks/exercise03_cross_entropy/oracle.py"):  # fmt: skip
        (checkout / place).parent.mkdir(parents=True, exist_ok=True)
        (checkout / place).touch()
    exercise = catalogue.find("exercise03")
    assert exercise.solution == checkout / "solutions/exercise03_cross_entropy/exercise03.py"
    assert exercise.hidden_checks == checkout / "tests/checks/exercise03_cross_entropy/test_exercise03.py"
    assert exercise.oracle == checkout / "tests/checks/exercise03_cross_entropy/oracle.py"


@pytest.mark.parametrize(
    "name",
    ["exercise03", "03", "3", "003", "３", "cross_entropy", "cross-entropy", "Cross_Entropy", "EXERCISE03", "exercise03/",
     "exercise03_cross_entropy", "Exercise03-cross-entropy/"],
)  # fmt: skip
def test_an_exercise_answers_to_all_its_names(checkout, name):
    assert catalogue.find(name).name == "exercise03"


@pytest.mark.parametrize(
    "name, near",
    [("exercise3", "exercise03"), ("exercise04", "exercise03"), ("cross_entrpy", "exercise03"), ("crossentropy", "exercise03"),
     ("excercise03", "exercise03"), ("lstn", "exercise10"), ("exercise03.py", "exercise03"),
     ("../exercise03", "exercise03")],
)  # fmt: skip
def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(checkout, name, near):
    with pytest.raises(UnknownExercise) as caught:
        catalogue.find(name)
    assert caught.value.text.en.startswith(f"no exercise called '{name}'; did you mean ")
    assert near in caught.value.text.en and near in caught.value.text.ko


@pytest.mark.parametrize("name", ["99", "", "zebra", "-3", "3.0", "~", "³", "9" * 5000, "\x1b[31m", "{near}"])
def test_a_name_of_nothing_is_answered_with_what_there_is(checkout, name):
    with pytest.raises(UnknownExercise) as caught:
        catalogue.find(name)
    assert "there are exercise01, exercise03, exercise10, exercise100" in caught.value.text.en
    assert "exercise01, exercise03" in caught.value.text.ko
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("folder", ["exercise3_a", "exercise04", "exercise04-a", "Exercise04_a", "exercise04_A", "notes"])
def test_other_folders_are_no_exercises(checkout, folder):
    (checkout / "exercises" / folder).mkdir()
    assert len(catalogue.exercises()) == len(FOLDERS)


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda place: (place / "README.md").write_text("No heading\n#neither\n"), "README.md has no heading"),
        (lambda place: (place / "README.md").write_bytes("# 제목".encode("cp949")), "cannot read"),
        (lambda place: (place / "README.ko.md").unlink(), "README.ko.md: "),
        (lambda place: (place / "test_exercise03.py").unlink(), "test_exercise03.py is missing"),
    ],
)
def test_a_broken_exercise_is_named_with_what_it_lacks(checkout, change, said):
    change(checkout / "exercises/exercise03_cross_entropy")
    with pytest.raises(BrokenCourse) as caught:
        catalogue.exercises()
    assert said in caught.value.text.en
    assert "exercise03_cross_entropy" in caught.value.text.en and "exercise03_cross_entropy" in caught.value.text.ko


def test_a_course_without_exercises_says_where_it_looked(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("[tool.grade]\n")
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BrokenCourse, match="no exercises in") as caught:
        catalogue.exercises()
    assert str(tmp_path / "exercises") in caught.value.text.en


def test_a_course_is_found_from_any_folder_inside_it(checkout, monkeypatch):
    monkeypatch.chdir(checkout / "exercises/exercise03_cross_entropy")
    assert paths.root() == checkout
    assert catalogue.find("3").stub == checkout / "exercises/exercise03_cross_entropy/exercise03.py"


@pytest.mark.parametrize("pyproject", ["", "[tool.other]\n", "[tool.grade\n", "\xff"])
def test_a_folder_whose_pyproject_says_nothing_of_grade_is_no_course(tmp_path, monkeypatch, pyproject):
    (tmp_path / "pyproject.toml").write_text(pyproject, "latin-1")
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path)
    assert paths.root() != tmp_path


def test_a_check_file_belongs_to_the_exercise_whose_folder_it_lies_in(checkout):
    assert catalogue.of_check_file(checkout / "tests/checks/exercise10_lstm/test_exercise10.py").name == "exercise10"
    with pytest.raises(BrokenCourse, match="lies in no exercise's folder"):
        catalogue.of_check_file(checkout / "tests/checks/test_exercise10.py")


def test_two_exercises_of_one_number_are_a_mistake_of_the_courses(checkout):
    (checkout / "exercises" / "exercise03_cross_entropy").rename(checkout / "exercises" / "exercise10_another")
    for file in (checkout / "exercises" / "exercise10_another").glob("*03.py"):
        file.rename(file.with_name(file.name.replace("03", "10")))
    with pytest.raises(BrokenCourse, match="two exercises have one number: exercise10_another, exercise10_lstm"):
        catalogue.find("1")
