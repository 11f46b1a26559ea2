"""How much of their bounds right answers use: those that are known, each left out in turn, and unusual ones.

A share of 1 is the bound. Left out, an answer is judged by what all others err, as that of a student is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from grader import catalogue, tolerance
from grader.mistakes import samples
from grader.records import Exercise
from grader.sandbox.sides import Local
from tests.grader.test_tolerance import quietly, runner

SEEDS = range(int(sys.argv[1]) if len(sys.argv) > 1 else 1)


def main() -> None:
    torch.set_num_threads(1)
    print(f"largest error / bound, {len(SEEDS)} seeds           known   left out    unusual   comparisons")
    for name in ("exercise01", "exercise02", "exercise03", "exercise04", "exercise06"):
        exercise = catalogue.find(name)
        found = [shares(exercise, check, seed) for seed in SEEDS for check in checks(exercise)]
        known, left_out, unusual = (max(max(each, default=0.0) for each in column) for column in zip(*found, strict=True))
        print(f"{name:40} {known:7.3f}   {left_out:8.3f}   {unusual:8.3f}   {sum(len(each[0]) for each in found):11}")


def checks(exercise: Exercise) -> list[str]:
    """Return the hidden checks that hold answers against the reference."""
    source = exercise.hidden_checks.read_text(encoding="utf-8")
    lines = [line for line in source.splitlines() if line.startswith("def test_") and "reference" in line]
    return [line.removeprefix("def ").partition("(")[0] for line in lines]


def shares(exercise: Exercise, check: str, seed: int) -> tuple[list[float], list[float], list[float]]:
    """Return the share of its bound that each answer uses in each comparison of a check."""
    asked = quietly(runner(exercise, check, seed))
    unusual = sorted(Path(__file__).with_name("answers").joinpath(exercise.name).glob("*.py"))
    paths = [exercise.solution, *samples(exercise, "accepted")]
    runs = []
    for number, path in enumerate([*paths, *unusual]):
        side = Local(path)
        runs.append([tolerance._compared(asked, each) for each in (side, tolerance._Moved(side, number))])
    found: tuple[list[float], list[float], list[float]] = [], [], []
    for place, one in enumerate(runs[0][0]):
        if one.kept and one.got.numel():
            errors = [[tolerance._error(run[place]) for run in pair] for pair in runs]
            for number, (error, _) in enumerate(errors):
                others = [e for other, pair in enumerate(errors[: len(paths)]) if other != number for e in pair]
                if number < len(paths):
                    found[0].append(share(one, error, errors[0][0], [*others, *errors[number]]))
                found[1 if number < len(paths) else 2].append(share(one, error, errors[0][0], others))
    return found


def share(one: tolerance.Compared, error: torch.Tensor, reference: torch.Tensor, known: list[torch.Tensor]) -> float:
    spread = tolerance.Spread(one, reference, torch.stack(known).amax(dim=0))
    bound = tolerance._bound(spread, tolerance._least(one), tolerance._table(one))
    return float((error / bound).max())


if __name__ == "__main__":
    main()
