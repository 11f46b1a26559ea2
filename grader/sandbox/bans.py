"""What code uses, by its source, and which of it an exercise bans. It parses, and never runs a line.

A use is a dotted name ("torch.nn.functional.sigmoid"; ".sigmoid" for a method of something unknown; "builtins.map";
".for", ".while" and ".comprehension" for what has no name) and its line. Like `names`, this neither recurses nor takes
more than about linear time: whoever made it give up would be rid of it.
"""

from __future__ import annotations

import ast
import gc
import json
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from functools import cache, partial, reduce
from itertools import accumulate, chain
from operator import or_

from grader.sandbox.names import MAX_PART, Meanings, Scope, bound, children, locals_of, spelled_out, top_level, walk

LIBRARIES = ("torch", "numpy", "scipy", "functorch")
MAX_USES = 100
MAX_TOLD = 5000
"""Uses that are told of one name, and of all names together; but the first of each ban is always told."""
MAX_STEPS = 300_000
"""Steps spent on which methods each name reaches; from then on, a method is reached that anything in the file names."""

Use = tuple[str, int]


def matches(name: str, banned: str) -> bool:
    """Whether a used name is a banned one.

    A dotted ban ("torch.autograd") covers all that lies under it; a plain one ("sigmoid") covers that name
    anywhere in a library (in place and for lists too: "sigmoid_", "_foreach_sigmoid") and as a method.
    """
    if "." in banned:
        return name == banned or name.startswith(banned + ".")
    parts = name.split(".")
    return parts[0] in ("", *LIBRARIES) and banned in map(_plain, parts)


def _plain(part: str) -> str:
    return part.removeprefix("_foreach_").rstrip("_")


def is_banned(name: str, banned: Iterable[str]) -> bool:
    """Whether a used name is among the banned ones."""
    return any(matches(name, ban) for ban in banned)


def references(source: str, banned: Collection[str]) -> dict[str, list[Use]]:
    """Return, for each top-level name of the source, the banned things that it and everything it reaches refer to.

    By line, and MAX_USES of them at most. Source that is nested more deeply than Python can compile refers to nothing.
    """
    collects = gc.isenabled()
    gc.disable()  # a tree of 100,000 nodes, looked through time and again, would double the time
    try:
        return _Module(_parsed(source), banned).references()
    except (RecursionError, MemoryError):
        return {}
    finally:
        if collects:
            gc.enable()


def packed(found: dict[str, list[Use]]) -> bytes:
    """Return what `references` found as bytes, which travel however many names there are: each use is told once."""
    numbers = {use: number for number, use in enumerate(dict.fromkeys(chain.from_iterable(found.values())))}
    names = {name: [numbers[use] for use in uses] for name, uses in found.items() if uses}
    return json.dumps([list(numbers), names]).encode()


def unpacked(data: bytes) -> dict[str, list[Use]]:
    """Return what was `packed`, but for the names that refer to nothing."""
    uses, names = json.loads(data)
    uses = [(name, line) for name, line in uses]
    return {name: [uses[number] for number in numbers] for name, numbers in names.items()}


def _parsed(source: str) -> ast.Module:
    """Parse as deep a source as Python can compile, and deeper."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 3000))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    finally:
        sys.setrecursionlimit(limit)


_ANY = "*"
"""Stands for every attribute, where code looks one up by a name that is not spelled out."""

_LOOK_UP = {f"builtins.{name}" for name in ("vars", "eval", "exec", "globals", "locals")} | {
    "operator.attrgetter", "operator.methodcaller", "inspect.getattr_static", "inspect.getmembers"}  # fmt: skip


class _Bans:
    """The banned names, as bits: `matches` for many names at once. The module's `own` attributes are never banned."""

    def __init__(self, banned: Collection[str], own: set[str]):
        self._own = own
        self.bits = {ban: 1 << number for number, ban in enumerate(dict.fromkeys(banned))}
        paths = [ban for ban in self.bits if "." in ban] + sorted(_LOOK_UP | {"builtins.getattr"})
        beginnings = (accumulate(path.split("."), "{}.{}".format) for path in paths)
        starts = dict.fromkeys(["", *LIBRARIES, *chain.from_iterable(beginnings)])
        self._starts = {start: 1 << number for number, start in enumerate(starts, len(self.bits))}
        self._found: dict[str, int] = {}

    def of(self, name: str) -> int:
        """Return the bits of the bans that match a name."""
        if name not in self._found:
            above, dot, last = name.rpartition(".")
            plain = _plain(last) if name.partition(".")[0] in ("", *LIBRARIES) else "."
            found = (self.bits.get(name, 0) if dot else 0) | (0 if "." in plain else self.bits.get(plain, 0))
            self._found[name] = found | (self.of(above) if dot else 0)
        return self._found[name]

    def powers(self, name: str) -> int:
        """Return, as bits, what a name and the attributes of what it stands for could match."""
        root = name.partition(".")[0]
        known = self._starts.get(name, 0) | (self._starts[root] if root in ("", *LIBRARIES) else 0)
        return 0 if self.is_own(name) else self.of(name) | known

    def is_own(self, name: str) -> bool:
        """Whether a name is an attribute that the module's own objects have."""
        return name.startswith(".") and name.split(".", 2)[1] in self._own


_Nodes = tuple[ast.AST, ...]


class _Part:
    """A piece of the module: the module's names, the methods' names and the banned uses that are in it."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.uses: set[Use] = set()


class _Reader:
    """Reads pieces of a module."""

    def __init__(self, bans: _Bans, scope: Scope, defined: Collection[str], methods: set[str]):
        self._bans, self._scope, self._defined, self._methods = bans, scope, defined, methods
        self._known: dict[ast.expr, Meanings] = {}
        self._line = 0
        """The line of the string that the code read stands in; 0 outside."""

    def read(self, nodes: _Nodes) -> _Part:
        self._part = _Part()
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

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        self._scope.enter(node.body if isinstance(node.body, list) else [], locals_of(node))
        self._waiting.append(partial(self._scope.leave))

    def _name(self, node: ast.Name) -> None:
        if type(node.ctx) is ast.Load:
            self._read_attribute(node.id)  # in a class's body, a method
            if node.id in self._defined and not self._scope.is_local(node.id):
                self._part.names.add(node.id)
            self._add(node, self._scope.look_up(node.id))

    def _attribute(self, node: ast.Attribute) -> None:
        self._read_attribute(_ANY if node.attr in ("__dict__", "__getattribute__") else node.attr)
        known = self._scope.dotted(node, self._known)
        if not known and type(node.ctx) is ast.Load:
            known = {f".{node.attr[:MAX_PART]}"}
        self._add(node, known)

    def _call(self, node: ast.Call) -> None:
        self._add(node, self._scope.dotted(node, self._known))
        called = self._scope.dotted(node.func, self._known)
        if "builtins.getattr" in called and len(node.args) > 1:
            self._read_attribute(spelled_out(node.args[1]) or _ANY)
        elif called & _LOOK_UP:
            self._read_attribute(_ANY)
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
            tree = _parsed(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return  # it will raise when it is run
        self._waiting.append(partial(self._begin, tree, line))

    def _begin(self, node: ast.AST | None, line: int) -> None:
        if node is not None:
            self._waiting += [partial(self._begin, None, self._line), node]
        self._line = line

    def _read_attribute(self, name: str) -> None:
        if name == _ANY or name in self._methods:
            self._part.attributes.add(name)

    def _add(self, node: ast.expr, names: Collection[str]) -> None:
        for name in names:
            if self._bans.of(name) and not self._bans.is_own(name):
                self._part.uses.add((name, self._line or node.lineno))


_CONSTRUCTS = {ast.For: ".for", ast.AsyncFor: ".for", ast.While: ".while", ast.comprehension: ".comprehension"}
_STEPS = {ast.FunctionDef: _Reader._function, ast.AsyncFunctionDef: _Reader._function, ast.Lambda: _Reader._function,
          ast.Name: _Reader._name, ast.Attribute: _Reader._attribute, ast.Call: _Reader._call,
          ast.Subscript: _Reader._subscript, **dict.fromkeys(_CONSTRUCTS, _Reader._construct)}  # fmt: skip


class _Module:
    """A parsed module: the parts that each top-level name is made of, and what they lead to."""

    def __init__(self, tree: ast.Module, banned: Collection[str]):
        body = [statement for statement in tree.body if not _is_main_block(statement)]
        definitions: dict[str, list[ast.stmt]] = defaultdict(list)
        for statement in top_level(body):
            for name in bound(statement):
                definitions[name].append(statement)
        stars, own = _stars_and_attributes(tree)
        plain = _plain_classes(definitions)
        methods = {part.name for node in plain for part in node.body if _is_named(part)}
        bans = _Bans(banned, own)
        reader = _Reader(bans, Scope(definitions, stars, body, bans.powers), definitions, methods)
        count = Counter(chain.from_iterable(definitions.values()))
        split = {name: _split(statements, plain, count) for name, statements in definitions.items()}
        parts = {nodes: reader.read(nodes) for pieces in split.values() for nodes, _ in pieces}
        places = {nodes: place for place, nodes in enumerate(parts)}
        self._parts = list(parts.values())
        self._pieces = {name: [(places[nodes], method) for nodes, method in pieces] for name, pieces in split.items()}
        """Of each name, the parts, each with a method's name where one must name that to reach it."""
        self._uses = sorted({use for part in self._parts for use in part.uses}, key=lambda use: use[::-1])
        numbers = {use: number for number, use in enumerate(self._uses)}
        self._bits = [_bits([numbers[use] for use in part.uses]) for part in self._parts]
        alike: dict[int, list[int]] = defaultdict(list)
        for number, (name, _) in enumerate(self._uses):
            alike[bans.of(name)].append(number)
        kinds = {kind: _bits(alike[kind]) for kind in alike}
        self._of_bans = [reduce(or_, (kinds[kind] for kind in kinds if kind & ban), 0) for ban in bans.bits.values()]

    def references(self) -> dict[str, list[Use]]:
        """Return what each name refers to, through every name of the module that it leads to.

        A class that one starts from is reached whole, another by the methods that something reached names.
        """
        wide, reached, steps = self._wide(), {}, 0
        doubtful = any(method and wide[number] for pieces in self._pieces.values() for number, method in pieces)
        for name, pieces in self._pieces.items():
            bits = reduce(or_, (wide[number] for number, _ in pieces))
            if bits and doubtful and steps < MAX_STEPS:
                bits, taken = self._reach(name)
                steps += taken
            reached[name] = bits
        room = min(MAX_USES, max(1, MAX_TOLD // (1 + sum(map(bool, reached.values())))))
        first = cache(partial(self._first, room))
        return {name: list(first(bits)) for name, bits in reached.items()}

    def _wide(self) -> list[int]:
        """Return the uses that each part leads to, if of a class all methods are reached that anything names."""
        size = len(self._parts)
        places = {name: place for place, name in enumerate(self._pieces, size)}
        named = {None, *self._pieces}.union(*(part.attributes for part in self._parts))
        below = [[places[name] for name in part.names] for part in self._parts]
        for pieces in self._pieces.values():
            below.append([number for number, method in pieces if method in named or _ANY in named])
        return _gathered(below, self._bits + [0] * len(self._pieces))

    def _reach(self, start: str) -> tuple[int, int]:
        """Return the uses that a name leads to, and the steps that it took to find them."""
        names, attributes, seen, bits, steps = {start}, {start}, set(), 0, 0
        asleep: dict[str, list[int]] = defaultdict(list)
        waiting = [number for number, _ in self._pieces[start]]
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            part = self._parts[number]
            bits |= self._bits[number]
            for attribute in part.attributes - attributes:
                waiting += asleep.pop(attribute, [])
            if _ANY in part.attributes:
                waiting += chain.from_iterable(asleep.values())
            attributes |= part.attributes
            fresh = [piece for name in part.names - names for piece in self._pieces[name]]
            names |= part.names
            for number, method in fresh:
                (waiting if not method or {method, _ANY} & attributes else asleep[method]).append(number)
            steps += 1 + len(part.attributes) + len(part.names) + len(fresh)
        return bits, steps

    def _first(self, room: int, bits: int) -> list[Use]:
        """Return what bits stand for: as many as there is room for, and the first of each ban in any case."""
        chosen = {_lowest(bits & of_ban) for of_ban in self._of_bans if bits & of_ban}
        while bits and len(chosen) < room:
            chosen.add(_lowest(bits))
            bits &= bits - 1
        return [self._uses[number] for number in sorted(chosen)]


def _bits(numbers: list[int]) -> int:
    """Return the integer that has these bits."""
    data = bytearray(max(numbers, default=0) // 8 + 1)
    for number in numbers:
        data[number // 8] |= 1 << number % 8
    return int.from_bytes(data, "little")


def _lowest(bits: int) -> int:
    """Return the number of the lowest bit."""
    return (bits & -bits).bit_length() - 1


def _gathered(below: list[list[int]], bits: list[int]) -> list[int]:
    """Return, for each node of a graph, the bits of all nodes that it leads to, its own among them.

    Gabow's path-based search: `opened` are the nodes not done, `heads` what may be the first of a knot of them.
    """
    top = len(below)  # one more, above all
    below, found = [*below, range(top)], [*bits, 0]
    order, done = {top: 0}, set()
    path, opened, heads = [(top, iter(below[top]))], [top], [top]
    while path:
        node, rest = path[-1]
        other = next(rest, None)
        if other is None:
            path.pop()
            if heads[-1] == node:
                heads.pop()
                knot = [opened.pop()]
                while knot[-1] != node:
                    knot.append(opened.pop())
                bits = reduce(or_, [found[member] for member in knot])
                for member in knot:
                    found[member] = bits
                done.update(knot)
            if path:
                found[path[-1][0]] |= found[node]
        elif other not in order:
            order[other] = len(order)
            path.append((other, iter(below[other])))
            opened.append(other)
            heads.append(other)
        elif other in done:
            found[node] |= found[other]
        else:
            while order[heads[-1]] > order[other]:
                heads.pop()
    return found[:top]


def _split(
    statements: list[ast.stmt], plain: set[ast.stmt], count: Counter[ast.stmt]
) -> list[tuple[_Nodes, str | None]]:
    """Return a name's pieces: what is always reached with it, each method of a plain class, and what other names share.

    With the method's name where one must name that to reach it.
    """
    always, apart = [], []
    for statement in statements:
        if statement in plain:
            always += [*statement.bases, *(part for part in statement.body if not _is_named(part))]
            apart += [((part,), part.name) for part in statement.body if _is_named(part)]
        elif count[statement] == 1:
            always.append(statement)
        else:
            apart.append(((statement,), None))
    return [(tuple(always), None), *apart]


def _is_named(part: ast.stmt) -> bool:
    """Whether a part of a class is a method that is only called where code names it."""
    return isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and not part.name.startswith("__")


def _plain_classes(definitions: dict[str, list[ast.stmt]]) -> set[ast.stmt]:
    """Return the classes with only methods that the module's own code calls, and no library's base class does."""
    left = {name: len(statements) for name, statements in definitions.items()}  # not known to be plain
    waits: dict[ast.ClassDef, int] = {}
    below: dict[str, list[ast.ClassDef]] = defaultdict(list)
    for node in chain.from_iterable(definitions.values()):
        if isinstance(node, ast.ClassDef) and not node.keywords and not node.decorator_list:
            bases = {getattr(base, "id", "") for base in node.bases} - {"object"}
            waits[node] = len(bases)
            for base in bases:
                below[base].append(node)
    plain, ready = set(), [node for node, count in waits.items() if not count]
    while ready:
        node = ready.pop()
        plain.add(node)
        left[node.name] -= 1
        for heir in below[node.name] if not left[node.name] else []:
            waits[heir] -= 1
            ready += [] if waits[heir] else [heir]
    return plain


def _is_main_block(statement: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`, which grading never enters."""
    return isinstance(statement, ast.If) and "__name__" in {
        n.id for n in walk(statement.test) if isinstance(n, ast.Name)
    }


def _stars_and_attributes(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the modules that the source imports whole, and the methods and attributes that its own objects have.

    SimpleNamespace(sigmoid=...) has some of these too.
    """
    stars, own = set(), set()
    for node in walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            own.add(node.attr[:MAX_PART])
        elif isinstance(node, ast.keyword) and node.arg:
            own.add(node.arg[:MAX_PART])
        elif isinstance(node, ast.ClassDef):
            own.update(name[:MAX_PART] for statement in top_level(node.body) for name in bound(statement))
        elif isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            stars.add(node.module or "")
    return stars, own
