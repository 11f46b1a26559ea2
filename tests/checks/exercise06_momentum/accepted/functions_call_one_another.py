# Different: each function is built from another one, and the path is walked by the class itself with autograd.
import torch


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    refused = nesterov and (momentum == 0 or dampening > 0)
    if refused:
        raise ValueError(f"nesterov with momentum {momentum} and dampening {dampening}")
    slope = torch.clone(grad) if weight_decay == 0 else grad + weight_decay * w
    if momentum == 0:
        return w - lr * slope, None
    new = slope.clone() if buf is None else buf * momentum + slope * (1.0 - dampening)
    return w - lr * ((slope + new * momentum) if nesterov else new), new


def momentum_step(w, v, grad, lr, momentum):
    # the velocity is the buffer of gradients that already carry -lr
    if momentum == 0:
        v = torch.zeros_like(v)
    w, v = sgd_step(w, v, -lr * grad, -1.0, momentum=momentum or 0.5)
    return w, v


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.slots = [[p, torch.zeros_like(p)] for p in params]
        self.rates = {"lr": lr, "momentum": momentum}

    def step(self):
        with torch.no_grad():
            for slot in self.slots:
                p, v = slot
                if p.grad is not None:
                    w, slot[1] = momentum_step(p, v, p.grad, **self.rates)
                    p.copy_(w)

    def zero_grad(self):
        for p, _ in self.slots:
            p.grad = None


def minimize_quadratic(a, b, w, lr, momentum, steps):
    w = w.detach().clone().requires_grad_(True)
    optimizer = MomentumSGD(iter([w]), lr, momentum=momentum)
    path = [w.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        with torch.enable_grad():
            loss = 0.5 * w.dot(a.mv(w)) - b.dot(w)
            loss.backward()
        optimizer.step()
        path.append(w.detach().clone())
    return torch.stack(path)
