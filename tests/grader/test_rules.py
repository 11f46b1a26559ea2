"""Rules name a mistake that nobody has written down, from answers alone; they say nothing where two could be meant."""

from __future__ import annotations

import itertools
import random

import numpy
import pytest
import torch

from grader.compare import Compared
from grader.mistakes import KINDS
from grader.rules.pairs import Heard
from grader.rules.suspected import suspected
from grader.sandbox.proxy import Answered

torch.manual_seed(0)
TABLES = [torch.randn(n, d) for n, d in ((1, 4), (3, 5), (4, 4), (6, 2))]
DOUBLES = [table.double() for table in TABLES]
COUNTS = range(1, 9)


def mean(x):
    return x.mean()


def softmax(x):
    return x.softmax(1)


def halves(n):
    return -(-n // 2)


def heard(right, wrong, arguments) -> Heard:
    """Return what a check hears that holds one function against another on each of some arguments."""
    answers = [Answered("call", (argument,), wrong(argument)) for argument in arguments]
    wanted = [right(argument) for argument in arguments]
    return Heard(answers, [Compared(one.value, w, agree(one.value, w)) for one, w in zip(answers, wanted, strict=True)])


def agree(got, wanted) -> bool:
    if isinstance(got, torch.Tensor) and isinstance(wanted, torch.Tensor):
        return got.shape == wanted.shape and torch.allclose(got, wanted, 1e-6 if got.dtype == torch.float32 else 1e-10)
    return type(got) is type(wanted) and bool(got == wanted)


def kinds(right, wrong, arguments=TABLES) -> set[str]:
    return {one.kind for one in suspected(heard(right, wrong, arguments))}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("sum_for_mean", mean, torch.sum),
        ("sum_for_mean", lambda x: x - x.mean(0), lambda x: x - x.sum(0)),
        ("mean_for_sum", torch.sum, mean),
        ("wrong_count", mean, lambda x: x.sum() / len(x)),
        ("wrong_count", lambda x: x.sum() / len(x), mean),
        ("wrong_count", mean, lambda x: x.sum() / (x.numel() + 1)),
        ("sign", torch.exp, lambda x: -x.exp()),
        ("sign", lambda x: x.log_softmax(1), lambda x: -x.log_softmax(1)),
        ("wrong_function", lambda x: x - 0.1 * x.exp(), lambda x: x + 0.1 * x.exp()),
        ("factor", torch.square, lambda x: x.square() / 2),
        ("factor", torch.tanh, lambda x: x.tanh() / 0.6931),
        ("wrong_axis", softmax, lambda x: x.softmax(0)),
        ("wrong_axis", softmax, lambda x: x.exp() / x.exp().sum()),
        ("wrong_axis", lambda x: x - x.mean(0), lambda x: x - x.mean(1, keepdim=True)),
        ("wrong_axis", torch.sum, lambda x: x.sum(0)),
        ("keepdim", lambda x: x.sum(1), lambda x: x.sum(1, keepdim=True)),
        ("transpose", lambda x: x.T.exp(), torch.exp),
        ("broadcast", lambda x: x[:, 0] - x[:, 1], lambda x: x[:, 0] - x[:, 1:2]),
        ("complement", torch.sigmoid, lambda x: 1 - x.sigmoid()),
        ("wrong_function", torch.square, torch.abs),
        ("wrong_function", lambda x: x.log_softmax(1), softmax),
        ("wrong_function", lambda x: x, torch.abs),
        ("clamped", lambda x: 3 * x, lambda x: (3 * x).clamp(max=1.5)),
        ("clamped", lambda x: 3 * x, lambda x: (3 * x).clamp(min=-1.5)),
        ("unchanged_input", torch.tanh, lambda x: x),
        ("not_finite", lambda x: (90 * x).softmax(1), lambda x: (90 * x).exp() / (90 * x).exp().sum(1, keepdim=True)),
        ("boundary", lambda x: (x.relu() >= 0).float() + x, lambda x: (x.relu() >= 0).float() + x - (x == 0).float()),
        ("off_by_one", lambda x: x.cumsum(1).flatten(), lambda x: x.cumsum(1).flatten()[:-1]),
        ("off_by_one", lambda x: torch.cat([x, x[:1]]).exp(), torch.exp),
    ],
)  # fmt: skip
def test_a_mistake_is_known_by_what_it_makes_of_the_right_answer(kind, right, wrong):
    arguments = (
        TABLES if kind != "boundary" else [torch.cat([table, torch.zeros(1, table.shape[1])]) for table in TABLES]
    )
    assert kinds(right, wrong, arguments) == {kind}
    assert kind in KINDS


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("off_by_one", lambda n: n + 2, lambda n: n + 1),
        ("off_by_one", lambda n: (n, n + 3), lambda n: (n, n + 4)),
        ("floor_for_ceil", halves, lambda n: n // 2),
        ("keepdim", lambda n: (n + 1, 1), lambda n: (n + 1,)),
    ],
)
def test_whole_numbers_and_shapes(kind, right, wrong):
    assert kinds(right, wrong, COUNTS) == {kind}


def test_single_precision_on_the_way_to_a_double_result():
    assert kinds(torch.exp, lambda x: x.float().exp().double(), DOUBLES) == {"precision"}


def test_results_in_another_order():
    answers = [Answered("call", (x,), (x.exp(), x.sin())) for x in TABLES]
    compared = [Compared(got, wanted, False) for one, x in zip(answers, TABLES, strict=True)
                for got, wanted in zip(one.value, (x.sin(), x.exp()), strict=True)]  # fmt: skip
    assert {one.kind for one in suspected(Heard(answers, compared))} == {"wrong_type"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (torch.exp, torch.sin),
        (mean, lambda x: x.median()),
        (softmax, lambda x: x),
        (torch.sum, lambda x: x.sum() + 0.3),
        (lambda x: x.sigmoid(), lambda x: (x > 0).float()),
    ],
)
def test_nothing_is_said_where_no_rule_explains_all_answers(right, wrong):
    assert kinds(right, wrong) - {"unchanged_input"} == set()


def test_one_number_alone_is_no_proof_of_a_factor():
    assert suspected(heard(mean, lambda x: 1.7 * x.mean(), TABLES[:1])) == set()


def test_where_a_check_compared_nothing_wrong_there_is_nothing_to_explain():
    assert suspected(heard(mean, mean, TABLES)) is None
    assert suspected(Heard([], [])) is None


def test_no_answer_makes_a_rule_stumble():
    nan, inf = float("nan"), float("inf")
    odd = [None, "a", b"", True, 0, -1, 2**70, nan, inf, 1e308, (), (1, 2), (0,), ("a",), [], [1.0], {}, object(),
           numpy.float64(2), numpy.zeros(3), torch.tensor(1.0), torch.tensor(nan), torch.empty(0), torch.empty(0, 3),
           torch.empty(3, 0), torch.zeros(3), torch.zeros(3, 3), torch.full((2, 2), inf), torch.ones(1, 1, 1),
           torch.tensor([1, 2]), torch.tensor([True]), torch.tensor(1j), torch.ones(2, dtype=torch.float16),
           torch.eye(2).to_sparse(), torch.tensor([1e308, -1e308], dtype=torch.float64)]  # fmt: skip
    for got, wanted in itertools.product(odd, odd):
        suspected(Heard([Answered("call", (got, wanted), got)], [Compared(got, wanted, False)]))
    draw = random.Random(0)
    for _ in range(3000):
        some = [draw.choices(odd, k=3) for _ in range(draw.randint(1, 4))]
        answers = [Answered("call", (argument, 1.0), (got, wanted)) for got, wanted, argument in some]
        suspected(Heard(answers, [Compared(got, wanted, draw.random() < 0.3) for got, wanted, _ in some]))
