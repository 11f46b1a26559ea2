# fails: test_gradient_example
# en: The loss is a mean, so its gradient is divided by the number of rows.
# ko: 손실이 평균이므로 기울기도 행의 개수로 나누어야 합니다.
# kind: sum_for_mean
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
    return p


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
