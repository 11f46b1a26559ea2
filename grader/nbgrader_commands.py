"""The command line of a course that lives on nbgrader: `grade nbgrader`; see `cli`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from grader.errors import WrongUsage
from grader.grading import complain
from grader.i18n import both
from grader.spoken import FILE, Command


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

    missing = lines_to_add(course)
    if missing is None:
        for line in lay_out(course):
            click.echo(line[language])
    else:
        remark, lines = missing
        complain(remark[language])
        click.echo(lines, nl=False)
