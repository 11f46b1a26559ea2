# Different: the class is a torch.optim.Optimizer, with its param_groups and its state; step takes a closure.
import torch
from torch.optim import Optimizer


def momentum_step(w, v, grad, lr, momentum):
    new = torch.sub(momentum * v, grad, alpha=lr)
    return torch.add(w, new), new


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum <= 0 or dampening != 0):
        raise ValueError("Nesterov momentum requires a momentum and zero dampening")
    if weight_decay != 0:
        grad = grad.add(w, alpha=weight_decay)
    if momentum != 0:
        if buf is None:
            buf = torch.clone(grad).detach()
        else:
            buf = buf.mul(momentum).add_(grad, alpha=1 - dampening)
        grad = grad.add(buf, alpha=momentum) if nesterov else buf
        return w.add(grad, alpha=-lr), buf
    return w.add(grad, alpha=-lr), None


def minimize_quadratic(a, b, w, lr, momentum, steps):
    w = torch.nn.Parameter(w.detach().clone())
    optimizer = MomentumSGD([w], lr, momentum or 1e-300)
    path = [w.detach().clone()]
    for _ in range(steps):
        w.grad = torch.mv(a, w.detach()).sub_(b)
        optimizer.step()
        path.append(w.detach().clone())
    return torch.stack(path)


class MomentumSGD(Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "velocity" not in state:
                    state["velocity"] = torch.zeros_like(p, memory_format=torch.preserve_format)
                state["velocity"].mul_(group["momentum"]).add_(p.grad, alpha=-group["lr"])
                p.add_(state["velocity"])
        return loss
