"""Ask the known mistakes what the public checks ask, for a release to tell of it where the mistakes themselves are not."""

from __future__ import annotations

import pytest

from grader.bodies import name_of
from grader.checks import rules_of
from grader.records import Exercise, Submission
from grader.run import run_session
from grader.session import Grading
from grader.told import Known

SEED = 0


def tell(exercise: Exercise) -> dict[str, list[Known]]:
    """Return what the known mistakes answer to each public check whose questions are the same in every run.

    A check that draws its numbers asks other things at a student's home, and one of what is not allowed says itself what
    is wrong: nothing is told of them. BrokenCourse where the checks do not run.
    """
    telling = _Telling(exercise)
    run_session(telling, [exercise.public_checks])
    return telling.told


class _Telling(Grading):
    """A session in which the known mistakes are asked, and nobody is graded."""

    def __init__(self, exercise: Exercise):
        nobody = Submission(label="", student="", source="")
        super().__init__(exercise, [nobody], None, ("cpu",), SEED, lambda *result: None)
        self.told: dict[str, list[Known]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        if "rng" not in pyfuncitem.fixturenames and not rules_of(pyfuncitem.function).not_allowed:
            name = name_of(pyfuncitem)
            known = self._diagnosis.known(name, lambda side: self._bodies.heard(pyfuncitem, side))
            if known:
                self.told[name] = known
        return True
