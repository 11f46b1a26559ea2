"""What the name of a file says: an exercise, which attempt it is and, in a flat folder, whose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

# What browsers and LMSs add to a name that is taken: `exercise03-1.py`, `exercise03 (2).py`.
_COPY = re.compile(r"\s?\(([0-9]{1,3})\)$")
_ATTEMPT = re.compile(r"-([0-9]{1,3})$")

_SEPARATORS = " _-."


def pattern(exercises: Iterable[str]) -> re.Pattern[str]:
    """Return what finds an exercise's name in other names: in exercise03_kim, and not in exercise031."""
    names = "|".join(map(re.escape, exercises)) or "(?!)"
    return re.compile(rf"(?<![A-Za-z0-9])(?:{names})(?![0-9])", re.IGNORECASE | re.ASCII)


def exercises_in(name: str, exercises: re.Pattern[str]) -> list[str]:
    """Return the exercises whose names stand in a name, each once."""
    return list(dict.fromkeys(found.lower() for found in exercises.findall(name)))


def attempt(name: str) -> int:
    """Return the number that was added to a file's name, 0 where there is none."""
    stem = PurePosixPath(name).stem
    added = _COPY.search(stem) or _ATTEMPT.search(stem)
    return int(added[1]) if added else 0


def is_check(name: str, exercises: re.Pattern[str]) -> bool:
    """Whether this is a copy of an exercise's own checks, test_exercise03.py."""
    stem = _bare(PurePosixPath(name).stem)
    return stem.lower().startswith("test_") and exercises.fullmatch(stem[len("test_") :]) is not None


def student_in(stem: str, exercises: re.Pattern[str]) -> str:
    """Return the student's part of a name that says both, kim_exercise03 or exercise03_kim; "" where there is none."""
    found = list(exercises.finditer(stem))
    if not found:
        return ""
    before = stem[: found[-1].start()].strip(_SEPARATORS)
    if before or not _bare(stem[found[0].end() :]):
        return before
    # here a number behind a hyphen may be a part of the name: student-1, student-2
    return _COPY.sub("", stem[found[0].end() :]).strip(_SEPARATORS)


def _bare(stem: str) -> str:
    return _ATTEMPT.sub("", _COPY.sub("", stem))
