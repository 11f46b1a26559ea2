"""Source notebooks: what a student gets is the stub in cells, each point is a check's, and nothing hidden is in it."""

import re
import shutil

import nbformat
import pytest

from grader import catalogue
from grader.errors import BrokenCourse, OutputUnwritable
from grader.nbgrader_bridge import source
from grader.nbgrader_bridge.cells import Asked, asked
from grader.nbgrader_bridge.split import BEGIN, END, split

from .terminal import grade

EXERCISES = catalogue.exercises()


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """The sources of the whole course, in English, and those of exercise03 in Korean as a .py file."""
    folder = tmp_path_factory.mktemp("sources")
    said = [line.en for line in source.write(EXERCISES, folder / "en", "en", as_file=False)]
    said += [line.en for line in source.write([catalogue.find("3")], folder / "ko", "ko", as_file=True)]
    assert all(line.endswith(" is written") for line in said) and len(said) == len(EXERCISES) + 2
    return folder


def cells_of(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_a_notebook_has_a_solution_and_a_check_for_each_function_and_ten_points(sources, exercise):
    cells = cells_of(sources / "en" / exercise.name / f"{exercise.name}.ipynb")
    functions = [name.removeprefix("solution-") for name in cells if name.startswith("solution-")]
    assert functions == re.findall(r"^(?:def|class) (\w+)", exercise.stub.read_text("utf-8"), re.MULTILINE)
    assert all(f"check-{name}" in cells for name in functions)
    worth = [cell.metadata.nbgrader.points for cell in cells.values() if cell.metadata.nbgrader.grade]
    assert sum(worth) == pytest.approx(10) and min(worth[:-1]) > 0 and worth[-1] == 0
    for name, cell in cells.items():
        facts = cell.metadata.nbgrader
        assert facts.solution == name.startswith("solution-") and facts.locked == (not facts.solution)
        assert (BEGIN in cell.source) == facts.solution == (END in cell.source)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_nothing_hidden_is_in_a_source(sources, exercise):
    text = (sources / "en" / exercise.name / f"{exercise.name}.ipynb").read_text("utf-8")
    hidden = re.findall(r"^def (test_\w+)", exercise.hidden_checks.read_text("utf-8"), re.MULTILINE)
    assert hidden and not any(name in text for name in hidden)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_without_its_solutions_a_notebook_says_what_the_stub_says(exercise):
    parts = split(exercise.stub, exercise.solution)
    bodies = re.compile(rf"^ *{BEGIN}\n.*?^ *{END}\n?", re.MULTILINE | re.DOTALL)
    stub = re.sub(r"^ *raise NotImplementedError\(.*\n?", "", exercise.stub.read_text("utf-8"), flags=re.MULTILINE)
    released = "\n".join([parts.top, *(bodies.sub("", f"{cell}\n") for cell in parts.cells.values())])
    assert re.sub(r"\s+", " ", released).strip() in re.sub(r"\s+", " ", stub)


def test_the_same_exercise_gives_the_same_bytes_and_what_somebody_has_edited_stays(sources, tmp_path):
    shutil.copytree(sources / "en" / "exercise03", tmp_path / "exercise03")
    [said] = source.write([catalogue.find("3")], tmp_path, "en", as_file=False)
    assert said.en.endswith("is as it should be")
    place = tmp_path / "exercise03" / "exercise03.ipynb"
    assert place.read_bytes() == (sources / "en/exercise03/exercise03.ipynb").read_bytes()
    place.write_text("mine", "utf-8")
    with pytest.raises(OutputUnwritable, match="differs"):
        list(source.write([catalogue.find("3")], tmp_path, "en", as_file=False))
    assert place.read_text("utf-8") == "mine"


def test_where_a_file_is_the_answer_the_notebook_only_checks_it_in_korean(sources):
    cells = cells_of(sources / "ko/exercise03/exercise03.ipynb")
    assert (sources / "ko/exercise03/exercise03.py").read_bytes() == catalogue.find("3").stub.read_bytes()
    assert not any(cell.metadata.nbgrader.solution for cell in cells.values())
    assert 'check("exercise03", "exercise03.py", "sigmoid")' in cells["check-sigmoid"].source
    assert re.search("[가-힣]", cells["text"].source)


@pytest.mark.parametrize(
    "ask", [Asked("exercise03", "sigmoid"), Asked("exercise12", None), Asked("exercise03", "f_2", "exercise03.py")]
)
def test_a_check_cell_is_known_again_by_what_it_says(ask):
    assert asked(ask.source) == ask
    assert asked(ask.source.replace('"', "'").replace("from", "# mine\nfrom") + ";  # it is") == ask, "however it is written"
    for other in (ask.source.replace("check(", "print("), ask.source + "\nx = 1", "check(", 'check("bash", globals())', "check()", ""):
        assert asked(other) is None


def test_without_hidden_checks_no_source_is_written(course, tmp_path):
    course.public("def test_it(student, device):\n    pass\n")
    with pytest.raises(BrokenCourse, match="no hidden checks"):
        list(source.write([catalogue.find("1")], tmp_path / "out", "en", as_file=False))


def test_a_method_that_only_the_reference_has_is_refused(tmp_path):
    (tmp_path / "stub.py").write_text('"""S."""\n\n\nclass A:\n    def f(self):\n        raise NotImplementedError\n')
    (tmp_path / "full.py").write_text('"""S."""\n\n\nclass A:\n    def f(self):\n        pass\n\n    def g(self):\n        pass\n')
    with pytest.raises(BrokenCourse, match="the method g"):
        split(tmp_path / "stub.py", tmp_path / "full.py")


def test_helpers_and_imports_of_the_reference_go_where_they_are_used():
    cells = split(catalogue.find("5").stub, catalogue.find("5").solution).cells
    assert "    import math\n" in cells["conv_parameter_count"] and "import math" not in cells["same_padding"]
    assert "    def _pair(" in cells["conv2d_output_shape"]


def test_a_source_is_made_in_a_course_only(tmp_path):
    done = grade("nbgrader", "source", "exercise03", cwd=tmp_path)
    assert done.code == 2 and "no nbgrader_config.py here" in done.err and not list(tmp_path.iterdir())
    done = grade("nbgrader", "source", cwd=tmp_path)
    assert done.code == 2 and "--all" in done.err
