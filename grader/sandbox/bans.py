"""What code uses, by its source, and which of it an exercise bans. It parses, and never runs a line.

A use is a dotted name ("torch.nn.functional.sigmoid"; ".sigmoid" for a method of something unknown; "builtins.map";
".for", ".while" and ".comprehension" for what has no name) and its line.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

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
        body = [statement for statement in tree.body if not _is_main_block(statement)]
        for statement in _top_level(body):
            for name in _bound(statement):
                self.definitions[name].append(statement)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                self.stars.append(node.module or "")
        self.own_attributes = _own_attributes(tree)
        self.scope = _Scope(self, None, body)

    def reach(self, start: str) -> set[Use]:
        """Return what `start` refers to, through every name of the module that it leads to."""
        found: set[Use] = set()
        seen, waiting = {start}, [start]
        while waiting:
            for definition in self.definitions[waiting.pop()]:
                uses, names = _Uses(self).of(definition)
                found |= uses
                fresh = {name for name in names if name in self.definitions} - seen
                seen |= fresh
                waiting.extend(fresh)
        return found


class _Scope:
    """What names stand for: an import's or an alias's dotted names, or nothing known."""

    def __init__(self, module: _Module, outer: _Scope | None, body: list[ast.stmt], own: set[str] = frozenset()):
        self.module, self.outer = module, outer
        self.names: dict[str, set[str]] = defaultdict(set, {name: set() for name in own})
        statements = list(_top_level(body))
        for statement in statements:
            self._learn_bindings(statement)
        for _ in range(3):  # an alias of an alias of an alias
            for statement in statements:
                self._learn_aliases(statement)

    def _learn_bindings(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import(names=aliases):
                for alias in aliases:
                    top = alias.name.split(".")[0]
                    self.names[alias.asname or top].add(alias.name if alias.asname else top)
            case ast.ImportFrom(module=source, names=aliases):
                for alias in aliases:
                    self.names[alias.asname or alias.name].add(f"{source}.{alias.name}")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self.names.pop(name, None)  # a definition replaces an import before it
                if self.outer is not None:
                    self.names[name] = set()

    def _learn_aliases(self, statement: ast.stmt) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        value = getattr(statement, "value", None)
        for target in targets:
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
                pairs = list(zip(target.elts, value.elts, strict=True))
            for name, expression in pairs:
                if isinstance(name, ast.Name) and isinstance(expression, ast.expr):
                    self.names[name.id] |= self.dotted(expression)

    def is_local(self, name: str) -> bool:
        """Whether a function binds the name itself, so that it is not the module's."""
        return self.outer is not None and (name in self.names or self.outer.is_local(name))

    def look_up(self, name: str) -> set[str]:
        """Return what a bare name stands for; a star import may have brought any name that nothing else defines."""
        if name in self.names:
            return self.names[name]
        if self.outer is not None:
            return self.outer.look_up(name)
        if name in self.module.definitions:
            return set()
        if hasattr(builtins, name):
            return {f"builtins.{name}"}
        return {f"{star}.{name}" for star in self.module.stars}

    def dotted(self, node: ast.expr) -> set[str]:
        """Return the dotted names that an expression may stand for."""
        match node:
            case ast.Name(id=name):
                return self.look_up(name)
            case ast.Attribute(value=value, attr=attr):
                return {f"{base}.{attr}" for base in self.dotted(value)}
            case ast.IfExp(body=body, orelse=orelse):
                return self.dotted(body) | self.dotted(orelse)
            case ast.BoolOp(values=values):
                return set().union(*map(self.dotted, values))
            case ast.NamedExpr(value=value):
                return self.dotted(value)
            case ast.Call(func=ast.Name(id="getattr"), args=[value, name, *_]):
                return {f"{base}.{_string(name)}" for base in self.dotted(value) or {""} if _string(name)}
            case ast.Call(func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"), args=[name, *_]):
                return {_string(name)} - {""}
            case ast.Subscript(value=ast.Call(func=ast.Name(id="vars"), args=[value]), slice=name):
                return {f"{base}.{_string(name)}" for base in self.dotted(value) if _string(name)}
            case ast.Subscript(value=ast.Attribute(value=value, attr="__dict__"), slice=name):
                return {f"{base}.{_string(name)}" for base in self.dotted(value) if _string(name)}
        return set()


class _Uses(ast.NodeVisitor):
    """Collects one definition's uses of libraries, and the bare names that it reads."""

    def __init__(self, module: _Module):
        self.module, self.scope = module, module.scope
        self.uses: set[Use] = set()
        self.names: set[str] = set()

    def of(self, definition: ast.AST) -> tuple[set[Use], set[str]]:
        self.visit(definition)
        return self.uses, self.names

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        outer = self.scope
        self.scope = _Scope(self.module, outer, node.body if isinstance(node.body, list) else [], _locals(node))
        self.generic_visit(node)
        self.scope = outer

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        if not self.scope.is_local(node.id):
            self.names.add(node.id)
        self._add(node, self.scope.dotted(node))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        known = self.scope.dotted(node)
        if not known and isinstance(node.ctx, ast.Load) and node.attr not in self.module.own_attributes:
            known = {f".{node.attr}"}
        self._add(node, known)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._add(node, self.scope.dotted(node))
        self.generic_visit(node)

    visit_Subscript = visit_Call

    def _visit_construct(self, node: ast.AST) -> None:
        line = node.lineno if hasattr(node, "lineno") else node.target.lineno  # a comprehension's `for` has none
        self.uses.add((_CONSTRUCTS[type(node)], line))
        self.generic_visit(node)

    visit_For = visit_AsyncFor = visit_While = visit_comprehension = _visit_construct

    def _add(self, node: ast.expr, names: set[str]) -> None:
        self.uses |= {(name, node.lineno) for name in names}


_CONSTRUCTS = {ast.For: ".for", ast.AsyncFor: ".for", ast.While: ".while", ast.comprehension: ".comprehension"}


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield a block's statements, those inside its if, try, with, for and while too, but not inside its functions."""
    for statement in body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for field in ("body", "orelse", "finalbody"):
                yield from _top_level(getattr(statement, field, []))
            for handler in getattr(statement, "handlers", []):
                yield from _top_level(handler.body)


def _is_main_block(statement: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`, which grading never enters."""
    return isinstance(statement, ast.If) and "__name__" in {
        n.id for n in ast.walk(statement.test) if isinstance(n, ast.Name)
    }


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """Return the names that a function binds itself, those of its comprehensions among them."""
    taken = function.args
    arguments = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
    names = {argument.arg for argument in arguments if argument is not None}
    foreign: set[str] = set()
    waiting = list(function.body) if isinstance(function.body, list) else [function.body]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
                continue
            case ast.Lambda():
                continue
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.Global(names=others):
                foreign.update(others)
        waiting.extend(ast.iter_child_nodes(node))
    return names - foreign


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds, imports apart."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return set()


def _own_attributes(tree: ast.Module) -> set[str]:
    """Return the methods and attributes that the source's own objects have, SimpleNamespace(sigmoid=...) among them."""
    own = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    own |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own |= {name for statement in _top_level(node.body) for name in _bound(statement)}
    return own


def _string(node: ast.expr) -> str:
    """Return the text of a string that is spelled out, or put together from such; "" for any other expression."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right) if _string(left) and _string(right):
            return _string(left) + _string(right)
    return ""
