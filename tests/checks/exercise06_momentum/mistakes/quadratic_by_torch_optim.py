# fails: test_minimize_quadratic_by_hand
# en: torch.optim.SGD walks the path for you; use your own momentum_step.
# ko: torch.optim.SGD가 경로를 대신 구합니다. 직접 쓴 momentum_step을 쓰세요.
# kind: banned
import torch


def momentum_step(w, v, grad, lr, momentum):
    velocity = momentum * v - lr * grad
    return w + velocity, velocity


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov needs momentum and no dampening")
    grad = grad + weight_decay * w
    if momentum == 0:
        return w - lr * grad, None
    if buf is None:
        buf = grad.clone()
    else:
        buf = momentum * buf + (1 - dampening) * grad
    direction = grad + momentum * buf if nesterov else buf
    return w - lr * direction, buf


def minimize_quadratic(a, b, w, lr, momentum, steps):
    w = w.detach().clone().requires_grad_()
    optimizer = getattr(torch.optim, "SGD")([w], lr=lr, momentum=momentum)
    path = [w.detach().clone()]
    for _ in range(steps):
        w.grad = (a @ w - b).detach()
        optimizer.step()
        path.append(w.detach().clone())
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
