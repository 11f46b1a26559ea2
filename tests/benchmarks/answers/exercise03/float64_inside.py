# Everything is computed in float64 and rounded once, at the end; means are sums of halves.
import torch


def pairwise(numbers):
    if len(numbers) < 2:
        return numbers.sum()
    half = len(numbers) // 2
    return pairwise(numbers[:half]) + pairwise(numbers[half:])


def mean(numbers, like):
    return (pairwise(numbers.flatten()) / numbers.numel()).to(like.dtype)


def same(a, b):
    if a.shape != b.shape:
        raise ValueError("two shapes")


def sigmoid(z):
    return torch.softmax(torch.stack([0 * z, -z]).double(), 0)[0].to(z.dtype)


def binary_cross_entropy(p, y):
    same(p, y)
    a, b = p.double(), y.double()
    lower = torch.tensor(-100.0, dtype=torch.float64)
    return mean(-b * torch.maximum(a.log(), lower) - (1 - b) * torch.maximum((-a).log1p(), lower), p)


def binary_cross_entropy_with_logits(z, y):
    same(z, y)
    a, b = z.double(), y.double()
    return mean(torch.logaddexp(0 * a, a) - a * b, z)


def binary_cross_entropy_gradient(z, y):
    a, b = z.double(), y.double()
    return ((0.5 + 0.5 * torch.tanh(a / 2) - b) / a.numel()).to(z.dtype)


def predict(z, threshold=0.5):
    return (sigmoid(z) >= threshold).to(z.dtype)
