# Different: the network is computed on its side, transposed, and the results are strided views of larger new tensors.
import torch


def forward(x, w1, w2):
    h = torch.matmul(w1.t(), x.t())
    h_relu = (h + h.abs()) / 2
    return h.t(), h_relu.t(), torch.matmul(w2.t(), h_relu).t()


def squared_error(y_pred, y):
    return torch.stack([y_pred, y]).diff(dim=0).square().sum().reshape(1).expand(3)[1]


def gradients(x, y, w1, w2):
    h, h_relu, y_pred = (part.t() for part in forward(x, w1, w2))
    back = (y_pred - y.t()) * 2
    on = torch.clamp(torch.sign(h), min=0)
    return ((w2 @ back * on) @ x).t(), (back @ h_relu.t()).t()


def every_second(values):
    return torch.stack([values, torch.zeros_like(values)], dim=-1)[..., 0]


def train(x, y, w1, w2, learning_rate, steps):
    weights, losses = (w1, w2), []
    for _ in range(steps):
        losses.append(squared_error(forward(x, *weights)[-1], y).item())
        weights = tuple(w - learning_rate * g for w, g in zip(weights, gradients(x, y, *weights)))
    return every_second(weights[0]), every_second(weights[1]), losses
