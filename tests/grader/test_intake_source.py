"""Bytes to source: what Python could read is read so, and what is wrong with the rest is said."""

import codecs
import re

import pytest

from grader.intake.limits import MAX_SOURCE
from grader.intake.source import decoded

KOREAN = "# 제출: 김하늘\nprint('안녕')\n"


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
        (f"#!python\n# coding=euc-kr\n{KOREAN}".encode("euc-kr"), f"#!python\n# coding=euc-kr\n{KOREAN}"),
        (b"# coding: utf-7\nx = '+1VyuAA-'", "# coding: utf-7\nx = '한글'"),
        (b"#" * MAX_SOURCE, "#" * MAX_SOURCE),
    ],
)
def test_what_python_could_read_is_read(content, source):
    assert decoded(content, "exercise03.py") == (None, source)


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
        (b"# coding: punycode\n" + b"a" * 250_000, "names punycode as its encoding"),
        (b"# coding: kim\nx = 1", "names kim as its encoding"),
        (b"#" * (MAX_SOURCE + 1), "is larger than 256 KiB"),
        (b"x = 1\n" * 1_700_000, "is larger than 256 KiB"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_python_could_not_read_is_said(content, said):
    problem, source = decoded(content, "exercise03.py")
    assert source is None
    assert problem.en.startswith("exercise03.py ") and said in problem.en
    assert "exercise03.py" in problem.ko and re.search("[가-힣]", problem.ko)


@pytest.mark.parametrize("encoding", ["idna", "punycode", "undefined", "utf-16", "utf-32", "unicode_escape", "latin-1"])
@pytest.mark.parametrize("rest", [b"x = 1", b"x = '\\x'", b"x = '\xea\xb0\x80'" + b"." * 99, b"..\n" + b"a" * 99])
def test_no_encoding_that_a_file_names_breaks_the_reading(encoding, rest):
    problem, source = decoded(b"# coding: " + encoding.encode() + b"\n" + rest, "exercise03.py")
    assert (source is None) != (problem is None)


def test_an_unknown_encoding_is_not_mistaken_for_cp949():
    problem, _ = decoded(b"# coding: kim\nx = 1", "exercise03.py")
    assert "cp949" not in problem.en
