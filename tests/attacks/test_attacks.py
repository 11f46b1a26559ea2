"""Hostile and clumsy submissions, at every level that holds anything: each gets the mark it deserves, and no more."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

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


@pytest.mark.parametrize("attack", ATTACKS, ids=named)
def test_an_attack_changes_nothing(attack: Attack, at_home: Arena, launcher: launch.Launcher, monkeypatch) -> None:
    arena = at_home
    if attack.hurried:  # nothing is left of what it has in all, and the least that each check gets is this
        monkeypatch.setattr(sides, "SUBMISSION_SECONDS", 0.0)
        monkeypatch.setattr(sides, "LAST_SECONDS", HURRY)
    if launcher.level not in attack.levels:
        pytest.skip(f"means something at level {attack.levels} only")
    tree, processes = arena.tree(), arena.settled_processes()
    attacked, after = arena.grade(launcher, attack, HARMLESS)

    assert (attacked.status, attacked.score) == ("graded", attack.score), [(c.name, c.outcome, c.message) for c in attacked.checks]
    assert {check.name: check.outcome for check in attacked.checks}.items() >= attack.outcomes.items()
    assert "BROKE" not in said(attacked), said(attacked)
    assert "held" in said(attacked) or not attack.tries, "the attack did not come to its attempts"
    assert len(said(attacked)) < MAX_OUTPUT_SHOWN or not attack.tries, "a later attempt may have been cut off"
    record, page, *transcripts = shown(attacked)
    assert arena.token not in "".join((record, page, *transcripts)), "a hidden byte came out"
    assert "<script>alert" not in page
    assert not any(map(ACTING.search, (page, *transcripts)))
    assert arena.tree() == tree
    assert arena.visitors() == 0
    assert after.score == 10.0
    assert arena.settled_processes(processes) <= processes, descendants(os.getpid())


if "C" in LEVELS:  # in `make soak`

    @pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.breaks_c], ids=named)
    def test_the_attack_is_a_real_one(attack: Attack, tmp_path, unheld: launch.Launcher, monkeypatch) -> None:
        """Where nothing holds it, something that it tries works."""
        arena = Arena(tmp_path)
        monkeypatch.chdir(tmp_path)
        [result] = arena.grade(unheld, attack)
        assert "BROKE" in said(result), said(result)
