"""What all pictures of a report are made of: numbers, axes, a frame with ticks, words in both languages.

A picture is a small inline SVG. Of what a student returned it holds numbers only, and whatever these are, it can be
read. Its colours are the page's (classes, no values), and never the only sign.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from grader.records import LANGUAGES, Text

WIDTH, HEIGHT = 340, 224
LEFT, RIGHT, TOP, BOTTOM = 46, 332, 26, 186

LETTER = 7.3
"""How wide a letter is."""

HUGE = 1e100
"""A larger number is drawn as this one, and one that is smaller than its inverse as 0: squares stay finite."""


@dataclass(frozen=True)
class Picture:
    """An SVG element, and in words what it shows. `label` is the caption's id, by which the element is labelled."""

    svg: str
    caption: Text
    label: str


def number_of(item: Any) -> float:
    """Return a number as records hold it, where "inf" and "nan" are strings; nan for what is none."""
    try:
        number = float(item)
    except (TypeError, ValueError, OverflowError):
        return math.nan
    if not math.isfinite(number):
        return number
    return 0.0 if abs(number) < 1 / HUGE else min(HUGE, max(-HUGE, number))


def numbers_of(items: Any) -> list[float]:
    """Return the numbers of a list; none of what is no list."""
    return [number_of(item) for item in items] if isinstance(items, list) else []


def written(value: Any, dtype: str, other: Any) -> str:
    """Return a number with as many digits as it takes to tell it from the other one."""
    if isinstance(value, str):
        return value
    if dtype == "bool":
        return str(bool(value))
    if "int" in dtype:
        return f"{value:.0f}"
    other = number_of(other)
    digits = next((digits for digits in range(4, 17) if f"{value:.{digits}g}" != f"{other:.{digits}g}"), 17)
    return f"{value:.{digits}g}"


@dataclass(frozen=True)
class Axis:
    """Numbers to places in the picture, in proportion or by their logarithm."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    whole: bool = False
    """Whether only whole numbers mean something."""

    def at(self, number: float) -> float:
        """Return where a number lies: what lies outside of the frame, outside, but never endlessly far."""
        if self.log:
            low, high = math.log10(self.low), math.log10(self.high)
            number = math.log10(number) if number > 0 else -math.inf
        else:
            low, high = self.low, self.high
        share = (number - low) / (high - low)
        return self.start + (self.end - self.start) * min(5.0, max(-4.0, share))

    def holds(self, number: float) -> bool:
        """Whether a number lies inside of the frame; nan does not."""
        return self.low <= number <= self.high

    def ticks(self) -> list[float]:
        """Return a few round numbers of the axis."""
        if self.log:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1, max(1, math.ceil((last - first) / 4)))]
        step = max(_round_step((self.high - self.low) / 4), float(self.whole))
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [step * i for i in range(first, last + 1)]


def _round_step(least: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * digit for digit in (1, 2, 5, 10, 20) if power * digit >= least)


def words(x: float, y: float, text: Text, anchor: str = "start", room: float = 0) -> str:
    """Return a text in each language; the page shows one of them. One that needs more than `room` is squeezed."""
    place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    if 0 < room < LETTER * len(text.en):
        place += f' textLength="{room:g}" lengthAdjust="spacingAndGlyphs"'
    if text.en == text.ko:
        return f"<text {place}>{escape(text.en)}</text>"
    return "".join(f'<text {place} lang="{language}">{escape(text[language])}</text>' for language in LANGUAGES)


def same(text: str) -> Text:
    """Return what is said alike in both languages."""
    return Text(en=text, ko=text)


def joined(texts: Iterable[Text]) -> Text:
    """Return sentences as one text."""
    texts = list(texts)
    return Text(en=" ".join(text.en for text in texts), ko=" ".join(text.ko for text in texts))


def element(width: float, height: float, inside: str, label: str, kind: str) -> str:
    """Return the SVG element of a picture; its text alternative is the element with the id `label`."""
    return (f'<svg class="{kind}" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img"'
            f' aria-labelledby="{label}">{inside}</svg>')  # fmt: skip


def framed(inside: str, x: Axis, y: Axis, names: tuple[Text, Text], key: str, label: str) -> str:
    """Return a picture with its axes: `inside` is cut off at the frame, `key` stands above it."""
    marks = [f"M{x.at(tick):.1f} {BOTTOM}v4" for tick in x.ticks()]
    marks += [f"M{LEFT} {y.at(tick):.1f}h-4" for tick in y.ticks()]
    size = f'x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}"'
    return element(WIDTH, HEIGHT, "".join([
        f'<svg {size} viewBox="{LEFT} {TOP} {RIGHT - LEFT} {BOTTOM - TOP}">{inside}</svg>',
        f'<path class="axis" d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}{"".join(marks)}"/>',
        *(words(round(x.at(tick), 1), BOTTOM + 17, same(name), "middle", room=52) for tick, name in _named(x)),
        *(words(LEFT - 7, round(y.at(tick) + 4, 1), same(name), "end", room=LEFT - 8) for tick, name in _named(y)),
        words(RIGHT, HEIGHT - 4, names[0], "end"), words(4, 12, names[1]), key,
    ]), label, "plot")  # fmt: skip


def _named(axis: Axis) -> list[tuple[float, str]]:
    """Return an axis's ticks with as many digits as it takes to tell them apart."""
    ticks = axis.ticks()
    digits = next((d for d in range(4, 17) if len({f"{tick:.{d}g}" for tick in ticks}) == len(ticks)), 17)
    return [(tick, short(tick, digits)) for tick in ticks]


def short(number: float, digits: int) -> str:
    """Return a number in few letters: 1e6 for 1000000.0."""
    return re.sub(r"e\+?(-?)0*", r"e\1", f"{number:.{digits}g}")
