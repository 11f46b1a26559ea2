# fails: test_dot_shape_by_hand
# en: You made two dummies and multiplied them with @; work from the sizes alone.
# ko: 배열 두 개를 만들어 @로 곱했습니다. 크기만으로 구하세요.
# kind: banned
import math

import numpy as np


def broadcast_shape(a, b):
    rank = max(len(a), len(b))
    shape = []
    for m, n in zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b):
        if m != n and m != 1 and n != 1:
            raise ValueError("the shapes do not broadcast")
        shape.append(n if m == 1 else m)
    return tuple(shape)


def matmul_shape(a, b):
    if len(a) == 0 or len(b) == 0:
        raise ValueError("matmul takes no 0-d operand")
    if a[-1] != b[-2:][0]:
        raise ValueError("the sizes do not fit")
    return broadcast_shape(a[:-2], b[:-2]) + a[-2:-1] + b[-2:][1:]


def dot_shape(a, b):
    if len(a) == 0 or len(b) == 0:
        return a + b
    x, y = np.zeros(a), np.zeros(b)
    if len(b) > 1:
        y = np.moveaxis(y, -2, 0)
    flat = x.reshape(math.prod(a[:-1]), a[-1]) @ y.reshape(len(y), math.prod(y.shape[1:]))
    return flat.reshape(x.shape[:-1] + y.shape[1:]).shape


def pairwise_difference(x, y):
    return x.unsqueeze(1) - y.unsqueeze(0)


def scale_rows(x, s):
    return x * s.unsqueeze(1)


def residuals(y, y_hat):
    return y - y_hat.flatten()


def center_columns(x):
    return x - x.mean(dim=0)
