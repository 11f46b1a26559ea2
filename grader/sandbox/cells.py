"""A notebook's code as statements, cell by cell: what Jupyter takes for its own is blanked, and no line moves.

A cell that is no Python costs that cell. Where a name's own cell, its home, defines it, no def, class, assignment,
import or `del` of that one name in another cell counts; what else may give it a meaning counts as ever. A home that
still holds the stub defines nothing, where another cell does. Below the last home that does, nothing counts that gives
a name anew: the checks had seen what it stood for before. Nothing is run here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from grader.sandbox.reading import parsed
from grader.sandbox.syntax import is_main_block, top_level, walk

Home = tuple[str, int]
"""A name, and the line that the cell begins at which was made for it, or one between that and its check."""

_GRADER = "grader"
"""The package whose `check` students call in a notebook, and of which a graded one has no need."""

_KEEP_THEIR_BODY = {"time", "capture", "prun"}
_NEVER_PYTHON = {"bash", "cmd", "html", "HTML", "javascript", "js", "latex", "markdown", "perl", "ruby", "script",
                 "sh", "svg", "SVG", "sx", "system", "timeit", "!"}  # fmt: skip
"""Magics whose cells define nothing; whoever writes one knows."""

_HELP = re.compile(r"[%\w.*\[\]]+\?\??")
_PIECE = re.compile(
    r'''"""(?:[^\\]|\\.)*?(?:"""|\Z) | \'\'\'(?:[^\\]|\\.)*?(?:\'\'\'|\Z)
      | "(?:[^\\\n"]|\\.)*"? | '(?:[^\\\n']|\\.)*'? | \#[^\n]* | \\\n | [^"'\#\\\n()\[\]{}]+ | .''',
    re.DOTALL | re.VERBOSE,
)


class Foreign(SyntaxError):
    """A cell begins with a magic after which it need not be Python. Its message is the magic."""


class TooDeep(SyntaxError):
    """What is nested too deeply for Python to read."""


def statements(
    source: str, starts: Sequence[int], homes: Sequence[Home], filename: str
) -> tuple[list[ast.stmt], list[SyntaxError]]:
    """Return the statements of all cells that count, and why each other cell is none. Lines are the whole source's."""
    cells: dict[int, list[ast.stmt]] = {}
    problems: list[SyntaxError] = []
    for start, text in _cells(source, starts):
        body = cells[start] = []
        try:
            for statement in _body(text):
                ast.increment_lineno(statement, start - 1)
                body += [] if is_main_block(statement) else [statement]
        except (ValueError, RecursionError, MemoryError):
            problems.append(too_deep(filename, start))
        except SyntaxError as error:
            error.filename, error.lineno = filename, (error.lineno or 1) + start - 1
            problems.append(error)
    return _counted(cells, homes), problems


def too_deep(filename: str, line: int) -> TooDeep:
    """Return the error of what stands at a line."""
    return TooDeep("nested too deeply", (filename, line, 0, ""))


def _cells(source: str, starts: Sequence[int]) -> Iterator[tuple[int, str]]:
    lines = source.split("\n")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start, "\n".join(lines[start - 1 : end - 1])


def _counted(cells: dict[int, list[ast.stmt]], homes: Sequence[Home]) -> list[ast.stmt]:
    """Return the statements that count, and of imports and `del`s the names that do."""
    own = {(start, _defined(statement)): statement for start, body in cells.items() for statement in body}
    at_home: dict[str, set[int]] = {}
    for name, line in homes:
        if (line, name) in own:
            at_home.setdefault(name, set()).add(line)
    for name, lines in list(at_home.items()):
        stub = min(lines)
        if _is_stub(own[stub, name]) and any(other == name and start != stub for start, other in own):
            lines.remove(stub)
            cells[stub].remove(own[stub, name])
    at_home = {name: lines for name, lines in at_home.items() if lines}
    last = max((line for lines in at_home.values() for line in lines), default=None)
    kept: list[ast.stmt] = []
    known: set[str] = set()
    for start, body in cells.items():
        below = last is not None and start > last
        elsewhere = {name for name, lines in at_home.items() if start not in lines}
        for statement in body:
            anew = below and (given := _given(statement)) and ("*" in given or given & known)
            if not anew and _defined(statement) not in elsewhere and _counts(statement, elsewhere):
                kept.append(statement)
                known |= set() if below else _given(statement)
    return kept


def _defined(statement: ast.stmt) -> str:
    """Return the one name that a statement defines; "" for what does more, or something else."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return name
    return ""


def _counts(statement: ast.stmt, elsewhere: Collection[str]) -> bool:
    """Take names with a home elsewhere, and our `check`, out of an import or a `del`; return whether any is left."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            parts = [(alias, getattr(statement, "module", None) or alias.name) for alias in statement.names]
            statement.names = [alias for alias, module in parts if module.partition(".")[0] != _GRADER
                               and (alias.asname or alias.name.partition(".")[0]) not in elsewhere]  # fmt: skip
            return bool(statement.names)
        case ast.Delete():
            statement.targets = [target for target in statement.targets if getattr(target, "id", "") not in elsewhere]
            return bool(statement.targets)
    return True


def _given(statement: ast.stmt) -> set[str]:
    """Return the names of the module that a statement gives a meaning; "*" for whatever a library has."""
    given: set[str] = set()
    for part in top_level([statement]):
        targets: list[ast.expr | None] = []
        match part:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                given.add(part.name)
            case ast.Import() | ast.ImportFrom():
                given |= {alias.asname or alias.name.partition(".")[0] for alias in part.names}
            case ast.Assign() | ast.Delete():
                targets = part.targets
            case ast.AnnAssign(value=None):
                pass
            case ast.AugAssign() | ast.AnnAssign() | ast.For() | ast.AsyncFor():
                targets = [part.target]
            case ast.With() | ast.AsyncWith():
                targets = [item.optional_vars for item in part.items]
        stored = (node for target in targets if target is not None for node in walk(target))
        given |= {node.id for node in stored if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    return given


def _is_stub(definition: ast.stmt) -> bool:
    """Whether nothing of a definition is written yet: all that it does is to raise NotImplementedError."""
    if isinstance(definition, ast.ClassDef):
        methods = [part for part in definition.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
        return bool(methods) and all(map(_is_stub, methods))
    match getattr(definition, "body", None):
        case [ast.Expr(value=ast.Constant()), ast.Raise(exc=raised)] | [ast.Raise(exc=raised)]:
            return getattr(getattr(raised, "func", raised), "id", "") == "NotImplementedError"
    return False


def _body(text: str) -> list[ast.stmt]:
    text = _without_cell_magic(text)
    try:
        return parsed(text).body
    except SyntaxError:  # only now: a line that begins with % may stand in a text, or go on with a formula
        return parsed(_without_magics(text)).body


def _without_cell_magic(text: str) -> str:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.strip() and not line.lstrip().startswith("%%"):
            return "\n" * number + "\n".join(lines[number:])
        name = (line.strip()[2:].split() or [""])[0]
        if name in _NEVER_PYTHON:
            return ""
        if name and name not in _KEEP_THEIR_BODY and any(map(str.strip, lines[number + 1 :])):
            raise Foreign(f"%%{name}"[:100], ("", number + 1, 1, ""))
    return ""


def _without_magics(text: str) -> str:
    """Put `pass` in the place of each statement that is a magic, a shell command or a request for help."""
    kept: list[str] = []
    position = depth = 0
    fresh = True
    while position < len(text):
        if fresh and (end := _end_of_magic(text, position)):
            line = text[position:end]
            kept.append(line[: len(line) - len(line.lstrip())] + "pass" + "\n" * line.count("\n"))
            fresh, position = False, end
            continue
        piece = _PIECE.match(text, position)[0]
        depth = max(0, depth + (piece in "([{") - (piece in ")]}"))
        fresh = piece == "\n" and not depth
        kept.append(piece)
        position += len(piece)
    return "".join(kept)


def _end_of_magic(text: str, start: int) -> int:
    """Return where the magic that begins at a statement's line ends; 0 where none begins."""
    end = _end_of_line(text, start)
    if not _is_magic(text[start:end]):
        return 0
    while end < len(text) and text[end - 1] == "\\":
        end = _end_of_line(text, end + 1)
    return end


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _is_magic(line: str) -> bool:
    line = line.strip()
    target, equals, value = line.partition("=")
    is_assigned = equals and not re.search(r"[\"'(#]", target) and value.lstrip().startswith(("%", "!"))
    return line.startswith(("%", "!", "?")) or bool(is_assigned) or _HELP.fullmatch(line) is not None
