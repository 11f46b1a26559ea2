"""Hostile and clumsy submissions, at every level that holds anything: each gets the mark it deserves, and no more."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from grader.records import Result
from grader.sandbox import launch, sides
from grader.sandbox.broker import Worker
from grader.verdict import MAX_OUTPUT_SHOWN

from ..living import descendants
from . import clumsy, files, forgery, kernel, notebooks, processes, python, pytorch, resources
from .arena import HURRY, Arena, Attack, said, shown

MODULES = (files, processes, kernel, forgery, python, pytorch, resources, clumsy, notebooks)
ATTACKS: list[Attack] = [attack for module in MODULES for attack in module.ATTACKS]
LEVELS = os.environ.get("ATTACK_LEVELS", "AB")
HARMLESS = Attack("nothing at all", tries=False)
TOGETHER = 8
"""How many attack in one session."""


# Control characters that a terminal obeys, and those that turn text around.
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def named(attack: Attack) -> str:
    return attack.name.replace(" ", "-")


@pytest.fixture(scope="session")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    arena = Arena(tmp_path_factory.mktemp("arena"))
    os.environ["GRADER_SECRET"] = arena.token
    yield arena
    del os.environ["GRADER_SECRET"]


@pytest.fixture
def at_home(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> Arena:
    monkeypatch.chdir(arena.folder)
    monkeypatch.setenv("HOME", str(arena.folder / "home"))
    return arena


@pytest.fixture(scope="session", params=[*LEVELS])
def launcher(request: pytest.FixtureRequest, arena: Arena) -> Iterator[launch.Launcher]:
    yield from warm(request.param)


def warm(level: str) -> Iterator[launch.Launcher]:
    """A launcher whose zygote and spare worker are there already, so that processes can be counted."""
    launcher = launch.start((level,), ahead=True)
    Worker(launcher).close()
    assert launcher.level == level
    yield launcher
    launcher.close()


@pytest.fixture(scope="session")
def unheld(arena: Arena) -> Iterator[launch.Launcher]:
    yield from warm("C")


@dataclass(frozen=True)
class Round:
    """What came of some attackers, and of somebody honest after them, in one session."""

    attacked: dict[str, Result]
    after: Result
    changed: set[str]
    visitors: int
    more: int
    """How many processes there were more than before."""


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> list[list[Attack]]:
    """The attacks that are to be run, some at a time: a session for each, and somebody honest after each, is slow."""
    items = [item for item in request.session.items if item.originalname == test_an_attack_changes_nothing.__name__]
    run = {item.callspec.params["attack"].name for item in items}
    chosen = [attack for attack in ATTACKS if attack.name in run]
    alike = ([attack for attack in chosen if attack.hurried is hurried] for hurried in (False, True))
    return [some[first : first + TOGETHER] for some in alike for first in range(0, len(some), TOGETHER)]


@pytest.fixture(scope="session")
def known() -> dict[tuple[str, str], Round]:
    """The rounds that have been run, by level and attack."""
    return {}


@pytest.fixture
def its_round(attack: Attack, at_home: Arena, launcher: launch.Launcher, rounds, known, monkeypatch) -> Round:
    """The round of an attack, which is run for the first of its attackers."""
    if launcher.level not in attack.levels:
        pytest.skip(f"means something at level {attack.levels} only")
    if (launcher.level, attack.name) not in known:
        [attackers] = ([one for one in some if launcher.level in one.levels] for some in rounds if attack in some)
        if attack.hurried:  # nothing is left of what it has in all, and the least that each check gets is this
            monkeypatch.setattr(sides, "SUBMISSION_SECONDS", 0.0)
            monkeypatch.setattr(sides, "LAST_SECONDS", HURRY)
        done = run(at_home, launcher, attackers)
        known.update({(launcher.level, one.name): done for one in attackers})
    return known[launcher.level, attack.name]


def run(arena: Arena, launcher: launch.Launcher, attackers: list[Attack]) -> Round:
    tree, processes = arena.tree(), arena.settled_processes()
    *attacked, after = arena.grade(launcher, *attackers, HARMLESS)
    changed = {name for name, _ in tree.items() ^ arena.tree().items()}
    more = arena.settled_processes(processes) - processes
    return Round({one.name: result for one, result in zip(attackers, attacked, strict=True)}, after, changed, arena.visitors(), more)


@pytest.mark.parametrize("attack", ATTACKS, ids=named)
def test_an_attack_changes_nothing(attack: Attack, arena: Arena, its_round: Round) -> None:
    attacked = its_round.attacked[attack.name]
    assert (attacked.status, attacked.score) == ("graded", attack.score), [(c.name, c.outcome, c.message) for c in attacked.checks]
    assert {check.name: check.outcome for check in attacked.checks}.items() >= attack.outcomes.items()
    assert "BROKE" not in said(attacked), said(attacked)
    assert "held" in said(attacked) or not attack.tries, "the attack did not come to its attempts"
    assert len(said(attacked)) < MAX_OUTPUT_SHOWN or not attack.tries, "a later attempt may have been cut off"
    record, page, *transcripts = shown(attacked)
    assert arena.token not in "".join((record, page, *transcripts)), "a hidden byte came out"
    assert "<script>alert" not in page
    assert not any(map(ACTING.search, (page, *transcripts)))
    together = f"one of these did it; run each alone with -k: {', '.join(its_round.attacked)}"
    assert (its_round.changed, its_round.visitors, its_round.after.score) == (set(), 0, 10.0), together
    assert its_round.more <= 0, f"{descendants(os.getpid())}: {together}"


if "C" in LEVELS:  # in `make soak`

    @pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.breaks_c], ids=named)
    def test_the_attack_is_a_real_one(attack: Attack, tmp_path, unheld: launch.Launcher, monkeypatch) -> None:
        """Where nothing holds it, something that it tries works."""
        arena = Arena(tmp_path)
        monkeypatch.chdir(tmp_path)
        [result] = arena.grade(unheld, attack)
        assert "BROKE" in said(result), said(result)
