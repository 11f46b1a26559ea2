"""What code uses, by its source, and which of it an exercise bans. It parses, and never runs a line.

A use is a dotted name ("torch.nn.functional.sigmoid"; ".sigmoid" for a method of something unknown; "builtins.map";
".for", ".while" and ".comprehension" for what has no name) and its line. Like `names`, this neither recurses nor takes
more than about linear time: whoever made it give up would be rid of it.
"""

from __future__ import annotations

import ast
import gc
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from functools import cache, partial, reduce
from itertools import chain
from operator import or_

from grader.sandbox.cells import Home, statements
from grader.sandbox.matching import Bans, Use
from grader.sandbox.names import MAX_PART, Scope
from grader.sandbox.reach import bits_of, gathered, lowest
from grader.sandbox.reading import ANY, Nodes, Reader, parsed
from grader.sandbox.replaced import replaced
from grader.sandbox.syntax import bound, is_main_block, top_level, walk

MAX_USES = 100
MAX_TOLD = 5000
"""Uses that are told of one name, and of all names together; but the first of each ban is always told."""
MAX_STEPS = 300_000
"""Steps spent on which methods each name reaches; from then on, a method is reached that anything in the file names."""


def references(
    source: str, banned: Collection[str], cells: Sequence[int] = (), homes: Sequence[Home] = ()
) -> dict[str, list[Use]]:
    """Return, for each top-level name of the source, the banned things that it and everything it reaches refer to.

    By line, and MAX_USES of them at most. `cells` are the lines that a notebook's cells begin at, `homes` as in
    `statements`. Source that is nested more deeply than Python can compile refers to nothing.
    """
    collects = gc.isenabled()
    gc.disable()  # a tree of 100,000 nodes, looked through time and again, would double the time
    try:
        tree = ast.Module(statements(source, cells, homes, "")[0], []) if cells else parsed(source)
        return _Module(tree, banned, bool(cells)).references()
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


class _Module:
    """A parsed module: the parts that each top-level name is made of, and what they lead to."""

    def __init__(self, tree: ast.Module, banned: Collection[str], is_notebook: bool):
        body = [statement for statement in tree.body if not is_main_block(statement)]
        definitions: dict[str, list[ast.stmt]] = defaultdict(list)
        over = replaced(body, is_notebook)
        for statement in top_level(body):
            for name in () if statement in over else bound(statement):
                definitions[name].append(statement)
        stars, own = _stars_and_attributes(tree)
        plain = _plain_classes(definitions)
        methods = {part.name for node in plain for part in node.body if _is_named(part)}
        bans = Bans(banned, own)
        reader = Reader(bans, Scope(definitions, stars, body, bans.powers), definitions, methods)
        count = Counter(chain.from_iterable(definitions.values()))
        split = {name: _split(statements, plain, count) for name, statements in definitions.items()}
        parts = {nodes: reader.read(nodes) for pieces in split.values() for nodes, _ in pieces}
        places = {nodes: place for place, nodes in enumerate(parts)}
        self._parts = list(parts.values())
        self._pieces = {name: [(places[nodes], method) for nodes, method in pieces] for name, pieces in split.items()}
        """Of each name, the parts, each with a method's name where one must name that to reach it."""
        self._uses = sorted({use for part in self._parts for use in part.uses}, key=lambda use: use[::-1])
        numbers = {use: number for number, use in enumerate(self._uses)}
        self._bits = [bits_of([numbers[use] for use in part.uses]) for part in self._parts]
        alike: dict[int, list[int]] = defaultdict(list)
        for number, (name, _) in enumerate(self._uses):
            alike[bans.of(name)].append(number)
        kinds = {kind: bits_of(alike[kind]) for kind in alike}
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
            below.append([number for number, method in pieces if method in named or ANY in named])
        return gathered(below, self._bits + [0] * len(self._pieces))

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
            if ANY in part.attributes:
                waiting += chain.from_iterable(asleep.values())
            attributes |= part.attributes
            fresh = [piece for name in part.names - names for piece in self._pieces[name]]
            names |= part.names
            for number, method in fresh:
                (waiting if not method or {method, ANY} & attributes else asleep[method]).append(number)
            steps += 1 + len(part.attributes) + len(part.names) + len(fresh)
        return bits, steps

    def _first(self, room: int, bits: int) -> list[Use]:
        """Return what bits stand for: as many as there is room for, and the first of each ban in any case."""
        chosen = {lowest(bits & of_ban) for of_ban in self._of_bans if bits & of_ban}
        while bits and len(chosen) < room:
            chosen.add(lowest(bits))
            bits &= bits - 1
        return [self._uses[number] for number in sorted(chosen)]


def _split(
    statements: list[ast.stmt], plain: set[ast.stmt], count: Counter[ast.stmt]
) -> list[tuple[Nodes, str | None]]:
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
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "namedtuple":
            texts = (part.value for part in walk(*node.args[1:]) if isinstance(part, ast.Constant))
            own.update(name[:MAX_PART] for text in texts for name in str(text).replace(",", " ").split())
        elif isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            stars.add(node.module or "")
    return stars, own
