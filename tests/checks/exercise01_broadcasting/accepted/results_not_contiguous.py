# Different: results are transposed, strided or expanded views of larger new tensors; the shapes by zip_longest.
from itertools import zip_longest

import torch


def broadcast_shape(a, b):
    backwards = []
    for m, n in zip_longest(a[::-1], b[::-1]):
        if m is None or n is None:
            backwards += [n if m is None else m]
        elif m == n or 1 in (m, n):
            backwards += [m * n if 1 in (m, n) else m]
        else:
            raise ValueError("these do not broadcast", a, b)
    return (*reversed(backwards),)


def matmul_shape(a, b):
    try:
        outer, inner, meeting = a[-2:-1], a[-1], b[-2:][0]
    except IndexError:
        raise ValueError("an operand is 0-d") from None
    if inner != meeting:
        raise ValueError("inner sizes differ")
    return (*broadcast_shape(a[:-2], b[:-2]), *outer, *b[-2:][1:])


def dot_shape(a, b):
    if a == () or b == ():
        return a or b
    *rows, inner = a
    *others, meeting, columns = (*b, None) if len(b) == 1 else b
    if inner != meeting:
        raise ValueError("inner sizes differ")
    return (*rows, *others) if columns is None else (*rows, *others, columns)


def every_second(result):
    return torch.stack([result, torch.zeros_like(result)], dim=-1)[..., 0]


def pairwise_difference(x, y):
    columns = x.T.unsqueeze(2) - y.T.unsqueeze(1)
    return columns.permute(1, 2, 0)


def scale_rows(x, s):
    return (x.T * s).T


def residuals(y, y_hat):
    return every_second(y - torch.squeeze(y_hat).reshape(-1))


def center_columns(x):
    return every_second(x - x.sum(dim=0, keepdim=True).div(x.size(0)))
