# fails: test_binary_cross_entropy_example
# en: This is the mean squared error; binary cross-entropy takes logarithms.
# ko: 이것은 평균제곱오차입니다. 이진 교차 엔트로피는 로그를 씁니다.
# kind: wrong_function
import torch


def sigmoid(z):
    decay = torch.exp(-z.abs())
    return torch.where(z >= 0, 1 / (1 + decay), decay / (1 + decay))


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("p and y differ in shape")
    return ((p - y) ** 2).mean()


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
