"""What grading a class costs a submission, beside what the same checks cost where nothing is held, and how it grows.

    python tests/benchmarks/classes.py [STUDENTS...]        default: 50 500 5000

The floor: the checks of exercise03 called as plain functions, in a bare fork of a process that has torch, the checks and
the reference in memory. The others: a fresh `python -m pytest` for each submission, and nbgrader where it is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import itertools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from grader import catalogue
from grader.records import Exercise

SIZES = (50, 500, 5000)
FLOOR, PYTEST, NBGRADER = 50, 5, 10
"""How many submissions the floor, plain pytest and nbgrader are measured on."""

NAME = "exercise03"


@dataclass(frozen=True)
class Cost:
    """What a run cost: seconds of processors and of the clock, and bytes of memory at the most."""

    cpu: float
    wall: float
    memory: int = 0


def measured(action: Callable[[], object]) -> Cost:
    """Measure what the processes cost that `action` starts, and all below them."""
    began, over, watch = time.perf_counter(), threading.Event(), Watch()
    looking = threading.Thread(target=watch.look_until, args=(over,))
    looking.start()
    action()
    over.set()
    looking.join()
    return Cost(watch.cpu, time.perf_counter() - began, watch.memory)


class Watch:
    """Looks at all processes below this one, again and again.

    What they used is read from /proc while they run: a bubble's processes end with it, and nobody is told what they
    used then. What is used after the last look, a tenth of a second before the end of each, is missing.
    """

    def __init__(self) -> None:
        self.cpu, self.memory = 0.0, 0
        self._used = 0.0

    def look_until(self, over: threading.Event) -> None:
        for number in itertools.count():
            below = [*_below(os.getpid())]
            used = sum(map(_used, below))
            self.cpu, self._used = self.cpu + max(0.0, used - self._used), used
            if number % 5 == 0:
                self.memory = max(self.memory, sum(map(_memory, below)))
            if over.wait(0.1):
                return


def _used(pid: int) -> float:
    """Seconds that a process used, and those of its children for which it has waited."""
    with suppress(OSError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _below(pid: int) -> Iterator[int]:
    with suppress(OSError, ProcessLookupError):
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                yield int(child)
                yield from _below(int(child))


def _memory(pid: int) -> int:
    """Bytes that a process has to itself, and its share of what it has with others."""
    with suppress(OSError, StopIteration, ProcessLookupError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0


def answers(exercise: Exercise, count: int) -> Iterator[str]:
    """Yield so many different files: right answers and known mistakes, in turn."""
    place = exercise.hidden_checks.parent
    known = [exercise.solution, *sorted(place.glob("accepted/*.py")), *sorted(place.glob("mistakes/*.py"))]
    for number, path in enumerate(islice(cycle(known), count)):
        yield f"# student {number}\n" + path.read_text(encoding="utf-8")


def batch(exercise: Exercise, folder: Path, count: int, processes: int, out: Path) -> Cost:
    if not folder.exists():
        for number, source in enumerate(answers(exercise, count)):
            student = folder / f"student{number:05d}"
            student.mkdir(parents=True)
            (student / f"{NAME}.py").write_text(source, encoding="utf-8")
    grade = Path(sys.executable).with_name("grade")
    command = [grade, "batch", folder, "--out", out, "-j", str(processes), "--seed", "1"]
    return measured(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


class Plain:
    """A function as a check calls it, with nothing between."""

    warnings: tuple = ()

    def __init__(self, function: Callable):
        self._function = function

    def __call__(self, *args: object, **kwargs: object) -> object:
        return self._function(*args, **kwargs)

    in_place = __call__


class Side:
    """A module's functions, without a wire."""

    def __init__(self, names: dict[str, object]):
        self._names = names

    def __getattr__(self, name: str) -> Plain:
        return Plain(self._names[name])


class NoDrawing:
    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def floor(exercise: Exercise) -> Cost:
    """Run the checks in bare forks of this process."""
    import torch

    torch.set_num_threads(1)
    checks = [check for path in _files(exercise) for check in _checks(path)]
    reference = _names(exercise.solution.read_text(encoding="utf-8"))
    sources = list(answers(exercise, FLOOR))
    _run(checks, sources[0], reference)

    def all_of_them() -> None:
        for source in sources:
            pid = os.fork()
            if pid == 0:
                with open(os.devnull, "w") as nowhere:
                    os.dup2(nowhere.fileno(), 2)
                _run(checks, source, reference)
                os._exit(0)
            os.waitpid(pid, 0)

    before, began = _children(), time.perf_counter()
    all_of_them()
    return Cost((_children() - before) / FLOOR, (time.perf_counter() - began) / FLOOR)


def _files(exercise: Exercise) -> tuple[Path, Path]:
    return exercise.public_checks, exercise.hidden_checks


def _checks(path: Path) -> list[Callable]:
    specification = importlib.util.spec_from_file_location(f"checks_{path.parent.parent.name}", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return [value for name, value in vars(module).items() if name.startswith("test_")]


def _names(source: str) -> dict[str, object]:
    module = types.ModuleType("answer")
    exec(compile(source, "answer.py", "exec"), vars(module))
    return vars(module)


def _run(checks: list[Callable], source: str, reference: dict[str, object]) -> None:
    names = _names(source)
    for check in checks:
        with suppress(Exception):
            one(check, names, reference)


def one(check: Callable, names: dict[str, object], reference: dict[str, object]) -> None:
    """Call a check as a plain function."""
    import torch

    seed = int.from_bytes(hashlib.sha256(check.__name__.encode()).digest()[:7], "little")
    ours = {"student": Side(names), "reference": Side(reference), "device": "cpu", "draw": NoDrawing(),
            "rng": torch.Generator().manual_seed(seed)}  # fmt: skip
    wanted = inspect.signature(check).parameters
    check(**{name: ours[name] for name in wanted if name in ours})


def plain_pytest(exercise: Exercise) -> Cost:
    """Run pytest on the hidden checks, a process each time: here on the reference, which is what `pytest` judges."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", exercise.hidden_checks]
    cost = measured(lambda: [subprocess.run(command, check=True, stdout=subprocess.DEVNULL) for _ in range(PYTEST)])
    return Cost(cost.cpu / PYTEST, cost.wall / PYTEST)


def autograde(exercise: Exercise, course: Path) -> Cost:
    """Have nbgrader grade a few, with the same checks in the students' notebooks."""
    import notebook_course

    checks = {path: [check.__name__ for check in _checks(path)] for path in _files(exercise)}
    count = notebook_course.lay_out(course, checks, exercise.solution, answers(exercise, NBGRADER))
    cost = measured(lambda: notebook_course.nbgrader(course, "autograde", notebook_course.ASSIGNMENT))
    return Cost(cost.cpu / count, cost.wall / count)


def show(name: str, cost: Cost, count: int, least: Cost) -> None:
    memory = f"  {cost.memory / 2**20:6.0f} MiB" if cost.memory else ""
    print(f"{name:34} {1000 * cost.cpu / count:8.1f} ms CPU {1000 * cost.wall / count:8.1f} ms wall  "
          f"{cost.cpu / count / least.cpu:6.1f} times the floor{memory}", flush=True)  # fmt: skip


def bench(sizes: tuple[int, ...]) -> None:
    exercise = catalogue.find(NAME)
    least = floor(exercise)
    show("floor: plain functions, bare fork", least, 1, least)
    with tempfile.TemporaryDirectory(prefix="grade-bench-") as place:
        for count in sizes:
            folder = Path(place) / f"class{count}"
            for processes in (1, 2) if count == sizes[min(1, len(sizes) - 1)] else (os.cpu_count() or 1,):
                out = Path(place) / f"marks{count}-{processes}"
                show(f"grade batch, {count} students, -j {processes}", batch(exercise, folder, count, processes, out), count, least)
                last = batch(exercise, folder, count, processes, out)
                print(f"{'':4}again, nothing changed: {last.wall:.1f} s", flush=True)
                shutil.rmtree(out)
        show("python -m pytest, one a submission", plain_pytest(exercise), 1, least)
        show("nbgrader autograde", autograde(exercise, Path(place) / "course"), 1, least)


if __name__ == "__main__":
    bench(tuple(map(int, sys.argv[1:])) or SIZES)
