# Different: each function is built from the ones above it, and sums are dot products.
import torch
from torch import exp, log


def sigmoid(z):
    # 1 / (1 + exp(-z)) is inf in the denominator for z = -1e4, and 1 / inf is 0.
    return 1 / (1 + exp(-z))


def average_loss(log_p, log_q, y):
    if not log_p.shape == log_q.shape == y.shape:
        raise ValueError("shapes differ")
    y, log_p, log_q = y.reshape(-1), log_p.reshape(-1), log_q.reshape(-1)
    return -(torch.dot(y, log_p) + torch.einsum("i,i->", 1 - y, log_q)) / len(y)


def binary_cross_entropy(p, y):
    return average_loss(log(p).clamp(min=-100), log(1 - p).clamp(min=-100), y)


def log_of_sigmoid(z):
    # log(sigmoid(z)) is z itself far below 0, where the sigmoid underflows
    return torch.where(z < -15, z - exp(z), log(sigmoid(z.clamp(min=-15))))


def binary_cross_entropy_with_logits(z, y):
    return average_loss(log_of_sigmoid(z), log_of_sigmoid(-z), y)


def binary_cross_entropy_gradient(z, y):
    return (sigmoid(z) - y) / y.numel()


def predict(z, threshold=0.5):
    return torch.floor(sigmoid(z) - threshold) + 1
