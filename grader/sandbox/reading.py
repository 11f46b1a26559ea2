"""Read a piece of a module: which names, methods and banned things are in it. Nothing here recurses."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Collection
from functools import partial

from grader.sandbox.matching import LOOK_UP, Bans, Use
from grader.sandbox.names import MAX_PART, Meanings, Scope
from grader.sandbox.syntax import children, locals_of, spelled_out, walk

ANY = "*"
"""Stands for every attribute, where code looks one up by a name that is not spelled out."""

Nodes = tuple[ast.AST, ...]


def parsed(source: str) -> ast.Module:
    """Parse as deep a source as Python can compile, and deeper."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 3000))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    finally:
        sys.setrecursionlimit(limit)


class Part:
    """A piece of the module: the module's names, the methods' names and the banned uses that are in it."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.uses: set[Use] = set()


class Reader:
    """Reads pieces of a module."""

    def __init__(self, bans: Bans, scope: Scope, defined: Collection[str], methods: set[str]):
        self._bans, self._scope, self._defined, self._methods = bans, scope, defined, methods
        self._known: dict[ast.expr, Meanings] = {}
        self._hints: set[ast.AST] = set()
        """The parts of annotations, which use nothing of what they name."""
        self._line = 0
        """The line of the string that the code read stands in; 0 outside."""

    def read(self, nodes: Nodes) -> Part:
        self._part = Part()
        self._waiting: list[ast.AST | partial] = list(nodes)
        while self._waiting:
            node = self._waiting.pop()
            if type(node) is partial:
                node()
                continue
            step = _STEPS.get(type(node))
            if step is not None:
                step(self, node)
            self._waiting += children(node)
        return self._part

    def _hint(self, node: ast.arg | ast.AnnAssign | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        hint = node.returns if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else node.annotation
        parts = list(walk(hint)) if hint is not None else []
        if all(isinstance(part, _HINTS) for part in parts):
            self._hints.update(parts)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        if not isinstance(node, ast.Lambda):
            self._hint(node)
        self._scope.enter(node.body if isinstance(node.body, list) else [], locals_of(node))
        self._waiting.append(partial(self._scope.leave))

    def _name(self, node: ast.Name) -> None:
        if type(node.ctx) is ast.Load:
            self._read_attribute(node.id)  # in a class's body, a method
            if node.id in self._defined and not self._scope.is_local(node.id):
                self._part.names.add(node.id)
            self._add(node, self._scope.look_up(node.id))

    def _attribute(self, node: ast.Attribute) -> None:
        self._read_attribute(ANY if node.attr in ("__dict__", "__getattribute__") else node.attr)
        known = self._scope.dotted(node, self._known)
        if not known and type(node.ctx) is ast.Load:
            known = {f".{node.attr[:MAX_PART]}"}
        self._add(node, known)

    def _call(self, node: ast.Call) -> None:
        self._add(node, self._scope.dotted(node, self._known))
        called = self._scope.dotted(node.func, self._known)
        if "builtins.getattr" in called and len(node.args) > 1:
            self._read_attribute(spelled_out(node.args[1]) or ANY)
        elif called & LOOK_UP:
            self._read_attribute(ANY)
        if called & {"builtins.eval", "builtins.exec"} and node.args:
            self._text(spelled_out(node.args[0]), self._line or node.lineno)

    def _subscript(self, node: ast.Subscript) -> None:
        self._add(node, self._scope.dotted(node, self._known))

    def _construct(self, node: ast.For | ast.AsyncFor | ast.While | ast.comprehension) -> None:
        line = node.lineno if hasattr(node, "lineno") else node.target.lineno  # a comprehension's `for` has none
        if self._bans.of(_CONSTRUCTS[type(node)]):
            self._part.uses.add((_CONSTRUCTS[type(node)], self._line or line))

    def _text(self, source: str, line: int) -> None:
        """Read code that is spelled out in a string, as if it stood on the string's line."""
        try:
            tree = parsed(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return  # it will raise when it is run
        self._waiting.append(partial(self._begin, tree, line))

    def _begin(self, node: ast.AST | None, line: int) -> None:
        if node is not None:
            self._waiting += [partial(self._begin, None, self._line), node]
        self._line = line

    def _read_attribute(self, name: str) -> None:
        if name == ANY or name in self._methods:
            self._part.attributes.add(name)

    def _add(self, node: ast.expr, names: Collection[str]) -> None:
        for name in names if node not in self._hints else ():
            if self._bans.of(name) and not self._bans.is_own(name):
                self._part.uses.add((name, self._line or node.lineno))


_HINTS = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.BinOp, ast.Tuple, ast.List)
_CONSTRUCTS = {ast.For: ".for", ast.AsyncFor: ".for", ast.While: ".while", ast.comprehension: ".comprehension"}
_STEPS = {ast.FunctionDef: Reader._function, ast.AsyncFunctionDef: Reader._function, ast.Lambda: Reader._function,
          ast.Name: Reader._name, ast.Attribute: Reader._attribute, ast.Call: Reader._call,
          ast.Subscript: Reader._subscript, ast.arg: Reader._hint, ast.AnnAssign: Reader._hint, **dict.fromkeys(_CONSTRUCTS, Reader._construct)}  # fmt: skip
