# fails: test_accuracy_example
# en: argmax(dim=0) finds the largest row of each class; the largest class of each row is argmax(dim=1).
# ko: argmax(dim=0)은 클래스마다 가장 큰 행을 찾습니다. 행마다 가장 큰 클래스는 argmax(dim=1)입니다.
# kind: wrong_axis
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
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (log_probabilities(z).exp() - one_hot) / z.shape[0]


def accuracy(z, target):
    best = z.argmax(dim=0)
    return sum(int(a == b) for a, b in zip(best, target)) / len(target)
