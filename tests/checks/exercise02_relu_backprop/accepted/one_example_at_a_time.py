# Different: the gradients are sums of outer products, one example after the other; names of tuples for the results.
from collections import namedtuple
from typing import NamedTuple

import torch

Layers = namedtuple("Layers", "h h_relu y_pred")


class Gradients(NamedTuple):
    w1: torch.Tensor
    w2: torch.Tensor


class Trained(NamedTuple):
    w1: torch.Tensor
    w2: torch.Tensor
    losses: list


def forward(x, w1, w2):
    rows = []
    for row in x:
        h = row @ w1
        h_relu = torch.stack([value if value > 0 else value * 0 for value in h])
        rows.append((h, h_relu, h_relu @ w2))
    return Layers(*(torch.stack(parts) for parts in zip(*rows)))


def squared_error(y_pred, y):
    total = torch.zeros((), dtype=y.dtype, device=y.device)
    for p, q in zip(y_pred.flatten(), y.flatten()):
        total = total + (p - q) ** 2
    return total


def gradients(x, y, w1, w2):
    by_w1, by_w2 = torch.zeros_like(w1), torch.zeros_like(w2)
    layers = forward(x, w1, w2)
    for i in range(len(x)):
        arriving = 2 * (layers.y_pred[i] - y[i])
        on = torch.tensor([1.0 if value > 0 else 0.0 for value in layers.h[i]], dtype=x.dtype, device=x.device)
        by_w1 += torch.outer(x[i], torch.mv(w2, arriving) * on)
        by_w2 += torch.ger(layers.h_relu[i], arriving)
    return Gradients(by_w1, by_w2)


def train(x, y, w1, w2, learning_rate, steps):
    if steps == 0:
        return Trained(w1.clone(), w2.clone(), [])
    loss = squared_error(forward(x, w1, w2).y_pred, y)
    slope = gradients(x, y, w1, w2)
    rest = train(x, y, w1 - learning_rate * slope.w1, w2 - learning_rate * slope.w2, learning_rate, steps - 1)
    return Trained(rest.w1, rest.w2, [loss.item(), *rest.losses])
