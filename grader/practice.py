"""`check`, for a student's notebook: run the public checks on what the notebook holds, and show the result in the cell.

The student's code never runs here again, and nothing is written to standard error, which nbgrader gives 0 points for.
"""

from __future__ import annotations

import ast
import difflib
import os
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import at_hand, catalogue, live
from grader.errors import NotPassed, UnknownFunction
from grader.i18n import both, choose_language
from grader.records import Exercise, Text


@dataclass(frozen=True, repr=False, eq=False)
class Checked:
    """What the checks said, which shows itself: as HTML in a notebook, as plain text elsewhere."""

    record: dict[str, Any]
    """As `grade exercise03 --json` prints it, of the checks that were asked for."""
    passed: bool
    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html

    def _ipython_display_(self) -> None:
        # what a cell returns is a mark to nbgrader, which warns at length of any that is no number; so nothing is returned
        from IPython.display import display

        display({"text/plain": self.text, "text/html": self.html}, raw=True)


def check(exercise: str, names: dict[str, Any] | str, function: str | None = None) -> Checked:
    """Run the public checks of an exercise, or of one of its functions, on the code behind `names`.

    `names` are `globals()` in a notebook or a script, `vars(module)`, or the name of a .py file. Under nbgrader, where a
    cell that raises is a cell that failed, NotPassed is raised for whatever has not passed.
    """
    found = catalogue.find(exercise)
    functions = functions_of(found)
    if function is not None and function not in functions:
        near = difflib.get_close_matches(function, functions, cutoff=0.5)
        raise UnknownFunction(function, found.name, near, functions)
    is_marked, language = _is_marked(), choose_language(None)
    submission = live.submission(names, in_order=is_marked)
    answer = at_hand.ask({
        "exercise": found.name, "function": function, "language": language, "folder": str(Path.cwd()),
        "label": submission.label, "source": submission.source, "cells": submission.cells,
    })  # fmt: skip
    checked = Checked(**answer)
    if is_marked:
        missing = _missing(functions, live.checked_functions()) if function is None else None
        if not checked.passed or missing is not None:
            text = "\n\n".join([textwrap.fill(missing[language], 78), checked.text] if missing else [checked.text])
            raise NotPassed(Text(en=text, ko=text))
    return checked


def functions_of(exercise: Exercise) -> list[str]:
    """Return the names that an exercise asks for, in its order: the functions and classes of its stub."""
    definitions = ast.FunctionDef | ast.ClassDef
    body = ast.parse(exercise.stub.read_bytes()).body
    return [node.name for node in body if isinstance(node, definitions)]


def _is_marked() -> bool:
    """Whether nbgrader runs this notebook, from the top, and makes a mark of what each cell gives."""
    return "NBGRADER_VALIDATING" in os.environ or os.environ.get("NBGRADER_EXECUTION") in ("validate", "autograde")


def _missing(functions: list[str], checked: set[str]) -> Text | None:
    """Say which check cells were deleted, which nbgrader does not see; None in a notebook that never had them."""
    lost = [name for name in functions if name not in checked]
    if not checked or not lost:
        return None
    return both("the check cell of {functions} is missing: fetch the notebook again, and put your code into it",
                functions=", ".join(lost))  # fmt: skip
