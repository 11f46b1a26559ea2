"""`grade replay`: one stored check of one student once more, with all that it saw. A hidden check's inputs and values go
to the instructor's terminal only: nothing of this is kept.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import click

from grader import collect
from grader.errors import GradingFault, UnknownCheck
from grader.fingerprint import fingerprint
from grader.i18n import both
from grader.intake.records import HandedIn
from grader.notebooks import cell_of, place
from grader.records import CheckResult, Exercise, Result, Submission, Text, inert
from grader.sandbox import launch
from grader.store import Store

MAX_LINES = 60
"""How much of a student's function is shown."""


def replay(out: Path, student: str, exercise: Exercise, typed: str, language: str) -> int:
    """Repeat a check, say what came of it then and now, and return the exit code: 0 for the same outcome, 1, or 2."""
    with Store.open(out, writing=False) as store:
        then, content, key = store.graded(student, exercise.name)
    was = _named(then, typed)
    submission = collect.as_submission(HandedIn(PurePosixPath(then.submission), content, None), then.student)
    result = _repeated(exercise, then, submission, was)
    now = next((check for check in result.checks if (check.name, check.device) == (was.name, was.device)), None)
    if now is None:
        raise GradingFault(both("{check} ran on {device}, which is not here", check=was.name, device=was.device))
    changed = fingerprint(exercise, then.devices, then.seed) != key
    for line in (*_lines(then, was, result, now, language), *_evidence(now, submission, language)):
        click.echo(line)
    for text in _conclusion(was, now, changed):
        click.echo(text[language])
    return 2 if now.outcome == "broken" else int(now.outcome != was.outcome)


def _named(result: Result, typed: str) -> CheckResult:
    """Return the check that is meant; its parameters and device may be left out where no other check is called so."""
    meant = [check for check in result.checks if typed in (check.name, _spelt(check))]
    meant = meant or [check for check in result.checks if typed == _function(check)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UnknownCheck(both("there are several '{name}': {near}", name=typed, near=", ".join(map(_spelt, meant))))
    near = difflib.get_close_matches(typed, {check.name for check in result.checks}, n=3)
    if near:
        words = both("no check called '{name}'; did you mean {near}?", name=inert(typed), near=", ".join(near))
    else:
        words = both("no check called '{name}' is in that result of {exercise}", name=inert(typed),
                     exercise=result.exercise)  # fmt: skip
    raise UnknownCheck(words)


def _spelt(check: CheckResult) -> str:
    return f"{check.name}[{check.device}]" if check.device else check.name


def _function(check: CheckResult) -> str:
    return check.name.partition("[")[0]


def _repeated(exercise: Exercise, then: Result, submission: Submission, was: CheckResult) -> Result:
    """Run the check and what it needs, with the inputs of then, where strangers' code is run."""
    files = [file for file in (exercise.public_checks, exercise.hidden_checks) if file is not None]
    if not any(f"def {_function(was)}(" in file.read_text(encoding="utf-8") for file in files):
        raise UnknownCheck(both("{exercise} has no check {name} any more", exercise=exercise.name, name=was.name))
    launcher = launch.start((*launch.STRANGERS, "C") if then.sandbox == "C" else launch.STRANGERS)
    launch.leave_when_told(launcher)
    try:
        from grader.run import grade

        results: list[Result] = []
        grade(exercise, [submission], launcher, results.append, then.seed, wanted=[{_function(was)}], reveal=True)
        return results[0]
    finally:
        launcher.close()


def _lines(then: Result, was: CheckResult, result: Result, now: CheckResult, language: str) -> Iterator[str]:
    from grader.transcript import head, lines_of

    yield from head(result, language)
    yield both("{student}, {check}, seed {seed}", student=then.student, check=_spelt(was), seed=then.seed)[language]
    for when, check, whole in ((both("then:"), was, then), (both("now:"), now, result)):
        yield ""
        yield when[language]
        yield from lines_of([replace(check, hint=None)], whole, language)


def _evidence(check: CheckResult, submission: Submission, language: str) -> Iterator[str]:
    """Say what was called, what came back, what was wanted, what it printed, and which lines of the student's it was."""
    details = check.details or {}
    got, wanted = ((details.get(name) or {}).get("text") for name in ("got", "wanted"))
    raised = "\n".join(_frame(frame, submission, language) for frame in details.get("lines") or ())
    parts = [(both("the call:"), details.get("call")), (both("got:"), got), (both("wanted:"), wanted),
             (both("it printed:"), details.get("output")), (both("where it raised:"), raised)]  # fmt: skip
    for function in check.functions:
        parts.append((both("the student's {function}:", function=function), _written(submission, function)))
    for name, text in parts:
        if text:
            yield ""
            yield name[language]
            yield from (f"    {line}" for line in inert(text).splitlines())
    yield ""


def _frame(frame: list[Any], submission: Submission, language: str) -> str:
    """Return a line of a traceback with what stands there; of a notebook, the line is counted in its cell."""
    line, _, cell, words = frame
    number = line + (submission.cells[cell - 1] - 1 if cell else 0)
    return f"{place(number, submission.cells)[language]}: {words}"


def _written(submission: Submission, function: str) -> str:
    """Return a function's lines, numbered. They are cut out as text: a stranger's code is not parsed here."""
    lines = (submission.source or "").splitlines()
    name = function.partition(".")[0]
    begins = re.compile(rf"(async )?(def|class) {re.escape(name)}\b")
    starts = [number for number, line in enumerate(lines) if begins.match(line)]
    if not starts:
        return ""
    home, _ = cell_of(next((line for one, line in submission.homes if one == name), 0), submission.cells)
    start = max([number for number in starts if home and cell_of(number + 1, submission.cells)[0] == home] or starts)
    after = range(start + 1, len(lines))
    end = next((number for number in after if re.match(r"[^\s)#]", lines[number])), len(lines))
    shown = [f"{number:4}  {lines[number - 1]}" for number in range(start + 1, end + 1)]
    while len(shown) > 1 and not lines[start + len(shown) - 1].strip():
        shown.pop()
    return "\n".join([*shown[:MAX_LINES], *(["..."] if len(shown) > MAX_LINES else [])])


def _conclusion(was: CheckResult, now: CheckResult, changed: bool) -> Iterator[Text]:
    same = was.outcome == now.outcome
    yield both("the same outcome as then") if same else both("another outcome than then")
    if changed:
        yield both("the exercise's checks, its reference, the grader or torch have changed since then")
    elif not same:
        yield both("nothing has changed since then: the answer depends on earlier calls, on chance or on time")
