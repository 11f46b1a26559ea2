"""What code uses, by its source, and which of it an exercise bans. It parses, and never runs a line.

A use is a dotted name ("torch.nn.functional.sigmoid"; ".sigmoid" for a method of something unknown; "builtins.map";
".for", ".while" and ".comprehension" for what has no name) and its line.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from grader.sandbox.names import Scope, bound, locals_of, spelled_out, top_level

LIBRARIES = ("torch", "numpy", "scipy", "functorch")

Use = tuple[str, int]


def matches(name: str, banned: str) -> bool:
    """Whether a used name is a banned one.

    A dotted ban ("torch.autograd") covers all that lies under it; a plain one ("sigmoid") covers that name
    anywhere in a library (in place and for lists too: "sigmoid_", "_foreach_sigmoid") and as a method.
    """
    if "." in banned:
        return name == banned or name.startswith(banned + ".")
    parts = name.split(".")
    return parts[0] in ("", *LIBRARIES) and banned in (part.removeprefix("_foreach_").rstrip("_") for part in parts)


def is_banned(name: str, banned: Iterable[str]) -> bool:
    """Whether a used name is among the banned ones."""
    return any(matches(name, ban) for ban in banned)


def references(source: str, banned: Collection[str]) -> dict[str, list[Use]]:
    """Return, for each top-level name of the source, the banned things that it and everything it reaches refer to."""
    with _deep_recursion():
        module = _Module(ast.parse(source))
        uses = {name: [use for use in module.reach(name) if is_banned(use[0], banned)] for name in module.definitions}
        return {name: sorted(found, key=lambda use: use[1]) for name, found in uses.items()}


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let a visitor go as deep as any source that Python can compile."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


class _Module:
    """A parsed module: what each top-level name is made of, and what its imports and aliases stand for."""

    def __init__(self, tree: ast.Module):
        self.definitions: dict[str, list[ast.AST]] = defaultdict(list)
        self.stars: list[str] = []
        self._found: dict[int, _Uses] = {}
        body = [statement for statement in tree.body if not _is_main_block(statement)]
        for statement in top_level(body):
            for name in bound(statement):
                self.definitions[name].append(statement)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                self.stars.append(node.module or "")
        self.own_attributes = _own_attributes(tree)
        self.scope = Scope(self.definitions, self.stars, body)

    def reach(self, start: str) -> set[Use]:
        """Return what `start` refers to, through every name of the module that it leads to.

        A class that is `start` is reached whole, another by the methods that something reached names.
        """
        uses: set[Use] = set()
        names, attributes, size = {start}, {start}, 0
        while size < len(names) + len(attributes):
            size = len(names) + len(attributes)
            for part in [part for name in names for part in self._parts(name, attributes, whole=name == start)]:
                found = self._uses_of(part)
                uses |= found.uses
                names |= found.names & self.definitions.keys()
                attributes |= found.attributes
        return uses

    def _parts(self, name: str, attributes: set[str], whole: bool) -> Iterator[ast.AST]:
        """Yield the definitions of a name, without those methods that nobody names."""
        for definition in self.definitions[name]:
            if whole or not isinstance(definition, ast.ClassDef) or not self._is_plain(definition):
                yield definition
            else:
                yield from definition.bases
                yield from (part for part in definition.body if not _is_method(part) or part.name in attributes
                            or part.name.startswith("__") or _ANY in attributes)  # fmt: skip

    def _is_plain(self, node: ast.ClassDef, above: tuple[ast.ClassDef, ...] = ()) -> bool:
        """Whether a class has only methods that the module's own code calls, and no library's base class does."""
        bases = [base.id if isinstance(base, ast.Name) else "" for base in node.bases]
        own = [definition for base in bases if base != "object" for definition in self.definitions.get(base, [None])]
        above = (*above, node)
        if node.keywords or node.decorator_list or any(base in above for base in own):
            return False
        return all(isinstance(base, ast.ClassDef) and self._is_plain(base, above) for base in own)

    def _uses_of(self, part: ast.AST) -> _Uses:
        if id(part) not in self._found:
            self._found[id(part)] = _Uses(self)
            self._found[id(part)].visit(part)
        return self._found[id(part)]


_ANY = "*"
"""Stands for every attribute, where code looks one up by a name that is not spelled out."""

_LOOK_UP = {f"builtins.{name}" for name in ("vars", "eval", "exec", "globals", "locals")} | {
    "operator.attrgetter", "operator.methodcaller", "inspect.getattr_static", "inspect.getmembers"}  # fmt: skip


class _Uses(ast.NodeVisitor):
    """Collects a piece of code's uses of libraries, and the bare names and the attributes that it reads."""

    def __init__(self, module: _Module):
        self.module, self.scope = module, module.scope
        self.uses: set[Use] = set()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        outer = self.scope
        self.scope = outer.inside(node.body if isinstance(node.body, list) else [], locals_of(node))
        self.generic_visit(node)
        self.scope = outer

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        self.attributes.add(node.id)  # in a class's body, a method
        if not self.scope.is_local(node.id):
            self.names.add(node.id)
        self._add(node, self.scope.dotted(node))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.attributes.add(_ANY if node.attr in ("__dict__", "__getattribute__") else node.attr)
        known = self.scope.dotted(node)
        if not known and isinstance(node.ctx, ast.Load):
            known = {f".{node.attr}"}
        self._add(node, known)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._add(node, self.scope.dotted(node))
        called = self.scope.dotted(node.func)
        if "builtins.getattr" in called and len(node.args) > 1:
            self.attributes.add(spelled_out(node.args[1]) or _ANY)
        elif called & _LOOK_UP:
            self.attributes.add(_ANY)
        if called & {"builtins.eval", "builtins.exec"} and node.args:
            self._visit_text(spelled_out(node.args[0]), node.lineno)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._add(node, self.scope.dotted(node))
        self.generic_visit(node)

    def _visit_text(self, source: str, line: int) -> None:
        """Visit code that is spelled out in a string, as if it stood on the string's line."""
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            return  # it will raise when it is run
        for node in ast.walk(tree):
            if hasattr(node, "lineno"):
                node.lineno = line
        self.visit(tree)

    def _visit_construct(self, node: ast.AST) -> None:
        line = node.lineno if hasattr(node, "lineno") else node.target.lineno  # a comprehension's `for` has none
        self.uses.add((_CONSTRUCTS[type(node)], line))
        self.generic_visit(node)

    visit_For = visit_AsyncFor = visit_While = visit_comprehension = _visit_construct

    def _add(self, node: ast.expr, names: set[str]) -> None:
        own = self.module.own_attributes
        self.uses |= {(name, node.lineno) for name in names if not (name[0] == "." and name.split(".")[1] in own)}


_CONSTRUCTS = {ast.For: ".for", ast.AsyncFor: ".for", ast.While: ".while", ast.comprehension: ".comprehension"}


def _is_method(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _is_main_block(statement: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`, which grading never enters."""
    return isinstance(statement, ast.If) and "__name__" in {
        n.id for n in ast.walk(statement.test) if isinstance(n, ast.Name)
    }


def _own_attributes(tree: ast.Module) -> set[str]:
    """Return the methods and attributes that the source's own objects have, SimpleNamespace(sigmoid=...) among them."""
    own = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    own |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own |= {name for statement in top_level(node.body) for name in bound(statement)}
    return own
