"""Where things are: a course's checkout, else the data inside the installed package. Nobody else knows."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent
_PACKAGED = PACKAGE / "_data"


def _settings(pyproject: Path) -> dict[str, Any] | None:
    """Return the file's [tool.grade] table, or None where it has none (or is no TOML)."""
    try:
        return tomllib.loads(pyproject.read_text(encoding="utf-8")).get("tool", {}).get("grade")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None


def root(start: Path | None = None) -> Path:
    """Return the course's root: above `start` (default: here), else the package's checkout, else its data."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents, PACKAGE.parent):
        if (folder / "exercises").is_dir() and _settings(folder / "pyproject.toml") is not None:
            return folder
    return _PACKAGED


def settings() -> dict[str, Any]:
    """Return the course's [tool.grade] table; empty outside a checkout."""
    return _settings(root() / "pyproject.toml") or {}


def exercises() -> Path:
    """The folder that students may see."""
    return root() / "exercises"


def packaged_exercises() -> Path:
    """The exercises inside the installed package, as they were handed out; absent in a checkout."""
    return _PACKAGED / "exercises"


def kept() -> Path:
    """What a student's runs leave for the next: in the course, or here where the course is the package's data."""
    return (Path.cwd() if root() == _PACKAGED else root()) / ".grade"


def engine_checkout() -> Path | None:
    """The checkout that the engine runs from, which a wheel can be made of; None where it is installed."""
    return PACKAGE.parent if (PACKAGE.parent / "hatch_build.py").is_file() else None


def solutions() -> Path:
    """The references; absent where students work."""
    return root() / "solutions"


def hidden_checks(start: Path | None = None) -> Path:
    """The hidden checks, oracles and known mistakes of the course at `start`; absent where students work."""
    return root(start) / "tests" / "checks"


def _engine_data(name: str) -> Path:
    packaged = _PACKAGED / name
    return packaged if packaged.is_dir() else PACKAGE.parent / name


def templates() -> Path:
    """The jinja2 templates, which go with the engine, not with the course."""
    return _engine_data("templates")


def locale() -> Path:
    """The compiled gettext catalogues, which go with the engine too."""
    return _engine_data("locale")
