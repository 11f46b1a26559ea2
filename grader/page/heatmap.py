"""A tensor's error as a picture: a cell for each element, or for several that lie together."""

from __future__ import annotations

import math
from collections.abc import Container
from typing import Any

from grader.i18n import both
from grader.page.frame import HUGE, LETTER, Picture, element, joined, number_of, same, short, words
from grader.records import Text

SIDE = 208
"""The longer side of the map at most."""

LEAST, NARROW, MOST = 6, 16, 22
"""How large a cell is drawn; one of few rows or columns is not drawn narrow."""

LEVELS = 4

TOP, KEY, LINE = 18, 108, 18
"""Room above the map, and beside it for the key; the height of a line of the key."""

Errors = list[list[float | None]]
Spot = tuple[float, float]


def heat_map(details: dict[str, Any], label: str) -> Picture | None:
    """Return the map of a comparison's error; None where there is none to draw. `label` is the caption's id."""
    rows, shape = details.get("error"), (details.get("got") or {}).get("shape")
    if not _drawable(rows, shape):
        return None
    errors = [[None if item is None else number_of(item) for item in row] for row in rows]
    known = [error for row in errors for error in row if error is not None and error < HUGE]
    return Picture(_drawn(errors, _steps(known), shape, label), _caption(details, errors, known, shape), label)


def _drawable(rows: Any, shape: Any) -> bool:
    """Whether this is a grid, and the shape of a tensor of one axis or more."""
    if not (isinstance(rows, list) and rows and isinstance(shape, list) and shape):
        return False
    sizes = all(type(size) is int and size > 0 for size in shape)
    return sizes and all(isinstance(row, list) and row and len(row) == len(rows[0]) for row in rows)


def _caption(details: dict[str, Any], errors: Errors, known: list[float], shape: list[int]) -> Text:
    size, wrong = math.prod(shape), details.get("wrong", "?")
    said = [both("Where it is wrong, and how far off: {wrong} of {all} values.", wrong=wrong, all=size)]
    if known and max(known) > 0:
        said.append(both("The largest error is {error}.", error=f"{max(known):.3g}"))
    if size > len(errors) * len(errors[0]):
        said.append(both("A cell stands for several values and shows the worst of them."))
    return joined(said)


def _steps(known: list[float]) -> list[float]:
    """Return the upper ends of the levels, rounded up to two digits; by ratio where the errors span decades."""
    errors = [error for error in known if error > 0]
    if not errors:
        return []
    low, high = min(errors), max(errors)
    if high < 1.05 * low:
        return [_rounded_up(high)]
    shares = [(i + 1) / LEVELS for i in range(LEVELS)]
    ends = [low * (high / low) ** share if high > 50 * low else high * share for share in shares]
    return sorted({_rounded_up(end) for end in ends if end >= low})


def _rounded_up(number: float) -> float:
    unit = 10.0 ** (math.floor(math.log10(number)) - 1)
    return math.ceil(number / unit - 1e-3) * unit


def _drawn(errors: Errors, steps: list[float], shape: list[int], label: str) -> str:
    tall, wide = len(errors), len(errors[0])
    side = max(LEAST, min(MOST, SIDE // max(tall, wide)))
    size = (max(side, NARROW) if wide <= 4 else side, max(side, NARROW) if tall <= 4 else side)
    left = 12 + LETTER * max(map(len, _row_names(shape))) if len(shape) > 1 else 2
    right, bottom = left + size[0] * wide, TOP + size[1] * tall
    frame = f'<path class="e0" d="M{left:g} {TOP}H{right:g}V{bottom:g}H{left:g}z"/>'
    cells: dict[str, list[Spot]] = {}
    for row, line in enumerate(errors):
        for column, error in enumerate(line):
            cells.setdefault(_level(error, steps), []).append((left + size[0] * column, TOP + size[1] * row))
    painted = "".join(_cells(level, cells[level], size) for level in sorted(set(cells) - {"e0"}))
    legend = _legend(cells, steps)
    inside = f"{frame}{painted}{_names(shape, left, right, bottom, size[1])}{_key(legend, right + 16)}"
    return element(right + 16 + KEY, max(bottom + 4, TOP + LINE * len(legend)), inside, label, "heat")


def _names(shape: list[int], left: float, right: float, bottom: float, height: float) -> str:
    """Return the indices of the first and last column above the map, and of the first and last row beside it."""
    names = [words(left, 12, same("0"))]
    if right - left > LETTER * (2 + len(str(shape[-1] - 1))):
        names.append(words(right, 12, same(str(shape[-1] - 1)), "end"))
    first, last = _row_names(shape)
    if first:
        names.append(words(left - 6, TOP + min(height, 16) / 2 + 4, same(first), "end"))
    if first != last and bottom - TOP > LINE:
        names.append(words(left - 6, bottom - min(height, 16) / 2 + 4, same(last), "end"))
    return "".join(names)


def _row_names(shape: list[int]) -> tuple[str, str]:
    """Return the indices of the first and of the last row, which are those of all axes but the last."""
    return ", ".join("0" for _ in shape[:-1]), ", ".join(str(size - 1) for size in shape[:-1])


def _level(error: float | None, steps: list[float]) -> str:
    """Return the class of an error: e0 is right, e4 the worst level, e5 what is not finite."""
    if error is None:
        return "e0"
    if not error < HUGE:
        return f"e{LEVELS + 1}"
    return f"e{LEVELS - sum(error <= step * (1 + 1e-9) for step in steps[:-1])}"


def _cells(level: str, spots: list[Spot], size: Spot) -> str:
    """Return the cells of one level; what is not finite is crossed out too."""
    wide, tall = size
    painted = "".join(f"M{x:g} {y:g}h{wide:g}v{tall:g}h-{wide:g}z" for x, y in spots)
    if level != f"e{LEVELS + 1}":
        return f'<path class="{level}" d="{painted}"/>'
    crosses = "".join(f"M{x:g} {y:g}l{wide:g} {tall:g}m0-{tall:g}l-{wide:g} {tall:g}" for x, y in spots)
    return f'<path class="{level}" d="{painted}"/><path class="cross" d="{crosses}"/>'


def _legend(found: Container[str], steps: list[float]) -> list[tuple[str, Text]]:
    """Return the levels that there are, the right ones first, and what each stands for."""
    ends = [(_level(step, steps), same(f"≤ {short(float(f'{step:.2g}'), 6)}")) for step in steps]
    told = [("e0", both("right")), *ends, (f"e{LEVELS + 1}", same("inf, nan"))]
    return [(level, text) for level, text in told if level in found]


def _key(legend: list[tuple[str, Text]], left: float) -> str:
    lines = []
    for place, (level, text) in enumerate(legend):
        y = TOP + LINE * place
        lines += [_cells(level, [(left, y)], (12, 12)), words(left + 20, y + 10, text)]
    return "".join(lines)
