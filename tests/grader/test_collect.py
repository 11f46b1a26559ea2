"""What was handed in, read once: one file, or a class; and what the person is told who named the place."""

import hashlib
import os
import socket
import sys
import time
from pathlib import Path, PurePosixPath

import pytest

from grader.collect import HandedIn, as_submission, gather, read_submission
from grader.errors import MissingFile
from grader.intake import limits

from .packing import taken_from, write
from .waiting import no_waiting  # noqa: F401, a fixture of every test here

HOSTILE = "a\x1b[31m\u202eb\nc.py"


@pytest.fixture
def handed_in(tmp_path):
    """Write a file and read it as a submission."""

    def read(content, name="exercise03.py"):
        path = tmp_path / name
        path.write_bytes(content)
        return read_submission(path)

    return read


@pytest.mark.parametrize(
    "size, said", [(0, "is empty"), (limits.MAX_SOURCE + 1, "is larger than 256 KiB"), (9 << 20, "is larger")]
)
def test_a_file_that_cannot_be_run_is_kept_with_the_reason(handed_in, size, said):
    submission = handed_in(b"#" * size)
    assert submission.source is None and submission.problem.en.startswith(f"exercise03.py {said}")


def test_a_file_that_is_not_there_is_the_callers_to_name(tmp_path):
    with pytest.raises(MissingFile, match=r"^no file .*nothing\.py; name the file to grade, or make it first$"):
        read_submission(tmp_path / "nothing.py")
    (tmp_path / "dangling.py").symlink_to("nowhere")
    with pytest.raises(MissingFile, match="no file"):
        read_submission(tmp_path / "dangling.py")


@pytest.mark.parametrize("name", ["a" * 300 + ".py", "a/" * 3000 + "b.py", "nul\0.py"])
def test_a_name_that_no_file_can_have_is_a_missing_file(tmp_path, name):
    with pytest.raises(MissingFile):
        read_submission(tmp_path / name)


def test_a_folder_is_not_a_submission(tmp_path):
    with pytest.raises(MissingFile, match=r"is a folder; name the \.py file in it"):
        read_submission(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_a_fifo_is_refused_without_waiting_for_its_writer(tmp_path):
    os.mkfifo(tmp_path / "exercise03.py")
    with pytest.raises(MissingFile, match="is not a regular file"):
        read_submission(tmp_path / "exercise03.py")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no such sockets")
def test_sockets_and_devices_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("exercise03.py")
    for place in (tmp_path / "exercise03.py", tmp_path.joinpath("/dev/zero"), tmp_path.joinpath("/dev/tty")):
        with pytest.raises(MissingFile):
            read_submission(place)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable for this user")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = tmp_path / "exercise03.py"
    path.touch(0o000)
    with pytest.raises(MissingFile, match="cannot read .*Permission denied"):
        read_submission(path)


def test_a_hostile_name_comes_out_inert(handed_in, tmp_path):
    shown = r"a\x1b[31m\u202eb"
    submission = handed_in(b"", HOSTILE)
    with pytest.raises(MissingFile) as caught:
        read_submission(tmp_path / f"no{HOSTILE}")
    said = [submission.label, submission.problem.en, submission.problem.ko, caught.value.text.en, caught.value.text.ko]
    for text in said:
        assert shown in text
        assert text.replace("\n", "").isprintable()


def test_a_korean_name_stays_readable(handed_in, tmp_path):
    submission = handed_in(b"x = 1", "김하늘 과제3.py")
    assert submission.label == str(tmp_path / "김하늘 과제3.py")


def test_a_submission_is_read_once(handed_in, tmp_path):
    submission = handed_in(b"x = 1")
    (tmp_path / "exercise03.py").write_text("x = 2")
    assert submission.source == "x = 1"


def test_a_link_that_a_person_names_is_read(handed_in, tmp_path):
    handed_in(b"x = 1")
    (tmp_path / "link.py").symlink_to("exercise03.py")
    assert read_submission(tmp_path / "link.py").source == "x = 1"


def test_a_folder_is_read_in_order_with_hashes_and_times(tmp_path):
    for name in ("lee/exercise03.py", "kim/exercise03.py", "kim/sub/exercise04.IPYNB"):
        os.utime(write(tmp_path / name, name.encode()), (0, 1_700_000_000))
    gathered = gather(tmp_path)
    names = ["kim/exercise03.py", "kim/sub/exercise04.IPYNB", "lee/exercise03.py"]
    assert [str(file.path) for file in gathered.files] == names
    for file in gathered.files:
        assert file.sha256 == hashlib.sha256(file.content).hexdigest() and file.modified == 1_700_000_000
        assert file.content == str(file.path).encode()
    assert gathered.refused == () and gather(tmp_path) == gathered


def test_a_file_from_the_future_has_no_time(tmp_path):
    os.utime(write(tmp_path / "a.py"), (0, time.time() + 10 * 86_400))
    assert gather(tmp_path).files[0].modified is None


def test_a_place_that_is_a_link_is_the_persons_own(tmp_path):
    write(tmp_path / "there/a.py")
    (tmp_path / "here").symlink_to("there")
    assert taken_from(tmp_path / "here") == ({"a.py": b"x = 1"}, {})


@pytest.mark.parametrize("name, said", [
    ("nothing", "no folder or archive"), ("a" * 300, "cannot read"), ("nul\0", "no folder or archive"), ("a.py", "is neither a folder"),
    ("empty.zip", "is neither a folder"), ("dangling", "no folder or archive"), ("a.py/b", "no folder or archive"),
])  # fmt: skip
def test_a_place_that_is_none_is_the_callers_to_name(tmp_path, name, said):
    write(tmp_path / "a.py")
    write(tmp_path / "empty.zip", b"")
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(MissingFile, match=said):
        gather(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_a_place_that_is_a_fifo_or_a_device_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "class.zip")
    for place in (tmp_path / "class.zip", Path("/dev/zero"), Path("/dev/tty")):
        with pytest.raises(MissingFile, match="is not a regular file"):
            gather(place)


def test_files_that_python_or_pytest_would_load_are_only_bytes(tmp_path):
    names = ["conftest.py", "torch.py", "sitecustomize.py", "random.py", "grader.py"]
    for name in names:
        write(tmp_path / "kim" / name, b"raise SystemExit")
    loaded = set(sys.modules)
    files, refused = taken_from(tmp_path)
    assert (sorted(files), refused) == (sorted(f"kim/{name}" for name in names), {})
    assert set(sys.modules) == loaded


def test_a_class_of_ten_thousand_fits_into_what_is_read():
    students, exercises = 10_000, 6
    assert students * (1 + exercises) * 2 + students <= limits.MAX_TOTAL_ENTRIES  # a folder each, and macOS doubles all
    assert students * exercises * 64 * 1024 <= limits.MAX_TOTAL


def test_what_was_gathered_becomes_a_submission():
    def handed_in(content):
        return HandedIn(PurePosixPath("kim/a.py"), content, None)

    good, bad = as_submission(handed_in(b"x = 1\r\n"), "kim"), as_submission(handed_in(b""), "kim")
    assert (good.label, good.student, good.source, good.problem) == ("kim/a.py", "kim", "x = 1\n", None)
    assert bad.source is None and bad.problem.en.startswith("a.py is empty")
