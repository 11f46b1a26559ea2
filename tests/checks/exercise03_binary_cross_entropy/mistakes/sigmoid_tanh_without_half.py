# fails: test_sigmoid_example
# en: (tanh(z) + 1) / 2 is the sigmoid of 2*z; take tanh of z / 2.
# ko: (tanh(z) + 1) / 2는 2*z의 시그모이드입니다. z / 2의 tanh를 쓰세요.
# kind: missing_term
import torch


def sigmoid(z):
    return (torch.tanh(z) + 1) / 2


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("p and y differ in shape")
    log_p = torch.log(p).clamp(min=-100)
    log_not_p = torch.log(1 - p).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_not_p).mean()


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
