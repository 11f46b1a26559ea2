"""Write what students get: stubs, texts and public checks, a wheel that carries no more, and how to install it.

Only files that are named here travel, and what the known mistakes answer to the public checks. What lies beside them, or
leads elsewhere, stays.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import jinja2

from grader import paths, told
from grader.errors import CourseError
from grader.i18n import both
from grader.records import LANGUAGES, Exercise, Text, inert
from grader.verify_files import public_files, public_problems

_IGNORED = ".venv/\n__pycache__/\n.grade/\nexercise[0-9]*.html\n*.before-reset*.py\n"

_ENGINE = ("grader", "templates", "locale")


def release(out: Path, exercises: list[Exercise]) -> list[Text]:
    """Write a release of these exercises, all of it or nothing, and return what to say of it.

    CourseError where `out` is there already, where something public is not fit to be, or where no wheel can be built.
    """
    checkout = paths.engine_checkout()
    if checkout is None:
        raise CourseError(both("a release is made in a checkout of the grader: its wheel is built from there"))
    if not out.absolute().parent.is_dir():
        raise CourseError(both("there is no folder {folder}", folder=inert(str(out.absolute().parent))))
    if os.path.lexists(out) and not _is_empty_folder(out):
        raise CourseError(both("{out} is there already; a release overwrites nothing", out=inert(str(out))))
    exercises = sorted(set(exercises), key=lambda exercise: exercise.number)
    for exercise in exercises:
        for problem in public_problems(exercise):
            raise CourseError(problem)
    try:
        with tempfile.TemporaryDirectory(prefix=".release-", dir=out.absolute().parent) as aside:
            _publish(_written(Path(aside), exercises, checkout), out)
    except OSError as error:
        words = both("cannot write {file}: {error}", file=inert(str(out)), error=error.strerror or error)
        raise CourseError(words) from None
    names = ", ".join(exercise.name for exercise in exercises)
    return [both("{out}: {exercises}, for students", out=inert(str(out)), exercises=names),
            both("its README.md says how to install the wheel beside it")]  # fmt: skip


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _written(aside: Path, exercises: list[Exercise], checkout: Path) -> Path:
    """Write the whole release into a folder of its own, and return it."""
    folder = aside / "release"
    _copy_exercises(exercises, folder / "exercises")
    wheel = _put_wheel(folder, exercises, checkout)
    for name, text in _readmes(wheel, exercises).items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    language = paths.settings().get("language")
    settings = "# This table marks the root of a course.\n[tool.grade]\n"
    if language in LANGUAGES:
        settings += f'language = "{language}"\n'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    return folder


def _copy_exercises(exercises: list[Exercise], place: Path) -> None:
    from grader.telling import tell  # imports torch, for which a refusal need not wait

    for exercise in exercises:
        folder = place / exercise.stub.parent.name
        folder.mkdir(parents=True)
        for file in public_files(exercise):
            shutil.copyfile(file, folder / file.name)
        known = tell(exercise)
        if known:
            (folder / told.place(exercise).name).write_text(told.written(known), encoding="utf-8")


def _readmes(wheel: str, exercises: list[Exercise]) -> dict[str, str]:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.templates() / "release"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return {
        name: environment.get_template(name).render(wheel=wheel, exercises=exercises, first=exercises[0])
        for name in ("README.md", "README.ko.md")
    }


def _put_wheel(folder: Path, exercises: list[Exercise], checkout: Path) -> str:
    """Build the wheel from a copy that holds nothing but the engine and what `folder` has of the exercises.

    Return the wheel's name.
    """
    with tempfile.TemporaryDirectory() as place:
        tree, built = Path(place, "tree"), Path(place, "built")
        tree.mkdir()
        for name in _ENGINE:
            shutil.copytree(checkout / name, tree / name, ignore=_left_out)
        for name in ("pyproject.toml", "hatch_build.py"):
            shutil.copyfile(checkout / name, tree / name)
        shutil.copytree(folder / "exercises", tree / "exercises")
        (tree / "README.md").write_text(_readmes("torchgrade", exercises)["README.md"], encoding="utf-8")
        _build(tree, built)
        (wheel,) = built.glob("*.whl")
        shutil.copyfile(wheel, folder / wheel.name)
        return wheel.name


def _build(tree: Path, built: Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps",
               "--no-build-isolation", "--wheel-dir", str(built), str(tree)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        told = [line for line in lines if re.search(r"Error\b|Unavailable|No module named", line)]
        words = both("the wheel cannot be built: {reason}; `{python} -m pip install hatchling Babel` may help",
                     reason=inert((told or lines or ["-"])[-1]), python=sys.executable)  # fmt: skip
        raise CourseError(words)


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Return what of the engine's folders does not travel: links, caches, another build's data, authors' templates."""
    staying = ("__pycache__", "_data") + (("exercise", "release", "nbgrader") if Path(folder).name == "templates" else ())
    return [name for name in names if name.startswith(".") or name in staying or Path(folder, name).is_symlink()]


def _publish(folder: Path, out: Path) -> None:
    """Let the finished release appear under its name, whole."""
    if out.suffix == ".zip":
        packed = folder.with_suffix(".zip")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder))
        folder = packed
    elif out.is_dir():
        out.rmdir()
    os.rename(folder, out)
