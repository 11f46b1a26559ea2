"""Take in what students handed in: one file, or a whole class as a folder or an archive.

Only bytes travel: nothing here runs, parses or imports code, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.errors import MissingFile
from grader.i18n import both
from grader.intake import archives, folders, limits
from grader.intake.clashes import apart
from grader.intake.names import shown
from grader.intake.records import Gathered, HandedIn, Refused
from grader.intake.refusals import Unfit
from grader.intake.source import decoded
from grader.notebooks import Notebook, is_notebook, read
from grader.records import Submission, inert


def read_submission(path: Path, student: str = "") -> Submission:
    """Read one file, once. MissingFile where there is none; what cannot be run is said in `problem`."""
    return _submission(content(path), path.name, _label(path), student)


def content(path: Path) -> bytes:
    """Return what is in one file, or a byte more than may be where it is too large. MissingFile where there is none."""
    label = _label(path)
    try:
        if path.is_dir():
            raise MissingFile(both("{file} is a folder; name the .py file in it", file=label))
        if not path.exists():
            raise MissingFile(both("no file {file}; name the file to grade, or make it first", file=label))
        with _opened(path) as stream:
            return stream.read((limits.MAX_NOTEBOOK if is_notebook(path.name) else limits.MAX_SOURCE) + 1)
    except OSError as error:
        raise _unreadable(path, error) from None


def identity(file: HandedIn) -> str:
    """Return what a file is known again by. As a notebook, the same bytes are something else."""
    return file.sha256 + (".ipynb" if is_notebook(file.path.name) else "")


def gather(place: Path) -> Gathered:
    """Read all that was handed in, in a folder or an archive; MissingFile where there is neither to be read."""
    try:
        read = list(_read(place))
    except OSError as error:
        raise _unreadable(place, error) from None
    found = [*apart([entry for entry in read if isinstance(entry, HandedIn)]),
             *(entry for entry in read if isinstance(entry, Refused))]  # fmt: skip
    whole = shown(place.name or str(place))
    files = [entry for entry in found if isinstance(entry, HandedIn)]
    refused = {Refused(entry.name or whole, entry.problem) for entry in found if isinstance(entry, Refused)}
    return Gathered(
        files=tuple(sorted(files, key=lambda file: file.path)),
        refused=tuple(sorted(refused, key=lambda entry: (entry.name, entry.problem.en))),
    )


def as_submission(file: HandedIn, student: str) -> Submission:
    """Make a Submission of a file that was gathered."""
    return _submission(file.content, file.path.name, str(file.path), student)


def _submission(content: bytes, name: str, label: str, student: str) -> Submission:
    if not is_notebook(name):
        problem, source = decoded(content, name)
        return Submission(label, student, source, problem)
    found = read(content, name)
    if isinstance(found, Notebook):
        return Submission(label, student, found.source, cells=found.cells, homes=found.homes)
    return Submission(label, student, None, found)


def _read(place: Path) -> Iterator[HandedIn | Refused]:
    label = _label(place)
    if place.is_dir():
        yield from folders.files(place, limits.of_all())
        return
    if not place.exists():
        raise MissingFile(both("no folder or archive {file}; name what the submissions are in", file=label))
    with _opened(place) as stream:
        if not archives.is_recognised(stream):
            raise MissingFile(
                both(
                    "{file} is neither a folder nor a .zip or .tar archive; name what the submissions are in",
                    file=label,
                )
            )
        yield from archives.of_a_class(stream)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open the file that a person named; MissingFile where it is a pipe or a device, by now at least."""
    irregular = MissingFile(both("{file} is not a regular file", file=_label(path)))
    if not path.is_file():
        raise irregular
    try:
        with folders.opened(str(path)) as stream:
            yield stream
    except Unfit:  # it was exchanged since it was looked at
        raise irregular from None


def _unreadable(path: Path, error: OSError) -> MissingFile:
    return MissingFile(both("cannot read {file}: {error}", file=_label(path), error=error.strerror))


def _label(path: Path) -> str:
    return inert(str(path)).replace("\n", "\\n")
