# Different: a decorator computes in float64 and brings the dtype back; a generator makes the steps of training.
import functools
from itertools import islice

import torch
import torch.nn.functional as F


def narrowed(value, dtype):
    if isinstance(value, tuple):
        return tuple(narrowed(part, dtype) for part in value)
    return value.to(dtype) if isinstance(value, torch.Tensor) else value


def in_float64(function):
    @functools.wraps(function)
    def wrapped(first, *others):
        others = [part.double() if isinstance(part, torch.Tensor) else part for part in others]
        return narrowed(function(first.double(), *others), first.dtype)

    return wrapped


@in_float64
def forward(x, w1, w2):
    h = F.linear(x, w1.T)
    return h, F.threshold(h, 0, 0), F.linear(F.relu(h), w2.T)


@in_float64
def squared_error(y_pred, y):
    return F.mse_loss(y_pred, y, reduction="sum")


@in_float64
def gradients(x, y, w1, w2):
    h, h_relu, y_pred = forward(x, w1, w2)
    off = y_pred - y
    back = torch.zeros_like(h).masked_scatter(h_relu.bool(), (off @ w2.T)[h_relu.bool()])
    return torch.mm(x.T, back).mul(2), torch.addmm(h_relu.T @ off, h_relu.T, off)


def descent(x, y, w1, w2, rate):
    while True:
        yield w1, w2, squared_error(forward(x, w1, w2)[-1], y)
        by_w1, by_w2 = gradients(x, y, w1, w2)
        w1, w2 = w1.sub(by_w1, alpha=rate), w2.sub(by_w2, alpha=rate)


@in_float64
def train(x, y, w1, w2, learning_rate, steps):
    states = descent(x, y, w1 + 0.0, w2 + 0.0, learning_rate)
    *before, (w1, w2, _) = islice(states, steps + 1)
    return w1, w2, [loss.item() for *_, loss in before]
