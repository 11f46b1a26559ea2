"""The nbgrader course of the folder that one is in, as its nbgrader_config.py describes it."""

from __future__ import annotations

import logging
from pathlib import Path

from nbgrader.apps import NbGrader

from grader.errors import MissingFile
from grader.i18n import both
from grader.nbgrader_bridge.course import CONFIG


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
