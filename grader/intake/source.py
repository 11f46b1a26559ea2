"""Turn the bytes of a file into Python source, or say what is wrong with the file. Nothing is parsed."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

from grader.i18n import both
from grader.intake.limits import MAX_SOURCE
from grader.intake.refusals import Unfit, too_large
from grader.records import Text, inert


def decoded(content: bytes, name: str) -> tuple[Text | None, str | None]:
    """Return (None, source), or (what is wrong with the file of this name, None)."""
    try:
        return None, _source(content)
    except Unfit as unfit:
        return both("{file} {problem}", file=inert(name), problem=unfit.problem), None


def _source(content: bytes) -> str:
    if len(content) > MAX_SOURCE:
        raise too_large(MAX_SOURCE)
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise Unfit(both("is empty; write your functions into it (the exercise's folder has the file to fill in)"))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unfit(both("is saved as UTF-16; save it as UTF-8"))
    if b"\0" in content:
        raise Unfit(both("holds null bytes, so it is no Python text; save it again as UTF-8 text"))
    return _text(content).replace("\r\n", "\n").replace("\r", "\n")


_SLOW = {"punycode", "idna"}
"""Encodings of host names, which take a time that grows with the square of a file."""


def _text(content: bytes) -> str:
    """Decode as Python would: by the file's coding line, else as UTF-8."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:  # no UTF-8 in the first lines, or a coding line with a name that Python does not know
        _check_coding_line(content)
        raise _not_utf8(content) from None
    found = codecs.lookup(encoding)
    if not found._is_text_encoding or found.name in _SLOW:
        raise _no_encoding(encoding)
    try:
        return content.decode(encoding)
    except (ValueError, LookupError):  # ValueError: some codecs raise a plain UnicodeError
        raise _not_utf8(content) from None


def _check_coding_line(content: bytes) -> None:
    """Unfit where a coding line names what is no encoding."""
    first = b"\n".join(content.splitlines()[:2])
    named = re.search(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", first, re.MULTILINE)
    encoding = named[1].decode("ascii") if named else "utf-8"
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise _no_encoding(encoding) from None


def _no_encoding(name: str) -> Unfit:
    return Unfit(both("names {encoding} as its encoding; save it as UTF-8", encoding=inert(name)))


def _not_utf8(content: bytes) -> Unfit:
    try:
        korean = re.search("[가-힣]", content.decode("cp949"))
    except UnicodeDecodeError:
        korean = None
    if korean is None:
        return Unfit(both("is not UTF-8 text; save it as UTF-8"))
    return Unfit(both("is not UTF-8 (perhaps cp949, the Korean code page of Windows); save it as UTF-8"))
