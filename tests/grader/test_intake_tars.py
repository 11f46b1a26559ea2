"""Tars of strangers: whatever one member is, it is named and refused, and the good one beside it is taken."""

import bz2
import gzip
import lzma
import random
import tarfile
import tracemalloc
from functools import partial

import pytest

from grader.collect import gather
from grader.intake import limits

from .packing import END, GOOD, GOOD_MEMBER, HANGUL, block, header, tar_of, unpacked


@pytest.fixture
def taken(tmp_path):
    return partial(unpacked, tmp_path, name="class.tar")


@pytest.mark.parametrize("content", [
    tar_of(("good.py", GOOD, {}), (HANGUL, b"x = 1", {})),
    tar_of(("./", b"", {"type": b"5"}), ("./good.py", GOOD, {}), (f"./{HANGUL}", b"x = 1", {}), form=tarfile.GNU_FORMAT),
    *(tar_of(("good.py", GOOD, {}), (HANGUL, b"x = 1", {}), mode=f"w:{packer}") for packer in ("gz", "bz2", "xz")),
])  # fmt: skip
def test_every_tar_that_a_system_writes_is_read(taken, content):
    assert taken(content) == ({"good.py": GOOD, HANGUL: b"x = 1"}, {})


def test_a_long_path_in_a_gnu_tar_is_read(taken):
    name = "/".join(["deep" * 10] * 8) + "/good.py"
    assert taken(tar_of((name, GOOD, {}), form=tarfile.GNU_FORMAT)) == ({name: GOOD}, {})


BAD_MEMBERS = {
    "a symbolic link": (header(b"bad.py", kind=b"2"), "is a link"),
    "a hard link": (header(b"bad.py", kind=b"1"), "is a link"),
    "a device": (header(b"bad.py", kind=b"3"), "is not a regular file"),
    "a block device": (header(b"bad.py", kind=b"4"), "is not a regular file"),
    "a pipe": (header(b"bad.py", kind=b"6"), "is not a regular file"),
    "an unknown kind": (header(b"bad.py", 9, kind=b"M") + block(b"x" * 9), "is not a regular file"),
    "sparse": (header(b"bad.py", 9, kind=b"S") + block(b"x" * 9), "is stored with holes"),
    "sparse in pax": (header(b"p", 25, b"x") + block(b"25 GNU.sparse.realsize=9\n") + header(b"bad.py"), "is stored with holes"),
    "too large": (header(b"bad.py", 300_000) + block(b"#" * 300_000), "is larger than 256 KiB"),
    "a long pax header": (header(b"p", 99_000, b"x") + block(b" " * 99_000) + header(b"bad.py"), "is damaged"),
    "pax of no records": (header(b"p", 9, b"x") + block(b"x" * 9) + header(b"bad.py"), "is damaged"),
    "pax of digits": (header(b"p", 60_000, b"x") + block(b"1" * 60_000) + header(b"bad.py"), "is damaged"),
    "pax that goes back": (header(b"p", 10, b"x") + block(b"-1 a=bcde\n") + header(b"bad.py"), "is damaged"),
    "pax of length 0": (header(b"p", 6, b"x") + block(b"0 a=b\n") + header(b"bad.py"), "is damaged"),
    "a negative pax size": (header(b"p", 11, b"x") + block(b"11 size=-9\n") + header(b"bad.py"), "is damaged"),
    "many pax records": (header(b"p", 606, b"x") + block(b"".join(b"6 %c=%c\n" % (65 + n // 26, 65 + n % 26) for n in range(101)))
                         + header(b"bad.py"), None),
}  # fmt: skip


@pytest.mark.parametrize("bad, reason", BAD_MEMBERS.values(), ids=BAD_MEMBERS)
def test_a_bad_member_of_a_tar_is_named_and_the_good_one_is_taken(taken, bad, reason):
    files, refused = taken(bad + GOOD_MEMBER + END)
    assert files.pop("good.py") == GOOD
    if reason is not None:
        assert not files and list(refused) == ["bad.py"] and reason in refused["bad.py"]


def test_a_sparse_member_is_passed_over_with_the_map_of_its_holes(taken):
    first = bytearray(header(b"bad.py", 1024, kind=b"S"))
    first[482] = 1  # the map goes on in a block of its own, which says that another one follows
    first[148:156] = b" " * 8
    first[148:156] = b"%06o\0 " % sum(first)
    more = bytearray(512)
    more[504] = 1
    files, refused = taken(bytes(first) + bytes(more) + bytes(512) + b"x" * 1024 + GOOD_MEMBER + END)
    assert files == {"good.py": GOOD} and "is stored with holes" in refused["bad.py"]


@pytest.mark.parametrize("damage", [
    header(b"bad.py", number=b"\xff" * 12), header(b"bad.py").replace(b"ustar", b"rusty"),
    header(b"bad.py", number=b"\x80" + b"\xff" * 11), header(b"bad.py", 999) + b"x", b"x" * 100,
    header(b"p", 13, b"x") + block(b"13 size=9999\n") + header(b"bad.py"),
])  # fmt: skip
def test_what_stood_before_the_damage_in_a_tar_is_kept(taken, damage):
    files, refused = taken(GOOD_MEMBER + damage)
    assert files == {"good.py": GOOD} and "is damaged or cut short" in refused["class.tar"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_tar_that_is_cut_short_or_changed_says_so(taken, pack):
    whole = pack(GOOD_MEMBER + header(b"b.py", 200_000) + block(random.Random(1).randbytes(200_000)) + END)
    assert "is damaged or cut short" in taken(whole[: len(whole) // 2])[1]["class.tar"]
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    assert "is damaged or cut short" in taken(bytes(changed))[1]["class.tar"]


def test_streams_end_to_end_are_read_but_not_endlessly(taken):
    tar = GOOD_MEMBER + END
    assert taken(gzip.compress(tar[:300]) + gzip.compress(tar[300:])) == ({"good.py": GOOD}, {})
    files, refused = taken(gzip.compress(tar) + gzip.compress(b"") * 5_000)
    assert files == {"good.py": GOOD} and "is damaged" in refused["class.tar"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda content: lzma.compress(content, preset=0)])
def test_a_bomb_is_stopped_with_little_memory(taken, pack, monkeypatch):
    monkeypatch.setattr(limits, "ALWAYS_ALLOWED", 8 << 20)
    bomb = pack(GOOD_MEMBER + header(b"data.bin", 32 << 20) + bytes(32 << 20))
    tracemalloc.start()
    files, refused = taken(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert files == {"good.py": GOOD} and "together are larger than 8 MiB" in refused["class.tar"]
    assert peak < 16 << 20


def test_a_bz2_that_is_no_tar_says_so(taken):
    assert "is damaged or cut short" in taken(bz2.compress(b"x" * 9999))[1]["class.tar"]


@pytest.mark.parametrize("stamp, modified", [
    (1_700_000_000, 1_700_000_000.0), ("1700000000.5", 1_700_000_000.5), ("1e400", None), ("nan", None), ("-5", None),
    ("yesterday", None), (4_000_000_000, None), (0, None),
])  # fmt: skip
def test_a_time_that_cannot_be_true_is_unknown(tmp_path, stamp, modified):
    place = tmp_path / "class.tar"
    members = {"pax_headers": {"mtime": stamp}} if isinstance(stamp, str) else {"mtime": stamp}
    place.write_bytes(tar_of(("good.py", GOOD, members)))
    assert [file.modified for file in gather(place).files] == [modified]
