"""What a report shows of a public check: got and wanted with what differs marked, the worst entries, and pictures.

Records in, plain data for the template out. Records of earlier versions may lack any key of their details.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from typing import Any

from grader.i18n import both
from grader.page.frame import Picture, written
from grader.page.heatmap import heat_map
from grader.page.pictures import drawn
from grader.records import CheckResult, Text

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 16, 10, 64
"""The largest tensor that is written out as a table."""

FITS = 26
"""Letters in a row of a table that a phone shows beside the rest; a wider table scrolls."""

Piece = tuple[str, bool]
"""Some text, and whether it differs from the other side's."""


@dataclass(frozen=True)
class Table:
    """A small tensor. `heads` and the rows' own are indices; a vector's row has none."""

    heads: list[str]
    rows: list[tuple[str, list[Piece]]]

    @property
    def wide(self) -> bool:
        """Whether it may have to scroll."""
        widths = [max(len(line[column][0]) for _, line in self.rows) for column in range(len(self.heads))]
        return sum(widths) + 3 * len(widths) > FITS


@dataclass(frozen=True)
class Side:
    """What came back, or what was wanted: a table, or text in pieces."""

    name: str
    label: Text
    dtype: str
    shape: str
    other_shape: bool
    pieces: list[Piece]
    table: Table | None


@dataclass(frozen=True)
class Evidence:
    """What a check's details come to. All is empty for a hidden check."""

    call: str = ""
    output: str = ""
    frames: tuple[list[Any], ...] = ()
    sides: tuple[Side, ...] = ()
    worst: tuple[dict[str, Any], ...] = ()
    kind: str = ""
    """The dtype and shape of the tensor that the worst entries are of."""
    drawn: Picture | None = None
    """What the check asked for."""
    heat: Picture | None = None


def evidence(check: CheckResult, label: str) -> Evidence:
    """Return what can be shown of a check; captions get ids that begin with `label`."""
    details = check.details if check.public else None
    if not details:
        return Evidence()
    picture = drawn(details.get("picture"), f"{label}-drawn")
    if check.outcome == "passed":
        return Evidence(drawn=picture)
    sides = _sides(details)
    written_out = any(side.table for side in sides)
    worst = tuple(item for item in details.get("worst") or () if item.get("place") and not written_out)
    frames = details.get("lines") or []
    return Evidence(
        call=details.get("call") or "",
        output=details.get("output") or "",
        frames=tuple(frames) if len(frames) > 1 or any(frame[3:] for frame in frames) else (),
        sides=() if worst else sides,
        worst=worst,
        kind=f"{sides[0].dtype} {sides[0].shape}" if worst and sides else "",
        drawn=picture,
        heat=heat_map(details, f"{label}-heat"),
    )


def _sides(details: dict[str, Any]) -> tuple[Side, ...]:
    got, wanted = details.get("got"), details.get("wanted")
    sides = []
    for name, label, mine, theirs in (("got", both("got"), got, wanted), ("wanted", both("wanted"), wanted, got)):
        if not mine:
            continue
        same_shape = bool(theirs) and mine.get("shape") == theirs.get("shape")
        other = theirs if same_shape else None
        shape = _shape(mine.get("shape"))
        sides.append(Side(
            name, label, mine.get("dtype", ""), shape,
            other_shape=bool(shape and theirs and theirs.get("shape") is not None and not same_shape),
            pieces=_pieces(mine, theirs), table=_table(mine, other, details.get("error")),
        ))  # fmt: skip
    return tuple(sides)


def _shape(shape: Any) -> str:
    """Return a shape as torch prints it: (3,)."""
    return "" if shape is None else str(tuple(shape))


def _table(mine: dict[str, Any], theirs: dict[str, Any] | None, error: Any) -> Table | None:
    """Return a tensor as a table, wrong cells marked; None for what is no tensor, is one number, or is too large."""
    shape, rows = mine.get("shape"), mine.get("values")
    if not shape or not rows or "complex" in mine.get("dtype", ""):
        return None
    tall, wide = len(rows), len(rows[0])
    if tall > MOST_ROWS or wide > MOST_COLUMNS or tall * wide > MOST_CELLS or tall * wide != math.prod(shape):
        return None
    others = theirs.get("values") if theirs else None
    lines = []
    for i, row in enumerate(rows):
        line = []
        for j, value in enumerate(row):
            other = others[i][j] if others else None
            wrong = other is not None and (error[i][j] is not None if error else value != other)
            line.append((written(value, mine.get("dtype", ""), other if wrong else None), wrong))
        lines.append((_row_name(i, shape), line))
    return Table([str(column) for column in range(wide)], lines)


def _row_name(row: int, shape: list[int]) -> str:
    """Return the indices of a row on all axes but the last."""
    places = []
    for length in reversed(shape[:-1]):
        row, place = divmod(row, length)
        places.append(str(place))
    return ", ".join(reversed(places))


def _pieces(mine: dict[str, Any], theirs: dict[str, Any] | None) -> list[Piece]:
    """Return the text of one side, cut where the other side's differs."""
    text = str(mine.get("text", ""))
    number, other = _one_number(mine), _one_number(theirs or {})
    if number is not None:
        text = written(number, mine.get("dtype", ""), other if number != other else None)
        return [(text, bool(theirs) and number != other)]
    if mine.get("values") and "complex" not in mine.get("dtype", ""):
        return []  # its dtype and shape say what the text would
    if not theirs:
        return [(text, False)]
    if mine.get("kind") != theirs.get("kind"):
        return [(text, True)]
    words, others = (re.findall(r"[\w.+-]+|.", each, re.DOTALL) for each in (text, str(theirs.get("text", ""))))
    blocks = difflib.SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    return [("".join(words[start:end]), kind != "equal") for kind, start, end, *_ in blocks if end > start]


def _one_number(side: dict[str, Any]) -> Any:
    """Return the number of a 0-d tensor; None for anything else."""
    values = side.get("values")
    return values[0][0] if values and side.get("shape") == [] and "complex" not in side.get("dtype", "") else None
