# Different: a function that nobody calls uses what the graded functions may not.
import torch
import torch.nn as nn
import torch.nn.functional as F


def sigmoid(z):
    sign = torch.where(z < 0, -1.0, 1.0).to(z.dtype)
    return (1 - sign) / 2 + sign / (1 + torch.exp(-sign * z))


def cost(log_p, log_1_p, y):
    return -torch.mean(y * log_p + (1 - y) * log_1_p)


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("wrong shape")
    return cost(torch.log(p).clamp(min=-100), torch.log(1 - p).clamp(min=-100), y)


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("wrong shape")
    tail = torch.log1p(torch.exp(-z.abs()))
    return cost(torch.minimum(z, 0 * z) - tail, torch.minimum(-z, 0 * z) - tail, y)


def binary_cross_entropy_gradient(z, y):
    return (sigmoid(z) - y) / z.numel()


def predict(z, threshold=0.5):
    return torch.sign(sigmoid(z) - threshold).add(1).clamp(max=1)


def _self_check():
    z = torch.linspace(-3, 3, 7, requires_grad=True)
    y = torch.rand(7)
    p = torch.sigmoid(z)
    loss = F.binary_cross_entropy(p, y)
    loss.backward()
    assert torch.allclose(sigmoid(z), p)
    assert torch.allclose(binary_cross_entropy(p, y), loss)
    assert torch.allclose(binary_cross_entropy_with_logits(z, y), nn.BCEWithLogitsLoss()(z, y))
    assert torch.allclose(binary_cross_entropy_gradient(z, y), z.grad)
