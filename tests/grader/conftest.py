"""What the tests of the grader share: a warm launcher of workers, and a small course to grade with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from grader import catalogue
from grader.records import Result, Submission
from grader.run import grade
from grader.sandbox import launch
from grader.sandbox.sides import Seat

from .looking import ARGUMENTS


@pytest.fixture(scope="session")
def launcher() -> Iterator[launch.Launcher]:
    """Workers as `grade exercise03` gets them; one launcher for the whole run."""
    launcher = launch.start()
    yield launcher
    launcher.close()


@pytest.fixture(scope="session")
def unheld_launcher() -> Iterator[launch.Launcher]:
    """Workers at level C, where student code can do what it likes."""
    launcher = launch.start("C")
    yield launcher
    launcher.close()


@pytest.fixture
def seat(launcher: launch.Launcher) -> Iterator[Callable[[str], Seat]]:
    """Give a student's source a seat in the sandbox."""
    seats = []

    def take(source: str) -> Seat:
        seats.append(Seat(launcher, submission(source), "exercise01"))
        return seats[-1]

    yield take
    for seat in seats:
        seat.close()


def submission(source: str | None) -> Submission:
    return Submission(label="exercise01.py", student="", source=None if source is None else dedent(source))


class Course:
    """A course of one exercise, made of these files, and its grader."""

    def __init__(self, folder: Path, launcher: launch.Launcher):
        self.folder, self.launcher = folder, launcher
        self.write("pyproject.toml", "[tool.grade]\n")
        for name, title in (("README.md", "Tiny"), ("README.ko.md", "작은 과제")):
            self.write(f"exercises/exercise01_tiny/{name}", f"# {title}\n")
        self.write("exercises/exercise01_tiny/exercise01.py", "def double(x):\n    raise NotImplementedError\n")

    def write(self, path: str, text: str) -> Path:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text), encoding="utf-8")
        return place

    def public(self, checks: str) -> Course:
        self.write("exercises/exercise01_tiny/test_exercise01.py", checks)
        return self

    def hidden(self, checks: str, reference: str, oracle: str | None = None) -> Course:
        self.write("solutions/exercise01_tiny/exercise01.py", reference)
        self.write("tests/checks/exercise01_tiny/oracle.py", oracle or reference)
        self.write("tests/checks/exercise01_tiny/test_exercise01.py", checks)
        return self

    def grade(self, *sources: str | None, seed: int | None = 1) -> list[Result]:
        results: list[Result] = []
        students = [submission(source) for source in sources]
        grade(catalogue.find("1"), students, self.launcher, results.append, seed)
        return results


@pytest.fixture
def course(tmp_path: Path, launcher: launch.Launcher, monkeypatch: pytest.MonkeyPatch) -> Course:
    monkeypatch.chdir(tmp_path)
    return Course(tmp_path, launcher)


@pytest.fixture
def unheld_course(course: Course, unheld_launcher: launch.Launcher) -> Course:
    """A course whose workers are at level C."""
    course.launcher = unheld_launcher
    return course


def outcomes(result: Result) -> dict[str, str]:
    """Return each check's outcome by its name."""
    return {check.name: check.outcome for check in result.checks}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser to look at pages with. Without one a test is skipped on a person's machine, and fails in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up("there is no Chromium here: `make setup` installs it, or says how")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright comes with pip install -e '.[test]'")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tab(browser):
    tab = browser.new_page()
    tab.set_default_timeout(10_000)
    return tab
