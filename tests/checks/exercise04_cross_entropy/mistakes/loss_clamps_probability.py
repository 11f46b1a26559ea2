# fails: test_cross_entropy_extremes
# en: You held p at 1e-15 from below, so that no loss gets above 34.5; start from log_softmax, which is exact.
# ko: p가 1e-15보다 작아지지 않게 잘라 손실이 34.5를 넘지 못합니다. 정확한 log_softmax에서 출발하세요.
# kind: clamped
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
    rows = torch.arange(len(z), device=z.device)
    p = log_probabilities(z).exp()[rows, target]
    return -p.clamp(min=1e-15).log().mean()


def cross_entropy_one_hot(z, y):
    return -(y * log_probabilities(z)).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (log_probabilities(z).exp() - one_hot) / z.shape[0]


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
