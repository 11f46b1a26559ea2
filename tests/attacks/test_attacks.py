"""Hostile and clumsy submissions, at every level that holds anything: each gets the mark it deserves, and no more."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from grader.sandbox import launch
from grader.sandbox.broker import Worker

from ..living import descendants
from . import clumsy, files, forgery, kernel, processes, python, pytorch, resources
from .arena import Arena, Attack, everything, said

MODULES = (files, processes, kernel, forgery, python, pytorch, resources, clumsy)
ATTACKS: list[Attack] = [attack for module in MODULES for attack in module.ATTACKS]
LEVELS = os.environ.get("ATTACK_LEVELS", "AB")
HARMLESS = Attack("nothing at all", "", tries=False)


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
def test_an_attack_changes_nothing(attack: Attack, at_home: Arena, launcher: launch.Launcher) -> None:
    arena = at_home
    if launcher.level not in attack.levels:
        pytest.skip(f"means something at level {attack.levels} only")
    tree, processes = arena.tree(), arena.settled_processes()
    before, attacked, after = arena.grade(launcher, arena.source(HARMLESS), arena.source(attack), arena.source(HARMLESS))

    assert (attacked.status, attacked.score) == ("graded", attack.score), everything(attacked)
    assert {check.name: check.outcome for check in attacked.checks}.items() >= attack.outcomes.items()
    assert "BROKE" not in said(attacked), said(attacked)
    assert "held" in said(attacked) or not attack.tries, "the attack did not come to its attempts"
    assert arena.token not in everything(attacked)
    assert arena.tree() == tree
    assert arena.visitors() == 0
    assert (before.score, after.score) == (10.0, 10.0)
    assert arena.settled_processes(processes) <= processes, descendants(os.getpid())


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.breaks_c], ids=named)
def test_the_attack_is_a_real_one(attack: Attack, tmp_path, unheld: launch.Launcher, monkeypatch) -> None:
    """Where nothing holds it, something that it tries works."""
    arena = Arena(tmp_path)
    monkeypatch.chdir(tmp_path)
    [result] = arena.grade(unheld, arena.source(attack))
    assert "BROKE" in said(result), said(result)
