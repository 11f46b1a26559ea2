"""A result, or one function's part of it, as a piece of HTML for a notebook's cell: in one language, with its own style.

It knows nothing of notebooks, and runs no script; its style reaches nothing outside of it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from grader.page.template import render
from grader.records import LANGUAGES, Result
from grader.report import entry_of, parted
from grader.transcript import notes_in_a_cell, outcome_words, points

PIXELS = 16
"""Of a rem, in a page that leaves that as it is."""


def of_function(result: Result, function: str | None) -> Result:
    """Return a result of the checks of one function alone; of all of them, where there is none."""
    if function is None:
        return result
    checks = tuple(check for check in result.checks if function in check.functions[:1])
    scores = [check.score for check in checks]
    return replace(
        result,
        checks=checks,
        score=None if None in scores else round(sum(scores), 6),
        max_score=round(sum(check.max_score for check in checks), 6),
        status="broken" if None in scores else "graded" if result.status == "broken" else result.status,
    )


def fragment(result: Result, function: str | None, language: str) -> str:
    """Return a result of `of_function` as HTML that stands by itself in any page."""
    checks = () if result.useless else result.checks
    message, quoted = parted(result.message)
    page = render(
        "cell.html",
        language,
        result=result,
        function=function,
        entries=[entry_of(check, f"{result.exercise}-{function or 'all'}-{n}") for n, check in enumerate(checks, 1)],
        passed=sum(check.outcome == "passed" for check in checks),
        message=message,
        quoted=quoted,
        words=outcome_words(),
        notes=notes_in_a_cell(result, function),
        points=points,
    )
    style, end, body = page.partition("</style>")
    return _in_pixels(style) + end + _in_one_language(body, language)


def _in_pixels(style: str) -> str:
    """Return a style whose lengths are the same in every page: in nbgrader's a rem is 10 pixels."""
    return re.sub(r"(\d*\.?\d+)rem\b", lambda length: f"{float(length[1]) * PIXELS:g}px", style)


def _in_one_language(page: str, language: str) -> str:
    """Drop what the templates and pictures say in the other language; no stranger's text has a tag."""
    (other,) = (known for known in LANGUAGES if known != language)
    page = re.sub(rf'<(span|text)( [^<>]*)? lang="{other}"[^<>]*>[^<]*</\1>', "", page)
    return re.sub(rf'<span lang="{language}">([^<]*)</span>', r"\1", page)
