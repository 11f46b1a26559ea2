"""The wire under whatever hypothesis thinks of: values arrive as they were, and a wrong frame is refused, at no cost."""

from __future__ import annotations

from random import Random

import numpy
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.sandbox import wire
from grader.sandbox.decode import loads
from grader.sandbox.encode import encode
from grader.sandbox.wire import Build, Generator, Opaque, Reference

from ..soak.mutation import SAMPLES, examine, mutated, whole
from .test_wire import same

fuzz = settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck])


LONG = wire.MAX_HEADER // 8

WRONGS = 12
"""How often each value's frame is made wrong."""


@st.composite
def tensors(draw):
    """A tensor of any dtype and shape, whatever its bytes mean, and however it lies in memory."""
    dtype = getattr(torch, draw(st.sampled_from(sorted(wire.DTYPES))))
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    count = 2 * int(numpy.prod(shape, dtype=int)) * dtype.itemsize
    data = torch.frombuffer(bytearray(draw(st.binary(min_size=count, max_size=count)) or bytes(1)), dtype=torch.uint8)
    flat = (data % 2 == 1)[:count] if dtype == torch.bool else data[:count].view(dtype)
    first, second = flat.reshape(2, *shape)
    return draw(st.sampled_from([
        lambda: second, lambda: flat[::2].reshape(shape), lambda: flat.reshape(*shape, 2)[..., 1],
        lambda: first.permute([*reversed(range(len(shape)))]), lambda: first.unsqueeze(-1).expand(*shape, 3),
        lambda: flat.as_strided(shape, [1] * len(shape)), lambda: first.conj(),
    ]))()  # fmt: skip


arrays = tensors().filter(lambda tensor: tensor.dtype != torch.bfloat16).map(lambda tensor: tensor.resolve_conj().numpy())
scalars = arrays.filter(lambda array: array.size).map(lambda array: array.flat[0])

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
any_text = st.text(st.characters(exclude_categories=[]), max_size=5)
integers = st.integers() | st.sampled_from([1 << 63, 10**600, wire.MAX_INT - 1, 1 - wire.MAX_INT])
indices = st.none() | integers
plain = st.none() | st.booleans() | integers | st.floats() | text
keys = st.none() | st.booleans() | integers | st.floats(allow_nan=False) | text  # all NaN arrive as one object
leaves = st.one_of(
    plain, tensors(), arrays, scalars, st.complex_numbers(), st.binary(max_size=9),
    st.builds(slice, indices, indices, indices), st.sampled_from(sorted(wire.DTYPES)).map(lambda name: getattr(torch, name)),
    st.sampled_from(["cpu", "cuda", "cuda:3", "meta"]).map(torch.device), st.builds(Build, any_text),
    st.builds(Reference, integers, any_text, st.lists(any_text, max_size=3).map(tuple)), st.builds(Opaque, any_text),
    st.builds(Generator, st.integers(0, (1 << 63) - 1)),
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda items: st.lists(items, max_size=4) | st.lists(items, max_size=4).map(tuple)
    | st.dictionaries(keys | st.tuples(keys, st.tuples(keys)), items, max_size=4),
    max_leaves=12,
)  # fmt: skip


@fuzz
@given(values)
def test_a_value_of_any_kinds_arrives_as_it_was_and_again_so(value):
    frame = encode(value)
    got = loads(frame, request=True)
    assert same(got, value)
    assert encode(got) == frame


@fuzz
@given(any_text)
def test_text_arrives_as_text_that_can_be_written_anywhere(said):
    got = loads(encode(said))
    assert type(got) is str and got.encode("utf-8").decode("utf-8") == got
    assert got == said or any("\ud800" <= char <= "\udfff" for char in said)


@fuzz
@given(values, st.integers(0, 1 << 32))
def test_a_frame_made_wrong_in_any_way_is_refused_or_a_value_and_costs_little(value, seed):
    random, frame = Random(seed), encode(value)
    for _ in range(WRONGS):
        examine(mutated(random, frame, SAMPLES))


@fuzz
@given(st.binary(max_size=300))
def test_any_bytes_as_a_header_or_as_a_frame_cost_little(data):
    assert not examine(data)
    examine(wire.FRAME.pack(wire.MAGIC, len(data), 0) + data)


# What costs the most memory by the byte: short things, deep ones, and numbers that are long when they are written.
@pytest.mark.parametrize(
    "repeated", ["[", "[" * 400 + "]" * 400 + ",", "{},", '{"":' * 300 + "0" + "}" * 300 + ",", '"a",', "0.5,", "1e9,",
                 "9" * 4300 + ",", '["list",[' * 30 + "]]" * 30 + ","],
    ids=["open", "deep-lists", "dicts", "deep-dicts", "texts", "floats", "powers", "digits", "tagged"],
)  # fmt: skip
def test_a_long_header_costs_memory_in_proportion(repeated):
    header = '["list",[' + repeated * (LONG // len(repeated)) + "0]]"
    examine(wire.FRAME.pack(wire.MAGIC, len(header), 0) + header.encode())


@pytest.mark.parametrize("size", [8, 1 << 30, 1 << 40])
@pytest.mark.parametrize("shape", [[2], [1 << 28], [1 << 40]])
def test_a_claim_beyond_the_body_takes_no_memory(size, shape):
    for node in (["bytes", size + 1], ["tensor", "int64", shape, size, "cpu", False], ["array", "bool", shape, size]):
        assert not examine(whole(node, bytes(8)))
