# Different: the functions are lambdas and partials, and MomentumSGD is a dataclass around closures.
import dataclasses
import functools
import weakref
from typing import Any

import torch

momentum_step = lambda w, v, grad, lr, momentum: (w + (nxt := momentum * v - lr * grad), nxt)


def _refuse(*_):
    raise ValueError("nesterov needs a momentum and no dampening")


def _plain(w, buf, g, lr):
    return w - lr * g, None


def _sgd(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    kind = {(True, False): _refuse, (False, False): _plain}.get((bool(nesterov), bool(momentum)))
    kind = _refuse if nesterov and dampening else kind
    g = grad + weight_decay * w
    if kind:
        return kind(w, buf, g, lr)
    buf = momentum * buf + (1 - dampening) * g if buf is not None else g
    return w - lr * (g + momentum * buf if nesterov else buf), buf


sgd_step = functools.partial(_sgd)


def _next(a, b, lr, momentum, state, _):
    w, v = state[-1]
    return [*state, momentum_step(w, v, torch.addmv(-b, a, w), lr, momentum)]


def minimize_quadratic(a, b, w, lr, momentum, steps):
    walk = functools.partial(_next, a, b, lr, momentum)
    states = functools.reduce(walk, range(steps), [(w, torch.zeros_like(w))])
    return torch.stack([w for w, _ in states])


def _mover(ref, lr, momentum):
    velocity: Any = 0

    def move():
        nonlocal velocity
        p = ref()
        if p.grad is not None:
            velocity = momentum * velocity - lr * p.grad.clone()
            with torch.no_grad():
                p.set_(p + velocity) if p.requires_grad is False else p.add_(velocity)

    return move


@dataclasses.dataclass(eq=False)
class MomentumSGD:
    params: Any
    lr: float
    momentum: float = 0.9

    def __post_init__(self):
        self.params = tuple(self.params)
        self.movers = [_mover(weakref.ref(p), self.lr, self.momentum) for p in self.params]

    def step(self):
        return [move() for move in self.movers]

    def zero_grad(self):
        [setattr(p, "grad", None) for p in self.params]
