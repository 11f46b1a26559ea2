# fails: test_log_softmax_extremes
# en: A probability rounds to 0 for a small logit, and log(0) is -inf; subtract the log of the sum from z instead.
# ko: 로짓이 작으면 확률이 0으로 반올림되고 log(0)은 -inf입니다. 그 대신 z에서 합의 로그를 빼세요.
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
    powers = torch.exp(z - z.amax(dim=1, keepdim=True))
    return torch.log(powers / powers.sum(dim=1, keepdim=True))


def cross_entropy(z, target):
    rows = torch.arange(z.shape[0], device=z.device)
    return -log_probabilities(z)[rows, target].mean()


def cross_entropy_one_hot(z, y):
    return -(y * log_probabilities(z)).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (log_probabilities(z).exp() - one_hot) / z.shape[0]


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
