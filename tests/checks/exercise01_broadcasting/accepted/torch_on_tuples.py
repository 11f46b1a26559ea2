# Different: torch works on tensors of the sizes; shapes are returned as torch.Size.
import torch
import torch.nn.functional as F


def sizes(shape, rank):
    return F.pad(torch.tensor(shape, dtype=torch.long), (rank - len(shape), 0), value=1)


def broadcast_shape(a, b):
    rank = max(len(a), len(b))
    m, n = sizes(a, rank), sizes(b, rank)
    if ((m != n) & (m != 1) & (n != 1)).any():
        raise ValueError("no broadcasting for these")
    return torch.Size(torch.where(m == 1, n, m).tolist())


def matmul_shape(a, b):
    if torch.tensor([len(a), len(b)]).min() == 0:
        raise ValueError("matmul of a 0-d tensor")
    left, right = a[-2:], b[-2:]
    if left[-1] != right[0]:
        raise ValueError("inner sizes")
    return torch.Size([*broadcast_shape(a[:-2], b[:-2]), *left[:-1], *right[1:]])


def dot_shape(a, b):
    if len(a) > 0 and len(b) > 0:
        meeting = b[-2] if len(b) >= 2 else b[-1]
        if meeting != a[-1]:
            raise ValueError("not aligned")
        return torch.Size(a[:-1]) + torch.Size(b[:-2]) + torch.Size(b[-1:] if len(b) >= 2 else [])
    return torch.Size(a or b)


def pairwise_difference(x, y):
    n, m = x.size(0), y.size(0)
    return x.expand(m, *x.shape).transpose(0, 1) - y.expand(n, *y.shape)


def scale_rows(x, s):
    return torch.diag(s) @ x


def residuals(y, y_hat):
    return torch.sub(y, y_hat.view_as(y))


def center_columns(x):
    mean = torch.mean(x, 0, keepdim=True)
    return torch.add(x, mean.expand_as(x), alpha=-1)
