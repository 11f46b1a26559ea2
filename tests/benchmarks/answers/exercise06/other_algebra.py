# Rates are multiplied in another order, velocities are kept divided by the rate, and a path is a recurrence of points.
import torch


def momentum_step(w, v, grad, lr, momentum):
    new = torch.lerp(-grad * lr / (1 - momentum), v, momentum)
    return (w + momentum * v) - grad * lr, new


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov")
    grad = torch.add(grad, w, alpha=weight_decay)
    if momentum == 0:
        return torch.sub(w, grad, alpha=lr), None
    new = grad.clone() if buf is None else torch.add(buf * momentum + grad, grad, alpha=-dampening)
    if nesterov:
        return w - lr * grad - (lr * momentum) * new, new
    return torch.addcmul(w, new, torch.full_like(new, lr), value=-1), new


def minimize_quadratic(a, b, w, lr, momentum, steps):
    path, before = [w], w
    for _ in range(steps):
        here = path[-1]
        slope = torch.stack([(row * here).sum() for row in a]) - b
        path.append(here + momentum * (here - before) - lr * slope)
        before = here
    return torch.stack(path)


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.params, self.lr, self.momentum, self.sums = [*params], lr, momentum, {}

    def step(self):
        for place, p in enumerate(self.params):
            if p.grad is None:
                continue
            old = self.sums.get(place)
            self.sums[place] = p.grad.detach().clone() if old is None else p.grad.detach() + self.momentum * old
            with torch.no_grad():
                p.sub_(self.sums[place] * self.lr)

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad = torch.zeros_like(p.grad)
