"""Exercise 4 by PyTorch's own functions and autograd, and accuracy by a loop: what the reference is held against."""

import torch
from torch import Tensor
from torch.nn import functional as F


def softmax(z: Tensor) -> Tensor:
    """Return the probabilities of each row: exp(z) divided by the row's sum of exp(z).

    z:       (n, k)  logits, one row for each example; nothing overflows for |z| up to 1e4
    returns: (n, k)  numbers from 0 to 1; each row sums to 1

    >>> softmax(torch.tensor([[0.0, 1.0, -1.0]]))
    tensor([[0.2447, 0.6652, 0.0900]])
    """
    return F.softmax(z, dim=1)


def log_softmax(z: Tensor) -> Tensor:
    """Return the logarithm of softmax(z): z minus the row's log(sum of exp(z)).

    z:       (n, k)  logits; exact for |z| up to 1e4, where softmax(z) is 0 too
    returns: (n, k)  numbers up to 0, none of them -inf

    >>> log_softmax(torch.tensor([[1000.0, 0.0]]))
    tensor([[    0., -1000.]])
    """
    return F.log_softmax(z, dim=1)


def cross_entropy(z: Tensor, target: Tensor) -> Tensor:
    """Return the mean loss of a batch: the mean of -log p of each row's right class.

    z:       (n, k)  logits; the loss is exact for |z| up to 1e4
    target:  (n,)    the right class of each row, an int64 from 0 to k - 1
    returns: ()      one number

    >>> cross_entropy(torch.tensor([[0.0, 1.0, -1.0], [1.0, 0.5, 0.75]]), torch.tensor([1, 2]))
    tensor(0.7635)
    """
    return F.cross_entropy(z, target)


def cross_entropy_one_hot(z: Tensor, y: Tensor) -> Tensor:
    """Return the mean loss of a batch whose labels are rows: -1/n times the sum of y * log p.

    z:       (n, k)  logits; the loss is exact for |z| up to 1e4
    y:       (n, k)  what each class weighs in each row; each row sums to 1
    returns: ()      one number

    >>> cross_entropy_one_hot(torch.tensor([[0.0, 1.0, -1.0]]), torch.tensor([[0.25, 0.5, 0.25]]))
    tensor(1.1576)
    """
    return F.cross_entropy(z, y)


def cross_entropy_gradient(z: Tensor, target: Tensor) -> Tensor:
    """Return the gradient of the mean loss by the logits: (softmax(z) - one-hot target) / n.

    z:       (n, k)  logits; |z| up to 1e4
    target:  (n,)    the right class of each row, an int64 from 0 to k - 1
    returns: (n, k)  one slope for each logit

    >>> cross_entropy_gradient(torch.tensor([[0.0, 0.0], [0.0, 0.0]]), torch.tensor([1, 0]))
    tensor([[ 0.2500, -0.2500],
            [-0.2500,  0.2500]])
    """
    with torch.enable_grad():
        z = z.detach().clone().requires_grad_()
        return torch.autograd.grad(F.cross_entropy(z, target), z)[0]


def accuracy(z: Tensor, target: Tensor) -> float:
    """Return the share of rows whose largest logit is that of the right class.

    z:       (n, k)  logits
    target:  (n,)    the right class of each row, an int64 from 0 to k - 1
    returns: a number from 0 to 1; a 0-d tensor is right too

    >>> accuracy(torch.tensor([[0.0, 1.0, -1.0], [1.0, 0.5, 0.75]]), torch.tensor([1, 2]))
    0.5
    """
    right = 0
    for row, label in zip(z.tolist(), target.tolist(), strict=True):
        right += row.index(max(row)) == label
    return right / len(z)
