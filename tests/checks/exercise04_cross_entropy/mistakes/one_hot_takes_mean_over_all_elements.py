# fails: test_one_hot_example
# en: mean() divides by the number of classes as well; sum over them, and divide by the number of rows.
# ko: mean()은 클래스의 개수로도 나눕니다. 클래스로는 더하고 행의 개수로 나누세요.
# kind: wrong_count
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
    return -(y * log_probabilities(z)).mean()


def cross_entropy_gradient(z, target):
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (log_probabilities(z).exp() - one_hot) / z.shape[0]


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
