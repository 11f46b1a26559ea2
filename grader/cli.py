"""The command line: words to calls, errors to lines; nothing else.

A command is a function under `grade` here; those for a whole class are in `class_commands`, those for a course on nbgrader
in `nbgrader_commands`. Nothing that imports torch is imported before the worker process has been started, so that both
imports overlap; what only some commands need is imported by them.
"""

from __future__ import annotations

import difflib
import errno
import os
import sys
from pathlib import Path
from typing import TextIO

import click

from grader import catalogue, desk, garbage, grading, scores
from grader.class_commands import COMMANDS
from grader.errors import BrokenCourse, GraderError, UnknownExercise
from grader.i18n import both, choose_language
from grader.nbgrader_commands import nbgrader
from grader.records import Exercise, Text, columns
from grader.spoken import FILE, Group, Option, complaint

INTERRUPTED = 130


def main() -> None:
    """Run the command line; every error that a person can mend is one line, without a traceback."""
    garbage.hold_off()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="backslashreplace")
    language = _language(sys.argv[1:])
    try:
        code = grade.main(prog_name="grade", standalone_mode=False, obj=language)
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except click.UsageError as error:
        code = _failed(complaint(error), language)
    except GraderError as error:
        code = _failed(error.text, language, error.exit_code)
    except OSError as error:
        code = _no_output(error, language)
    sys.exit(code or 0)


def _language(words: list[str]) -> str:
    """Return the language of this run, which help texts and usage errors need before anything is parsed."""
    asked = next((after for word, after in zip(words, words[1:], strict=False) if word == "--lang"), None)
    joined = next((word.removeprefix("--lang=") for word in words if word.startswith("--lang=")), None)
    return choose_language(asked or joined)


def _failed(text: Text, language: str, code: int = 2) -> int:
    try:
        grading.complain(text[language])
    except OSError:  # standard error may be as full as standard output
        _discard(sys.stderr)
    return code


def _no_output(error: OSError, language: str) -> int:
    """Give up quietly where `grade ... | head` has read enough, and with a line where the disk is full."""
    if error.filename is not None or error.errno not in (errno.EPIPE, errno.EINVAL, errno.ENOSPC, errno.EIO):
        raise error
    _discard(sys.stdout)
    if error.errno in (errno.EPIPE, errno.EINVAL):  # Windows says EINVAL of a pipe that is closed
        return 2
    return _failed(both("cannot write the output: {error}", error=error.strerror), language)


def _discard(stream: TextIO) -> None:
    """Send what is left to be written nowhere, so that Python does not try once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@click.group(
    cls=Group,
    subcommand_metavar="EXERCISE [FILE] | COMMAND",
    invoke_without_command=True,
    words=both(
        "Grade the exercises of the course: `grade exercise03` grades ./exercise03.py, or the course's own copy."
    ),
    epilog=both(
        "`grade exercise03 --help` shows its options.\n\nExit status: 0 full marks, 1 not yet, 2 could not grade."
    ),
)
@click.pass_context
def grade(context: click.Context) -> int | None:
    if context.invoked_subcommand is not None:
        return None
    click.echo(context.get_help())
    return 2


@grade.command(
    "exercise", hidden=True, words=both("Grade one FILE (default: ./exerciseNN.py or .ipynb, then the course's copy).")
)
@click.argument("name", metavar="EXERCISE")
@click.argument("file", required=False, type=FILE)
@click.option("--json", "as_json", is_flag=True, cls=Option, words=both("Print the result as JSON, and nothing else."))
@click.option(
    "--report", type=FILE, cls=Option, words=both("Where the HTML report goes; default: ./exerciseNN.html.")
)
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", cls=Option,
    words=both("Repeat a run's inputs; default: drawn anew."), takes=both("a whole number from 0 to 4294967295"),
)  # fmt: skip
@click.pass_obj
def exercise(language: str, name: str, file: Path | None, as_json: bool, report: Path | None, seed: int | None) -> int:
    found = _find(name)
    _tell_of_another(found, file, language)
    work = grading.print_record if as_json else grading.grade_file
    return work(found, desk.graded_file(found, file), report, seed, language)


@grade.command("watch", words=both("Grade again whenever the file is saved, until Ctrl-C."))
@click.argument("name", metavar="EXERCISE")
@click.argument("file", required=False, type=FILE)
@click.pass_obj
def watch(language: str, name: str, file: Path | None) -> None:
    from grader.watch import watch

    found = _find(name)
    _tell_of_another(found, file, language)
    watch(found, desk.own_file(found, file), language)


@grade.command(
    "hint", words=both("Give a hint on the first check that fails; each time one more, from general to specific.")
)
@click.argument("name", metavar="EXERCISE")
@click.argument("file", required=False, type=FILE)
@click.pass_obj
def hint(language: str, name: str, file: Path | None) -> int:
    from grader import hints

    found = _find(name)
    _tell_of_another(found, file, language)
    return hints.give(found, desk.graded_file(found, file), language)


@grade.command("reset", words=both("Bring the stub of an exercise back, and keep the old file aside."))
@click.argument("name", metavar="EXERCISE")
@click.argument("file", required=False, type=FILE)
@click.pass_obj
def reset(language: str, name: str, file: Path | None) -> None:
    found = _find(name)
    click.echo(desk.reset(found, desk.own_file(found, file))[language])


@grade.command("list", words=both("List the exercises of the course, with the last score of each."))
@click.pass_obj
def list_(language: str) -> None:
    kept, problem = scores.last()
    if problem is not None:
        grading.complain(problem[language])
    rows = []
    for name in catalogue.names():
        try:
            item = catalogue.find(name)
            score = kept[name].text[language] if name in kept else "-"
            rows.append((item.name, item.slug, item.title[language], score))
        except BrokenCourse as broken:
            grading.complain(broken.text[language])
    for row in _aligned(rows):
        click.echo(row)


@grade.command("doctor", words=both("Say what this machine offers: Python, torch, devices, sandbox."))
@click.pass_obj
def doctor(language: str) -> None:
    from grader.doctor import findings

    for line in findings():
        click.echo(line[language])


@grade.command(
    "release", words=both("Write what students get into OUT, a new folder or .zip: of all exercises, or of some.")
)
@click.argument("out", type=FILE)
@click.argument("names", metavar="[EXERCISE]...", nargs=-1)
@click.pass_obj
def release(language: str, out: Path, names: tuple[str, ...]) -> None:
    from grader.release import release

    for line in release(out, [_find(name) for name in names] or catalogue.exercises()):
        click.echo(line[language])


@grade.command("new", words=both("Lay out the folders of a new EXERCISE about TOPIC: exercise25 my_topic."))
@click.argument("name", metavar="EXERCISE")
@click.argument("slug", metavar="TOPIC")
@click.pass_obj
def new(language: str, name: str, slug: str) -> None:
    from grader.scaffold import lay_out

    for path in lay_out(name, slug):
        click.echo(path)
    click.echo(both("Fill in every TODO, then run `grade verify {name}`.", name=name)[language])


@grade.command("verify", words=both("Prove that exercises are sound: of the whole course, or some."))
@click.argument("names", metavar="[EXERCISE]...", nargs=-1)
@click.option(
    "--mutants", is_flag=True, cls=Option, words=both("Change each reference in every small way: a check must fail then.")
)
@click.pass_obj
def verify(language: str, names: tuple[str, ...], mutants: bool) -> int:
    from grader import survivors, verify

    found = (survivors if mutants else verify).verify([_find(name).name for name in names] or catalogue.names())
    unsound = 0
    for name, word, problems in found:
        unsound += bool(problems)
        click.echo(f"{name}  {word[language]}")
        for line in (line for problem in problems for line in problem[language].splitlines()):
            click.echo(f"  {line}")
    return 1 if unsound else 0


for _command in (*COMMANDS, nbgrader):
    grade.add_command(_command)


def _tell_of_another(found: Exercise, file: Path | None, language: str) -> None:
    told = desk.passed_over(found, file)
    if told is not None:
        grading.complain(told[language])


def _find(name: str) -> Exercise:
    try:
        return catalogue.find(name)
    except UnknownExercise as unknown:
        commands = [command for command, found in grade.commands.items() if not found.hidden]
        near = difflib.get_close_matches(name, commands, n=1)
        if unknown.near or not near:
            raise
        raise UnknownExercise(name, [f"grade {near[0]}"], []) from None


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows as lines whose columns stand under each other, however wide their letters are."""
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    padded = ([cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return ["  ".join(cells).rstrip() for cells in padded]
