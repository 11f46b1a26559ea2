"""A result as one self-contained HTML page: no script, no network, and nothing of a student's that is not data.

Both languages are in the page, and a switch that needs no script shows one of them. What a student wrote or printed
speaks neither, and stands there once.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.page.evidence import Evidence, evidence
from grader.page.template import render
from grader.records import CheckResult, Mark, Result, Text
from grader.transcript import notes, outcome_words, points


@dataclass(frozen=True)
class Entry:
    """A check as the page shows it. `quoted` is the end of its message, where that speaks no language."""

    check: CheckResult
    label: str
    message: Text | None
    quoted: str
    evidence: Evidence

    @property
    def missed(self) -> bool:
        """Whether there is something to mend."""
        return self.check.outcome not in ("passed", "skipped")


@dataclass(frozen=True)
class Line:
    """The checks of one function, counted. `score` is None where one of them is broken."""

    function: str
    score: float | None
    max_score: float
    passed: int
    missed: int
    skipped: int


def html(result: Result, language: str, mark: Mark | None = None) -> str:
    """Return the page of one result; it shows `language` first. Of a class, `mark` says what the gradebook knows of it."""
    checks = () if result.useless else result.checks
    entries = [entry_of(check, f"check-{number}") for number, check in enumerate(checks, 1)]
    message, quoted = parted(result.message)
    return render(
        "report.html",
        language,
        result=result,
        mark=mark,
        score=result.score if mark is None else mark.final,
        message=message,
        quoted=quoted,
        groups=[(public, [entry for entry in entries if entry.check.public == public]) for public in (True, False)],
        missed=[entry for entry in entries if entry.missed],
        lines=_summary(checks),
        words=outcome_words(),
        notes=notes(result),
        points=points,
    )


def entry_of(check: CheckResult, label: str) -> Entry:
    """Return a check as pages show it; ids in it begin with `label`."""
    message, quoted = parted(None if check.outcome == "passed" else check.message)
    return Entry(check, label, message, quoted, evidence(check, label))


def parted(text: Text | None) -> tuple[Text | None, str]:
    """Part a message from the last lines that it has in both languages alike: a student's source, say."""
    if text is None:
        return None, ""
    english, korean = text.en.split("\n"), text.ko.split("\n")
    shared = 0
    while shared < min(len(english), len(korean)) - 1 and english[-1 - shared] == korean[-1 - shared]:
        shared += 1
    kept = len(english) - shared
    return Text("\n".join(english[:kept]), "\n".join(korean[: len(korean) - shared])), "\n".join(english[kept:])


def _summary(checks: tuple[CheckResult, ...]) -> list[Line]:
    """Return a line for each function, in the order of the checks."""
    names = dict.fromkeys(", ".join(check.functions) for check in checks)
    return [_line(name, [check for check in checks if ", ".join(check.functions) == name]) for name in names]


def _line(function: str, checks: list[CheckResult]) -> Line:
    outcomes = [check.outcome for check in checks]
    scores = [check.score for check in checks]
    return Line(
        function=function,
        score=None if None in scores else round(sum(scores), 6),
        max_score=round(sum(check.max_score for check in checks), 6),
        passed=outcomes.count("passed"),
        missed=len(outcomes) - outcomes.count("passed") - outcomes.count("skipped"),
        skipped=outcomes.count("skipped"),
    )
