"""Read the code out of a notebook that somebody handed in, and find the cell again that a line stands in.

A notebook is JSON of a stranger's. Nothing in it is parsed as Python here or run: its code cells are joined into one
source text, and with it goes the list of the lines at which they begin. The worker parses and runs it cell by cell
(`sandbox.cells`, `sandbox.needs`), and says a line of the joined text wherever it says one of a file.

Where a cell begins is told apart from the text, and not by a marker in it, because a student may write any marker.

nbgrader marks its cells. A cell whose `grade_id` is "solution-NAME" is NAME's home, with what stands between it and the
check cell below it: what they define is what that check saw, and is what counts. A cell of checks is nobody's answer, and is read as an empty one. The marks are
the student's to change, and with them only which of the student's own definitions counts.
"""

from __future__ import annotations

import json
import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from grader.i18n import both
from grader.intake.limits import MAX_NOTEBOOK, MAX_SOURCE
from grader.intake.refusals import TooLarge, Unfit, amount, too_large
from grader.records import Text, inert

MAX_CELLS = 2_000
MAX_PIECES = 1_000_000
"""Brackets and commas in the file: what JSON makes of each takes a hundred times its room."""
MAX_HOMES, MAX_NAME = 100, 100
"""Homes that are known, and characters in a name: all of them travel beside the source."""

_HOME = "solution-"
_UNPRINTABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook, joined, and the line that each begins at; `homes` are names and their lines."""

    source: str
    cells: tuple[int, ...]
    homes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Cell:
    """A cell as it was handed in. What it says of itself to nbgrader is not to be believed: name, solution and grade."""

    kind: str
    """code, markdown or raw."""
    source: str
    name: str
    solution: bool
    grade: bool

    @property
    def home(self) -> str:
        """The name that the cell is made for, "" for none."""
        name = self.name.removeprefix(_HOME) if self.solution and self.name.startswith(_HOME) else ""
        return name if name.isidentifier() and len(name) <= MAX_NAME else ""

    @property
    def is_code(self) -> bool:
        """Whether it is an answer's code, also where somebody has made a text of it."""
        return self.kind == "code" or bool(self.home)

    @property
    def is_check(self) -> bool:
        return self.grade and not self.solution


def cells(content: bytes) -> list[Cell]:
    """Return every cell of a notebook, code or not, in order. Unfit where the file is no notebook that can be read.

    Before nbformat 4, they lay in worksheets.
    """
    notebook = _loaded(content)
    if type(notebook) is not dict:
        raise _no_notebook()
    sheets = [notebook] if "cells" in notebook else notebook.get("worksheets")
    found: list[Any] = []
    for sheet in _list(sheets):
        found += _list(sheet.get("cells") if type(sheet) is dict else None)
    if len(found) > MAX_CELLS:
        raise Unfit(both("holds more than {most} cells; hand in only what you wrote", most=f"{MAX_CELLS:,}"))
    return [_cell(cell) for cell in found]


def is_notebook(name: str) -> bool:
    """Whether the file of this name is one."""
    return name.lower().endswith(".ipynb")


def read(content: bytes, name: str) -> Text | Notebook:
    """Return the code of the file of this name, or what is wrong with the file."""
    try:
        code = [cell for cell in cells(content) if cell.is_code]
        notebook = joined(["" if cell.is_check else cell.source for cell in code])
    except Unfit as unfit:
        return both("{file} {problem}", file=inert(name), problem=unfit.problem)
    places = {cell.home: number for number, cell in enumerate(code) if cell.home}  # of copies the last
    homes = [(name, notebook.cells[number]) for name, number in places.items()]
    homes += [(name, notebook.cells[below]) for name, number in places.items() for below in _down_to_check(code, number)]
    return replace(notebook, homes=tuple(homes[:MAX_HOMES]))


def _down_to_check(code: list[Cell], home: int) -> Iterator[int]:
    """Yield the cells between a home and the check cell below it, which saw what they define."""
    below = next((number for number in range(home + 1, len(code)) if code[number].is_check or code[number].home), None)
    if below is not None and code[below].is_check:
        yield from range(home + 1, below)


def joined(cells: list[str]) -> Notebook:
    """Join the source of code cells; Unfit where there is none, or too much."""
    cells = [_printable(cell) for cell in cells]
    if not any(map(str.strip, cells)):
        raise Unfit(both("holds no code; write your functions into code cells"))
    source = "".join(f"{cell}\n" for cell in cells)
    if len(source.encode()) > MAX_SOURCE:
        raise Unfit(both("holds more than {limit} of code; hand in what you wrote", limit=amount(MAX_SOURCE)))
    lengths = [cell.count("\n") + 1 for cell in cells]
    return Notebook(source, tuple(accumulate(lengths[:-1], initial=1)))


def place(line: int, cells: tuple[int, ...] = ()) -> Text:
    """Say where a line of a source stands; it is a notebook's where there are `cells`."""
    cell, own = cell_of(line, cells)
    return both("code cell {cell}, line {line}", cell=cell, line=own) if cell else both("line {line}", line=line)


def cell_of(line: int, cells: tuple[int, ...]) -> tuple[int, int]:
    """Return which cell a line stands in, counted from 1, and which line of the cell it is; 0 for no cell."""
    cell = bisect(cells, line)
    return (cell, line - cells[cell - 1] + 1) if cell else (0, line)


def _loaded(content: bytes) -> Any:
    if len(content) > MAX_NOTEBOOK:
        raise too_large(MAX_NOTEBOOK)
    if not content.strip():
        raise Unfit(both("is empty; save the notebook, and hand it in once more"))
    if sum(map(content.count, (b"[", b"{", b","))) > MAX_PIECES:
        raise TooLarge(both("holds too much besides its code; clear the outputs, save it and hand it in once more"))
    try:
        # a number may have a million digits, which int() takes hours to read
        return json.loads(content.decode("utf-8-sig"), parse_int=float)
    except (ValueError, RecursionError):
        raise _no_notebook() from None


def _cell(cell: Any) -> Cell:
    """Return a cell. What is wrong with the text of one that holds no code costs nothing."""
    if type(cell) is not dict:
        raise _no_notebook()
    said = cell.get("metadata")
    said = said.get("nbgrader") if type(said) is dict else None
    said = said if type(said) is dict else {}
    kind, name, text = cell.get("cell_type"), said.get("grade_id"), _text(cell)
    found = Cell(
        kind=kind if kind in ("code", "markdown") else "raw",
        source=text or "",
        name=name if type(name) is str else "",
        solution=bool(said.get("solution")),
        grade=bool(said.get("grade")),
    )
    if text is None and found.is_code:
        raise _no_notebook()
    return found


def _text(cell: dict[str, Any]) -> str | None:
    """Return a cell's text, which may be a list of texts that follow each other. Before nbformat 4 it was its input."""
    written = cell.get("source", cell.get("input"))
    parts = written if type(written) is list else [written]
    if not all(type(part) is str for part in parts):
        return None
    return _printable("".join(parts))


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise _no_notebook()
    return value


def _printable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _no_notebook() -> Unfit:
    return Unfit(both("is no notebook that can be read; open it in Jupyter, save it and hand it in once more"))
