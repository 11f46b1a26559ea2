"""Whose mark is another in a second store than in a first, by how much, and because of which checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.i18n import both
from grader.records import LANGUAGES, CheckResult, Mark, Result, Text
from grader.store import Store
from grader.transcript import outcome_words


@dataclass(frozen=True)
class Change:
    """One mark that differs. A side is None where it is not there."""

    before: Mark | None
    after: Mark | None
    reasons: tuple[Text, ...]

    @property
    def by(self) -> float | None:
        """By how much the mark moves; None where one of the two has no score."""
        if self.before is None or self.after is None or None in (self.before.final, self.after.final):
            return None
        return round(self.after.final - self.before.final, 6)

    @property
    def text(self) -> Text:
        """kim, exercise03: 7 -> 8.5 (+1.5): test_zeros failed -> passed."""
        mark = self.after or self.before
        scores = [points(side and side.final) for side in (self.before, self.after)]
        by = "" if self.by is None else f" ({self.by:+g})"
        head = f"{mark.student}, {mark.exercise}: {scores[0]} -> {scores[1]}{by}: "
        return Text(*(head + "; ".join(reason[language] for reason in self.reasons) for language in LANGUAGES))


def changes(before: Store, after: Store) -> Iterator[Change]:
    """Yield what differs, by student and exercise. Only of marks that differ are the results read."""
    old, new = (_marks(store) for store in (before, after))
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        if one is None:
            yield Change(None, other, (both("only in the second"),))
        elif other is None:
            yield Change(one, None, (both("only in the first"),))
        elif one.final != other.final:
            yield Change(one, other, tuple(_reasons(one, other, before.result(*key), after.result(*key))))


def _marks(store: Store) -> dict[tuple[str, str], Mark]:
    return {(mark.student, mark.exercise): mark for mark in store.gradebook().marks}


def _reasons(one: Mark, other: Mark, old: Result | None, new: Result | None) -> Iterator[Text]:
    if one.override != other.override:
        yield both("set by the instructor") if other.override else both("no longer set by the instructor")
    if None in (one.score, other.score):
        yield Text(*(f"{one.status} -> {other.status}",) * 2)
    outcomes = [{(check.name, check.device): check for check in result.checks} if result else {} for result in (old, new)]
    for key in dict.fromkeys([*outcomes[0], *outcomes[1]]):
        was, now = (found.get(key) for found in outcomes)
        if was is None or now is None:
            yield both("{check} is new", check=key[0]) if was is None else both("{check} is gone", check=key[0])
        elif (was.outcome, was.max_score) != (now.outcome, now.max_score):
            yield Text(*(f"{key[0]} {_said(was, language)} -> {_said(now, language)}" for language in LANGUAGES))


def _said(check: CheckResult, language: str) -> str:
    return f"{outcome_words()[check.outcome][language]} ({check.max_score:g})"


def points(score: float | None) -> str:
    return "-" if score is None else f"{score:g}"
