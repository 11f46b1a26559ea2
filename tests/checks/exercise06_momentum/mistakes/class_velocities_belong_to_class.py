# fails: test_class_two_optimizers
# en: The velocities belong to the class, so a new optimizer inherits them; make them in __init__.
# ko: 속도가 클래스의 것이라 새 옵티마이저가 물려받습니다. __init__에서 만드세요.
# kind: state
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
    velocity = torch.zeros_like(w)
    path = [w]
    for _ in range(steps):
        velocity = momentum * velocity - lr * (a @ w - b)
        w = w + velocity
        path.append(w)
    return torch.stack(path)


class MomentumSGD:
    velocities = {}

    def __init__(self, params, lr, momentum=0.9):
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            velocity = self.velocities.get(p, torch.zeros_like(p))
            self.velocities[p] = self.momentum * velocity - self.lr * p.grad
            p += self.velocities[p]

    def zero_grad(self):
        for p in self.params:
            p.grad = None
