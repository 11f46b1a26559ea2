"""Files that cannot lie beside each other: two of one path, or paths that some file system holds for one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from grader.i18n import both
from grader.intake.names import Parts, folded
from grader.intake.records import HandedIn, Refused
from grader.records import Text

_Place = tuple[Parts, bool]
"""A path, and whether it is a file's."""


def apart(files: Sequence[HandedIn]) -> Iterator[HandedIn | Refused]:
    """Refuse each file that clashes with another."""
    copies = Counter(file.path.parts for file in files)
    places: dict[Parts, set[_Place]] = defaultdict(set)
    for parts in copies:
        for key, place in _on_the_way(parts):
            places[key].add(place)
    rivals = {key: sorted(alike)[:2] for key, alike in places.items() if len(alike) > 1}
    for file in files:
        problem = _more_than_once() if copies[file.path.parts] > 1 else _rival(file.path.parts, rivals)
        yield file if problem is None else Refused(str(file.path), problem)


def _more_than_once() -> Text:
    return both("is there more than once; hand in only one of them")


def _rival(parts: Parts, rivals: dict[Parts, list[_Place]]) -> Text | None:
    """Name a path that some system cannot tell from this one, or from a folder above it; None where there is none."""
    others = [rival for key, place in _on_the_way(parts) for rival in rivals.get(key, []) if rival != place]
    if not others:
        return None
    other, _ = min(others)
    return both("has a name that some systems cannot tell from {other}; rename one of them", other="/".join(other))


def _on_the_way(parts: Parts) -> Iterator[tuple[Parts, _Place]]:
    """Yield each folder above a path, and the path: first what is the same for all that clash with it, then itself."""
    key = tuple(map(folded, parts))
    for length in range(1, len(parts) + 1):
        yield key[:length], (parts[:length], length == len(parts))
