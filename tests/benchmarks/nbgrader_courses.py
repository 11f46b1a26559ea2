"""Two courses of exercise03 on nbgrader: one as an instructor writes it for stock nbgrader, and one with our grader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat

from tests.grader.nbgrader_class import ASSIGNMENT, Student

STOCK = """\
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Execute.timeout = 20
"""

CHECKS = {
    "sigmoid": """\
got = sigmoid(torch.tensor([0.0, 1.0, -2.0]))
assert torch.allclose(got, torch.tensor([0.5, 0.7310586, 0.1192029]), atol=1e-6)
### BEGIN HIDDEN TESTS
got = sigmoid(torch.tensor([[-1000.0, 3.0], [1000.0, -3.0]]))
assert torch.allclose(got, torch.tensor([[0.0, 0.9525741], [1.0, 0.0474259]]), atol=1e-6)
### END HIDDEN TESTS""",
    "binary_cross_entropy": """\
y = torch.tensor([1.0, 0.0, 1.0])
assert torch.allclose(binary_cross_entropy(torch.tensor([0.9, 0.2, 0.6]), y), torch.tensor(0.2797766), atol=1e-6)
### BEGIN HIDDEN TESTS
got = binary_cross_entropy(torch.tensor([[1.0, 0.3], [0.0, 0.5]]), torch.tensor([[0.0, 1.0], [0.0, 0.0]]))
assert torch.allclose(got, torch.tensor(25.4742799), atol=1e-4)
try:
    binary_cross_entropy(torch.rand(3), torch.rand(3, 1))
except ValueError:
    pass
else:
    raise AssertionError("shapes that differ")
### END HIDDEN TESTS""",
    "binary_cross_entropy_with_logits": """\
z, y = torch.tensor([0.0, 1.0, -2.0]), torch.tensor([1.0, 0.0, 1.0])
assert torch.allclose(binary_cross_entropy_with_logits(z, y), torch.tensor(1.3777790), atol=1e-6)
### BEGIN HIDDEN TESTS
got = binary_cross_entropy_with_logits(torch.tensor([1000.0, -1000.0]), torch.tensor([0.0, 0.0]))
assert torch.allclose(got, torch.tensor(500.0))
### END HIDDEN TESTS""",
    "binary_cross_entropy_gradient": """\
z, y = torch.tensor([0.0, 1.0, -2.0]), torch.tensor([1.0, 0.0, 1.0])
want = torch.tensor([-0.1666667, 0.2436862, -0.2935990])
assert torch.allclose(binary_cross_entropy_gradient(z, y), want, atol=1e-6)
### BEGIN HIDDEN TESTS
got = binary_cross_entropy_gradient(torch.tensor([[1000.0, -1000.0]]), torch.tensor([[0.0, 0.5]]))
assert torch.allclose(got, torch.tensor([[0.5, -0.25]]))
### END HIDDEN TESTS""",
    "predict": """\
z = torch.tensor([-1.0, 0.0, 2.0])
assert torch.equal(predict(z), torch.tensor([0.0, 1.0, 1.0]))
### BEGIN HIDDEN TESTS
assert torch.equal(predict(z, threshold=0.7), torch.tensor([0.0, 0.0, 1.0]))
### END HIDDEN TESTS""",
}


def ours(course: Path) -> None:
    """Make a course with our grader, as its instructor does."""
    run("grade", "nbgrader", "init", course.name, cwd=course.parent)
    run("grade", "nbgrader", "source", ASSIGNMENT, cwd=course)
    run("nbgrader", "generate_assignment", ASSIGNMENT, cwd=course)


def stock(course: Path, pattern: Path) -> None:
    """Make a course as nbgrader has it, of the cells of ours, but with asserts in the check cells."""
    notebook = nbformat.read(pattern / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    for name, source in CHECKS.items():
        next(cell for cell in notebook.cells if cell.id == f"check-{name}"[:64]).source = source
    notebook.cells = [cell for cell in notebook.cells if cell.id != f"check-{ASSIGNMENT}"]
    file = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    file.parent.mkdir(parents=True)
    nbformat.write(notebook, file)
    (course / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
    run("nbgrader", "generate_assignment", ASSIGNMENT, cwd=course)


def hand_in(course: Path, students: Iterable[Student]) -> None:
    """Put what each hands in where `nbgrader collect` would."""
    released = json.loads((course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8"))
    for student in students:
        folder = course / "submitted" / student.name / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(student.hand_in(released))


def run(command: str, *words: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run `grade` or `nbgrader` in a course's folder."""
    # a new gradebook asks alembic for its version, by name
    here = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "LANG": "C.UTF-8"}
    started = [str(here / command), *words]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(started, cwd=cwd, env=environment, check=False, **streams)
    if check and done.returncode:
        raise SystemExit(f"{' '.join([command, *words])}: exit status {done.returncode}\n{done.stdout}")
    return done
