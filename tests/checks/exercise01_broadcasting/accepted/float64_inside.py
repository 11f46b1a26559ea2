# Different: generators walk the shapes from behind, a decorator computes in float64 and brings the dtype back.
from functools import wraps


def precisely(function):
    @wraps(function)
    def wrapped(x, other=None):
        wide = function(x.double()) if other is None else function(x.double(), other.double())
        return wide.to(x.dtype)

    return wrapped


def from_behind(shape, rank):
    yield from reversed(shape)
    yield from [1] * (rank - len(shape))


def meeting(a, b):
    rank = max(len(a), len(b))
    for m, n in zip(from_behind(a, rank), from_behind(b, rank)):
        if len({m, n} - {1}) > 1:
            raise ValueError("two sizes, and neither is 1")
        yield m * n if 1 in (m, n) else m


def broadcast_shape(a, b):
    return tuple([*meeting(a, b)][::-1])


def matmul_shape(a, b):
    try:
        k, other = a[-1], b[-2] if len(b) > 1 else b[0]
    except IndexError as error:
        raise ValueError("a scalar") from error
    if k - other:
        raise ValueError("the inner sizes differ")
    return (*broadcast_shape(a[:-2], b[:-2]), *a[:-1][-1:], *b[1:][-1:])


def dot_shape(a, b):
    try:
        *rows, k = a
        *stack, other, columns = b if len(b) != 1 else (*b, None)
    except ValueError:
        return (*a, *b)
    if k != other:
        raise ValueError("the sizes that meet differ")
    return tuple(size for size in (*rows, *stack, columns) if size is not None)


@precisely
def pairwise_difference(x, y):
    return (x[..., None] - y.t()).permute(0, 2, 1)


@precisely
def scale_rows(x, s):
    return (s * x.mT).mT


@precisely
def residuals(y, y_hat):
    return -(y_hat.ravel() - y)


@precisely
def center_columns(x):
    return (x * len(x) - x.sum(0)) / len(x)
