# Different: its own class is called SGD and its own functions sgd and adam; none of them is torch's.
import torch
from torch import optim


def sgd(w, slope, lr):
    return w - lr * slope


def adam(*_):
    raise NotImplementedError("not in this exercise")


class SGD:
    def __init__(self, lr, momentum):
        self.lr, self.momentum = lr, momentum
        self.sgd = sgd

    def move(self, w, v, grad):
        v = self.momentum * v - self.lr * grad
        return w + v, v

    def go(self, w, slope):
        return self.sgd(w, slope, self.lr)


def momentum_step(w, v, grad, lr, momentum):
    return SGD(lr, momentum).move(w, v, grad)


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov")
    rule = SGD(lr, momentum)
    slope = grad + weight_decay * w
    if momentum == 0:
        return rule.go(w, slope), None
    memory = slope.clone() if buf is None else momentum * buf + slope - dampening * slope
    return rule.go(w, slope + momentum * memory if nesterov else memory), memory


def minimize_quadratic(a, b, w, lr, momentum, steps):
    rule, v, path = SGD(lr, momentum), w * 0, [w]
    for _ in range(steps):
        w, v = rule.move(w, v, w @ a - b)
        path += [w]
    return torch.vstack(path)


class MomentumSGD(optim.Optimizer, SGD):
    def __init__(self, params, lr, momentum=0.9):
        optim.Optimizer.__init__(self, params, {})
        SGD.__init__(self, lr, momentum)
        self.v = {}

    def step(self):
        for p in self.param_groups[0]["params"]:
            if p.grad is not None:
                place, self.v[id(p)] = self.move(p.detach(), self.v.get(id(p), 0.0), p.grad)
                p.detach().copy_(place)
