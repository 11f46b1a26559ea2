"""What is said of the exceptions that beginners meet: each is raised here by Python, numpy or torch as they are installed."""

from __future__ import annotations

import math
import re
import warnings

import numpy
import pytest
import torch
from torch import tensor
from torch.nn import functional as F

from grader.explained import explanation, known
from grader.sandbox.replies import StudentError
from grader.sandbox.worker import describe

ROW, LABELS, SQUARE = torch.ones(3), tensor([0, 1]), torch.ones(2, 3)
HERE, THERE = torch.ones(3), torch.ones(3, device="meta")


def taking_two(a, b):
    return a


def without_a_return(x):
    x + 1


def leaf():
    return torch.ones(3, requires_grad=True)


def write_into_a_leaf():
    w = leaf()
    w[0] = 1.0


def write_over_what_backward_needs():
    a = leaf().exp()
    a += 1
    a.sum().backward()


def go_back_twice():
    loss = (leaf() ** 2).sum()
    loss.backward()
    loss.backward()


def read_before_writing():
    print(later)  # noqa: F821
    later = 1  # noqa: F841


def add_half_to(x):
    x += 0.5


def add_in_place(x, y):
    x += y


SHAPES_OF_A_PRODUCT, SHAPES_TO_BROADCAST = "a @ b needs as many columns", "these shapes do not broadcast"
DTYPES, WHOLE, FLOATS = "the two tensors differ in dtype", "must be whole numbers", "floating-point numbers only"
IN_PLACE, DEVICES, NONE = "keep the dtype of their tensor", "one tensor is on the GPU", "something here is None"
PLACE, AXES, ONE = "indices count from 0", "dim counts axes from 0", "one number is wanted"
TRUTH, ARGUMENTS = "want one True or False", "passes other arguments"

CASES = [
    (SHAPES_OF_A_PRODUCT, [
        lambda: SQUARE @ SQUARE, lambda: torch.ones(2) @ ROW, lambda: SQUARE @ torch.ones(4), lambda: ROW @ SQUARE,
        lambda: torch.ones(2, 3, 4) @ torch.ones(2, 3, 4), lambda: torch.dot(SQUARE, ROW), lambda: F.linear(SQUARE, SQUARE.T),
        lambda: torch.nn.Linear(4, 1)(SQUARE), lambda: numpy.ones((2, 3)) @ numpy.ones((2, 3)),
    ]),
    (SHAPES_TO_BROADCAST, [
        lambda: ROW + torch.ones(4), lambda: numpy.ones(3) * numpy.ones(4), lambda: ROW.expand(4),
    ]),
    ("keep the shape of their tensor", [lambda: ROW.add_(SQUARE), lambda: add_in_place(numpy.ones(3), numpy.ones((2, 3)))]),
    (DTYPES, [
        lambda: ROW @ tensor([1, 2, 3]), lambda: SQUARE @ torch.ones(3, 2, dtype=torch.int64), lambda: SQUARE.double() @ SQUARE.T,
        lambda: torch.nn.Linear(3, 1)(SQUARE.double()), lambda: F.binary_cross_entropy(torch.rand(2), LABELS),
        lambda: torch.einsum("i,i", ROW, ROW.double()), lambda: ROW.index_add(0, LABELS[:1], ROW[:1].double()),
        lambda: ROW.scatter(0, LABELS[:1], LABELS[:1]),
    ]),
    (IN_PLACE, [lambda: add_half_to(LABELS), lambda: LABELS.add_(0.5)]),
    (WHOLE, [
        lambda: F.cross_entropy(SQUARE, LABELS.float()), lambda: ROW[LABELS.float()], lambda: F.one_hot(LABELS.float()),
        lambda: ROW.gather(0, LABELS.float()), lambda: F.embedding(LABELS.float(), SQUARE),
    ]),
    (FLOATS, [lambda: LABELS.mean(), lambda: LABELS.softmax(0), lambda: tensor([1, 2], requires_grad=True)]),
    ("requires grad may not be changed in place", [write_into_a_leaf, lambda: leaf().zero_()]),
    ("changed in place after its use", [write_over_what_backward_needs]),
    ("there is no graph to go back through", [lambda: ROW.sum().backward(), lambda: leaf().sum().detach().backward()]),
    ("backward() frees its graph", [go_back_twice]),
    ("backward() starts from one number", [lambda: leaf().mul(2).backward()]),
    (DEVICES, [lambda: HERE + THERE]),
    ("numpy knows the CPU only", [lambda: THERE.numpy()]),
    (PLACE, [
        lambda: ROW[5], lambda: SQUARE[:, 3], lambda: ROW[tensor([7])], lambda: [][3], lambda: ROW.gather(0, tensor([5])),
        lambda: F.embedding(tensor([5]), SQUARE), lambda: F.cross_entropy(SQUARE, tensor([0, 5])), lambda: numpy.ones(3)[5],
    ]),
    (AXES, [lambda: ROW.sum(dim=1), lambda: ROW.softmax(1), lambda: ROW.unsqueeze(4)]),
    ("more indices than the tensor has axes", [lambda: ROW[0, 0], lambda: tensor(3.0)[0]]),
    (ONE, [
        lambda: float(ROW), lambda: ROW.item(), lambda: math.sqrt(ROW), lambda: numpy.ones(3).item(),
        lambda: float(numpy.ones(3)), lambda: torch.tensor([ROW, ROW]),
    ]),
    ("one whole number is wanted", [lambda: range(ROW), lambda: [1, 2][tensor(1.5)]]),
    (TRUTH, [lambda: 1 if ROW > 0 else 0, lambda: ROW > 0 and ROW < 1, lambda: bool(numpy.ones(3)), lambda: max(ROW, -ROW)]),
    ("torch's functions take tensors", [lambda: torch.sqrt(2), lambda: torch.exp(1.0)]),
    (ARGUMENTS, [
        lambda: taking_two(1), lambda: taking_two(1, 2, 3), lambda: taking_two(1, c=2), lambda: taking_two(1, a=2),
        lambda: taking_two(), lambda: torch.nn.Linear(3), lambda: ROW.sum(axs=1), lambda: torch.softmax(ROW),
        lambda: F.softmax(ROW, dims=0), lambda: torch.exp(ROW, ROW, ROW), lambda: len(1, 2), lambda: max(),
    ]),
    (NONE, [
        lambda: without_a_return(1).sum(), lambda: without_a_return(1) - 1, lambda: ROW @ without_a_return(1),
        lambda: without_a_return(1)[0], lambda: torch.exp(without_a_return(1)), lambda: -without_a_return(1),
        lambda: [1 for _ in without_a_return(1)], lambda: len(without_a_return(1)), lambda: tensor(without_a_return(1)),
        lambda: ROW.grad.zero_(),
    ]),
    ("nothing has this name here", [lambda: nobody_wrote_this]),  # noqa: F821
    ("reads this name before it gives it a value", [read_before_writing]),
    ("no such module where the file is graded", [lambda: __import__("skitlearn")]),
    ("the module has no such name in it", [lambda: exec("from torch import sigmoyd")]),
]  # fmt: skip
RAISING = [(said, act) for said, acts in CASES for act in acts]


def raised(act) -> StudentError:
    """Return what the grader hears of what this raises."""
    with warnings.catch_warnings(), pytest.raises(Exception) as caught:
        warnings.simplefilter("ignore")
        act()
    return StudentError(describe(caught.value, __file__))


@pytest.mark.parametrize("said, act", RAISING)
def test_an_exception_is_explained_below_its_message(said, act):
    error = raised(act)
    for language, words in (("en", "\nthis means: "), ("ko", "\n뜻: ")):
        told, _, meaning = error.told()[language].rpartition(words)
        assert error.type_name in told and (said in meaning if language == "en" else re.search("[가-힣]", meaning))
    assert error.type_name in error.safe.en and "\n" not in error.safe.en + error.safe.ko


def test_every_explanation_is_of_something_that_is_raised_today():
    met = {str(explanation(error.types[0], error.message)) for error in (raised(act) for _, act in RAISING)}
    assert {str(one.meaning) for one in known()} == met


def failing_as_told():
    raise ValueError("x must have one axis")


@pytest.mark.parametrize("act", [failing_as_told, lambda: {}["a"], lambda: 1 / 0, lambda: ROW.nobody_wrote_this])
def test_what_is_not_known_is_left_unexplained(act):
    assert "\n" not in raised(act).told().en


def test_a_class_of_the_students_is_not_taken_for_pythons():
    class NameError(Exception):
        pass

    def act():
        raise NameError("name 'x' is not defined")

    assert "this means" not in raised(act).told().en


def test_an_operation_that_is_not_there_for_integers_is_not_taken_for_a_function_that_is_not_written():
    error = raised(lambda: LABELS.softmax(0))
    assert "not implemented for 'Long'" in error.told().en and error.safe.en == "raised NotImplementedError"


def test_of_a_long_message_the_first_lines_are_told_and_where_it_was_raised():
    lines = raised(lambda: ROW.view("a")).told().en.split("\n")
    assert len(lines) == 6 and "invalid combination of arguments" in lines[0]
    assert lines[4].startswith("... (line ") and ARGUMENTS in lines[5]
