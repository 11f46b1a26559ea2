"""What the names in a piece of source stand for: imports, aliases, and what a function binds itself."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Container, Iterator


class Scope:
    """What names stand for: an import's or an alias's dotted names, or nothing known.

    `defined` are the names that the module itself defines, `stars` the modules that it imports whole.
    """

    def __init__(self, defined: Container[str], stars: list[str], body: list[ast.stmt], outer: Scope | None = None,
                 own: set[str] = frozenset()):  # fmt: skip
        self.defined, self.stars, self.outer = defined, stars, outer
        self.names: dict[str, set[str]] = defaultdict(set, {name: set() for name in own})
        statements = list(top_level(body))
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

    def inside(self, body: list[ast.stmt], own: set[str]) -> Scope:
        """Return the scope of a function in this one that binds names of its `own`."""
        return Scope(self.defined, self.stars, body, self, own)

    def is_local(self, name: str) -> bool:
        """Whether a function binds the name itself, so that it is not the module's."""
        return self.outer is not None and (name in self.names or self.outer.is_local(name))

    def look_up(self, name: str) -> set[str]:
        """Return what a bare name stands for; a star import may have brought any name that nothing else defines."""
        if name in self.names:
            return self.names[name]
        if self.outer is not None:
            return self.outer.look_up(name)
        if name in self.defined:
            return set()
        if hasattr(builtins, name):
            return {f"builtins.{name}"}
        return {f"{star}.{name}" for star in self.stars}

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
                return {f"{base}.{spelled_out(name)}" for base in self.dotted(value) or {""} if spelled_out(name)}
            case ast.Call(func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"), args=[name, *_]):
                return {spelled_out(name)} - {""}
            case ast.Subscript(value=ast.Call(func=ast.Name(id="vars"), args=[value]), slice=name):
                return {f"{base}.{spelled_out(name)}" for base in self.dotted(value) if spelled_out(name)}
            case ast.Subscript(value=ast.Attribute(value=value, attr="__dict__"), slice=name):
                return {f"{base}.{spelled_out(name)}" for base in self.dotted(value) if spelled_out(name)}
        return set()


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield a block's statements, those inside its if, try, with, for and while too, but not inside its functions."""
    for statement in body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for field in ("body", "orelse", "finalbody"):
                yield from top_level(getattr(statement, field, []))
            for handler in getattr(statement, "handlers", []):
                yield from top_level(handler.body)


def locals_of(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
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


def bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds, imports apart."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return set()


def spelled_out(node: ast.expr) -> str:
    """Return the text of a string that is spelled out, or put together from such; "" for any other expression."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right) if spelled_out(left) and spelled_out(right):
            return spelled_out(left) + spelled_out(right)
    return ""
