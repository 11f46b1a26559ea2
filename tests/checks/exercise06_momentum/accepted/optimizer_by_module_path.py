# Different: the base class comes out of torch.optim.optimizer; torch's _foreach functions move all at once.
import torch
from torch.optim import lr_scheduler, optimizer


def momentum_step(w, v, grad, lr, momentum):
    v = torch._foreach_mul([v], momentum)
    torch._foreach_add_(v, [grad], alpha=-lr)
    return torch._foreach_add([w], v)[0], v[0]


class NesterovError(ValueError):
    pass


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and not (momentum and dampening == 0):
        raise NesterovError(momentum, dampening)
    decayed = torch.add(grad, w, alpha=weight_decay)
    match momentum, buf:
        case 0, _:
            return torch.add(w, decayed, alpha=-lr), None
        case _, None:
            new = decayed.clone()
        case _:
            new = torch.lerp(momentum * buf, momentum * buf + decayed, 1 - dampening)
    return w - lr * (decayed + momentum * new) if nesterov else w - lr * new, new


def minimize_quadratic(a, b, w, lr, momentum, steps):
    path = w.new_empty(steps + 1, w.shape[0])
    path[0] = w
    v = w.new_zeros(w.shape)
    for here, there in zip(path[:-1], path[1:]):
        v = v.mul(momentum).sub(lr * torch.einsum("ij,j->i", a, here)).add(lr * b)
        there.copy_(here + v)
    return path


class MomentumSGD(optimizer.Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, defaults=dict(lr=lr, momentum=momentum))
        self.velocities = {}

    def step(self):
        for group in self.param_groups:
            moving = [p for p in group["params"] if p.grad is not None]
            if not moving:
                continue
            velocities = [self.velocities.setdefault(p, torch.zeros_like(p)) for p in moving]
            with torch.no_grad():
                torch._foreach_mul_(velocities, group["momentum"])
                torch._foreach_sub_(velocities, [p.grad for p in moving], alpha=group["lr"])
                torch._foreach_add_(moving, velocities)

    def zero_grad(self):
        super().zero_grad(set_to_none=False)

    def halve_rate_every(self, epochs):
        return lr_scheduler.StepLR(self, epochs, gamma=0.5)
