"""The mistake behind a failed check is named: the one that answers as the student does; none where that is not sure."""

from __future__ import annotations

import json
import shutil

import pytest

from grader import catalogue
from grader.errors import GraderError
from grader.telling import tell
from grader.told import place, written

from .conftest import Course

CHECKS = """
    import torch
    from grader.checks import close, hint, points, pure, raises, typed


    @points(5)
    @hint("Think.", ko="생각하세요.")
    def test_center_values(student, reference, device, rng):
        '''center is right.'''
        for size in (1, 3, 5):
            x = torch.randn(size, generator=rng)
            close(student.center(x), reference.center(x.double()), like=x)


    @points(2)
    @hint("Keep it.", ko="그대로 두세요.")
    def test_center_leaves_input(student, device):
        '''center leaves its input.'''
        for x in (torch.ones(2), torch.arange(4.0)):
            pure(student.center, x)


    @points(1)
    @hint("Keep the dtype.", ko="dtype을 지키세요.")
    def test_center_keeps_dtype(student, device):
        '''center keeps the dtype.'''
        x = torch.ones(2, dtype=torch.float64)
        typed(student.center(x), x, device)


    @points(2)
    @hint("Refuse.", ko="거절하세요.")
    def test_center_refuses(student, device):
        '''center refuses what is empty.'''
        for size in ((0,), (0, 2)):
            raises(ValueError, student.center, torch.ones(size))
"""
GUARD = "    if x.numel() == 0:\n        raise ValueError\n"


def center(body: str, guard: str = GUARD) -> str:
    return f"def center(x):\n{guard}    {body}\n"


KEPT = "KEPT = []\n" + center("KEPT.append(x.mean())\n    return x - KEPT[0]")
FLAT_ONLY = "    if len(x.shape) == 1 and not len(x):\n        raise ValueError\n"
RIGHT = center("return x - x.mean()")
KNOWN = {
    "sum": ("test_center_values", "You took the sum.", center("return x - x.sum()")),
    "sign": ("test_center_values", "You added the mean.", center("return x + x.mean()")),
    "median": ("test_center_values", "You took the median.", center("return x - x.median()")),
    "nan": ("test_center_values", "You divided by zero.", center("return (x - x.mean()) / (x - x)")),
    "kept": ("test_center_values", "You kept the first mean.", KEPT),
    "place": ("test_center_leaves_input", "You changed the input.", center("return x.sub_(x.mean())")),
    "double": ("test_center_keeps_dtype", "You made it single.", center("return (x - x.mean()).float()")),
    "late": ("test_center_refuses", "You refuse flat ones only.", center("return x - x.mean()", FLAT_ONLY)),
}  # fmt: skip


@pytest.fixture
def told(course: Course):
    """Return what is named for each check of a wrong answer."""
    course.public("")
    course.hidden(CHECKS, RIGHT)
    course.write("exercises/exercise01_tiny/exercise01.py", "def center(x):\n    raise NotImplementedError\n")

    def told(source: str, known=KNOWN, **more) -> dict[str, str]:
        for name, (fails, text, code) in known.items():
            header = f"# fails: {fails}\n# en: {text}\n# ko: {text} (한국어)\n# kind: none\n"
            course.write(f"tests/checks/exercise01_tiny/mistakes/{name}.py", header + "import torch\n" + code)
        [result] = course.grade("import torch\n" + source, **more)
        named = {check.name: check.diagnosis for check in result.checks if check.diagnosis is not None}
        assert all(text.ko == f"{text.en} (한국어)" for text in named.values())
        return {name: text.en for name, text in named.items()}

    return told


@pytest.mark.parametrize("name", KNOWN)
def test_each_known_mistake_is_named_for_the_check_that_it_fails(told, name):
    fails, text, source = KNOWN[name]
    assert told(source)[fails] == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("return x - torch.ones_like(x) @ x", "You took the sum."),
        ("total = 0.0\n    for item in x.flatten():\n        total = total + item\n    return x - total", "You took the sum."),
        ("return -(-x - x.mean())", "You added the mean."),
        ("return x - x.sort().values[(len(x) - 1) // 2]", "You took the median."),
    ],
)
def test_it_is_known_by_its_answers_however_it_is_written(told, body, text):
    assert told(center(body))["test_center_values"] == text


@pytest.mark.parametrize("body", ["return x - x.max()", "return x * 0", "return None", "return [x]", "return x.sum() / 0"])
def test_nothing_is_said_of_a_mistake_that_nobody_knows(told, body):
    assert "test_center_values" not in told(center(body))


def test_nothing_is_said_where_two_different_mistakes_fit(told):
    fails, _, source = KNOWN["sum"]
    assert "test_center_values" not in told(source, KNOWN | {"twin": (fails, "You forgot to divide.", source)})


@pytest.mark.parametrize("raised", ["ValueError('x')", "RuntimeError('x')", "AssertionError"])
def test_an_error_alone_is_no_sign_of_a_known_mistake(told, raised):
    source = center("raise ValueError('boom')", guard="")
    known = {f"raises {kind}": (fails, f"You raise {kind}.", center(f"raise {kind}", guard=""))
             for kind in ("ValueError", "RuntimeError('y')", "AssertionError")
             for fails in ("test_center_values", "test_center_leaves_input", "test_center_keeps_dtype")}  # fmt: skip
    assert told(source.replace("ValueError('boom')", raised), known) == {}


def test_two_that_say_the_same_are_one(told):
    fails, text, source = KNOWN["sum"]
    assert told(source, KNOWN | {"twin": (fails, text, source)})["test_center_values"] == text


def test_all_calls_count_and_not_the_first_that_is_wrong(told):
    """The two differ in the last call only."""
    fails = "test_center_values"
    two = {"late": (fails, "Wrong up to three.", center("return x - x.mean() * (1 if len(x) > 3 else 2)")),
           "always": (fails, "Always wrong.", center("return x - x.mean() * 2"))}  # fmt: skip
    for _, text, source in two.values():
        assert told(source, two)[fails] == text


def test_a_mistake_of_the_answer_to_another_call_is_not_named_for_this_one(told):
    assert told(KNOWN["late"][2]).keys() == {"test_center_refuses"}


def test_a_known_mistake_that_breaks_a_check_or_never_was_one_names_nothing(told):
    fails = "test_center_values"
    odd = {"odd": (fails, "Odd.", center("return 'odd'")), "right": (fails, "Right.", RIGHT)}
    assert told(center("return 'odd'"), odd)["test_center_values"] == "Odd."
    assert told(center("return 'other'"), odd) == {}


def test_what_depends_on_an_earlier_call_is_not_taken_for_a_known_mistake(told):
    source = "SEEN = []\n" + center("SEEN.append(1)\n    return x - (x.mean() if len(SEEN) < 4 else x.sum())")
    assert "test_center_leaves_input" not in told(source)


PUBLIC = """
    import torch
    from grader.checks import close, hint, points


    @points(5)
    @hint("Think.", ko="생각하세요.")
    def test_center_example(student, device):
        '''center of 1, 2 and 6.'''
        close(student.center(torch.tensor([1.0, 2.0, 6.0])), torch.tensor([-2.0, -1.0, 3.0]))


    @points(5)
    @hint("Think.", ko="생각하세요.")
    def test_center_of_drawn_numbers(student, device, rng):
        '''center has mean 0.'''
        close(student.center(torch.rand(3, generator=rng)).mean(), torch.tensor(0.0))
"""


@pytest.fixture
def at_home(told, course: Course):
    """Return what is named where there is nothing hidden, but what a release tells."""
    course.public(PUBLIC)
    told(RIGHT)  # writes the known mistakes
    exercise = catalogue.find("1")
    text = written(tell(exercise))
    place(exercise).write_text(text, encoding="utf-8")
    for folder in ("solutions", "tests"):
        shutil.rmtree(course.folder / folder)

    def at_home(source: str) -> dict[str, str]:
        [result] = course.grade("import torch\n" + source)
        return {check.name: check.diagnosis.en for check in result.checks if check.diagnosis is not None}

    at_home.text = text
    return at_home


def test_a_release_tells_enough_to_name_mistakes_without_them(at_home):
    assert {*at_home(center("return x - sum(x)")).values()} == {"You took the sum."}
    assert at_home(center("return x - x.max()")) == {}
    sign = "The sign is wrong: every value is the negative of the wanted one."
    assert at_home(center("return -(x - x.mean())")) == {"test_center_example": sign}


def test_it_tells_sentences_and_answers_and_no_code(at_home):
    said = json.loads(at_home.text)
    assert said.keys() == {"test_center_example"}
    assert all(one.keys() == {"en", "ko", "answers"} for one in said["test_center_example"])
    assert not any(word in at_home.text for word in ("return", "def ", "numel"))


@pytest.mark.parametrize("text", ["{", "[]", "{}x", '{"test_center_example": [{"en": "a", "ko": "b", "answers": "c"}]}', '{"a": 1}'])
def test_a_spoilt_file_of_mistakes_is_named_and_no_traceback(at_home, text):
    place(catalogue.find("1")).write_text(text, encoding="utf-8")
    with pytest.raises(GraderError, match=r"known_mistakes.json cannot be read .*; copy it again"):
        at_home(center("return x * 2"))
