# fails: test_softmax_extremes
# en: You replaced NaN after the overflow; the probabilities are lost by then. Keep exp from overflowing.
# ko: 넘친 뒤에 NaN만 다른 값으로 바꾸었습니다. 확률은 이미 사라졌습니다. exp가 넘치지 않게 하세요.
# kind: not_finite
import torch


def shifted(z):
    return z - z.max(dim=1, keepdim=True).values


def log_probabilities(z):
    return shifted(z) - shifted(z).exp().sum(dim=1, keepdim=True).log()


def softmax(z):
    powers = torch.exp(z)
    return torch.nan_to_num(powers / powers.sum(dim=1, keepdim=True), nan=1.0)


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
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
