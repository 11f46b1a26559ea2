"""A real course on nbgrader, with an exchange, students and a home of its own: nothing lies outside of one folder.

nbgrader takes seconds to import, so that one process does it once: each command is a fork of that, and runs what
`python -m nbgrader` runs.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import AutogradeApp

from grader import chunk, classwork
from grader.nbgrader_bridge import autograde, marker
from grader.sandbox.launch import Launcher

from .here import Here
from .nbgrader_class import ASSIGNMENT, Student
from .terminal import Done, environment, grade_here, until

COURSE = "dl101"
BIN = Path(sys.executable).parent

WARM = """
import json, os, runpy, sys
import nbgrader.apps, nbgrader.apps.nbgraderapp
for line in sys.stdin:
    asked = json.loads(line)
    if (pid := os.fork()) == 0:
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        for number, name in enumerate((os.devnull, asked["said"], asked["said"])):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
        sys.argv = ["nbgrader", *asked["words"]]
        runpy.run_module("nbgrader", run_name="__main__", alter_sys=True)
        sys.exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class World:
    """A folder in which a course, its exchange and its students lie, and nbgrader, warm."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.exchange = folder / "exchange"
        self.exchange.mkdir()
        self.exchange.chmod(0o777)
        settings = folder / "settings"
        settings.mkdir()
        lines = ["c = get_config()", f"c.Exchange.root = {str(self.exchange)!r}", f"c.CourseDirectory.course_id = {COURSE!r}"]
        (settings / "nbgrader_config.py").write_text("\n".join(lines), "utf-8")
        self._warm: subprocess.Popen | None = None

    def environment(self, person: str = "instructor") -> dict[str, str]:
        """Return the variables that keep all of a person's settings, data and caches below this folder."""
        home = self.folder / "homes" / person
        home.mkdir(parents=True, exist_ok=True)
        places = {"HOME": home, "JUPYTER_CONFIG_DIR": self.folder / "settings", "JUPYTER_DATA_DIR": home / "data",
                  "JUPYTER_RUNTIME_DIR": home / "runtime", "IPYTHONDIR": home / "ipython",
                  "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}  # fmt: skip
        return {name: str(place) for name, place in places.items()}

    def nbgrader(self, *words: str, cwd: Path, person: str = "instructor") -> str:
        """Run a command of nbgrader's, and return what it said. It must have succeeded."""
        done = self.try_nbgrader(*words, cwd=cwd, person=person)
        assert done.code == 0, done.out
        return done.out

    def try_nbgrader(self, *words: str, cwd: Path, person: str = "instructor") -> Done:
        if self._warm is None:
            self._warm = subprocess.Popen([sys.executable, "-c", WARM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                          env=environment(**self.environment()))  # fmt: skip
        said = self.folder / "said"
        said.write_text("")
        asked = {"words": words, "cwd": str(cwd), "env": environment(**self.environment(person)), "said": str(said)}
        self._warm.stdin.write(json.dumps(asked) + "\n")
        self._warm.stdin.flush()
        code = int(self._warm.stdout.readline())
        text = said.read_text("utf-8")
        assert "Traceback" not in text, text
        return Done(code, text, "")

    def close(self) -> None:
        if self._warm is not None:
            self._warm.stdin.close()
            self._warm.stdout.close()
            self._warm.wait()

    def desk(self, student: str) -> Path:
        """Return the folder that a student works in."""
        place = self.folder / "desks" / student
        place.mkdir(parents=True, exist_ok=True)
        return place

    def hand_in(self, student: Student) -> None:
        """Answer the assignment, which one of them has fetched for all, and submit it; who is late has a later timestamp."""
        desk, fetched = self.desk(student.name), self.desk("fetched") / ASSIGNMENT
        if not fetched.exists():
            self.nbgrader("fetch_assignment", ASSIGNMENT, cwd=fetched.parent)
        shutil.copytree(fetched, desk / ASSIGNMENT)
        file = desk / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        released = json.loads(next((self.exchange / COURSE / "outbound" / ASSIGNMENT).glob("*.ipynb")).read_bytes())
        file.write_bytes(student.hand_in(released))
        self.nbgrader("submit", ASSIGNMENT, f"--student={student.name}", cwd=desk, person=student.name)
        if student.late_days:
            (inbound,) = (self.exchange / COURSE / "inbound").glob(f"{student.name}+{ASSIGNMENT}+*")
            stamp = inbound / "timestamp.txt"
            stamp.write_text(str(DUE + timedelta(days=student.late_days)) + " UTC")


DUE = datetime.now(UTC).replace(tzinfo=None, microsecond=0) + timedelta(days=1)
"""When the assignment is due: whatever is handed in now is in time."""


@dataclass
class Course:
    """A course's folder."""

    folder: Path
    world: World
    launcher: Launcher

    def copy(self, folder: Path) -> Course:
        """Return the same course elsewhere, where a test may change it."""
        return Course(shutil.copytree(self.folder, folder / COURSE), self.world, self.launcher)

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}", COURSE)

    def nbgrader(self, *words: str) -> str:
        """Run a command of nbgrader's here; `autograde` is for `autograded`."""
        return self.world.nbgrader(*words, cwd=self.folder)

    @contextmanager
    def here(self) -> Iterator[pytest.MonkeyPatch]:
        """While this lasts, what grades does so in this process, with workers that are warm."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.world.environment().items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            for module in (autograde, marker, classwork):
                patch.setattr(module, "Processes", lambda *_: Here())
            patch.setattr(chunk, "_launcher", self.launcher)
            yield patch

    def grade(self, *words: object) -> Done:
        """Run `grade` here."""
        with self.here():
            return grade_here(self.launcher, *words, cwd=self.folder, **self.world.environment())

    def autograde(self, assignment: str = ASSIGNMENT) -> Done:
        """Run `grade nbgrader autograde`."""
        return self.grade("nbgrader", "autograde", assignment, "-j", "1")

    def autograde_by_nbgrader(self, *words: str, patched: bool = False) -> None:
        """Run `nbgrader autograde` in this process; within `here`, where that is `patched` already."""
        with nullcontext() if patched else self.here():
            app = AutogradeApp()
            app.initialize(list(words))
            app.start()

    def submitted(self, student: str) -> Path:
        return self.folder / "submitted" / student / ASSIGNMENT

    def autograded(self, student: str) -> Path:
        return self.folder / "autograded" / student / ASSIGNMENT

    def notebook(self, student: str) -> dict:
        """Return a notebook as an instructor sees it."""
        return json.loads((self.autograded(student) / f"{ASSIGNMENT}.ipynb").read_bytes())

    def resubmit(self, student: str, content: bytes, minutes: int = 1, name: str = f"{ASSIGNMENT}.ipynb") -> None:
        """Hand in once more, so many minutes after the last time."""
        place = self.submitted(student)
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
        stamp = place / "timestamp.txt"
        last = datetime.fromisoformat(stamp.read_text().removesuffix(" UTC")) if stamp.exists() else DUE - timedelta(days=1)
        stamp.write_text(f"{last + timedelta(minutes=minutes)} UTC")


def marks(course: Course, assignment: str = ASSIGNMENT) -> dict[str, dict[str, float | None]]:
    """Return each student's points in each check cell, as the gradebook has them; a cell worth nothing is left out."""
    with course.gradebook() as book:
        return {
            submission.student_id: {
                grade.name.removeprefix("check-"): grade.auto_score
                for notebook in submission.notebooks for grade in notebook.grades if grade.max_score
            }
            for submission in book.assignment_submissions(assignment)
        }  # fmt: skip


class Formgrader:
    """A Jupyter server with nbgrader's pages, on a free port of this machine, for a course's folder."""

    def __init__(self, course: Course):
        self.course, self.token = course, secrets.token_hex(16)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        settings = {"ip": "127.0.0.1", "port": port, "port_retries": 0, "allow_root": True, "root_dir": course.folder,
                    "open_browser": False, "jpserver_extensions": "nbgrader.server_extensions.formgrader=True"}  # fmt: skip
        words = [f"--ServerApp.{name}={value}" for name, value in settings.items()]
        self.log = course.world.folder / "server.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", f"--IdentityProvider.token={self.token}", *words], cwd=course.folder,
                env=environment(**course.world.environment()), stdout=log, stderr=log)  # fmt: skip
        until(self._answers)

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.log.read_text()
        try:
            return bool(self.get("status"))
        except OSError:
            return False

    def get(self, path: str) -> Any:
        return self._ask(path, None)

    def post(self, path: str) -> Any:
        return self._ask(path, b"")

    def _ask(self, path: str, data: bytes | None) -> Any:
        address = f"{self.address}/formgrader/api/{path}"
        request = urllib.request.Request(address, data, {"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=100) as answer:
            return json.load(answer)

    def page_of(self, student: str) -> str:
        """Return the address of the page on which a student's notebook is graded."""
        with self.course.gradebook() as book:
            number = book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student).id
        return f"{self.address}/formgrader/submissions/{number}/"

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
