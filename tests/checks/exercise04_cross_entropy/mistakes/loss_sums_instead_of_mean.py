# fails: test_cross_entropy_example
# en: You added the losses up; the answer is their mean.
# ko: 손실을 더하기만 했습니다. 평균을 구해야 합니다.
# kind: sum_for_mean
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
    return -log_probabilities(z)[rows, target].sum()


def cross_entropy_one_hot(z, y):
    return -(y * log_probabilities(z)).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (log_probabilities(z).exp() - one_hot) / z.shape[0]


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
