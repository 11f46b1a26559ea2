"""What a worker says of the load of a student's file, in words. It is the student's word, and is held to its form."""

from __future__ import annotations

from typing import Any

from grader.i18n import both
from grader.notebooks import cell_of, place
from grader.records import Text, columns, inert
from grader.sandbox import wire
from grader.sandbox.replies import MAX_LINE, MAX_WORDS, StudentError, expect_error

MAX_TOLD = 5


def load_problem(error: Any) -> Text | None:
    """Say why a file did not load to its end; None where it did. WireError for what is no description."""
    if error is None:
        return None
    expect_error(error)
    if "syntax" in error:
        line, words, quoted = _syntax(error["syntax"])
        return both("line {line}: {words}{quoted}", line=line, words=words, quoted=quoted)
    return both("the file stops before its end: {error}", error=StudentError(error).text)


def unused(found: Any, cells: tuple[int, ...]) -> Text | None:
    """Say what of a notebook was not used, and why: `found` are how often, and the first errors."""
    if not cells or found == [0]:
        return None
    if type(found) is not list or not found or type(found[0]) is not int:
        raise wire.WireError("expected a list of what was not used in the reply")
    count, *errors = found
    said = [_unused(error, cells) for error in errors[:MAX_TOLD]]
    if count > len(said):
        said.append(both("and so on: {count} in all", count=min(count, MAX_LINE)))
    return Text("\n".join(text.en for text in said), "\n".join(text.ko for text in said))


def _unused(error: Any, cells: tuple[int, ...]) -> Text:
    expect_error(error)
    if "syntax" not in error:
        failed = StudentError(error)
        where = place(failed.lines[0][0] if failed.lines else 0, cells)
        if failed.types[:1] == ["grader.sandbox.needs.TookTooLong"]:
            return both("{place} was not used: it took too long", place=where)
        return both("{place} was not used: it raised {error}", place=where, error=str(failed))
    line, words, quoted = _syntax(error["syntax"])
    cell, own = cell_of(line, cells)
    match error["types"][:1]:
        case ["grader.sandbox.cells.Foreign"]:
            return both("code cell {cell} was not used: it begins with {magic}", cell=cell, magic=words)
        case ["grader.sandbox.needs.Misplaced"]:
            return both("{place} was not used: {words}{quoted}", place=place(line, cells), words=words, quoted=quoted)
        case ["grader.sandbox.cells.TooDeep"]:
            return both("{place} was not used: it is nested too deeply", place=place(line, cells))
    return both("code cell {cell} was not used: line {line}: {words}{quoted}", cell=cell, line=own, words=words,
                quoted=quoted)  # fmt: skip


def _syntax(description: list[Any]) -> tuple[int, str, str]:
    """Return the line of a syntax error, its words, and the line itself below them."""
    line, column, text, words = description
    line, column, text, words = min(line, MAX_LINE), min(column, MAX_LINE), text[:MAX_WORDS], words[:MAX_WORDS]
    quoted = "".join(f"\n    {part}" for part in _with_caret(text.rstrip("\n"), column) if part)
    return line, inert(words), quoted


def _with_caret(text: str, column: int) -> list[str]:
    """Return a source line without its indentation and, under it, a caret at its 1-based column."""
    shown, before = inert(text.strip()), inert(text[: max(column - 1, 0)].lstrip())
    if not shown or not 0 < column <= len(text) + 1:
        return [shown]
    return [shown, "".join(char if char == "\t" else " " * columns(char) for char in before) + "^"]
