# Different: predict compares z with log(t / (1 - t)); the sigmoid treats the signs in two steps.
import math

import torch


def sigmoid(z):
    lower = torch.exp(z.clamp(max=0))
    upper = torch.exp(-z.clamp(min=0))
    return lower / (lower + upper)


def check(a, b):
    if a.dim() != b.dim() or any(m != n for m, n in zip(a.shape, b.shape)):
        raise ValueError("the two shapes are not the same")


def binary_cross_entropy(p, y):
    check(p, y)
    right = torch.where(p > 0, torch.log(p), -100.0).clamp(min=-100)
    wrong = torch.where(p < 1, torch.log(1 - p), -100.0).clamp(min=-100)
    return torch.mean(right * -y) + torch.mean(wrong * (y - 1))


def binary_cross_entropy_with_logits(z, y):
    check(z, y)
    small = torch.log1p(torch.exp(-torch.abs(z)))
    return (y * (small - z.clamp(max=0)) + (1 - y) * (small + z.clamp(min=0))).mean()


def binary_cross_entropy_gradient(z, y):
    return sigmoid(z) / y.numel() - y / y.numel()


def predict(z, threshold=0.5):
    cut = math.log(threshold / (1 - threshold))
    return torch.where(z >= cut, torch.ones_like(z), torch.zeros_like(z))
