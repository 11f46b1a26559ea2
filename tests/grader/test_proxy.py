"""Calls across the line mean what a call means: arguments changed in place, shared memory, objects with state."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest
import torch

from grader.checks import build, generator
from grader.sandbox.proxy import Journal, Student
from grader.sandbox.replies import StudentError
from grader.sandbox.sides import Local
from grader.sandbox.wire import Opaque, note_of

SOURCE = """
import collections
import numpy as np
import torch
from torch import nn


def same(x): return x
def view(x): return x.reshape(-1)[1:]
def copy(x): return x.clone()
def inside(x): return [x, (x + 1,)]
def add_one(x):
    x += 1
    return x
def add_one_behind_the_counter(x):
    x.numpy()[...] += 1
def grow(x):
    x.data = torch.ones(5, dtype=torch.float64)
def fill(a): a[:] = 7
def pop(items): return items.pop(0)
def rename(table):
    table["new"] = 1
    del table["old"]
def nested(pair): pair[0].zero_()
def fails_late(x):
    x.zero_()
    raise ValueError("late")
def draw(generator): return torch.rand(2, generator=generator)
def apply(f, x): return f(x)
def squares():
    for n in range(3): yield n * n
def forever():
    while True: yield 1
async def never(): return 1
def later():
    coroutine = never()
    kept.append(coroutine)
    coroutine.close()
    return coroutine
kept = []
def add(a, b=1): return a + b

class Momentum:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr
    def step(self):
        with torch.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= self.lr * p.grad

class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.linear = nn.Linear(n, 1)
        self.dropped = nn.Dropout()
    def forward(self, x): return self.linear(x)

def inference():
    with torch.inference_mode():
        return torch.ones(2) + 1

Tagged = type("Tagged", (torch.Tensor,), {})
def answers():
    return {
        "ordered": collections.OrderedDict(a=1),
        "sparse": torch.eye(2).to_sparse(),
        "quantized": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
        "meta": torch.ones(2, device="meta"),
        "huge": torch.ones(1).expand(2**40),
        "tagged": torch.ones(2).as_subclass(Tagged),
        "masked": np.ma.array([1.0]),
        "coarse": torch.ones(2, dtype=torch.bfloat16),
        "parameter": nn.Parameter(torch.ones(2)),
        "inference": inference(),
    }
"""


@pytest.fixture(params=["worker", "local"])
def student(request, seat, tmp_path: Path) -> Student:
    """The same code on either side: in a worker as a student's, in this process as a reference."""
    if request.param == "worker":
        return Student(seat(SOURCE).ask)
    path = tmp_path / "reference.py"
    path.write_text(SOURCE)
    return Student(Local(path).ask)


def test_a_call_works_on_a_copy_so_that_it_cannot_change_what_is_wanted(student):
    x = torch.zeros(2)
    assert student.add_one(x).tolist() == [1, 1]
    assert x.tolist() == [0, 0]


def test_an_argument_changed_in_place_changes_here_too_where_the_check_asks(student):
    x = torch.zeros(2, 2)
    assert student.add_one.in_place(x).tolist() == [[1, 1], [1, 1]] == x.tolist()
    student.add_one_behind_the_counter.in_place(x)
    assert x.tolist() == [[2, 2], [2, 2]]
    a, items, table, pair = numpy.zeros(2), [1, 2], {"old": 0}, [torch.ones(2), 3]
    student.fill.in_place(a)
    assert a.tolist() == [7, 7]
    assert student.pop.in_place(items) == 1 and items == [2]
    student.rename.in_place(table)
    assert table == {"new": 1}
    first = pair[0]
    student.nested.in_place(pair)
    assert first.tolist() == [0, 0]


def test_a_change_of_shape_or_before_an_exception_is_seen(student):
    x, y = torch.zeros(2), torch.ones(2)
    student.grow.in_place(x)
    assert (x.shape, x.dtype) == ((5,), torch.float64)
    with pytest.raises(StudentError):
        student.fails_late.in_place(y)
    assert y.tolist() == [0, 0]


@pytest.mark.parametrize(("name", "shares"), [("same", True), ("view", True), ("copy", False)])
def test_memory_shared_with_an_argument_is_reported(student, name, shares):
    answer = getattr(student, name)(torch.arange(4.0))
    assert note_of(answer).shares is shares
    assert note_of(answer).device == "cpu"


def test_shared_memory_is_found_inside_lists_and_tuples(student):
    first, (second,) = student.inside(torch.ones(2))
    assert (note_of(first).shares, note_of(second).shares) == (True, False)


def test_generators_and_helpers_are_made_on_the_other_side(student):
    wanted = torch.rand(2, generator=torch.Generator().manual_seed(3))
    assert torch.equal(student.draw(generator(3)), wanted)
    assert student.apply(build("nn.ReLU()"), torch.tensor([-1.0, 2.0])).tolist() == [0, 2]
    assert student.apply(build("lambda x: x * 2"), torch.ones(1)).tolist() == [2]


def test_keywords_and_defaults_work(student):
    assert student.add(1) == 2
    assert student.add(1, b=5) == 6
    with pytest.raises(StudentError, match="TypeError"):
        student.add()


def test_iterators_stay_there_and_are_taken_from_in_bounded_steps(student):
    squares = student.squares()
    assert student.take(squares, 2) == [0, 1]
    assert student.take(squares, 5) == [4]
    assert student.take(student.forever(), 3) == [1, 1, 1]
    assert squares.reference.type_name == "builtins.generator"
    assert student.later().reference.type_name == "builtins.coroutine"


def test_a_class_with_parameters_works_on_their_grad(student):
    weight = student.keep(torch.tensor([1.0, 2.0]), requires_grad=True)
    untouched = student.keep(torch.tensor([5.0]), requires_grad=True)
    optimizer = student.Momentum([weight, untouched], lr=0.5)
    weight["grad"] = torch.tensor([2.0, 4.0])
    optimizer.step()
    assert student.fetch(weight).tolist() == [0.0, 0.0]
    assert student.fetch(untouched).tolist() == [5.0]
    assert untouched["grad"] is None
    assert optimizer["lr"] == 0.5


def test_a_module_can_be_called_loaded_and_differentiated(student):
    net = student.Net(3)
    assert net.is_a("torch.nn.modules.module.Module")
    net.load_state_dict({"linear.weight": torch.ones(1, 3), "linear.bias": torch.zeros(1)})
    assert net(torch.ones(2, 3)).tolist() == [[3.0], [3.0]]
    assert set(net.state_dict()) == {"linear.weight", "linear.bias"}
    loss = net.__call__(torch.ones(1, 3))
    assert loss.shape == (1, 1)
    parameters = student.take(net.parameters(), 5)
    assert [tuple(p.shape) for p in parameters] == [(1, 3), (1,)]


def test_gradients_flow_through_results_that_are_kept_there(student):
    weight = student.keep(torch.tensor([1.0, 2.0]), requires_grad=True)
    kept = student.apply.kept(build("lambda x: (x ** 2).sum()"), weight)
    kept.backward()
    assert weight["grad"].tolist() == [2.0, 4.0]


def test_answers_that_cannot_travel_say_what_they_are(student):
    answers = student.answers()
    assert answers.pop("coarse").dtype is torch.bfloat16
    assert answers.pop("parameter").tolist() == [1, 1]
    assert answers.pop("inference").tolist() == [2, 2]
    assert answers.pop("ordered") == {"a": 1}
    assert answers == {
        "sparse": Opaque("sparse tensor"),
        "quantized": Opaque("quantized tensor"),
        "meta": Opaque("meta tensor"),
        "huge": Opaque("tensor too large to travel"),
        "tagged": Opaque("Tensor subclass Tagged"),
        "masked": Opaque("ndarray subclass MaskedArray"),
    }


def test_a_journal_notes_the_calls_and_what_they_used(seat):
    journal = Journal(banned=("sigmoid",))
    student = Student(
        seat("import torch\ndef f(z):\n    print('hi')\n    return torch.sigmoid(z)\n").ask, None, journal
    )
    student.f(torch.zeros(2))
    assert journal.calls == ["f"]
    assert journal.shown == "f(torch.tensor([0., 0.]))"
    assert journal.output == ["hi\n"]
    assert {*journal.uses} == {("torch.Tensor.sigmoid", 4), ("torch.ops.aten.sigmoid", 4)}, "two look on"


def test_what_a_call_changed_can_be_put_back(student):
    journal = student._journal
    x, y, items = torch.zeros(2), torch.zeros(2), [torch.ones(1), 2]
    student.add_one.in_place(x), student.add_one.in_place(x), student.grow.in_place(y), student.pop.in_place(items)
    assert (x.tolist(), y.shape, items) == ([2, 2], (5,), [2])
    journal.put_back()
    assert (x.tolist(), y.tolist(), y.dtype, items) == ([0, 0], [0, 0], torch.float32, [torch.ones(1), 2])


def test_what_changes_an_object_of_the_reference_is_done_each_time(tmp_path):
    path = tmp_path / "reference.py"
    path.write_text("def make(): return [0]\n\ndef count(kept): kept[0] += 1\n")
    side = Student(Local(path).ask)
    kept = side.make.kept()
    side.count(kept), side.count(kept)
    assert side.fetch(kept) == [2]
