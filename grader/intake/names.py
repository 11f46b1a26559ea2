"""Names of strangers: made safe for every file system, and for people to read."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from functools import lru_cache

from grader.i18n import both
from grader.intake.refusals import Unfit
from grader.records import inert

MAX_NAME = 255
"""Bytes in one part of a path: what file systems hold."""
MAX_FOLDERS = 16
"""Parts of a path."""

Parts = tuple[str, ...]
"""A path, each part of it safe."""

RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
            *(f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789\xb9\xb2\xb3")}  # fmt: skip

_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')  # by Windows

# They look like nothing, so that two names can look like one; Unicode counts them as letters and marks.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\U000e0000-\U000e0fff]")

# They only shape their neighbours (emoji; Persian and Sinhala words need them), and a name is the same name without.
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")

_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")

_READABLE = 40  # characters of a student's name that a folder's name keeps


def shown(name: str) -> str:
    """Return a stranger's name as one printable line of bounded length, never empty."""
    cut = name if len(name) <= 200 else f"{name[:200]}..."
    return inert(cut).replace("\n", "\\n").replace("\t", "\\t") or "''"


def legible(raw: bytes, otherwise: str | None = None) -> str:
    """Decode a name that does not say how: as UTF-8, as Korean Windows writes it, or `otherwise`.

    What can be none of these gets lone surrogates, which no safe name has.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        korean = raw.decode("cp949", "replace")
    if re.fullmatch("[\0-\x7f가-힣ㄱ-ㅣ]+", korean):
        return korean
    return raw.decode(otherwise) if otherwise else raw.decode("utf-8", "surrogateescape")


@lru_cache(1_000)
def safe(part: str) -> str:
    """Return one part of a path in the form that all systems keep (NFC); Unfit where some could not keep it."""
    if len(part) > 4 * MAX_NAME:  # before normalising, which is slow for thousands of accents on one letter
        raise _too_long()
    part = unicodedata.normalize("NFC", _SPACES.sub(" ", _JOINERS.sub("", part)))
    if not part.isprintable() or _FORBIDDEN.search(part) or _INVISIBLE.search(part):
        raise Unfit(both("has characters in its name that are invisible or not allowed everywhere; rename it"))
    if len(part.encode()) > MAX_NAME:
        raise _too_long()
    if not part or part[-1] in ". " or _reserved(part):
        raise Unfit(both("has a name that Windows cannot keep; rename it"))
    return part


def split(name: str) -> Parts:
    """Split a path as Windows and Unix would both, so that it means the same everywhere."""
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".")]
    if not parts:
        raise Unfit(both("has no name; pack it again"))
    if name[0] in "/\\" or ".." in parts or re.match("[A-Za-z]:", name):
        raise Unfit(both("has a name that leads out of its folder; pack it again, from inside the folder"))
    if len(parts) > MAX_FOLDERS:
        raise too_deep()
    return tuple(map(safe, parts))


def check_folder(name: str) -> None:
    """Unfit where a folder has a bad name. Its files would have it too, but it may hold none."""
    if name.rstrip("/\\") != ".":
        split(name)


def too_deep() -> Unfit:
    """Say that something lies in too many folders."""
    return Unfit(both("lies more than {limit} folders deep; move it up", limit=MAX_FOLDERS))


def _too_long() -> Unfit:
    return Unfit(both("has a name of more than {limit} bytes; give it a shorter one", limit=MAX_NAME))


def _reserved(part: str) -> bool:
    return part.split(".")[0].rstrip().upper() in RESERVED


def folder_name(student: str) -> str:
    """Return the name of a folder for a student, which every system can keep and no other student has.

    A name that is fit and in small letters stays as it is; any other gets "~" and a hash, because Kim and kim are one
    folder to Windows. No name has a "~" of its own.
    """
    start = unicodedata.normalize("NFC", student[: 4 * _READABLE])  # the cut: normalising a long one may take minutes
    name = "".join(char if _plain(char) else "_" for char in start[:_READABLE]).strip(" .-")
    if _reserved(name):
        name = f"_{name}"
    if name and name == student == folded(student):
        return name
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).digest()
    return f"{name or 'student'}~{base64.b32encode(digest[:10]).decode().lower()}"


def _plain(char: str) -> bool:
    """Whether a student's folder may have this character in its name: letters, their marks, digits and a few more."""
    if _INVISIBLE.match(char) or _JOINERS.match(char):
        return False
    category = unicodedata.category(char)
    return char in " _-." or category[0] in "LM" or category == "Nd"


@lru_cache(1_000)
def folded(name: str) -> str:
    """Return what is the same for all names that some file system holds for one."""
    decomposed = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", decomposed.upper().casefold()))
