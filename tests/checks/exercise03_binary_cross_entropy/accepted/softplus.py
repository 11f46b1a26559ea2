# Different: F.softplus, which is allowed, and methods called in one chain.
import torch.nn.functional as F


def sigmoid(z):
    return F.softplus(z.neg()).neg().exp()


def binary_cross_entropy(p, y):
    if list(p.shape) != list(y.shape):
        raise ValueError("shape")
    log_p, log_q = (q.log().clamp_min(-100) for q in (p, 1 - p))
    return y.mul(log_p).add((1 - y).mul(log_q)).mean().neg()


def binary_cross_entropy_with_logits(z, y):
    if list(z.shape) != list(y.shape):
        raise ValueError("shape")
    return F.softplus(-z).mul(y).add(F.softplus(z).mul(1 - y)).mean()


def binary_cross_entropy_gradient(z, y):
    return sigmoid(z).sub(y).mul(1 / z.numel())


def predict(z, threshold=0.5):
    return z.neg().exp().add(1).reciprocal().ge(threshold).type(z.dtype)
