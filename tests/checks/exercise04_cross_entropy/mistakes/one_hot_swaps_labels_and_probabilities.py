# fails: test_one_hot_example
# en: You computed p * log(y); the label weighs the logarithm of the probability, y * log(p).
# ko: p * log(y)를 계산했습니다. 라벨은 확률의 로그에 곱합니다. y * log(p)입니다.
# kind: wrong_operand
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
    return -(p * torch.log(y.clamp(min=1e-12))).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
