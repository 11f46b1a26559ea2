# fails: test_accuracy_extremes
# en: exp(z) overflows, and in a row of NaN argmax finds the first column; compare the logits themselves.
# ko: exp(z)가 넘치면 NaN인 행에서 argmax는 첫째 열을 고릅니다. 로짓을 그대로 비교하세요.
# kind: not_finite
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    return torch.exp(z - log_sum(z))


def log_softmax(z):
    return z - log_sum(z)


def cross_entropy(z, target):
    right = z.gather(1, target.unsqueeze(1))
    return (log_sum(z) - right).mean()


def cross_entropy_one_hot(z, y):
    return (y * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    p = torch.exp(z) / torch.exp(z).sum(dim=1, keepdim=True)
    return (p.argmax(dim=1) == target).double().mean().item()
