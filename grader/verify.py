"""The law: every exercise is sound. The stub earns nothing, right answers everything, wrong ones lose what is theirs."""

from __future__ import annotations

import atexit
import doctest
import os
import runpy
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from grader import catalogue, collect
from grader.errors import GraderError
from grader.garbage import settle
from grader.i18n import both
from grader.mistakes import header, samples
from grader.processes import Processes
from grader.records import FULL_SCORE, CheckResult, Exercise, Result, Text
from grader.run import grade
from grader.sandbox import launch
from grader.unchanged import Answers, Key
from grader.verify_files import file_problems, place

T = TypeVar("T")

PUBLIC_POINTS = (3.0, 4.0)

Checks = dict[Path, list[CheckResult]]
"""What an exercise's checks say of each answer."""


def verify(names: list[str]) -> Iterator[tuple[str, Text, list[Text]]]:
    """Yield each exercise's name, a word on it and what is wrong with it, in order."""
    for name, found in zip(names, side_by_side(problems, names), strict=True):
        yield name, both("not sound:") if found else both("sound"), found


def side_by_side(work: Callable[[str, launch.Launcher], T], names: list[str]) -> Iterator[T]:
    """Yield what `work` says of each exercise, in order; every processor has one at a time, and workers for it."""
    with Processes(min(len(names), os.cpu_count() or 1)) as executor:
        yield from executor.map(partial(_alone, work), names)


def _alone(work: Callable[[str, launch.Launcher], T], name: str) -> T:
    return work(name, _launcher())


@cache
def _launcher() -> launch.Launcher:
    """Return what starts workers for every exercise that this process grades."""
    launcher = launch.start()
    launch.leave_when_told(launcher)
    atexit.register(launcher.close)
    settle()
    return launcher


def problems(name: str, launcher: launch.Launcher) -> list[Text]:
    """Return what is wrong with an exercise, a line each. It is graded only when its files are in order."""
    try:
        exercise = catalogue.find(name)
        return list(file_problems(exercise)) or list(_mark_problems(exercise, launcher))
    except GraderError as error:
        return [error.text]


def _mark_problems(exercise: Exercise, launcher: launch.Launcher) -> Iterator[Text]:
    yield from _wrong_examples(exercise)
    of_reference = _against_the_oracle(exercise, launcher)
    yield from _full_marks(exercise.solution, of_reference)
    mistakes, accepted = (samples(exercise, kind) for kind in ("mistakes", "accepted"))
    checks = _graded(exercise, [exercise.stub, *accepted], _looked_at(mistakes, of_reference), launcher)
    yield from _points(checks[exercise.stub])
    yield from _stub(exercise, checks[exercise.stub])
    for path in accepted:
        yield from _full_marks(path, checks[path])
    for path in mistakes:
        yield from _mistake(path, checks[path])
    yield from _checks_never_failed(of_reference, [check for path in mistakes for check in checks[path]])


def _wrong_examples(exercise: Exercise) -> Iterator[Text]:
    """Run the examples of the docstrings on the reference, which has those of the stub."""
    try:
        names = runpy.run_path(str(exercise.solution))
    except Exception as error:
        yield both("{file} does not load: {error}", file=place(exercise.solution), error=f"{type(error).__name__}: {error}")
        return
    runner = doctest.DocTestRunner(verbose=False)
    finder = doctest.DocTestFinder()
    own = {name: value for name, value in names.items() if getattr(value, "__module__", None) == names["__name__"]}
    for test in (test for name, value in own.items() for test in finder.find(value, name, module=False, globs=names)):
        if runner.run(test, out=lambda text: None).failed:
            yield both("{file}: the example of {name} is not right", file=place(exercise.solution), name=test.name)
    if runner.tries == 0:
        yield both("{file}: no docstring holds an example", file=place(exercise.solution))


def _looked_at(mistakes: list[Path], checks: list[CheckResult]) -> dict[Path, set[str]]:
    """Return the names of the checks that the law asks of each mistake.

    They are the one that it names, those of other functions, and those that no mistake names.
    """
    functions = {_function(check): check.functions for check in checks}
    named = {path: header(path).get("fails", "") for path in mistakes}
    unnamed = functions.keys() - set(named.values())
    return {path: {check for check, judged in functions.items() if judged != functions.get(name)} | {name} | unnamed
            for path, name in named.items()}  # fmt: skip


def _graded(
    exercise: Exercise, whole: list[Path], mistakes: dict[Path, set[str]], launcher: launch.Launcher
) -> Checks:
    """Return what checks say of each answer.

    All are run on those that are to be graded as a `whole`; on a mistake these, where they look at something new.
    """
    paths = [*whole, *mistakes]
    answers = Answers(exercise.stub, [exercise.public_checks, exercise.hidden_checks])
    keys = {path: answers.keys(path.read_text(encoding="utf-8")) for path in paths}
    for path, names in mistakes.items():
        keys[path] = {check: key for check, key in keys[path].items() if check in names}
    first: dict[Key, Path] = {}
    for path in paths:
        for key in keys[path].values():
            first.setdefault(key, path)
    wanted = {path: {check for check, key in keys[path].items() if first[key] == path} for path in mistakes}
    wanted |= {path: set(keys[path]) for path in whole}
    new = [path for path in paths if wanted[path]]
    found: list[Result] = []
    submissions = [collect.read_submission(path) for path in new]
    grade(exercise, submissions, launcher, found.append, seed=0, wanted=[wanted[path] for path in new])
    said: dict[Key, list[CheckResult]] = defaultdict(list)
    for path, result in zip(new, found, strict=True):
        for check in result.checks:
            key = keys[path].get(_function(check))
            if key is not None and first[key] == path:
                said[key].append(check)
    checks = {path: [check for key in keys[path].values() for check in said[key]] for path in mistakes}
    return checks | {path: list(result.checks) for path, result in zip(new, found, strict=True) if path in whole}


def _function(check: CheckResult) -> str:
    """Return the name of a check's function, which may be run for several parameters."""
    return check.name.partition("[")[0]


def _against_the_oracle(exercise: Exercise, launcher: launch.Launcher) -> list[CheckResult]:
    """Return what the checks say of the reference where the oracle says what to expect."""
    judged = replace(exercise, solution=exercise.oracle, oracle=None)
    return _graded(judged, [exercise.solution], {}, launcher)[exercise.solution]


def _full_marks(path: Path, checks: list[CheckResult]) -> Iterator[Text]:
    for check in checks:
        if check.outcome != "passed":
            yield both("{file} is right, and {check} says {outcome}: {message}", file=place(path), check=check.name,
                       outcome=check.outcome, message=check.message)  # fmt: skip
        elif check.borderline:
            yield both("{file} is right, and {check} passes it only just: the bound is too tight there",
                       file=place(path), check=check.name)  # fmt: skip


def _stub(exercise: Exercise, checks: list[CheckResult]) -> Iterator[Text]:
    for check in checks:
        if check.outcome not in ("failed", "skipped"):
            yield both("{file} is the stub, and {check} says {outcome}", file=place(exercise.stub), check=check.name,
                       outcome=check.outcome)  # fmt: skip


def _points(checks: list[CheckResult]) -> Iterator[Text]:
    total = round(sum(check.max_score for check in checks), 6)
    public = round(sum(check.max_score for check in checks if check.public), 6)
    least, most = PUBLIC_POINTS
    if total != FULL_SCORE:
        yield both("the points add up to {total:g}, not to {full:g}", total=total, full=FULL_SCORE)
    if not least <= public <= most:
        yield both("{public:g} points are public; from {least:g} to {most:g} are wanted", public=public, least=least,
                   most=most)  # fmt: skip
    for check in checks:
        if not check.functions:
            yield both("{check} calls no function", check=check.name)


def _mistake(path: Path, checks: list[CheckResult]) -> Iterator[Text]:
    """A mistake fails the check that it names, and loses no point of a function that this check does not judge."""
    wanted = header(path).get("fails", "")
    lost = {_function(check): check for check in checks if check.outcome != "passed"}
    check = lost.get(wanted)
    if check is None or check.outcome == "skipped":
        outcome = check.outcome if check else "passed"
        yield both("{file} names '{check}', which says {outcome}", file=place(path), check=wanted, outcome=outcome)
        return
    for other in lost.values():
        if other.functions != check.functions:
            yield both("{file} is about {function}, and loses the points of {check} too", file=place(path),
                       function=", ".join(check.functions), check=other.name)  # fmt: skip


def _checks_never_failed(known: list[CheckResult], of_mistakes: list[CheckResult]) -> Iterator[Text]:
    """A check that no wrong answer has ever failed is not known to be able to."""
    failed = {check.name for check in of_mistakes if check.outcome not in ("passed", "skipped", "broken")}
    for name in sorted({check.name for check in known} - failed):
        yield both("{check} is failed by no mistake", check=name)
