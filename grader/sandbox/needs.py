"""Run what the definitions of a notebook need, from top to bottom, and nothing else.

Definitions and imports always run. Any other statement runs where it gives or changes a name that something which runs
reads: a constant, a table and the loop that fills it, a generator and its seed. So a training run, a file that is read
or a question to the user costs no definition that can do without. A statement that fails costs only itself. What the
wire asks for by name, and nothing needed before, is made then.

Which names a statement reads and binds is what Python's own compiler makes of it. Nothing here recurses.
"""

from __future__ import annotations
import __future__

import ast
import dis
import signal
import time
import types
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from grader.sandbox.cells import Home, statements, too_deep
from grader.sandbox.syntax import top_level, walk

ALL_SECONDS, LAST_SECONDS = 4.0, 0.1
"""What the statements that define nothing may take in all, and the definitions; after that, each still gets
LAST_SECONDS. Imports take what they take: half a library is worse than none."""

_IMPORTS = {ast.Import, ast.ImportFrom}
_LOOPS = {ast.For, ast.AsyncFor, ast.While}
_DEFINITIONS = {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, *_IMPORTS}
_READS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
_BINDS = {"STORE_NAME", "DELETE_NAME"}
_BINDS_FROM_WITHIN = {"STORE_GLOBAL", "DELETE_GLOBAL"}
_READS_ALL = {"globals", "eval", "exec", "vars"}
_ONLY_SHOW = {"print", "display", "help", "repr", "len", "type", "input"}
_FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


class TookTooLong(BaseException):
    """A statement was stopped."""


class Misplaced(SyntaxError):
    """A statement that cannot stand where it stands: a `return` outside of a function, say."""


@dataclass
class Step:
    """A statement, and the names of the module that it reads, binds, and whose objects it may change."""

    code: types.CodeType
    defines: bool
    imports: bool
    reads: set[str]
    binds: set[str]
    changes: set[str]


class Cells:
    """The code cells of a notebook, loaded into a module."""

    def __init__(self, source: str, starts: Sequence[int], homes: Sequence[Home], module: types.ModuleType):
        self._module = module
        body, found = statements(source, starts, homes, module.__file__)
        self.problems: list[BaseException] = list(found)
        """What could not be used: cells that are no Python, and statements that failed."""
        self._steps = list(self._compiled(body))
        self._own: dict[str, list[Step]] = defaultdict(list)
        """The definitions of each name that the notebook defines."""
        for step in self._steps:
            for name in step.binds if step.defines else ():
                self._own[name].append(step)
        self._makers: dict[str, list[int]] = defaultdict(list)
        """The statements that give each name, or may change what it stands for."""
        for number, step in enumerate(self._steps):
            for name in step.binds | step.changes | self._changed_by_calls(step):
                self._makers[name].append(number)
        self.problems += self._run()
        module.__getattr__ = self._asked

    def _asked(self, name: str) -> Any:
        """Give a name that nothing needed until now: run all again, in order, and this time what makes that name."""
        if name in self._makers:
            failed = self._run(name)
            if name in vars(self._module):
                return vars(self._module)[name]
            if failed:
                raise failed[-1]
        raise AttributeError(name)

    def _compiled(self, body: list[ast.stmt]) -> Iterator[Step]:
        filename, flags, libraries = self._module.__file__, 0, _imported(body)
        for statement in body:
            try:
                tree = ast.Module([statement], [])
                code = compile(tree, filename, "exec", flags, dont_inherit=True)
            except SyntaxError as error:
                self.problems.append(Misplaced(error.msg, (filename, error.lineno, error.offset, error.text)))
            except (ValueError, RecursionError, MemoryError):
                self.problems.append(too_deep(filename, statement.lineno))
            else:
                flags |= code.co_flags & _FUTURE
                reads, binds = _names(code)
                kinds = {type(part) for part in top_level([statement])}
                defines, imports = bool(kinds & _DEFINITIONS), bool(kinds & _IMPORTS) and not kinds & _LOOPS
                given = (_set(statement) & reads) - libraries
                changes = (_changed(statement) & reads) - libraries
                yield Step(code, defines, imports, reads, binds if defines else binds | given, given | changes)

    def _changed_by_calls(self, step: Step) -> set[str]:
        """Return the names that the notebook's own functions change which a statement calls, or hands on."""
        changed, seen = set(), set()
        waiting = set() if step.defines else step.reads & self._own.keys()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            for called in self._own[name]:
                changed |= called.changes | (called.binds - {name})
                waiting |= (called.reads & self._own.keys()) - seen
        return changed

    def _run(self, asked: str | None = None) -> list[BaseException]:
        """Run what is needed; return what was raised.

        Nothing that cannot be called takes the place of a definition: accuracy = accuracy(z, target).
        """
        raised, defined = [], {}
        left = {"definitions": ALL_SECONDS, "others": ALL_SECONDS}
        for number in sorted(self._needed(asked)):
            step, began = self._steps[number], time.monotonic()
            kind = "definitions" if step.defines else "others"
            try:
                with _at_most(0 if step.imports else max(left[kind], LAST_SECONDS)):
                    exec(step.code, vars(self._module))
                if step.defines:
                    defined |= {name: vars(self._module).get(name) for name in step.binds}
            except BaseException as error:
                raised.append(error)
            left[kind] -= 0 if step.imports else time.monotonic() - began
        for name, value in defined.items():
            if callable(value) and not callable(vars(self._module).get(name)):
                setattr(self._module, name, value)
        return raised

    def _needed(self, asked: str | None) -> set[int]:
        """Return the definitions, what makes the name asked for, and what makes anything that one of these reads.

        A statement that gives a defined name anew, or an attribute to a class, is a definition too.
        """
        needed, known = set(), {asked}
        waiting = [number for number, step in enumerate(self._steps) if step.defines or step.binds & self._own.keys()]
        waiting += self._makers.get(asked, [])
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                fresh = self._steps[number].reads - known
                known |= fresh
                names = self._makers if fresh & _READS_ALL else fresh
                waiting += [maker for name in names for maker in self._makers.get(name, [])]
        return needed


def _names(code: types.CodeType) -> tuple[set[str], set[str]]:
    """Return the module's names that a statement, and the functions in it, read and bind."""
    reads, writes, waiting = set(), set(), [code]
    while waiting:
        inner = waiting.pop()
        for instruction in dis.get_instructions(inner):
            name = instruction.opname
            if name in _READS:
                reads.add(instruction.argval)
            elif name in _BINDS_FROM_WITHIN or (inner is code and name in _BINDS):
                writes.add(instruction.argval)
        waiting += [constant for constant in inner.co_consts if isinstance(constant, types.CodeType)]
    return reads, writes


def _set(statement: ast.stmt) -> set[str]:
    """Return the names to whose objects a statement gives an item or an attribute: table[i] = x, Model.step = step."""
    found = set()
    for node in walk(statement):
        match node:
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                found.add(_root(node))
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[target, *_]):
                found.add(_root(target))
    return found


def _changed(statement: ast.stmt) -> set[str]:
    """Return the names whose objects a statement may change by a call: table.append(x), fill(table)."""
    found = set()
    for node in walk(statement):
        match node:
            case ast.Call(func=ast.Attribute() as method):
                found.add(_root(method))
            case ast.Expr(value=ast.Call(func=function, args=arguments)) if _root(function) not in _ONLY_SHOW:
                found.update(argument.id for argument in arguments if isinstance(argument, ast.Name))
    return found


def _root(node: ast.AST) -> str:
    """Return the name that an expression like name.attribute[0].method() begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def _imported(body: list[ast.stmt]) -> set[str]:
    """Return the names of libraries: `plt.show()` changes nothing that a definition needs."""
    imports = (part for part in top_level(body) if isinstance(part, ast.Import | ast.ImportFrom))
    return {(alias.asname or alias.name).partition(".")[0] for part in imports for alias in part.names}


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Stop what runs after so long, where the system can; 0 for never."""
    if not (seconds and hasattr(signal, "setitimer")):
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
