# Different: every sum over classes is an einsum or a matrix product with ones, and a mean is a dot product.
import torch


def minus_top(z):
    return z - torch.sort(z, dim=1, descending=True).values[:, :1]


def row_sums(powers):
    return powers @ powers.new_ones(powers.shape[1], 1)


def softmax(z):
    powers = minus_top(z).exp()
    return torch.einsum("nk,n->nk", powers, row_sums(powers)[:, 0].reciprocal())


def log_softmax(z):
    z = minus_top(z)
    return torch.addcmul(z, row_sums(z.exp()).log(), -torch.ones_like(z))


def selection(z, target):
    return torch.zeros_like(z).scatter_(1, target[:, None], 1.0)


def cross_entropy(z, target):
    return -torch.einsum("nk,nk->", log_softmax(z), selection(z, target)) / len(z)


def cross_entropy_one_hot(z, y):
    return torch.dot(log_softmax(z).flatten(), y.flatten()).neg() / len(z)


def cross_entropy_gradient(z, target):
    return torch.sub(softmax(z), selection(z, target)).true_divide(len(z))


def accuracy(z, target):
    return torch.einsum("nk,nk->", selection(z, z.argmax(dim=1)), selection(z, target)).item() / len(z)
