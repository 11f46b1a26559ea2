"""Archives of any kind, and archives in archives: what is told apart, and what one student can cost the others."""

import os
import struct
import tarfile
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.collect import gather
from grader.errors import MissingFile
from grader.intake import limits

from .packing import END, GOOD, HANGUL, Raw, block, header, tar_of, unpacked, zip_of, zipped


@pytest.fixture
def taken(tmp_path):
    return partial(unpacked, tmp_path)


@pytest.mark.parametrize("content", [
    tar_of(("good.py", GOOD, {}), mode="w:gz"),
    header(b"PKU/good.py", len(GOOD)) + block(GOOD) + END,
    tar_of(("PKU/good.py", GOOD, {})),
    zipped(Raw(), before=b"#!/bin/sh\n"),
])  # fmt: skip
def test_what_an_archive_is_called_or_begins_with_does_not_matter(taken, content):
    files, refused = taken(content)
    assert (list(files.values()), refused) == ([GOOD], {})


def test_what_systems_leave_in_archives_is_passed_over(taken):
    noise = ["__MACOSX/._good.py", "._good.py", ".DS_Store", "a/Thumbs.db", "a/desktop.ini", "a/__pycache__/good.pyc",
             ".ipynb_checkpoints/good-checkpoint.ipynb", ".git/HEAD"]  # fmt: skip
    assert taken(zip_of({"good.py": GOOD, "a/": b"", **dict.fromkeys(noise, b"")})) == ({"good.py": GOOD}, {})
    assert "holds no submission" in taken(zip_of({".DS_Store": b"", "a/": b""}))[1]["class.zip"]


@pytest.mark.parametrize("second", ["a.py", "A.py", "a.py/b.py", "A.PY/b.py"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_two_entries_of_one_name_are_both_refused(taken, second, kind):
    names = ["a.py", second, "good.py"]
    content = (
        zipped(*(Raw(name.encode()) for name in names))
        if kind == "zip"
        else tar_of(*((name, GOOD, {}) for name in names))
    )
    files, refused = taken(content, f"class.{kind}")
    assert list(files) == ["good.py"]
    assert set(refused) == {"a.py", second}
    assert all("is there more than once" in why or "some systems cannot tell from" in why for why in refused.values())


def test_archives_in_archives_are_opened_to_depth_two(taken):
    three = zip_of({"c.py": GOOD, "deep.zip": zip_of({"d.py": GOOD})})
    tar = tar_of(("e.py", GOOD, {}), mode="w:gz")
    files, refused = taken(zip_of({"a.py": GOOD, "kim/b.ZIP": three, "lee.tar.gz": tar}))
    assert sorted(files) == ["a.py", "kim/b.ZIP/c.py", "lee.tar.gz/e.py"]
    assert list(refused) == ["kim/b.ZIP/deep.zip"]
    assert "an archive in an archive in an archive" in refused["kim/b.ZIP/deep.zip"]


def test_a_bad_archive_in_an_archive_costs_the_others_nothing(taken):
    hostile = zipped(Raw(b"../evil.py"), Raw(b"own.py"))
    files, refused = taken(zip_of({"cut.zip": zip_of({"x.py": GOOD})[:-9], "evil.zip": hostile, "good.py": GOOD}))
    assert sorted(files) == ["evil.zip/own.py", "good.py"]
    assert list(refused) == ["cut.zip", "evil.zip/../evil.py"]


def test_one_students_archive_cannot_spend_what_the_others_need(taken, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED", 100_000)
    monkeypatch.setattr(limits, "MAX_ENTRIES", 20)
    files, refused = taken(zip_of({
        "a.zip": zip_of({f"{n}.py": bytes(60_000) for n in range(9)}),
        "b.tgz": tar_of(("data.bin", bytes(10**6), {}), mode="w:gz"),
        "c.zip": zip_of({f"{n}.py": b"" for n in range(21)}),
        "good.zip": zip_of({"good.py": GOOD}),
    }))  # fmt: skip
    assert sorted(files) == ["a.zip/0.py", "good.zip/good.py"]
    assert "a.zip unpacks to more than 97 KiB; pack only what you wrote" in refused["a.zip"]
    assert "unpacks to more than 97 KiB" in refused["b.tgz"]
    assert "holds more than 20 entries" in refused["c.zip"]


def test_a_student_who_lies_about_a_count_costs_the_others_nothing(taken):
    count, directory, offset = 350_000, 46 + len("good.py"), 30 + len("good.py") + len(GOOD)
    lie = zipped(Raw(), end64=(count, count, directory, offset))
    liars = {f"{n}.zip": lie for n in range(3)}
    files, refused = taken(zip_of({**liars, "good.zip": zip_of({"good.py": GOOD})}))
    assert files == {"good.zip/good.py": GOOD}
    assert sorted(refused) == sorted(liars) and all("holds more than 2,000 entries" in why for why in refused.values())


def test_all_archives_together_have_one_budget(taken, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOTAL", 500_000)
    inner = zip_of({f"{n}.py": bytes(200_000) for n in range(2)})
    files, refused = taken(zip_of({f"{n}.zip": inner for n in range(9)}))
    assert sum(map(len, files.values())) == 400_000
    assert list(refused) == [f"{n}.zip" for n in range(1, 9)]
    assert "1.zip is not read further: all submissions together are larger than 488 KiB" in refused["1.zip"]


SEEDS = [
    zip_of({"good.py": GOOD, HANGUL: GOOD, "kim.zip": zip_of({"a.py": GOOD})}),
    zipped(Raw(), Raw(b"b.py", extra=struct.pack("<2HQ", 1, 8, 9)), end64=(2, 2, 150, 90)),
    tar_of(("good.py", GOOD, {}), (HANGUL, GOOD, {}), ("l.py", b"", {"type": b"2"})),
    tar_of(("good.py", GOOD, {}), ("x" * 150, GOOD, {}), mode="w:gz", form=tarfile.GNU_FORMAT),
    tar_of(("good.py", GOOD, {}), mode="w:bz2"), tar_of(("good.py", GOOD, {}), mode="w:xz"),
]  # fmt: skip
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=6)


def survives(folder, content):
    place = folder / "class.zip"
    place.write_bytes(content)
    try:
        gathered = gather(place)
    except MissingFile:
        gathered = None
    assert os.listdir(folder) == ["class.zip"]
    if gathered is not None:
        assert sum(len(file.content) for file in gathered.files) <= 64 << 20
        assert all(not file.path.is_absolute() and ".." not in file.path.parts for file in gathered.files)
        assert all(str(file.path).isprintable() for file in gathered.files)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.sampled_from(SEEDS), changes=CHANGES, cut=st.floats(0.3, 1))
def test_a_changed_archive_breaks_nothing(tmp_path, seed, changes, cut):
    content = bytearray(seed[: int(len(seed) * cut) if cut < 0.9 else None])
    for where, what in changes:
        at = int(where * len(content))
        content[at : at + len(what)] = what
    survives(tmp_path, bytes(content))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    start=st.sampled_from([b"", b"PK\3\4", b"\x1f\x8b\x08\0", b"BZh9", b"\xfd7zXZ\0", header(b"a.py", 9)]),
    rest=st.binary(max_size=999),
)
def test_random_bytes_break_nothing(tmp_path, start, rest):
    survives(tmp_path, start + rest)
    survives(tmp_path, start + rest + zipped(Raw())[-99:])
