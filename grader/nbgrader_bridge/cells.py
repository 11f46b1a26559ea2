"""What the cells of our notebooks are called and say. The gradebook keeps both, so that nobody else need be believed."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
"""Of every notebook of ours."""


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


def asked(source: str) -> Asked | None:
    """Return what a check cell asks for, however somebody has written it; None where it calls no `check` of ours."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    match body[-1:]:
        case [ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str() as exercise), answer, *rest], []))]:
            pass
        case _:
            return None
    function = rest[0].value if rest and isinstance(rest[0], ast.Constant) else None
    file = answer.value if isinstance(answer, ast.Constant) else None
    return Asked(exercise, function, file) if re.fullmatch(r"exercise\d{2,}", exercise) else None


def solution(function: str) -> str:
    """Return the name of the cell that a function is written in; `grader.notebooks` reads it again."""
    return f"solution-{function}"
