"""What a gradebook comes to: counted from the scores that count, and nobody's absence is a zero."""

from __future__ import annotations

import pytest

from grader.page.matters import kinds
from grader.records import Override, Text
from grader.statistics import BINS, borderline, distributions, near_tolerance, rows

from .classes import gradebook, large, mark, share

SET = Override(9.0, "a reason", "2026-11-22T13:05:59+00:00")
UNREADABLE = {"status": "unreadable", "message": Text(en="no", ko="아니요")}


def of(*scores, **more):
    """Return the distribution of these scores."""
    (found,) = distributions(gradebook(*(mark(f"student {i}", score=score, **more) for i, score in enumerate(scores))))
    return found


def test_mean_and_median_are_of_the_scores_that_there_are():
    found = of(2.0, 4.0, 9.0, None)
    assert (found.submissions, found.mean, found.median, found.broken) == (4, 5.0, 4.0, 1)


def test_a_score_that_the_instructor_set_counts_in_the_place_of_the_automatic_one():
    (found,) = distributions(gradebook(mark("kim", score=1.0, override=SET), mark("lee", score=None, override=SET)))
    assert (found.mean, found.overridden, found.bins[9], sum(found.bins)) == (9.0, 2, 2, 2)


@pytest.mark.parametrize(
    "score, place",
    [(0.0, 0), (0.9, 0), (1.0, 1), (4.9, 4), (5.0, 5), (9.99, 9), (10.0, 9), (11.0, 9), (-1.0, 0), (0.1 + 0.2 + 0.7, 1),
     (2.9999999999, 3)],
)  # fmt: skip
def test_each_score_lies_in_its_tenth_and_full_marks_in_the_last(score, place):
    assert [i for i, count in enumerate(of(score).bins) if count] == [place]


def test_tenths_are_of_the_full_marks_whatever_these_are():
    found = of(2.0, 4.0, max_score=4.0)
    assert [i for i, count in enumerate(found.bins) if count] == [5, 9]
    assert (found.full, found.max_score) == (1, 4.0)


def test_what_is_odd_is_counted():
    marks = [mark("a", late=True), mark("b", late=True, score=None), mark("c", score=0.0, **UNREADABLE), mark("d", override=SET)]
    (found,) = distributions(gradebook(*marks))
    assert (found.late, found.broken, found.unreadable, found.overridden, found.submissions) == (2, 1, 1, 1, 4)


def test_an_exercise_that_nobody_handed_in_has_no_mean():
    (found,) = distributions(gradebook())
    assert (found.submissions, found.mean, found.median, found.bins) == (0, None, None, (0,) * BINS)
    assert found.max_score == 10.0


def test_exercises_keep_their_order_and_their_checks():
    found = distributions(large(20))
    assert [each.share.exercise for each in found] == [f"exercise0{i}" for i in range(1, 7)]
    assert found[2].share == share("exercise03", 20, 18)


def test_a_row_has_a_students_marks_and_their_sum():
    (row,) = rows(gradebook(mark(score=1.1), mark(exercise="exercise02", score=2.2), mark(exercise="exercise03", score=None)))
    assert (row.student, row.total, row.pending) == ("kim", 3.3, 1)
    assert {name: each.score for name, each in row.marks.items()} == {"exercise01": 1.1, "exercise02": 2.2, "exercise03": None}


def test_everybody_has_a_row_by_name_whoever_handed_in_nothing_too():
    found = rows(gradebook(mark("lee"), mark("Adams"), mark("김"), absent=("한", "Baker")))
    assert [row.student for row in found] == ["Adams", "Baker", "lee", "김", "한"]
    assert [row.total for row in found] == [7.5, 0, 7.5, 7.5, 0]


def test_without_a_roster_nobody_is_absent():
    assert [row.student for row in rows(gradebook(mark("lee")))] == ["lee"]


@pytest.mark.parametrize(
    "score, close",
    [(4.4, False), (4.5, True), (4.9, True), (5.0, False), (5.1, False), (0.0, False), (None, False), (4.5 - 1e-12, True)],
)
def test_borderline_is_half_a_point_below_half_marks(score, close):
    assert borderline(mark(score=score)) is close


@pytest.mark.parametrize("score, close", [(1.7, False), (1.8, True), (1.9, True), (2.0, False)])
def test_half_a_point_is_of_10(score, close):
    assert borderline(mark(score=score, max_score=4.0)) is close


def test_what_somebody_has_set_or_nobody_could_read_is_not_borderline():
    assert not borderline(mark(score=4.8, override=SET))
    assert not borderline(mark(score=4.8, **UNREADABLE))


def test_near_the_tolerance_is_another_thing_than_near_half_marks():
    assert near_tolerance(mark(score=9.0, borderline=2)) and not near_tolerance(mark(score=4.8))
    assert kinds(mark(score=4.8, borderline=1)) == ("tolerance", "borderline")
    assert not near_tolerance(mark(score=4.8, borderline=1, override=SET))
