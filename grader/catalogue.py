"""Find the course's exercises. An exercise exists because its folder exists; nothing is registered."""

from __future__ import annotations

import difflib
import re
from itertools import pairwise
from pathlib import Path

from grader import paths
from grader.errors import BrokenCourse, UnknownExercise
from grader.i18n import both
from grader.records import Exercise, Text

_FOLDER = re.compile(r"exercise(?P<number>\d{2,})_(?P<slug>[a-z][a-z0-9_]*)")


def exercises() -> list[Exercise]:
    """Return every exercise of the course, in order."""
    folders = sorted(path for path in paths.exercises().glob("exercise*") if _FOLDER.fullmatch(path.name))
    if not folders:
        raise BrokenCourse(both("no exercises in {folder}", folder=paths.exercises()))
    found = sorted((_read(folder) for folder in folders), key=lambda exercise: exercise.number)
    for one, other in pairwise(found):
        if one.number == other.number:
            folders = f"{one.stub.parent.name}, {other.stub.parent.name}"
            raise BrokenCourse(both("two exercises have one number: {folders}", folders=folders))
    return found


def find(name: str) -> Exercise:
    """Return the exercise called exercise03, 03, 3 or by its slug; UnknownExercise says what was close."""
    known = {alias: exercise for exercise in exercises() for alias in _aliases(exercise)}
    wanted = name.lower().replace("-", "_").strip("/")
    if wanted.isdecimal() and len(wanted) < 10:
        wanted = str(int(wanted))
    if wanted in known:
        return known[wanted]
    aliases = difflib.get_close_matches(wanted, known, n=3, cutoff=0.75)
    near = dict.fromkeys(known[alias].name for alias in aliases)
    raise UnknownExercise(name, list(near), [exercise.name for exercise in exercises()])


def of_check_file(path: Path) -> Exercise:
    """Return the exercise that a check file belongs to, by the name of its folder."""
    match = _FOLDER.fullmatch(path.parent.name)
    if match is None:
        raise BrokenCourse(both("{file} lies in no exercise's folder", file=path))
    return find(str(int(match["number"])))


def _aliases(exercise: Exercise) -> list[str]:
    return [str(exercise.number), exercise.name, exercise.slug, f"{exercise.name}_{exercise.slug}"]


def _read(folder: Path) -> Exercise:
    match = _FOLDER.fullmatch(folder.name)
    assert match is not None, "exercises() lists only folders that match"
    file = f"exercise{match['number']}.py"
    hidden = paths.hidden_checks() / folder.name
    return Exercise(
        number=int(match["number"]),
        slug=match["slug"],
        title=Text(en=_title(folder / "README.md"), ko=_title(folder / "README.ko.md")),
        stub=folder / file,
        public_checks=_needed(folder / f"test_{file}"),
        hidden_checks=_existing(hidden / f"test_{file}"),
        solution=_existing(paths.solutions() / folder.name / file),
        oracle=_existing(hidden / "oracle.py"),
    )


def _title(readme: Path) -> str:
    heading = next((line for line in _lines(readme) if line.startswith("# ")), None)
    if heading is None:
        raise BrokenCourse(both("{file} has no heading; its first '# ' line is the title", file=readme))
    return heading.removeprefix("# ").strip()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenCourse(both("cannot read {file}: {error}", file=path, error=error)) from None


def _needed(path: Path) -> Path:
    if not path.is_file():
        raise BrokenCourse(both("{file} is missing", file=path))
    return path


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None
