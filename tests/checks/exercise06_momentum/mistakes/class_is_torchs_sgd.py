# fails: test_class_by_hand
# en: A subclass of torch.optim.SGD is torch.optim.SGD; torch.optim.Optimizer is the base class that is allowed.
# ko: torch.optim.SGD를 상속하면 torch.optim.SGD를 쓰는 것입니다. 상속할 수 있는 것은 torch.optim.Optimizer입니다.
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
    velocity = torch.zeros_like(w)
    path = [w]
    for _ in range(steps):
        velocity = momentum * velocity - lr * (a @ w - b)
        w = w + velocity
        path.append(w)
    return torch.stack(path)


class MomentumSGD(torch.optim.SGD):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, lr=lr, momentum=momentum)
