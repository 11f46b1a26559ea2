"""A result as lines for a terminal. Words, not symbols: cp949 cannot print those, and colour is never the only sign."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace

import click

from grader.i18n import both
from grader.records import FAILED, CheckResult, Result, Text, columns
from grader.side_by_side import evidence_lines

WIDTH = 78
MAX_LINES = 6
MAX_LINE = 400

COLOURS = {"passed": "green", "skipped": "yellow", "broken": "magenta"}


def outcome_words() -> dict[str, Text]:
    """Return the word that stands for each outcome."""
    return {
        "passed": both("pass"), "failed": both("FAIL"), "crashed": both("CRASH"), "timed_out": both("TIME"),
        "not_allowed": both("BANNED"), "skipped": both("skip"), "broken": both("BROKEN"),
    }  # fmt: skip


def transcript(result: Result, report: str | None, language: str) -> str:
    """Return a result's lines, with ANSI colours (click drops them where the output is no terminal)."""
    lines = [*head(result, language), ""]
    if not result.useless:
        lines += [*lines_of(result.checks, result, language), ""]
        lines += _what_to_do(result, language)
    lines += [note[language] for note in notes(result)]
    where = both("report: {file}", file=report)[language] if report else ""
    return "\n".join([*lines, _spread(_total(result, language), where)])


def in_a_cell(result: Result, function: str | None, language: str) -> str:
    """Return the lines of a result, or of one function's part of it, for a notebook's cell, which has no report."""
    lines = [*head(result, language), ""]
    if not result.useless:
        lines += [*lines_of(result.checks, result, language), ""]
    lines += [note[language] for note in notes_in_a_cell(result, function)]
    whole = click.unstyle("\n".join([*lines, _total(result, language)])).split("\n")
    return "\n".join(part for line in whole for part in _broken(line))


def _broken(line: str) -> list[str]:
    """Return a line of words as several, below each other: `nbgrader validate` cuts off what is longer."""
    if columns(line) <= WIDTH or line.count(" ") < 2:
        return [line]
    margin = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, WIDTH, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)


def notes_in_a_cell(result: Result, function: str | None) -> list[Text]:
    """Return what the total leaves unsaid, as far as somebody at work wants to know it."""
    if function is None or not result.not_run_points:
        return [note for note in notes(result) if note != _no_gpu()]
    whole = replace(result, not_run_points=0.0)
    return [*notes_in_a_cell(whole, None), both("hidden checks look at {function} too", function=function)]


def head(result: Result, language: str) -> list[str]:
    """Return what is graded, and what there is to say of the file as a whole."""
    lines = [_spread(f"{result.exercise}  {result.title[language]}", result.submission)]
    if result.message is not None:
        lines += ["", *(f"  {line}" for line in result.message[language].splitlines())]
    return lines


def _what_to_do(result: Result, language: str) -> list[str]:
    """Say which line to work on, and how to get on with it."""
    first = result.first_failed
    if first is None:
        return []
    several = sum(check.outcome in FAILED for check in result.checks) > 1
    name = ", ".join(first.functions)
    said = [both("start with {function}: {title}", function=name, title=first.title)] if several else []
    if first.hint is not None:
        said.append(both("stuck? one more hint each time: {command}", command=command("grade hint", result)))
    return [*(line[language] for line in said), ""] if said else []


def command(words: str, result: Result) -> str:
    """Return what to type about a result's file, which is named unless it is the one that is meant anyway."""
    file = f'"{result.submission}"' if " " in result.submission else result.submission
    return f"{words} {result.exercise}" + ("" if file == f"{result.exercise}.py" else f" {file}")


def notes(result: Result) -> list[Text]:
    """Return what the total leaves unsaid: what was not run, and how far the run can be trusted."""
    said = []
    if result.status == "broken":
        said.append(both("the grader failed here, not your code: grade again, and tell the course if it stays so"))
    if result.not_run_points:
        public = [check for check in result.checks if check.public]
        said.append(both(
            "public checks: {passed} of {all}; {points:g} more points are decided by hidden checks",
            passed=sum(check.outcome == "passed" for check in public), all=len(public), points=result.not_run_points,
        ))  # fmt: skip
    if "cuda" not in result.devices:
        said.append(_no_gpu())
    return said


def _no_gpu() -> Text:
    return both("no GPU here: the GPU part was not run")


def lines_of(checks: Sequence[CheckResult], result: Result, language: str) -> list[str]:
    """Return the lines of some of a result's checks."""
    words = {outcome: text[language] for outcome, text in outcome_words().items()}
    column = max(map(columns, words.values()))
    several = len(result.devices) > 1
    lines, said = [], set()
    for check in checks:
        word = click.style(_pad(words[check.outcome], column), fg=COLOURS.get(check.outcome, "red"))
        device = f" [{check.device}]" if several and check.device else ""
        lines.append(f"  {word}  {points(check):>8}  {check.title[language]}{device}")
        lines += [f"{'':{column + 14}}{line}" for line in _remarks(check, language, said)]
    return lines


def _remarks(check: CheckResult, language: str, said: set[Text]) -> list[str]:
    """Return what is said below a check; what was `said` above of what it needs, an error or its cause, not again."""
    if check.outcome == "passed" or check.outcome == "skipped" and check.message in said:
        return []
    if check.message in said and check.details and check.details.get("lines"):
        return [both("the same error as above")[language]]
    said |= {check.message}
    remarks = check.message[language].splitlines() if check.message else []
    if len(remarks) > MAX_LINES:
        remarks[MAX_LINES:] = ["..."]
    remarks = [line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}..." for line in remarks]
    remarks += evidence_lines(check, language)
    if check.diagnosis is not None and check.diagnosis not in said:
        said.add(check.diagnosis)
        remarks.append(both("likely cause: {diagnosis}", diagnosis=check.diagnosis)[language])
    if check.hint is not None:
        remarks.append(both("hint: {hint}", hint=check.hint)[language])
    return remarks


def points(check: CheckResult) -> str:
    """Return a check's points: 0.3/0.3, or ?/0.3 where they are not known."""
    got = "?" if check.score is None else f"{check.score:g}"
    return f"{got}/{check.max_score:g}"


def _total(result: Result, language: str) -> str:
    score = "?" if result.score is None else f"{result.score:g}"
    return both("{score} of {max_score:g} points", score=score, max_score=result.max_score)[language]


def _spread(left: str, right: str) -> str:
    return f"{left}{' ' * max(2, WIDTH - columns(left) - columns(right))}{right}".rstrip()


def _pad(text: str, width: int) -> str:
    return text + " " * (width - columns(text))
