"""Preprocessors of `nbgrader autograde`: marks into the check cells, remarks into the gradebook.

nbgrader reads a mark off a cell's output, and takes no output, a text or a negative number for full marks. So every
check cell of ours gets a number; one that the grader has none for is then left to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool, Enum

from grader.cell_page import fragment, of_function
from grader.i18n import both
from grader.nbgrader_bridge.cells import Asked, asked, solution
from grader.nbgrader_bridge.marker import Answer, marker
from grader.nbgrader_bridge.submitted import Rebuilt, content, spoken
from grader.records import FAILED, LANGUAGES, Result
from grader.transcript import outcome_words, points

MARKS = "grader"
"""Where in nbgrader's resources the marks of a notebook are handed on to SaveRemarks."""


@dataclass(frozen=True)
class Mark:
    """What a check cell is worth: points of the cell's own, None where the grader could not tell; and why."""

    asked: Asked
    points: float | None
    result: Result
    """The checks that decide it."""


class SandboxedGrade(Execute):
    """Gives each check cell of ours its mark, by all checks, in a sandbox. Any other notebook is executed, as ever."""

    unsafe = Bool(False, help="Grade even where there is no sandbox: every submission can be trusted.").tag(config=True)

    language = Enum(LANGUAGES, None, allow_none=True, help="The language of reports and remarks.").tag(config=True)

    def __call__(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Work under --no-execute, too, which switches Execute off: a check cell without an output gets full points."""
        work = self.preprocess if any(map(_asked, nb.cells)) else super().__call__
        return work(nb, resources)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        found = {cell.metadata.nbgrader.grade_id: ask for cell in nb.cells if (ask := _asked(cell)) is not None}
        if not found:
            return super().preprocess(nb, resources)
        asks = {ask.exercise: ask for ask in found.values()}
        results = {exercise: self._result(ask, resources["nbgrader"]) for exercise, ask in asks.items()}
        marks = {}
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in found:
                mark = _mark(found[name], results[found[name].exercise], float(cell.metadata.nbgrader.points))
                unread = self.parent.read.too_large and not mark.asked.file
                marks[name] = replace(mark, points=None) if unread else mark
                cell.outputs = [_output(marks[name], spoken(self.config))]
        resources[MARKS] = marks
        return nb, resources

    def _result(self, ask: Asked, facts: dict[str, str]) -> Result:
        course = self.parent.parent.coursedir
        folder = Path(course.format_path(course.submitted_directory, facts["student"], facts["assignment"]))
        name, found = answer(ask, folder, facts["notebook"], self.parent.read)
        told = Answer(facts["assignment"], ask.exercise, facts["student"], name, found)
        return marker(Path(course.root), self.unsafe).result(told)


class SaveRemarks(NbGraderPreprocessor):
    """Writes what a mark comes from beside each answer, and leaves to a person what no check of ours decides."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        marks: dict[str, Mark] = resources.pop(MARKS, {})
        if not marks:
            return nb, resources
        facts, course = resources["nbgrader"], self.parent.parent.coursedir
        whose = facts["notebook"], facts["assignment"], facts["student"]
        with Gradebook(course.db_url, course.course_id) as gradebook:
            for cell in nb.cells:
                if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
                    name = cell.metadata.nbgrader.grade_id
                    if name not in marks or marks[name].points is None:
                        grade = gradebook.find_grade(name, *whose)
                        grade.auto_score, grade.needs_manual_grade = None, True
                        for output in cell.outputs:
                            output.data["text/plain"] = ""
            answers = {cell.metadata.nbgrader.grade_id for cell in nb.cells if is_solution(cell)}
            for mark in marks.values():
                if mark.asked.function and solution(mark.asked.function) in answers:
                    comment = gradebook.find_comment(solution(mark.asked.function), *whose)
                    comment.auto_comment = comment.auto_comment or remark(mark, spoken(self.config))
            gradebook.db.commit()
        return nb, resources


def answer(ask: Asked, folder: Path, notebook: str, read: Rebuilt) -> tuple[str, bytes]:
    """Return the name and the content of what a student answers in: a file beside the notebook, or the notebook."""
    return (ask.file, content(folder / ask.file)) if ask.file else (f"{notebook}.ipynb", read.content)


def remark(mark: Mark, language: str) -> str | None:
    """Return what is said beside an answer, as Markdown; None where it is right.

    Nothing of a student's is in it: nbgrader's pages bring every tag in a remark to life.
    """
    if mark.points is None:
        return both("The grader failed here, not the answer: somebody has to look at it.")[language]
    if mark.result.useless:
        return both("The file could not be used; the report below says why.")[language]
    words, lines = outcome_words(), []
    for check in mark.result.checks:
        if check.outcome in (*FAILED, "skipped"):
            lines.append(both("- {outcome} {title} ({points})", outcome=words[check.outcome], title=check.title,
                              points=points(check)))  # fmt: skip
        if check.outcome == "not_allowed":
            lines.append(both("    - {message}", message=check.message))
        if check.outcome in FAILED:
            if check.diagnosis is not None:
                lines.append(both("    - likely cause: {diagnosis}", diagnosis=check.diagnosis))
            if check.hint is not None:
                lines.append(both("    - hint: {hint}", hint=check.hint))
    return "\n".join(_plain(line[language]) for line in lines) or None


def _plain(line: str) -> str:
    """Return a line in which Markdown finds nothing but what stands at its beginning."""
    return re.sub(r"([*<])", r"\\\1", line)


def _asked(cell: NotebookNode) -> Asked | None:
    if cell.cell_type != "code" or not is_grade(cell) or is_solution(cell):
        return None
    return asked(cell.source)


def _mark(ask: Asked, result: Result, worth: float) -> Mark:
    """Return the share of the cell's own points that its checks came to: an instructor may have changed what it is worth."""
    part = of_function(result, ask.function)
    if worth == 0:
        return Mark(ask, 0.0, part)
    if part.score is None or not part.max_score:
        return Mark(ask, None, part)
    return Mark(ask, min(worth, round(worth * part.score / part.max_score, 6)), part)


def _output(mark: Mark, language: str) -> NotebookNode:
    """Return what stands below a check cell: the report, and for nbgrader, which reads the plain text, the number."""
    page = fragment(mark.result, mark.asked.function, language)
    return new_output("execute_result", data={"text/html": page, "text/plain": repr(float(mark.points or 0))})
