# fails: test_class_example
# en: The parameter moves by the velocity of the step before; update the velocity first.
# ko: 매개변수가 이전 걸음의 속도만큼 움직입니다. 속도를 먼저 고치세요.
# kind: wrong_operand
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
            p += self.velocities[i]
            self.velocities[i] = self.momentum * self.velocities[i] - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
