# fails: test_one_hot_example
# en: You took the class with the largest weight only; a soft label weighs every class.
# ko: 비중이 가장 큰 클래스만 썼습니다. 소프트 라벨은 모든 클래스에 비중이 있습니다.
# kind: none
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
    right = z.gather(1, y.argmax(dim=1, keepdim=True))
    return (log_sum(z) - right).mean()


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
