"""Which functions of a module the next one of the same name replaces, with nothing in between that could have kept them.

An early attempt in a notebook, say, that a later cell does by hand. In doubt nothing is replaced. As in `syntax`,
nothing recurses, and nothing takes more than about linear time.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from functools import cached_property

from grader.sandbox.matching import LIBRARIES
from grader.sandbox.syntax import children, top_level, walk

MAX_NAMES, MAX_NODES = 50, 100
"""Names that are looked at, and nodes of a signature; a notebook has a handful that are defined twice."""

_LIBRARIES = {*LIBRARIES, "collections", "math", "matplotlib", "pandas", "random", "time", "typing"}
"""Modules that hand out nothing of the student's."""
_LOOKS_AROUND = {"delattr", "eval", "exec", "getattr", "globals", "locals", "modules", "setattr", "vars"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_NAMED = (*_DEFINITIONS, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)


def replaced(body: list[ast.stmt], goes_on: bool) -> set[ast.stmt]:
    """Return the functions that are replaced.

    `goes_on` says whether a statement that fails costs only itself, as in a notebook, or all that come after it.
    """
    count = Counter(statement.name for statement in body if _is_plain(statement))
    several = [name for name in count if count[name] > 1][:MAX_NAMES]
    bystanders = _Bystanders(body)
    standing: dict[str, _Function] = {}
    touched: set[str] = set()
    found: set[ast.stmt] = set()
    for statement in body if several else []:
        kept = bystanders.kept_by(statement)
        this = _Function(statement) if _is_plain(statement) else None
        if this is not None and statement.name in standing and this.surely_follows(standing[statement.name]):
            found.add(standing[statement.name].node)
        if kept is None or (not goes_on and this is None):
            standing = {}
        elif not goes_on or kept & touched:
            standing = {name: earlier for name, earlier in standing.items()
                        if not kept & earlier.names and (goes_on or this.surely_follows(earlier))}  # fmt: skip
        if this is not None and statement.name in several:
            standing[statement.name] = this
            touched |= this.names
    return found


def _is_plain(statement: ast.stmt) -> bool:
    return isinstance(statement, _FUNCTIONS) and not statement.decorator_list


class _Function:
    """A function without a decorator: its `names` are its own and those in its signature."""

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef):
        self.node = node
        hints = [part.annotation for part in walk(node.args) if isinstance(part, ast.arg)]
        values = [*node.args.defaults, *node.args.kw_defaults, *hints, node.returns]
        parts = [part for part in values if part is not None and not isinstance(part, ast.Constant)]
        self.names = {node.name} | {part.id for part in walk(*parts) if isinstance(part, ast.Name)}
        nodes = list(walk(*parts))
        # what is too large for `dump`, or calls something, is like nothing else
        calm = len(nodes) <= MAX_NODES and not any(isinstance(part, ast.Call | ast.NamedExpr) for part in nodes)
        self._signature = {ast.dump(part) for part in parts} if calm else {self}

    def surely_follows(self, earlier: _Function) -> bool:
        """Whether this definition does no more than define, and cannot fail where the earlier one did not."""
        return self not in self._signature and self._signature <= earlier._signature and self._compiles

    @cached_property
    def _compiles(self) -> bool:
        try:
            compile(ast.Module([self.node], []), "", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        return True


class _Bystanders:
    """The names, from the top of a module to where one is, that lead to no function of the module's."""

    def __init__(self, body: list[ast.stmt]):
        self._defined = {statement.name for statement in top_level(body) if isinstance(statement, _DEFINITIONS)}
        self._fixed = {name for name in dir(builtins) if name[0] != "_"} - _LOOKS_AROUND - self._defined
        self._variables: set[str] = set()
        self._suspects: set[str] = set()

    def kept_by(self, statement: ast.stmt) -> set[str] | None:
        """Return the names whose functions a statement may keep, or whose meaning it changes; None for any name."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return self._imported(statement)
        ran = _ran(statement)
        names = [node for node in ran if isinstance(node, ast.Name)]
        read = {node.id for node in names if isinstance(node.ctx, ast.Load) or isinstance(statement, ast.AugAssign)}
        given = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
        given |= {node.name for node in ran[1:] if isinstance(node, _NAMED) and node.name}
        looks = read & _LOOKS_AROUND or any(
            node.attr[0] == "_" or node.attr in _LOOKS_AROUND for node in ran if isinstance(node, ast.Attribute)
        )
        if isinstance(statement, ast.Expr | ast.Assert) and not given:
            return None if looks else _handed_on(ran)
        own = {statement.name} if isinstance(statement, _DEFINITIONS) else given
        clean = read <= self._fixed | self._variables | (given - self._defined) and not (read | given) & self._suspects
        if looks or not clean or (own is given and given & self._defined):
            self._suspects |= (read | given) - self._fixed
            return None
        self._variables |= own - self._defined
        return own

    def _imported(self, statement: ast.Import | ast.ImportFrom) -> set[str] | None:
        changed = set()
        for alias in statement.names:
            root = (getattr(statement, "module", None) or alias.name).partition(".")[0]
            name = alias.asname or alias.name.partition(".")[0]
            if name == "*" and root not in _LIBRARIES:
                return None
            (self._fixed if root in _LIBRARIES else self._suspects).add(name)
            changed |= {alias.name, name} if alias.asname or root not in _LIBRARIES else set()
        return changed


def _ran(statement: ast.stmt) -> list[ast.AST]:
    """Return the nodes of what runs with a statement, itself first: of a function, its signature alone."""
    found, waiting = [], [statement]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if isinstance(node, _FUNCTIONS):
            waiting += [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
        else:
            waiting += children(node)
    return found


def _handed_on(ran: list[ast.AST]) -> set[str]:
    """Return the names that an expression uses for more than to call them at once, and the texts in it."""
    called = {node.func for node in ran if isinstance(node, ast.Call)}
    if any(isinstance(node, ast.Lambda) for node in ran):
        called = set()
    found = {node.id for node in ran if isinstance(node, ast.Name) and node not in called}
    return found | {node.value for node in ran if isinstance(node, ast.Constant) and isinstance(node.value, str)}
