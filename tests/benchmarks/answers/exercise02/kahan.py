# Every sum is compensated, term by term, in the dtype of the inputs.
import torch


def kahan(terms):
    total = torch.zeros_like(terms[0])
    lost = torch.zeros_like(total)
    for term in terms:
        corrected = term - lost
        new = total + corrected
        lost = (new - total) - corrected
        total = new
    return total


def product(a, b):
    return kahan([torch.outer(a[:, k], b[k]) for k in range(a.shape[1])])


def forward(x, w1, w2):
    h = product(x, w1)
    h_relu = (h + h.abs()) / 2
    return h, h_relu, product(h_relu, w2)


def squared_error(y_pred, y):
    return kahan(list(((y_pred - y) * (y_pred - y)).flatten()))


def gradients(x, y, w1, w2):
    h, h_relu, y_pred = forward(x, w1, w2)
    back = 2 * (y_pred - y)
    return product(x.t(), product(back, w2.t()) * (h > 0)), product(h_relu.t(), back)


def train(x, y, w1, w2, learning_rate, steps):
    losses, w1, w2 = [], w1.clone(), w2.clone()
    for _ in range(steps):
        losses.append(float(squared_error(forward(x, w1, w2)[2], y)))
        by_w1, by_w2 = gradients(x, y, w1, w2)
        w1, w2 = w1 - by_w1 * learning_rate, w2 - by_w2 * learning_rate
    return w1, w2, losses
