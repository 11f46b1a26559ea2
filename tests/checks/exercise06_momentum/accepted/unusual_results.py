# Different: the results are named tuples, Parameters, tensors that require grad, and not contiguous.
from collections import namedtuple

import torch
from torch import nn

Step = namedtuple("Step", ["place", "memory"])


def strided(tensor):
    spread = tensor.new_zeros(*tensor.shape, 2)
    spread[..., 1] = tensor
    return spread[..., 1]


def momentum_step(w, v, grad, lr, momentum):
    velocity = momentum * v - lr * grad
    return Step(nn.Parameter(w + velocity), strided(velocity))


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and 0 in (momentum, 1 - bool(dampening)):
        raise ValueError
    grad = grad + w * weight_decay
    if momentum == 0:
        return Step(place=strided(w - lr * grad), memory=None)
    memory = grad.clone().requires_grad_() if buf is None else momentum * buf + (1 - dampening) * grad
    direction = (memory * momentum).add(grad) if nesterov else memory
    return Step(place=w - lr * direction, memory=memory)


def minimize_quadratic(a, b, w, lr, momentum, steps):
    w = w.clone().requires_grad_()
    columns, velocity = [w], 0
    for _ in range(steps):
        velocity = momentum * velocity - lr * ((columns[-1] * a).sum(dim=1) - b)
        columns.append(columns[-1] + velocity)
    return torch.stack(columns, dim=1).T


class MomentumSGD(nn.Module):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__()
        self.trained = tuple(params)
        for i, p in enumerate(self.trained):
            self.register_buffer(f"velocity{i}", torch.zeros_like(p))
        self.lr, self.momentum = lr, momentum

    @torch.no_grad()
    def step(self):
        for p, velocity in zip(self.trained, self.buffers()):
            if p.grad is not None:
                velocity.mul_(self.momentum).add_(p.grad, alpha=-self.lr)
                p += velocity
        return self

    def zero_grad(self, set_to_none=True):
        for p in self.trained:
            p.grad = None
