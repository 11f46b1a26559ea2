# Different: NumPy works on arrays of the sizes, which is allowed, and on the tensors by a round trip.
import numpy as np
import torch


def aligned(shape, rank):
    return np.concatenate([np.ones(rank - len(shape), dtype=int), np.array(shape, dtype=int)])


def broadcast_shape(a, b):
    rank = max(len(a), len(b))
    m, n = aligned(a, rank), aligned(b, rank)
    if not np.all((m == n) | (m == 1) | (n == 1)):
        raise ValueError("operands could not be broadcast together")
    return tuple(np.where(m == 1, n, m))


def matmul_shape(a, b):
    if min(len(a), len(b)) == 0:
        raise ValueError("0-d operand")
    m = np.array(a if len(a) > 1 else (1, *a))
    n = np.array(b if len(b) > 1 else (*b, 1))
    if m[-1] != n[-2]:
        raise ValueError("core dimensions differ")
    stack = broadcast_shape(tuple(m[:-2]), tuple(n[:-2]))
    shape = np.array([*stack, m[-2], n[-1]], dtype=int)
    gone = [-2] * (len(a) == 1) + [-1] * (len(b) == 1)
    return tuple(np.delete(shape, gone).tolist())


def dot_shape(a, b):
    if not (len(a) and len(b)):
        return (*a, *b)
    axis = max(len(b) - 2, 0)
    if a[-1] != b[axis]:
        raise ValueError("shapes not aligned")
    return tuple(int(size) for size in np.concatenate([a[:-1], np.delete(b, axis)]))


def to_numpy(tensor):
    return tensor.detach().cpu().numpy()


def to_torch(array, like):
    return torch.from_numpy(np.ascontiguousarray(array)).to(device=like.device, dtype=like.dtype)


def pairwise_difference(x, y):
    return to_torch(to_numpy(x)[:, np.newaxis] - to_numpy(y)[np.newaxis], x)


def scale_rows(x, s):
    return to_torch(np.multiply(to_numpy(x), np.expand_dims(to_numpy(s), 1)), x)


def residuals(y, y_hat):
    return to_torch(np.subtract(to_numpy(y), np.ravel(to_numpy(y_hat))), y)


def center_columns(x):
    return to_torch(to_numpy(x) - np.mean(to_numpy(x), axis=0), x)
