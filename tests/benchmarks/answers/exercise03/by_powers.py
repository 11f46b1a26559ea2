# exp by powers of two, and logarithms to base 2 and 10.
import math

import torch


def same(a, b):
    if a.shape != b.shape:
        raise ValueError("two shapes")


def sigmoid(z):
    decay = torch.exp2(-z.abs() / math.log(2))
    return torch.where(z < 0, decay, torch.ones_like(z)) / (1 + decay)


def binary_cross_entropy(p, y):
    same(p, y)
    log_p = (torch.log2(p) * math.log(2)).clamp(min=-100)
    log_q = (torch.log10(1 - p) * math.log(10)).clamp(min=-100)
    return (y * log_p).sum() / -p.numel() - ((1 - y) * log_q).sum() / p.numel()


def binary_cross_entropy_with_logits(z, y):
    same(z, y)
    decay = torch.exp2(-z.abs() / math.log(2))
    return (torch.log2(1 + decay) * math.log(2) + z.abs() / 2 + (0.5 - y) * z).mean()


def binary_cross_entropy_gradient(z, y):
    return sigmoid(z) * (1 / z.numel()) + y * (-1 / z.numel())


def predict(z, threshold=0.5):
    return sigmoid(z).ge(threshold).to(z.dtype)
