"""Grade one file for the person at the keyboard: the transcript, the report, the last score.

Nothing that imports torch is imported before the worker process has been started, so that both imports overlap.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import TextIO

import click

from grader import collect, scores, steps
from grader.errors import SubmissionError
from grader.garbage import settle
from grader.i18n import both
from grader.records import Exercise, Result, Submission, inert
from grader.sandbox import launch

PATIENCE = 3.0
"""Seconds after which somebody who looks at a terminal is told what takes so long."""


def grade_file(exercise: Exercise, file: Path, report: Path | None, seed: int | None, language: str) -> int:
    """Grade a file, show the result, and return the exit code."""
    submission = read(file, report)
    if submission.problem is not None:
        complain(submission.problem[language])
        return 2
    result = graded(exercise, submission, seed, language)
    show(result, report or Path(f"{exercise.name}.html"), language)
    return exit_code(result)


def print_record(exercise: Exercise, file: Path, report: Path | None, seed: int | None, language: str) -> int:
    """Grade a file, print the result as JSON and nothing else, and return the exit code."""
    result = graded(exercise, read(file, report), seed, language)
    click.echo(json.dumps(result.as_record(), indent=2))
    if report is not None:
        _write_report(result, report, language)
    return exit_code(result)


def show(result: Result, report: Path, language: str) -> None:
    """Write a result's page, print its transcript, and keep what the next run wants to know, whatever became of it."""
    from grader.transcript import transcript

    place = _write_report(result, report, language)
    try:
        click.echo(transcript(result, place, language))
    finally:
        problem = scores.keep(result) or steps.count(result, another=False)[1]
        if problem is not None:
            complain(problem[language])


def complain(words: str, stream: TextIO | None = None) -> None:
    """Say on standard error what is wrong, as one line of the grader's."""
    click.echo(f"grade: {words}", stream, err=True)


def patience(language: str, stream: TextIO) -> threading.Timer:
    """Return a timer, running, that says to a terminal what is being waited for, once it takes long."""
    words = both("still running: code that never ends is stopped at the time limit of each check, 10 s for most")
    timer = threading.Timer(PATIENCE, click.echo, [words[language], stream])
    timer.daemon = True
    if stream is not None and stream.isatty():
        timer.start()
    return timer


def read(file: Path, report: Path | None = None) -> Submission:
    """Read a file that is to be graded; SubmissionError where the report would overwrite it."""
    submission = collect.read_submission(file)
    if report is not None and report.exists() and report.samefile(file):
        raise SubmissionError(both("the report would take the place of {file}", file=submission.label))
    return submission


def graded(exercise: Exercise, submission: Submission, seed: int | None, language: str) -> Result:
    """Run the checks on a file in a worker that is started for it."""
    launcher = launch.start()
    launch.leave_when_told(launcher)
    try:
        from grader.run import grade

        settle()
        results: list[Result] = []
        timer = patience(language, sys.stderr)
        grade(exercise, [submission], launcher, results.append, seed)
        timer.cancel()
        return results[0]
    finally:
        launcher.close()


def exit_code(result: Result) -> int:
    """Return 0 for full marks, 1 for less, 2 where it could not be graded."""
    if result.status != "graded":
        return 2
    return 0 if result.full_marks else 1


def _write_report(result: Result, place: Path, language: str) -> str | None:
    """Write the page; where it cannot be written the mark stands, and a line says why there is no page."""
    from grader.report import html

    try:
        place.write_text(html(result, language), encoding="utf-8")
    except OSError as error:
        words = both("no report: cannot write {file}: {error}", file=inert(str(place)), error=error.strerror)
        complain(words[language])
        return None
    return inert(str(place))
