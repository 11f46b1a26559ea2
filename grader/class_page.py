"""A gradebook as one self-contained HTML page: how the class did, who needs a look, and the way to every report.

It reads without script. The one that sorts and filters the table is named by its hash in the page's policy, so that
nothing else that got into the page could run.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from grader import paths
from grader.i18n import both
from grader.page.frame import Picture, same
from grader.page.histogram import histogram
from grader.page.matters import kinds, link, matters, score, words
from grader.page.template import render
from grader.records import CheckShare, Gradebook, Mark, Text
from grader.statistics import Distribution, Row, distributions, rows


@dataclass(frozen=True)
class Panel:
    """An exercise as the page shows it; its checks begin with the one that fewest pass."""

    found: Distribution
    picture: Picture | None
    checks: tuple[CheckShare, ...]


@dataclass(frozen=True)
class Line:
    """A student's line of the table: a mark or None for each exercise, and what the line can be filtered by."""

    row: Row
    marks: tuple[Mark | None, ...]
    kinds: tuple[str, ...]


def html(gradebook: Gradebook, language: str) -> str:
    """Return the page of a class; it shows `language` first. Its links lead to the pages of the submissions."""
    found = distributions(gradebook)
    lines = [_line(row, found) for row in rows(gradebook)]
    script = (paths.templates() / "class.js").read_text(encoding="utf-8")
    return render(
        "class.html",
        language,
        facts=_facts(gradebook, len(lines)),
        matters=matters(gradebook),
        roster=gradebook.absent is not None,
        panels=[_panel(each, f"scores-{number}") for number, each in enumerate(found, 1)],
        lines=lines,
        most=sum(each.max_score for each in found),
        counts=Counter(kind for line in lines for kind in line.kinds),
        words=words(),
        kinds=kinds,
        link=link,
        score=score,
        percent=_percent,
        script=script,
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _panel(found: Distribution, label: str) -> Panel:
    checks = sorted(found.share.checks, key=lambda check: check.passed / max(1, check.graded))
    return Panel(found, histogram(found, label), tuple(checks))


def _line(row: Row, found: list[Distribution]) -> Line:
    marks = tuple(row.marks.get(each.share.exercise) for each in found)
    held = {kind for mark in marks if mark is not None for kind in kinds(mark)}
    return Line(row, marks, tuple(sorted(held | ({"missing"} if None in marks else set()))))


def _percent(passed: int, graded: int) -> str:
    """Return a share in percent, which is 0 or 100 only where it is exactly that."""
    if not graded:
        return "-"
    share = 100 * passed / graded
    return f"{share:.0f}%" if share in (0, 100) else f"{min(99, max(1, round(share)))}%"


def _facts(gradebook: Gradebook, students: int) -> list[tuple[Text, Text]]:
    """Return what there is to say of the run as a whole, each with its name."""
    facts = [
        (both("students"), f"{students}"),
        (both("submissions"), f"{len(gradebook.marks)}"),
        (both("handed in nothing"), "?" if gradebook.absent is None else f"{len(gradebook.absent)}"),
        (both("sandbox level"), _levels(gradebook)),
        (both("computing time"), _clock(sum(mark.seconds for mark in gradebook.marks))),
        (both("finished (UTC)"), _moment(gradebook.finished)),
    ]
    return [(name, same(value)) for name, value in facts if value]


def _levels(gradebook: Gradebook) -> str:
    """Return the level of all marks, or how many were made at each."""
    levels = Counter(mark.sandbox for mark in gradebook.marks if mark.sandbox)
    return ", ".join(levels if len(levels) == 1 else (f"{level}: {levels[level]}" for level in sorted(levels)))


def _clock(seconds: float) -> str:
    """Return hours, minutes and seconds: 1:02:03."""
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _moment(when: str) -> str:
    return f"{datetime.fromisoformat(when).astimezone(UTC):%Y-%m-%d %H:%M}" if when else ""
