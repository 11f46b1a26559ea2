"""Where a student works: which file is meant, the stub to go back to, what is kept from one run to the next."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from grader import paths
from grader.errors import BrokenCourse, MissingFile, SubmissionError
from grader.i18n import both
from grader.notebooks import is_notebook
from grader.records import Exercise, Text, inert

_NEW = ".grade-"


def graded_file(exercise: Exercise, file: Path | None) -> Path:
    """Return the file to grade: the one that is named, else the one that lies here, else the course's own copy.

    Here a .py goes before a notebook, of which `passed_over` tells.
    """
    return file or next((here for here in _here(exercise) if here.exists()), _from_here(exercise.stub))


def passed_over(exercise: Exercise, file: Path | None) -> Text | None:
    """Say which file lies here beside the graded one, where nobody named the one that is meant."""
    source, notebook = _here(exercise)
    if file is not None or not (source.exists() and notebook.exists()):
        return None
    return both("{file} is graded, and not {notebook}, which lies here too; name the notebook to grade it",
                notebook=notebook, file=source)  # fmt: skip


def own_file(exercise: Exercise, file: Path | None) -> Path:
    """Return the file that a student writes: as for grading, but never the one inside the installed package."""
    chosen = graded_file(exercise, file)
    packaged = chosen.resolve().is_relative_to(paths.packaged_exercises())
    return Path(f"{exercise.name}.py") if packaged else chosen


def reset(exercise: Exercise, file: Path) -> Text:
    """Put the stub in the place of `file`, keep the old one aside, and say so. At every moment one of the two is there.

    MissingFile where `file` can be no file, SubmissionError where it is a notebook or its folder takes no file,
    BrokenCourse without a stub.
    """
    target, label = file.resolve(), inert(str(file))
    if is_notebook(target.name):
        raise SubmissionError(both("{file} is a notebook, and the stub is none; name the .py file", file=label))
    if target.is_dir():
        raise MissingFile(both("{file} is a folder; name the .py file in it", file=label))
    stub = _stub(exercise, target)
    try:
        if not target.exists():
            put(target, stub)
            return both("{file} is the stub, to be filled in", file=label)
        old = target.read_bytes()
        if old.splitlines() == stub.splitlines():
            return both("{file} is the stub already; nothing has changed", file=label)
        aside = _keep_aside(target, old)
        put(target, stub)
    except OSError as error:
        raise SubmissionError(both("cannot write {file}: {error}", file=label, error=error.strerror)) from None
    aside = file.with_name(aside.name)
    return both("{file} is the stub again; your old file is {aside}", file=label, aside=inert(str(aside)))


def keep(place: Path, record: dict[str, Any]) -> None:
    """Keep a record for the next run, in a folder that git ignores. OSError where that cannot be done."""
    place.parent.mkdir(exist_ok=True)
    (place.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    put(place, json.dumps(record, indent=2).encode())


def put(target: Path, content: bytes) -> None:
    """Put a whole file in the place of another, so that whoever looks finds one of the two and never a part."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=_NEW, suffix=".new")
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
        if target.exists():
            shutil.copymode(target, name)
        else:
            os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def tidy(folder: Path) -> None:
    """Remove what `put` left in a folder, and in those below it, when it was killed; nobody else may put files there."""
    for left in folder.rglob(f"{_NEW}*.new"):
        left.unlink(missing_ok=True)


def readme(exercise: Exercise, language: str) -> Path:
    """Return where an exercise's text lies, from here."""
    return _from_here(exercise.stub.with_name("README.ko.md" if language == "ko" else "README.md"))


def _here(exercise: Exercise) -> tuple[Path, Path]:
    return Path(f"{exercise.name}.py"), Path(f"{exercise.name}.ipynb")


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _stub(exercise: Exercise, target: Path) -> bytes:
    """Return the stub: the package's, else the course's, else (where that is the very file) the one in git."""
    released = paths.packaged_exercises() / exercise.stub.parent.name / exercise.stub.name
    for source in (released, exercise.stub):
        if source.is_file() and source.resolve() != target:
            return source.read_bytes()
    return _committed(exercise)


def _committed(exercise: Exercise) -> bytes:
    stub = exercise.stub
    command = ["git", "-C", str(stub.parent), "show", f"HEAD:./{stub.name}"]
    try:
        return subprocess.run(command, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        words = both("no stub of {exercise} to go back to: unpack the course once more, or install its wheel",
                     exercise=exercise.name)  # fmt: skip
        raise BrokenCourse(words) from None


def _keep_aside(target: Path, content: bytes) -> Path:
    """Keep a file's content beside it, under a name that is free: exercise03.before-reset.py, then with -2, -3..."""
    for number in count(1):
        more = f"-{number}" if number > 1 else ""
        place = target.with_name(f"{target.stem}.before-reset{more}{target.suffix}")
        try:
            with place.open("xb") as stream:
                stream.write(content)
            return place
        except FileExistsError:
            continue
    raise AssertionError("numbers do not end")
