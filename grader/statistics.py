"""What a gradebook comes to: the scores of each exercise, each student's row, and which marks are borderline.

All of it is counted from final scores, so that what the instructor set counts. Who handed in nothing has no score, and
lowers no mean.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from grader.records import ExerciseShare, Gradebook, Mark

BINS = 10

MARGIN = 0.05
"""How much of the full marks a borderline mark may lack to half of them: half a point of 10."""


@dataclass(frozen=True)
class Distribution:
    """The final scores of an exercise. `mean` and `median` are None where there is no score."""

    share: ExerciseShare
    submissions: int
    max_score: float
    bins: tuple[int, ...]
    """How many scores lie in each tenth of the full marks; the last one holds full marks too."""
    mean: float | None
    median: float | None
    full: int
    broken: int
    unreadable: int
    late: int
    overridden: int


@dataclass(frozen=True)
class Row:
    """One student's marks by exercise. `pending` are those without a score, which `total` leaves out."""

    student: str
    marks: dict[str, Mark]
    total: float
    pending: int


def distributions(gradebook: Gradebook) -> list[Distribution]:
    """Return the distribution of each exercise, in the course's order."""
    marks: dict[str, list[Mark]] = {share.exercise: [] for share in gradebook.exercises}
    for mark in gradebook.marks:
        marks[mark.exercise].append(mark)
    return [_distribution(share, marks[share.exercise]) for share in gradebook.exercises]


def _distribution(share: ExerciseShare, marks: list[Mark]) -> Distribution:
    scores = [mark.final for mark in marks if mark.final is not None]
    most = max((mark.max_score for mark in marks), default=0.0) or 10.0
    bins = [0] * BINS
    for score in scores:
        bins[min(BINS - 1, max(0, int(score * BINS / most + 1e-9)))] += 1
    return Distribution(
        share=share,
        submissions=len(marks),
        max_score=most,
        bins=tuple(bins),
        mean=statistics.fmean(scores) if scores else None,
        median=statistics.median(scores) if scores else None,
        full=sum(score >= most for score in scores),
        broken=sum(mark.status == "broken" for mark in marks),
        unreadable=sum(mark.status == "unreadable" for mark in marks),
        late=sum(mark.late for mark in marks),
        overridden=sum(mark.override is not None for mark in marks),
    )


def rows(gradebook: Gradebook) -> list[Row]:
    """Return the row of each student, by name; who handed in nothing has a row without marks."""
    marks: dict[str, dict[str, Mark]] = {student: {} for student in gradebook.absent or ()}
    for mark in gradebook.marks:
        marks.setdefault(mark.student, {})[mark.exercise] = mark
    by_name = sorted(marks, key=lambda student: (student.casefold(), student))
    return [_row(student, marks[student]) for student in by_name]


def _row(student: str, marks: dict[str, Mark]) -> Row:
    scores = [mark.final for mark in marks.values() if mark.final is not None]
    return Row(student, marks, round(sum(scores), 6), len(marks) - len(scores))


def borderline(mark: Mark) -> bool:
    """Whether a mark is just under half marks, by no more than half a point of 10, and nobody has looked at it yet.

    A mark that the instructor set is settled, and a file that could not be read is no close call.
    """
    if mark.status != "graded" or mark.score is None or mark.override is not None:
        return False
    return 0 < round(mark.max_score / 2 - mark.score, 6) <= round(MARGIN * mark.max_score, 6)


def near_tolerance(mark: Mark) -> bool:
    """Whether a check of it passed or failed by a value near its bound, and nobody has looked at it yet."""
    return mark.status == "graded" and mark.borderline > 0 and mark.override is None
