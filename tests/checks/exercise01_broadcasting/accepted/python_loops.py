# Different: plain loops with indices, and Python numbers instead of tensor arithmetic where loops are allowed.
import torch


def broadcast_shape(a, b):
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    result = list(longer)
    offset = len(longer) - len(shorter)
    for i in range(len(shorter)):
        if longer[offset + i] == 1:
            result[offset + i] = shorter[i]
        elif shorter[i] == 1:
            continue
        elif longer[offset + i] != shorter[i]:
            raise ValueError("cannot broadcast " + str(a) + " with " + str(b))
    return tuple(result)


def matmul_shape(a, b):
    if len(a) < 1:
        raise ValueError("left operand is 0-d")
    if len(b) < 1:
        raise ValueError("right operand is 0-d")
    left_is_vector = len(a) == 1
    right_is_vector = len(b) == 1
    if left_is_vector:
        a = (1, a[0])
    if right_is_vector:
        b = (b[0], 1)
    if a[len(a) - 1] != b[len(b) - 2]:
        raise ValueError("inner sizes differ")
    result = list(broadcast_shape(a[: len(a) - 2], b[: len(b) - 2]))
    if not left_is_vector:
        result.append(a[len(a) - 2])
    if not right_is_vector:
        result.append(b[len(b) - 1])
    return tuple(result)


def dot_shape(a, b):
    if len(a) == 0:
        return b
    if len(b) == 0:
        return a
    meeting = 0 if len(b) == 1 else len(b) - 2
    if a[len(a) - 1] != b[meeting]:
        raise ValueError("the sizes that meet differ")
    result = []
    for i in range(len(a) - 1):
        result.append(a[i])
    for i in range(len(b)):
        if i != meeting:
            result.append(b[i])
    return tuple(result)


def pairwise_difference(x, y):
    n, d = x.shape
    m = y.shape[0]
    return x.reshape(n, 1, d).repeat(1, m, 1) - y.reshape(1, m, d).repeat(n, 1, 1)


def like(x, numbers, shape):
    return torch.tensor(numbers, dtype=x.dtype, device=x.device).reshape(shape)


def scale_rows(x, s):
    rows = []
    for row, factor in zip(x.tolist(), s.tolist()):
        rows.append([number * factor for number in row])
    return like(x, rows, x.shape)


def residuals(y, y_hat):
    guesses = y_hat.flatten().tolist()
    labels = y.tolist()
    return like(y, [labels[i] - guesses[i] for i in range(len(labels))], y.shape)


def center_columns(x):
    rows = x.tolist()
    for j in range(x.shape[1]):
        mean = sum(row[j] for row in rows) / len(rows)
        for row in rows:
            row[j] -= mean
    return like(x, rows, x.shape)
