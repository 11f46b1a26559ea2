# fails: test_gradient_extremes
# en: Where p rounds to 0 the factors of the chain rule are 1/0 and 0; multiply out first: p - one_hot.
# ko: p가 0으로 반올림되면 연쇄 법칙의 두 인수가 1/0과 0이 됩니다. 곱해서 정리하면 p - one_hot입니다.
# kind: not_finite
import torch


def shifted(z):
    return z - z.max(dim=1, keepdim=True).values


def log_probabilities(z):
    return shifted(z) - shifted(z).exp().sum(dim=1, keepdim=True).log()


def softmax(z):
    powers = shifted(z).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def log_softmax(z):
    return log_probabilities(z)


def cross_entropy(z, target):
    rows = torch.arange(z.shape[0], device=z.device)
    return -log_probabilities(z)[rows, target].mean()


def cross_entropy_one_hot(z, y):
    return -(y * log_probabilities(z)).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    p = log_probabilities(z).exp()
    by_p = -torch.nn.functional.one_hot(target, z.shape[1]) / p / len(z)
    return p * (by_p - (p * by_p).sum(dim=1, keepdim=True))


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
