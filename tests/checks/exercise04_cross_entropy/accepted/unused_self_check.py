# Different: a function that nobody calls uses what the graded functions may not.
import torch
import torch.nn as nn
import torch.nn.functional as F


def _parts(z):
    top = torch.amax(z, -1, True)
    powers = torch.exp(z - top)
    return top, powers, torch.sum(powers, -1, True)


def softmax(z):
    _, powers, total = _parts(z)
    return powers / total


def log_softmax(z):
    top, _, total = _parts(z)
    return z - (top + torch.log(total))


def cross_entropy(z, target):
    top, _, total = _parts(z)
    mask = F.one_hot(target, z.shape[-1]).bool()
    return torch.mean(torch.log(total) + top - z[mask][:, None])


def cross_entropy_one_hot(z, y):
    top, _, total = _parts(z)
    return torch.mean(torch.sum(y * (torch.log(total) - (z - top)), -1))


def cross_entropy_gradient(z, target):
    _, powers, total = _parts(z)
    p = powers / total
    return torch.where(F.one_hot(target, z.shape[-1]).bool(), p - 1, p) / z.shape[0]


def accuracy(z, target):
    return torch.count_nonzero(torch.argmax(z, -1) == target) / target.numel()


def _self_check():
    z = torch.randn(4, 3, requires_grad=True)
    target = torch.tensor([0, 2, 1, 1])
    loss = nn.CrossEntropyLoss()(z, target)
    loss.backward()
    assert torch.allclose(softmax(z), nn.Softmax(dim=1)(z))
    assert torch.allclose(log_softmax(z), torch.log_softmax(z, 1))
    assert torch.allclose(cross_entropy(z, target), loss)
    assert torch.allclose(cross_entropy_gradient(z, target), z.grad)
