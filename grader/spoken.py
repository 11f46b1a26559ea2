"""Click in two languages: what a command, an option or a wrong word says is a Text; the context's `obj` chooses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from grader.i18n import both
from grader.records import LANGUAGES, Text, inert

FILE = click.Path(path_type=Path)


class Formatter(click.HelpFormatter):
    """A page of help under headings of our own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog.strip(), args, f"{_chosen(both('Usage:'))} ")

    def write_heading(self, heading: str) -> None:
        ours = {"Options": both("Options"), "Commands": both("Commands")}
        super().write_heading(_chosen(ours[heading]) if heading in ours else heading)


class Context(click.Context):
    """A context whose help is written by our Formatter."""

    formatter_class = Formatter


class Option(click.Option):
    """An option. `takes` names the values that are right for it, where some are wrong."""

    def __init__(self, names: list[str], words: Text, takes: Text | None = None, **more: Any):
        super().__init__(names, **more)
        self.words, self.takes = words, takes

    def get_help_record(self, context: click.Context) -> tuple[str, str] | None:
        self.help = self.words[context.obj]
        return super().get_help_record(context)


class Command(click.Command):
    """A command, with --lang and --help."""

    context_class = Context

    def __init__(self, *args: Any, words: Text, epilog: Text | None = None, **more: Any):
        super().__init__(*args, **more | {"add_help_option": False})
        self.words, self.last_words = words, epilog
        self.params += [_language(), _help()]

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(context, args)
        except click.UsageError as error:
            error.ctx = error.ctx or context
            raise

    def get_short_help_str(self, limit: int = 0) -> str:
        return _chosen(self.words)

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        self.help = self.words[context.obj]
        super().format_help_text(context, formatter)

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        self.epilog = self.last_words and self.last_words[context.obj]
        super().format_epilog(context, formatter)


class Group(Command, click.Group):
    """A group in which whatever names no command is the first argument of the one called `otherwise`."""

    command_class = Command
    otherwise = "exercise"

    def resolve_command(self, context: click.Context, args: list[str]) -> tuple:
        if args[0] in self.commands:
            return super().resolve_command(context, args)
        return "", self.commands[self.otherwise], args


def complaint(error: click.UsageError) -> Text:
    """Say what is wrong with the words that were typed, and where it says how they should be."""
    command = error.ctx.command_path if error.ctx.info_name else "grade exercise03"
    return both("{reason} (see `{command} --help`)", reason=_reason(error), command=command)


def _reason(error: click.UsageError) -> Text:
    match error:
        case click.NoSuchOption(possibilities=[_, *_] as near):
            option = inert(error.option_name)
            return both("no option {option}; did you mean {near}?", option=option, near=", ".join(near))
        case click.NoSuchOption():
            return both("no option {option}", option=inert(error.option_name))
        case click.BadOptionUsage():
            return both("{option} is not used like that", option=inert(error.option_name))
        case click.MissingParameter():
            return both("{name} is missing", name=error.param.human_readable_name)
        case click.BadParameter(param=Option(takes=Text() as takes) as option):
            return both("{option} takes {values}", option=option.opts[0], values=takes)
    return both("a word too many, or one that means nothing here")


def _language() -> Option:
    # read before anything is parsed, by `cli.main`: what is wrong with other words is said in it, too
    return Option(
        ["--lang"],
        both("The language to speak; default: the course's, else the locale's."),
        both("one of {values}", values=", ".join(LANGUAGES)),
        type=click.Choice(LANGUAGES),
        expose_value=False,
    )


def _help() -> Option:
    def show(context: click.Context, option: click.Option, asked: bool) -> None:
        if asked:
            click.echo(context.get_help())
            context.exit()

    words = both("Show this and leave.")
    return Option(["--help"], words, is_flag=True, is_eager=True, expose_value=False, callback=show)


def _chosen(text: Text) -> str:
    return text[click.get_current_context().obj]
