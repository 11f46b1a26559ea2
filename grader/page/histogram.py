"""How the scores of an exercise are spread, as a picture: a bar for each tenth of the full marks."""

from __future__ import annotations

from grader.i18n import both
from grader.page.frame import BOTTOM, LEFT, RIGHT, TOP, Axis, Picture, framed, joined, same, words
from grader.records import Text
from grader.statistics import Distribution

HEADROOM = 1.12
"""How much higher than the highest bar the frame is: there is a number on each bar."""


def histogram(found: Distribution, label: str) -> Picture | None:
    """Return the picture of a distribution; None where there is no score. `label` is the caption's id."""
    if found.mean is None or found.median is None:
        return None
    x = Axis(0, found.max_score, LEFT, RIGHT)
    y = Axis(0, max(found.bins) * HEADROOM, BOTTOM, TOP, whole=True)
    wide = found.max_score / len(found.bins)
    bars = [_bar(x, y, i * wide, wide, count) for i, count in enumerate(found.bins) if count]
    middle = f'<path class="median" d="M{x.at(found.median):.1f} {BOTTOM}V{TOP}"/>'
    inside = "".join([*(box for box, _ in bars), middle, *(number for _, number in bars)])
    return Picture(framed(inside, x, y, (both("points"), both("submissions")), _key(), label), _caption(found), label)


def _bar(x: Axis, y: Axis, start: float, wide: float, count: int) -> tuple[str, str]:
    """Return a bar, and the number that stands on it."""
    left, right, top = x.at(start) + 1, x.at(start + wide) - 1, y.at(count)
    box = f'<rect class="bar" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{BOTTOM - top:.1f}"/>'
    middle = round((left + right) / 2, 1)
    return box, words(middle, round(top - 4, 1), same(str(count)), "middle", room=right - left + 2)


def _key() -> str:
    """Return what the line stands for, above the frame."""
    return f'<path class="median" d="M{RIGHT - 92} 8h22"/>' + words(RIGHT - 64, 12, both("median"))


def _caption(found: Distribution) -> Text:
    said = both("mean {mean}, median {median}.", mean=f"{found.mean:.2f}", median=f"{found.median:g}")
    return joined([said, both("Full marks: {full} of {all}.", full=found.full, all=sum(found.bins))])
