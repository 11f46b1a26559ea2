# Sums run from the last term to the first, and squares and gradients are multiplied out.
import torch


def product(a, b):
    total = torch.zeros(a.shape[0], b.shape[1], dtype=a.dtype, device=a.device)
    for k in reversed(range(a.shape[1])):
        total = total + a[:, k : k + 1] * b[k : k + 1, :]
    return total


def forward(x, w1, w2):
    h = product(x, w1)
    h_relu = torch.where(h > 0, h, 0 * h)
    return h, h_relu, product(h_relu, w2)


def squared_error(y_pred, y):
    total = torch.zeros((), dtype=y.dtype, device=y.device)
    for number in (y_pred - y).flatten().flip(0):
        total = total + number * number
    return total


def gradients(x, y, w1, w2):
    h, h_relu, y_pred = forward(x, w1, w2)
    on = (h > 0).to(h.dtype)
    from_prediction, from_labels = product(y_pred, w2.t()) * on, product(y, w2.t()) * on
    by_w2 = 2 * product(h_relu.t(), y_pred) - 2 * product(h_relu.t(), y)
    return 2 * product(x.t(), from_prediction) - 2 * product(x.t(), from_labels), by_w2


def train(x, y, w1, w2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        losses.append(squared_error(forward(x, w1, w2)[2], y).item())
        by_w1, by_w2 = gradients(x, y, w1, w2)
        w1, w2 = w1 - learning_rate * by_w1, w2 - learning_rate * by_w2
    return w1.clone(), w2.clone(), losses
