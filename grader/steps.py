"""How many hints a student has had on each check, for `grade hint`. A broken file of that says none, and fails nothing."""

from __future__ import annotations

import json
from pathlib import Path

from grader import desk, paths
from grader.i18n import both
from grader.records import Result, Text, inert


def count(result: Result, another: bool) -> tuple[int, Text | None]:
    """Count the hint that is shown on the first check that fails: its first one or, if asked for `another`, the next.

    Return how many there were by now, and what is wrong where that cannot be kept. A check that passes begins anew.
    """
    place, first = paths.kept() / "hints.json", None if result.useless else result.first_failed
    kept = _read(place)
    passed = {check.name for check in result.checks if check.outcome == "passed"}
    had = {name: number for name, number in kept.get(result.exercise, {}).items() if name not in passed}
    if first is not None:
        had[first.name] = had.get(first.name, 0) + 1 if another else had.get(first.name, 1)
    number = had[first.name] if first is not None else 0
    if had == kept.get(result.exercise, {}):
        return number, None
    try:
        desk.keep(place, kept | {result.exercise: had})
    except OSError as error:
        return number, both("the hints are not counted: cannot write {file}: {error}", file=inert(str(place)),
                            error=error.strerror)  # fmt: skip
    return number, None


def _read(place: Path) -> dict[str, dict[str, int]]:
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        return {exercise: {check: number for check, number in had.items() if type(number) is int and number > 0}
                for exercise, had in kept.items()}  # fmt: skip
    except (OSError, ValueError, AttributeError):
        return {}
