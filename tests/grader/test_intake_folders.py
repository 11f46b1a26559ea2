"""A class in a folder: no link is followed, no read waits, and what cannot be read hides nothing."""

import os
import socket
import sys
import tracemalloc
import unicodedata
import zipfile
from pathlib import Path

import pytest

from grader.collect import gather
from grader.intake import folders, limits
from grader.intake.limits import MAX_SOURCE

from .packing import taken_from, write
from .waiting import no_waiting  # noqa: F401, a fixture of every test here


@pytest.fixture
def taken(tmp_path):
    """Gather a folder; nothing is left in it."""

    def take(place=tmp_path):
        before = sorted(tmp_path.rglob("*"))
        found = taken_from(place)
        assert sorted(tmp_path.rglob("*")) == before
        return found

    return take


def test_links_in_a_folder_are_never_followed(tmp_path, taken):
    secret = write(tmp_path / "secret/secret.py")
    write(tmp_path / "class/good.py")
    (tmp_path / "class/file.py").symlink_to(secret)
    (tmp_path / "class/folder").symlink_to(secret.parent)
    (tmp_path / "class/loop").symlink_to(".")
    (tmp_path / "class/dangling.py").symlink_to("nowhere")
    files, refused = taken(tmp_path / "class")
    assert files == {"good.py": b"x = 1"}
    assert sorted(refused) == ["dangling.py", "file.py", "folder", "loop"]
    assert all("is a link; hand in the file itself" in reason for reason in refused.values())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_pipes_and_sockets_in_a_folder_are_refused_without_waiting(tmp_path, taken, monkeypatch):
    write(tmp_path / "good.py")
    os.mkfifo(tmp_path / "fifo.py")
    os.mkfifo(tmp_path / "fifo.zip")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.py")
    files, refused = taken()
    assert files == {"good.py": b"x = 1"}
    assert sorted(refused) == ["fifo.py", "fifo.zip", "socket.py"]
    assert all("is not a regular file" in reason for reason in refused.values())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
@pytest.mark.parametrize("exchange", ["link", "fifo", "folder"])
def test_a_file_that_is_exchanged_after_the_look_is_not_read(tmp_path, monkeypatch, exchange):
    secret = write(tmp_path / "secret/a.py", b"secret")
    write(tmp_path / "class/kim/a.py")
    write(tmp_path / "class/lee/a.py")
    opened = os.open

    victim = tmp_path / ("class/kim" if exchange == "folder" else "class/kim/a.py")

    def exchanging(name, flags, *rest, **options):
        if name == victim.name and not (tmp_path / "gone").exists():  # kim's is the first
            victim.rename(tmp_path / "gone")
            if exchange == "fifo":
                os.mkfifo(victim)
            else:
                victim.symlink_to(secret if exchange == "link" else secret.parent)
        return opened(name, flags, *rest, **options)

    monkeypatch.setattr(os, "open", exchanging)
    gathered = gather(tmp_path / "class")
    assert [(str(file.path), file.content) for file in gathered.files] == [("lee/a.py", b"x = 1")]
    assert [refused.name.split("/")[0] for refused in gathered.refused] == ["kim"]


def test_a_file_that_grows_after_the_look_is_not_read_on(tmp_path, monkeypatch):
    write(tmp_path / "a.py", b"#" * MAX_SOURCE)
    look = os.stat(tmp_path / "a.py")

    def growing(_):
        os.truncate(tmp_path / "a.py", 64 << 20)
        return look

    monkeypatch.setattr(os, "fstat", growing)
    tracemalloc.start()
    gathered = gather(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert gathered.files == () and "is larger than 256 KiB" in gathered.refused[0].reason.en
    assert peak < 2 << 20


@pytest.mark.parametrize("name, content, said", [
    ("bad.py", b"#" * (MAX_SOURCE + 1), "is larger than 256 KiB"), ("bad.ipynb", b" " * (32 * 1024**2 + 1), "is larger than 32 MiB"),
    ("bad.docx", b"", "is neither a .py file nor a notebook"), ("bad.egg", b"", "pack it again as .zip"),
    ("bad.zip", b"<html>", "is no .zip or .tar archive"), ("bad.py.txt", b"", "is neither a .py file"),
    ("con.py", b"", "Windows cannot keep"), ("dot./a.py", b"", "Windows cannot keep"), ("a\\b.py", b"", "not allowed everywhere"),
    ("a\u202eyp.py", b"", "invisible"), ("a\x1b.py", b"", "invisible"), ("a\nb.py", b"", "invisible"), ("a\u3164.py", b"", "invisible"),
])  # fmt: skip
@pytest.mark.skipif(os.name == "nt", reason="Windows cannot write these names")
def test_a_bad_file_is_named_and_the_good_one_is_taken(tmp_path, taken, name, content, said):
    write(tmp_path / "good.py")
    write(tmp_path / name, content)
    files, refused = taken()
    assert files == {"good.py": b"x = 1"} and len(refused) == 1 and said in "".join(refused.values())


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
def test_names_that_are_no_utf8_are_korean_or_refused(tmp_path, taken):
    for name in ("과제.py".encode("cp949"), b"\xff\xfe.py"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x = 1")
    files, refused = taken()
    assert files == {"과제.py": b"x = 1"} and list(refused) == [r"\udcff\udcfe.py"]


def test_what_systems_and_editors_leave_is_passed_over(tmp_path, taken):
    for name in (".DS_Store", "Thumbs.db", "a/desktop.ini", "a/._b.py", "__MACOSX/b.py", "__pycache__/b.pyc",
                 ".ipynb_checkpoints/b-checkpoint.ipynb", ".git/config"):  # fmt: skip
        write(tmp_path / name)
    assert taken() == ({}, {})


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable for this user")
def test_what_may_not_be_read_hides_nothing(tmp_path, taken):
    write(tmp_path / "good.py")
    write(tmp_path / "file.py").chmod(0)
    (tmp_path / "folder").mkdir(0)
    assert_unreadable(*taken())


def test_what_cannot_be_read_hides_nothing(tmp_path, taken, monkeypatch):
    for name in ("good.py", "file.py", "folder/a.py"):
        write(tmp_path / name)
    opened = os.open

    def refusing(name, *rest, **options):
        if Path(name).name in ("file.py", "folder"):
            raise PermissionError(13, "Permission denied")
        return opened(name, *rest, **options)

    monkeypatch.setattr(os, "open", refusing)
    assert_unreadable(*taken())


def assert_unreadable(files, refused):
    assert files == {"good.py": b"x = 1"}
    assert refused == {name: f"{name} cannot be read: Permission denied" for name in ("file.py", "folder")}


@pytest.mark.skipif(not folders.BY_DESCRIPTOR, reason="this system cannot make such folders")
def test_a_folder_in_thousands_of_folders_is_refused(tmp_path, taken):
    write(tmp_path / "good.py")
    depth, inside = 2_500, os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(depth):
            os.mkdir("d", dir_fd=inside)
            inside, above = os.open("d", os.O_RDONLY, dir_fd=inside), inside
            os.close(above)
        gathered = gather(tmp_path)
        assert [str(file.path) for file in gathered.files] == ["good.py"]
        assert [refused.name for refused in gathered.refused] == ["/".join(["d"] * 16)]
        assert "more than 16 folders deep" in gathered.refused[0].reason.en
    finally:
        for _ in range(depth):  # its path is too long for shutil.rmtree
            inside, below = os.open("..", os.O_RDONLY, dir_fd=inside), inside
            os.close(below)
            os.rmdir("d", dir_fd=inside)
        os.close(inside)


def test_students_archives_lie_in_folders_of_their_names(tmp_path, taken):
    write(tmp_path / "kim/a.py")
    with zipfile.ZipFile(tmp_path / "lee.zip", "w") as archive:
        archive.writestr("a.py", "x = 2")
        archive.writestr("../b.py", "x = 3")
    files, refused = taken()
    assert files == {"kim/a.py": b"x = 1", "lee.zip/a.py": b"x = 2"}
    assert list(refused) == ["lee.zip/../b.py"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep these names apart themselves")
@pytest.mark.parametrize("one, other", [("Kim/a.py", "kim/b.py"), ("a.py", "A.PY"), ("straße.py", "STRASSE.py")])
def test_names_that_other_systems_cannot_keep_apart_are_refused(tmp_path, taken, one, other):
    for name in (one, other, "good.py"):
        write(tmp_path / name)
    files, refused = taken()
    assert list(files) == ["good.py"] and sorted(refused) == sorted([one, other])
    assert f"has a name that some systems cannot tell from {other.split('/')[0]}; rename one" in refused[one]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep these names apart themselves")
def test_one_name_composed_and_decomposed_is_there_twice(tmp_path, taken):
    for form in ("NFC", "NFD"):
        write(tmp_path / unicodedata.normalize(form, "김.py"))
    files, refused = taken()
    assert (files, list(refused)) == ({}, ["김.py"]) and "is there more than once" in refused["김.py"]


def test_a_folder_of_too_much_costs_the_others_nothing(tmp_path, taken, monkeypatch):
    monkeypatch.setattr(limits, "MAX_TOTAL_ENTRIES", 20)
    monkeypatch.setattr(limits, "MAX_TOTAL", 100)
    for n in range(21):
        write(tmp_path / f"big/{n}.py")
    write(tmp_path / "huge.py", bytes(101))
    write(tmp_path / "small.py")
    files, refused = taken()
    assert files == {"small.py": b"x = 1"}
    assert "more than 20 entries" in refused["big"] and "larger than 0 KiB" in refused["huge.py"]


def test_a_system_without_descriptors_reads_the_same(tmp_path, taken, monkeypatch):
    write(tmp_path / "kim/a.py")
    (tmp_path / "kim/link.py").symlink_to("a.py")
    by_descriptor = taken()
    monkeypatch.setattr(folders, "BY_DESCRIPTOR", False)
    monkeypatch.setattr(folders, "NO_LINK", 0)
    assert taken() == by_descriptor
