"""One pytest session over a chunk of submissions: each check is judged once per submission and device.

No student code runs here: a check's `student` calls a worker across the line.
"""

from __future__ import annotations

import inspect
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import replace
from typing import Any

import pytest

from grader.bodies import Bodies, name_of, origin_of
from grader.checks import rules_of
from grader.diagnosis import Clues, diagnosis_of, named
from grader.errors import own_fault
from grader.i18n import both
from grader.records import FAILED, CheckResult, Exercise, Submission, Text
from grader.rules.pairs import Heard
from grader.sandbox.launch import Launcher
from grader.sandbox.proxy import Journal
from grader.sandbox.sides import Seat
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
        self._bodies = Bodies(exercise, seed)
        self._diagnosis = diagnosis_of(exercise, seed)
        self._shares: Counter[tuple[str, str]] = Counter()
        self._banned: set[str] = set()
        self._functions: dict[str, tuple[str, ...]] = {}
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
        self._order = list(dict.fromkeys((name_of(item), item.callspec.params.get("device")) for item in items))
        devices = {device: place for place, device in enumerate(self.devices)}
        items.sort(key=lambda i: (i.callspec.params["submission"], devices.get(i.callspec.params.get("device"), 0)))
        self._shares = Counter(origin_of(item) for item in items if item.callspec.params["submission"] == 0)
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
        self._bodies.forget()
        diagnosed = [replace(check, diagnosis=self._cause(check)) for check in self._results]
        in_order = sorted(diagnosed, key=lambda check: self._order.index((check.name, check.device)))
        self.finished(submission, in_order, self._seat.problem)

    @pytest.fixture
    def device(self, request: pytest.FixtureRequest) -> str:
        """Always parametrised; see pytest_generate_tests."""
        return request.param

    @pytest.fixture
    def student(self, device: str) -> None:
        """Made anew for each run of a check's body, as are `reference`, `rng` and `draw`; see `bodies`."""

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
        verdict = self._skipped(item) or self._verdict(item, journal)
        if verdict.heard is not None:
            self._look_for_cause(item, verdict.heard)
        public = self._is_public(item)
        told = public or self._reveal
        worth = rules.points / self._shares[origin_of(item)]
        scores = {"passed": worth, "broken": None}
        return CheckResult(
            name=name_of(item),
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

    def _verdict(self, item: pytest.Function, journal: Journal) -> Verdict:
        """Judge a check. What the grader itself stumbles over is of this submission only: others keep their marks."""
        try:
            return judge(
                lambda ask, noted: self._bodies.judged(item, ask, noted),
                (lambda: self._bodies.on_reference(item, Journal())) if self._bodies.reference else None,
                self._seat, rules_of(item.function), journal, again=self._wanted is None,
            )  # fmt: skip
        except Exception as error:
            safe = both("the grader itself failed: {error}", error=type(error).__name__)
            return Verdict("broken", own_fault(error).text, safe)

    def _look_for_cause(self, item: pytest.Function, heard: Heard) -> None:
        """Keep what fits a failed check. Where that fails, nothing is said of the cause, and the mark stands."""
        with suppress(Exception):
            clues = self._diagnosis.clues(name_of(item), heard, lambda side: self._bodies.heard(item, side))
            self._clues[name_of(item), item.callspec.params.get("device")] = clues

    def _cause(self, check: CheckResult) -> Text | None:
        """Return what is said of the one mistake that fits all failed checks of a check's function."""
        if (check.name, check.device) not in self._clues:
            return None
        alike = [self._clues.get((one.name, one.device)) for one in self._results if one.functions == check.functions]
        return named([clues for clues in alike if clues is not None])

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
        name = name_of(item)
        if name not in self._functions:
            if not journal.calls and self._bodies.reference is not None:
                # what the reference makes of the check is for its own tests to say; here its first call is all
                with suppress(Exception):
                    self._bodies.on_reference(item, journal)
            needed = {needed.__name__ for needed in rules_of(item.function).needs}
            inherited = [f for r in self._results if r.name in needed for f in r.functions]
            self._functions[name] = tuple(journal.calls[:1] or inherited[:1])
        return self._functions[name]

    def _is_public(self, item: pytest.Item) -> bool:
        return item.path == self.exercise.public_checks


def _with_needs(names: Collection[str], needs: dict[str, set[str]]) -> set[str]:
    """Return these checks, and those that any of them needs."""
    found, waiting = set(names), [*names]
    while waiting:
        more = needs.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found


def _title(check: Callable) -> Text:
    """Return a check's docstring, in English and, after "ko:", in Korean."""
    english, _, korean = inspect.cleandoc(check.__doc__ or check.__name__).partition("\n\nko:")
    return Text(en=" ".join(english.split()), ko=" ".join((korean or english).split()))


def _reason(report: str) -> str:
    """Return the line of a pytest report that says what went wrong."""
    lines = [line.strip() for line in report.splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    return (errors or lines or ["?"])[-1]
