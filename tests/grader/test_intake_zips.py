"""Zips of strangers: whatever one entry is, it is named and refused, and the good one beside it is taken."""

import struct
import time
import tracemalloc
import zlib
from functools import partial

import pytest

from grader.collect import gather
from grader.intake import limits, records

from .packing import GOOD, HANGUL, Raw, deflated, packed, unpacked, zip_of, zipped

LINK, FIFO, DEVICE = 0o120777, 0o010644, 0o020644


@pytest.fixture
def taken(tmp_path):
    return partial(unpacked, tmp_path)


@pytest.mark.parametrize("content", [
    zip_of({"good.py": GOOD, HANGUL: b"x = 1"}),
    zipped(Raw(), packed(HANGUL.encode(), b"x = 1")),
    zipped(Raw(), Raw(HANGUL.encode(), b"x = 1", flags=0)),
    zipped(Raw(), Raw(HANGUL.encode("cp949"), b"x = 1", flags=0)),
    zipped(Raw(), Raw(HANGUL.replace("/", "\\").encode(), b"x = 1")),
    zipped(Raw(), Raw(HANGUL.encode(), b"x = 1"), before=b"#!/bin/sh junk\n" * 99, comment=b"c" * 0xFFFF),
    zipped(Raw(), Raw(HANGUL.encode(), b"x = 1")) + b"\n",
])  # fmt: skip
def test_every_zip_that_a_system_writes_is_read(taken, content):
    assert taken(content) == ({"good.py": GOOD, HANGUL: b"x = 1"}, {})


LIES = {
    "a link": (Raw(b"bad.py", b"/etc/passwd", mode=LINK), "is a link"),
    "a pipe": (Raw(b"bad.py", mode=FIFO), "is not a regular file"),
    "a device": (Raw(b"bad.py", mode=DEVICE), "is not a regular file"),
    "encrypted": (Raw(b"bad.py", flags=1 << 11 | 1), "is encrypted; pack it again without a password"),
    "strongly encrypted": (Raw(b"bad.py", flags=1 << 11 | 1 << 6), "is encrypted"),
    "encrypted in secret": (Raw(b"bad.py", flags=1, listed={"flags": 0}), "described in two ways"),
    "lzma": (Raw(b"bad.py", method=14), "is compressed by method 14"),
    "deflate64": (Raw(b"bad.py", method=9), "is compressed by method 9"),
    "another name inside": (Raw(b"other.py", listed={"name": b"bad.py"}), "described in two ways"),
    "another size inside": (Raw(b"bad.py", listed={"size": 9, "packed": 9}), "described in two ways"),
    "larger than said": (packed(b"bad.py", b"x" * 999, size=9), "is damaged"),
    "smaller than said": (packed(b"bad.py", b"x" * 9, size=999), "is damaged"),
    "a bomb that says it is small": (packed(b"bad.py", bytes(1 << 24), size=9), "is damaged"),
    "not what was packed": (Raw(b"bad.py", packed=b"X" * len(GOOD)), "is damaged"),
    "no deflated bytes": (Raw(b"bad.py", method=8, packed=b"\xff" * 30), "is damaged"),
    "cut deflated bytes": (Raw(b"bad.py", method=8, packed=deflated(GOOD)[:-4]), "is damaged"),
    "packed larger than it is": (Raw(b"bad.py", method=8, packed=b"\0\0\0\xff\xff" * 9999), "is damaged"),
    "nowhere": (Raw(b"bad.py", listed={"start": 0x7FFFFFFF}), "is damaged"),
    "beyond everything": (Raw(b"bad.py", listed={"start": 0xFFFFFFFF}, extra=struct.pack("<2HQ", 1, 8, 1 << 63)), "is damaged"),
    "beyond the disk": (
        Raw(b"bad.py", listed={"start": 0xFFFFFFFF}, extra=struct.pack("<2HQ", 1, 8, (1 << 63) - 1)),
        "is damaged",
    ),
    "zip64 without its sizes": (Raw(b"bad.py", listed={"start": 0xFFFFFFFF}), "is damaged"),
    "inside the good one": (Raw(b"bad.py", listed={"start": 45}), "is damaged"),
    "too large": (packed(b"bad.py", b"#" * (limits.MAX_SOURCE + 1)), "is larger than 256 KiB; hand in"),
    "said to be huge": (Raw(b"bad.py", size=0xFFFFFFF0), "is larger than 256 KiB; hand in"),
    "said to be zip64 huge": (Raw(b"bad.py", listed={"size": 0xFFFFFFFF}, extra=struct.pack("<2HQ", 1, 8, 1 << 62)), "is larger"),
    "too large a notebook": (packed(b"bad.ipynb", b" " * (limits.MAX_NOTEBOOK + 1)), "is larger than 32 MiB"),
    "no submission": (Raw(b"bad.docx"), "is neither a .py file nor a notebook"),
    "another kind of archive": (Raw(b"bad.rar"), "pack it again as .zip"),
    "no archive": (Raw(b"bad.zip"), "is no .zip or .tar archive"),
    "an empty archive": (Raw(b"bad.zip", zipped()), "holds no submission"),
    "an empty file": (Raw(b"bad.zip", b""), "is no .zip or .tar archive"),
}  # fmt: skip


@pytest.mark.parametrize("raw, reason", LIES.values(), ids=LIES)
@pytest.mark.parametrize("first", [True, False], ids=["before", "behind"])
def test_a_bad_entry_of_a_zip_is_named_and_the_good_one_is_taken(taken, raw, reason, first):
    files, refused = taken(zipped(*((raw, Raw()) if first else (Raw(), raw))))
    assert files == {"good.py": GOOD}
    name = raw.listed.get("name", raw.name).decode()
    assert list(refused) == [name] and refused[name].startswith(f"{name} ") and reason in refused[name]


def test_a_version_that_no_python_knows_hides_nothing(taken):
    files, refused = taken(zipped(Raw(b"new.py", listed={"version": 99}), Raw()))
    assert (sorted(files), refused) == (["good.py", "new.py"], {})


def test_entries_that_share_their_bytes_are_refused(taken):
    """As in the best known bombs, each entry takes the headers of all that follow for its own stored bytes."""
    kernel = Raw(b"c.py", b"#" * 900)
    inner = zipped(kernel)[: -(46 + 4 + 22)]
    middle = Raw(b"b.py", inner)
    outer = Raw(b"a.py", zipped(middle)[: -(46 + 4 + 22)])
    starts = {b"a.py": 0, b"b.py": 34, b"c.py": 68}
    whole = zipped(outer)[: -(46 + 4 + 22)]
    directory = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 0x314, 20, 1 << 11, 0, 0, 0, zlib.crc32(raw.content), len(raw.content),
                    len(raw.content), 4, 0, 0, 0, 0, 0o100644 << 16, starts[raw.name]) + raw.name
        for raw in (outer, middle, kernel)
    )  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 3, 3, len(directory), len(whole), 0)
    files, refused = taken(whole + directory + end)
    assert sorted(files) == ["c.py"]  # one of them has its bytes to itself
    assert sorted(refused) == ["a.py", "b.py"]
    assert all("shares its bytes with another entry" in reason for reason in refused.values())


def test_two_entries_of_one_place_are_not_both_taken(taken):
    one = Raw(b"a.py", b"x = 1")
    files, refused = taken(zipped(one, Raw(b"a.py", b"x = 2", listed={"start": 0, "crc": zlib.crc32(b"x = 1")}), Raw()))
    assert "shares its bytes" in refused["a.py"]
    assert files["good.py"] == GOOD


def test_a_directory_of_a_million_entries_is_not_built(taken, monkeypatch):
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    content = entry * 1_000_000
    content += struct.pack(
        "<4sQ2H2L4Q4sLQL", b"PK\6\6", 44, 45, 45, 0, 0, 10**6, 10**6, len(content), 0, b"PK\6\7", 0, 0, 1
    )
    content += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    tracemalloc.start()
    files, refused = taken(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (files, list(refused)) == ({}, ["class.zip"]) and "more than 400,000 entries" in refused["class.zip"]
    assert peak < 2 * len(content)  # which the test itself reads once more


def test_a_count_that_lies_does_not_help(taken, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOTAL_ENTRIES", 50)
    files, refused = taken(zipped(*(Raw(b"%d.py" % n) for n in range(60)), count=1))
    assert len(files) == 50 and "more than 50 entries" in refused["class.zip"]


@pytest.mark.parametrize("lie", [(5, 5, 1 << 62, 0), (1 << 62, 1 << 62, 76, 0), (1, 1, 76, 1 << 63), (2**64 - 1,) * 4])
def test_a_zip64_end_that_lies_is_refused(taken, lie):
    assert list(taken(zipped(Raw(), end64=lie))[1]) == ["class.zip"]


def test_a_broken_directory_keeps_what_it_listed_before(taken):
    content = zipped(Raw(), Raw(b"lost.py")).replace(b"PK\1\2", b"PK\1\3").replace(b"PK\1\3", b"PK\1\2", 1)
    files, refused = taken(content)
    assert files == {"good.py": GOOD} and "is damaged or cut short" in refused["class.zip"]


def test_a_cut_zip_says_so(taken):
    files, refused = taken(zipped(Raw(), Raw(b"b.py"))[:-30])
    assert (files, list(refused)) == ({}, ["class.zip"]) and "or only a part of one" in refused["class.zip"]


def test_a_comment_full_of_ends_hides_nothing(taken):
    assert taken(zipped(Raw(), comment=b"PK\5\6" * 16_000)) == ({"good.py": GOOD}, {})


def test_a_notebook_bomb_is_not_unpacked(taken):
    bomb = packed(b"bad.ipynb", b'{"cells": "' + b" " * (100 << 20))
    tracemalloc.start()
    files, refused = taken(zipped(bomb, Raw()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert files == {"good.py": GOOD} and "is larger than 32 MiB" in refused["bad.ipynb"] and peak < 4 << 20


def test_the_time_of_a_zips_entry_is_read(tmp_path):
    place = tmp_path / "class.zip"
    stamp = struct.pack("<2HBl", 0x5455, 5, 1, 1_700_000_000)
    future, unset = {"date": (2090 - 1980) << 9 | 1 << 5 | 1}, {"date": 0x21}
    names = [b"a.py", b"b.py", b"c.py", b"d.py"]
    place.write_bytes(
        zipped(Raw(names[0], extra=stamp), Raw(names[1]), Raw(names[2], listed=future), Raw(names[3], listed=unset))
    )
    local = time.mktime((2026, 11, 11, 0, 0, 0, 0, 0, -1))
    assert [file.modified for file in gather(place).files] == [1_700_000_000.0, records.believable(local), None, None]
