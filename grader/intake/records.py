"""What the readers of folders and archives find: a file, or something that they refuse."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.i18n import both
from grader.records import Text

_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class HandedIn:
    """One file, read once. `path` lies below what was gathered, an archive in it counting as a folder.

    `modified` is None where nobody knows a time that can be true.
    """

    path: PurePosixPath
    content: bytes
    modified: float | None

    @property
    def sha256(self) -> str:
        """The content's SHA-256 in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Refused:
    """Something that was not taken: its name, which can be shown anywhere, and a sentence about it without the name.

    The name is empty where the folder or archive that is being read is meant as a whole.
    """

    name: str
    problem: Text

    @property
    def reason(self) -> Text:
        """The whole sentence: what was refused, why, and what to do."""
        return both("{file} {problem}", file=self.name, problem=self.problem)


@dataclass(frozen=True)
class Gathered:
    """What was taken and what was not, sorted. No two paths are the same to any file system."""

    files: tuple[HandedIn, ...]
    refused: tuple[Refused, ...]


def believable(seconds: float) -> float | None:
    """Return a time of modification, or None where it cannot be true: an unset clock's, or one in the future."""
    return seconds if 0 < seconds < time.time() + _DAY else None
