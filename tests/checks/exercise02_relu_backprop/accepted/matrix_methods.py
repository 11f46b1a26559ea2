# Different: mm, t, pow and a mask that is assigned, each step under its own name.
import torch


def forward(x, w1, w2):
    h = torch.mm(x, w1)
    h_relu = torch.max(h, torch.zeros_like(h))
    y_pred = torch.mm(h_relu, w2)
    return (h, h_relu, y_pred)


def squared_error(y_pred, y):
    return torch.sub(y, y_pred).pow(2).sum()


def gradients(x, y, w1, w2):
    h, h_relu, y_pred = forward(x, w1, w2)
    slope_y = y_pred.sub(y).mul_(2.0)
    slope_h = slope_y.mm(torch.transpose(w2, 0, 1)).clone()
    slope_h[h <= 0] = 0
    return x.t().mm(slope_h), h_relu.t().mm(slope_y)


def train(x, y, w1, w2, learning_rate, steps):
    a = w1.clone()
    b = w2.clone()
    losses = []
    step = 0
    while step < steps:
        _, _, y_pred = forward(x, a, b)
        losses.append(float(squared_error(y_pred, y)))
        slope_a, slope_b = gradients(x, y, a, b)
        a.sub_(slope_a, alpha=learning_rate)
        b.sub_(slope_b, alpha=learning_rate)
        step += 1
    return a, b, losses
