"""What a class of honest and hostile notebooks gets from stock nbgrader, and from a course with our grader, both ways.

    python -m tests.benchmarks.nbgrader_marks

The stock course has the same cells, with asserts and hidden tests as an instructor writes them. What asserts do not ask
for (torch's own sigmoid is not allowed, say), they cannot see. Marks are before late penalties.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from playwright.sync_api import sync_playwright

from tests.benchmarks.nbgrader_courses import hand_in, ours, run, stock
from tests.grader.looking import ARGUMENTS
from tests.grader.nbgrader_class import ASSIGNMENT, CLASS

WAYS = {"stock": ("nbgrader",), "ours": ("nbgrader",), "batch": ("grade", "nbgrader")}
"""The courses, and the command whose `autograde` grades each."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        courses = {way: Path(folder, way) for way in WAYS}
        ours(courses["ours"])
        ours(courses["batch"])
        stock(courses["stock"], courses["ours"])
        found, alive = {}, {}
        for way, course in courses.items():
            hand_in(course, CLASS)
            stoppers = autograded(course, *WAYS[way])
            found[way] = {name: "the whole run stopped" for name in stoppers} | marks(course)
            run("nbgrader", "generate_feedback", ASSIGNMENT, cwd=course, check=False)
            alive[way] = scripts(course)
        show(found, alive)


def autograded(course: Path, command: str, *words: str) -> list[str]:
    """Autograde the class; return at whose notebooks the run ended. Each is then taken away, and the run begun again."""
    stoppers = []
    while True:
        done = run(command, *words, "autograde", ASSIGNMENT, cwd=course, check=False)
        begun = re.findall(r"Sanitizing \S*/submitted/(\w+)/", done.stdout)
        waiting = {place.name for place in (course / "submitted").iterdir()} - set(begun)
        if not begun or not any(name > begun[-1] for name in waiting):
            return stoppers
        stoppers.append(begun[-1])
        shutil.rmtree(course / "submitted" / begun[-1])


def marks(course: Path) -> dict[str, str]:
    """Return what the gradebook says of each student whose notebook came through."""
    found = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", course.name) as gradebook:
        for place in (course / "submitted").iterdir():
            found[place.name] = "no mark"
            if (course / "autograded" / place.name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").is_file():
                try:
                    submission = gradebook.find_submission(ASSIGNMENT, place.name)
                except MissingEntry:
                    continue
                by_hand = " and a person" if submission.needs_manual_grade else ""
                found[place.name] = f"{submission.score:g}{by_hand}"
    return found


def scripts(course: Path) -> dict[str, list[str]]:
    """Return which scripts of a student's act in a browser that shows the feedback; no page reaches a network."""
    alive = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for page in sorted(course.glob(f"feedback/*/{ASSIGNMENT}/{ASSIGNMENT}.html")):
            tab = browser.new_page()
            tab.route("http*://**", lambda route: route.abort())
            tab.goto(page.as_uri())
            tab.wait_for_timeout(200)
            alive[page.parents[1].name] = sorted(set(tab.evaluate("window.__hit ?? []")))
            tab.close()
        browser.close()
    return alive


def show(found: dict[str, dict[str, str]], alive: dict[str, dict[str, list[str]]]) -> None:
    print(f"{'student':16}{'deserves':>9}  {'stock nbgrader':24}{'ours, by nbgrader':20}{'ours, grade nbgrader':22}what is handed in")
    for student in CLASS:
        deserved = f"{student.mark:g}"
        got = [found[way].get(student.name, "no mark") for way in WAYS]
        stock, one, batch = (mark if mark == deserved else f"{mark} *" for mark in got)
        print(f"{student.name:16}{deserved:>9}  {stock:24}{one:20}{batch:22}{student.about}")
    for way in WAYS:
        wrong = sum(found[way].get(student.name) != f"{student.mark:g}" for student in CLASS)
        acting = "; ".join(f"{name}: {', '.join(places)}" for name, places in alive[way].items() if places)
        print(f"{way}: {wrong} of {len(CLASS)} not as deserved (*); {len(alive[way])} feedback pages; "
              f"scripts of students that acted there: {acting or 'none'}")  # fmt: skip


if __name__ == "__main__":
    main()
