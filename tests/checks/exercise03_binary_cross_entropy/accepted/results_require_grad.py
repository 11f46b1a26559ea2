# Different: some results are nn.Parameters, others require grad; only their values count.
import torch
from torch import nn


def same_shape(a, b):
    if a.shape != b.shape:
        raise ValueError("a and b differ in shape")


def sigmoid(z):
    decay = torch.exp(-torch.abs(z.detach()))
    return nn.Parameter(torch.where(z >= 0, 1.0, decay) / (1 + decay))


def binary_cross_entropy(p, y):
    same_shape(p, y)
    p = p.detach().clone().requires_grad_()
    return (-y * p.log().clamp(min=-100) - (1 - y) * (1 - p).log().clamp(min=-100)).mean()


def binary_cross_entropy_with_logits(z, y):
    same_shape(z, y)
    scale = nn.Parameter(torch.ones_like(z))
    z = scale * z.detach()
    return nn.Parameter((torch.relu(z) - y * z + torch.log1p(torch.exp(-z.abs()))).mean())


def binary_cross_entropy_gradient(z, y):
    return (sigmoid(z) - y) / z.numel()


def predict(z, threshold=0.5):
    return (sigmoid(z) >= threshold).to(z.dtype).requires_grad_()
