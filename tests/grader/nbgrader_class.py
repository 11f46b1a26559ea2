"""A class that answers exercise03 in notebooks: what each hands in, made from the released notebook, and deserves.

What they deserve is by the hidden checks, of 2 points for each function, and before what being late costs. All of it is
harmless where it runs: it ends its own process at the most, and writes no file.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from .nbgrader_changes import (
    Notebook,
    as_number,
    as_version_3,
    claims_points,
    code,
    copies_and_turns_round,
    deletes_checks,
    deletes_metadata,
    for_another_exercise,
    from_the_future,
    invents_a_check,
    markup,
    markup_in_names,
    put_below,
    put_first,
    put_last,
    says_ten,
    text_instead_of_code,
    without,
)
from .terminal import SOLUTION, functions

ASSIGNMENT = "exercise03"
WORTH = 2.0
RIGHT = functions(SOLUTION)
WRONG = {name: f"def {name}(*args, **kwargs):\n    return 0 * args[0]" for name in RIGHT}
NOTHING = dict.fromkeys(RIGHT, 0.0)
HEADER = "import torch\nfrom torch import Tensor\n"


def _same(notebook: Notebook) -> Notebook:
    return notebook


@dataclass(frozen=True)
class Student:
    """One of the class. `answers` are the texts in the cells made for them; a function without one is not written."""

    name: str
    about: str
    answers: dict[str, str] = field(default_factory=lambda: RIGHT)
    deserves: dict[str, float] = field(default_factory=lambda: dict.fromkeys(RIGHT, WORTH))
    """Points of each function."""
    change: Callable[[Notebook], Notebook | bytes] = _same
    """What becomes of the notebook once the answers are in it."""
    above: str | None = None
    """Code in a cell of the student's own, above all others."""
    late_days: float = 0
    as_python: bool = True
    """Whether the same answers can be handed in as a .py file, for the same mark."""

    @property
    def mark(self) -> float:
        return round(sum(self.deserves.values()), 6)

    @property
    def python(self) -> str | None:
        """The same answers as a file; None where what makes the notebook special has no counterpart there."""
        parts = [HEADER, self.above or "", *self.answers.values()]
        return "\n\n\n".join(parts) + "\n" if self.as_python else None

    def hand_in(self, released: Notebook) -> bytes:
        """Return the file that is handed in, as bytes of an .ipynb."""
        notebook = copy.deepcopy(released)
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "").removeprefix("solution-")
            if name in self.answers and cell["metadata"]["nbgrader"]["solution"]:
                cell["source"] = self.answers[name]
        if self.above is not None:
            notebook = put_first(code(self.above))(notebook)
        changed = self.change(notebook)
        return changed if isinstance(changed, bytes) else json.dumps(changed, ensure_ascii=False, indent=1).encode()


def _but(**others: str) -> dict[str, str]:
    """Return the right answers, but for these."""
    return RIGHT | others


def _points(**others: float) -> dict[str, float]:
    return dict.fromkeys(RIGHT, WORTH) | others


def _cut(name: str, before: str, after: str) -> str:
    """Return a right answer with something in it replaced."""
    assert before in RIGHT[name]
    return RIGHT[name].replace(before, after)


HELPER = """\
import math as maths
from functools import partial

import torch.nn.functional as F

FLOOR = -maths.fsum([60, 40])


def held(logarithm, least=FLOOR):
    return logarithm.clamp(min=least)


at_least = partial(held, least=FLOOR)
"""
USES_HELPER = _cut("binary_cross_entropy", "torch.log(p).clamp(min=-100)", "at_least(torch.log(p))")

JUPYTERS_OWN = """\
%matplotlib inline
%load_ext autoreload
!echo hello from a shell
name = input("Who are you? ")
print(f"hello {name}")
import matplotlib.pyplot as plt
plt.plot([0, 1], [0, 1])
plt.show()
"""
TIMED = "%%time\nlosses = [binary_cross_entropy(torch.rand(3), torch.rand(3)) for _ in range(3)]\nlosses"

LOUD = 'import sys\nimport warnings\n\nwarnings.warn("an old library", DeprecationWarning)\nwarnings.warn("a new one")\n'
LOUD_LOSS = _cut(
    "binary_cross_entropy", "    log_p =",
    '    warnings.warn("logarithms ahead")\n    print("here", file=sys.stderr)\n    print("and here")\n    log_p =',
)  # fmt: skip

FORGED_TORCH = """\
import torch
torch.allclose = torch.equal = torch.isclose = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None
"""
SILENT = """\
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.showtraceback = lambda *args, **kwargs: None
"""
PICTURE = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0K" * 1_500_000}}
SCRATCH = "def predict(z, threshold=0.5):  # another try, for later\n    return z > threshold"

HONEST = (
    Student("right", "every function is right"),
    Student("half", "two functions are right, the others not written",
            {name: RIGHT[name] for name in ("sigmoid", "binary_cross_entropy")},
            NOTHING | {"sigmoid": WORTH, "binary_cross_entropy": WORTH}),
    Student("untouched", "the released notebook as it was", {}, NOTHING),
    Student("sums", "the loss is a sum instead of a mean",
            _but(binary_cross_entropy=_cut("binary_cross_entropy", ".mean()", ".sum()")), _points(binary_cross_entropy=0)),
    Student("overflow", "sigmoid overflows for large logits, and the gradient with it",
            _but(sigmoid="def sigmoid(z):\n    return torch.exp(z) / (1 + torch.exp(z))"),
            _points(sigmoid=1.8, binary_cross_entropy_gradient=1.8)),
    Student("forbidden", "sigmoid is torch's own", _but(sigmoid="def sigmoid(z):\n    return torch.sigmoid(z)"),
            _points(sigmoid=1, binary_cross_entropy_gradient=1, predict=1)),
    Student("late", "right, two days after the due date", late_days=1.5),
    Student("helpers", "a helper, a constant and imports in a cell of its own, which an answer needs",
            _but(binary_cross_entropy=USES_HELPER), above=HELPER),
    Student("magics", "magics, a shell command, input(), prints and plots (there need be no matplotlib) in plain cells",
            change=lambda notebook: put_last(code(TIMED))(put_first(code(JUPYTERS_OWN))(notebook)), as_python=False),
    Student("warnings", "warnings and prints on stderr, at the top and in a function",
            _but(binary_cross_entropy=LOUD_LOSS), above=LOUD),
    Student("syntax", "one cell is no Python", _but(predict="def predict(z, threshold=0.5)\n    return z"), _points(predict=0),
            as_python=False),
    Student("scratch", "another try at the end, in a cell of its own", change=put_last(code(SCRATCH)), as_python=False),
    Student("asks", "the last function waits for input()", _but(predict="def predict(z, threshold=0.5):\n    return input('z? ')"),
            _points(predict=0)),
    Student("shuffled", "cells copied (wrong ones above the right) and in another order", change=copies_and_turns_round,
            as_python=False),
    Student("stripped", "right, saved by a program that drops nbgrader's metadata", change=deletes_metadata),
    Student("as_text", "the answer's cell was made a Markdown cell by accident", change=text_instead_of_code("predict")),
    Student("version3", "right, in a notebook of nbformat 3", change=as_version_3),
    Student("beside", "a function in a new cell below the stub of it", {name: RIGHT[name] for name in RIGHT if name != "predict"},
            change=put_below("solution-predict", code(RIGHT["predict"])), as_python=False),
    Student("star", "`from torch import *` at the end, for later", change=put_last(code("from torch import *")), as_python=False),
    Student("no_imports", "the cell with the imports deleted", change=without("top"), as_python=False),
    Student("plots", "right, with 12 MB of pictures below a cell", change=put_last(code("1") | {"outputs": [PICTURE]}), as_python=False),
    Student("marked", "right, with a byte order mark", change=lambda notebook: b"\xef\xbb\xbf" + json.dumps(notebook).encode()),
)  # fmt: skip

HOSTILE = (
    Student("no_check", "a cell `check = lambda *a: None`, wrong answers", WRONG, NOTHING, above="check = lambda *a: None"),
    Student("no_allclose", "a cell that has torch.allclose say True, wrong answers", WRONG, NOTHING, above=FORGED_TORCH),
    Student("silent", "a cell that patches InteractiveShell.showtraceback away, wrong answers", WRONG, NOTHING,
            change=put_first(code(SILENT)), as_python=False),
    Student("leaves", "`os._exit(0)` in a cell, right answers", change=put_first(code("import os\nos._exit(0)")), as_python=False),
    Student("leaves_within", "`os._exit(0)` in one function", _but(predict="def predict(z, threshold=0.5):\n    import os\n    os._exit(0)"),
            _points(predict=0)),
    Student("endless", "an endless loop in a cell, right answers", change=put_first(code("while True:\n    pass")), as_python=False),
    Student("endless_within", "an endless loop in one function",
            _but(predict="def predict(z, threshold=0.5):\n    while True:\n        pass"), _points(predict=0)),
    Student("forged", "points, locked, checksums, kernel and outputs that claim full points, wrong answers", WRONG, NOTHING,
            change=claims_points, as_python=False),
    Student("bonus", "a check cell of its own, for 5 more points", change=invents_a_check, as_python=False),
    Student("deleted", "no check cells, wrong answers", WRONG, NOTHING, change=deletes_checks, as_python=False),
    Student("says_ten", "check cells that say `10`, wrong answers", WRONG, NOTHING, change=says_ten, as_python=False),
    Student("negative", "a cell that turns every cell below into `-1`, wrong answers", WRONG, NOTHING,
            change=put_first(code(as_number(-1))), as_python=False),
    Student("huge", "a cell that turns every cell below into `10**9`, wrong answers", WRONG, NOTHING,
            change=put_first(code(as_number(10**9))), as_python=False),
    Student("markup", "scripts in Markdown, raw cells, code, outputs and attachments, and in what a function raises",
            _but(predict="def predict(z, threshold=0.5):\n    raise ValueError(MARKUP)"), _points(predict=0),
            change=markup, as_python=False),
    Student("markup_ids", "scripts in the ids and names of cells", change=markup_in_names, as_python=False),
    Student("foreign", "the notebook of another exercise", {}, NOTHING, change=for_another_exercise, as_python=False),
    Student("no_json", "not JSON", {}, NOTHING, change=lambda _: b"Dear professor, my notebook does not open any more",
            as_python=False),
    Student("empty", "a file without a byte", {}, NOTHING, change=lambda _: b"", as_python=False),
    Student("future", "`schema_version: 99` on a cell, right answers", change=from_the_future, as_python=False),
)  # fmt: skip

CLASS = HONEST + HOSTILE
