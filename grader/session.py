"""One pytest session over a chunk of submissions: each check is judged once per submission and device.

No student code runs here: a check's `student` calls a worker across the line.
"""

from __future__ import annotations

import hashlib
import inspect
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import replace
from typing import Any

import pytest
import torch

from grader.checks import rules_of
from grader.compare import going_on
from grader.diagnosis import Clues, diagnosis_of, named
from grader.drawing import Drawing
from grader.errors import BrokenCourse
from grader.i18n import both
from grader.plugin import sides_of
from grader.records import FAILED, CheckResult, Exercise, Submission, Text
from grader.sandbox.launch import Launcher
from grader.sandbox.proxy import Answered, Ask, Journal, Student
from grader.sandbox.sides import Local, Seat
from grader.suspicions import Heard
from grader.tolerance import Side, Spread, calibration_of, comparing
from grader.verdict import Verdict, judge

Finished = Callable[[Submission, list[CheckResult], Text | None], None]

Lease = Callable[[str | None], AbstractContextManager[object]]
"""The right to use a device for as long as it is held: from a submission's first check there to its worker's end."""

_GRADING = pytest.StashKey["Grading"]()


class Grading:
    """One pytest session: an exercise's checks on a chunk of submissions, each in its own seat."""

    def __init__(self, exercise: Exercise, submissions: list[Submission], launcher: Launcher, devices: tuple[str, ...],
                 seed: int, finished: Finished, wanted: Sequence[Collection[str]] | None = None,
                 lease: Lease = nullcontext, reveal: bool = False):  # fmt: skip
        self.exercise, self.submissions, self.launcher = exercise, submissions, launcher
        self.devices, self.seed, self.finished, self._wanted, self._lease = devices, seed, finished, wanted, lease
        self._reveal = reveal
        self.problems: list[str] = []
        """What went wrong with the course's own files, or with pytest."""
        self._reference, self._oracle = sides_of(exercise)
        self._diagnosis = diagnosis_of(exercise, seed)
        self._calibration = calibration_of(exercise, seed) if exercise.hidden_checks else None
        self._shares: Counter[tuple[str, str]] = Counter()
        self._banned: set[str] = set()
        self._functions: dict[str, tuple[str, ...]] = {}
        self._given: dict[tuple[str, str], tuple[str, ...]] = {}
        self._seat: Seat | None = None
        self._order: list[tuple[str, str | None]] = []
        """Every check and its device, as a reader would have them."""
        self._results: list[CheckResult] = []
        self._clues: dict[tuple[str, str | None], Clues] = {}
        self._leases = ExitStack()
        self._leased: set[str | None] = set()

    @pytest.hookimpl
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[_GRADING] = self

    @pytest.hookimpl
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run every check for every submission, and on every device if it calls the student."""
        if "device" in metafunc.fixturenames:
            metafunc.parametrize("device", self.devices, indirect=True)
        metafunc.parametrize("submission", range(len(self.submissions)), indirect=True, scope="session")

    @pytest.hookimpl
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Take submission after submission, and of each one device after another; public checks first, in their order.

        The CPU comes first: a GPU is leased from its first check on until the submission's worker, which holds the GPU's
        memory, has ended.
        """
        items.sort(key=lambda item: not self._is_public(item))
        self._order = list(dict.fromkeys((self._name(item), item.callspec.params.get("device")) for item in items))
        devices = {device: place for place, device in enumerate(self.devices)}
        items.sort(key=lambda i: (i.callspec.params["submission"], devices.get(i.callspec.params.get("device"), 0)))
        self._shares = Counter(self._origin(item) for item in items if item.callspec.params["submission"] == 0)
        if self._wanted is not None:
            needs = {item.originalname: {check.__name__ for check in rules_of(item.function).needs} for item in items}
            wanted = [_with_needs(names, needs) for names in self._wanted]
            items[:] = [item for item in items if item.originalname in wanted[item.callspec.params["submission"]]]
        self._banned = {ban for item in items for ban in rules_of(item.function).not_allowed}

    @pytest.fixture(scope="session", autouse=True)
    @staticmethod  # pytest wants no fixture of a session to be a method
    def submission(request: pytest.FixtureRequest) -> Iterator[Submission]:
        """The submission that is being graded."""
        grading = request.config.stash[_GRADING]
        yield from grading._seated(grading.submissions[request.param])

    def _seated(self, submission: Submission) -> Iterator[Submission]:
        """Keep a submission in its seat for as long as its checks run."""
        self._seat = Seat(self.launcher, submission, self.exercise.name, self._banned)
        self._results, self._clues, self._leases, self._leased = [], {}, ExitStack(), set()
        with self._leases:
            yield submission
            self._seat.close()
        for side in (self._reference, self._oracle):
            if side is not None:
                side.forget()
        diagnosed = [replace(check, diagnosis=self._cause(check)) for check in self._results]
        in_order = sorted(diagnosed, key=lambda check: self._order.index((check.name, check.device)))
        self.finished(submission, in_order, self._seat.problem)

    @pytest.fixture
    def device(self, request: pytest.FixtureRequest) -> str:
        """Always parametrised; see pytest_generate_tests."""
        return request.param

    @pytest.fixture
    def student(self, device: str) -> None:
        """Made anew for each run of a check's body, as are `reference`, `rng` and `draw`; see `_run`."""

    @pytest.fixture
    def reference(self) -> None:
        """See `student`."""

    @pytest.fixture
    def rng(self) -> None:
        """See `student`."""

    @pytest.fixture
    def draw(self) -> None:
        """See `student`."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Judge the check here; for pytest it has passed, whatever the verdict."""
        device = pyfuncitem.callspec.params.get("device")
        if device not in self._leased:
            self._leases.enter_context(self._lease(device))
            self._leased.add(device)
        self._results.append(self._result(pyfuncitem))
        return True

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(_reason(report.longreprtext))

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:  # then the check was not judged: a fixture of its own failed, or it is marked to be skipped
            self.problems.append(f"{report.nodeid}: {_reason(report.longreprtext)}")

    @pytest.hookimpl
    def pytest_internalerror(self, excrepr: Any) -> None:
        self.problems.append(_reason(str(excrepr)))

    def _result(self, item: pytest.Function) -> CheckResult:
        rules, began = rules_of(item.function), time.monotonic()
        journal = Journal(banned=rules.not_allowed)
        verdict = self._skipped(item) or judge(
            lambda ask, noted: self._judged(item, ask, noted),
            (lambda: self._on_reference(item, Journal())) if self._reference else None,
            self._seat, rules, journal, again=self._wanted is None,
        )  # fmt: skip
        if verdict.heard is not None:
            self._look_for_cause(item, verdict.heard)
        public = self._is_public(item)
        told = public or self._reveal
        worth = rules.points / self._shares[self._origin(item)]
        scores = {"passed": worth, "broken": None}
        return CheckResult(
            name=self._name(item),
            title=_title(item.function),
            functions=self._functions_of(item, journal),
            device=item.callspec.params.get("device"),
            outcome=verdict.outcome,
            score=scores.get(verdict.outcome, 0.0),
            max_score=worth,
            message=verdict.message if told else verdict.safe,
            hint=next(iter(rules.hints), None) if verdict.outcome in FAILED else None,
            diagnosis=None,
            details=verdict.details if told else None,
            public=public,
            seconds=round(time.monotonic() - began, 3),
            borderline=journal.close_call == verdict.outcome,
        )

    def _run(
        self, item: pytest.Function, ask: Ask, journal: Journal, reference: Local | None, device: str | None
    ) -> None:
        """Run the check's body, with `ask` behind its `student`."""
        given = {name: item.funcargs[name] for name in self._parameters(item) if name not in _OURS}
        if "device" in given:
            given["device"] = device
        ours = {
            "student": lambda: Student(ask, device, journal),
            "reference": lambda: Student(_present(reference).ask, expects=True),
            "rng": lambda: torch.Generator().manual_seed(_seed(self.seed, self._name(item))),
            "draw": lambda: Drawing(journal),
        }
        try:
            item.obj(**given, **{name: make() for name, make in ours.items() if name in item.fixturenames})
        finally:
            journal.put_back()

    def _judged(self, item: pytest.Function, ask: Ask, journal: Journal) -> None:
        """Run the check's body on a submission; what right answers differ by is measured where it matters."""

        def spreads() -> Sequence[Spread]:
            return self._calibration.spreads(self._name(item), lambda side: self._heard(item, side))

        with comparing(journal, None if self._is_public(item) or self._calibration is None else spreads):
            self._run(item, ask, journal, self._reference, item.callspec.params.get("device"))

    def _parameters(self, item: pytest.Function) -> tuple[str, ...]:
        if self._origin(item) not in self._given:
            self._given[self._origin(item)] = tuple(inspect.signature(item.obj).parameters)
        return self._given[self._origin(item)]

    def _on_reference(self, item: pytest.Function, journal: Journal) -> None:
        self._run(item, self._reference.ask, journal, self._oracle, "cpu")  # CUDA is never opened in this process

    def _look_for_cause(self, item: pytest.Function, heard: Heard) -> None:
        """Keep what fits a failed check. Where that fails, nothing is said of the cause, and the mark stands."""
        with suppress(Exception):
            clues = self._diagnosis.clues(self._name(item), heard, lambda side: self._heard(item, side))
            self._clues[self._name(item), item.callspec.params.get("device")] = clues

    def _cause(self, check: CheckResult) -> Text | None:
        """Return what is said of the one mistake that fits all failed checks of a check's function."""
        if (check.name, check.device) not in self._clues:
            return None
        alike = [self._clues.get((one.name, one.device)) for one in self._results if one.functions == check.functions]
        return named([clues for clues in alike if clues is not None])

    def _heard(self, item: pytest.Function, side: Side) -> list[Answered]:
        """Return what a check hears of a known answer, as far as it gets with it."""
        journal = Journal()
        with suppress(Exception, pytest.fail.Exception), going_on():
            self._run(item, side.ask, journal, self._reference, "cpu")
        return journal.answers

    def _skipped(self, item: pytest.Function) -> Verdict | None:
        """Return a verdict where something that the check needs did not pass."""
        device = item.callspec.params.get("device")
        for needed in rules_of(item.function).needs:
            results = [r for r in self._results if r.name.partition("[")[0] == needed.__name__]
            if any(r.outcome != "passed" for r in results if device is None or r.device in (None, device)):
                text = both("needs: {title}", title=_title(needed))
                return Verdict("skipped", text, text)
        return None

    def _functions_of(self, item: pytest.Function, journal: Journal) -> tuple[str, ...]:
        """Return the function that the check judges: the first that it calls."""
        name = self._name(item)
        if name not in self._functions:
            if not journal.calls and self._reference is not None:
                # what the reference makes of the check is for its own tests to say; here its first call is all
                with suppress(Exception):
                    self._on_reference(item, journal)
            needed = {needed.__name__ for needed in rules_of(item.function).needs}
            inherited = [f for r in self._results if r.name in needed for f in r.functions]
            self._functions[name] = tuple(journal.calls[:1] or inherited[:1])
        return self._functions[name]

    def _is_public(self, item: pytest.Item) -> bool:
        return item.path == self.exercise.public_checks

    @staticmethod
    def _origin(item: pytest.Function) -> tuple[str, str]:
        return str(item.path), item.originalname

    @staticmethod
    def _name(item: pytest.Function) -> str:
        own = [str(value) for key, value in item.callspec.params.items() if key not in ("submission", "device")]
        return f"{item.originalname}[{'-'.join(own)}]" if own else item.originalname


_OURS = ("student", "reference", "rng", "draw")


def _present(reference: Local | None) -> Local:
    if reference is None:
        raise BrokenCourse(both("a public check may not use the reference; students do not have it"))
    return reference


def _with_needs(names: Collection[str], needs: dict[str, set[str]]) -> set[str]:
    """Return these checks, and those that any of them needs."""
    found, waiting = set(names), [*names]
    while waiting:
        more = needs.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found


def _seed(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:7], "little")


def _title(check: Callable) -> Text:
    """Return a check's docstring, in English and, after "ko:", in Korean."""
    english, _, korean = inspect.cleandoc(check.__doc__ or check.__name__).partition("\n\nko:")
    return Text(en=" ".join(english.split()), ko=" ".join((korean or english).split()))


def _reason(report: str) -> str:
    """Return the line of a pytest report that says what went wrong."""
    lines = [line.strip() for line in report.splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    return (errors or lines or ["?"])[-1]
