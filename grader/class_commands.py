"""The command line of whoever grades a class: batch, report, override, replay, diff; see `cli`."""

from __future__ import annotations

import math
import os
from pathlib import Path

import click

from grader import catalogue
from grader.errors import WrongUsage
from grader.i18n import both
from grader.spoken import FILE, Command, Option

OUT = click.option(
    "--out", type=FILE, default=Path("marks"), cls=Option, words=both("The folder of the marks; default: ./marks.")
)

PROCESSES = click.option(
    "-j", "--processes", type=click.IntRange(1, 1024), metavar="N", cls=Option,
    words=both("How many processes grade; default: one a core."), takes=both("a whole number from 1 to 1024"),
)  # fmt: skip


@click.command(
    "batch", cls=Command, words=both("Grade a whole class: a folder or an archive of SUBMISSIONS, as an LMS gives it.")
)
@click.argument("submissions", type=FILE)
@OUT
@click.option("--roster", type=FILE, cls=Option, words=both("A CSV of the class: shows who handed in nothing."))
@click.option("--only", metavar="STUDENT", cls=Option, words=both("Grade this student again, and nobody else."))
@PROCESSES
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", cls=Option,
    words=both("The inputs' seed; default: drawn once and kept."), takes=both("a whole number from 0 to 4294967295"),
)  # fmt: skip
@click.option("--dry-run", is_flag=True, cls=Option, words=both("Say who has handed in what, and grade nothing."))
@click.option("--unsafe", is_flag=True, cls=Option, words=both("Grade even where there is no sandbox."))
@click.pass_obj
def batch(
    language: str, submissions: Path, out: Path, roster: Path | None, only: str | None, processes: int | None,
    seed: int | None, dry_run: bool, unsafe: bool,
) -> int:  # fmt: skip
    from grader import classwork

    if dry_run:
        return classwork.preview(submissions, roster, language)
    wish = classwork.Wish(roster, only, processes or os.cpu_count() or 1, seed, unsafe)
    return classwork.grade_class(submissions, out, wish, language)


@click.command("report", cls=Command, words=both("Make all pages of a graded class again."))
@OUT
@click.pass_obj
def report(language: str, out: Path) -> int:
    from grader import classwork

    return classwork.write_pages(out, language)


@click.command(
    "override", cls=Command, words=both("Set a STUDENT's score yourself; the automatic one is kept beside it.")
)
@click.argument("student")
@click.argument("name", metavar="EXERCISE")
@click.argument("score", type=click.FloatRange(0, 1000), required=False)
@click.option("--reason", cls=Option, words=both("Why; the student reads it."))
@click.option("--withdraw", is_flag=True, cls=Option, words=both("Take it back: the automatic score counts again."))
@OUT
@click.pass_obj
def override(
    language: str, student: str, name: str, score: float | None, reason: str | None, withdraw: bool, out: Path
) -> int:
    from grader import classwork

    given = score is not None and math.isfinite(score)
    if withdraw == given or given != bool(reason):
        raise WrongUsage(both("give a SCORE and a --reason, or --withdraw"))
    return classwork.override(out, student, catalogue.find(name).name, score, reason or "", language)


@click.command(
    "replay", cls=Command,
    words=both("Repeat one CHECK of a STUDENT's result, a hidden one too, and show all that it saw."),
    epilog=both("Exit status: 0 the same outcome as then, 1 another one, 2 could not be repeated."),
)  # fmt: skip
@click.argument("student")
@click.argument("name", metavar="EXERCISE")
@click.argument("check")
@OUT
@click.pass_obj
def replay(language: str, student: str, name: str, check: str, out: Path) -> int:
    from grader.replay import replay

    return replay(out, student, catalogue.find(name), check, language)


@click.command("diff", cls=Command, words=both("List whose mark moves from the marks in OLD to those in NEW, and why."))
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.pass_obj
def diff(language: str, old: Path, new: Path) -> int:
    from grader import classwork

    return classwork.compare(old, new, language)


COMMANDS = (batch, report, override, replay, diff)
