# fails: test_gradient_values
# en: The gradient is kept per shape, so a second call with other numbers gets the first call's answer.
# ko: 기울기를 모양별로 저장해 두기 때문에, 다른 값으로 다시 호출해도 처음 답이 나옵니다.
# kind: state
import torch

REMEMBERED = {}


def sigmoid(z):
    return torch.exp(-torch.logaddexp(torch.zeros_like(z), -z))


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("shapes must be equal")
    return -(y * torch.log(p).clamp(min=-100) + (1 - y) * torch.log1p(-p).clamp(min=-100)).mean()


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("shapes must be equal")
    return (torch.logaddexp(torch.zeros_like(z), z) - y * z).mean()


def binary_cross_entropy_gradient(z, y):
    key = (z.shape, z.dtype)
    if key not in REMEMBERED:
        REMEMBERED[key] = (sigmoid(z) - y) / z.numel()
    return REMEMBERED[key].clone()


def predict(z, threshold=0.5):
    return (sigmoid(z) >= threshold).to(z.dtype)
