"""What the cells of our notebooks are called and say. The gradebook keeps both, so that nobody else need be believed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASKED = re.compile(
    r'^check\("(?P<exercise>exercise\d{2,})", (?P<answer>globals\(\)|"[^"]+\.py")(?:, "(?P<function>\w+)")?\)$', re.MULTILINE
)


@dataclass(frozen=True)
class Asked:
    """What a check cell asks for: an exercise's checks, or those of one function; of a file or of the notebook."""

    exercise: str
    function: str | None
    file: str | None = None

    @property
    def name(self) -> str:
        """The cell's name in the gradebook (nbgrader's grade_id)."""
        return f"check-{self.function or self.exercise}"

    @property
    def source(self) -> str:
        answer = f'"{self.file}"' if self.file else "globals()"
        words = [f'"{self.exercise}"', answer, *([f'"{self.function}"'] if self.function else [])]
        return f"from grader import check\n\ncheck({', '.join(words)})"


def asked(name: str, source: str) -> Asked | None:
    """Return what the check cell of this name asks for; None where it is none of ours."""
    found = _ASKED.search(source)
    if found is None:
        return None
    file = None if found["answer"] == "globals()" else found["answer"].strip('"')
    ours = Asked(found["exercise"], found["function"], file)
    return ours if ours.name == name else None


def solution(function: str) -> str:
    """Return the name of the cell that a function is written in; `grader.notebooks` reads it again."""
    return f"solution-{function}"
