# Different: the __main__ block and an unused function use NumPy's own products and loops; no graded one does.
import numpy as np
import torch


def broadcast_shape(a: tuple, b: tuple) -> tuple:
    if len(a) < len(b):
        return broadcast_shape(b, a)
    lead, rest = a[: len(a) - len(b)], a[len(a) - len(b) :]
    if any(m != n and 1 not in (m, n) for m, n in zip(rest, b)):
        raise ValueError("shapes %s and %s" % (a, b))
    return lead + tuple(min(m, n) if 0 in (m, n) else max(m, n) for m, n in zip(rest, b))


def matmul_shape(a: tuple, b: tuple) -> tuple:
    full_a, full_b = (1,) * (2 - len(a)) + a, b + (1,) * (2 - len(b))
    if not a or not b or full_a[-1] != full_b[-2]:
        raise ValueError("shapes %s and %s" % (a, b))
    full = broadcast_shape(full_a[:-2], full_b[:-2]) + (full_a[-2], full_b[-1])
    keep = [True] * (len(full) - 2) + [len(a) > 1, len(b) > 1]
    return tuple(size for size, kept in zip(full, keep) if kept)


def dot_shape(a: tuple, b: tuple) -> tuple:
    if not a:
        return b
    if not b:
        return a
    b = b if len(b) == 1 else b[-2:-1] + b[:-2] + b[-1:]  # the size that meets comes first
    if a[-1] != b[0]:
        raise ValueError("shapes %s and %s" % (a, b))
    return a[:-1] + b[1:]


def pairwise_difference(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return -torch.sub(y[None], x[:, None])


def scale_rows(x: torch.Tensor, s: torch.Tensor) -> torch.Tensor:
    return x.clone().mul_(s.reshape(len(s), 1))


def residuals(y: torch.Tensor, y_hat: torch.Tensor) -> torch.Tensor:
    out = y.clone()
    out -= y_hat.reshape(-1)
    return out


def center_columns(x: torch.Tensor) -> torch.Tensor:
    return x - torch.std_mean(x, dim=0, correction=0)[1]


def _same(a, b):
    return (np.zeros(a) @ np.zeros(b)).shape == matmul_shape(a, b) and np.broadcast_shapes(a[:-2], b[:-2]) is not None


if __name__ == "__main__":
    print(broadcast_shape((4, 1), (3,)) == np.broadcast_shapes((4, 1), (3,)))
    print(dot_shape((2, 3), (3, 4)) == np.dot(np.zeros((2, 3)), np.zeros((3, 4))).shape)
    print(_same((5, 2, 3), (3, 4)))
    x, y = torch.randn(3, 2), torch.randn(4, 2)
    print(torch.equal(pairwise_difference(x, y), torch.stack([row - y for row in x])))
