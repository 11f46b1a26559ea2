# Different: the tensors come back as nn.Parameters, or with a history; only their values count.
import torch
from torch import nn


def stretch(m, n):
    if m == 1:
        return n
    if n == 1 or n == m:
        return m
    raise ValueError(f"sizes {m} and {n}")


def broadcast_shape(a, b):
    shape = ()
    while a or b:
        shape = (stretch(a[-1] if a else 1, b[-1] if b else 1),) + shape
        a, b = a[:-1], b[:-1]
    return shape


def fits(a, b):
    if not a or not b or a[-1] != b[max(0, len(b) - 2)]:
        raise ValueError("operands do not fit")


def matmul_shape(a, b):
    fits(a, b)
    if len(a) == 1:
        return b[:-2] + b[-1:] if len(b) > 1 else ()
    if len(b) == 1:
        return a[:-1]
    return broadcast_shape(a[:-2] + (1, 1), b[:-2] + (1, 1))[:-2] + (a[-2], b[-1])


def dot_shape(a, b):
    if len(a) * len(b) == 0:
        return tuple(a) + tuple(b)
    fits(a, b)
    return a[:-1] + (b[:-2] + b[-1:]) * (len(b) > 1)


def pairwise_difference(x, y):
    n, m = len(x), len(y)
    i = torch.arange(n, device=x.device).repeat_interleave(m)
    j = torch.arange(m, device=x.device).repeat(n)
    return nn.Parameter((x[i] - y[j]).reshape(n, m, -1))


def scale_rows(x, s):
    return nn.Parameter(s).view(-1, 1) * x


def residuals(y, y_hat):
    return (y - y_hat.ravel()).requires_grad_()


def center_columns(x):
    x = x.clone().requires_grad_()
    return x - torch.ones_like(x) * x.mean(0)
