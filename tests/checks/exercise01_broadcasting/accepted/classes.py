# Different: a Shape class that is a tuple, helper objects, and functions made by partial and lambda.
from dataclasses import dataclass
from functools import cached_property, partial
from operator import sub

import torch


class Shape(tuple):
    def __or__(self, other):
        rank = max(len(self), len(other))
        return Shape(map(self._one, self.padded(rank), Shape(other).padded(rank)))

    def padded(self, rank):
        return Shape([1] * (rank - len(self)) + list(self))

    @staticmethod
    def _one(m, n):
        options = {m, n} - {1} or {1}
        if len(options) > 1:
            raise ValueError("two sizes, neither of them 1")
        return options.pop()


@dataclass(frozen=True)
class Product:
    a: tuple
    b: tuple

    @cached_property
    def inner(self):
        if self.a[-1] != self.b[max(-2, -len(self.b))]:
            raise ValueError("inner sizes")
        return self.a[-1]

    def matmul(self):
        if not (self.a and self.b):
            raise ValueError("a 0-d operand")
        assert self.inner >= 0
        return Shape(self.a[:-2]) | self.b[:-2], self.a[-2:-1], self.b[max(-2, -len(self.b)) :][1:]

    def dot(self):
        if not (self.a and self.b):
            return self.a, self.b
        assert self.inner >= 0
        return self.a[:-1], self.b[:-2], self.b[-2:][1:]


def joined(parts):
    return sum(map(tuple, parts), ())


def broadcast_shape(a, b):
    return Shape(a) | b


def matmul_shape(a, b):
    return joined(Product(a, b).matmul())


dot_shape = lambda a, b: joined(Product(a, b).dot())


def _between(operation, x, y):
    return operation(x[:, None], y)


pairwise_difference = partial(_between, sub)


class ScaleRows(torch.nn.Module):
    def forward(self, x, s):
        return torch.mul(x.mT, s).mT


scale_rows = ScaleRows()


def residuals(y, y_hat):
    (difference,) = pairwise_difference(y[:, None].T, y_hat.reshape(1, -1)).unbind(0)
    return difference[0]


def center_columns(x):
    return torch.stack([column - column.mean() for column in x.T], dim=-1)
