"""What a release tells of the known mistakes: their sentences, and what they answer to the public checks; no code."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, NamedTuple

from grader.errors import BrokenCourse
from grader.i18n import both
from grader.records import Exercise, Text
from grader.sandbox import wire
from grader.sandbox.decode import loads
from grader.sandbox.encode import encode


class Known(NamedTuple):
    """What is said of a known mistake, and what it answers to a check, as data that the wire carries."""

    text: Text
    answers: list[Any]


def place(exercise: Exercise) -> Path:
    """Return the file, which lies beside the stub where students work."""
    return exercise.stub.parent / "known_mistakes.json"


def read(exercise: Exercise) -> dict[str, list[Known]]:
    """Return the mistakes by check; none where there is no such file. BrokenCourse where it cannot be read."""
    file = place(exercise)
    if not file.exists():
        return {}
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return {check: [_known(**one) for one in known] for check, known in told.items()}
    except (OSError, ValueError, TypeError, AttributeError, wire.WireError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise BrokenCourse(both("{file} cannot be read ({reason}); copy it again from what the course handed out",
                                file=file, reason=reason)) from None  # fmt: skip


def written(known: dict[str, list[Known]]) -> str:
    """Return the file's text."""
    told = {
        check: [
            {"en": one.text.en, "ko": one.text.ko, "answers": base64.b64encode(encode(one.answers)).decode()}
            for one in found
        ]
        for check, found in known.items()
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _known(en: str, ko: str, answers: str) -> Known:
    return Known(Text(en=str(en), ko=str(ko)), loads(base64.b64decode(answers, validate=True)))
