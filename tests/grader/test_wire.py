"""Values as bytes: what travels arrives as it was, what cannot is named, and hostile bytes give only a WireError."""

import json
import socket
import threading
import time
from collections import OrderedDict, namedtuple

import numpy
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox import wire
from grader.sandbox.decode import _Reader, decode, loads
from grader.sandbox.encode import encode
from grader.sandbox.wire import Build, Generator, Opaque, Reference, TooLarge, WireError
from grader.sandbox.worker import Service

NUMBERS = torch.tensor([[0.0, -0.0, 1.5], [float("nan"), float("inf"), -float("inf")]])
THIRDS = (torch.arange(12).reshape(3, 4) / 3).requires_grad_()
COMPLEX = torch.tensor([[1 + 2j, 3j]])
ODD_KEYS = {(1, ("a", None)): 2, None: 3, True: 4, "": 5, 2.5: 6}
PARTY = "\N{PARTY POPPER}"

hostile = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def round_trip(value, **rules):
    return loads(encode(value, **rules))


def same(got, wanted):
    """Whether a value arrived as it was, to the sign of a zero; NaN is NaN."""
    if isinstance(wanted, torch.Tensor | numpy.ndarray | numpy.generic):
        plain = torch.Tensor if isinstance(wanted, torch.Tensor) else type(wanted)
        traits = [(type(wanted), value.dtype, value.shape, repr(value.tolist())) for value in (got, wanted)]
        return type(got) is plain and traits[0] == traits[1] and not getattr(got, "requires_grad", False)
    if isinstance(wanted, list | tuple):
        return type(got) is type(wanted) and len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(wanted, dict):
        return type(got) is dict and same([*got.items()], [*wanted.items()])
    return type(got) is type(wanted) and repr(got) == repr(wanted)


@pytest.mark.parametrize("name", wire.DTYPES)
def test_a_tensor_of_every_dtype_arrives_as_it_was(name):
    for tensor in (NUMBERS.nan_to_num(0, 1, 0), NUMBERS[:, :0], torch.tensor(1), torch.arange(24).reshape(2, 3, 4).mT):
        assert same(round_trip(tensor.to(getattr(torch, name))), tensor.to(getattr(torch, name)))


@pytest.mark.parametrize("name", [name for name in wire.DTYPES if name != "bfloat16"])
def test_an_array_and_a_scalar_of_every_dtype_arrive_as_they_were(name):
    for array in (numpy.arange(6).reshape(2, 3), numpy.zeros((0, 3)), numpy.array(1), numpy.arange(9)[::-2]):
        assert same(round_trip(array.astype(name)), array.astype(name))
    assert same(round_trip(numpy.dtype(name).type(1)), numpy.dtype(name).type(1))


@pytest.mark.parametrize(
    "tensor",
    [
        NUMBERS, NUMBERS.bfloat16(), NUMBERS.t(), NUMBERS[::2, 1:], torch.ones(1).expand(3, 4), THIRDS, THIRDS[:, 1],
        torch.nn.Parameter(torch.ones(2)), COMPLEX.conj(), COMPLEX.conj().imag, COMPLEX[:, 0].conj().imag,
        torch.zeros(0), torch.zeros(3, 0, 2), torch.zeros(0, 1 << 39), torch.ones([1] * 8),
        *(torch.ones(1, 3, dtype=dtype)[:, 1] for dtype in (torch.float32, torch.bfloat16, torch.bool)),
    ],
    ids=lambda tensor: f"{tensor.dtype}-{tuple(tensor.shape)}-strides{tensor.stride()}",
)  # fmt: skip
def test_a_tensor_arrives_whatever_its_memory_looks_like(tensor):
    assert same(round_trip(tensor), tensor)


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, -1, 10**1300 - 1, 1 - 10**1300, 0.1, 1e308, float("nan"), float("inf"), -float("inf"),
        1 - 2j, "", f"한글 {PARTY} \0", b"", b"\x00\xff", slice(None), slice(1, -2, 3), [], (), {}, [[], ((),)],
        ODD_KEYS, {"a": [{"b": (1, NUMBERS, numpy.arange(3))}]}, torch.bfloat16, torch.device("cpu"),
        torch.device("cuda", 1), numpy.float64(0.1), numpy.bool_(True), Reference(3, "a.B", ("a.B", "c.D")),
        Opaque("x"),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_a_value_arrives_as_it_was(value):
    assert same(round_trip(value), value)


@pytest.mark.parametrize("maker", [Generator(0), Build("nn.ReLU()")])
def test_what_the_other_side_is_to_make_travels_in_requests_only(maker):
    assert loads(encode([maker]), request=True) == [maker]
    with pytest.raises(WireError, match="unknown node"):
        loads(encode([maker]))


def test_near_relatives_of_plain_types_arrive_plain():
    assert same(round_trip(torch.Size([2, 3])), (2, 3))
    assert same(round_trip(namedtuple("Pair", "a b")(1, torch.ones(2))), (1, torch.ones(2)))
    assert same(round_trip(OrderedDict(b=1, a=2)), {"b": 1, "a": 2})
    assert same(round_trip("a\ud800b"), "a?b")


def test_what_arrives_has_memory_of_its_own():
    assert torch.equal(round_trip(torch.ones(3).expand(2, 3)).add_(torch.eye(2, 3)), torch.ones(2, 3) + torch.eye(2, 3))
    round_trip(numpy.ones(2))[0] = 3


def test_a_tensor_brings_word_of_its_device_and_its_memory():
    assert wire.note_of(round_trip(torch.ones(1), shares=lambda tensor: True)) == wire.Note("cpu", True)
    assert wire.note_of(torch.ones(1)) is None


def pretender(base):
    """A class of a student's that could answer every question about itself with yes."""
    return type("Pretender", (base,), {})


def escaped_from_vmap():
    leaked = []
    torch.func.vmap(lambda row: leaked.append(row) or row)(torch.ones(3))
    return leaked[0]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "make, kind",
    [
        (lambda: torch.eye(2).to_sparse(), "sparse tensor"),
        (lambda: torch.eye(2).to_sparse_csr(), "sparse tensor"),
        (lambda: torch.quantize_per_tensor(torch.ones(2), 1.0, 0, torch.qint8), "quantized tensor"),
        (lambda: torch.ones(2, device="meta"), "meta tensor"),
        (lambda: torch.nested.nested_tensor([torch.ones(1), torch.ones(2)]), "nested tensor"),
        (lambda: torch.zeros(1).expand(1 << 40), "tensor too large to travel"),
        (lambda: torch.zeros([1] * 9), "tensor too large to travel"),
        (lambda: torch.zeros(0).reshape(0, 1 << 39, 4), "tensor too large to travel"),
        (lambda: torch.zeros(2, dtype=torch.complex32), "tensor of complex32"),
        (lambda: escaped_from_vmap(), "tensor that cannot be read"),
        (lambda: numpy.broadcast_to(numpy.float64(1), (1 << 40,)), "array too large to travel"),
        (lambda: numpy.array([object()]), "numpy array of object"),
        (lambda: numpy.datetime64("2020-01-01"), "numpy scalar of datetime64[D]"),
        (lambda: torch.ones(2).as_subclass(pretender(torch.Tensor)), "Tensor subclass Pretender"),
        (lambda: numpy.ones(2).view(pretender(numpy.ndarray)), "ndarray subclass Pretender"),
        (lambda: 10**1300, "too large integer"),
        (lambda: "x" * ((1 << 20) + 1), "too large string"),
    ],
)
def test_what_cannot_travel_arrives_as_the_name_of_its_kind(make, kind):
    assert round_trip([make(), 1], keep=Service().keep) == [Opaque(kind), 1]


@pytest.mark.parametrize(
    "value",
    [
        {torch.ones(1): 1}, {b"a": 1}, {numpy.int64(3): 1}, {1j: 1}, {(frozenset(),): 1}, slice(1.0, 2),
        slice(torch.tensor(1), None), torch.uint16, torch.float8_e4m3fn, torch.device("mps"),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_a_value_with_unusual_parts_stays_behind_and_breaks_no_rule(value):
    assert isinstance(round_trip(value, keep=Service().keep), Opaque | Reference)


@pytest.mark.parametrize(
    "value",
    [*(pretender(base)() for base in (float, int, str, list, dict)), (n for n in "a"),
     object(), print, {1}],
    ids=lambda value: "-".join(base.__name__ for base in type(value).__mro__[:-1]),
)  # fmt: skip
def test_an_object_stays_behind_and_only_its_types_are_told(value):
    service = Service()
    got = round_trip([value], keep=service.keep)[0]
    assert got.type_name == got.bases[0] == f"{type(value).__module__}.{type(value).__qualname__}"
    assert got.bases[-1] == "builtins.object"
    assert service.objects[got.number] is value


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bool, torch.int64])
def test_a_tensor_arrives_as_a_tensor_of_its_own_with_which_all_may_be_done(shape, dtype):
    got = round_trip(torch.ones(shape, dtype=dtype))
    got.detach_().resize_(7).zero_()
    assert not got._is_view()


def nested(depth):
    return [nested(depth - 1)] if depth else []


def endless():
    value = []
    value.append({"again": value})
    return value


@pytest.mark.parametrize(
    "make",
    [endless, lambda: [None] * 1_000_000, lambda: nested(33), lambda: [PARTY * 100_000],
     lambda: [b"x" * (40 << 20)] * 2],
)  # fmt: skip
def test_what_is_too_large_is_refused_by_the_side_that_would_send_it(make):
    with pytest.raises(TooLarge):
        encode(make())


def test_a_dict_has_a_largest_size_on_both_sides():
    """Keys that all hash alike would keep the reader busy for seconds."""
    assert len(round_trip({n: n for n in range(wire.MAX_PAIRS)})) == wire.MAX_PAIRS
    assert isinstance(round_trip({n: n for n in range(wire.MAX_PAIRS + 1)}), Opaque)
    assert len(round_trip({str(n): n for n in range(wire.MAX_PAIRS)})) == wire.MAX_PAIRS
    assert isinstance(round_trip({str(n): n for n in range(wire.MAX_PAIRS + 1)}), Opaque)
    pairs = [[n, n] for n in range(wire.MAX_PAIRS + 1)]
    for node in (["dict", pairs], {str(n): n for n, _ in pairs}):
        with pytest.raises(WireError, match="too large a dict"):
            decode(json.dumps(node).encode(), bytearray())


def test_names_in_a_dict_are_text_that_can_be_written():
    assert round_trip({"한": {"\ud800": 1, "": [{}]}}) == {"한": {"?": 1, "": [{}]}}
    with pytest.raises(TooLarge):
        encode([{"x" * 600_000: 1}, {"y" * 600_000: 1}])


def test_the_deepest_and_the_longest_that_may_travel_arrive():
    assert round_trip(nested(32)) == nested(32)
    assert round_trip([0] * 19_999) == [0] * 19_999


def head(magic=wire.MAGIC, header=2, body=0):
    return wire.FRAME.pack(magic, header, body)


@pytest.mark.parametrize(
    "data",
    [b"", b"tgw1", head()[:-1], head(b"PK\3\4") + b"[]", head(header=(1 << 20) + 1), head(body=(64 << 20) + 1),
     head(body=1 << 63), head(header=3) + b"[]", head(body=1) + b"[]", head() + b"[] ", encode([1, b"ab"])[:-1],
     encode([1, b"ab"]) + b"c"],
)  # fmt: skip
def test_a_frame_whose_sizes_lie_is_refused(data):
    with pytest.raises(WireError):
        loads(data)


HEADERS = [
    *("[", "", "nul", "\xff", '"\xed\x95\x9c"', "[" * 100_000, "9" * 4301, "1" + "0" * 1300, "[1] [2]"),
    *({"a": [1]}, {"a": {"b": {}, "c": []}}, {str(n): 0 for n in range(2001)}, '{"a":' * 34 + "0" + "}" * 34, '{1: 0}', '{"a"}'),
    *([], [[]], ["list"], ["list", 1], ["list", [], 1], ["tuple", {}], ["nothing", 1], [1, 2], [None]),
    *(["__init__", ""], ["value", 1], ["take", 0], ["elements", "int8", [0], 0], ["", []], ["List", []], ["list", "ab"]),
    *('["list",[' * 34 + "]]" * 34, ["list", [0] * 20_000], ["dict", [[n, 0] for n in range(10_000)]]),
    *(["dict", [[1]]], ["dict", [[1, 2, 3]]], ["dict", {"a": 1}], ["dict", {}], ["dict", ["ab"]], ["dict", [{"a": 1, "b": 2}]]),
    *(["dict", [[["list", []], 1]]], ["dict", [[["tuple", [["list", []]]], 1]]], ["dict", [[["bytes", 0], 1]]]),
    *(["dict", [[["opaque", "x"], 1]]], ["dict", [[["complex", 1.0, 1.0], 1]]], ["dict", [[["dict", []], 1]]]),
    *(["complex", 1, 2.0], ["complex", 1.0, 2], ["complex", True, 1.0], ["complex", 1.0], ["complex", "1", 1.0]),
    *(["slice", [1, 2]], ["slice", [1, 2, 3, 4]], ["slice", [1.0, 2, 3]], ["slice", [True, None, None]], ["slice", []]),
    *(["dtype", "uint16"], ["dtype", "Tensor"], ["dtype", 1], ["dtype", ["int8"]], ["dtype", None], ["device", "mps"]),
    *(["device", "cpu:x"], ["device", "cuda:99999"], ["device", "cuda:0000001"], ["device", None], ["device", 0]),
    *(["reference", True, "a", []], ["reference", "1", "a", []], ["reference", 1.0, "a", []], ["reference", 1, ["a"], []]),
    *(["reference", 1, "a", "bc"], ["reference", 1, "a", [["b"]]], ["opaque", 1], ["opaque", ["a"]], ["build", 1]),
    *(["generator", -1], ["generator", 1 << 63], ["generator", True], ["generator", "1"], ["build", "a", "b"]),
    *(["bytes", True], ["bytes", -1], ["bytes", 1], ["bytes", 0.0], ["bytes", 1 << 70], ["bytes", None]),
]  # fmt: skip


def tensor(dtype="float32", shape=(2,), size=8, device="cpu", shares=False):
    return ["tensor", dtype, shape, size, device, shares]


# Each comes with a body of as many bytes as would make it right.
ARRAYS = [
    *((tensor(shape=[2.0]), 8), (tensor(shape=[True, 2]), 8), (tensor(shape=[-1]), 8), (tensor(shape=[-2, -1]), 8)),
    *((tensor(shape="ab"), 8), (tensor(shape={}), 4), (tensor(shape=[3]), 8), (tensor(shape=[3]), 12), (tensor(shape=[]), 8)),
    *((tensor(shape=[2] + [1] * 8), 8), (tensor(shape=[0, 1 << 41], size=0), 0), (tensor(shape=[0, 1 << 62], size=0), 0)),
    *((tensor(shape=[0, 1 << 20, 1 << 21], size=0), 0), (tensor(size=4), 4), (tensor(size=9), 9), (tensor(size=16), 8)),
    *((tensor(size=True, dtype="int8", shape=[1]), 1), (tensor(size=-8), 8), (tensor(size=8.0), 8), (tensor(size=None), 8)),
    *((tensor("float16"), 8), (tensor("float31"), 8), (tensor("nn"), 8), (tensor(["float32"]), 8), (tensor(1), 8)),
    *((tensor(device=["cpu"]), 8), (tensor(device=None), 8), (tensor(shares=1), 8), (tensor(shares=None), 8)),
    *((tensor()[:-1], 8), ([*tensor(), 1], 8), (["array", "bfloat16", [4], 8], 8), (["array", "float32", [2], 8, "cpu"], 8)),
    *((["array", "float32", [0, 1 << 62], 0], 0), (["scalar", "float32", [2], 8], 8), (["scalar", "float64", {}, 8], 8)),
]  # fmt: skip


@pytest.mark.parametrize("header, size", [*((header, 0) for header in HEADERS), *ARRAYS], ids=lambda value: str(value)[:40])
def test_a_header_that_breaks_a_rule_is_refused(header, size):
    text = header if isinstance(header, str) else json.dumps(header)
    with pytest.raises(WireError) as caught:
        decode(text.encode("latin-1"), bytearray(size))
    assert str(caught.value) != "bytes left over", "refused for another reason than the one that is tested"


@pytest.mark.parametrize("fields", ['"tensor", "bool", [2], 2, "cpu", false', '"array", "bool", [2], 2'])
def test_a_bool_is_true_or_false_whatever_byte_was_sent(fields):
    got = decode(f"[{fields}]".encode(), bytearray(b"\x02\x00"))
    assert got.tolist() == [True, False] and numpy.asarray(got).view("u1").tolist() == [1, 0]


def test_bytes_that_no_value_asks_for_are_refused():
    with pytest.raises(WireError, match="bytes left over"):
        decode(b'["bytes", 1]', bytearray(2))


def only_a_wire_error(read, *parts):
    """Read hostile bytes; any exception but a WireError fails the test."""
    try:
        read(*parts)
    except WireError:
        pass


@hostile
@given(st.binary(max_size=200), st.booleans())
def test_arbitrary_bytes_give_only_a_wire_error(data, framed):
    only_a_wire_error(loads, wire.FRAME.pack(wire.MAGIC, len(data), 0) + data if framed else data)


FRAMES = [encode([NUMBERS, numpy.arange(3), ODD_KEYS, slice(1), 1j, b"ab", torch.int8, "s"]), encode({"id": 1, "v": None})]


@hostile
@given(st.sampled_from(FRAMES), st.lists(st.tuples(st.integers(0, 600), st.binary(max_size=3)), min_size=1, max_size=4))
def test_a_valid_frame_with_changed_bytes_gives_only_a_wire_error(frame, changes):
    for place, new in changes:
        place %= len(frame)
        frame = frame[:place] + new + frame[place + max(len(new), 1) :]
    only_a_wire_error(loads, frame)


WORDS = st.sampled_from([*wire.DTYPES, "cpu", "cuda:1", "cuda:999", "cpu:-1", "meta:\0", "cuda:\u0663", "\ud800", "a"])
LEAVES = WORDS | st.sampled_from([None, True, 0, 1, 2, 8, -1, 1.0, float("nan"), 1 << 40, 1 << 62, 1 << 64])
SIZED = st.tuples(
    st.sampled_from(["tensor", "array", "scalar"]), WORDS, st.lists(st.sampled_from([0, 1, 2, 1 << 40]), max_size=3),
    st.sampled_from([0, 1, 2, 4, 8]), st.just("cpu"), st.just(False),
).map(lambda node: node if node[0] == "tensor" else node[:4])  # fmt: skip
TAGGED = st.tuples(st.sampled_from([*_Reader.TAGS, "value"]), LEAVES | st.lists(LEAVES | SIZED, max_size=3))
NODES = st.recursive(
    LEAVES | SIZED | TAGGED, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(), parts, max_size=3), max_leaves=6
)


@hostile
@given(NODES, st.sampled_from(["list", "dict", "slice", None]), st.binary(max_size=8))
def test_arbitrary_headers_give_only_a_wire_error(node, tag, body):
    header = json.dumps([tag, [[node, 1]] if tag == "dict" else [node]] if tag else node)
    only_a_wire_error(decode, header.encode("ascii"), bytearray(body))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(f"a\0é한{PARTY}", max_size=5)
ANSWERS = st.recursive(
    PLAIN | st.binary(max_size=5) | st.sampled_from([1j, slice(1, 2)])
    | st.sampled_from([NUMBERS, THIRDS, COMPLEX, NUMBERS.numpy(), numpy.arange(3), numpy.float32(1)]),
    lambda parts: st.lists(parts, max_size=4) | st.lists(parts, max_size=4).map(tuple)
    | st.dictionaries(PLAIN | st.tuples(PLAIN, PLAIN), parts, max_size=4),
    max_leaves=8,
)  # fmt: skip


@hostile
@given(ANSWERS)
def test_whatever_is_built_of_these_arrives_as_it_was(value):
    assert same(round_trip(value), value)


@pytest.fixture
def line():
    """Both ends of a line."""
    mine, theirs = socket.socketpair()
    with mine, theirs:
        yield mine, theirs


def test_frames_arrive_one_after_another_and_then_the_line_ends(line):
    mine, theirs = line
    for value in ([1, b"ab"], None):
        wire.send(theirs, encode(value), time.monotonic() + 5)
    theirs.close()
    assert decode(*wire.receive(mine, time.monotonic() + 5)) == [1, b"ab"]
    assert decode(*wire.receive(mine)) is None
    with pytest.raises(EOFError):
        wire.receive(mine, time.monotonic() + 5)


@pytest.mark.parametrize("cut", [1, 8, 16, 20, -1])
def test_half_a_frame_ends_with_the_line_or_at_the_deadline(line, cut):
    mine, theirs = line
    half = encode([1, b"ab"])[:cut]
    theirs.sendall(half)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(mine, began + 0.1)
    assert 0.1 <= time.monotonic() - began < 2
    theirs.sendall(half)
    theirs.close()
    with pytest.raises(EOFError):
        wire.receive(mine, time.monotonic() + 5)


def test_a_slow_drip_does_not_move_the_deadline(line):
    mine, theirs = line
    stop = threading.Event()
    dripping = threading.Thread(target=lambda: [theirs.send(b"t") for _ in iter(lambda: stop.wait(0.02), True)])
    theirs.sendall(head(header=1000))
    dripping.start()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(mine, began + 0.3)
    stop.set()
    dripping.join()
    assert 0.3 <= time.monotonic() - began < 2


def test_a_reader_that_stops_reading_does_not_hold_the_sender_beyond_the_deadline(line):
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.send(line[0], encode(bytes(32 << 20)), began + 0.2)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("claim", [head(header=(1 << 32) - 1), head(body=1 << 62), head(magic=b"HTTP")])
def test_a_claim_beyond_the_caps_is_refused_before_any_of_it_is_read(line, claim):
    mine, theirs = line
    theirs.sendall(claim)
    with pytest.raises(WireError):
        wire.receive(mine, time.monotonic() + 5)
