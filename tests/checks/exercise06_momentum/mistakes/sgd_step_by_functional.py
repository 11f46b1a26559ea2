# fails: test_sgd_step_by_hand
# en: torch.optim.sgd.sgd is SGD as a function; write the rule yourself.
# ko: torch.optim.sgd.sgd는 함수로 된 SGD입니다. 규칙을 직접 쓰세요.
# kind: banned
import torch
from torch.optim.sgd import sgd as torch_step


def momentum_step(w, v, grad, lr, momentum):
    velocity = momentum * v - lr * grad
    return w + velocity, velocity


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov needs momentum and no dampening")
    w, buffers = w.detach().clone(), [None if buf is None or momentum == 0 else buf.clone()]
    torch_step(
        [w], [grad.clone()], buffers, weight_decay=weight_decay, momentum=momentum, lr=lr, dampening=dampening,
        nesterov=nesterov, maximize=False,
    )
    return w, buffers[0]


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
