# The shift is the middle of each row; losses are sums of differences of logits, last row first.
import torch


def halved(z):
    top, bottom = z.amax(dim=1, keepdim=True), z.amin(dim=1, keepdim=True)
    return torch.where(top - bottom < 60, z - (top + bottom) / 2, z - top)


def softmax(z):
    powers = halved(z).exp()
    total = torch.zeros_like(powers[:, :1])
    for column in reversed(range(z.shape[1])):
        total = total + powers[:, column : column + 1]
    return powers / total


def log_softmax(z):
    shifted = halved(z)
    return shifted - shifted.exp().cumsum(dim=1)[:, -1:].log()


def cross_entropy(z, target):
    total = 0 * z[0, 0]
    for row, label in reversed(list(zip(z, target.tolist()))):
        others = row - row[label]
        top = others.max()
        total = total + top + (others - top).exp().sum().log()
    return total / len(z)


def cross_entropy_one_hot(z, y):
    return -(log_softmax(z).t() @ y).diagonal().sum() / len(z)


def cross_entropy_gradient(z, target):
    return softmax(z) / len(z) - torch.eye(z.shape[1], dtype=z.dtype, device=z.device)[target] / len(z)


def accuracy(z, target):
    return (z.argmax(1) == target).double().mean().item()
