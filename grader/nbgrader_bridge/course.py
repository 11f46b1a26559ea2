"""Lay out the folder of a course on nbgrader, or say what the settings of an existing one lack.

nbgrader itself is not needed for that. An nbgrader_config.py that is there is never written to.
"""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from pathlib import Path

import jinja2

from grader import desk, paths
from grader.errors import CourseError
from grader.i18n import both
from grader.records import Text, inert

CONFIG = "nbgrader_config.py"

_LONGEST_ID = 128
"""Characters that nbgrader's database has for a course's name."""

_UNFIT = re.compile(r"[*?\[%]")
"""nbgrader looks for files by a pattern that begins with the course's folder, and names its database by a URL."""


def lay_out(course: Path, language: str) -> list[Text]:
    """Make the folder with its settings and source/, for reports in this language, and say what to do next.

    CourseError where that cannot be done, or where nbgrader or the hidden checks could not be used from there.
    """
    _refuse(course)
    name = _course_id(course)
    try:
        (course / "source").mkdir(parents=True, exist_ok=True)
        desk.put(course / CONFIG, _settings(name, language).encode())
    except OSError as error:
        raise _unusable(error, course) from None
    label = inert(str(course))
    return [both("{course} is a course for nbgrader, called {name} there; its settings are in {file}",
                 course=label, name=name, file=CONFIG),
            both("next: `cd {course}`, then `grade nbgrader source --all`", course=inert(shlex.quote(str(course))))]  # fmt: skip


def lines_to_add(course: Path, language: str) -> tuple[Text, str] | None:
    """Return a remark and the lines that an existing nbgrader_config.py lacks; None where there is no such file.

    CourseError as for `lay_out`.
    """
    if not os.path.lexists(course / CONFIG):
        return None
    _refuse(course)
    try:
        written = (course / CONFIG).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise _unusable(error, course / CONFIG) from None
    label, wanted = inert(str(course / CONFIG)), _settings(None, language)
    if _said(wanted) <= _said(written):
        return both("{file} has all that is needed already", file=label), ""
    return both("{file} is left as it is; add these lines at its end:", file=label), wanted


def _refuse(course: Path) -> None:
    folder, label = course.resolve(), inert(str(course))
    if os.path.lexists(course) and not course.is_dir():
        raise CourseError(both("{course} is a file; name a folder", course=label))
    if not folder.parent.is_dir():
        raise CourseError(both("there is no folder {folder}", folder=inert(str(folder.parent))))
    if _UNFIT.search(str(folder)):
        words = both("nbgrader cannot work in {folder}: its path has one of * ? [ %", folder=inert(str(folder)))
        raise CourseError(words)
    if not paths.hidden_checks(folder).is_dir():
        raise CourseError(
            both("no hidden checks are found from {course}: make it inside the course's own repository, or install torchgrade "
                 "from there by `pip install -e .`; no wheel carries them", course=label)
        )  # fmt: skip


def _course_id(course: Path) -> str:
    """Return the folder's name with a hyphen for whatever a path of nbgrader's exchange could stumble over."""
    name = unicodedata.normalize("NFC", course.resolve().name)
    safe = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    if not 0 < len(safe) <= _LONGEST_ID:
        raise CourseError(both("'{name}' is no name for a course: use up to {most} letters, digits or hyphens",
                               name=inert(name), most=_LONGEST_ID))  # fmt: skip
    return safe


def _settings(name: str | None, language: str) -> str:
    """Return the settings of the course called so, or (None) the lines that any course needs."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.templates() / "nbgrader"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(CONFIG).render(course_id=name, language=language)


def _said(settings: str) -> set[str]:
    """Return the lines of settings, but for the one in which courses differ."""
    lines = {line.strip() for line in settings.splitlines()} - {""}
    return {line for line in lines if not line.startswith("c.SandboxedGrade.language")}


def _unusable(error: OSError, place: Path) -> CourseError:
    return CourseError(both("cannot use {folder}: {error}", folder=inert(str(place)), error=error.strerror or error))
