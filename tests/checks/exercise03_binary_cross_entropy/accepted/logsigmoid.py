# Different: F.logsigmoid, which is allowed, in every function that can use it.
import math

import torch
from torch.nn.functional import logsigmoid as log_sigmoid


def sigmoid(z):
    return torch.exp(log_sigmoid(z))


def binary_cross_entropy(p, y):
    if p.shape == y.shape:
        log_p = torch.nan_to_num(torch.log(p), neginf=-100.0).clamp(min=-100.0)
        log_q = torch.nan_to_num(torch.log(1 - p), neginf=-100.0).clamp(min=-100.0)
        return torch.mean(-(y * log_p) - (1 - y) * log_q)
    raise ValueError("p and y must match")


def binary_cross_entropy_with_logits(z, y):
    if z.shape == y.shape:
        return -(y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z)).mean()
    raise ValueError("z and y must match")


def binary_cross_entropy_gradient(z, y):
    n = torch.ones_like(z).sum()
    return (torch.exp(log_sigmoid(z)) - y) / n


def predict(z, threshold=0.5):
    # the difference of the two logarithms is compared with that of the threshold
    log_odds = log_sigmoid(z) - log_sigmoid(-z)
    ones = torch.ones_like(z)
    return torch.where(log_odds >= math.log(threshold) - math.log(1 - threshold), ones, 0 * ones)
