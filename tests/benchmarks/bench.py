"""What a student waits for: a grading beside a bare `import torch`, a save, and one call across the line."""

from __future__ import annotations

import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from grader import catalogue
from grader.records import Exercise
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


def bench_watch() -> None:
    """From a save to the last line of the transcript: of all checks, and of those that a student has."""
    exercise = catalogue.find("exercise03")
    for kind in ("all", "public"):
        with tempfile.TemporaryDirectory() as folder:
            if kind == "public":
                shutil.copytree(exercise.stub.parent, Path(folder, "exercises", exercise.stub.parent.name))
                Path(folder, "pyproject.toml").write_text("[tool.grade]\n")
            waited = statistics.median(waits(exercise, Path(folder)))
        print(f"save to transcript       {waited:7.2f} s   ({kind} checks; aim: under 0.5 s)")


def waits(exercise: Exercise, folder: Path) -> list[float]:
    """Return how long `grade watch` takes to answer each of some saves."""
    file, right = folder / "exercise03.py", exercise.solution.read_text(encoding="utf-8")
    file.write_text(right, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("grade")), "watch", exercise.name, "--lang", "en"]
    watch = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def save(number: int) -> None:
        file.write_text(f"{right}# {number}\n", encoding="utf-8")
        next(line for line in watch.stdout if "report: " in line)

    next(line for line in watch.stdout if "waiting" in line)
    times = []
    for number in range(ROUNDS):
        times.append(seconds(lambda number=number: save(number)))
        next(line for line in watch.stdout if "waiting" in line)
    watch.send_signal(signal.SIGINT)
    watch.wait()
    return times


def bench_call() -> None:
    launcher = launch.start()
    worker = Worker(launcher)
    source = b"def identity(x): return x\n"
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
    bench_watch()
    bench_call()
