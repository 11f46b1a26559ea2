"""Results as the database holds them: whole and compressed, and in a few letters for counting."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from grader.records import CheckResult, CheckShare, Entry, ExerciseShare, Result, Text


def packed(result: Result) -> bytes:
    """Return a result as bytes, from which `unpacked` makes its equal."""
    return zlib.compress(_json(result).encode())


def unpacked(content: bytes) -> Result:
    """Return the result that was packed."""
    record = json.loads(zlib.decompress(content))
    checks = tuple(
        CheckResult(
            **check
            | {name: _text(check[name]) for name in ("title", "message", "hint", "diagnosis")}
            | {"functions": tuple(check["functions"])}
        )
        for check in record["checks"]
    )
    texts = {name: _text(record[name]) for name in ("title", "message")}
    return Result(**record | texts | {"devices": tuple(record["devices"]), "checks": checks})


def sheet(result: Result) -> tuple[str, str]:
    """Return the titles of a result's exercise and checks, and before them what names them."""
    checks = [[check.name, check.title, check.functions, check.public] for check in result.checks]
    content = _json([result.title, checks])
    return hashlib.sha256(content.encode()).hexdigest()[:16], content


def outcomes(result: Result) -> str:
    """Return a letter for each check: p for passed, and the first letter of each other outcome."""
    return "".join(check.outcome[0] for check in result.checks)


def share(exercise: str, groups: Iterable[tuple[str, str, int]]) -> ExerciseShare:
    """Count who passed what. A group is a sheet, the outcomes of its checks, and how many submissions had these.

    A check passed where it passed on every device. What is broken counts nowhere.
    """
    title, found = Text(exercise, exercise), {}
    for content, letters, submissions in sorted(groups, key=lambda group: -group[2]):
        of_the_exercise, checks = json.loads(content)
        title = _text(of_the_exercise)
        seen: dict[tuple[str, bool], str] = {}
        for (name, check_title, functions, public), letter in zip(checks, letters, strict=True):
            seen[name, public] = seen.get((name, public), "") + letter
            found.setdefault((name, public), [_text(check_title), tuple(functions), 0, 0])
        for check, verdicts in seen.items():
            found[check][2] += submissions * (set(verdicts) == {"p"})
            found[check][3] += submissions * ("b" not in verdicts)
    return ExerciseShare(exercise, title, tuple(
        CheckShare(name, check_title, functions, public, passed, graded)
        for (name, public), (check_title, functions, passed, graded) in found.items()
    ))  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, default=vars, separators=(",", ":"))


def _text(value: dict[str, str] | None) -> Text | None:
    return None if value is None else Text(**value)


def row(entry: Entry, result: Result, key: str, sheet: str) -> dict[str, Any]:
    """Return a result as the table `results` has it."""
    return {
        "exercise": entry.exercise,
        "student": entry.student,
        "sha256": entry.sha256,
        "key": key,
        "status": result.status,
        "score": result.score,
        "max_score": result.max_score,
        "message": result.message,
        "sandbox": result.sandbox,
        "seconds": result.seconds,
        "graded": datetime.now(UTC).isoformat(timespec="seconds"),
        "sheet": sheet,
        "outcomes": outcomes(result),
        "borderline": sum(check.borderline for check in result.checks),
    }
