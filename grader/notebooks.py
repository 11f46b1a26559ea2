"""Read the code out of a notebook that somebody handed in, and find the cell again that a line stands in.

A notebook is JSON of a stranger's. Nothing in it is parsed as Python here or run: its code cells are joined into one
source text, and with it goes the list of the lines at which they begin. The worker parses and runs it cell by cell
(`sandbox.cells`, `sandbox.needs`), and says a line of the joined text wherever it says one of a file.

Where a cell begins is told apart from the text, and not by a marker in it, because a student may write any marker.
"""

from __future__ import annotations

import json
import re
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from grader.i18n import both
from grader.intake.limits import MAX_NOTEBOOK, MAX_SOURCE
from grader.intake.refusals import Unfit, amount, too_large
from grader.records import Text, inert

MAX_CELLS = 2_000
MAX_PIECES = 1_000_000
"""Brackets and commas in the file: what JSON makes of each takes a hundred times its room."""

_UNPRINTABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook, joined, and the line that each begins at."""

    source: str
    cells: tuple[int, ...]


def is_notebook(name: str) -> bool:
    """Whether the file of this name is one."""
    return name.lower().endswith(".ipynb")


def read(content: bytes, name: str) -> Text | Notebook:
    """Return the code of the file of this name, or what is wrong with the file."""
    try:
        return joined(_code_cells(_loaded(content)))
    except Unfit as unfit:
        return both("{file} {problem}", file=inert(name), problem=unfit.problem)


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
        raise Unfit(both("holds too much besides its code; clear the outputs, save it and hand it in once more"))
    try:
        # a number may have a million digits, which int() takes hours to read
        return json.loads(content.decode("utf-8-sig"), parse_int=float)
    except (ValueError, RecursionError):
        raise _no_notebook() from None


def _code_cells(notebook: Any) -> list[str]:
    """Return the source of each code cell. Before nbformat 4, cells lay in worksheets, and had an input."""
    if type(notebook) is not dict:
        raise _no_notebook()
    sheets = [notebook] if "cells" in notebook else notebook.get("worksheets")
    found: list[Any] = []
    for sheet in _list(sheets):
        found += _list(sheet.get("cells") if type(sheet) is dict else None)
    if len(found) > MAX_CELLS:
        raise Unfit(both("holds more than {most} cells; hand in only what you wrote", most=f"{MAX_CELLS:,}"))
    return [_source(cell) for cell in found if type(cell) is not dict or cell.get("cell_type") == "code"]


def _source(cell: Any) -> str:
    """Return a code cell's source, which is a text, or a list of texts that follow each other."""
    written = cell.get("source", cell.get("input")) if type(cell) is dict else None
    parts = written if type(written) is list else [written]
    if not all(type(part) is str for part in parts):
        raise _no_notebook()
    return "".join(parts)


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise _no_notebook()
    return value


def _printable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _no_notebook() -> Unfit:
    return Unfit(both("is no notebook that can be read; open it in Jupyter, save it and hand it in once more"))
