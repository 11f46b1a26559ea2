"""Files that `grade` refuses: one line, which says what to do."""

from __future__ import annotations

import os

import pytest

from .terminal import HANGUL, STUB, assert_one_line, grade

FILES = {
    "utf16": (STUB.read_text("utf-8").encode("utf-16"), "is saved as UTF-16; save it as UTF-8"),
    "utf16_without_mark": (STUB.read_text("utf-8").encode("utf-16-le"), "save it again as UTF-8"),
    "cp949": ("# 이진 교차 엔트로피\n".encode("cp949"), "is not UTF-8 (perhaps cp949"),
    "latin1": (b"name = '\xe9\xff'\n", "is not UTF-8 text; save it as UTF-8"),
    "unknown_encoding": (b"# -*- coding: wat -*-\n", "encoding"),
    "no_text_encoding": (b"# -*- coding: rot13 -*-\n", "names rot13 as its encoding; save it as UTF-8"),
    "empty": (b"", "is empty; write your functions into it"),
    "blank": (b" \n\t\r\n", "is empty; write your functions into it"),
    "large": (b"#" * 10_000_000, "is larger than 256 KiB; hand in what you wrote"),
    "null_bytes": (b"x = 1\n\0\0\0", "null bytes"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_graded_gets_one_line(kind, tmp_path):
    content, words = FILES[kind]
    (tmp_path / f"{kind}.py").write_bytes(content)
    done = grade("exercise03", f"{kind}.py", cwd=tmp_path)
    assert_one_line(done)
    assert f"{kind}.py" in done.err and words in done.err
    korean = grade("exercise03", f"{kind}.py", "--lang=ko", cwd=tmp_path, PYTHONIOENCODING="cp949")
    assert_one_line(korean)
    assert f"{kind}.py" in korean.err and HANGUL.search(korean.err) and "\\u" not in korean.err
    assert not list(tmp_path.glob("*.html"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.py", "no file gone.py; name the file to grade, or make it first"),
        (".", ". is a folder; name the .py file in it"),
        ("two\nlines.py", r"no file two\nlines.py"),
        ("\x1b[31mred\u202e.py", r"no file \x1b[31mred\u202e.py"),
        ("{braces}.py", "no file {braces}.py"),
    ],
)
def test_a_file_that_is_not_there_gets_one_line(name, words, tmp_path):
    done = grade("exercise03", name, cwd=tmp_path)
    assert_one_line(done)
    assert words in done.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    done = grade("exercise03", "pipe.py", cwd=tmp_path)
    assert_one_line(done)
    assert "pipe.py is not a regular file" in done.err


def test_a_missing_file_has_no_record(tmp_path):
    assert_one_line(grade("exercise03", "gone.py", "--json", cwd=tmp_path))
