"""How often a failed check names the mistake, and how often it names a wrong one: every known mistake is graded.

With all mistakes known, each should be named by its own sentence. Left out in turn, it can be named only by a rule, by
another mistake of its kind, or by what the check itself says (a wrong dtype, a changed input). Half of the mistakes were
looked at while the rules were written; the other half tells how the rules do on what they were not written for.

    python tests/benchmarks/diagnosis.py [EXERCISE]...
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar

from grader import catalogue, collect, session
from grader.diagnosis import Clues, Diagnosis, named
from grader.mistakes import Mistake, known
from grader.records import CheckResult, Exercise, Result, Text
from grader.run import grade
from grader.sandbox import launch

AT_ONCE = 25
SEED = 1
"""Not the one that `grade verify` uses."""

# what a rule's kind may be called by whoever labelled the mistakes
ALSO = {
    "floor_for_ceil": {"off_by_one", "boundary"},
    "precision": {"dtype"},
    "wrong_function": {"missing_term", "extra_term"},
}

# what the message of a check names by itself
SAID = {
    "the dtype is not that of the input": {"dtype", "precision"},
    "the result is not on the input's device": {"device"},
    "changes the tensor it is given; work on a copy (no in-place operation on an argument)": {"in_place"},
    "returns a tensor that shares memory with its argument; return a new one": {"alias", "unchanged_input"},
    "it does not return what was asked for": {"wrong_type", "dtype"},
    "returned None; is a return missing?": {"wrong_type"},
}


@dataclass
class Named:
    """What was said of one mistake: by the checks' messages, and what fits each check that failed, by function."""

    messages: list[str] = field(default_factory=list)
    clues: dict[tuple[str, ...], list[Clues]] = field(default_factory=dict)


class Listening(Diagnosis):
    """A diagnosis that notes what fits each check."""

    noted: ClassVar[dict[str, Clues]] = {}

    def clues(self, check, heard, asked):
        self.noted[check] = super().clues(check, heard, asked)
        return self.noted[check]


def graded(exercise: Exercise, mistakes: list[Mistake], launcher: launch.Launcher) -> list[Named]:
    """Return what is said of each mistake of an exercise."""
    found: list[Named] = []

    def done(result: Result) -> None:
        said = Named([_message(check) for check in result.checks if check.outcome not in ("passed", "skipped")])
        for check in result.checks:
            if check.name in Listening.noted:
                said.clues.setdefault(check.functions, []).append(Listening.noted[check.name])
        Listening.noted.clear()
        found.append(said)

    diagnosis = Listening(exercise, SEED)
    session.diagnosis_of = lambda exercise, seed: diagnosis
    for first in range(0, len(mistakes), AT_ONCE):
        part = [collect.read_submission(mistake.path) for mistake in mistakes[first : first + AT_ONCE]]
        grade(exercise, part, launcher, done, seed=SEED)
    return found


def _message(check: CheckResult) -> str:
    if check.outcome != "failed" or check.message is None:
        return check.outcome
    return check.message.en


def kept_back(mistake: Mistake) -> bool:
    """Whether it belongs to the half that the rules were written without."""
    return sha256(mistake.path.name.encode()).digest()[0] % 2 == 1


def word_if_known(mistake: Mistake, found: Named) -> str:
    """Return what came of it with all mistakes known."""
    said = {text for clues in found.clues.values() if (text := named(clues))}
    return _word([text == mistake.text for text in said], mistake, found)


def word_if_left_out(mistake: Mistake, found: Named, kinds: dict[Text, str]) -> str:
    """Return what came of it if nobody had known it; `kinds` are those of all sentences."""
    said = []
    for clues in found.clues.values():
        text = named([Clues((one.known or frozenset()) - {mistake.text}, one.suspected) for one in clues])
        if text is not None:
            said.append(kinds[text] == mistake.kind if text in kinds else mistake.kind in _kinds_of(text, clues))
    return _word(said, mistake, found)


def _kinds_of(text: Text, clues: list[Clues]) -> set[str]:
    """Return the kinds that a rule's sentence stands for."""
    rules = {one.kind for each in clues for one in each.suspected or () if one.text == text}
    return rules.union(*(ALSO.get(kind, ()) for kind in rules))


def _word(said: list[bool], mistake: Mistake, found: Named) -> str:
    if False in said:
        return "false"
    return "right" if said else "message" if _told(mistake, found) else "silent"


def _told(mistake: Mistake, found: Named) -> bool:
    """Whether a message names the mistake without a diagnosis."""
    for message in found.messages:
        if message == "not_allowed" and mistake.kind == "banned":
            return True
        if "depends on an earlier call" in message and mistake.kind == "state":
            return True
        if "where it should" in message and mistake.kind == "no_error":
            return True
        if message.startswith("raised") or mistake.kind in SAID.get(message, ()):
            return True
    return False


def main(names: list[str]) -> None:
    launcher = launch.start()
    tables = {half: (Counter(), Counter()) for half in (False, True)}
    for name in names or catalogue.names():
        exercise = catalogue.find(name)
        mistakes = known(exercise)
        kinds = {mistake.text: mistake.kind for mistake in mistakes}
        for mistake, found in zip(mistakes, graded(exercise, mistakes, launcher), strict=True):
            with_all, left_out = tables[kept_back(mistake)]
            with_all[word_if_known(mistake, found)] += 1
            left_out[word_if_left_out(mistake, found, kinds)] += 1
    launcher.close()
    print(f"{'':42}{'mistakes':>9}{'right':>8}{'message':>9}{'silent':>8}{'false':>7}")
    for half, title in ((False, "looked at for the rules"), (True, "kept back")):
        for counts, how in zip(tables[half], ("known", "left out in turn"), strict=True):
            total = counts.total() or 1
            shares = [f"{counts[word] / total:.1%}" for word in ("right", "message", "silent", "false")]
            print(f"{f'{title}, {how}':42}{counts.total():>9}{shares[0]:>8}{shares[1]:>9}{shares[2]:>8}{shares[3]:>7}")


if __name__ == "__main__":
    main(sys.argv[1:])
