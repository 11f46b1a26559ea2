"""What a check asks of a worker, and what it will ask: all that is foreseen is sent at once.

A check asks every submission the same, as long as that does not depend on the answers. So from the second submission
on a worker gets a check's questions together, and neither side waits for the other between two of them.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.sandbox import wire
from grader.sandbox.encode import encode

MAX_FORESEEN = 32 * 1024
"""Bytes of questions that are sent before an answer is read: less than a line holds, whatever the worker does."""


@dataclass(frozen=True)
class Question:
    """A request as it travels. The reply must name its number."""

    number: int
    frame: bytes


class Unforeseen(Exception):
    """A check asks something else than was foreseen."""


class Questions:
    """What one run of a check asks: first what is `foreseen`, if it asks just that."""

    def __init__(self, foreseen: Sequence[Question] = ()):
        self._ahead = deque(foreseen)
        self._size, self._same_for_all = 0, True
        self.asked: list[Question] = []
        """What was asked so far, up to the first question that another submission cannot be asked in the same words."""
        self.departed = False
        """Whether something was asked that was not foreseen. Then the run says nothing, and is to be made again."""

    def ask(self, op: str, **fields: Any) -> list[Question]:
        """Return a question and, behind it, all that are foreseen; Unforeseen where it is not the one foreseen."""
        ahead = [*self._ahead]
        question = _question(op, fields, ahead[0].number if ahead else secrets.randbits(62))
        if self.departed or ahead and self._ahead.popleft() != question:
            self.departed = True
            raise Unforeseen
        self._note(question, fields)
        return ahead or [question]

    def _note(self, question: Question, fields: dict[str, Any]) -> None:
        # what stays on the other side may go by another number there another time
        self._same_for_all &= fields.get("target") is None and b'["reference"' not in question.frame
        self._size += len(question.frame)
        if self._same_for_all and self._size < MAX_FORESEEN:
            self.asked.append(question)


def _question(op: str, fields: dict[str, Any], number: int) -> Question:
    return Question(number, encode({"id": number, "op": op, **wire.given(fields)}, _keep_nothing))


def _keep_nothing(value: Any) -> Any:
    raise TypeError(f"a check cannot send {type(value).__name__} to the student's side; see build(source)")
