# Different: a star import brings every optimizer in, and only Optimizer is used; in-place work on clones.
from torch import *
from torch.optim import *


def momentum_step(w, v, grad, lr, momentum):
    v = v.clone()
    v *= momentum
    v -= grad * lr
    w = w.clone()
    w += v
    return w, v


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (not momentum or dampening):
        raise ValueError("nesterov")
    w, grad = w.clone(), grad.clone()
    grad += weight_decay * w
    if not momentum:
        w -= lr * grad
        return w, None
    if buf is None:
        buf = grad.clone()
    else:
        buf = buf.clone()
        buf *= momentum
        buf += (1 - dampening) * grad
    if nesterov:
        grad += momentum * buf
    else:
        grad = buf
    w -= lr * grad
    return w, buf


def minimize_quadratic(a, b, w, lr, momentum, steps):
    w, v = w.clone(), zeros_like(w)
    path = [w.clone()]
    while len(path) <= steps:
        v *= momentum
        v -= lr * (matmul(a, w) - b)
        w += v
        path.append(w.clone())
    return stack(path)


class MomentumSGD(Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        Optimizer.__init__(self, params, {})
        self.rates = lr, momentum

    @no_grad()
    def step(self):
        lr, momentum = self.rates
        for p in self.param_groups[0]["params"]:
            if p.grad is not None:
                v = self.state[p].get("v", 0)
                self.state[p]["v"] = v = momentum * v - lr * p.grad
                p += v
