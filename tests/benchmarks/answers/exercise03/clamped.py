# The sigmoid of a clamped logit, and a loss that goes by the sign of z; the mean is a running one.
import torch


def same(a, b):
    if a.shape != b.shape:
        raise ValueError("two shapes")


def running_mean(numbers):
    mean = torch.zeros((), dtype=numbers.dtype, device=numbers.device)
    for count, number in enumerate(numbers.flatten(), 1):
        mean = mean + (number - mean) / count
    return mean


def sigmoid(z):
    return 1 / (1 + torch.exp(-z.clamp(-60, 60)))


def binary_cross_entropy(p, y):
    same(p, y)
    return running_mean(-(y * torch.log(p).clamp(min=-100) + (1 - y) * torch.log(1 - p).clamp(min=-100)))


def binary_cross_entropy_with_logits(z, y):
    same(z, y)
    small = torch.log1p(torch.exp(-abs(z)))
    return running_mean(torch.where(z > 0, (1 - y) * z, -y * z) + small)


def binary_cross_entropy_gradient(z, y):
    right, wrong = sigmoid(z), sigmoid(-z)
    return (right * (1 - y) - wrong * y) / z.numel()


def predict(z, threshold=0.5):
    return torch.where(sigmoid(z) < threshold, 0.0, 1.0).to(z.dtype)
