# Different: plain Python numbers, one row at a time, no tensor arithmetic.
import math

import torch


def like(z, numbers):
    return torch.tensor(numbers, dtype=z.dtype, device=z.device)


def log_row(row):
    top = max(row)
    total = 0.0
    for number in row:
        total += math.exp(number - top)
    return [number - top - math.log(total) for number in row]


def softmax(z):
    return like(z, [[math.exp(number) for number in log_row(row)] for row in z.tolist()])


def log_softmax(z):
    return like(z, [log_row(row) for row in z.tolist()])


def cross_entropy(z, target):
    total = 0.0
    for row, label in zip(z.tolist(), target.tolist()):
        total -= log_row(row)[label]
    return like(z, total / len(z))


def cross_entropy_one_hot(z, y):
    total = 0.0
    for row, weights in zip(z.tolist(), y.tolist()):
        for log_p, weight in zip(log_row(row), weights):
            if weight > 0:
                total -= weight * log_p
    return like(z, total / len(z))


def cross_entropy_gradient(z, target):
    rows = []
    for row, label in zip(z.tolist(), target.tolist()):
        rows.append([math.exp(log_p) - (j == label) for j, log_p in enumerate(log_row(row))])
    return like(z, [[number / len(rows) for number in row] for row in rows])


def accuracy(z, target):
    right = 0
    for row, label in zip(z.tolist(), target.tolist()):
        if row.index(max(row)) == label:
            right += 1
    if right in (0, len(z)):
        return right // len(z)  # an int
    return right / len(z)
