"""The code that `check` is asked about: what a notebook's kernel has run so far, or the file of a module or script.

The kernel keeps each cell that was run, in order, under the number in its brackets. Nothing here runs a cell again or
looks at what it made; a name that the student has put in the place of one of IPython's changes nothing.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from pathlib import Path
from typing import Any

from grader import collect
from grader.errors import SubmissionError, WrongUsage
from grader.i18n import both
from grader.intake.limits import MAX_SOURCE
from grader.intake.refusals import Unfit
from grader.notebooks import joined
from grader.records import Submission

_CHECK = re.compile(r"""\bcheck\(\s*["']\w+["']\s*,\s*(?:globals\(\)|"\w+\.py")\s*(?:,\s*["'](\w+)["']\s*)?\)""")


def submission(names: dict[str, Any] | str, in_order: bool) -> Submission:
    """Return the code of a file, or the code behind a module's names.

    `in_order`: every cell of the notebook was run, once, from the top.

    WrongUsage where the names are neither a notebook's nor those of a file, SubmissionError where it cannot be read.
    """
    shell = _shell(names)
    if shell is not None:
        return _of_cells(_cells(shell, in_order))
    file = names if isinstance(names, str) else names.get("__file__")
    if not isinstance(file, str):
        raise WrongUsage(both("there is no code behind these names: give check() globals() in a notebook's cell or in a "
                              "script, and vars(exercise03) of a module"))  # fmt: skip
    found = collect.read_submission(Path(file))
    if found.problem is not None:
        raise SubmissionError(found.problem)
    return found


def checked_functions() -> set[str]:
    """Return the functions whose own check cells the notebook has run."""
    shell = _ipython()
    cells = shell.history_manager.input_hist_raw if shell is not None else []
    return {function for cell in cells for function in _CHECK.findall(cell) if function}


def _ipython() -> Any:
    """Return the IPython that this is a part of; None where it is of none."""
    ipython = sys.modules.get("IPython")
    return ipython and ipython.get_ipython()


def _shell(names: dict[str, Any] | str) -> Any:
    """Return the IPython that these names are the variables of; None where they are of something else."""
    shell = _ipython()
    return shell if shell is not None and names is shell.user_ns else None


def _cells(shell: Any, in_order: bool) -> list[str]:
    """Return the cells as they were written, each at its number; what no longer counts is empty.

    That is the earlier run of a cell that was run again as it is and, in a notebook that somebody works on, a cell that
    is no Python: nothing of it ever ran. Only right after it was tried is it the one to tell of.
    """
    history = shell.history_manager
    code = history.input_hist_parsed[1:]
    cells, seen, room = list(history.input_hist_raw[1:]), set(), MAX_SOURCE
    last = max((number for number, cell in enumerate(cells) if not _CHECK.search(cell)), default=-1)
    room -= len(cells)
    for number in reversed(range(len(cells))):
        cell = cells[number]
        stale = not in_order and number != last and not _is_python(code[number])
        size = len(cell.encode("utf-8", "replace"))
        if stale or cell in seen or size > room:
            cells[number] = ""
        else:
            seen.add(cell)
            room -= size
    return cells


def _is_python(code: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _of_cells(cells: list[str]) -> Submission:
    label = both("this notebook")
    try:
        notebook = joined(cells)
    except Unfit as unfit:
        raise SubmissionError(both("{file} {problem}", file=label, problem=unfit.problem)) from None
    return Submission("notebook", "", notebook.source, cells=notebook.cells)
