# Different: sigmoid(z) = (tanh(z / 2) + 1) / 2, and a loss that divides a flat sum.
import torch


def sigmoid(z):
    return 0.5 * (torch.tanh(z / 2) + 1)


def binary_cross_entropy(p, y):
    if p.size() != y.size():
        raise ValueError("p and y need the same size")
    low = torch.full_like(p, -100)
    log_p = torch.maximum(torch.log(p), low)
    log_q = torch.maximum(torch.log1p(-p), low)
    return torch.flatten(y * log_p + (1 - y) * log_q).sum() / -p.numel()


def binary_cross_entropy_with_logits(z, y):
    if z.size() != y.size():
        raise ValueError("z and y need the same size")
    # log(1 + exp(z)) = z / 2 + log(2 cosh(z / 2)), and cosh is even
    half = (z / 2).abs()
    log_two_cosh = half + torch.log1p(torch.exp(-2 * half))
    return torch.flatten(z / 2 + log_two_cosh - y * z).sum() / z.numel()


def binary_cross_entropy_gradient(z, y):
    return (0.5 * torch.tanh(0.5 * z) + (0.5 - y)) / z.numel()


def predict(z, threshold=0.5):
    return torch.where(torch.tanh(z / 2) >= 2 * threshold - 1, 1.0, 0.0).to(z)
