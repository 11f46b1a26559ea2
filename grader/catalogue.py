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


def names() -> list[str]:
    """Return the name of every exercise of the course, in order; `find` says what is wrong with one's files."""
    return [_name(folder) for folder in _folders()]


def topics() -> dict[str, str]:
    """Return the topic (slug) of every exercise by its name, in order."""
    return {_name(folder): _slug(folder) for folder in _folders()}


def exercises() -> list[Exercise]:
    """Return every exercise of the course, in order."""
    return [find(name) for name in names()]


def find(name: str) -> Exercise:
    """Return the exercise called exercise03, 03, 3 or by its slug; UnknownExercise says what was close."""
    known = {alias: folder for folder in _folders() for alias in _aliases(folder)}
    wanted = name.lower().replace("-", "_").strip("/")
    if wanted.isdecimal() and len(wanted) < 10:
        wanted = str(int(wanted))
    if wanted in known:
        return _read(known[wanted])
    aliases = difflib.get_close_matches(wanted, known, n=3, cutoff=0.75)
    near = dict.fromkeys(_name(known[alias]) for alias in aliases)
    raise UnknownExercise(name, list(near), names())


def of_check_file(path: Path) -> Exercise:
    """Return the exercise that a check file belongs to, by the name of its folder."""
    if _FOLDER.fullmatch(path.parent.name) is None:
        raise BrokenCourse(both("{file} lies in no exercise's folder", file=path))
    return find(path.parent.name)


def _folders() -> list[Path]:
    folders = [path for path in paths.exercises().glob("exercise*") if _FOLDER.fullmatch(path.name)]
    if not folders:
        raise BrokenCourse(both("no exercises in {folder}", folder=paths.exercises()))
    folders.sort(key=lambda folder: (_number(folder), folder.name))
    for one, other in pairwise(folders):
        if _number(one) == _number(other):
            raise BrokenCourse(both("two exercises have one number: {folders}", folders=f"{one.name}, {other.name}"))
    return folders


def _number(folder: Path) -> int:
    return int(_FOLDER.fullmatch(folder.name)["number"])


def _name(folder: Path) -> str:
    return folder.name.partition("_")[0]


def _slug(folder: Path) -> str:
    return folder.name.partition("_")[2]


def _aliases(folder: Path) -> list[str]:
    return [str(_number(folder)), _name(folder), _slug(folder), folder.name]


def _read(folder: Path) -> Exercise:
    file = f"{_name(folder)}.py"
    hidden = paths.hidden_checks() / folder.name
    return Exercise(
        number=_number(folder),
        slug=_slug(folder),
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
