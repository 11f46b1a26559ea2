"""Decide what one check says of one submission, and whose fault a failure is.

Once student code has run in a worker, the worker's end is the student's doing. It is ours (`broken`) only if a fresh
worker then fails its canary, or a SIGKILL that we did not send comes twice. An exception that no check expects is
tried on the reference: where that passes, the student's answer caused it. Nothing else makes a `broken`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from grader.checks import Rules
from grader.compare import Mismatch, going_on
from grader.difference import kind_of
from grader.errors import GraderError, GradingFault
from grader.i18n import both
from grader.notebooks import cell_of, place
from grader.records import Text, inert
from grader.rules.pairs import Heard
from grader.sandbox import wire
from grader.sandbox.broker import WorkerLost
from grader.sandbox.matching import is_banned, matches
from grader.sandbox.proxy import Ask, Journal
from grader.sandbox.replies import StudentError
from grader.sandbox.sides import Seat, killed_twice

Attempt = Callable[[Ask, Journal], None]
"""One run of a check's body: whom its `student` asks, and where what it did is noted."""

MAX_OUTPUT_SHOWN = 2000
MAX_SOURCE_SHOWN = 160


@dataclass(frozen=True)
class Verdict:
    """A check's outcome. `message` is for a public check; `safe` is all that a hidden one may tell."""

    outcome: str
    message: Text | None = None
    safe: Text | None = None
    details: dict[str, Any] | None = None
    worth_repeating: bool = True
    """Whether a second run, in a fresh worker, could end otherwise."""
    heard: Heard | None = None
    """What a check that failed heard to all of its questions, in a fresh worker."""


class _Unexpected(Exception):
    """The check stumbled over something that its author did not think of."""

    def __init__(self, error: Exception):
        super().__init__(str(error))
        self.error = error


def judge(
    attempt: Attempt, on_reference: Callable[[], None] | None, seat: Seat, rules: Rules, journal: Journal,
    again: bool = True,
) -> Verdict:  # fmt: skip
    """Return the verdict of a check on the submission in `seat`.

    `on_reference` runs the check with the reference in the student's place; None where there is no reference. `again`:
    a check that failed is to be run once more, in a fresh worker. That changes no mark; it tells what a student should
    know.
    """
    try:
        verdict = _settled(attempt, on_reference, seat, rules, journal)
    except GradingFault as fault:
        return Verdict("broken", fault.text, fault.text)
    worth_it = again and verdict.outcome == "failed" and verdict.worth_repeating
    return _looked_at_again(verdict, attempt, seat, rules) if worth_it else verdict


def _looked_at_again(verdict: Verdict, attempt: Attempt, seat: Seat, rules: Rules) -> Verdict:
    """Run a check that failed once more, to its end, in a fresh worker; whatever goes wrong here changes no verdict."""
    used_before, journal = seat.used_before, Journal(banned=rules.not_allowed)
    try:
        seat.renew()
        with going_on() as look:
            second = _once(attempt, seat, rules, journal)
    except (WorkerLost, GradingFault, _Unexpected):
        return verdict
    if second.outcome == "passed" and not look.missed:
        return _depends_on_earlier_call(verdict) if used_before else verdict
    return replace(verdict, heard=Heard(tuple(journal.answers), tuple(look.compared)))


def _settled(
    attempt: Attempt, on_reference: Callable[[], None] | None, seat: Seat, rules: Rules, journal: Journal
) -> Verdict:
    try:
        return _once(attempt, seat, rules, journal)
    except WorkerLost as lost:
        try:
            return _after_loss(lost, attempt, seat, rules, journal)
        except _Unexpected as unexpected:
            return _whose(unexpected.error, on_reference, journal)
    except _Unexpected as unexpected:
        return _whose(unexpected.error, on_reference, journal)


def _once(attempt: Attempt, seat: Seat, rules: Rules, journal: Journal) -> Verdict:
    seat.begin(rules.seconds)
    try:
        attempt(seat.ask, journal)
        verdict = Verdict("passed", details=_details(journal) if journal.picture else None)
    except StudentError as error:
        verdict = _student_error(error, seat, journal)
    except Mismatch as mismatch:
        text, safe = (_of_which(told, mismatch, journal) for told in (mismatch.text, mismatch.safe))
        verdict = Verdict("failed", text, safe, _details(journal) | mismatch.details)
    except (AssertionError, pytest.fail.Exception) as error:
        words = (str(error).splitlines() or [""])[0]
        text = Text(en=words, ko=words) if words else both("the answer is not what was wanted")
        verdict = Verdict("failed", text, both("the answer is not what was wanted"), _details(journal))
    except pytest.skip.Exception:
        raise GradingFault(both("a check may not skip itself: say by `needs` what it needs")) from None
    except wire.WireError as error:
        seat.close()
        raise WorkerLost("crashed", both("its answer could not be read ({reason})", reason=str(error))) from None
    except (WorkerLost, GradingFault):
        raise
    except GraderError as error:
        raise GradingFault(error.text) from error
    except Exception as error:
        raise _Unexpected(error) from error
    return _not_allowed(seat, journal) or verdict


def _of_which(text: Text, mismatch: Mismatch, journal: Journal) -> Text:
    """Say of several results of one call which is meant."""
    several = journal.last if type(journal.last) is tuple and len(journal.last) > 1 else ()
    place = next((place for place, one in enumerate(several, 1) if one is mismatch.got), None)
    return text if place is None else both("result {place} of {all}: {text}", place=place, all=len(several), text=text)


def _after_loss(lost: WorkerLost, attempt: Attempt, seat: Seat, rules: Rules, journal: Journal) -> Verdict:
    """Say what the loss of a worker means, once a fresh one has shown that ours work."""
    verdict = Verdict(lost.outcome, lost.text, lost.safe, _details(journal))
    try:
        seat.renew()
    except WorkerLost:
        return verdict  # the file itself kills its worker now
    if not lost.killed_by_others:
        return verdict
    try:
        return _once(attempt, seat, rules, Journal(banned=rules.not_allowed))
    except WorkerLost as second:
        if second.killed_by_others:
            raise killed_twice() from None
        return Verdict(second.outcome, second.text, second.safe, _details(journal))


def _whose(error: Exception, on_reference: Callable[[], None] | None, journal: Journal) -> Verdict:
    """Decide an unexpected exception: the answer's, if the check works on the reference."""
    if on_reference is not None:
        try:
            on_reference()
        except Exception as ours:
            text = both("the check itself does not work: {error}", error=f"{type(ours).__name__}: {ours}")
            return Verdict("broken", text, both("the check itself does not work"))
    reason = f"{type(error).__name__}: {inert(str(error)[:300])}"
    text = both("returned {got}, which the check cannot use ({reason})", got=kind_of(journal.last), reason=reason)
    return Verdict("failed", text, both("it does not return what was asked for"), _details(journal))


def _student_error(error: StudentError, seat: Seat, journal: Journal) -> Verdict:
    text, safe = error.told(seat.cells), error.safe
    if error.not_defined and seat.problem is not None:
        text = both("{name} is not there: {problem}", name=error.called, problem=seat.problem)
        safe = both("{name} is not there: the file could not be loaded to its end", name=error.called)
    if error.not_defined or error.not_written_yet:
        return Verdict("failed", text, safe, _details(journal) | {"call": None}, worth_repeating=False)
    details = _details(journal) | {"lines": [_line_shown(line, name, seat) for line, name in error.lines]}
    return Verdict("failed", text, safe, details)


def _line_shown(line: int, name: str, seat: Seat) -> list[Any]:
    """Return a line of a traceback as details keep it: its number, the function, the notebook's cell or 0, and the source."""
    cell, own = cell_of(line, seat.cells)
    source = inert(seat.line(line)[: 2 * MAX_SOURCE_SHOWN].strip())
    return [own, name, cell, source[:MAX_SOURCE_SHOWN]]


def _not_allowed(seat: Seat, journal: Journal) -> Verdict | None:
    """Return the verdict on what the called functions use, if any of it is banned."""
    found = seat.references or {}
    for name, line in sorted((use for call in journal.calls for use in found.get(call, [])), key=lambda u: u[1]):
        if is_banned(name, journal.banned):
            text = both("{place} uses {name}, which is not allowed here; write it yourself",
                        place=place(line, seat.cells), name=inert(name.lstrip(".")))  # fmt: skip
            return Verdict("not_allowed", text, text)
    for name, line in journal.uses:
        ban = next((ban for ban in journal.banned if matches(name, ban)), None)
        if ban is not None:
            safe = both("it uses {name}, which is not allowed here; write it yourself", name=ban)
            text = both("{place} uses {name}, which is not allowed here; write it yourself",
                        place=place(line, seat.cells), name=ban)  # fmt: skip
            return Verdict("not_allowed", text if line else safe, safe)
    return None


def _depends_on_earlier_call(verdict: Verdict) -> Verdict:
    note = both("the answer depends on an earlier call: alone, this check passes. Keep nothing between calls")
    message = both("{text}\n{more}", text=verdict.message, more=note)
    return Verdict("failed", message, note, verdict.details)


def _details(journal: Journal) -> dict[str, Any]:
    output = "".join(journal.output)
    return {"call": journal.shown, "got": None, "wanted": None, "lines": [], "output": output[:MAX_OUTPUT_SHOWN],
            "picture": journal.picture}  # fmt: skip
