# fails: test_with_logits_example
# en: You took log(z), but z is a logit, not a probability; it has to go through the sigmoid first.
# ko: log(z)를 계산했지만 z는 확률이 아니라 로짓입니다. 먼저 시그모이드를 거쳐야 합니다.
# kind: not_finite
import torch


def sigmoid(z):
    decay = torch.exp(-z.abs())
    return torch.where(z >= 0, 1 / (1 + decay), decay / (1 + decay))


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("p and y differ in shape")
    log_p = torch.log(p).clamp(min=-100)
    log_not_p = torch.log(1 - p).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_not_p).mean()


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("z and y differ in shape")
    log_p = torch.log(z).clamp(min=-100)
    log_not_p = torch.log(1 - z).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_not_p).mean()


def binary_cross_entropy_gradient(z, y):
    p = (torch.tanh(z / 2) + 1) / 2
    return (p - y) / z.numel()


def predict(z, threshold=0.5):
    p = (torch.tanh(z / 2) + 1) / 2
    return (p >= threshold).to(z.dtype)
