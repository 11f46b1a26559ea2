"""What autograding costs a submission: by stock nbgrader, and with our grader, by nbgrader and by `grade nbgrader`.

    python -m tests.benchmarks.nbgrader_time [STUDENTS]        default: 8

Each way autogrades a class of 2 and one of STUDENTS. What they differ by is what a submission costs; the rest is start-up.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from tests.benchmarks.nbgrader_courses import hand_in, ours, run, stock
from tests.grader.nbgrader_class import ASSIGNMENT, HONEST

FEW = 2
STUDENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 8
ORDINARY = [one for one in HONEST if one.name in ("right", "half", "sums", "overflow", "forbidden", "helpers")]
WAYS = {
    "stock, nbgrader autograde": ("stock", "nbgrader", "autograde", ASSIGNMENT),
    "ours, nbgrader autograde": ("ours", "nbgrader", "autograde", ASSIGNMENT),
    "ours, grade nbgrader autograde -j 2": ("ours", "grade", "nbgrader", "autograde", ASSIGNMENT, "-j", "2"),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours(Path(folder, "ours"))
        stock(Path(folder, "stock"), Path(folder, "ours"))
        seconds = {(way, count): measured(Path(folder), way, count) for count in (FEW, STUDENTS) for way in WAYS}
    each = {way: (seconds[way, STUDENTS] - seconds[way, FEW]) / (STUDENTS - FEW) for way in WAYS}
    unit = next(iter(each.values()))
    print(f"exercise03, ordinary notebooks        {FEW:4d} students {STUDENTS:4d} students   start-up   a submission   beside stock")
    for way, slope in each.items():
        few, many = seconds[way, FEW], seconds[way, STUDENTS]
        print(f"{way:37} {few:11.1f} s {many:11.1f} s {few - FEW * slope:8.1f} s {slope:12.2f} s {slope / unit:13.2f}")


def measured(folder: Path, way: str, count: int) -> float:
    """Return the seconds that a way takes for a class of so many, in a fresh copy of its course."""
    name, command, *words = WAYS[way]
    course = folder / "measured" / name
    shutil.copytree(folder / name, course)
    hand_in(course, [replace(one, name=f"{one.name}{n}") for n, one in enumerate(islice(cycle(ORDINARY), count))])
    began = time.perf_counter()
    run(command, *words, cwd=course)
    taken = time.perf_counter() - began
    missing = count - len([*course.glob(f"autograded/*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")])
    if missing:
        raise SystemExit(f"{way}: {missing} of {count} were not autograded")
    shutil.rmtree(course)
    return taken


if __name__ == "__main__":
    main()
