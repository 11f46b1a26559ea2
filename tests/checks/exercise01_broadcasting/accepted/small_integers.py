# Different: sizes are kept as 32-bit integers and as float32, which hold every size that a shape needs here.
from array import array

import numpy as np
import torch


def broadcast_shape(a, b):
    rank = max(len(a), len(b))
    m = np.pad(np.array(a, dtype=np.int32), (rank - len(a), 0), constant_values=1)
    n = np.pad(np.array(b, dtype=np.int32), (rank - len(b), 0), constant_values=1)
    if ((m - n) * (m - 1) * (n - 1)).any():
        raise ValueError("sizes that differ, and are not 1")
    return tuple(int(size) for size in np.choose(m == 1, [m, n]))


def matmul_shape(a, b):
    if len(a) == 0 or len(b) == 0:
        raise ValueError("0-d")
    left, right = torch.Tensor(a), torch.Tensor(b)
    if left[-1] != right[-2:][0]:
        raise ValueError("inner")
    stack = torch.Tensor(broadcast_shape(tuple(left[:-2].int().tolist()), tuple(right[:-2].int().tolist())))
    return tuple(torch.cat([stack, left[-2:-1], right[-2:][1:]]).long().tolist())


def dot_shape(a, b):
    left, right = array("i", a), array("i", b)
    if left and right:
        if left.pop() != right.pop(-min(2, len(right))):
            raise ValueError("not aligned")
    return tuple(left + right)


def pairwise_difference(x, y):
    return torch.vmap(lambda row: row - y)(x)


def scale_rows(x, s):
    return torch.addcmul(torch.zeros_like(x), x, s[..., None])


def residuals(y, y_hat):
    return y.add(y_hat.reshape(len(y)), alpha=-1)


def center_columns(x):
    return x.sub(x.T.mean(1))
