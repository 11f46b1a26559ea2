"""Write the source notebooks of a course, from which `nbgrader generate_assignment` makes what students get.

The same exercise gives the same bytes. Hidden checks are run here, to know what each function is worth, and go nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.collect import as_submission
from grader.desk import put, readme
from grader.errors import BrokenCourse, OutputUnwritable
from grader.i18n import both
from grader.intake.records import HandedIn
from grader.nbgrader_bridge.cells import METADATA, Asked, solution
from grader.nbgrader_bridge.split import split
from grader.records import Exercise, Result, Text, inert
from grader.run import grade
from grader.sandbox import launch
from grader.sandbox.launch import Launcher

SEED = 0


def write(exercises: Iterable[Exercise], folder: Path, language: str, as_file: bool) -> Iterator[Text]:
    """Write each exercise's assignment below a course's folder of sources, and say what became of it.

    `as_file`: students write exerciseNN.py, and the notebook beside it holds the checks only. BrokenCourse where an
    exercise has no reference and hidden checks, or they do not agree; OutputUnwritable where something else lies there.
    """
    launcher = launch.start(ahead=True)
    try:
        for exercise in exercises:
            if exercise.solution is None or exercise.hidden_checks is None:
                words = both("{exercise} has no hidden checks here; sources are made in the course's own checkout",
                             exercise=exercise.name)  # fmt: skip
                raise BrokenCourse(words)
            yield from _written(folder / exercise.name, _files(exercise, launcher, language, as_file))
    finally:
        launcher.close()


def _files(exercise: Exercise, launcher: Launcher, language: str, as_file: bool) -> dict[str, bytes]:
    parts = split(exercise.stub, exercise.solution)
    file = exercise.stub.name if as_file else None
    cells = [_markdown("text", _text(exercise, language, as_file))]
    if not as_file and parts.top:
        cells.append(_code("top", parts.top, locked=True))
    if not as_file:
        cells.append(_markdown("answers", _how_to_answer(language)))
    answers = [] if as_file else [_code(solution(name), source, solution=True) for name, source in parts.cells.items()]
    points = _points(exercise, launcher, cells + answers)
    for number, name in enumerate(parts.cells):
        cells += answers[number : number + 1]
        asked = Asked(exercise.name, name, file)
        cells.append(_code(asked.name, asked.source, grade=True, locked=True, points=points[name]))
    whole = Asked(exercise.name, None, file)
    cells.append(_code(whole.name, whole.source, grade=True, locked=True, points=0))
    notebook = new_notebook(cells=cells, metadata=METADATA)
    files = {f"{exercise.name}.ipynb": nbformat.writes(notebook).encode() + b"\n"}
    return files | ({file: exercise.stub.read_bytes()} if as_file else {})


def _points(exercise: Exercise, launcher: Launcher, cells: list[nbformat.NotebookNode]) -> Counter[str]:
    """Return what the checks of each function come to, as they are seen to judge the very cells that are written."""
    if any(cell.metadata.nbgrader.solution for cell in cells):
        content, name = nbformat.writes(new_notebook(cells=cells)).encode(), f"{exercise.name}.ipynb"
    else:
        content, name = exercise.solution.read_bytes(), exercise.solution.name
    results: list[Result] = []
    grade(exercise, [as_submission(HandedIn(PurePosixPath(name), content, None), "")], launcher, results.append, SEED)
    if not results[0].full_marks:
        words = both("the reference of {exercise} does not get full marks; `grade verify {exercise}` says why",
                     exercise=exercise.name)  # fmt: skip
        raise BrokenCourse(words)
    points: Counter[str] = Counter()
    for check in results[0].checks:
        points[check.functions[0]] += check.max_score
    return Counter({name: round(worth, 6) for name, worth in points.items()})


def _text(exercise: Exercise, language: str, as_file: bool) -> str:
    """Return the exercise's text without its last section, which says how to run what is no notebook."""
    text = readme(exercise, language).read_text(encoding="utf-8-sig").rsplit("\n## ", 1)[0].strip()
    return text if as_file else text.replace(f"`{exercise.stub.name}`", both("this notebook")[language])


def _how_to_answer(language: str) -> str:
    return both("""## Your answers

- Write each function into the cell made for it, in the place of `raise NotImplementedError()`.
- Run the check cell below it: it runs the public checks, as often as you like, and says what is wrong.
- Helper functions, imports and notes of your own may stand in any cell. What a magic command does is not graded.
- Hidden checks decide the rest of the points once you have handed the notebook in.""")[language]


def _code(name: str, source: str, **facts: object) -> nbformat.NotebookNode:
    return new_code_cell(source, id=name[:64], metadata={"nbgrader": _facts(name, facts)})


def _markdown(name: str, source: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source, id=name, metadata={"nbgrader": _facts(name, {"locked": True})})


def _facts(name: str, more: dict[str, object]) -> dict[str, object]:
    """Return a cell's metadata, by version 3 of nbgrader's schema."""
    kind = {"grade": False, "solution": False, "locked": False, "task": False} | more
    return {"grade_id": name, "schema_version": 3} | kind


def _written(folder: Path, files: dict[str, bytes]) -> Iterator[Text]:
    """Write an assignment's files; OutputUnwritable where one that is there says something else."""
    for name, content in files.items():
        place = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                put(place, content)
                yield both("{file} is written", file=inert(str(place)))
            elif place.read_bytes() == content:
                yield both("{file} is as it should be", file=inert(str(place)))
            else:
                words = both("{file} is there and differs: somebody has edited it, or the exercise has changed. "
                             "Move it away to have it written anew", file=inert(str(place)))  # fmt: skip
                raise OutputUnwritable(words)
        except OSError as error:
            words = both("cannot write {file}: {error}", file=inert(str(place)), error=error.strerror)
            raise OutputUnwritable(words) from None
