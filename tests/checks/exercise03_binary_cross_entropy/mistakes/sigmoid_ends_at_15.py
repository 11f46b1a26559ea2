# fails: test_sigmoid_extremes
# en: You clamped z so narrowly that the sigmoid stops before its last digits do.
# ko: z를 너무 좁게 잘라서, 아직 값이 달라지는 곳에서 시그모이드가 멈춥니다.
# kind: clamped
import torch


def sigmoid(z):
    return 1 / (1 + torch.exp(-z.clamp(-15, 15)))


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
