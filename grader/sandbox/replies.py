"""What comes back across the line: a reply held to its form, and a student's exception in words."""

from __future__ import annotations

import builtins
from typing import Any

from grader.explained import explanation
from grader.i18n import both
from grader.notebooks import place
from grader.records import Text, inert
from grader.sandbox import wire
from grader.sandbox.surroundings import MAX_OUTPUT

# The types that a hidden check may name: a class can claim any module as its own, so a prefix would not do.
_STANDARD = {
    f"builtins.{name}"
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
_STANDARD |= {"torch.OutOfMemoryError", "torch.AcceleratorError", "torch._C._LinAlgError", "numpy.exceptions.AxisError",
              "numpy.linalg.LinAlgError"}  # fmt: skip
MAX_WORDS = 2000
MAX_ROWS = 20
MAX_LINE = 10**6
"""How much of an exception is kept. The worker keeps no more either, but that is its word."""

MAX_LINES_TOLD = 4
"""Lines of an exception's message that are told: torch lists every form of a function."""

_ANY_ERROR = {"builtins.Exception", "builtins.BaseException"}

_UNWRITTEN = both("not written yet")


class ReferenceFailed(Exception):
    """The reference or the oracle raised where a check asked it what to expect: the course's fault."""


class StudentError(Exception):
    """An exception of the student's code. `text` tells it whole, `safe` only what a hidden check may tell."""

    def __init__(self, description: dict[str, Any], called: str = "?"):
        self.called = called
        self.types = [inert(name[:MAX_WORDS]) for name in description["types"][:MAX_ROWS]]
        self.message = inert(description["message"][:MAX_WORDS])
        frames = description["frames"][-MAX_ROWS:]
        self.lines = [(line, inert(name[:MAX_WORDS])) for line, name in frames if 0 <= line <= MAX_LINE]
        super().__init__(f"{self.type_name}: {self.message}" if self.message else self.type_name)

    @property
    def type_name(self) -> str:
        """ValueError, or mine.MyError for a class that is neither Python's nor torch's."""
        return self.types[0].removeprefix("builtins.") if self.types else "?"

    @property
    def not_written_yet(self) -> bool:
        # torch raises the same type where it has an operation for other dtypes only
        return self.types[:1] == ["builtins.NotImplementedError"] and "not implemented for '" not in self.message

    @property
    def not_defined(self) -> bool:
        return self.types[:1] == ["grader.sandbox.worker.NotDefined"]

    @property
    def text(self) -> Text:
        """What it is, told whole."""
        return self.told()

    def told(self, cells: tuple[int, ...] = ()) -> Text:
        """Tell it whole; `cells` are the lines that the code cells of a notebook begin at."""
        if self.not_written_yet:
            name = self.lines[-1][1] if self.lines else "_"
            if name.startswith(("_", "<")):
                return _UNWRITTEN
            words = both("{name} is not written yet", name=name)
            return words if len(self.lines) == 1 else both("calls {name}, which is not written yet", name=name)
        if self.not_defined:
            return both("the file defines no {name}", name=self.called)
        if self.types[:1] == ["grader.TooLarge"]:
            return both("the answer is too large, or nested too deeply, to be read")
        text = self._with_place(cells)
        meaning = explanation(self.types[0], self.message) if self.types else None
        return text if meaning is None else both("{text}\nthis means: {meaning}", text=text, meaning=meaning)

    def _with_place(self, cells: tuple[int, ...]) -> Text:
        lines = str(self).rstrip().split("\n")
        error = "\n".join([*lines[:MAX_LINES_TOLD], "..."] if len(lines) > MAX_LINES_TOLD else lines)
        if not self.lines:
            return both("raised {error}", error=error)
        line, function = self.lines[-1]
        return both("raised {error} ({place}, in {function})", error=error, place=place(line, cells), function=function)

    @property
    def safe(self) -> Text:
        if self.not_written_yet:  # which function it calls is the student's word
            return _UNWRITTEN
        if self.not_defined or not self.types:
            return self.text
        if self.types[0] in _STANDARD:
            return both("raised {error}", error=self.type_name)
        near = next((name for name in self.types if name in _STANDARD - _ANY_ERROR), None)
        if near is not None:
            return both("raised a kind of {error}", error=near.removeprefix("builtins."))
        return both("raised an exception of its own")


class Reply:
    """A reply's fields, each of the type that it must have; WireError for anything else."""

    def __init__(self, reply: dict[str, Any]):
        self.error = reply.get("error")
        if self.error is not None:
            expect_error(self.error)
        self.value = reply.get("value")
        self.changed = reply.get("changed")
        self.output = inert(_expect(reply.get("output", ""), str)[: MAX_OUTPUT + 100])
        warnings = _rows(reply.get("warnings", []), str, str)[:MAX_ROWS]
        self.warnings = [(inert(kind[:MAX_WORDS]), inert(words[:MAX_WORDS])) for kind, words in warnings]
        self.uses = [(name[:MAX_WORDS], line) for name, line in _rows(reply.get("uses", []), str, int) if 0 <= line <= MAX_LINE]


def expect_error(error: Any) -> None:
    """Hold a described exception against what it must look like; WireError where it does not."""
    _expect(error, dict)
    _expect(error.get("message"), str)
    for name in _expect(error.get("types"), list):
        _expect(name, str)
    _rows(error.get("frames"), int, str)
    if "syntax" in error:
        _rows([error["syntax"]], int, int, str, str)


def _rows(rows: Any, *kinds: type) -> list[tuple]:
    for row in _expect(rows, list):
        if len(_expect(row, list)) != len(kinds):
            raise wire.WireError("a row of the wrong length in the reply")
        for value, kind in zip(row, kinds, strict=True):
            _expect(value, kind)
    return [tuple(row) for row in rows]


def _expect(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise wire.WireError(f"expected {kind.__name__} in the reply")
    return value
