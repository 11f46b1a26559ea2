"""One file, read once: what a student may hand in, and what is said of a file that no Python could run."""

import codecs
import os
import re
import signal
import socket

import pytest

from grader.collect import MAX_SOURCE, read_submission
from grader.errors import MissingFile

KOREAN = "# 제출: 김하늘\nprint('안녕')\n"


@pytest.fixture
def handed_in(tmp_path):
    """Write a file and read it as a submission."""

    def read(content, name="exercise03.py"):
        path = tmp_path / name
        path.write_bytes(content)
        return read_submission(path)

    return read


@pytest.fixture(autouse=True)
def no_waiting():
    """A read that blocks ends its test instead of hanging it."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_):
        raise AssertionError("the grader waits for a file that never ends")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(10)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "content, source",
    [
        (b"x = 1", "x = 1"),
        (KOREAN.encode(), KOREAN),
        (codecs.BOM_UTF8 + KOREAN.encode(), KOREAN),
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"x = 1\ry = 2", "x = 1\ny = 2"),
        (b"def f(:", "def f(:"),
        (b"# coding: ascii\nx = 1", "# coding: ascii\nx = 1"),
        (b"# -*- coding: utf-8-unix -*-\n" + KOREAN.encode(), "# -*- coding: utf-8-unix -*-\n" + KOREAN),
        (f"# -*- coding: cp949 -*-\n{KOREAN}".encode("cp949"), f"# -*- coding: cp949 -*-\n{KOREAN}"),
        (f"#!/usr/bin/python\n# coding=euc-kr\n{KOREAN}".encode("euc-kr"), f"#!/usr/bin/python\n# coding=euc-kr\n{KOREAN}"),
        (b"# coding: utf-7\nx = '+1VyuAA-'", "# coding: utf-7\nx = '한글'"),
        (b"#" * MAX_SOURCE, "#" * MAX_SOURCE),
    ],
)
def test_what_python_could_read_is_a_submission(handed_in, content, source):
    submission = handed_in(content)
    assert (submission.problem, submission.source) == (None, source)


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "is empty"),
        (b" \r\n\t\f\n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (codecs.BOM_UTF8 + b"\r\n", "is empty"),
        (KOREAN.encode("utf-16"), "is saved as UTF-16; save it as UTF-8"),
        (codecs.BOM_UTF16_BE + "x = 1".encode("utf-16-be"), "is saved as UTF-16"),
        (b"x = 1\0", "holds null bytes"),
        ("x = 1".encode("utf-16-le"), "holds null bytes"),
        (KOREAN.encode("cp949"), "perhaps cp949"),
        (f"# coding: utf-8\n{KOREAN}".encode("cp949"), "perhaps cp949"),
        (b"x = '\xff\xff'", "is not UTF-8 text"),
        (b"# coding: cp949\nx = '\xff\xff'", "save it as UTF-8"),
        (b"# coding: rot13\ncevag(1)", "names rot13 as its encoding"),
        (b"# coding: hex\n00", "names hex as its encoding"),
        (b"# coding: kim\nx = 1", "names kim as its encoding"),
        (b"#" * (MAX_SOURCE + 1), "is larger than 256 KiB"),
        (b"x = 1\n" * 1_700_000, "is larger than 256 KiB"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_file_that_cannot_be_run_is_kept_with_the_reason(handed_in, content, said):
    submission = handed_in(content)
    assert submission.source is None
    assert submission.problem.en.startswith("exercise03.py ") and said in submission.problem.en
    assert "exercise03.py" in submission.problem.ko and re.search("[가-힣]", submission.problem.ko)


@pytest.mark.parametrize("encoding", ["idna", "punycode", "undefined", "utf-16", "utf-32", "unicode_escape", "latin-1"])
@pytest.mark.parametrize("rest", [b"x = 1", b"x = '\\x'", b"x = '\xea\xb0\x80'" + b"." * 99, b"..\n" + b"a" * 99])
def test_no_encoding_that_a_file_names_breaks_the_reading(handed_in, encoding, rest):
    submission = handed_in(b"# coding: " + encoding.encode() + b"\n" + rest)
    assert (submission.source is None) != (submission.problem is None)


def test_an_unknown_encoding_is_not_mistaken_for_cp949(handed_in):
    assert "cp949" not in handed_in(b"# coding: kim\nx = 1").problem.en


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


HOSTILE = "a\x1b[31m\u202eb\nc.py"


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
