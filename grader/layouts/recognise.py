"""Say of all that was gathered whose it is and for which exercise, without being told how it is laid out.

Each file is looked at by itself, so that one download may mix layouts. No file is dropped in silence, nothing of a
file's content is believed but an LMS's own list, and whatever names say, the rest of the class is recognised.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from grader.i18n import both
from grader.intake.kinds import GRADESCOPE_LIST, TIMESTAMP
from grader.intake.names import Parts
from grader.intake.records import Gathered, HandedIn, Refused
from grader.intake.refusals import Unfit, no_answer
from grader.layouts import claims, gradescope, naming, outer, owners
from grader.layouts.claims import Claim
from grader.layouts.naming import BY_FOLDER, WAYS, Names
from grader.layouts.outer import Shape
from grader.layouts.owners import Owner, Submitters
from grader.layouts.records import Recognised
from grader.records import Text


def recognise(gathered: Gathered, exercises: Mapping[str, str]) -> Recognised:
    """Say who handed in what for which of these exercises, by name with the topic (slug) of each.

    What `gather` refused is the caller's to tell.
    """
    known = _known(gathered, Names(exercises))
    read, left = [], []
    for file in gathered.files:
        try:
            if (claim := _claim(file, known)) is not None:
                read.append(claim)
        except Unfit as unfit:
            left.append(Refused(str(file.path), unfit.problem))
    entries, superseded, unclear = claims.decided(claims.with_participants(read))
    left += [Refused(str(claim.file.path), _no_exercise()) for claim in unclear]
    layouts = Counter(claim.owner.layout for claim in read)
    return Recognised(
        layouts=tuple(sorted(layouts, key=lambda layout: (-layouts[layout], layout))),
        entries=tuple(sorted(entries, key=lambda entry: (entry.student.label, entry.exercise))),
        superseded=tuple(sorted(superseded, key=lambda entry: (entry.student.label, entry.exercise, entry.file.path))),
        unrecognised=tuple(sorted(left, key=lambda entry: entry.name)),
    )


@dataclass(frozen=True)
class _Known:
    """What must be known of all files before one of them can be read. Each folder is named by its whole path."""

    exercises: Names
    shape: Shape
    submitters: dict[Parts, Submitters]
    crowded: frozenset[Parts]


def _known(gathered: Gathered, exercises: Names) -> _Known:
    refused = [tuple(entry.name.split("/")) for entry in gathered.refused]
    shape = outer.shape([file.path.parts for file in gathered.files], refused, exercises)
    submitters: dict[Parts, Submitters] = {}
    inside: dict[Parts, set[str]] = defaultdict(set)
    for file in gathered.files:
        path, top = file.path.parts, shape.depth + 1
        if _is_list(path, shape):
            submitters[path[:-1]] = gradescope.submitters(file.content)
        elif len(path) > top and (other := owners.of_an_lms(path[top:])):
            inside[path[:top]].add(other.students[0].label)
    crowded = frozenset(folder for folder, students in inside.items() if len(students) > 1)
    return _Known(exercises, shape, submitters, crowded)


def _is_list(path: Parts, shape: Shape) -> bool:
    return len(path) == shape.depth + 1 and path[-1] == GRADESCOPE_LIST


def _claim(file: HandedIn, known: _Known) -> Claim | None:
    """Read one file, None where an LMS wrote it; Unfit where it is nobody's answer."""
    path, shape = file.path.parts, known.shape
    if _is_list(path, shape) or (path[-1] == TIMESTAMP and shape.nbgrader):
        return None
    if path[-1].lower() in (GRADESCOPE_LIST, TIMESTAMP):
        raise Unfit(no_answer())
    if shape.is_outside(path):
        raise Unfit(both("lies outside of submitted/, where nbgrader puts what students hand in"))
    outside, owner = path[: shape.depth], _owner(path, known)
    exercise, way = _exercise(owner.rest, outside, known.exercises)
    return Claim(owner, outside, exercise, way, naming.attempt(path[-1], known.exercises), file)


def _owner(path: Parts, known: _Known) -> Owner:
    depth = known.shape.depth
    submitters = known.submitters.get(path[:depth], {})
    owner = owners.of(path[depth:], submitters, known.exercises) if len(path) > depth else None
    if owner is None:
        raise Unfit(_nobodys(path[-1], known.exercises))
    if owner.kind != "file":
        raise Unfit(both("was typed into Moodle and is no file that was handed in"))
    if owner.layout != "folders":
        return owner
    if path[: depth + 1] in known.crowded and owners.of_an_lms(path[depth + 1 :]):
        raise Unfit(both("lies in one folder with other students' files; grade that folder by itself"))
    return replace(owner, layout="nbgrader") if known.shape.nbgrader else owner


def _exercise(rest: Parts, outside: Parts, exercises: Names) -> tuple[str, int]:
    """Return the exercise that a path below its owner's name is for, and in which way the file's own name says so.

    The surest way anywhere decides, and of names that are as sure the innermost: exercise03/ex2.py is for exercise03.
    """
    *folders, name = rest or ("",)
    if naming.is_check(name, exercises):
        raise Unfit(_check())
    if not name.lower().endswith((".py", ".ipynb")):
        raise Unfit(no_answer())
    parts = (name, *reversed(folders), *reversed(outside))
    for way, part in ((way, part) for way in WAYS for part in parts):
        said = exercises.said(part, way)
        if len(said) > 1:
            raise Unfit(both("bears the names of several exercises: {names}", names=", ".join(said)))
        if said and part is name:
            return said[0], way
        if said:
            return said[0], next((way for way in WAYS if exercises.said(name, way) == said), BY_FOLDER)
    raise Unfit(_no_exercise())


def _nobodys(name: str, exercises: Names) -> Text:
    if naming.is_check(name, exercises):
        return _check()
    if not any(exercises.said(name, way) for way in WAYS):
        return _no_exercise()
    return both("does not say whose it is; put it into a folder that is called by the student")


def _no_exercise() -> Text:
    return both("does not bear the name of an exercise of the course; call it as the course does: exercise03.py")


def _check() -> Text:
    return both("is a copy of the exercise's public checks, and no answer")
