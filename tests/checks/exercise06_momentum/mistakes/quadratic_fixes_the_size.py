# fails: test_minimize_quadratic_values
# en: The velocity always has 2 elements; give it the shape of w, with torch.zeros_like.
# ko: 속도의 원소가 언제나 2개입니다. torch.zeros_like로 w와 같은 모양으로 만드세요.
# kind: ignores_argument
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
    velocity = torch.zeros(2, dtype=w.dtype, device=w.device)
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
