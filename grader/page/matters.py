"""What somebody should look at in a class: each kind of thing with what to do about it, and where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from grader.i18n import both
from grader.records import Gradebook, Mark, Text
from grader.statistics import borderline, near_tolerance


@dataclass(frozen=True)
class Item:
    """A student, a file, or a mark with the way to its page; `said` is what is to say of this one."""

    name: str
    mark: Mark | None = None
    said: Text | None = None


@dataclass(frozen=True)
class Matter:
    """A kind of thing to look at. `grave` ones are shown unfolded."""

    kind: str
    title: Text
    advice: Text
    items: tuple[Item, ...]
    grave: bool = False


def matters(gradebook: Gradebook) -> list[Matter]:
    """Return what there is to look at, the gravest first; a kind of which there is nothing is left out."""
    every = [*_failures(gradebook), *_people(gradebook), *_calls(gradebook)]
    return [matter for matter in every if matter.items]


def words() -> dict[str, Text]:
    """Return the word for each kind of mark that a table can be filtered by."""
    return {
        "broken": both("broken"), "unreadable": both("unreadable"), "tolerance": both("near the tolerance"),
        "borderline": both("borderline"),
        "late": both("late"), "overridden": both("set by hand"), "missing": both("something missing"),
    }  # fmt: skip


def kinds(mark: Mark) -> tuple[str, ...]:
    """Return which of these words hold for a mark."""
    holds = {
        "broken": mark.status == "broken", "unreadable": mark.status == "unreadable",
        "tolerance": near_tolerance(mark), "borderline": borderline(mark),
        "late": mark.late, "overridden": mark.override is not None,
    }  # fmt: skip
    return tuple(kind for kind, so in holds.items() if so)


def score(number: float | None) -> str:
    """Return a score in few digits, or ? where there is none."""
    return "?" if number is None else f"{round(number, 4):g}"


def link(mark: Mark) -> str:
    """Return the address of a mark's page, whatever characters the names in it have."""
    return quote(mark.report, errors="replace")


def _of(gradebook: Gradebook, kind: str, said: Callable[[Mark], Text | None] = lambda mark: None) -> tuple[Item, ...]:
    return tuple(Item(mark.student, mark, said(mark)) for mark in gradebook.marks if kind in kinds(mark))


def _failures(gradebook: Gradebook) -> list[Matter]:
    unheld = tuple(Item(mark.student, mark) for mark in gradebook.marks if mark.sandbox == "C")
    return [
        Matter(
            "broken", both("The grader failed"),
            both("No score, and no student's fault. Run `grade batch` again: it grades only these again."),
            _of(gradebook, "broken", lambda mark: mark.message), grave=True,
        ),
        Matter(
            "unrecognised", both("Files that were not recognised"),
            both(
                "Nobody knows whose they are, or to which exercise they belong. "
                "Rename them and run `grade batch` again."
            ),
            tuple(Item(file, said=why) for file, why in gradebook.unrecognised), grave=True,
        ),
        Matter(
            "unreadable", both("Submissions that could not be read"),
            both("0 points. Ask for the file again, or set the score."),
            _of(gradebook, "unreadable", lambda mark: mark.message), grave=True,
        ),
        Matter(
            "unheld", both("Graded at sandbox level C"),
            both(
                "Nothing held the students' code back, so these scores prove nothing. "
                "`grade doctor` says what it takes."
            ),
            unheld,
        ),
    ]  # fmt: skip


def _people(gradebook: Gradebook) -> list[Matter]:
    return [
        Matter(
            "absent", both("Students who handed in nothing"), both("They are on the roster, and no file is theirs."),
            tuple(map(Item, gradebook.absent or ())),
        ),
        Matter(
            "strangers", both("Students who are not on the roster"),
            both("They are graded all the same. Is a name spelled in another way?"),
            tuple(map(Item, gradebook.strangers)),
        ),
    ]  # fmt: skip


def _calls(gradebook: Gradebook) -> list[Matter]:
    return [
        Matter(
            "tolerance", both("Near the tolerance"),
            both(
                "A value passed or failed so narrowly that rounding may have decided. "
                "Read the file; `grade batch` keeps a score that you set."
            ),
            _of(gradebook, "tolerance", lambda mark: both("borderline checks to look at: {count}", count=mark.borderline)),
        ),
        Matter(
            "borderline", both("Just below half marks"),
            both("They lack half a point of 10 or less, and nobody set the score."),
            _of(gradebook, "borderline"),
        ),
        Matter("late", both("Late submissions"), both("The score is not lowered for it."), _of(gradebook, "late")),
        Matter(
            "overridden", both("Scores set by hand"), both("The automatic score is struck out, and kept."),
            _of(gradebook, "overridden", _reason),
        ),
        Matter(
            "notes", both("Which attempt counted"), both("More than one file was handed in."),
            tuple(Item(mark.student, mark, mark.note) for mark in gradebook.marks if mark.note is not None),
        ),
    ]  # fmt: skip


def _reason(mark: Mark) -> Text | None:
    return mark.override and Text(en=mark.override.reason, ko=mark.override.reason)
