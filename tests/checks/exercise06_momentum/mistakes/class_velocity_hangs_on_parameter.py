# fails: test_class_two_optimizers
# en: The velocity hangs on the parameter, where the next optimizer finds it; keep it in the object.
# ko: 속도를 매개변수에 매달아 두어 다음 옵티마이저가 그것을 씁니다. 객체에 간직하세요.
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
    def __init__(self, params, lr, momentum=0.9):
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            velocity = getattr(p, "velocity", torch.zeros_like(p))
            p.velocity = self.momentum * velocity - self.lr * p.grad
            p += p.velocity

    def zero_grad(self):
        for p in self.params:
            p.grad = None
