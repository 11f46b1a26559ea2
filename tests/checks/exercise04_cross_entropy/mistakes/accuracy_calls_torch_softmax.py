# fails: test_accuracy_by_hand
# en: accuracy calls torch.softmax; the largest logit is enough, without probabilities.
# ko: accuracy에서 torch.softmax를 호출했습니다. 확률 없이 가장 큰 로짓만 찾으면 됩니다.
# kind: banned
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
    p = torch.softmax(z, dim=1)
    return (p.argmax(dim=1) == target).double().mean().item()
