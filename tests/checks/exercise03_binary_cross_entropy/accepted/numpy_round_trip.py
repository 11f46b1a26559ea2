# Different: NumPy does the arithmetic; the result goes back to the dtype and device of the input.
import numpy as np
import torch


def to_numpy(tensor):
    return tensor.detach().cpu().numpy()


def to_torch(array, like):
    return torch.as_tensor(np.array(array), dtype=like.dtype, device=like.device)


def numpy_sigmoid(z):
    decay = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, decay) / (1 + decay)


def numpy_log(p):
    log = np.full(p.shape, -100.0, dtype=p.dtype)
    np.log(p, out=log, where=p > 0)
    return np.maximum(log, -100)


def sigmoid(z):
    return to_torch(numpy_sigmoid(to_numpy(z)), z)


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("p and y must have one shape")
    a, b = np.atleast_1d(to_numpy(p)), np.atleast_1d(to_numpy(y))
    return to_torch(-np.mean(b * numpy_log(a) + (1 - b) * numpy_log(1 - a)), p)


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("z and y must have one shape")
    a, b = to_numpy(z), to_numpy(y)
    return to_torch(np.mean(np.logaddexp(0, a) - a * b), z)


def binary_cross_entropy_gradient(z, y):
    a, b = to_numpy(z), to_numpy(y)
    return to_torch((numpy_sigmoid(a) - b) / a.size, z)


def predict(z, threshold=0.5):
    return to_torch(numpy_sigmoid(to_numpy(z)) >= threshold, z)
