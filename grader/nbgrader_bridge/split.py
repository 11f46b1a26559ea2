"""An exercise's stub and reference, function by function, as the cells of a source notebook want them.

nbgrader puts its own stub in the place of what stands between the marks of a solution. So each cell must work by
itself: what the reference has at its top beside the functions of the stub goes into each solution that uses it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

from grader.errors import BrokenCourse
from grader.i18n import both

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Parts:
    """What stands at the top of a stub, and the source of a solution cell for each of its functions and classes."""

    top: str
    cells: dict[str, str]


def split(stub: Path, reference: Path) -> Parts:
    """Return the parts of an exercise. BrokenCourse where the reference has a method that the stub has not."""
    asked, given = _File(stub), _File(reference)
    helpers = {name: node for name, node in given.named.items() if name not in asked.named}
    cells = {}
    for name, node in asked.functions.items():
        if name not in given.functions:
            raise BrokenCourse(both("{file} does not define {name}", file=reference, name=name))
        cells[name] = _cell(asked, node, given, given.functions[name], helpers)
    top = [asked.text(node) for node in asked.tree.body[1:] if node not in asked.functions.values()]
    return Parts("\n".join(top), cells)


class _File:
    """A Python file of the course, parsed."""

    def __init__(self, path: Path):
        self.path = path
        source = path.read_text(encoding="utf-8")
        self._lines = source.splitlines()
        self.tree = ast.parse(source, str(path))
        self.functions = {n.name: n for n in self.tree.body if isinstance(n, _Function | ast.ClassDef)}
        self.named = {name: node for node in self.tree.body for name in _names(node)}

    def text(self, node: ast.stmt, end: int | None = None) -> str:
        """Return the lines of a statement, with its decorators; up to the line before `end`."""
        start = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        return "\n".join(self._lines[start - 1 : node.end_lineno if end is None else end])


def _names(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement at the top of a module gives."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case _:
            yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _cell(stub: _File, asked: ast.stmt, reference: _File, given: ast.stmt, helpers: dict[str, ast.stmt]) -> str:
    """Return the stub's text of a function or class, with the reference's bodies where the stub raises."""
    if not isinstance(asked, ast.ClassDef):
        return _filled(stub, asked, reference, given, helpers)
    methods = {node.name: node for node in given.body if isinstance(node, _Function)}
    wanted = [node for node in asked.body if isinstance(node, _Function)]
    if more := methods.keys() - {node.name for node in wanted}:
        words = both("{file}: {name} has the method {method}, which the stub has not; a notebook cannot take it out",
                     file=reference.path, name=asked.name, method=min(more))  # fmt: skip
        raise BrokenCourse(words)
    head = stub.text(asked, wanted[0].lineno - 1).rstrip()
    return "\n\n".join([head, *(_filled(stub, one, reference, methods[one.name], helpers) for one in wanted)])


def _filled(stub: _File, asked: _Function, reference: _File, given: _Function, helpers: dict[str, ast.stmt]) -> str:
    """Return a function of the stub down to its `raise`, then the reference's body between the marks."""
    head = stub.text(asked, asked.body[-1].lineno - 1)
    margin = " " * asked.body[-1].col_offset
    body = given.body[1:] if ast.get_docstring(given) is not None else given.body
    after = given.body[0].end_lineno if body is not given.body else given.body[0].lineno - 1
    lines = reference.text(given).splitlines()
    first = min([given.lineno, *(one.lineno for one in given.decorator_list)])
    own = dedent("\n".join(lines[after - first + 1 :]))
    needed = [f"{reference.text(node)}\n" for node in _needed(body, helpers)]
    return "\n".join([head, *(indent(text, margin) for text in (BEGIN, *needed, own, END))])


def _needed(body: list[ast.stmt], helpers: dict[str, ast.stmt]) -> list[ast.stmt]:
    """Return what a body uses of these, and what they use of each other, as the file has them."""
    found: dict[str, ast.stmt] = {}
    waiting: list[ast.stmt] = [*body]
    while waiting:
        used = {part.id for part in ast.walk(waiting.pop()) if isinstance(part, ast.Name)} & helpers.keys()
        for name in used - found.keys():
            found[name] = helpers[name]
            waiting.append(helpers[name])
    return sorted({node.lineno: node for node in found.values()}.values(), key=lambda node: node.lineno)
