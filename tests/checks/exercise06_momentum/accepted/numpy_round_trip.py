# Different: NumPy does the arithmetic; the results go back to the dtype and device of the input.
import numpy as np
import torch


def to_numpy(tensor):
    return tensor.detach().cpu().numpy()


def to_torch(array, like):
    return torch.as_tensor(np.array(array), dtype=like.dtype, device=like.device)


def momentum_step(w, v, grad, lr, momentum):
    velocity = np.multiply(momentum, to_numpy(v)) - np.multiply(lr, to_numpy(grad))
    return to_torch(to_numpy(w) + velocity, w), to_torch(velocity, w)


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov")
    place = to_numpy(w)
    slope = to_numpy(grad) + weight_decay * place
    if momentum == 0:
        return to_torch(place - lr * slope, w), None
    buffer = slope if buf is None else momentum * to_numpy(buf) + (1 - dampening) * slope
    move = slope + momentum * buffer if nesterov else buffer
    return to_torch(place - lr * move, w), to_torch(buffer, w)


def minimize_quadratic(a, b, w, lr, momentum, steps):
    matrix, offset = to_numpy(a), to_numpy(b)
    path = np.zeros((steps + 1, len(w)), dtype=matrix.dtype)
    path[0] = to_numpy(w)
    velocity = np.zeros_like(path[0])
    for step in range(steps):
        velocity = momentum * velocity - lr * (matrix.dot(path[step]) - offset)
        path[step + 1] = path[step] + velocity
    return to_torch(path, w)


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.memory = {p: np.zeros(tuple(p.shape)) for p in params}
        self.lr, self.momentum = lr, momentum

    def step(self):
        for p, velocity in self.memory.items():
            if p.grad is None:
                continue
            self.memory[p] = self.momentum * velocity - self.lr * to_numpy(p.grad)
            p.data.copy_(torch.from_numpy(np.asarray(to_numpy(p) + self.memory[p])))

    def zero_grad(self):
        for p in self.memory:
            if p.grad is not None:
                p.grad.zero_()
