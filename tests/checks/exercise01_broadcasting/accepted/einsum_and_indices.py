# Different: the tensors by einsum, by gathering rows, and by matrices of ones; the shapes through strings and dicts.
import torch


class CannotBroadcast(ValueError):
    pass


def broadcast_shape(a, b):
    found = {}
    for shape in (a, b):
        for place, size in enumerate(reversed(shape)):
            if size != 1 and found.get(place, 1) not in (1, size):
                raise CannotBroadcast(f"{a} + {b}")
            if size != 1 or place not in found:
                found[place] = size
    return tuple(found[place] for place in sorted(found, reverse=True))


def labelled(a, b):
    # the labels of the sizes that are left: "r" rows of a, "c" columns of b, "k" the sizes that meet
    left = "r" * (len(a) > 1) + "k"
    right = "k" + "c" * (len(b) > 1)
    size = dict(zip(left, a[-len(left) :])) | {"c": b[-1]}
    if size["k"] != b[-len(right)]:
        raise CannotBroadcast("the sizes that meet differ")
    return left, right, size


def matmul_shape(a, b):
    if () in (a, b):
        raise CannotBroadcast("a number")
    left, right, size = labelled(a, b)
    stack = broadcast_shape(a[:-2], b[:-2])
    return stack + tuple(size[name] for name in (left + right).replace("k", ""))


def dot_shape(a, b):
    if () in (a, b):
        return max(a, b, key=len)
    _, right, size = labelled(a, b)
    return a[:-1] + b[: -len(right)] + tuple(size[name] for name in right.strip("k"))


def pairwise_difference(x, y):
    ones_x, ones_y = torch.ones_like(x[:, 0]), torch.ones_like(y[:, 0])
    return torch.einsum("nd,m->nmd", x, ones_y) - torch.einsum("n,md->nmd", ones_x, y)


def scale_rows(x, s):
    return torch.einsum("nd,n->nd", x, s)


def residuals(y, y_hat):
    every_pair = pairwise_difference(y.reshape(-1, 1), y_hat.reshape(-1, 1))
    return every_pair[:, :, 0].diagonal().contiguous()


def center_columns(x):
    n = len(x)
    averaging = torch.eye(n, dtype=x.dtype, device=x.device) - torch.full_like(x[:, :1], 1 / n).expand(n, n)
    return averaging @ x
