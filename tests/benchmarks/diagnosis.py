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

from grader import catalogue, collect, session
from grader.diagnosis import Diagnosis
from grader.mistakes import Mistake, known
from grader.records import CheckResult, Exercise, Result, Text
from grader.run import grade
from grader.sandbox import launch
from grader.suspicions import suspected

AT_ONCE = 25
SEED = 1
"""Not the one that `grade verify` uses."""

# what a rule's kind may be called by whoever labelled the mistakes
ALSO = {
    "rounding": {"floor_for_ceil", "off_by_one", "boundary"},
    "order": {"wrong_type"},
    **dict.fromkeys(("absolute", "square", "root", "exponential", "logarithm"), {"wrong_function", "missing_term", "extra_term"}),
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
    """What was said of one mistake: by the checks' messages, by known mistakes, and by the rules."""

    messages: list[str] = field(default_factory=list)
    fits: list[list[Text]] = field(default_factory=list)
    """For each failed check, the sentences of the known mistakes that fit."""
    kinds: list[str | None] = field(default_factory=list)
    """For each failed check, what a rule suspects."""


class Listening(Diagnosis):
    """A diagnosis that notes what fits, whatever is said of it."""

    noted = Named()

    def cause(self, check, heard, asked):
        suspicion = suspected(heard)
        Listening.noted.fits.append(self.fitting(check, heard.answers, asked))
        Listening.noted.kinds.append(suspicion and suspicion.kind)
        return super().cause(check, heard, asked)


def graded(exercise: Exercise, mistakes: list[Mistake], launcher: launch.Launcher) -> list[Named]:
    """Return what is said of each mistake of an exercise."""
    found: list[Named] = []

    def done(result: Result) -> None:
        noted, Listening.noted = Listening.noted, Named()
        noted.messages = [_message(check) for check in result.checks if check.outcome not in ("passed", "skipped")]
        found.append(noted)

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


def word_if_known(mistake: Mistake, named: Named) -> str:
    """Return what came of it with all mistakes known."""
    said = {fits[0].en for fits in named.fits if len(fits) == 1}
    if said - {mistake.text.en}:
        return "false"
    return "right" if said else "message" if _told(mistake, named) else "silent"


def word_if_left_out(mistake: Mistake, named: Named, kinds: dict[str, str]) -> str:
    """Return what came of it if nobody had known it; `kinds` are those of the sentences of all mistakes."""
    said = set()
    for fits, kind in zip(named.fits, named.kinds, strict=True):
        others = [text.en for text in fits if text.en != mistake.text.en]
        if len(others) == 1:
            said.add(kinds[others[0]] == mistake.kind)
        elif not others and kind is not None:
            said.add(mistake.kind in ALSO.get(kind, {kind}))
    if False in said:
        return "false"
    return "right" if said else "message" if _told(mistake, named) else "silent"


def _told(mistake: Mistake, named: Named) -> bool:
    """Whether a message names the mistake without a diagnosis."""
    for message in named.messages:
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
        kinds = {mistake.text.en: mistake.kind for mistake in mistakes}
        for mistake, named in zip(mistakes, graded(exercise, mistakes, launcher), strict=True):
            with_all, left_out = tables[kept_back(mistake)]
            with_all[word_if_known(mistake, named)] += 1
            left_out[word_if_left_out(mistake, named, kinds)] += 1
    launcher.close()
    print(f"{'':34}{'mistakes':>9}{'right':>8}{'message':>9}{'silent':>8}{'false':>7}")
    for half, title in ((False, "looked at for the rules"), (True, "kept back")):
        for counts, how in zip(tables[half], ("known", "left out in turn"), strict=True):
            total = counts.total() or 1
            shares = [f"{counts[word] / total:.1%}" for word in ("right", "message", "silent", "false")]
            print(f"{f'{title}, {how}':34}{counts.total():>9}{shares[0]:>8}{shares[1]:>9}{shares[2]:>8}{shares[3]:>7}")


if __name__ == "__main__":
    main(sys.argv[1:])
