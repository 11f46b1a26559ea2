"""The command line of a course that lives on nbgrader: `grade nbgrader`; see `cli`."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from grader import catalogue, progress
from grader.class_commands import PROCESSES
from grader.errors import WrongUsage
from grader.grading import complain
from grader.i18n import both
from grader.records import inert
from grader.spoken import FILE, Command, Option


class BridgeCommand(Command):
    """A command that is of no use without nbgrader, which is an optional extra."""

    def invoke(self, context: click.Context) -> int | None:
        if find_spec("nbgrader") is None:
            raise WrongUsage(both('this needs nbgrader: pip install "torchgrade[nbgrader]"'))
        return super().invoke(context)


class BridgeGroup(Command, click.Group):
    """The commands of the bridge."""

    command_class = BridgeCommand


@click.group(
    "nbgrader", cls=BridgeGroup, subcommand_metavar="COMMAND", invoke_without_command=True,
    words=both("Give a course that lives on nbgrader the marks of the hidden checks."),
)  # fmt: skip
@click.pass_context
def nbgrader(context: click.Context) -> int | None:
    if context.invoked_subcommand is not None:
        return None
    click.echo(context.get_help())
    return 2


@nbgrader.command("init", words=both("Make COURSE, a folder for nbgrader, or say what an existing one needs."))
@click.argument("course", type=FILE)
@click.pass_obj
def init(language: str, course: Path) -> None:
    from grader.nbgrader_bridge.course import lay_out, lines_to_add

    missing = lines_to_add(course, language)
    if missing is None:
        for line in lay_out(course, language):
            click.echo(line[language])
    else:
        remark, lines = missing
        complain(remark[language])
        click.echo(lines, nl=False)


@nbgrader.command("source", words=both("Write the source notebooks of exercises, for `nbgrader generate_assignment`."))
@click.argument("names", metavar="[EXERCISE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, cls=Option, words=both("Of all exercises."))
@click.option("--py", is_flag=True, cls=Option, words=both("Students write exerciseNN.py; the notebook only checks it."))
@click.pass_obj
def source(language: str, names: tuple[str, ...], everything: bool, py: bool) -> None:
    if bool(names) == everything:
        raise WrongUsage(both("name exercises, or give --all"))
    exercises = [catalogue.find(name) for name in names] or catalogue.exercises()

    from grader.nbgrader_bridge import configured

    app = configured.loaded()
    configured.expect_set_up(app)
    folder = configured.sources(app)

    from grader.nbgrader_bridge import source

    for line in source.write(exercises, folder, language, as_file=py):
        click.echo(line[language])


@nbgrader.command(
    "autograde", words=both("Autograde an ASSIGNMENT for a whole class, as `nbgrader autograde` would one by one."),
    epilog=both("Exit status: 0 all graded, 2 some could not be."),
)  # fmt: skip
@click.argument("assignment")
@PROCESSES
@click.pass_obj
def autograde(language: str, assignment: str, processes: int | None) -> int:
    from grader import classwork
    from grader.nbgrader_bridge import autograde, configured
    from grader.nbgrader_bridge.handed_in import HandedIn

    found = HandedIn(configured.loaded(), assignment)
    with autograde.opened(found, processes or os.cpu_count() or 1) as work:
        with progress.shown(len(work.todo), language, sys.stderr) as count:
            work.do(count.add)
        lines = [*classwork.statuses(work.marks()), both("written into the gradebook: {count}", count=len(work.written))]
        lines += [both("not written: {student}: {reason}", student=inert(student), reason=reason)
                  for student, reason in work.failed.items()]  # fmt: skip
    lines += [both("not graded, since there is no {notebook}: {student}", student=inert(one), notebook=found.wanted)
              for one in found.without]  # fmt: skip
    for line in lines:
        click.echo(line[language])
    return 2 if count.broken or work.failed or found.without else 0
