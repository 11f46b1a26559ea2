"""What every page is made by: jinja2, which escapes each value and spells out the characters of it that act."""

from __future__ import annotations

from functools import cache

import jinja2

from grader import paths
from grader.i18n import both
from grader.records import inert


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


def render(template: str, language: str, **given: object) -> str:
    """Return the page that a template makes of what it is given; it shows `language` first."""
    return _environment().get_template(template).render(language=language, both=both, **given)
