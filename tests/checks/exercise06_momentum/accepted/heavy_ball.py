# Different: the path remembers the point before instead of a velocity; the steps are written out as weighted sums.
import torch


def combine(terms):
    total = None
    for factor, tensor in terms:
        total = factor * tensor if total is None else total + factor * tensor
    return total


def momentum_step(w, v, grad, lr, momentum):
    return combine([(1.0, w), (momentum, v), (-lr, grad)]), combine([(momentum, v), (-lr, grad)])


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("look at momentum and dampening")
    if momentum == 0:
        return combine([(1 - lr * weight_decay, w), (-lr, grad)]), None
    fresh = [(1.0, grad), (weight_decay, w)]
    if buf is not None:
        fresh = [(momentum, buf)] + [((1 - dampening) * factor, tensor) for factor, tensor in fresh]
    direction = [(1.0, tensor) if not nesterov else (momentum, tensor) for tensor in [combine(fresh)]]
    if nesterov:
        direction += [(1.0, grad), (weight_decay, w)]
    return combine([(1.0, w)] + [(-lr * factor, tensor) for factor, tensor in direction]), combine(fresh)


def minimize_quadratic(a, b, w, lr, momentum, steps):
    before = here = w
    path = [here.reshape(1, -1)]
    for _ in range(steps):
        before, here = here, here + momentum * (here - before) - lr * (a @ here[:, None] - b[:, None])[:, 0]
        path.append(here.reshape(1, -1))
    return torch.cat(path, dim=0)


class Mover:
    """Moves one parameter, and remembers how."""

    def __init__(self, p):
        self.p = p
        self.last_move = torch.zeros_like(p)

    def move(self, lr, momentum):
        self.last_move = combine([(momentum, self.last_move), (-lr, self.p.grad)])
        self.p.add_(self.last_move)


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.movers = list(map(Mover, params))
        self.rates = (lr, momentum)

    def step(self):
        with torch.inference_mode(False), torch.no_grad():
            for mover in filter(lambda mover: mover.p.grad is not None, self.movers):
                mover.move(*self.rates)

    def zero_grad(self):
        for mover in self.movers:
            mover.p.grad = None if mover.p.grad is None else mover.p.grad * 0
