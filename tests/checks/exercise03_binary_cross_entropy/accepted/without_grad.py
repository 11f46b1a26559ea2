# Different: every function runs under torch.no_grad or torch.inference_mode, with type hints.
from typing import Optional

import torch
from torch import Tensor


def _check(a: Tensor, b: Tensor) -> None:
    if a.shape != b.shape:
        raise ValueError("expected equal shapes")


@torch.no_grad()
def sigmoid(z: Tensor) -> Tensor:
    return torch.reciprocal(torch.exp(-z).add_(1.0))


@torch.no_grad()
def binary_cross_entropy(p: Tensor, y: Tensor, weight: Optional[Tensor] = None) -> Tensor:
    _check(p, y)
    loss = -(torch.log(p).clamp_(min=-100.0) * y)
    loss -= torch.log1p(-p).clamp_(min=-100.0) * (1.0 - y)
    return loss.mean() if weight is None else (weight * loss).mean()


@torch.inference_mode()
def binary_cross_entropy_with_logits(z: Tensor, y: Tensor) -> Tensor:
    _check(z, y)
    largest = torch.clamp(z, min=0.0)
    # log(exp(0) + exp(z)), with the larger of the two exponents taken out
    return (largest + torch.log(torch.exp(-largest) + torch.exp(z - largest)) - y * z).mean()


@torch.no_grad()
def binary_cross_entropy_gradient(z: Tensor, y: Tensor) -> Tensor:
    return (sigmoid(z=z) - y).div_(z.numel())


def predict(z: Tensor, threshold: float = 0.5) -> Tensor:
    with torch.no_grad():
        return torch.heaviside(sigmoid(z) - threshold, torch.ones_like(z))
