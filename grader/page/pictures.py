"""The pictures that a check asks for: how a loss went, and where a path led over a quadratic's contours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.i18n import both
from grader.page.frame import BOTTOM, LEFT, RIGHT, TOP, Axis, Picture, framed, joined, numbers_of, same, words
from grader.records import Text

Point = tuple[float, float]

DOTS = 12
"""Points of a line that carry a dot."""

CONTOURS = 9
GRID = 40


def drawn(asked: Any, label: str) -> Picture | None:
    """Return what a check asked to have drawn; None for what cannot be drawn. `label` is the caption's id."""
    if not isinstance(asked, dict):
        return None
    if asked.get("kind") == "curve":
        return _curve(numbers_of(asked.get("got")), numbers_of(asked.get("wanted")), label)
    if asked.get("kind") == "path":
        form = _quadratic(asked.get("a"), asked.get("b"))
        return _path(_points(asked.get("got")), _points(asked.get("wanted")), form, label)
    return None


def _points(rows: Any) -> list[Point]:
    pairs = [numbers_of(row) for row in rows] if isinstance(rows, list) else []
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]


def _curve(got: list[float], wanted: list[float], label: str) -> Picture | None:
    y = _loss_axis(list(filter(math.isfinite, got)), list(filter(math.isfinite, wanted)))
    if y is None:
        return None
    x = Axis(0, max(len(got), len(wanted), 2) - 1, LEFT + 8, RIGHT - 8, whole=True)
    loss = both("loss (log scale)") if y.log else both("loss")
    said = [both("The loss over {steps} steps.", steps=len(wanted))]
    if len(got) == len(wanted) > 0:
        said.append(_last(f"{got[-1]:.4g}", f"{wanted[-1]:.4g}"))
    else:
        said.append(both("There are {got} losses, and {wanted} were wanted.", got=len(got), wanted=len(wanted)))
    said += _unseen(got, [y.holds(number) for number in got])
    inside = _lines(list(enumerate(got)), list(enumerate(wanted)), x, y)
    return Picture(framed(inside, x, y, (both("step"), loss), _key(), label), joined(said), label)


def _loss_axis(got: list[float], wanted: list[float]) -> Axis | None:
    """Return an axis for all of the wanted losses, and for those of the others that lie not too far from these."""
    known = wanted or got
    if not known:
        return None
    low, high, every = min(known), max(known), [*got, *wanted]
    if min(every) > 0 and max(every) / min(every) > 100:
        low, high = max(min(every), low / 1000), min(max(every), high * 1000)
        margin = max(2.0, (high / low) ** 0.07)
        return Axis(low / margin, high * margin, BOTTOM, TOP, log=True)
    return Axis(*_window(got, known), BOTTOM, TOP)


def _window(got: list[float], known: list[float]) -> tuple[float, float]:
    """Return the range of what is known, widened on each side for `got` by no more than its span, and a margin."""
    low, high = min(known), max(known)
    span = max(high - low, 1e-3 * abs(high)) or 1.0
    low, high = max(min([low, *got]), low - span), min(max([high, *got]), high + span)
    margin = max(0.08 * (high - low), 0.05 * span)
    return low - margin, high + margin


def _path(got: list[Point], wanted: list[Point], form: Quadratic | None, label: str) -> Picture | None:
    known, seen = ([point for point in points if all(map(math.isfinite, point))] for points in (wanted, got))
    if not known:
        return None
    lowest = form.lowest if form else None
    x, y = _level(*(_window([point[i] for point in seen], [point[i] for point in known]) for i in (0, 1)))
    said = [both("The path of {steps} steps from the ring on.", steps=len(wanted) - 1)]
    said += [_last(_place(got[-1]), _place(wanted[-1]))] if got else []
    said += _unseen([sum(point) for point in got], [x.holds(point[0]) and y.holds(point[1]) for point in got])
    inside = f'<circle class="start" cx="{x.at(known[0][0]):.1f}" cy="{y.at(known[0][1]):.1f}" r="7"/>'
    if form is not None:
        inside = f'<path class="contours" d="{"".join(_contours(form, x, y))}"/>{inside}'
        said.append(both("The thin lines join points at which f is the same."))
    if lowest is not None:
        inside += f'<path class="lowest" d="M{x.at(lowest[0]):.1f} {y.at(lowest[1]):.1f}m-6 0h12m-6-6v12"/>'
        said.append(both("The cross is the lowest point, {place}.", place=_place(lowest)))
    names = (same("w[0]"), same("w[1]"))
    return Picture(framed(inside + _lines(got, wanted, x, y), x, y, names, _key(), label), joined(said), label)


def _level(across: Point, up: Point) -> tuple[Axis, Axis]:
    """Return axes of one scale, so that a right angle looks like one; of two where that would waste the frame."""
    wide, tall = (across[1] - across[0]) / (RIGHT - LEFT), (up[1] - up[0]) / (BOTTOM - TOP)
    if max(wide, tall) < 3 * min(wide, tall):
        more_x, more_y = (max(wide, tall) * size / 2 for size in (RIGHT - LEFT, BOTTOM - TOP))
        middle_x, middle_y = sum(across) / 2, sum(up) / 2
        across, up = (middle_x - more_x, middle_x + more_x), (middle_y - more_y, middle_y + more_y)
    return Axis(*across, LEFT, RIGHT), Axis(*up, BOTTOM, TOP)


def _place(point: Point) -> str:
    return f"({point[0]:.4g}, {point[1]:.4g})"


def _last(got: str, wanted: str) -> Text:
    return both("It ends at {got}, and {wanted} was wanted.", got=got, wanted=wanted)


def _unseen(numbers: list[float], inside: list[bool]) -> list[Text]:
    """Return what the picture cannot show of what the student's code returned."""
    said = []
    out = next((i for i, number in enumerate(numbers) if not inside[i] and not math.isnan(number)), None)
    if out is not None:
        said.append(both("What came back leaves the picture at step {step}.", step=out))
    lost = next((i for i, number in enumerate(numbers) if math.isnan(number)), None)
    if lost is not None:
        said.append(both("What came back is nan at step {step}.", step=lost))
    return said


def _lines(got: list[Point], wanted: list[Point], x: Axis, y: Axis) -> str:
    """Return both lines: what came back with dots, what was wanted in dashes."""
    spots = [[(x.at(across), y.at(up)) for across, up in _seen(points, x, y)] for points in (got, wanted)]
    lines = ["M" + "L".join(f"{across:.1f} {up:.1f}" for across, up in line) if line else "" for line in spots]
    apart = max(1, math.ceil(len(spots[0]) / DOTS))
    dots = "".join(f"M{across:.1f} {up:.1f}h0" for across, up in spots[0][::apart])
    return (f'<path class="got" d="{lines[0]}"/><path class="got dots" d="{dots}"/>'
            f'<path class="wanted" d="{lines[1]}"/>')  # fmt: skip


def _seen(points: list[Point], x: Axis, y: Axis) -> list[Point]:
    """Return the points of a line, without what follows once it has left the frame for good."""
    known = [(across, up) for across, up in points if not math.isnan(across + up)]
    inside = [i for i, (across, up) in enumerate(known) if x.holds(across) and y.holds(up)]
    return known[: inside[-1] + 2] if inside else []


def _key() -> str:
    """Return which line is which, above the frame."""
    got = f'<path class="got" d="M150 9h36"/><path class="got dots" d="M168 9h0"/>{words(192, 13, both("got"))}'
    return f'{got}<path class="wanted" d="M240 9h36"/>{words(282, 13, both("wanted"))}'


@dataclass(frozen=True)
class Quadratic:
    """f(w) = 1/2 w'Aw - b'w of two numbers, A being symmetric."""

    xx: float
    xy: float
    yy: float
    b: Point

    def at(self, x: float, y: float) -> float:
        return (self.xx * x * x + self.yy * y * y) / 2 + self.xy * x * y - self.b[0] * x - self.b[1] * y

    @property
    def lowest(self) -> Point | None:
        """Its lowest point; None where it has none, or a whole line of them."""
        determinant = self.xx * self.yy - self.xy**2
        if self.xx + self.yy <= 0 or determinant <= 1e-12 * (self.xx + self.yy) ** 2:
            return None
        return ((self.yy * self.b[0] - self.xy * self.b[1]) / determinant,
                (self.xx * self.b[1] - self.xy * self.b[0]) / determinant)  # fmt: skip


def _quadratic(a: Any, b: Any) -> Quadratic | None:
    rows = [numbers_of(row) for row in a] if isinstance(a, list) else []
    numbers = [number for row in rows for number in row] + numbers_of(b)
    if [len(row) for row in rows] != [2, 2] or len(numbers) != 6 or not all(abs(number) < 1e30 for number in numbers):
        return None
    return Quadratic(numbers[0], (numbers[1] + numbers[2]) / 2, numbers[3], (numbers[4], numbers[5]))


def _contours(form: Quadratic, x: Axis, y: Axis) -> Iterator[str]:
    """Yield the lines of equal height, cell by cell of a grid; a bowl's grow by equal steps."""
    xs, ys = ([axis.low + (axis.high - axis.low) * i / GRID for i in range(GRID + 1)] for axis in (x, y))
    heights = [[form.at(across, up) for across in xs] for up in ys]
    low, high = min(map(min, heights)), max(map(max, heights))
    power = 2 if form.lowest else 1
    for level in (low + (high - low) * (i / (CONTOURS + 1)) ** power for i in range(1, CONTOURS + 1)):
        for i in range(GRID):
            for j in range(GRID):
                corners = [(xs[j + b], ys[i + a], heights[i + a][j + b]) for a, b in ((0, 0), (0, 1), (1, 1), (1, 0))]
                yield from _crossings(corners, level, x, y)


def _crossings(corners: list[tuple[float, float, float]], level: float, x: Axis, y: Axis) -> Iterator[str]:
    """Yield the pieces of one level's line in one cell, straight from side to side."""
    found = []
    for (x0, y0, below), (x1, y1, above) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (below < level) != (above < level):
            share = (level - below) / (above - below)
            found.append(f"{x.at(x0 + share * (x1 - x0)):.1f} {y.at(y0 + share * (y1 - y0)):.1f}")
    for start, end in zip(found[::2], found[1::2], strict=True):
        yield f"M{start}L{end}"
