"""What a terminal shows of a failed public check: what was called, and what differs."""

from __future__ import annotations

import pytest
import torch

from grader.compare import Mismatch, close
from grader.records import CheckResult, Text
from grader.sandbox import wire
from grader.sandbox.shown import repr_of
from grader.side_by_side import ROOM, evidence_lines

NAN = float("nan")


def failed(details, outcome="failed") -> CheckResult:
    text = Text(en="it is wrong", ko="틀렸습니다")
    return CheckResult("test_it", text, ("f",), "cpu", outcome, 0.0, 1.0, text, None, None, details, True, 0.1)


def lines_of(got, wanted, language="en") -> list[str]:
    """Return what is shown of a public check that compares these two."""
    with pytest.raises(Mismatch) as caught:
        close(torch.tensor(got), torch.tensor(wanted))
    return evidence_lines(failed({"call": "f(1)", "lines": [], **caught.value.details}), language)


def test_got_stands_above_wanted_and_carets_below_what_differs():
    assert lines_of([0.5, 0.26894, 2.0, -1.0], [0.5, 0.73106, 1.0, -1.0]) == [
        "called: f(1)",
        "got:    [   0.5, 0.2689,      2,     -1]",
        "wanted: [   0.5, 0.7311,      1,     -1]",
        "                 ^^^^^^       ^",
    ]


def test_korean_takes_two_columns_a_letter_and_the_numbers_are_below_each_other_all_the_same():
    assert lines_of([1.0, 2.0], [1.0, 3.0], "ko") == [
        "호출:   f(1)",
        "결과:   [1, 2]",
        "기댓값: [1, 3]",
        "            ^",
    ]


@pytest.mark.parametrize(
    "got, wanted, rows",
    [
        ([[1, 2], [3, 4]], [[1, 2], [3, 5]], ["got[1]:    [3, 4]", "wanted[1]: [3, 5]", "               ^"]),
        ([[[1.0, 2], [3, 4]]], [[[1.0, 2], [9, 4]]], ["got[0, 1]:    [3, 4]", "wanted[0, 1]: [9, 4]", "               ^"]),
        ([NAN, 1.0], [0.5, 1.0], ["got:    [nan,   1]", "wanted: [0.5,   1]", "         ^^^"]),
        ([1.0001, 1.0], [1.0003, 1.0], ["got:    [1.0001,      1]", "wanted: [1.0003,      1]", "         ^^^^^^"]),
        ([True, False], [True, True], ["got:    [ True, False]", "wanted: [ True,  True]", "                ^^^^^"]),
    ],
)  # fmt: skip
def test_of_a_larger_tensor_the_row_of_the_worst_value_is_shown(got, wanted, rows):
    assert lines_of(got, wanted)[1:] == rows


def test_a_long_row_is_cut_to_what_lies_around_the_worst_value():
    wanted = [float(number) for number in range(30)]
    got = [*wanted[:20], 99.5, *wanted[21:]]
    mine, theirs, marks = lines_of(got, wanted)[1:]
    assert len(mine) < ROOM + 20 and mine.startswith("got:    [..., ") and mine.endswith(", ...]")
    assert mine[mine.index("99.5") :][:4] == "99.5" and theirs[mine.index("99.5") :][:4] == "  20"
    assert marks == " " * mine.index("99.5") + "^^^^"
    assert not lines_of(wanted, [1.0, *wanted[1:]])[1].startswith("got:    [...")


@pytest.mark.parametrize(
    "got, wanted", [(1.0, 2.0), ([[1.0], [2.0]], [[1.0], [3.0]]), ([1.0], [1.0, 2.0]), ([1.0] * 50, [2.0] * 50)]
)
def test_what_the_message_says_already_or_what_is_too_large_is_not_written_out(got, wanted):
    assert lines_of(got, wanted) == ["called: f(1)"]


def test_after_an_exception_the_line_of_the_file_is_shown_and_a_long_one_is_cut():
    details = {"call": "f(" + "x, " * 200 + ")", "lines": [[3, "f", 0, "return g(x)"], [12, "g", 0, "return x / s"]]}
    call, line = evidence_lines(failed(details), "en")
    assert line == "line 12: return x / s"
    assert call.startswith("called:  f(x, x,") and call.endswith("...") and len(call) < 220


@pytest.mark.parametrize("details", [None, {}, {"lines": [[3, "f"]]}, {"lines": None, "worst": None}, {"worst": [{"place": [1]}]},
                                     {"worst": [{"place": [0]}], "got": {"shape": [2]}, "wanted": {}, "error": [[1.0, None]]}])  # fmt: skip
def test_a_record_of_an_earlier_version_is_shown_as_far_as_it_goes(details):
    assert evidence_lines(failed(details), "en") == []


@pytest.mark.parametrize("outcome", ["passed", "skipped", "not_allowed", "broken"])
def test_only_a_failure_shows_its_call(outcome):
    assert evidence_lines(failed({"call": "f(1)"}, outcome), "en") == []


@pytest.mark.parametrize("value", [
    torch.tensor([0.0, 1.0, -2.5]), torch.tensor(3.0), torch.tensor([[1, 2], [3, 4]]), torch.tensor([True, False]),
    torch.tensor([0.5], dtype=torch.float64), torch.tensor([3], dtype=torch.int32), torch.tensor([1e20, -1e-9]),
    torch.tensor([float("inf"), -float("inf"), 1.0]), torch.zeros(0), torch.zeros(3, 0), torch.zeros(0, 3, dtype=torch.int64),
    torch.tensor([1 + 2j]), (3, torch.tensor(1)), [torch.tensor([0.1]), {"a": torch.tensor([2.0])}], 0.7, "text", None,
])  # fmt: skip
def test_an_argument_is_shown_as_it_would_be_typed(value):
    def same(one, other):
        if isinstance(one, torch.Tensor):
            return one.dtype == other.dtype and torch.equal(one, other)
        if isinstance(one, list | tuple):
            return type(one) is type(other) and all(map(same, one, other))
        return (
            one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
            if isinstance(one, dict)
            else one == other
        )

    assert same(eval(repr_of(value)), value)


def test_a_large_tensor_is_described_and_a_helper_is_written_as_the_expression_that_makes_it():
    assert repr_of(torch.ones(100, 7)) == "<float32 tensor of shape (100, 7)>"
    assert repr_of(wire.Build("nn.ReLU()")) == "nn.ReLU()"
    assert repr_of(wire.Generator(3)) == "torch.Generator().manual_seed(3)"
