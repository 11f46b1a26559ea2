# Different: torch's _foreach_ operations work on lists of tensors; the float64 inside is brought back at the end.
import torch


def momentum_step(w, v, grad, lr, momentum):
    rates = torch.tensor([momentum, -lr], dtype=torch.float64, device=w.device)
    velocity = torch.tensordot(rates, torch.stack([v, grad]).double(), dims=1)
    return (w.double() + velocity).to(w), velocity.to(w)


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov > (momentum > 0 and not dampening):
        raise ValueError("nesterov")
    [grad] = torch._foreach_add([grad], [w], alpha=weight_decay)
    if not momentum:
        return torch._foreach_add([w], [grad], alpha=-lr)[0], None
    kept = [grad.clone()]
    if buf is not None:
        kept = torch._foreach_mul([buf], momentum)
        torch._foreach_add_(kept, [grad], alpha=1 - dampening)
    ahead = torch._foreach_add([grad], kept, alpha=momentum) if nesterov else kept
    return torch._foreach_add([w], ahead, alpha=-lr)[0], kept[0]


def minimize_quadratic(a, b, w, lr, momentum, steps):
    path = [w.double(), w.double()]
    for _ in range(steps):
        last, before = path[-1], path[-2]
        path.append(last + momentum * (last - before) - lr * (a.double().mv(last) - b))
    return torch.vstack(path[1:]).to(w.dtype)


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.rates = {"lr": lr, "momentum": momentum}
        self.pairs = [(p, torch.zeros_like(p, requires_grad=False)) for p in params]

    def step(self):
        moving = [(p, v) for p, v in self.pairs if p.grad is not None]
        if moving:
            params, velocities = zip(*moving)
            with torch.no_grad():
                torch._foreach_mul_(velocities, self.rates["momentum"])
                torch._foreach_add_(velocities, [p.grad for p in params], alpha=-self.rates["lr"])
                torch._foreach_add_(params, velocities)

    def zero_grad(self):
        grads = [p.grad for p, _ in self.pairs if p.grad is not None]
        if grads:
            torch._foreach_zero_(grads)
