# Every step in float64, rounded to the dtype of the parameter at its end.
import torch


def momentum_step(w, v, grad, lr, momentum):
    new = momentum * v.double() - lr * grad.double()
    return (w.double() + new).to(w.dtype), new.to(v.dtype)


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov")
    slope = grad.double() + weight_decay * w.double()
    if momentum == 0:
        return (w.double() - lr * slope).to(w.dtype), None
    new = slope if buf is None else momentum * buf.double() + (1 - dampening) * slope
    direction = slope + momentum * new if nesterov else new
    return (w.double() - lr * direction).to(w.dtype), new.to(w.dtype, copy=True)


def minimize_quadratic(a, b, w, lr, momentum, steps):
    point, v, path = w.double(), torch.zeros_like(w).double(), [w]
    for _ in range(steps):
        v = momentum * v - lr * (a.double() @ point - b.double())
        point = point + v
        path.append(point.to(w.dtype))
    return torch.stack(path)


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.params, self.lr, self.momentum = list(params), lr, momentum
        self.velocities = [torch.zeros_like(p, dtype=torch.float64) for p in self.params]

    def step(self):
        with torch.no_grad():
            for place, p in enumerate(self.params):
                if p.grad is not None:
                    self.velocities[place] = self.momentum * self.velocities[place] - self.lr * p.grad.double()
                    p.copy_(p.double() + self.velocities[place])

    def zero_grad(self):
        for p in self.params:
            p.grad = None
