# fails: test_cross_entropy_extremes
# en: A probability may round to 0, and -log(0) is inf; start from log_softmax.
# ko: 확률은 0으로 반올림될 수 있고 -log(0)은 inf입니다. log_softmax에서 출발하세요.
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
    p = torch.exp(z - log_sum(z))
    return -torch.log(p.gather(1, target.unsqueeze(1))).mean()


def cross_entropy_one_hot(z, y):
    return (y * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
