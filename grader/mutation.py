"""Every small way in which a piece of code can be wrong: the mutants of a reference, one change each.

The operators are those of mutation testing (Offutt et al., "An Experimental Determination of Sufficient Mutant
Operators", 1996) and, for tensors, what students confuse: axes, keepdim, reductions, dtypes, copies.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from grader.operators import Replace, mistreated, other_names, replacements


@dataclass(frozen=True)
class Mutant:
    """A source with one change."""

    function: str
    source: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    """The lines that differ, as `ast.unparse` writes them."""

    @property
    def diff(self) -> str:
        return diff(self.removed, self.added)


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a source, function by function; those that read the same are yielded once."""
    tree = ast.parse(source)
    whole = ast.unparse(tree)
    seen = {whole}
    for place, node in enumerate(tree.body):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        for changed in _changed(node):
            other = ast.Module([*tree.body[:place], changed, *tree.body[place + 1 :]], [])
            text = ast.unparse(ast.fix_missing_locations(other))
            if text not in seen:
                seen.add(text)
                yield Mutant(node.name, text, *_differing(whole, text))


def diff(removed: tuple[str, ...], added: tuple[str, ...]) -> str:
    """Return lines as a diff shows them."""
    return "\n".join([*(f"- {line}" for line in removed), *(f"+ {line}" for line in added)])


def _differing(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lines = [*difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")][3:]
    return tuple(tuple(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")


def _changed(definition: ast.stmt) -> Iterator[ast.stmt]:
    """Yield copies of a definition, each with one node replaced."""
    given, names = _tensors(definition), _variables(definition)
    for number, node in enumerate(_code(definition)):
        for replace in (*replacements(node), *other_names(node, names), *mistreated(node, given)):
            other = copy.deepcopy(definition)
            yield _Replaced([*_code(other)][number], replace).visit(other)


def _parameters(definition: ast.stmt) -> list[ast.arg]:
    return [node for node in ast.walk(definition) if isinstance(node, ast.arg) and node.arg != "self"]


def _tensors(definition: ast.stmt) -> list[str]:
    """Return the parameters that may be tensors: all but those that are said to be something else."""
    kinds = {node.arg: node.annotation and ast.unparse(node.annotation) for node in _parameters(definition)}
    return [name for name, kind in kinds.items() if kind is None or "Tensor" in kind]


def _variables(definition: ast.stmt) -> list[str]:
    """Return the names of a definition's own variables, its parameters first."""
    parameters, nodes = [node.arg for node in _parameters(definition)], ast.walk(definition)
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return [*dict.fromkeys(name for name in (*parameters, *stored) if name != "_")]


class _Replaced(ast.NodeTransformer):
    """Puts something in the place of one node."""

    def __init__(self, target: ast.AST, replace: Replace):
        self._target, self._replace = target, replace

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        return self._replace(node) if node is self._target else super().visit(node)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it that does something: no annotations, docstrings or words of an exception."""
    yield node
    for name, field in ast.iter_fields(node):
        if name in ("annotation", "returns", "ctx") or isinstance(node, ast.Raise):
            continue
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST) and not _says_nothing(child):
                yield from _code(child)


def _says_nothing(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
