# Different: NumPy does the arithmetic; results return to the dtype and device of the input, accuracy is a numpy number.
import numpy as np
import torch


def to_numpy(tensor):
    return tensor.detach().cpu().numpy()


def to_torch(array, like):
    return torch.as_tensor(np.array(array), dtype=like.dtype, device=like.device)


def numpy_log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def softmax(z):
    powers = np.exp(numpy_log_softmax(to_numpy(z)))
    return to_torch(powers / powers.sum(axis=1)[:, None], z)


def log_softmax(z):
    return to_torch(to_numpy(z) - np.logaddexp.reduce(to_numpy(z), axis=1)[:, None], z)


def cross_entropy(z, target):
    log_p = numpy_log_softmax(to_numpy(z))
    return to_torch(-np.take_along_axis(log_p, to_numpy(target)[:, None], axis=1).mean(), z)


def cross_entropy_one_hot(z, y):
    return to_torch(-np.sum(to_numpy(y) * numpy_log_softmax(to_numpy(z))) / len(z), z)


def cross_entropy_gradient(z, target):
    p = np.exp(numpy_log_softmax(to_numpy(z)))
    return to_torch((p - np.eye(p.shape[1])[to_numpy(target)]) / p.shape[0], z)


def accuracy(z, target):
    return np.mean(to_numpy(z).argmax(axis=1) == to_numpy(target))
