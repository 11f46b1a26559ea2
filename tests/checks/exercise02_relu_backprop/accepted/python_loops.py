# Different: plain Python numbers in nested lists, no tensor arithmetic.
import torch


def tensor(rows, like):
    return torch.tensor(rows, dtype=like.dtype, device=like.device)


def product(a, b):
    return [[sum(p * q for p, q in zip(row, column)) for column in zip(*b)] for row in a]


def transposed(a):
    return [list(column) for column in zip(*a)]


def layers(x, w1, w2):
    h = product(x, w1)
    h_relu = [[value if value > 0 else 0.0 for value in row] for row in h]
    return h, h_relu, product(h_relu, w2)


def error(y_pred, y):
    total = 0.0
    for row, wanted in zip(y_pred, y):
        for p, q in zip(row, wanted):
            total += (p - q) * (p - q)
    return total


def slopes(x, y, w1, w2):
    h, h_relu, y_pred = layers(x, w1, w2)
    grad_y = [[2 * (p - q) for p, q in zip(row, wanted)] for row, wanted in zip(y_pred, y)]
    grad_h = product(grad_y, transposed(w2))
    for i, row in enumerate(h):
        for j, value in enumerate(row):
            if value < 0:
                grad_h[i][j] = 0.0
    return product(transposed(x), grad_h), product(transposed(h_relu), grad_y)


def stepped(weights, slope, rate):
    return [[w - rate * s for w, s in zip(row, slope_row)] for row, slope_row in zip(weights, slope)]


def forward(x, w1, w2):
    return tuple(tensor(part, x) for part in layers(x.tolist(), w1.tolist(), w2.tolist()))


def squared_error(y_pred, y):
    return tensor(error(y_pred.tolist(), y.tolist()), y)


def gradients(x, y, w1, w2):
    by_w1, by_w2 = slopes(x.tolist(), y.tolist(), w1.tolist(), w2.tolist())
    return tensor(by_w1, w1), tensor(by_w2, w2)


def train(x, y, w1, w2, learning_rate, steps):
    xs, ys, a, b = x.tolist(), y.tolist(), w1.tolist(), w2.tolist()
    losses = []
    for _ in range(steps):
        losses.append(error(layers(xs, a, b)[2], ys))
        by_a, by_b = slopes(xs, ys, a, b)
        a, b = stepped(a, by_a, learning_rate), stepped(b, by_b, learning_rate)
    return tensor(a, w1), tensor(b, w2), losses
