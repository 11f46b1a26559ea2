"""`grade verify` runs a check once for all answers that are alike to it: what counts as alike."""

from pathlib import Path

import pytest

from grader.unchanged import Answers

STUB = "def double(x): ...\n\n\ndef triple(x): ...\n"

CHECKS = """
from grader.checks import needs

CASES = (1, 2)
NAMES = ("triple",)

def twice(student, x):
    return student.double(x) + getattr(student, NAMES[0])(x)

def test_double(student):
    assert [student.double(x) for x in CASES] == [2, 4]

def test_triple(student):
    assert student.triple(1) == 3

def test_both(student):
    assert twice(student, 1) == 5

@needs(test_double)
def test_triple_again(student):
    assert student.triple(2) == 6
"""

ANSWER = """
import math
FACTOR = 2

def helper(x):
    return x * FACTOR

def double(x):
    return helper(x)

def triple(x):
    return 3 * x
"""


@pytest.fixture
def differing(tmp_path):
    """Return which checks tell one answer from another."""

    def differing(one: str, other: str) -> set[str]:
        paths = {}
        for name, text in (("stub", STUB), ("checks", CHECKS)):
            paths[name] = Path(tmp_path / f"{name}.py")
            paths[name].write_text(text, encoding="utf-8")
        answers = Answers(paths["stub"], [paths["checks"]])
        keys = answers.keys(one), answers.keys(other)
        assert keys[0].keys() == {"test_double", "test_triple", "test_both", "test_triple_again"}
        return {check for check, key in keys[0].items() if key != keys[1][check]}

    return differing


ON_DOUBLE = {"test_double", "test_both", "test_triple_again"}  # the last by what it needs
ON_TRIPLE = {"test_triple", "test_both", "test_triple_again"}
ALL = ON_DOUBLE | ON_TRIPLE


@pytest.mark.parametrize(
    "old, new, changed",
    [
        ("import math", "# a comment\nimport math", set()),
        ("\nimport math", '\n"""What is wrong here."""\nimport math', set()),
        ("return 3 * x", "return 2 * x", ON_TRIPLE),
        ("return helper(x)", "return helper(x) + 1", ON_DOUBLE),
        ("return x * FACTOR", "return x * FACTOR + 1", ON_DOUBLE),
        ("FACTOR = 2", "FACTOR = 3", ON_DOUBLE),
        ("import math", "import cmath as math", ALL),
        ("import math", "import math\nmath.pi = 3", ALL),
        ("import math", "import math\nif math: FACTOR = 3", ALL),
        ("def triple(x):", "@print\ndef triple(x):", ON_TRIPLE),
        ("def triple(x):\n    return 3 * x", "triple = lambda x: 3 * x", ON_TRIPLE),
        ("def triple(x):\n    return 3 * x", "def triple(x):\n    return 3 * x\n\ntriple = helper", ON_TRIPLE),
        ("def triple(x):\n    return 3 * x", "", ON_TRIPLE),
        ("return 3 * x", "return globals()['helper'](x) + x", ON_TRIPLE),
    ],
)  # fmt: skip
def test_a_check_tells_answers_apart_by_all_that_it_could_reach(differing, old, new, changed):
    assert ANSWER.count(old) == 1
    assert differing(ANSWER, ANSWER.replace(old, new)) == changed


def test_what_one_function_reaches_by_a_word_counts_for_it(differing):
    reaching = ANSWER.replace("return 3 * x", "return globals()['helper'](x) + x")
    assert differing(reaching, reaching.replace("x * FACTOR", "x + x")) == ALL
