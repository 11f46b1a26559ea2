# Different: from the differences of all pairs of logits in a row; 1 / inf is 0, which is the right probability.
import torch


def differences(z):
    """Return d with d[i, j, m] = z[i, m] - z[i, j]."""
    return z[:, None, :] - z[:, :, None]


def softmax(z):
    return 1 / torch.exp(differences(z)).sum(dim=2)


def log_softmax(z):
    d = differences(z)
    top = d.max(dim=2).values
    return -top - torch.exp(d - top[:, :, None]).sum(dim=2).log()


def cross_entropy(z, target):
    return sum(-log_softmax(z)[i, label] for i, label in enumerate(target.tolist())) / len(target)


def cross_entropy_one_hot(z, y):
    return sum((-row * weights).sum() for row, weights in zip(log_softmax(z), y)) / len(y)


def cross_entropy_gradient(z, target):
    d = torch.exp(differences(z)).sum(dim=2).pow(-1)
    one = torch.arange(z.shape[1], device=z.device).expand_as(z) == target[:, None]
    return torch.where(one, (d - 1) / len(z), d / len(z))


def accuracy(z, target):
    right = z.gather(1, target[:, None])
    return (right >= z).all(dim=1).double().mean()
