"""The ways in which one node of a function's code can be a mistake: what a mutant has in its place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

_BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mult), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,), ast.MatMult: (ast.Mult,),
}  # fmt: skip
_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.Lt), ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}  # fmt: skip
_NAMES = {
    "sum": ("mean", "amax"), "mean": ("sum",), "amax": ("amin",), "amin": ("amax",), "max": ("min",), "min": ("max",),
    "argmax": ("argmin",), "any": ("all",), "all": ("any",), "log1p": ("log",), "zeros_like": ("ones_like",),
    "floor": ("ceil",), "ceil": ("floor",), "mul_": ("add_",), "add_": ("sub_",), "sub_": ("add_",),
}  # fmt: skip
_IN_PLACE = {ast.Add: "add_", ast.Sub: "sub_", ast.Mult: "mul_", ast.Div: "div_"}

Replace = Callable[[ast.AST], ast.AST | list[ast.stmt]]
"""Makes of a node what stands in its place."""


def replacements(node: ast.AST) -> Iterator[Replace]:
    """Yield what can stand in the place of a node, whatever function it is of."""
    for kind, ways in _WAYS.items():
        if isinstance(node, kind):
            yield from ways(node)


def other_names(node: ast.AST, names: list[str]) -> Iterator[Replace]:
    """Yield the other variables in the place of one."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for name in names:
            yield lambda node, name=name: ast.Name(name, node.ctx)


def mistreated(node: ast.AST, given: list[str]) -> Iterator[Replace]:
    """Yield arithmetic of which one side is float32, and what writes its result into the caller's tensor."""
    if isinstance(node, ast.BinOp) and given:
        yield lambda node: ast.BinOp(_method(node.left, "float"), node.op, node.right)
        yield lambda node: ast.BinOp(node.left, node.op, _method(node.right, "float"))
        if type(node.op) in _IN_PLACE and isinstance(node.left, ast.Name) and node.left.id in given:
            yield lambda node: _method(node.left, _IN_PLACE[type(node.op)], node.right)


def _binary(node: ast.BinOp) -> Iterator[Replace]:
    for operator in _BINARY.get(type(node.op), ()):
        yield lambda node, operator=operator: ast.BinOp(node.left, operator(), node.right)
    yield lambda node: node.left
    yield lambda node: node.right
    if isinstance(node.op, ast.MatMult | ast.Sub | ast.Div):
        yield lambda node: ast.BinOp(node.right, node.op, node.left)


def _unary(node: ast.UnaryOp) -> Iterator[Replace]:
    yield lambda node: node.operand


def _augmented(node: ast.AugAssign) -> Iterator[Replace]:
    for operator in _BINARY.get(type(node.op), ()):
        yield lambda node, operator=operator: ast.AugAssign(node.target, operator(), node.value)
    yield lambda node: ast.Assign([node.target], node.value)


def _compared(node: ast.Compare) -> Iterator[Replace]:
    for place, kind in enumerate(node.ops):
        for other in _COMPARED.get(type(kind), ()):
            yield lambda node, place=place, other=other: ast.Compare(
                node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators
            )


def _boolean(node: ast.BoolOp) -> Iterator[Replace]:
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    yield lambda node: ast.BoolOp(other(), node.values)
    for place in range(len(node.values)):
        yield lambda node, place=place: _joined(node.op, _without(node.values, place))


def _joined(operator: ast.boolop, values: list[ast.expr]) -> ast.expr:
    return values[0] if len(values) == 1 else ast.BoolOp(operator, values)


def _constant(node: ast.Constant) -> Iterator[Replace]:
    if isinstance(node.value, bool):
        yield lambda node: ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield lambda node: ast.Constant(node.value + 1)
        yield lambda node: _number(node.value - 1)


def _number(value: float) -> ast.expr:
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _call(node: ast.Call) -> Iterator[Replace]:
    """Yield calls without one argument, with two of them swapped or one changed by one, and what is called on, alone."""
    for place in range(len(node.keywords)):
        yield lambda node, place=place: ast.Call(node.func, node.args, _without(node.keywords, place))
    for place in range(1, len(node.args)):
        yield lambda node, place=place: ast.Call(node.func, _without(node.args, place), node.keywords)
        yield lambda node, place=place: ast.Call(node.func, _swapped(node.args, place), node.keywords)
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield lambda node: node.func.value
    if node.args:
        yield lambda node: node.args[0]
    if isinstance(node.func, ast.Name) and node.func.id == "range":
        for operator in (ast.Add, ast.Sub):
            yield lambda node, operator=operator: ast.Call(
                node.func, [*node.args[:-1], ast.BinOp(node.args[-1], operator(), ast.Constant(1))], []
            )


def _without(items: list, place: int) -> list:
    return [*items[:place], *items[place + 1 :]]


def _swapped(items: list, place: int) -> list:
    return [*items[: place - 1], items[place], items[place - 1], *items[place + 1 :]]


def _counted(node: ast.Call) -> Iterator[Replace]:
    """Yield another count of elements for one: of all, of rows, of columns, or one that is written down."""
    if isinstance(node.func, ast.Name) and node.func.id == "len":
        yield lambda node: _method(node.args[0], "numel")
        yield lambda node: ast.Constant(3)
    if isinstance(node.func, ast.Attribute) and node.func.attr == "numel":
        yield lambda node: ast.Call(ast.Name("len", ast.Load()), [node.func.value], [])
        yield lambda node: ast.Constant(3)


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("torch", "math", "np", "numpy")


def _attribute(node: ast.Attribute) -> Iterator[Replace]:
    for name in _NAMES.get(node.attr, ()):
        yield lambda node, name=name: ast.Attribute(node.value, name, node.ctx)


def _name(node: ast.Name) -> Iterator[Replace]:
    for name in _NAMES.get(node.id, ()):
        yield lambda node, name=name: ast.Name(name, node.ctx)


_CHANGED_RESULTS: tuple[Callable[[ast.expr], ast.expr], ...] = (
    *(lambda result, name=name: _method(result, name) for name in ("float", "double", "half", "item")),
    lambda result: _method(result, "unsqueeze", _number(-1)),
)


def _returned(node: ast.Return) -> Iterator[Replace]:
    """Yield a result of another type or shape, and of several, each in turn, or two of them swapped."""
    if isinstance(node.value, ast.Tuple):
        for place in range(len(node.value.elts)):
            for change in _CHANGED_RESULTS:
                yield lambda node, place=place, change=change: ast.Return(_with(node.value, place, change))
            if place:
                yield lambda node, place=place: ast.Return(ast.Tuple(_swapped(node.value.elts, place), ast.Load()))
    elif node.value is not None:
        for change in _CHANGED_RESULTS:
            yield lambda node, change=change: ast.Return(change(node.value))


def _with(several: ast.Tuple, place: int, change: Callable[[ast.expr], ast.expr]) -> ast.Tuple:
    items = several.elts
    return ast.Tuple([*items[:place], change(items[place]), *items[place + 1 :]], ast.Load())


def _method(of: ast.expr, name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(of, name, ast.Load()), [*arguments], [])


def _chosen(node: ast.If | ast.IfExp) -> Iterator[Replace]:
    for value in (True, False):
        yield lambda node, value=value: type(node)(ast.Constant(value), node.body, node.orelse)


def _opened(node: ast.With) -> Iterator[Replace]:
    yield lambda node: node.body


def _dropped(node: ast.stmt) -> Iterator[Replace]:
    yield lambda node: ast.Pass()


def _indexed(node: ast.Subscript) -> Iterator[Replace]:
    """Yield the whole in the place of its part, and two indices swapped."""
    yield lambda node: node.value
    if isinstance(node.slice, ast.Tuple):
        for place in range(1, len(node.slice.elts)):
            yield lambda node, place=place: ast.Subscript(
                node.value, ast.Tuple(_swapped(node.slice.elts, place), ast.Load()), node.ctx
            )


def _slice(node: ast.Slice) -> Iterator[Replace]:
    if node.lower is not None:
        yield lambda node: ast.Slice(None, node.upper, node.step)
    if node.upper is not None:
        yield lambda node: ast.Slice(node.lower, None, node.step)


_WAYS: dict[type | tuple[type, ...], Callable[..., Iterator[Replace]]] = {
    ast.BinOp: _binary, ast.UnaryOp: _unary, ast.AugAssign: _augmented, ast.Compare: _compared, ast.BoolOp: _boolean,
    ast.Constant: _constant, ast.Call: _call, ast.Attribute: _attribute, ast.Name: _name, ast.Return: _returned,
    (ast.Call,): _counted, (ast.If, ast.IfExp): _chosen, ast.With: _opened, ast.Slice: _slice, ast.Subscript: _indexed,
    (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.If, ast.For): _dropped,
}  # fmt: skip
