# fails: test_sgd_step_by_hand
# en: torch.optim.SGD takes the step for you; write the rule yourself.
# ko: torch.optim.SGD가 걸음을 대신합니다. 규칙을 직접 쓰세요.
# kind: banned
import torch
from torch import optim


def momentum_step(w, v, grad, lr, momentum):
    velocity = momentum * v - lr * grad
    return w + velocity, velocity


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    new = torch.nn.Parameter(w.clone())
    new.grad = grad.clone()
    rule = dict(momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov)
    optimizer = optim.SGD([new], lr=lr, **rule)
    if buf is not None:
        optimizer.state[new]["momentum_buffer"] = buf.clone()
    optimizer.step()
    return new.detach(), optimizer.state[new]["momentum_buffer"] if momentum else None


def minimize_quadratic(a, b, w, lr, momentum, steps):
    velocity = torch.zeros_like(w)
    path = [w]
    for _ in range(steps):
        velocity = momentum * velocity - lr * (a @ w - b)
        w = w + velocity
        path.append(w)
    return torch.stack(path)


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum
        self.velocities = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            self.velocities[i] = self.momentum * self.velocities[i] - self.lr * p.grad
            p += self.velocities[i]

    def zero_grad(self):
        for p in self.params:
            p.grad = None
