"""Turn what a student handed in into Submission records. Nothing here runs, parses or imports it."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from pathlib import Path

from grader.errors import MissingFile
from grader.i18n import both
from grader.records import Submission, Text, inert

MAX_SOURCE = 256 * 1024
"""Bytes of source that are accepted; longer files cost the parser seconds and gigabytes."""


def read_submission(path: Path, student: str = "") -> Submission:
    """Read one file, once. MissingFile where there is none; what cannot be run is said in `problem`."""
    label = inert(str(path)).replace("\n", "\\n")
    try:
        if path.is_dir():
            raise MissingFile(both("{file} is a folder; name the .py file in it", file=label))
        if not path.exists():
            raise MissingFile(both("no file {file}; name the file to grade, or make it first", file=label))
        if not path.is_file():
            raise MissingFile(both("{file} is not a regular file", file=label))
        with path.open("rb") as stream:
            content = stream.read(MAX_SOURCE + 1)
    except OSError as error:
        raise MissingFile(both("cannot read {file}: {error}", file=label, error=error.strerror)) from None
    problem, source = _decode(content)
    if problem is not None:
        problem = both("{file} {problem}", file=inert(path.name), problem=problem)
    return Submission(label=label, student=student, source=source, problem=problem)


def _decode(content: bytes) -> tuple[Text | None, str | None]:
    """Return (None, source), or (what is wrong and what to do, None)."""
    if len(content) > MAX_SOURCE:
        limit = MAX_SOURCE // 1024
        return both("is larger than {limit} KiB; hand in the .py file that you wrote, without data", limit=limit), None
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        return both("is empty; write your functions into it (the exercise's folder has the file to fill in)"), None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return both("is saved as UTF-16; save it as UTF-8"), None
    if b"\0" in content:
        return both("holds null bytes, so it is no Python text; save it again as UTF-8 text"), None
    return _as_text(content)


def _as_text(content: bytes) -> tuple[Text | None, str | None]:
    """Decode as Python would: by the file's coding line, else as UTF-8."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:  # no UTF-8 in the first lines, or a coding line with a name that Python does not know
        return _unknown_encoding(content) or _not_readable(content), None
    if not codecs.lookup(encoding)._is_text_encoding:
        return both("names {encoding} as its encoding; save it as UTF-8", encoding=inert(encoding)), None
    try:
        source = content.decode(encoding)
    except (ValueError, LookupError):  # ValueError: some codecs raise a plain UnicodeError
        return _not_readable(content), None
    return None, source.replace("\r\n", "\n").replace("\r", "\n")


def _unknown_encoding(content: bytes) -> Text | None:
    """Complain of a coding line that names what is no encoding; None where it is not that."""
    first = b"\n".join(content.splitlines()[:2])
    named = re.search(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", first, re.MULTILINE)
    try:
        codecs.lookup(named[1].decode("ascii") if named else "utf-8")
    except LookupError:
        return both("names {encoding} as its encoding; save it as UTF-8", encoding=inert(named[1].decode("ascii")))
    return None


def _not_readable(content: bytes) -> Text:
    try:
        korean = re.search("[가-힣]", content.decode("cp949"))
    except UnicodeDecodeError:
        korean = None
    if korean is None:
        return both("is not UTF-8 text; save it as UTF-8")
    return both("is not UTF-8 (perhaps cp949, the Korean code page of Windows); save it as UTF-8")
