"""Preprocessors of `nbgrader autograde`: marks into the check cells, remarks into the gradebook.

nbgrader reads a mark off a cell's output, and takes no output, a text or a negative number for full marks. So every
check cell of ours gets a number; one that the grader has none for is then left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from grader.nbgrader_bridge.submitted import content, spoken
from grader.records import FAILED, LANGUAGES, Result
from grader.transcript import lines_of, points

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

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        found = {cell.metadata.nbgrader.grade_id: ask for cell in nb.cells if (ask := _asked(cell)) is not None}
        if not found:
            return super().preprocess(nb, resources)
        results = {ask.exercise: self._result(ask, resources["nbgrader"]) for ask in found.values()}
        marks = {}
        for cell in nb.cells:
            ask = found.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if ask is not None:
                mark = _mark(ask, results[ask.exercise], float(cell.metadata.nbgrader.points))
                marks[ask.name] = mark
                cell.outputs = _outputs(mark, spoken(self.config))
        resources[MARKS] = marks
        return nb, resources

    def _result(self, ask: Asked, facts: dict[str, str]) -> Result:
        course = self.parent.parent.coursedir
        folder = Path(course.format_path(course.submitted_directory, facts["student"], facts["assignment"]))
        file = submitted_file(folder, ask, facts["notebook"])
        answer = Answer(facts["assignment"], ask.exercise, facts["student"], file.name, content(file))
        return marker(Path(course.root), self.unsafe).result(answer)


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
                        cell.outputs = [output for output in cell.outputs if output.output_type != "execute_result"]
            answers = {cell.metadata.nbgrader.grade_id for cell in nb.cells if is_solution(cell)}
            for mark in marks.values():
                if mark.asked.function and solution(mark.asked.function) in answers:
                    comment = gradebook.find_comment(solution(mark.asked.function), *whose)
                    comment.auto_comment = comment.auto_comment or remark(mark, spoken(self.config))
            gradebook.db.commit()
        return nb, resources


def submitted_file(folder: Path, ask: Asked, notebook: str) -> Path:
    """Return the file that a student answers in."""
    return folder / (ask.file or f"{notebook}.ipynb")


def remark(mark: Mark, language: str) -> str | None:
    """Return what is said beside an answer: each check that it fails, the likely cause, the hint. None where it is right."""
    lines = []
    if mark.points is None:
        lines.append(both("The grader failed here, not the answer: somebody has to look at it."))
    for check in mark.result.checks:
        if check.outcome in FAILED:
            lines.append(both("- {title} ({points})", title=check.title, points=points(check)))
            if check.diagnosis is not None:
                lines.append(both("  - likely cause: {diagnosis}", diagnosis=check.diagnosis))
            if check.hint is not None:
                lines.append(both("  - hint: {hint}", hint=check.hint))
    return "\n".join(line[language] for line in lines) or None


def _asked(cell: NotebookNode) -> Asked | None:
    if cell.cell_type != "code" or not is_grade(cell) or is_solution(cell):
        return None
    return asked(cell.metadata.nbgrader.grade_id, cell.source)


def _mark(ask: Asked, result: Result, worth: float) -> Mark:
    """Return the share of the cell's own points that its checks came to: an instructor may have changed what it is worth."""
    part = of_function(result, ask.function)
    if worth == 0:
        return Mark(ask, 0.0, part)
    if part.score is None or not part.max_score:
        return Mark(ask, None, part)
    return Mark(ask, min(worth, round(worth * part.score / part.max_score, 6)), part)


def _outputs(mark: Mark, language: str) -> list[NotebookNode]:
    """Return what stands below a check cell: the report, then the number that nbgrader reads."""
    page = fragment(mark.result, mark.asked.function, language)
    shown = {"text/html": page, "text/plain": "\n".join(lines_of(mark.result.checks, mark.result, language))}
    number = repr(float(mark.points or 0))
    return [new_output("display_data", data=shown), new_output("execute_result", data={"text/plain": number})]
