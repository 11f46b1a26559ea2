# Different: one rule of buffers without the learning rate serves all; velocities are -lr times a buffer.
import torch


def torch_rule(buf, grad, momentum, dampening=0.0):
    if buf is None:
        return grad + 0
    return torch.addcmul(grad - dampening * grad, buf, torch.full_like(buf, momentum))


def momentum_step(w, v, grad, lr, momentum):
    velocity = -lr * torch_rule(v / -lr, grad, momentum)
    return w + velocity, velocity


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and momentum == 0:
        raise ValueError("no momentum")
    if nesterov and dampening:
        raise ValueError("no dampening")
    grad = torch.add(grad, w, alpha=weight_decay)
    buf = torch_rule(buf, grad, momentum, dampening) if momentum else None
    direction = grad if buf is None else buf
    if nesterov:
        direction = grad + momentum * direction
    return w - lr * direction, buf


def minimize_quadratic(a, b, w, lr, momentum, steps):
    path, buf = w[None].clone(), None
    for _ in range(steps):
        buf = torch_rule(buf, a @ path[-1] - b, momentum)
        path = torch.cat([path, (path[-1] - lr * buf)[None]])
    return path


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.parameters = [*params]
        self.buffers = [None] * len(self.parameters)
        self.lr = lr
        self.momentum = momentum

    def step(self):
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            self.buffers[i] = torch_rule(self.buffers[i], p.grad.detach(), self.momentum)
            p.data -= self.lr * self.buffers[i]

    def zero_grad(self):
        for p in self.parameters:
            if p.grad is not None:
                p.grad.data.fill_(0)
