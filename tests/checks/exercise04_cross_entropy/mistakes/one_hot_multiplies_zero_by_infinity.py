# fails: test_one_hot_extremes
# en: log(p) is -inf where p rounds to 0, and 0 * -inf is NaN; start from log_softmax.
# ko: p가 0으로 반올림되면 log(p)는 -inf이고 0 * -inf는 NaN입니다. log_softmax에서 출발하세요.
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
    p = torch.exp(z - log_sum(z))
    return -(y * torch.log(p)).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
