# fails: test_gradient_by_hand
# en: torch.autograd.grad is autograd; write (p - one_hot) / n yourself.
# ko: torch.autograd.grad는 자동 미분입니다. (p - one_hot) / n을 직접 쓰세요.
# kind: banned
import torch
from torch.autograd import grad


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
    z = z.detach().clone().requires_grad_()
    rows = torch.arange(len(z), device=z.device)
    return grad(-log_probabilities(z)[rows, target].mean(), z)[0]


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
