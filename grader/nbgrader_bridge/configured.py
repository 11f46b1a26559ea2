"""The nbgrader course of the folder that one is in, as its nbgrader_config.py describes it."""

from __future__ import annotations

import logging
from pathlib import Path

from nbgrader.apps import NbGrader

from grader.errors import BrokenCourse, MissingFile
from grader.i18n import both
from grader.nbgrader_bridge.course import CONFIG

GRADES, READS = "grader.nbgrader_bridge.marking.SandboxedGrade", "grader.nbgrader_bridge.submitted.Submitted"
"""What must stand in the settings, in the place of nbgrader's Execute, and of its way to read a notebook."""


def loaded() -> NbGrader:
    """Return nbgrader as it is configured here; `coursedir` says where things lie. MissingFile outside of a course."""
    if not Path(CONFIG).is_file():
        raise MissingFile(both("no {file} here; make a course by `grade nbgrader init COURSE`, and go into it", file=CONFIG))
    app = NbGrader()
    app.log_level = logging.ERROR
    app.initialize([])
    return app


def sources(app: NbGrader) -> Path:
    """Return the folder below which a course's source notebooks lie."""
    return Path(app.coursedir.format_path(app.coursedir.source_directory, ".", "."))


def steps(app: NbGrader) -> list[str]:
    """Return the names of what `nbgrader autograde` does with a notebook, in order."""
    return [_named(step) for step in app.config.Autograde.get("autograde_preprocessors", ())]


def expect_set_up(app: NbGrader) -> None:
    """BrokenCourse where nbgrader would execute a student's notebook, and give full points for cells of ours."""
    reader = _named(app.config.Autograde.get("exporter_class", ""))
    if GRADES not in steps(app) or reader != READS:
        words = both("nbgrader_config.py lacks lines of the grader's; `grade nbgrader init .` prints them")
        raise BrokenCourse(words)


def _named(thing: object) -> str:
    return thing if isinstance(thing, str) else f"{thing.__module__}.{thing.__qualname__}"
