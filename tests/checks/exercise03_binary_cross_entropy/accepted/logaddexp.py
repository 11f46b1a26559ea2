# Different: everything from torch.logaddexp(0, z) = log(1 + exp(z)).
import torch


def log_one_plus_exp(z):
    return torch.logaddexp(torch.zeros_like(z), z)


def sigmoid(z):
    return torch.exp(-log_one_plus_exp(-z))


def binary_cross_entropy(p, y):
    if tuple(p.shape) != tuple(y.shape):
        raise ValueError(f"{p.shape} is not {y.shape}")
    log_p = torch.clip(torch.log(p), -100, 0)
    log_q = torch.clip(torch.log(1 - p), -100, 0)
    return -torch.mean(torch.lerp(log_q, log_p, y))


def binary_cross_entropy_with_logits(z, y):
    if tuple(z.shape) != tuple(y.shape):
        raise ValueError(f"{z.shape} is not {y.shape}")
    return torch.mean(y * log_one_plus_exp(-z) + (1 - y) * log_one_plus_exp(z))


def binary_cross_entropy_gradient(z, y):
    # sigmoid(z) - y, weighed by the label: (1 - y) * sigmoid(z) - y * sigmoid(-z)
    return ((1 - y) * sigmoid(z) - y * sigmoid(-z)).div(z.numel())


def predict(z, threshold=0.5):
    # p >= t, without a division: (1 - t) * p >= t * (1 - p)
    return torch.ge((1 - threshold) * sigmoid(z), threshold * sigmoid(-z)).type_as(z)
