"""The command line: words to calls, errors to lines; nothing else.

Nothing that imports torch is imported before the worker process has been started, so that both imports overlap.
"""

from __future__ import annotations

import difflib
import json
import os
import signal
import sys
from pathlib import Path

import click

from grader import catalogue, collect
from grader.errors import BrokenCourse, GraderError, SubmissionError, UnknownExercise
from grader.i18n import both, choose_language
from grader.records import LANGUAGES, Exercise, Result, Submission, inert
from grader.sandbox import launch

INTERRUPTED = 130


def main() -> None:
    """Run the command line; every error that a person can mend is one line, without a traceback."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="backslashreplace")
    language = _language(sys.argv[1:])
    try:
        code = _commands(language).main(prog_name="grade", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:  # `grade ... | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 2
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        code = 2
    except click.ClickException as error:
        click.echo(f"grade: {inert(error.format_message())}", err=True)
        code = 2
    except GraderError as error:
        click.echo(f"grade: {error.text[language]}", err=True)
        code = error.exit_code
    sys.exit(code or 0)


def _language(words: list[str]) -> str:
    """Return the language of this run, which help texts and usage errors need before anything is parsed."""
    asked = next((after for word, after in zip(words, words[1:], strict=False) if word == "--lang"), None)
    joined = next((word.removeprefix("--lang=") for word in words if word.startswith("--lang=")), None)
    return choose_language(asked or joined)


class _Grade(click.Group):
    """A group in which the name of an exercise is a command, too."""

    def resolve_command(self, context: click.Context, args: list[str]) -> tuple:
        if args[0] not in self.commands:
            args = ["exercise", *args]
        return super().resolve_command(context, args)


def _commands(language: str) -> click.Group:
    def say(message: str) -> str:
        return both(message)[language]

    group = _Grade(subcommand_metavar="EXERCISE [FILE] | COMMAND", help=say(
        "Grade the exercises of the course: `grade exercise03` grades ./exercise03.py, or the course's own copy."
    ), epilog=say(
        "`grade exercise03 --help` shows its options.\n\nExit status: 0 full marks, 1 not yet, 2 could not grade."
    ), add_help_option=False)  # fmt: skip
    lang = click.option(
        "--lang", type=click.Choice(LANGUAGES), help=say("The language to speak; default: the locale's.")
    )
    show_help = click.help_option(help=say("Show this and leave."))
    show_help(lang(group))

    @group.command(
        "exercise",
        hidden=True,
        add_help_option=False,
        help=say("Grade one FILE (default: ./exerciseNN.py, then the course's copy)."),
    )
    @click.argument("name", metavar="EXERCISE")
    @click.argument("file", required=False, type=click.Path(path_type=Path))
    @click.option("--json", "as_json", is_flag=True, help=say("Print the result as JSON, and nothing else."))
    @click.option(
        "--report", type=click.Path(path_type=Path), help=say("Where the HTML report goes; default: ./exerciseNN.html.")
    )
    @click.option("--seed", type=click.IntRange(0, 2**32 - 1), help=say("Repeat a run's inputs; default: drawn anew."))
    @lang
    @show_help
    def exercise(name: str, file: Path | None, as_json: bool, report: Path | None, seed: int | None, lang: str) -> int:
        return _grade(
            _find(name, [command for command, found in group.commands.items() if not found.hidden]),
            file,
            as_json,
            report,
            seed,
            language,
        )

    @group.command("list", add_help_option=False, help=say("List the exercises of the course."))
    @lang
    @show_help
    def list_(lang: str | None) -> None:
        for name in catalogue.names():
            try:
                item = catalogue.find(name)
                click.echo(f"{item.name}  {item.slug:<24}  {item.title[language]}")
            except BrokenCourse as broken:
                click.echo(f"{name}  {broken.text[language]}", err=True)

    @group.command(
        "doctor", add_help_option=False, help=say("Say what this machine offers: Python, torch, devices, sandbox.")
    )
    @lang
    @show_help
    def doctor(lang: str | None) -> None:
        _doctor(language)

    return group


def _find(name: str, commands: list[str]) -> Exercise:
    try:
        return catalogue.find(name)
    except UnknownExercise as unknown:
        near = difflib.get_close_matches(name, commands, n=1)
        if unknown.near or not near:
            raise
        raise UnknownExercise(name, [f"grade {near[0]}"], []) from None


def _grade(
    exercise: Exercise, file: Path | None, as_json: bool, report: Path | None, seed: int | None, language: str
) -> int:
    local = Path(f"{exercise.name}.py")
    file = file or (local if local.exists() else _from_here(exercise.stub))
    submission = collect.read_submission(file)
    if report is not None and report.exists() and report.samefile(file):
        raise SubmissionError(both("the report would take the place of {file}", file=submission.label))
    if submission.problem is not None and not as_json:
        click.echo(f"grade: {submission.problem[language]}", err=True)
        return 2
    result = _result(exercise, submission, seed)
    if as_json:
        click.echo(json.dumps(result.as_record(), indent=2))
        place = report and _write_report(result, report, language)
    else:
        from grader.transcript import transcript

        place = _write_report(result, report or Path(f"{exercise.name}.html"), language)
        click.echo(transcript(result, place, language))
    if result.status != "graded":
        return 2
    return 0 if result.full_marks else 1


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _result(exercise: Exercise, submission: Submission, seed: int | None) -> Result:
    launcher = launch.start()
    signal.signal(signal.SIGINT, lambda *_: _leave(launcher))
    try:
        from grader.run import grade

        results: list[Result] = []
        grade(exercise, [submission], launcher, results.append, seed)
        return results[0]
    finally:
        launcher.close()


def _leave(launcher: launch.Launcher) -> None:
    """End at once: torch swallows an exception that arrives while it imports numpy, and goes on without."""
    launcher.close()
    os._exit(INTERRUPTED)


def _write_report(result: Result, place: Path, language: str) -> str | None:
    """Write the page; where it cannot be written the mark stands, and a line says why there is no page."""
    from grader.report import html

    try:
        place.write_text(html(result, language), encoding="utf-8")
    except OSError as error:
        words = both("no report: cannot write {file}: {error}", file=inert(str(place)), error=error.strerror)
        click.echo(f"grade: {words[language]}", err=True)
        return None
    return inert(str(place))


def _doctor(language: str) -> None:
    launcher = launch.start()
    try:
        import torch

        from grader.run import devices_of

        lines = [
            both("Python {version}", version=sys.version.split()[0]),
            both("torch {version}", version=torch.__version__),
            both("devices: {devices}", devices=", ".join(devices_of(launcher))),
            both("sandbox level {level}: a plain process with a time limit", level=launcher.level),
            both("fine for practice on your own code; not for grading strangers' code"),
        ]
        for line in lines:
            click.echo(line[language])
    finally:
        launcher.close()
