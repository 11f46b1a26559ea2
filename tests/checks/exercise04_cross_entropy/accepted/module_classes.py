# Different: nn.Module classes of its own, called Softmax, LogSoftmax, CrossEntropyLoss and NLLLoss, with a backward.
import torch
from torch import nn


class LogSoftmax(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, z):
        z = z - z.amax(self.dim, keepdim=True)
        return z - z.exp().sum(self.dim, keepdim=True).log()


class Softmax(LogSoftmax):
    def forward(self, z):
        return super().forward(z).exp()


class NLLLoss(nn.Module):
    def forward(self, log_p, target):
        return -torch.stack([row[label] for row, label in zip(log_p, target)]).mean()


class CrossEntropyLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_softmax = LogSoftmax(dim=1)
        self.softmax = Softmax(dim=1)
        self.nll_loss = NLLLoss()

    def forward(self, z, target):
        if target.dim() == 2:
            return -(target * self.log_softmax(z)).sum(1).mean()
        return self.nll_loss(self.log_softmax(z), target)

    def backward(self, z, target):
        gradient = self.softmax(z)
        for row, label in zip(gradient, target):
            row[label] -= 1
        return gradient / len(gradient)


criterion = CrossEntropyLoss()


def softmax(z):
    return criterion.softmax(z)


def log_softmax(z):
    return criterion.log_softmax(z)


def cross_entropy(z, target):
    return criterion(z, target)


def cross_entropy_one_hot(z, y):
    return criterion(z, y)


def cross_entropy_gradient(z, target):
    return criterion.backward(z, target)


def accuracy(z, target):
    hits = [int(row.argmax()) == int(label) for row, label in zip(z, target)]
    return sum(hits) / len(hits)
