# Different: plain Python numbers, one element at a time; only the class touches tensors as a whole.
import torch


def like(w, numbers):
    return torch.tensor(numbers, dtype=w.dtype, device=w.device).reshape(w.shape)


def momentum_step(w, v, grad, lr, momentum):
    places, velocities = [], []
    for w_i, v_i, g_i in zip(w.flatten().tolist(), v.flatten().tolist(), grad.flatten().tolist()):
        velocities.append(momentum * v_i - lr * g_i)
        places.append(w_i + velocities[-1])
    return like(w, places), like(w, velocities)


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov:
        if momentum == 0:
            raise ValueError("nesterov without momentum")
        if dampening != 0:
            raise ValueError("nesterov with dampening")
    places, buffer = [], []
    old = [None] * w.numel() if buf is None else buf.flatten().tolist()
    for w_i, b_i, g_i in zip(w.flatten().tolist(), old, grad.flatten().tolist()):
        g_i += weight_decay * w_i
        if momentum == 0:
            places.append(w_i - lr * g_i)
            continue
        b_i = g_i if b_i is None else momentum * b_i + (1 - dampening) * g_i
        buffer.append(b_i)
        places.append(w_i - lr * (g_i + momentum * b_i if nesterov else b_i))
    return like(w, places), like(w, buffer) if momentum else None


def minimize_quadratic(a, b, w, lr, momentum, steps):
    rows, offsets, point = a.tolist(), b.tolist(), w.tolist()
    d = len(point)
    velocity = [0.0] * d
    path = [point]
    for _ in range(steps):
        slope = [sum(rows[i][j] * point[j] for j in range(d)) - offsets[i] for i in range(d)]
        velocity = [momentum * velocity[i] - lr * slope[i] for i in range(d)]
        point = [point[i] + velocity[i] for i in range(d)]
        path.append(point)
    return torch.tensor(path, dtype=w.dtype, device=w.device)


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.params = []
        self.velocities = []
        for p in params:
            self.params.append(p)
            self.velocities.append(None)
        self.lr, self.momentum = lr, momentum

    def step(self):
        for i in range(len(self.params)):
            p = self.params[i]
            if p.grad is not None:
                v = torch.zeros_like(p) if self.velocities[i] is None else self.velocities[i]
                place, self.velocities[i] = momentum_step(p, v, p.grad, self.lr, self.momentum)
                p.data = place

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad = torch.zeros_like(p)
