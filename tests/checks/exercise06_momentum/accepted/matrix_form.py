# Different: point and velocity are stacked to one state, and each step is one product with one matrix.
import torch


def momentum_step(w, v, grad, lr, momentum):
    state = torch.stack([w, v, grad])
    step = torch.tensor([[1.0, momentum, -lr], [0.0, momentum, -lr]], dtype=w.dtype, device=w.device)
    return tuple(torch.tensordot(step, state, dims=1))


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov")
    first = buf is None
    state = torch.stack([w, torch.zeros_like(w) if first else buf, grad])
    row = lambda *numbers: torch.tensor(numbers, dtype=w.dtype, device=w.device)  # noqa: E731
    place, slope = row(1, 0, 0), row(weight_decay, 0, 1)
    if momentum == 0:
        return torch.einsum("i,i...->...", place - lr * slope, state), None
    memory = slope if first else momentum * row(0, 1, 0) + (1 - dampening) * slope
    direction = slope + momentum * memory if nesterov else memory
    result = torch.einsum("ki,i...->k...", torch.stack([place - lr * direction, memory]), state)
    return result[0].clone(), result[1].clone()


def minimize_quadratic(a, b, w, lr, momentum, steps):
    d = len(w)
    eye, zero, one = torch.eye(d).to(a), torch.zeros(d).to(a), torch.ones(1).to(a)
    # (w, v, 1) -> (w', v', 1)
    step = torch.cat([
        torch.cat([eye - lr * a, momentum * eye, (lr * b)[:, None]], dim=1),
        torch.cat([-lr * a, momentum * eye, (lr * b)[:, None]], dim=1),
        torch.cat([zero, zero, one])[None],
    ])  # fmt: skip
    state = torch.cat([w, zero, one])
    return torch.stack([(torch.linalg.matrix_power(step, k) @ state)[:d] for k in range(steps + 1)])


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self._params = list(params)
        self._velocities = {id(p): torch.zeros_like(p.data) for p in self._params}
        self._lr, self._momentum = lr, momentum

    def step(self):
        for p in self._params:
            if p.grad is not None:
                place, velocity = momentum_step(p.data, self._velocities[id(p)], p.grad.data, self._lr, self._momentum)
                self._velocities[id(p)] = velocity
                p.data = place

    def zero_grad(self):
        for p in self._params:
            p.grad = None
