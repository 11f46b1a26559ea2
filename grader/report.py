"""A result as one self-contained HTML page: no script, no network, and nothing of a student's that is not data."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from grader import paths
from grader.i18n import both
from grader.records import Result, inert
from grader.transcript import notes, outcome_words, points


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.templates()),
        autoescape=True,
        finalize=lambda value: inert(value) if type(value) is str else value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html(result: Result, language: str) -> str:
    """Return the page of one result in one language."""

    def say(message: str, **parts: Any) -> str:
        return both(message, **parts)[language]

    return (
        _environment()
        .get_template("report.html")
        .render(
            result=result,
            language=language,
            say=say,
            words={outcome: text[language] for outcome, text in outcome_words().items()},
            notes=[note[language] for note in notes(result)],
            points=points,
        )
    )
