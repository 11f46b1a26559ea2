"""The wrong answers that an exercise knows: each a file, which begins by saying what is wrong in it.

    # fails: test_sigmoid_values
    # en: ...
    # ko: ...
    # kind: wrong_function
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader import paths
from grader.records import Exercise, Text

KINDS = (
    # a number is off by a ratio
    "sum_for_mean",
    "mean_for_sum",
    "wrong_count",  # divided by another size of the input than asked for
    "sign",  # of the whole result
    "factor",  # of the whole result, whatever the input's size
    # an axis
    "transpose",
    "wrong_axis",
    "keepdim",  # an axis of size 1 too many or too few
    "broadcast",  # by accident, such as (n,) with (n, 1); also where the mean of it is returned
    # an integer, or how long a sequence is
    "off_by_one",
    "floor_for_ceil",
    # numbers as a computer holds them
    "precision",
    "clamped",
    "not_finite",
    # what becomes of a tensor
    "unchanged_input",
    "in_place",
    "alias",
    "detached",  # or holds a graph that it should not
    "dtype",
    "device",
    "wrong_type",  # also the number and the order of the items of a tuple
    "no_error",  # also another error, and one where none is due
    # the formula
    "ignores_argument",
    "complement",
    "wrong_operand",
    "missing_term",
    "extra_term",
    "wrong_function",
    "boundary",
    # how it came about
    "state",
    "banned",  # a right result by forbidden means
    "none",  # none of these
)
"""What an onlooker sees in the result of a mistake; where several fit, the most specific."""


@dataclass(frozen=True)
class Mistake:
    """One wrong answer, and what a student is told who gives it."""

    path: Path
    fails: str
    """The check that it fails."""
    text: Text
    kind: str
    """One of KINDS: what it is in general, for whoever measures how well mistakes are named."""


def known(exercise: Exercise) -> list[Mistake]:
    """Return an exercise's wrong answers; none where students work."""
    headers = [(path, header(path)) for path in samples(exercise, "mistakes")]
    return [Mistake(path, said["fails"], Text(en=said["en"], ko=said["ko"]), said.get("kind", "none"))
            for path, said in headers]


def samples(exercise: Exercise, kind: str) -> list[Path]:
    """Return the files of the exercise's `mistakes` or `accepted` answers."""
    return sorted((hidden(exercise) / kind).glob("*.py"))


def header(mistake: Path) -> dict[str, str]:
    """Return the `# key: value` lines that a mistake begins with."""
    lines = re.match(r"(?:#.*\n)*", mistake.read_text(encoding="utf-8"))[0]
    return dict(re.findall(r"^# (\w+): *(.*?) *$", lines, flags=re.MULTILINE))


def hidden(exercise: Exercise) -> Path:
    """Return the folder of all that is hidden of an exercise but its reference."""
    return paths.hidden_checks() / exercise.stub.parent.name
