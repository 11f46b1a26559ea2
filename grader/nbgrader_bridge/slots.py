"""The cells of a released notebook as the gradebook keeps them: the only copy that no student can write to."""

from __future__ import annotations

from dataclasses import dataclass

from nbgrader.api import Gradebook, Notebook

from grader.nbgrader_bridge.cells import Asked, asked


@dataclass(frozen=True)
class Slot:
    """A cell that nbgrader knows by its name. `points` is None for one that is not graded."""

    name: str
    kind: str
    """code or markdown, as nbformat's cell_type."""
    source: str
    """What it said when it was released."""
    checksum: str
    locked: bool
    solution: bool
    task: bool
    points: float | None

    @property
    def metadata(self) -> dict[str, object]:
        """What stands in the cell's metadata under nbgrader, by version 3 of its schema."""
        facts = {"grade_id": self.name, "schema_version": 3, "cell_type": self.kind, "checksum": self.checksum,
                 "grade": self.points is not None and not self.task, "solution": self.solution, "locked": self.locked,
                 "task": self.task}  # fmt: skip
        return facts if self.points is None else facts | {"points": self.points}

    @property
    def asked(self) -> Asked | None:
        """What a check cell of ours asks for; None for any other cell."""
        is_check = self.kind == "code" and self.points is not None and not self.solution
        return asked(self.source) if is_check else None


def of_notebook(gradebook: Gradebook, assignment: str, notebook: str) -> tuple[Slot, ...]:
    """Return the named cells of a notebook, in its order. nbgrader's MissingEntry where there is no such notebook."""
    return _slots(gradebook.find_notebook(notebook, assignment))


def of_assignment(gradebook: Gradebook, assignment: str) -> dict[str, tuple[Slot, ...]]:
    """Return the named cells of each notebook of an assignment. MissingEntry where it was never generated."""
    return {notebook.name: _slots(notebook) for notebook in gradebook.find_assignment(assignment).notebooks}


def _slots(notebook: Notebook) -> tuple[Slot, ...]:
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    return tuple(
        Slot(cell.name, cell.cell_type, cell.source, cell.checksum, cell.locked, cell.name in solutions,
             cell.name in tasks, points.get(cell.name))
        for cell in notebook.source_cells
    )  # fmt: skip
