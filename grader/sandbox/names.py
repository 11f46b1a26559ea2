"""What the names in a piece of source stand for: imports, aliases, and what a function binds itself.

As in `syntax`, nothing recurses, and nothing takes more than about linear time.
"""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Callable, Container, Iterable

from grader.sandbox.syntax import spelled_out, top_level

MAX_LENGTH = 100
"""Characters of a dotted name and of text that is spelled out. A longer name keeps its beginning and its last part."""
MAX_PART = 80
MAX_MEANINGS = 8
"""Beyond so many dotted names for one expression, those go that could lead to nothing that the others could not."""

Meanings = frozenset[str]
_NOTHING: Meanings = frozenset()


class Scope:
    """What names stand for where a reader of the module is: an import's or an alias's dotted names, or nothing known.

    `defined` are the names that the module itself defines, `stars` the modules that it imports whole; `powers` says, as
    bits, what a dotted name could lead to.
    """

    def __init__(
        self, defined: Container[str], stars: Iterable[str], body: list[ast.stmt], powers: Callable[[str], int]
    ):
        self._defined, self._powers = defined, powers
        self._fewer: dict[Meanings, Meanings] = {}
        self._stars = self._few(frozenset(star[:MAX_LENGTH] for star in stars))
        self._frames: list[set[str]] = []
        self._meanings: dict[str, list[Meanings]] = defaultdict(list)
        self._outside: dict[str, Meanings] = {}
        self._extended: dict[tuple[Meanings, str], Meanings] = {}
        self.enter(body, ())

    def enter(self, body: list[ast.stmt], own: Iterable[str]) -> None:
        """Go into a function that binds names of its `own`, or into the module, until `leave`."""
        self._frames.append(set())
        for name in own:
            self._put(name, _NOTHING)
        statements = list(top_level(body))
        for statement in statements:
            self._learn_bindings(statement)
        aliases = [s for s in statements if isinstance(s, ast.Assign | ast.AnnAssign | ast.AugAssign)]
        for _ in range(3):  # an alias of an alias of an alias
            self._changed = False
            for statement in aliases:
                self._learn_aliases(statement)
            if not self._changed:
                break

    def leave(self) -> None:
        for name in self._frames.pop():
            self._meanings[name].pop()

    def _put(self, name: str, meanings: Meanings) -> None:
        if name in self._frames[-1]:
            self._meanings[name][-1] = meanings
        else:
            self._frames[-1].add(name)
            self._meanings[name].append(meanings)

    def _add(self, name: str, meanings: Meanings) -> None:
        before = self._meanings[name][-1] if name in self._frames[-1] else None
        after = self._few(meanings | (before or _NOTHING))
        if after != before:
            self._changed = True
            self._put(name, after)

    def _learn_bindings(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import(names=aliases):
                for alias in aliases:
                    top = alias.name.split(".")[0]
                    self._add(alias.asname or top, frozenset({(alias.name if alias.asname else top)[:MAX_LENGTH]}))
            case ast.ImportFrom(module=source, names=aliases):
                for alias in aliases:
                    meanings = self._attributes(frozenset({str(source)[:MAX_LENGTH]}), alias.name)
                    self._add(alias.asname or alias.name, meanings)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self._put(name, _NOTHING)  # a definition replaces an import before it
                if len(self._frames) == 1:
                    self._frames[-1].remove(name)
                    self._meanings[name].pop()

    def _learn_aliases(self, statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        value, known = statement.value, {}
        for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
                pairs = list(zip(target.elts, value.elts, strict=True))
            for name, expression in pairs:
                if isinstance(name, ast.Name) and expression is not None:
                    self._add(name.id, _NOTHING)  # bound from here on, in its own value too
                    self._add(name.id, self.dotted(expression, known))

    def is_local(self, name: str) -> bool:
        """Whether a function binds the name itself, so that it is not the module's."""
        return len(self._meanings.get(name, ())) > (name in self._frames[0])

    def look_up(self, name: str) -> Meanings:
        """Return what a bare name stands for; a star import may have brought any name that nothing else defines."""
        found = self._meanings.get(name)
        if found:
            return found[-1]
        if name not in self._outside:
            self._outside[name] = self._brought(name)
        return self._outside[name]

    def _brought(self, name: str) -> Meanings:
        if name in self._defined:
            return _NOTHING
        if hasattr(builtins, name):
            return frozenset({f"builtins.{name}"})
        return self._attributes(self._stars, name)

    def dotted(self, node: ast.expr, known: dict[ast.expr, Meanings]) -> Meanings:
        """Return the dotted names that an expression may stand for; `known` has those of expressions seen before."""
        waiting = [node] if type(node) in _MEANING and node not in known else []
        while waiting:
            part = waiting[-1]
            missing = [inner for inner in _inner(part) if type(inner) in _MEANING and inner not in known]
            if missing:
                waiting += missing
            else:
                known[part] = self._stands_for(part, known)
                waiting.pop()
        return self._known(node, known)

    def _known(self, node: ast.expr, known: dict[ast.expr, Meanings]) -> Meanings:
        return self.look_up(node.id) if type(node) is ast.Name else known.get(node, _NOTHING)

    def _stands_for(self, node: ast.expr, known: dict[ast.expr, Meanings]) -> Meanings:
        inner = [self._known(part, known) for part in _inner(node)]
        match node:
            case ast.Attribute(attr=attr):
                return self._attributes(inner[0], attr)
            case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]):
                return self._attributes(inner[0] or frozenset({""}), spelled_out(name))
            case ast.Call(func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"), args=[name, *_]):
                return frozenset({spelled_out(name)[:MAX_LENGTH]}) - {""}
            case ast.Subscript(slice=name) if inner:
                return self._attributes(inner[0], spelled_out(name))
        return self._few(_NOTHING.union(*inner))

    def _attributes(self, bases: Meanings, attr: str) -> Meanings:
        if not bases or not attr:
            return _NOTHING
        key = bases, attr[:MAX_PART]
        if key not in self._extended:
            short = (base if len(base) <= MAX_LENGTH else base.rpartition(".")[0] for base in bases)
            self._extended[key] = frozenset(f"{base}.{key[1]}" for base in short)
        return self._extended[key]

    def _few(self, names: Meanings) -> Meanings:
        """Return names that can together lead to all that these can: all of them, unless they are many."""
        if len(names) > MAX_MEANINGS and names not in self._fewer:
            kept, covered = [], 0
            for name in sorted(names, key=lambda name: (len(name), name)):
                if not kept or self._powers(name) & ~covered:
                    kept.append(name)
                    covered |= self._powers(name)
            self._fewer[names] = frozenset(kept)
        return names if len(names) <= MAX_MEANINGS else self._fewer[names]


_MEANING = (ast.Attribute, ast.Call, ast.Subscript, ast.IfExp, ast.BoolOp, ast.NamedExpr)
"""The expressions, names apart, that may stand for something known."""


def _inner(node: ast.expr) -> list[ast.expr]:
    """Return the parts of an expression that decide what it stands for."""
    match node:
        case ast.Attribute(value=value) | ast.NamedExpr(value=value):
            return [value]
        case ast.Call(func=ast.Name(id="getattr"), args=[value, _, *_]):
            return [value]
        case ast.Subscript(value=ast.Call(func=ast.Name(id="vars"), args=[value])):
            return [value]
        case ast.Subscript(value=ast.Attribute(value=value, attr="__dict__")):
            return [value]
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.BoolOp(values=values):
            return values
    return []
