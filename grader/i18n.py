"""The grader's own words in English and Korean, by gettext. The English text is the key."""

from __future__ import annotations

import gettext
import locale
import os
import re
from functools import cache

from grader import paths
from grader.records import LANGUAGES, Text

DOMAIN = "grader"


@cache
def _korean() -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, paths.locale(), languages=["ko"], fallback=True)


def both(message: str, /, **parts: object) -> Text:
    """Return `message` in each language, its {parts} filled in; a part that is a Text speaks each language too."""

    def fill(template: str, language: str) -> str:
        spoken = {name: part[language] if isinstance(part, Text) else part for name, part in parts.items()}
        return template.format(**spoken) if spoken else template

    return Text(en=fill(message, "en"), ko=fill(_korean().gettext(message), "ko"))


def choose_language(asked: str | None) -> str:
    """Return "en" or "ko": as asked by --lang, else by [tool.grade] language, else by the locale."""
    wanted = asked or paths.settings().get("language")
    if wanted in LANGUAGES:
        return wanted
    return "ko" if re.match(r"(ko|korean)(?![a-z])", _locale_name().lower()) else "en"


def _locale_name() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable]
    return locale.getlocale()[0] or ""
