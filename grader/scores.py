"""The last score of each exercise, for `grade list`. A broken file of scores is no scores, and no reason to fail."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from grader import desk, paths
from grader.i18n import both
from grader.records import Result, Text, inert


@dataclass(frozen=True)
class Score:
    """What a student last got for an exercise; `public` where the hidden checks were absent."""

    score: float
    max_score: float
    public: bool

    @property
    def text(self) -> Text:
        """7.5 of 10, as `grade list` shows it."""
        if self.public:
            return both("{score:g} of {max_score:g} (public)", score=self.score, max_score=self.max_score)
        return both("{score:g} of {max_score:g}", score=self.score, max_score=self.max_score)


def last() -> tuple[dict[str, Score], Text | None]:
    """Return the last score of each exercise that was ever graded, and what is wrong with their file."""
    place = paths.kept() / "scores.json"
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        return {str(name): _score(**score) for name, score in kept.items()}, None
    except FileNotFoundError:
        return {}, None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return {}, both("the last scores cannot be read: {file} ({reason})", file=inert(str(place)), reason=reason)


def keep(result: Result) -> Text | None:
    """Keep a result's score, and return what is wrong where that cannot be done. What is broken has no score."""
    if result.score is None:
        return None
    scores, problem = last()
    scores[result.exercise] = Score(result.score, result.max_score, result.not_run_points > 0)
    place = paths.kept() / "scores.json"
    try:
        desk.keep(place, {name: asdict(score) for name, score in scores.items()})
    except OSError as error:
        return both("the score is not kept: cannot write {file}: {error}", file=inert(str(place)), error=error.strerror)
    return problem


def _score(score: float, max_score: float, public: bool) -> Score:
    return Score(float(score), float(max_score), bool(public))
