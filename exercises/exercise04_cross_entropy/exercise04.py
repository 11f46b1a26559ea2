"""Exercise 4: softmax and cross-entropy. README.md explains the maths."""

import torch
from torch import Tensor


def softmax(z: Tensor) -> Tensor:
    """Return the probabilities of each row: exp(z) divided by the row's sum of exp(z).

    z:       (n, k)  logits, one row for each example; nothing overflows for |z| up to 1e4
    returns: (n, k)  numbers from 0 to 1; each row sums to 1

    >>> softmax(torch.tensor([[0.0, 1.0, -1.0]]))
    tensor([[0.2447, 0.6652, 0.0900]])
    """
    # TODO: two lines. Do not call torch.softmax, F.softmax or nn.Softmax.
    raise NotImplementedError("exercise04: softmax")


def log_softmax(z: Tensor) -> Tensor:
    """Return the logarithm of softmax(z): z minus the row's log(sum of exp(z)).

    z:       (n, k)  logits; exact for |z| up to 1e4, where softmax(z) is 0 too
    returns: (n, k)  numbers up to 0, none of them -inf

    >>> log_softmax(torch.tensor([[1000.0, 0.0]]))
    tensor([[    0., -1000.]])
    """
    # TODO: two lines. Do not call torch's own log_softmax, softmax or logsumexp.
    raise NotImplementedError("exercise04: log_softmax")


def cross_entropy(z: Tensor, target: Tensor) -> Tensor:
    """Return the mean loss of a batch: the mean of -log p of each row's right class.

    z:       (n, k)  logits; the loss is exact for |z| up to 1e4
    target:  (n,)    the right class of each row, an int64 from 0 to k - 1
    returns: ()      one number

    >>> cross_entropy(torch.tensor([[0.0, 1.0, -1.0], [1.0, 0.5, 0.75]]), torch.tensor([1, 2]))
    tensor(0.7635)
    """
    # TODO: two lines. Do not call torch's own cross_entropy or nll_loss.
    raise NotImplementedError("exercise04: cross_entropy")


def cross_entropy_one_hot(z: Tensor, y: Tensor) -> Tensor:
    """Return the mean loss of a batch whose labels are rows: -1/n times the sum of y * log p.

    z:       (n, k)  logits; the loss is exact for |z| up to 1e4
    y:       (n, k)  what each class weighs in each row; each row sums to 1
    returns: ()      one number

    >>> cross_entropy_one_hot(torch.tensor([[0.0, 1.0, -1.0]]), torch.tensor([[0.25, 0.5, 0.25]]))
    tensor(1.1576)
    """
    # TODO: one line. Do not call torch's own cross_entropy.
    raise NotImplementedError("exercise04: cross_entropy_one_hot")


def cross_entropy_gradient(z: Tensor, target: Tensor) -> Tensor:
    """Return the gradient of the mean loss by the logits: (softmax(z) - one-hot target) / n.

    z:       (n, k)  logits; |z| up to 1e4
    target:  (n,)    the right class of each row, an int64 from 0 to k - 1
    returns: (n, k)  one slope for each logit

    >>> cross_entropy_gradient(torch.tensor([[0.0, 0.0], [0.0, 0.0]]), torch.tensor([1, 0]))
    tensor([[ 0.2500, -0.2500],
            [-0.2500,  0.2500]])
    """
    # TODO: about three lines. Do not use autograd or torch's own softmax.
    raise NotImplementedError("exercise04: cross_entropy_gradient")


def accuracy(z: Tensor, target: Tensor) -> float:
    """Return the share of rows whose largest logit is that of the right class.

    z:       (n, k)  logits
    target:  (n,)    the right class of each row, an int64 from 0 to k - 1
    returns: a number from 0 to 1; a 0-d tensor is right too

    >>> accuracy(torch.tensor([[0.0, 1.0, -1.0], [1.0, 0.5, 0.75]]), torch.tensor([1, 2]))
    0.5
    """
    # TODO: one line.
    raise NotImplementedError("exercise04: accuracy")
