"""Exercise 3: binary cross-entropy. README.md explains the maths."""

import torch
from torch import Tensor


def check_shapes(a, b):
    # (n,)과 (n, 1)이 브로드캐스팅되는 것을 막는다
    if a.shape != b.shape:
        raise ValueError("모양이 다릅니다: " + str(a.shape) + ", " + str(b.shape))


def softplus(z):
    # log(1 + e^z), z가 커도 넘치지 않게
    return torch.clamp(z, min=0) + torch.log1p(torch.exp(-torch.abs(z)))


def sigmoid(z: Tensor) -> Tensor:
    # log(sigmoid(z)) = -softplus(-z)
    return torch.exp(-softplus(-z))


def binary_cross_entropy(p: Tensor, y: Tensor) -> Tensor:
    check_shapes(p, y)
    log_p = torch.clamp(torch.log(p), min=-100)
    log_1_p = torch.clamp(torch.log(1 - p), min=-100)
    loss = -(y * log_p + (1 - y) * log_1_p)
    return loss.mean()


def binary_cross_entropy_with_logits(z: Tensor, y: Tensor) -> Tensor:
    check_shapes(z, y)
    loss = softplus(z) - y * z
    return loss.mean()


def binary_cross_entropy_gradient(z: Tensor, y: Tensor) -> Tensor:
    n = z.numel()  # 행의 수가 아니라 원소의 수!
    return (sigmoid(z) - y) / n


def predict(z: Tensor, threshold: float = 0.5) -> Tensor:
    one = torch.ones_like(z)
    zero = torch.zeros_like(z)
    # exp(-log 2)는 0.5보다 조금 작을 수 있어서 여기서는 나눗셈으로
    p = 1 / (1 + torch.exp(-z))
    return torch.where(p >= threshold, one, zero)
