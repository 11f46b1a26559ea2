"""Walking the syntax tree of a student's source, of whatever shape: nothing recurses, and all of it takes linear time."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import cache

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@cache
def _fields(kind: type[ast.AST]) -> list[str]:
    leaves = ("ctx", "op", "ops", "id", "attr", "arg", "module", "level", "kind", "type_comment")
    return [] if kind is ast.Constant else [field for field in kind._fields if field not in leaves]


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes right below a node, but not operators and contexts."""
    found = []
    for field in _fields(type(node)):
        value = getattr(node, field, None)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(*nodes: ast.AST) -> Iterator[ast.AST]:
    """Yield these nodes and all below them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield a block's statements, those inside its if, try, with, for and while too, but not inside its functions."""
    waiting = body[::-1]
    while waiting:
        statement = waiting.pop()
        yield statement
        if hasattr(statement, "body") and not isinstance(statement, _DEFINITIONS):
            blocks = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
            blocks += [handler.body for handler in getattr(statement, "handlers", [])]
            for block in reversed(blocks):
                waiting += block[::-1]


def is_main_block(statement: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`, which grading never enters."""
    return isinstance(statement, ast.If) and "__name__" in {
        n.id for n in walk(statement.test) if isinstance(n, ast.Name)
    }


def locals_of(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """Return the names that a function binds itself, those of its comprehensions among them."""
    taken = function.args
    arguments = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
    names = {argument.arg for argument in arguments if argument is not None}
    foreign: set[str] = set()
    waiting = list(function.body) if isinstance(function.body, list) else [function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _DEFINITIONS):
            names.add(node.name)
        elif isinstance(node, ast.Name):
            names.update([node.id] if isinstance(node.ctx, ast.Store) else [])
        elif not isinstance(node, ast.Lambda):
            if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                names.add(node.name)
            elif isinstance(node, ast.Global):
                foreign.update(node.names)
            waiting += children(node)
    return names - foreign


def bound(statement: ast.stmt) -> Collection[str]:
    """Return the names that a statement binds, imports apart."""
    if isinstance(statement, _DEFINITIONS):
        return [statement.name]
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        stored = (n.id for n in walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        return dict.fromkeys(stored)
    return []


def spelled_out(node: ast.expr) -> str:
    """Return the text of a string that is spelled out, or put together from such; "" for any other expression."""
    texts, waiting = [], [node]
    while waiting:
        match waiting.pop():
            case ast.Constant(value=str(text)) if text:
                texts.append(text)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                waiting += [right, left]
            case _:
                return ""
    return "".join(texts)
