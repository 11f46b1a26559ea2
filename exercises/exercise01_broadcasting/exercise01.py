"""Exercise 1: broadcasting. README.md explains the rules."""

import torch
from torch import Tensor


def broadcast_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of x + y, where x has the shape a and y the shape b.

    a, b:    any shapes  () and sizes of 0 included
    returns: a tuple     one size for each dimension of the longer shape
    raises:  ValueError  if the two do not broadcast

    >>> broadcast_shape((4, 1), (3,))
    (4, 3)
    """
    # TODO: a check and about three lines. Compare sizes from the last on; make no array of them.
    raise NotImplementedError("exercise01: broadcast_shape")


def matmul_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of np.matmul(x, y), where x has the shape a and y the shape b.

    a, b:    any shapes  a vector is a row on the left and a column on the right
    returns: a tuple     the dimensions before the last two broadcast
    raises:  ValueError  if a or b is (), or the sizes do not fit

    >>> matmul_shape((7, 2, 3), (3, 5))
    (7, 2, 5)
    """
    # TODO: two checks and about two lines. Make no array; call your own broadcast_shape.
    raise NotImplementedError("exercise01: matmul_shape")


def dot_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of np.dot(x, y), where x has the shape a and y the shape b.

    a, b:    any shapes  where one is (), the answer is the other
    returns: a tuple     all of a but its last size, then all of b but the size that meets it
    raises:  ValueError  if the sizes that meet differ

    >>> dot_shape((4, 2, 3), (5, 3, 6))
    (4, 2, 5, 6)
    """
    # TODO: a check and about three lines. Make no array here either.
    raise NotImplementedError("exercise01: dot_shape")


def pairwise_difference(x: Tensor, y: Tensor) -> Tensor:
    """Return every row of x minus every row of y.

    x:       (n, d)     n points
    y:       (m, d)     m points
    returns: (n, m, d)  entry [i, j] is x[i] - y[j]

    >>> pairwise_difference(torch.tensor([[1.0], [5.0]]), torch.tensor([[0.0], [2.0]])).squeeze(-1)
    tensor([[ 1., -1.],
            [ 5.,  3.]])
    """
    # TODO: one line. No for, while, comprehension or map.
    raise NotImplementedError("exercise01: pairwise_difference")


def scale_rows(x: Tensor, s: Tensor) -> Tensor:
    """Return x with row i multiplied by s[i].

    x:       (n, d)
    s:       (n,)    one factor for each row, also where n == d
    returns: (n, d)

    >>> scale_rows(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([10.0, 100.0]))
    tensor([[ 10.,  20.],
            [300., 400.]])
    """
    # TODO: one line.
    raise NotImplementedError("exercise01: scale_rows")


def residuals(y: Tensor, y_hat: Tensor) -> Tensor:
    """Return y - y_hat, one number for each example.

    y:       (n,)                     labels
    y_hat:   (n,), (n, 1) or (1, n)   predictions, as a vector, a column or a row
    returns: (n,)                     never (n, n)

    >>> residuals(torch.tensor([2.0, 4.0, 6.0]), torch.tensor([[1.0], [4.0], [7.0]]))
    tensor([ 1.,  0., -1.])
    """
    # TODO: one line.
    raise NotImplementedError("exercise01: residuals")


def center_columns(x: Tensor) -> Tensor:
    """Return x with the mean of each column taken off it.

    x:       (n, d)  n examples
    returns: (n, d)  every column has the mean 0

    >>> center_columns(torch.tensor([[1.0, 10.0], [3.0, 50.0]]))
    tensor([[ -1., -20.],
            [  1.,  20.]])
    """
    # TODO: one line.
    raise NotImplementedError("exercise01: center_columns")
