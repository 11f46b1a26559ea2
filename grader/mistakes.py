"""The wrong answers that an exercise knows: each a file, which begins by saying what is wrong in it.

    # fails: test_sigmoid_values
    # en: ...
    # ko: ...
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader import paths
from grader.records import Exercise, Text


@dataclass(frozen=True)
class Mistake:
    """One wrong answer, and what a student is told who gives it."""

    path: Path
    fails: str
    """The check that it fails."""
    text: Text


def known(exercise: Exercise) -> list[Mistake]:
    """Return an exercise's wrong answers; none where students work."""
    headers = [(path, header(path)) for path in samples(exercise, "mistakes")]
    return [Mistake(path, said["fails"], Text(en=said["en"], ko=said["ko"])) for path, said in headers]


def samples(exercise: Exercise, kind: str) -> list[Path]:
    """Return the files of the exercise's `mistakes` or `accepted` answers."""
    return sorted((hidden(exercise) / kind).glob("*.py"))


def header(mistake: Path) -> dict[str, str]:
    """Return the `# key: value` lines that a mistake begins with."""
    lines = re.match(r"(?:#.*\n)*", mistake.read_text(encoding="utf-8"))[0]
    return dict(re.findall(r"^# (\w+): *(.*?) *$", lines, flags=re.MULTILINE))


def hidden(exercise: Exercise) -> Path:
    """Return the folder of all that is hidden of an exercise but its reference."""
    return paths.hidden_checks() / exercise.stub.parent.name
