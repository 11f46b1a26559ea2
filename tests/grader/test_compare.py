"""An answer held against what was wanted: what is accepted, and what is said of what is not."""

import json
import math
import re

import numpy
import pytest
import torch

from grader.compare import Mismatch, close, equal, numbers, several, typed
from grader.difference import SHOWN, kind_of, shown
from grader.sandbox.decode import decode
from grader.sandbox.proxy import Student
from grader.sandbox.sides import Local
from grader.tolerance import TOLERANCES

NAN, INF = math.nan, math.inf
PAIR = torch.tensor([1.5, 2.5])

pytestmark = pytest.mark.filterwarnings("ignore:coroutine")


@pytest.fixture
def answer_of(tmp_path):
    """Return what a student's function with a given body answers, as a check gets it."""

    def answer(body, *arguments):
        path = tmp_path / "exercise99.py"
        path.write_text(f"import numpy, torch\n{body}", "utf-8")
        return Student(Local(path).ask).f(*arguments)

    return answer


def refused(compare, *values):
    """Compare, expect a Mismatch that speaks both languages and keeps a hidden check's secrets, and return it."""
    with pytest.raises(Mismatch) as caught:
        compare(*values)
    mismatch = caught.value
    for text in (mismatch.text, mismatch.safe):
        assert text.en and re.search("[가-힣]", text.ko)
        assert all(line.isprintable() for line in (*text.en.split("\n"), *text.ko.split("\n")))
    assert not re.search(r"\d|nan|inf|float|int|giraffe|Zebra", mismatch.safe.en + mismatch.safe.ko)
    assert len(json.dumps(mismatch.details, allow_nan=False)) < 100_000
    return mismatch


@pytest.mark.parametrize(
    "expression, said",
    [
        ("None", "returned None; is a return missing?"),
        ("[1.5, 2.5]", "returned a list"), ("(1.5, 2.5)", "returned a tuple"), ("{'giraffe': 7}", "returned a dict"),
        ("12345", "returned an int; return a tensor of shape (2,)"), ("9.875", "returned a float"),
        ("True", "returned a bool"), ("numpy.float64(9.875)", "a tensor of shape (2,)"), ("'giraffe'", "returned a string"),
        ("3 + 4j", "returned a complex number"), ("numpy.array([1.5, 2.5])", "returned a numpy array"),
        ("(n for n in [1.5])", "returned a generator (the function has a yield in it)"),
        ("torch.tanh", "returned a function (is a call's () missing?)"), ("f", "returned a function"),
        ("torch.nn.Linear(1, 2)", "returned an object of type torch.nn.modules.linear.Linear"), ("{1}", "type set"),
        ("torch.tensor([1.5 + 0j, 2.5])", "the result is complex (complex64)"),
        ("torch.tensor([1.5, 2.5]).to_sparse()", "returned sparse tensor"),
        ("torch.ones(2, device='meta')", "returned meta tensor"),
        ("torch.ones(1).expand(2**40)", "returned tensor too large to travel"),
        ("torch.tensor([1.5, 2.5]).as_subclass(type('Zebra', (torch.Tensor,), {}))", "Tensor subclass Zebra"),
        ("numpy.ones(2).view(type('Zebra', (numpy.ndarray,), {}))", "returned ndarray subclass Zebra"),
        ("type('Zebra', (float,), {})(1.5)", "Zebra"),
        ("torch.tensor([[1.5], [2.5]])", "the shape is (2, 1), and (2,) was wanted"),
        ("torch.tensor([[1.5, 2.5]])", "the shape is (1, 2), and (2,) was wanted"),
        ("torch.tensor(1.5)", "the shape is (), and (2,) was wanted"), ("torch.ones(0)", "the shape is (0,)"),
        ("torch.tensor([float('nan'), 2.5])", "at [0] it is nan, and 1.5 was wanted"),
        ("torch.tensor([1.5, -float('inf')])", "at [1] it is -inf, and 2.5 was wanted"),
        ("torch.tensor([1.5, 9.875])", "1 of 2 values are wrong; at [1] it is 9.875, and 2.5 was wanted"),
    ],
)  # fmt: skip
def test_what_was_not_asked_for_is_refused_and_named(answer_of, expression, said):
    assert said in refused(close, answer_of(f"def f():\n    return {expression}"), PAIR).text.en


@pytest.mark.parametrize(
    "body, said",
    [("async def f():\n    return 1", "a coroutine (the function is an async def)"),
     ("def f():\n    yield 1", "a generator (the function has a yield in it)")],
)  # fmt: skip
def test_a_function_of_the_wrong_kind_is_named(answer_of, body, said):
    assert said in refused(close, answer_of(body), PAIR).text.en


@pytest.mark.parametrize("base", ["object", "torch.Tensor", "float"])
def test_a_class_cannot_draw_on_the_terminal_by_its_name(answer_of, base):
    body = f"def f():\n    return type('\\x1b[2J\\u202eZebra', ({base},), {{}})()"
    mismatch = refused(close, answer_of(body), PAIR)
    assert r"\x1b[2J\u202eZebra" in mismatch.text.en
    assert mismatch.details["got"]["kind"].isprintable() and mismatch.details["got"]["text"].isprintable()


@pytest.mark.parametrize("got", [0.1, 1, numpy.float32(0.1), numpy.int64(1), torch.tensor(0.1), torch.tensor(1)])
def test_a_number_is_accepted_for_a_0d_tensor_but_not_where_the_type_matters(got):
    close(got, torch.tensor(float(got)))
    assert "return a tensor" in refused(typed, 0.1, torch.tensor(0.1), None).text.en


def test_a_0d_tensor_and_one_element_are_not_the_same():
    assert "the shape is (1,), and () was wanted" in refused(close, torch.ones(1), torch.tensor(1.0)).text.en
    assert "the shape is (), and (1,) was wanted" in refused(close, torch.tensor(1.0), torch.ones(1)).text.en
    assert "return a tensor of shape (1,)" in refused(close, 1.0, torch.ones(1)).text.en


def test_a_number_that_no_float_holds_is_refused():
    refused(close, 10**400, torch.tensor(1.0))


@pytest.mark.parametrize(
    "got, wanted",
    [(NAN, 1.0), (NAN, NAN), (1.0, NAN), (INF, 1.0), (INF, -INF), (1.0, INF), (-1e30, INF), (0.0, -INF), (NAN, INF)],
)
@pytest.mark.parametrize("shape", [(), (1,), (2, 2)])
def test_what_is_not_finite_agrees_with_nothing_but_its_like(got, wanted, shape):
    for dtype in (torch.float32, torch.float64):
        mismatch = refused(close, torch.full(shape, got, dtype=dtype), torch.full(shape, wanted, dtype=dtype))
        assert f"{got:g}" in mismatch.text.en and f"{wanted:g}" in mismatch.text.en
    refused(equal, (got,), (wanted,))


def test_the_same_infinity_agrees():
    close(torch.tensor([INF, -INF, 1.0]), torch.tensor([INF, -INF, 1.0]))
    close(-INF, torch.tensor(-INF))


@pytest.mark.parametrize(
    "got, wanted, place",
    [
        ([[1.0, 2.0], [3.5, 5.0]], [[1.0, 2.0], [3.0, 4.0]], "[1, 1]"),
        ([[0.0, 2.0], [3.5, NAN]], [[9.0, 2.0], [3.0, 4.0]], "[1, 1]"),
        ([[INF, 2.0], [3.0, 4.5]], [[INF, 2.0], [3.0, 4.0]], "[1, 1]"),
        ([[-INF, 2.0], [3.0, 4.0]], [[-INF, 2.5], [3.0, 4.0]], "[0, 1]"),
        ([[1.0, 2.0], [3.0, 4.0]], [[1.0, INF], [3.0, 4.0]], "[0, 1]"),
        ([[1e6, 2.0], [3.0, 4.0]], [[1e6 + 1, 2.5], [3.0, 4.0]], "[0, 1]"),  # 1 in a million is within tolerance
    ],
)
def test_the_worst_wrong_element_is_named_with_both_numbers(got, wanted, place):
    row, column = json.loads(place)
    text = refused(close, torch.tensor(got), torch.tensor(wanted)).text
    assert f"at {place} it is {got[row][column]:g}, and {wanted[row][column]:g} was wanted" in text.en
    assert place in text.ko and f"{got[row][column]:g}" in text.ko and f"{wanted[row][column]:g}" in text.ko


@pytest.mark.parametrize(
    "got, wanted, more",
    [
        ([1.0, 2.0, 3.0], [1.0, 2.5, 3.0], []), ([1.0, 2.0, 3.0], [1.0, 9.0, 3.5], []),
        ([1.0, 2.0, 3.0], [1.0, 2.5, 3.5], ["each of them is off by 0.5"]),
        ([1.0, 2.0, 3.0, 4.0], [1.123, 2.0, 3.61, 19.0], ["largest error 15, typical error 0.61"]),
        ([1.0, 2.0, 3.0], [1.1, 2.2, 12348.0], ["largest error 12345, typical error 0.2"]),
        ([1.0, 2.0, NAN], [1.1, 2.2, 4.0], ["nan comes from 0 / 0"]), (NAN, 1.0, ["nan comes from 0 / 0"]),
        ([1.0, -INF], [1.1, 4.0], ["inf comes from a division by 0"]), ([1.0, 2.0], [1.1, INF], []),
    ],
)  # fmt: skip
def test_of_several_wrong_values_the_spread_is_told_and_of_nan_where_it_comes_from(got, wanted, more):
    text = refused(close, torch.tensor(got), torch.tensor(wanted)).text
    english, korean = text.en.split("\n")[1:], text.ko.split("\n")[1:]
    assert len(english) == len(korean) == len(more)
    assert all(line.startswith(start) for line, start in zip(english, more, strict=True))
    assert all(re.search("[가-힣]", line) for line in korean)


@pytest.mark.parametrize("off", [1e-3, 1e-6, 1e-8])
def test_two_numbers_are_written_with_the_digits_that_tell_them_apart(off):
    text = refused(close, torch.tensor(0.1 + off, dtype=torch.float64), torch.tensor(0.1, dtype=torch.float64)).text.en
    got, wanted = re.fullmatch("got (.*), and (.*) was wanted", text).groups()
    assert got != wanted
    assert float(got) - float(wanted) == pytest.approx(off, rel=0.5)


@pytest.mark.parametrize("pair", [("0.8808", "0.1192"), ("12345.7", "12000"), ("0.12344", "0.12336"), ("1", "0.99"), ("2e-07", "0")])
def test_two_numbers_have_no_more_digits_than_that(pair):
    got, wanted = (torch.tensor(float(number), dtype=torch.float64) * (1 + 1e-9) for number in pair)
    assert refused(close, got, wanted).text.en.split("\n")[0] == f"got {pair[0]}, and {pair[1]} was wanted"


def test_the_order_of_operations_does_not_matter():
    generator = torch.Generator().manual_seed(0)
    for dtype in TOLERANCES:
        values = torch.rand(1000, generator=generator, dtype=torch.float64).to(dtype)
        forth, exact = values.new_zeros(()), values.double().mean()
        for value in values.to(torch.float32 if dtype.itemsize == 2 else dtype):
            forth = forth + value
        close((forth / 1000).to(dtype), exact, like=values)
        close(values.exp().log(), values.double(), like=values)


@pytest.mark.parametrize("dtype, error", [(torch.float64, 1e-7), (torch.float32, 1e-3), (torch.float16, 0.05)])
def test_a_wrong_formula_is_off_by_more_than_rounding(dtype, error):
    wanted = torch.tensor([1.0, 2.0], dtype=torch.float64)
    refused(close, (wanted * (1 + error)).to(dtype), wanted, torch.ones(1, dtype=dtype))


@pytest.mark.parametrize("coarse", [torch.float16, torch.bfloat16])
def test_values_that_were_rounded_too_coarsely_are_told_so(coarse):
    wanted = torch.tensor([1 / 3, 2 / 3])
    text = refused(close, wanted.to(coarse), wanted).text
    name = str(coarse).removeprefix("torch.")
    assert f"({name} is too coarse; keep float32)" in text.en and name in text.ko
    refused(typed, wanted.to(coarse), wanted, None)
    for dtype in (coarse, torch.float32, torch.float64):
        assert "coarse" not in refused(close, torch.ones(2, dtype=dtype), torch.zeros(2, dtype=dtype)).text.en
        assert "coarse" not in refused(close, torch.ones(2, dtype=torch.float64), torch.zeros(2, dtype=dtype)).text.en


def test_integers_are_compared_exactly():
    close(torch.tensor([1, 2]), torch.tensor([1, 2]))
    close(torch.tensor([1.0, 0.0]), torch.tensor([True, False]))
    refused(close, torch.tensor([1, 3]), torch.tensor([1, 2]))
    refused(close, torch.tensor(2**53 + 1), torch.tensor(2**53))


def test_nothing_agrees_with_nothing():
    close(torch.ones(0, 3), torch.ones(0, 3))
    refused(close, torch.ones(3, 0), torch.ones(0, 3))


@pytest.mark.parametrize("value", [3, "giraffe", None, True, 2.5, (), (1, (2, "a")), [1, [2.5]], b"ab", {"a": 1}])
def test_equal_accepts_the_same_value_of_the_same_type(value):
    equal(value, value)


def test_equal_takes_an_integer_of_numpys_for_an_int():
    equal(numpy.int64(3), 3)
    equal((2, numpy.int32(3)), (2, 3))


@pytest.mark.parametrize(
    "got, wanted, said",
    [
        (3, 4, "returned 3; 4 was wanted"), (True, 1, "returned a bool; return an int"), (1, True, "return a bool"),
        (3.0, 3, "returned a float; return an int"), ([2, 3], (2, 3), "returned a list; return a tuple"),
        ((2, 3.0), (2, 3), "returned (2, 3.0): item 1 is a float; make it an int"), ((2, 3), (2, 3, 4), "returned (2, 3); (2, 3, 4)"),
        ((2, (3, 5)), (2, (3, 4)), "returned (2, (3, 5)); (2, (3, 4)) was wanted"), (None, (2,), "returned None; is a return missing?"),
        (torch.tensor(3), 3, "returned a tensor; return an int"), ("giraffe", "tiger", "returned 'giraffe'"),
        (numpy.float64(3), 3, "return an int"), ({"a": 1}, {"a": 2}, "returned {'a': 1}"),
        ("\x1b[2J", "tiger", "returned '\\x1b[2J'"),
    ],
)  # fmt: skip
def test_equal_refuses_another_value_or_another_type(got, wanted, said):
    assert said in refused(equal, got, wanted).text.en


def test_typed_wants_the_dtype_and_the_device_of_the_input(answer_of):
    typed(answer_of("def f(x):\n    return x + 1", PAIR), PAIR, "cpu")
    typed(answer_of("def f(x):\n    return x + 1", PAIR), PAIR, None)
    typed(PAIR, PAIR, "cuda")  # it never travelled, so nothing is known of its device
    text = refused(typed, answer_of("def f(x):\n    return x.double()", PAIR), PAIR, "cpu").text.en
    assert text == "the dtype is float64; keep that of the input, float32"
    there = refused(typed, answer_of("def f(x):\n    return x", PAIR), PAIR, "cuda").text.en
    assert there == "the result is on cpu; the input is on cuda"


def test_a_forged_device_cannot_draw_on_the_terminal():
    forged = decode(b'["tensor", "float32", [1], 4, "\\u001b[2J", false]', bytearray(4))
    refused(typed, forged, torch.ones(1), "cpu")
    assert shown(forged)["device"].isprintable()


@pytest.mark.parametrize("make", [torch.ones, lambda shape: torch.ones(shape, dtype=torch.complex64).mul(2j).real])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (0, 3), (100, 100), (5000,), (4, 5, 6, 7)])
def test_details_are_bounded(make, shape):
    details = shown(make(shape))
    rows = details["values"]
    assert len(rows) <= SHOWN == 32 and all(len(row) <= SHOWN for row in rows)
    assert details["shape"] == list(shape) and details["dtype"] == "float32"
    assert len(json.dumps(details, allow_nan=False)) < 20_000


@pytest.mark.parametrize(
    "value",
    [torch.tensor([NAN, INF, -INF, 1e308]), torch.tensor([True]), torch.tensor([1 + NAN * 1j]), NAN, [NAN] * 9999,
     "x" * 10**6, 10**1299, {"a": torch.ones(9)}, numpy.array([NAN]), torch.ones(2, dtype=torch.bfloat16), b"\xff"],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_details_are_json_whatever_the_value(value):
    assert len(json.dumps(shown(value), allow_nan=False)) < 2000


def test_details_keep_what_is_not_finite_as_words():
    assert shown(torch.tensor([NAN, INF, -INF, 0.5]))["values"] == [["nan", "inf", "-inf", 0.5]]
    assert shown(None) is None


@pytest.mark.parametrize("value", [True, 1, 1.0, 1j, "a", [], (), {}, numpy.ones(1), torch.ones(1), None, b"", slice(1)])
def test_every_plain_kind_has_a_name_in_each_language(value):
    assert kind_of(value).en and kind_of(value).ko


@pytest.mark.parametrize(
    "got, wanted, said",
    [
        ((4, 4), (4,), "this happens when (4,) and (4, 1) broadcast"), ((4, 4), (4, 1), "when (4, 1) and (4,) broadcast"),
        ((4, 4), (1, 4), "when (1, 4) and (4, 1) broadcast"), ((5, 5, 3), (5, 3), "when (5, 3) and (5, 1, 3) broadcast"),
        ((3, 1), (3,), "axis 1, of size 1, is too many (is there a keepdim=True or an unsqueeze?)"),
        ((1, 1, 3), (1, 3), "axis 1, of size 1, is too many"), ((1,), (), "axis 0, of size 1, is too many"),
        ((3,), (3, 1), "axis 1, of size 1, is missing (keepdim=True keeps it, unsqueeze(1) adds it)"),
        ((3,), (1, 3), "axis 0, of size 1, is missing"), ((), (1,), "axis 0, of size 1, is missing"),
        ((2, 3), (2,), "axis 1 is still there (is a sum or mean over it missing?)"),
        ((3,), (2, 3), "axis 0 is gone (is there a sum or mean over it too many?)"),
        ((2, 3, 4), (4, 3, 2), "the axes are in another order"),
        ((3, 1), (1, 3), "the axis of size 1 is in another place"), ((), (3,), "is there a sum or mean too many?"),
        ((3,), (), "is a sum or mean missing?"), ((2, 3), (3, 2), "the two axes are swapped"),
        ((2, 3), (5,), "2 axes instead of 1"), ((2, 5), (2, 3), "axis 1 has 5 entries instead of 3"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_explained_in_words(got, wanted, said):
    mismatch = refused(close, torch.zeros(got), torch.zeros(wanted))
    assert said in mismatch.text.en and mismatch.text.ko != mismatch.text.en
    assert mismatch.safe.en == "the shape is not right"


def test_a_large_tensor_is_kept_by_its_worst_elements_and_a_grid_of_its_error():
    wanted = torch.zeros(100, 70)
    got = wanted.clone()
    got[99, 69], got[50, 3], got[2, 2] = 3.0, -1.0, math.nan
    details = refused(close, got, wanted).details
    assert details["wrong"] == 3
    assert [item["place"] for item in details["worst"]] == [[2, 2], [99, 69], [50, 3]]
    assert details["worst"][1] == {"place": [99, 69], "got": "3", "wanted": "0"}
    assert (len(details["error"]), len(details["error"][0])) == (SHOWN, SHOWN)
    marked = {(i, j): x for i, row in enumerate(details["error"]) for j, x in enumerate(row) if x is not None}
    assert marked == {(0, 0): "inf", (31, 31): 3.0, (16, 1): 1.0}


def test_several_accepts_a_tuple_of_so_many_values():
    assert several((1, 2), 2) == (1, 2)
    assert "returned a list; return a tuple" in refused(several, [1, 2], 2).text.en
    assert "returned a tuple of 2; return 3 values" in refused(several, (1, 2), 3).text.en
    assert "returned None" in refused(several, None, 3).text.en


def test_numbers_accepts_a_list_of_real_numbers_and_0d_tensors():
    assert torch.equal(numbers([1, 2.5, torch.tensor(3.0), numpy.float32(4)]), torch.tensor([1, 2.5, 3, 4]).double())
    assert numbers([]).shape == (0,)
    assert "return a list of numbers" in refused(numbers, torch.ones(3)).text.en
    assert "item 1 of the list is a tensor (2,)" in refused(numbers, [1.0, torch.ones(2)]).text.en
    assert "item 0 of the list is None" in refused(numbers, [None]).text.en
