"""Mutation testing of an exercise's checks: every mutant of its reference is to fail one, or to be no mistake."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import catalogue
from grader.errors import BrokenCourse
from grader.i18n import both
from grader.mutation import Mutant, diff, mutants
from grader.records import Exercise, Result, Submission, Text
from grader.run import grade
from grader.sandbox.launch import Launcher
from grader.unchanged import Answers
from grader.verify import side_by_side
from grader.verify_files import equivalents, place

AT_ONCE = 25
"""Mutants that are graded in one session."""

Identity = tuple[str, tuple[str, ...], tuple[str, ...]]
"""What a mutant is known again by: its function, and the lines that it has less and more than the reference."""


@dataclass(frozen=True)
class Survey:
    """What came of an exercise's mutants."""

    count: int
    equivalent: int
    survivors: list[Mutant]
    stale: list[Identity]
    """What is recorded as equivalent, and is no mutant, or fails a check."""


    @property
    def words(self) -> Text:
        """139 mutants: 137 fail a check, 1 is equivalent, 1 survives."""
        failing = self.count - self.equivalent - len(self.survivors)
        return both("{count} mutants: {failing} fail a check, {equivalent} equivalent, {surviving} surviving",
                    count=self.count, failing=failing, equivalent=self.equivalent, surviving=len(self.survivors))  # fmt: skip

    @property
    def problems(self) -> list[Text]:
        """A text for each survivor, and for each record that is of no use."""
        return [*(_survives(mutant) for mutant in self.survivors), *(_is_stale(*identity) for identity in self.stale)]


def _survives(mutant: Mutant) -> Text:
    return both("no check fails this mutant of {function}:\n{diff}", function=mutant.function, diff=mutant.diff)


def _is_stale(function: str, removed: tuple[str, ...], added: tuple[str, ...]) -> Text:
    return both("recorded as equivalent, and no such mutant passes all checks: {function}\n{diff}",
                function=function, diff=diff(removed, added))  # fmt: skip


def verify(names: list[str]) -> Iterator[tuple[str, Text, list[Text]]]:
    """Yield each exercise's name, what came of its mutants in a word, and what is to be done, in order."""
    for name, found in zip(names, side_by_side(survey, names), strict=True):
        yield name, found.words, found.problems


def survey(name: str, launcher: Launcher) -> Survey:
    """Grade every mutant of an exercise's reference. BrokenCourse where the record of equivalents cannot be read."""
    exercise = catalogue.find(name)
    known = _known(equivalents(exercise))
    found = [*mutants(exercise.solution.read_text(encoding="utf-8"))]
    alive = _alive(exercise, found, launcher)
    same = {_identity(mutant) for mutant in alive} & known
    survivors = [mutant for mutant in alive if _identity(mutant) not in same]
    return Survey(len(found), len(alive) - len(survivors), survivors, sorted(known - same))


def _alive(exercise: Exercise, found: list[Mutant], launcher: Launcher) -> list[Mutant]:
    """Return the mutants that no check fails. Only those checks are run that look at what a mutant has changed."""
    answers = Answers(exercise.stub, [exercise.public_checks, exercise.hidden_checks])
    of_reference = answers.keys(exercise.solution.read_text(encoding="utf-8")).items()
    results: list[Result] = []
    for first in range(0, len(found), AT_ONCE):
        part = [Submission(exercise.stub.name, "", mutant.source) for mutant in found[first : first + AT_ONCE]]
        wanted = [{check for check, _ in answers.keys(one.source).items() - of_reference} for one in part]
        grade(exercise, part, launcher, results.append, seed=0, wanted=wanted)
    return [mutant for mutant, result in zip(found, results, strict=True) if result.score == result.max_score]


def _known(file: Path) -> set[Identity]:
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        return {_recorded(**entry) for entry in tomllib.loads(text).get("mutant", [])}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise BrokenCourse(both("{file} cannot be read: {error}", file=place(file), error=error)) from None


def _recorded(function: str, removed: list[str], added: list[str], reason: str) -> Identity:
    if not reason:
        raise TypeError(f"a mutant of {function} has no reason")
    return function, tuple(removed), tuple(added)


def _identity(mutant: Mutant) -> Identity:
    return mutant.function, mutant.removed, mutant.added
