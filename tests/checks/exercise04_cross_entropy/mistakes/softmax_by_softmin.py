# fails: test_softmax_by_hand
# en: softmin is the softmax of -z, and still torch's own; write the formula yourself.
# ko: softmin은 -z의 softmax일 뿐 torch의 함수입니다. 식을 직접 쓰세요.
# kind: banned
import torch
import torch.nn.functional as F


def shifted(z):
    return z - z.max(dim=1, keepdim=True).values


def log_probabilities(z):
    return shifted(z) - shifted(z).exp().sum(dim=1, keepdim=True).log()


def softmax(z):
    return F.softmin(-z, dim=1)


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
