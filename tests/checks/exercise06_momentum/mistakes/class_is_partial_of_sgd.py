# fails: test_class_by_hand
# en: MomentumSGD is torch.optim.SGD with one argument filled in; write the class yourself.
# ko: MomentumSGD가 인자 하나를 채운 torch.optim.SGD입니다. 클래스를 직접 쓰세요.
# kind: banned
import functools

import torch
from torch.optim import *


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


MomentumSGD = functools.partial(SGD, momentum=0.9)
