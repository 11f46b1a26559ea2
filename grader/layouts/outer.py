"""How many folders lie around what students handed in: a zip's top folder, downloads side by side, nbgrader's steps.

Only what all have in common is taken off, so that no student can pass for a download that holds others' files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grader.intake.kinds import GRADESCOPE_LIST, TIMESTAMP, without_archive_suffix
from grader.intake.names import Parts
from grader.layouts import naming, owners
from grader.layouts.naming import Names

SUBMITTED = "submitted"
_NBGRADER = {"source", "release", "autograded", "feedback", "nbgrader_config.py", "gradebook.db"}
"""What lies beside submitted/ in a course of nbgrader."""
STRAYS = 3
"""How many students' names do not outweigh a file without one: one student may have exercise03.py and drafts of it."""


@dataclass
class _Top:
    """What lies directly in one of the outermost folders."""

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Shape:
    """How a class's files lie: with `depth` outer folders around each, one of which may be nbgrader's submitted/."""

    depth: int
    nbgrader: bool
    submitted_at: int | None

    def is_outside(self, path: Parts) -> bool:
        """Whether nbgrader keeps this file beside what students handed in."""
        return self.submitted_at is not None and path[self.submitted_at :][:1] != (SUBMITTED,)


def shape(files: Sequence[Parts], refused: Sequence[Parts], exercises: Names) -> Shape:
    """Find the outer folders. What was refused counts too: it may be all that somebody handed in."""
    paths = [*files, *(path for path in refused if len(path) > 1)]
    depth, nbgrader, submitted_at = 0, False, None
    tops = _tops(paths)
    if len(tops) == 1 and not _says_whose(paths, exercises) and _is_outer(*tops.values(), exercises):
        depth, nbgrader = 1, SUBMITTED in tops
        tops = _tops(path[1:] for path in paths)
    beside = {path[depth] for path in (*paths, *refused) if len(path) > depth}
    alone = depth == 1 and not nbgrader and len(tops) == 1
    if SUBMITTED in tops and tops[SUBMITTED].folders and (alone or beside & _NBGRADER):
        depth, nbgrader, submitted_at = depth + 1, True, depth
    elif not _says_whose((path[depth:] for path in paths), exercises):
        depth += bool(tops) and all(_is_download(top, inside, exercises) for top, inside in tops.items())
    stamped = any(len(path) == depth + 3 and path[-1] == TIMESTAMP for path in files)
    return Shape(depth, nbgrader or stamped, submitted_at)


def _tops(paths: Iterable[Parts]) -> dict[str, _Top]:
    tops: dict[str, _Top] = {}
    for path in paths:
        if len(path) > 1:
            inside = tops.setdefault(path[0], _Top())
            (inside.files if len(path) == 2 else inside.folders).add(path[1])
    return tops


def _says_whose(paths: Iterable[Parts], exercises: Names) -> bool:
    """Whether an outermost name is a student's by more than being there."""
    return any(owners.of_an_lms(path) or (len(path) == 1 and owners.of(path, {}, exercises)) for path in paths if path)


def _is_outer(top: _Top, exercises: Names) -> bool:
    """Whether a folder that lies alone holds students' files or folders, and is not one student's."""
    if _holds_an_lms(top):
        return True
    answers = [name for name in top.files if exercises.numbered(name) and not naming.is_check(name, exercises)]
    whose = [owners.of((name,), {}, exercises) for name in answers]
    named = {mention.exercise for name in top.folders for mention in exercises.numbered(name)[:1]}
    several = len(top.folders) > 1 and len(named) < len(top.folders)  # one for each exercise are one student's
    students, nameless = {owner.students for owner in whose if owner}, whose.count(None)
    if several:
        return True
    if nameless and len(students) <= STRAYS * nameless:
        return False
    return not named if top.folders else len(students) > 1


def _is_download(name: str, top: _Top, exercises: Names) -> bool:
    """Whether one of several folders holds what an LMS named, or a class's files for the exercise that it is called."""
    of_an_exercise = exercises.is_one(without_archive_suffix(name))
    return _holds_an_lms(top) or (of_an_exercise and _is_outer(top, exercises))


def _holds_an_lms(top: _Top) -> bool:
    names = top.files | top.folders
    return GRADESCOPE_LIST in top.files or any(owners.of_an_lms((name,)) for name in names)
