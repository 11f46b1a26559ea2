# fails: test_cross_entropy_values
# en: one_hot(target) makes only as many columns as the largest target asks for; say how many, z.shape[1].
# ko: one_hot(target)의 열은 target의 최댓값까지만 생깁니다. 클래스의 개수 z.shape[1]을 알려 주세요.
# kind: no_error
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    return torch.exp(z - log_sum(z))


def log_softmax(z):
    return z - log_sum(z)


def cross_entropy(z, target):
    one_hot = torch.nn.functional.one_hot(target)
    return (one_hot * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_one_hot(z, y):
    return (y * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
