# fails: test_binary_cross_entropy_example
# en: Both terms take log(p); the second one, with 1 - y, takes log(1 - p).
# ko: 두 항 모두 log(p)를 썼습니다. 1 - y를 곱하는 두 번째 항에는 log(1 - p)를 쓰세요.
# kind: wrong_operand
import torch


def sigmoid(z):
    decay = torch.exp(-z.abs())
    return torch.where(z >= 0, 1 / (1 + decay), decay / (1 + decay))


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("p and y differ in shape")
    log_p = torch.log(p).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_p).mean()


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
