"""Exercise 6: momentum. README.md explains the maths."""

from collections.abc import Iterable

import torch
from torch import Tensor


def momentum_step(w: Tensor, v: Tensor, grad: Tensor, lr: float, momentum: float) -> tuple[Tensor, Tensor]:
    """Return (w', v'), where v' = momentum*v - lr*grad and w' = w + v'.

    w:        any shape   the parameter; it, v and grad stay as they were
    v:        shape of w  its velocity
    grad:     shape of w  the gradient of the loss by w
    lr:       a number    the learning rate
    momentum: a number    the share of the velocity that is kept
    returns:  two tensors of the shape of w

    >>> momentum_step(torch.tensor([1.0]), torch.tensor([0.5]), torch.tensor([2.0]), lr=0.1, momentum=0.9)
    (tensor([1.2500]), tensor([0.2500]))
    """
    v = momentum * v - lr * grad
    return w + v, v


def sgd_step(
    w: Tensor,
    buf: Tensor | None,
    grad: Tensor,
    lr: float,
    momentum: float = 0.0,
    dampening: float = 0.0,
    weight_decay: float = 0.0,
    nesterov: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Return (w', buf') by the rule of torch.optim.SGD.

    w:        any shape   the parameter; it, buf and grad stay as they were
    buf:      shape of w  the momentum buffer, or None at the first step
    grad:     shape of w  the gradient of the loss by w
    returns:  w' of the shape of w, and buf' of the shape of w, or None where momentum is 0
    raises:   ValueError  for nesterov with a momentum of 0 or with any dampening

    >>> sgd_step(torch.tensor([1.0]), torch.tensor([0.5]), torch.tensor([2.0]), lr=0.1, momentum=0.8)
    (tensor([0.7600]), tensor([2.4000]))
    >>> sgd_step(torch.tensor([1.0]), None, torch.tensor([2.0]), lr=0.1)
    (tensor([0.8000]), None)
    """
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov needs a momentum, and no dampening")
    grad = grad + weight_decay * w
    if momentum == 0:
        return w - lr * grad, None
    # the sum above made a tensor of its own, so the first buffer shares no memory with the caller's grad
    buf = grad if buf is None else momentum * buf + (1 - dampening) * grad
    direction = grad + momentum * buf if nesterov else buf
    return w - lr * direction, buf


def minimize_quadratic(a: Tensor, b: Tensor, w: Tensor, lr: float, momentum: float, steps: int) -> Tensor:
    """Return the path that momentum_step's rule takes down f(w) = 1/2 w'Aw - b'w, from w and at rest.

    a:       (d, d)          the matrix A, symmetric
    b:       (d,)            the vector b
    w:       (d,)            where the path begins, with velocity 0
    steps:   an int          how many steps; 0 is possible
    returns: (steps + 1, d)  w first, then where each step leads

    >>> a = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    >>> minimize_quadratic(a, torch.zeros(2), torch.tensor([1.0, -1.0]), lr=0.25, momentum=0.5, steps=2)
    tensor([[ 1.0000, -1.0000],
            [ 0.5000, -0.7500],
            [ 0.0000, -0.4375]])
    """
    v = torch.zeros_like(w)
    path = [w]
    for _ in range(steps):
        w, v = momentum_step(w, v, a @ w - b, lr, momentum)
        path.append(w)
    return torch.stack(path)


class MomentumSGD:
    """Update parameters from their .grad by momentum_step's rule, each with a velocity of its own.

    params:   any iterable of tensors, which a generator such as net.parameters() is too
    lr:       a number above 0
    momentum: a number above 0

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = MomentumSGD([w], lr=0.5)
    >>> w.grad = torch.tensor([1.0, -1.0])
    >>> optimizer.step()
    >>> w
    tensor([0.5000, 2.5000], requires_grad=True)
    """

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.9):
        self.params = list(params)  # a generator can be walked through only once
        self.lr, self.momentum = lr, momentum
        self.velocities = [torch.zeros_like(p) for p in self.params]

    def step(self) -> None:
        """Move every parameter in place; one whose grad is None stays, and so does its velocity."""
        with torch.no_grad():
            for p, v in zip(self.params, self.velocities, strict=True):
                if p.grad is not None:
                    v.mul_(self.momentum).sub_(self.lr * p.grad)
                    p.add_(v)

    def zero_grad(self) -> None:
        """Leave the grad of every parameter None or zero."""
        for p in self.params:
            p.grad = None
