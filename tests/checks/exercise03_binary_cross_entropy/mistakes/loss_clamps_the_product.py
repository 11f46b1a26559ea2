# fails: test_binary_cross_entropy_zero_and_one
# en: You held y*log(p) at -100; hold log(p) itself, so that 0 * -inf never arises.
# ko: y*log(p)를 -100에서 잘랐습니다. 0 * -inf가 생기지 않게 log(p) 자체를 자르세요.
# kind: not_finite
import torch


def sigmoid(z):
    decay = torch.exp(-z.abs())
    return torch.where(z >= 0, 1 / (1 + decay), decay / (1 + decay))


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("p and y differ in shape")
    first = (y * torch.log(p)).clamp(min=-100)
    second = ((1 - y) * torch.log(1 - p)).clamp(min=-100)
    return -(first + second).mean()


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("z and y differ in shape")
    softplus = z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))
    return (softplus - y * z).mean()


def binary_cross_entropy_gradient(z, y):
    p = (torch.tanh(z / 2) + 1) / 2
    return (p - y) / z.numel()


def predict(z, threshold=0.5):
    p = (torch.tanh(z / 2) + 1) / 2
    return (p >= threshold).to(z.dtype)
