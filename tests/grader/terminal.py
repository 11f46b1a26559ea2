"""`grade` as a student meets it: the installed command, run in a folder of the student's own."""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import cli
from grader.sandbox import launch

ROOT = Path(__file__).parents[2]
GRADE = Path(sys.executable).parent / ("grade.exe" if os.name == "nt" else "grade")
NAME = "exercise03_binary_cross_entropy"
STUB = ROOT / "exercises" / NAME / "exercise03.py"
SOLUTION = ROOT / "solutions" / NAME / "exercise03.py"

COMMANDS = ("batch", "diff", "doctor", "hint", "list", "nbgrader", "new", "override", "release", "replay", "report", "reset", "verify", "watch")
OPTIONS = ("--json", "--report", "--seed", "--lang", "--help")

HANGUL = re.compile("[가-힣]")


@dataclass
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a person whose terminal speaks English and UTF-8, but for `more`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    return ours | {"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"} | more


def grade(*words: object, cwd: Path, **more: str) -> Done:
    """Run `grade`; what it prints must be in the encoding that it was told to use."""
    env = environment(**more)
    done = subprocess.run([str(GRADE), *map(str, words)], cwd=cwd, env=env, capture_output=True, timeout=120)
    return _done(done.returncode, done.stdout, done.stderr, env)


def nbgrader(*words: object, cwd: Path) -> Done:
    """Run `nbgrader` in a course's folder; it looks for alembic by name, beside Python."""
    env = environment(PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    command = [sys.executable, "-m", "nbgrader", *map(str, words)]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, timeout=120)
    return _done(done.returncode, done.stdout, done.stderr, env)


def grade_here(launcher: launch.Launcher, *words: object, cwd: Path, **more: str) -> Done:
    """Run `grade` in this process and with warm workers, for tests of what it says: torch is not imported, twice."""
    env = environment(**more)
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=env["PYTHONIOENCODING"]) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - env.keys():
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["grade", *map(str, words)])
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        patch.setattr(launch, "start", lambda *_, **__: launcher)
        patch.setattr(launch, "leave_when_told", lambda _: None)
        patch.setattr(launcher, "close", lambda: None, raising=False)
        with pytest.raises(SystemExit) as end:
            cli.main()
    for stream in streams:
        stream.flush()
    return _done(end.value.code, *(stream.buffer.getvalue() for stream in streams), env)


def _done(code: int, out: bytes, err: bytes, env: dict[str, str]) -> Done:
    said, complained = (stream.decode(env["PYTHONIOENCODING"]).replace("\r\n", "\n") for stream in (out, err))
    assert "Traceback" not in complained and "\x1b" not in said + complained
    return Done(code, said, complained)


def written(*names: str) -> str:
    """Return the stub with these functions filled in, as the reference has them."""
    source, right = STUB.read_text("utf-8"), functions(SOLUTION)
    for name, empty in functions(STUB).items():
        if name in names:
            source = source.replace(empty, right[name])
    return source


def functions(path: Path) -> dict[str, str]:
    """Return the source of each function in a file."""
    source = path.read_text("utf-8")
    nodes = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return {node.name: ast.get_source_segment(source, node) for node in nodes}


def folder(tmp_path_factory: pytest.TempPathFactory, **files: str) -> Path:
    """Return a student's folder that holds NAME.py for each NAME=source."""
    place = tmp_path_factory.mktemp("student")
    for name, source in files.items():
        (place / f"{name}.py").write_text(source, encoding="utf-8")
    return place


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def assert_one_line(done: Done) -> None:
    """Whether `grade` gave up with one line, as for every mistake that a person can mend."""
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("grade: ") and done.err.endswith("\n") and done.err.count("\n") == 1


def small_course(place: Path, settings: str = "") -> Path:
    """Make a course of exercise03 as students have it, without hidden checks, and return its folder."""
    shutil.copytree(STUB.parent, place / "exercises" / NAME, ignore=shutil.ignore_patterns("__pycache__"))
    (place / "pyproject.toml").write_text(f"[tool.grade]\n{settings}", encoding="utf-8")
    return place


def until(happened: Callable[[], object], seconds: float = 60) -> None:
    """Return as soon as something has happened; fail where it does not."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    """Whether there is no such process any more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
