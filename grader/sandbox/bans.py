"""What code uses: from its source, and while it runs. The exercise's rules say which of it is not allowed.

`references` parses and never runs a line; `Watch` sees what a call does, whatever name it was called by.
Both give dotted names ("torch.nn.functional.sigmoid"; ".sigmoid" for a method of something unknown) with their lines.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

LIBRARIES = ("torch", "numpy", "scipy", "functorch")

# C functions through which every way into autograd leads, and what to call them.
_AUTOGRAD_ENTRIES = {
    "run_backward": "torch.autograd.backward",
    "_enter_dual_level": "torch.autograd.forward_ad",
    "_jvp_increment_nesting": "torch.func.jvp",
    "_grad_increment_nesting": "torch.func.grad",
}

Use = tuple[str, int]


def matches(name: str, banned: str) -> bool:
    """Whether a used name is a banned one.

    A dotted ban ("torch.autograd") covers all that lies under it; a plain one ("sigmoid") covers that name
    anywhere in a library (in place too: "sigmoid_") and as a method.
    """
    if "." in banned:
        return name == banned or name.startswith(banned + ".")
    root, *parts = name.split(".")
    return root in ("", *LIBRARIES) and banned in (part.rstrip("_") for part in parts)


def references(source: str) -> dict[str, list[Use]]:
    """Return, for each top-level name of the source, what it and everything that it reaches refer to."""
    module = _Module(ast.parse(source))
    return {name: sorted(module.reach(name), key=lambda use: use[1]) for name in module.definitions}


class _Module:
    """A parsed module: what each top-level name is made of, and what its imports and aliases stand for."""

    def __init__(self, tree: ast.Module):
        self.definitions: dict[str, list[ast.AST]] = defaultdict(list)
        self.stars: list[str] = []
        for statement in _top_level(tree.body):
            for name in _bound(statement):
                self.definitions[name].append(statement)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                self.stars.append(node.module or "")
        self.own_attributes = _own_attributes(tree)
        self.scope = _Scope(self, None, tree.body)

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

    def __init__(self, module: _Module, outer: _Scope | None, body: list[ast.stmt]):
        self.module, self.outer = module, outer
        self.names: dict[str, set[str]] = defaultdict(set)
        statements = list(_top_level(body))
        for statement in statements:
            self._learn_imports(statement)
            if outer is not None:
                self.names.update({name: set() for name in _bound(statement)})
        for _ in range(3):  # an alias of an alias of an alias
            for statement in statements:
                self._learn_aliases(statement)

    def _learn_imports(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                self.names[alias.asname or alias.name.split(".")[0]].add(
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                self.names[alias.asname or alias.name].add(f"{statement.module}.{alias.name}")

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
        if name in self.module.definitions or hasattr(builtins, name):
            return set()
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
        self.scope = _Scope(self.module, outer, node.body if isinstance(node.body, list) else [])
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            self.scope.names.setdefault(argument.arg, set())
        self.generic_visit(node)
        self.scope = outer

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_Name(self, node: ast.Name) -> None:
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

    def _add(self, node: ast.expr, names: set[str]) -> None:
        self.uses |= {(name, node.lineno) for name in names}


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield a block's statements, those inside its if, try, with, for and while too, but not inside its functions."""
    for statement in body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for field in ("body", "orelse", "finalbody"):
                yield from _top_level(getattr(statement, field, []))
            for handler in getattr(statement, "handlers", []):
                yield from _top_level(handler.body)


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


class Watch:
    """While it is entered, `uses` gathers the banned operations that run, with the student's line."""

    def __init__(self, banned: tuple[str, ...], filename: str):
        self.banned, self.filename = banned, filename
        self.uses: list[Use] = []
        self._profiles = any(ban.startswith(("torch.autograd", "torch.func")) for ban in banned)

    def __enter__(self) -> Watch:
        from torch.utils._python_dispatch import TorchDispatchMode

        watch = self

        class Seen(TorchDispatchMode):
            @classmethod
            def _should_skip_dynamo(cls) -> bool:
                return False  # else the first operation imports torch's compiler, for seconds

            def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
                watch.saw("torch.ops." + func._schema.name.replace("::", "."))
                return func(*args, **(kwargs or {}))

        self._mode = Seen()
        self._mode.__enter__()
        if self._profiles:
            sys.setprofile(self._profile)
        return self

    def __exit__(self, *error: object) -> None:
        if self._profiles:
            if sys.getprofile() != self._profile:
                self.uses.append(("sys.setprofile", 0))
            sys.setprofile(None)
        self._mode.__exit__(None, None, None)

    def _profile(self, frame: Any, event: str, function: Any) -> None:
        if event == "c_call":
            name = _AUTOGRAD_ENTRIES.get(getattr(function, "__name__", ""))
            if name is not None:
                self.saw(name)

    def saw(self, name: str) -> None:
        """Note a use, if it is a banned one, with the line of the student's that led to it."""
        if len(self.uses) < 100 and any(matches(name, ban) for ban in self.banned):
            self.uses.append((name, self._student_line()))

    def _student_line(self) -> int:
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.filename:
                return frame.f_lineno
            frame = frame.f_back
        return 0
