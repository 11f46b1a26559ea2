# Different: star imports that bring torch's own softmax and cross_entropy, and definitions that replace them.
from torch import *
from torch.nn.functional import *


def softmax(z):
    powers = exp(z - amax(z, 1, keepdim=True))
    return powers / powers.sum(1, keepdim=True)


def log_softmax(z):
    shifted = z - amax(z, 1, keepdim=True)
    return shifted - log(exp(shifted).sum(1, keepdim=True))


def cross_entropy(z, target):
    return -log_softmax(z)[arange(len(z), device=z.device), target].mean()


def cross_entropy_one_hot(z, y):
    return -mul(log_softmax(z), y).sum(1).mean()


def cross_entropy_gradient(z, target):
    return (softmax(z) - one_hot(target, z.shape[1])) / len(z)


def accuracy(z, target):
    return eq(argmax(z, 1), target).double().mean()
