"""Exercise 3: binary cross-entropy. README.md explains the maths."""

import torch
from torch import Tensor


def sigmoid(z: Tensor) -> Tensor:
    # the form from the lecture
    return torch.exp(z) / (1 + torch.exp(z))


def binary_cross_entropy(p: Tensor, y: Tensor) -> Tensor:
    if p.shape != y.shape:
        raise ValueError("p and y must have the same shape")
    return -torch.mean(y * torch.log(p) + (1 - y) * torch.log(1 - p))


def binary_cross_entropy_with_logits(z: Tensor, y: Tensor) -> Tensor:
    # just reuse the two functions above (the shapes are checked there)
    p = sigmoid(z)
    return binary_cross_entropy(p, y)


def binary_cross_entropy_gradient(z: Tensor, y: Tensor) -> Tensor:
    return (sigmoid(z) - y) / z.numel()


def predict(z: Tensor, threshold: float = 0.5) -> Tensor:
    p = sigmoid(z)
    return (p >= threshold).to(z.dtype)
