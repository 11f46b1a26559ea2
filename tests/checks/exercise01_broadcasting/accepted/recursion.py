# Different: the shapes are worked out by recursion and match, one size at a time.
import torch


def broadcast_shape(a, b):
    match a, b:
        case (), shape:
            return shape
        case shape, ():
            return shape
        case (*front, m), (*others, n) if m == n or n == 1:
            return broadcast_shape(tuple(front), tuple(others)) + (m,)
        case (*front, 1), (*others, n):
            return broadcast_shape(tuple(front), tuple(others)) + (n,)
    raise ValueError(f"{a[-1]} meets {b[-1]}")


def matmul_shape(a, b):
    match a, b:
        case ((), _) | (_, ()):
            raise ValueError("a scalar")
        case (k,), _:
            *stack, _, columns = matmul_shape((1, k), b if len(b) > 1 else (*b, 1))
            return (*stack, columns)[: len(b) - 1]
        case _, (k,):
            return matmul_shape(a, (k, 1))[:-1]
        case (*left, rows, k), (*right, other, columns) if k == other:
            return (*broadcast_shape(tuple(left), tuple(right)), rows, columns)
    raise ValueError("inner sizes")


def dot_shape(a, b):
    match a, b:
        case ((), shape) | (shape, ()):
            return shape
        case (*rows, k), (other,) if k == other:
            return tuple(rows)
        case (*rows, k), (*stack, other, columns) if k == other:
            return (*rows, *stack, columns)
    raise ValueError("the sizes that meet")


def pairwise_difference(x, y):
    if len(x) > 1:
        return torch.cat([pairwise_difference(x[:1], y), pairwise_difference(x[1:], y)])
    return (x - y).unsqueeze(0)


def scale_rows(x, s):
    if len(x) > 1:
        return torch.cat([x[:1] * s[0], scale_rows(x[1:], s[1:])])
    return x * s[0]


def residuals(y, y_hat):
    return torch.stack([y - guess for guess in y_hat.flatten()]).diagonal()


def center_columns(x):
    return x + torch.zeros_like(x[0]).sub(torch.einsum("nd->d", x) / x.shape[0])
