# Different: each class is taken once, with a running maximum and a running sum; decorators turn logs into the rest.
from functools import reduce, wraps

import torch


def averaged(function):
    @wraps(function)
    def wrapped(z, labels):
        return -sum(function(z, labels)) / len(z)

    return wrapped


def take(state, column):
    top, total = state
    higher = torch.max(top, column)
    return higher, total * (top - higher).exp() + (column - higher).exp()


def log_softmax(z):
    first, *others = z.unbind(dim=-1)
    top, total = reduce(take, others, (first, torch.ones_like(first)))
    return ((z.mT - top) - total.log()).mT


def softmax(z):
    return log_softmax(z).exp_()


@averaged
def cross_entropy(z, target):
    for row, label in zip(log_softmax(z), target.tolist()):
        yield row[label]


@averaged
def cross_entropy_one_hot(z, y):
    for row, weights in zip(log_softmax(z), y):
        yield torch.vdot(row, weights)


def cross_entropy_gradient(z, target):
    labels = torch.arange(z.shape[1], device=z.device)
    return (softmax(z) - labels.eq(target[:, None]).type_as(z)).div(len(z))


def accuracy(z, target):
    right = z.gather(1, target.view(-1, 1)).squeeze(1) == z.amax(dim=1)
    return torch.count_nonzero(right) / len(right)
