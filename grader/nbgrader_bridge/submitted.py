"""Read what a student handed in, for nbgrader: the released cells as they were, and the student's between them.

nbgrader itself believes a notebook's metadata, gives up on what it cannot read, and shows markdown and raw cells as
they are, scripts and all. So a notebook with checks of ours is made anew here: names, points and check cells come from
the gradebook, of the student only the text of cells is kept, and none of it acts in an instructor's browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config

from grader import collect, notebooks
from grader.errors import MissingFile
from grader.i18n import both, choose_language
from grader.intake.refusals import TooLarge, Unfit
from grader.nbgrader_bridge import slots
from grader.nbgrader_bridge.cells import METADATA
from grader.nbgrader_bridge.slots import Slot
from grader.notebooks import Cell
from grader.records import inert

MAX_COLUMNS = 100
"""Of what is shown as it was typed; longer lines are broken."""


class Submitted(NotebookExporter):
    """Reads a submission for `nbgrader autograde`; a notebook without checks of ours is nbgrader's own business."""

    read: Rebuilt | None = None
    """The last one with checks of ours; SandboxedGrade grades it."""

    def from_filename(self, filename: str, resources: dict | None = None, **more: Any) -> tuple[NotebookNode, dict]:
        facts = resources["nbgrader"]
        known = self._slots(facts["assignment"], facts["notebook"]) if self.parent._sanitizing else ()
        if not any(slot.asked for slot in known):
            return super().from_filename(filename, resources, **more)
        self.read = rebuilt(Path(filename), known, spoken(self.config))
        return self.from_notebook_node(self.read.notebook, resources, **more)

    def _slots(self, assignment: str, notebook: str) -> tuple[Slot, ...]:
        course = self.parent.coursedir
        with Gradebook(course.db_url, course.course_id) as gradebook:
            try:
                return slots.of_notebook(gradebook, assignment, notebook)
            except MissingEntry:
                return ()


@dataclass(frozen=True)
class Rebuilt:
    """A notebook as an instructor gets to see it, and the bytes that are graded: the same cells, if it could be read."""

    notebook: NotebookNode
    content: bytes
    too_large: bool = False
    """Whether it was not read for its size alone: that is no reason for a zero."""


def spoken(config: Config) -> str:
    """Return the language of what is written into notebooks, by nbgrader_config.py, else the course's."""
    return config.SandboxedGrade.get("language") or choose_language(None)


def content(file: Path) -> bytes:
    """Return what a student has handed in; nothing where that is missing, or no file, or a link to somebody else's."""
    try:
        return b"" if file.is_symlink() or file.parent.is_symlink() else collect.content(file)
    except MissingFile:
        return b""


def rebuilt(file: Path, known: Sequence[Slot], language: str) -> Rebuilt:
    """Read a submitted file: every released cell is in the notebook that comes of it, whatever the file holds."""
    found = content(file)
    try:
        notebook = _notebook([_cell(*one, language) for one in _placed(notebooks.cells(found), known)])
    except Unfit as unfit:
        note = new_markdown_cell(f"**{inert(file.name)}** {unfit.problem[language]}")
        cells = [note, *(_cell(*one, language) for one in _placed([], known))]
        return Rebuilt(_notebook(cells), found, isinstance(unfit, TooLarge))
    return Rebuilt(notebook, _graded(notebook))


def _graded(notebook: NotebookNode) -> bytes:
    """Return a notebook's code without what no mark depends on: points, say, which an instructor may change."""
    told = ("grade_id", "grade", "solution")
    cells = [
        {"cell_type": cell.cell_type, "source": cell.source,
         "metadata": {"nbgrader": {name: value for name, value in cell.metadata.get("nbgrader", {}).items() if name in told}}}
        for cell in notebook.cells if cell.cell_type == "code"
    ]  # fmt: skip
    return json.dumps({"cells": cells}, ensure_ascii=False).encode()


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    for number, cell in enumerate(cells, 1):
        cell.id = f"cell-{number}"
    return new_notebook(cells=cells, metadata=METADATA)


def _placed(handed_in: Sequence[Cell], known: Sequence[Slot]) -> list[tuple[Slot | None, Cell | None]]:
    """Return the cells as they were handed in, each with the released cell that it is: of copies, the last one is it.

    A released cell that is missing stands below the one that it was released below.
    """
    by_name = {slot.name: slot for slot in known}
    last = {cell.name: number for number, cell in enumerate(handed_in) if cell.name in by_name}
    placed: list[tuple[Slot | None, Cell | None]] = [
        (by_name[cell.name] if last.get(cell.name) == number else None, cell) for number, cell in enumerate(handed_in)
    ]
    for before, slot in zip((None, *known), known, strict=False):
        if slot.name not in last:
            there = [one for one, _ in placed]
            placed.insert(there.index(before) + 1 if before else 0, (slot, None))
    return placed


def _cell(slot: Slot | None, cell: Cell | None, language: str) -> NotebookNode:
    if slot is None:
        return new_code_cell(cell.source) if cell.kind == "code" else _shown(cell.source)
    make = new_code_cell if slot.kind == "code" else new_markdown_cell
    return make(_source(slot, cell, language), metadata={"nbgrader": slot.metadata})


def _source(slot: Slot, cell: Cell | None, language: str) -> str:
    """Return what a released cell says: as it was released, or in an answer's place what was handed in."""
    if not slot.solution or (cell is not None and cell.source == slot.source):
        return slot.source
    if cell is None:
        words = both("this cell was not handed in")[language]
        return f"# {words}" if slot.kind == "code" else words
    return cell.source if slot.kind == "code" else fenced(cell.source)


def _shown(text: str) -> NotebookNode:
    return new_markdown_cell(fenced(text))


def fenced(text: str) -> str:
    """Return Markdown that shows a text as it was typed. In a code block no tag, link or formula comes to life."""
    lines = [part for line in text.split("\n") for part in wrap(line, MAX_COLUMNS, drop_whitespace=False) or [""]]
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return "\n".join([fence, *lines, fence])
