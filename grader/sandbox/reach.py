"""What each node of a graph leads to, as the bits of integers."""

from __future__ import annotations

from functools import reduce
from operator import or_


def bits_of(numbers: list[int]) -> int:
    """Return the integer that has these bits."""
    data = bytearray(max(numbers, default=0) // 8 + 1)
    for number in numbers:
        data[number // 8] |= 1 << number % 8
    return int.from_bytes(data, "little")


def lowest(bits: int) -> int:
    """Return the number of the lowest bit."""
    return (bits & -bits).bit_length() - 1


def gathered(below: list[list[int]], bits: list[int]) -> list[int]:
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
