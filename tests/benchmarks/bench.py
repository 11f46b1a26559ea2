"""What a student waits for, in one run: a grading beside a bare `import torch`, and one call across the line."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from grader import catalogue
from grader.sandbox import launch
from grader.sandbox.broker import Worker

ROUNDS = 5
CALLS = 1000


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bench_grade() -> None:
    """Take turns, so that whatever else the machine does meets both alike."""
    exercise = catalogue.find("exercise03")
    grade = [str(Path(sys.executable).with_name("grade")), exercise.name, str(exercise.solution)]
    imports, grades = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            imports.append(seconds(lambda: subprocess.run([sys.executable, "-c", "import torch"], check=True)))
            grades.append(seconds(lambda: subprocess.run(grade, check=True, cwd=folder, stdout=subprocess.DEVNULL)))
    ratio = statistics.median(grades) / statistics.median(imports)
    print(f"import torch             {statistics.median(imports):7.2f} s   (median of {ROUNDS})")
    print(f"grade exercise03         {statistics.median(grades):7.2f} s")
    print(f"grade / import torch     {ratio:7.2f}     (aim: at most 1.5)")


def bench_call() -> None:
    launcher = launch.start()
    worker = Worker(launcher)
    source = "def identity(x): return x\n"
    worker.ask("load", 10.0, source=source, name="bench", filename="bench.py")
    request = dict(
        target=None, name="identity", args=(torch.randn(4, 5),), kwargs={}, device=None, banned=[], keep=False
    )
    times = [seconds(lambda: worker.ask("call", 10.0, **request)) for _ in range(CALLS)]
    worker.close()
    launcher.close()
    print(f"one small call           {1000 * statistics.median(times):7.2f} ms  (median of {CALLS}; aim: under 1 ms)")


if __name__ == "__main__":
    bench_grade()
    bench_call()
