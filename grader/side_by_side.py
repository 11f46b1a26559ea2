"""What a terminal shows of a failed public check: the call, the student's line, got above wanted with what differs marked.

A mark is a line of carets. Records of earlier versions may lack any key of their details.
"""

from __future__ import annotations

import math
from typing import Any

from grader.i18n import both
from grader.page.frame import written
from grader.records import CheckResult, columns

MAX_LINE = 200

ROOM = 54
"""Letters of a row of numbers that fit beside the rest."""


def evidence_lines(check: CheckResult, language: str) -> list[str]:
    """Return at most five lines, in columns; none where the message says all that there is to say."""
    if not check.details or check.outcome not in ("failed", "crashed", "timed_out"):
        return []
    lines = [*_call(check.details, language), *_rows(check.details, language)]
    width = max((columns(label) for label, _ in lines), default=0)
    cut = [(label, text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}...") for label, text in lines]
    return [f"{label}{' ' * (width - columns(label))} {text}" for label, text in cut]


def _call(details: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """Return the call as the student would type it and, after an exception, the line of the file that it comes from."""
    lines = [(both("called")[language] + ":", details["call"])] if details.get("call") else []
    frame = (details.get("lines") or [[]])[-1]
    if frame[3:] and frame[3]:
        lines.append((both("line {line}", line=frame[0])[language] + ":", frame[3]))
    return lines


def _rows(details: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """Return the row of a small tensor that its worst value lies in: as it came back, as it should be, and the marks."""
    got, wanted, errors = (details.get(name) for name in ("got", "wanted", "error"))
    place = (details.get("worst") or [{}])[0].get("place")
    if not (place and got and wanted and errors) or not _whole(got) or not _whole(wanted) or got["shape"][-1] == 1:
        return []
    row = 0
    for index, size in zip(place[:-1], got["shape"], strict=False):
        row = row * size + index
    cells = [
        (written(mine, got["dtype"], theirs), written(theirs, wanted["dtype"], mine), True)
        if error is not None
        else (written(mine, got["dtype"], None), written(theirs, wanted["dtype"], None), False)
        for mine, theirs, error in zip(got["values"][row], wanted["values"][row], errors[row], strict=True)
    ]
    where = f"[{', '.join(map(str, place[:-1]))}]:" if place[1:] else ":"
    labels = (both("got")[language] + where, both("wanted")[language] + where, "")
    return list(zip(labels, _aligned(cells, place[-1]), strict=True))


def _whole(side: dict[str, Any]) -> bool:
    """Whether the record holds all values of a tensor."""
    shape, rows = side.get("shape"), side.get("values")
    return bool(shape and rows) and [math.prod(shape[:-1]), shape[-1]] == [len(rows), len(rows[0])]


def _aligned(cells: list[tuple[str, str, bool]], worst: int) -> tuple[str, str, str]:
    """Return two rows of numbers in columns, cut to what lies around the worst one, and the carets under what differs."""
    width = max(len(text) for mine, theirs, _ in cells for text in (mine, theirs))
    fit = max(1, ROOM // (width + 2))
    start = max(0, min(worst - fit // 2, len(cells) - fit))
    shown = cells[start : start + fit]
    before, after = "[..., " if start else "[", ", ...]" if start + fit < len(cells) else "]"
    mine, theirs = (before + ", ".join(cell[side].rjust(width) for cell in shown) + after for side in (0, 1))
    marks = "  ".join(("^" * max(map(len, cell[:2])) if cell[2] else "").rjust(width) for cell in shown)
    return mine, theirs, (" " * len(before) + marks).rstrip()
