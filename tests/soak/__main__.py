"""What takes long: hostile files at every level, a thousand workers in a row, a batch killed fifty times, a long fuzz,
and every mutant of the references.

Each part is a process of its own, which prints as it goes and can be run by itself; at the end there is a table.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

from .accounts import Account, Unavailable, at_hand, unprivileged

PARTS = ("attacks", "workers", "kills", "fuzz", "mutants")

MAX_SECONDS = 7200
"""What no part takes: one that does is ended."""


@dataclass(frozen=True)
class Row:
    """What came of a part: ok, FAILED or not run, and its own last word."""

    part: str
    account: str
    outcome: str
    words: str
    seconds: float = 0.0


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    words.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all, where none is named")
    words.add_argument("--workers", type=int, default=1000, help="how many workers in a row")
    words.add_argument("--seconds", type=float, default=180, help="how long the fuzz takes")
    words.add_argument("--seed", type=int, default=secrets.randbits(32), help="repeats a fuzz")
    asked = words.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the part that runs, and what was made, goes too
    if unknown := {*asked.parts} - {*PARTS}:
        words.error(f"there is no part {', '.join(sorted(unknown))}")
    parts = asked.parts or PARTS
    rows = [*by_everybody(parts, asked.workers)] if {"attacks", "workers"} & {*parts} else []
    if "kills" in parts:
        often = replace(at_hand(), environment=at_hand().environment | {"BATCH_KILLS": "50", "BATCH_STUDENTS": "200"})
        rows.append(run("50 kills of a batch", often, "pytest", "-q", "-p", "no:cacheprovider", "tests/grader/test_batch.py", "-k", "killed"))
    if "fuzz" in parts:
        rows.append(run("fuzz", at_hand(), "tests.soak.fuzz", "--seconds", f"{asked.seconds:g}", "--seed", str(asked.seed)))
    if "mutants" in parts:
        rows.append(run("mutants", at_hand(), "tests.soak.mutants"))
    show(rows)
    sys.exit(any(row.outcome == "FAILED" for row in rows))


def by_everybody(parts: list[str], workers: int) -> Iterator[Row]:
    """Run what depends on who grades: as the user at hand, and without any power where that is root."""
    with ExitStack() as accounts:
        yield from by(at_hand(), parts, workers)
        try:
            nobody = accounts.enter_context(unprivileged())
        except Unavailable as reason:
            yield Row("attacks, workers", "nobody", "not run", str(reason))
        else:
            yield from by(nobody, parts, workers)


def by(account: Account, parts: list[str], workers: int) -> Iterator[Row]:
    """Run these parts at every level that holds for an account."""
    for level, problem in account.problems().items():
        if problem is not None:
            yield Row(f"{', '.join(parts)} at {level}", account.name, "not run", problem)
            continue
        if "attacks" in parts:
            # That the attacks are real ones is shown at level C, by the user at hand: nobody may not even write to the
            # libraries, whatever the level.
            some = () if level == "C" and not account.identity else ("-k", "changes_nothing")
            yield run(f"attacks at {level}", replace(account, environment=account.environment | {"ATTACK_LEVELS": level}),
                      "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", "tests/attacks", *some)  # fmt: skip
        if "workers" in parts:
            yield run(f"{workers} workers at {level}", account,
                      "tests.soak.workers", "--level", level, "--count", str(workers))  # fmt: skip


def run(part: str, account: Account, *module: str) -> Row:
    """Run a part as a Python process, print what it prints, and return how it ended."""
    print(f"\n== {part}, as {account.name}", flush=True)
    began, last = time.monotonic(), ""
    with account.start("-m", *module, stderr=subprocess.STDOUT) as process:
        deadline = threading.Timer(MAX_SECONDS, process.kill)
        deadline.start()
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                last = line.strip() or last
        except BaseException:
            process.send_signal(signal.SIGINT)  # it tidies up
            raise
        finally:
            deadline.cancel()
    return Row(part, account.name, "FAILED" if process.returncode else "ok", last, time.monotonic() - began)


def show(rows: list[Row]) -> None:
    print()
    for row in rows:
        print(f"{row.part:22} {row.account:10} {row.outcome:8} {row.seconds:6.0f} s  {row.words}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
