"""`grade hint`: the first check that fails, and one more hint on it each time, from general to specific.

Nothing that imports torch is imported before the worker process has been started, so that both imports overlap.
"""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import click

from grader import desk, grading, steps
from grader.i18n import both
from grader.records import CheckResult, Exercise, Result, Text


def give(exercise: Exercise, file: Path, language: str) -> int:
    """Grade a file, give the next hint on what to work on, and return the exit code: that of grading it."""
    submission = grading.read(file)
    if submission.problem is not None:
        grading.complain(submission.problem[language])
        return 2
    result = grading.graded(exercise, submission, None, language)
    for line in _lines(exercise, result, language):
        click.echo(line)
    return grading.exit_code(result)


def _lines(exercise: Exercise, result: Result, language: str) -> list[str]:
    from grader.transcript import head, notes

    lines = [*head(result, language), ""]
    first = result.first_failed
    if result.useless:
        return [*lines, both("put that right first: there are hints on what a file does once it loads")[language]]
    if first is None:
        lines += [note[language] for note in notes(result)]
        return lines + [_nothing_failed(result)[language]] if result.full_marks else lines
    number, problem = steps.count(result, another=True)
    if problem is not None:
        grading.complain(problem[language])
    return lines + _on(exercise, result, first, number, language)


def _nothing_failed(result: Result) -> Text:
    if result.not_run_points:
        return both("every public check passes: no hint is needed on them. Hidden checks try other shapes, dtypes and extreme "
                    "values: read the docstrings in your file again")  # fmt: skip
    return both("every check passes: no hint is needed")


def _on(exercise: Exercise, result: Result, check: CheckResult, number: int, language: str) -> list[str]:
    """Return what failed and the first `number` hints on it, as a reader wants them side by side."""
    from grader.transcript import command, lines_of

    hints = _hints(exercise, check)
    said = [both("work on {function} first:", function=check.functions[0])] if check.functions else []
    lines = [*(text[language] for text in said), *lines_of([replace(check, hint=None)], result, language), ""]
    for step, hint in enumerate(hints[:number], 1):
        lines.append(both("hint {step} of {all}: {hint}", step=step, all=len(hints), hint=hint)[language])
    if number < len(hints):
        last = [both("the next hint: {command}", command=command("grade hint", result))]
    else:
        last = [both("there is no further hint; the exercise's text: {readme}", readme=desk.readme(exercise, language)),
                both("all checks, and a report: {command}", command=command("grade", result))]  # fmt: skip
    return [*lines, "", *(line[language] for line in last)]


def _hints(exercise: Exercise, check: CheckResult) -> tuple[Text, ...]:
    """Return all hints of a check; its result holds the first, so that no page gives away the last."""
    from grader.checks import rules_of

    file = exercise.public_checks if check.public else exercise.hidden_checks
    return rules_of(runpy.run_path(str(file))[check.name.partition("[")[0]]).hints
