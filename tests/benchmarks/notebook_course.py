"""The same checks where nbgrader runs them: in cells of the student's notebook, in a kernel that is started for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ASSIGNMENT = "exercise03"

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "bench"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
"""

CHECKING = """
import sys
sys.path.insert(0, {here!r})
import classes, torch
from pathlib import Path
torch.set_num_threads(1)
checks = {{check.__name__: check for path in {paths!r} for check in classes._checks(Path(path))}}
reference = classes._names(Path({solution!r}).read_text(encoding="utf-8"))
"""

ONE_CHECK = "classes.one(checks[{name!r}], globals(), reference)"


def lay_out(course: Path, checks: dict[Path, list[str]], solution: Path, answers: Iterable[str]) -> int:
    """Make a course whose students have handed these answers in, and return how many they are."""
    notebook = new_notebook(cells=[_cell("solution", "### BEGIN SOLUTION\n### END SOLUTION", solution=True, grade=False)])
    words = CHECKING.format(here=str(Path(__file__).parent), paths=[str(path) for path in checks], solution=str(solution))
    notebook.cells.append(_cell("checking", words, solution=False, grade=False))
    for name in (name for names in checks.values() for name in names):
        notebook.cells.append(_cell(name, ONE_CHECK.format(name=name), solution=False, grade=True))
    _write(notebook, course / "source" / ASSIGNMENT)
    (course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    nbgrader(course, "generate_assignment", ASSIGNMENT)
    released = course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    count = 0
    for count, source in enumerate(answers, 1):
        mine = nbformat.read(released, as_version=4)
        mine.cells[0].source = source
        _write(mine, course / "submitted" / f"student{count}" / ASSIGNMENT)
    return count


def nbgrader(course: Path, *words: str) -> None:
    # it calls alembic by its name
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = (sys.executable, "-m", "nbgrader", *words)
    subprocess.run(words, cwd=course, check=True, capture_output=True, env=os.environ | {"PATH": path})


def _cell(name: str, source: str, solution: bool, grade: bool) -> nbformat.NotebookNode:
    facts = {"grade_id": name, "solution": solution, "grade": grade, "locked": not solution, "schema_version": 3,
             "task": False, "points": int(grade)}  # fmt: skip
    return new_code_cell(source, metadata={"nbgrader": facts})


def _write(notebook: nbformat.NotebookNode, folder: Path) -> None:
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")
