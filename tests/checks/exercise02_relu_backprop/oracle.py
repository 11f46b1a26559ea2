"""Exercise 2 by PyTorch's own functions and autograd: what the reference is held against."""

import torch
from torch import Tensor
from torch.nn import functional as F


def forward(x: Tensor, w1: Tensor, w2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return h = x @ w1, h_relu = max(h, 0) and y_pred = h_relu @ w2.

    x:       (n, d_in)       one row for each example
    w1:      (d_in, hidden)  weights of the first layer
    w2:      (hidden, d_out) weights of the second layer
    returns: (h, h_relu, y_pred), of shapes (n, hidden), (n, hidden) and (n, d_out)

    >>> x, w1, w2 = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 1.0], [1.0, -1.0]]), torch.tensor([[2.0], [1.0]])
    >>> forward(x, w1, w2)
    (tensor([[ 5., -1.]]), tensor([[5., 0.]]), tensor([[10.]]))
    """
    h = F.linear(x, w1.t())
    h_relu = torch.relu(h)
    return h, h_relu, F.linear(h_relu, w2.t())


def squared_error(y_pred: Tensor, y: Tensor) -> Tensor:
    """Return the sum of the squared differences: sum((y_pred - y)**2).

    y_pred:  (n, d_out)  what the network says
    y:       (n, d_out)  what it should say
    returns: ()          one number: the sum over everything, not the mean

    >>> squared_error(torch.tensor([[1.0, 4.0]]), torch.tensor([[0.0, 2.0]]))
    tensor(5.)
    """
    return F.mse_loss(y_pred, y, reduction="sum")


def gradients(x: Tensor, y: Tensor, w1: Tensor, w2: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradients of squared_error by w1 and by w2, for the network that forward computes.

    x:       (n, d_in)       one row for each example
    y:       (n, d_out)      what the network should say
    w1:      (d_in, hidden)  weights of the first layer
    w2:      (hidden, d_out) weights of the second layer
    returns: (grad_w1, grad_w2), each of the shape of its weights

    >>> x, w1, w2 = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 1.0], [1.0, -1.0]]), torch.tensor([[2.0], [1.0]])
    >>> grad_w1, grad_w2 = gradients(x, torch.tensor([[8.0]]), w1, w2)
    >>> grad_w1.tolist(), grad_w2.tolist()
    ([[8.0, 0.0], [16.0, 0.0]], [[20.0], [0.0]])
    """
    with torch.enable_grad():
        w1, w2 = w1.detach().clone().requires_grad_(), w2.detach().clone().requires_grad_()
        loss = squared_error(forward(x, w1, w2)[2], y)
        return torch.autograd.grad(loss, (w1, w2))


def train(
    x: Tensor, y: Tensor, w1: Tensor, w2: Tensor, learning_rate: float, steps: int
) -> tuple[Tensor, Tensor, list[float]]:
    """Return the weights after `steps` steps of gradient descent, and the loss before each step.

    x:             (n, d_in)       one row for each example
    y:             (n, d_out)      what the network should say
    w1:            (d_in, hidden)  weights of the first layer at the start; they stay as they are
    w2:            (hidden, d_out) weights of the second layer at the start; they stay as they are
    learning_rate: how much of its gradient is taken from each weight in a step
    steps:         how many steps; 0 gives copies of w1 and w2 and no losses
    returns:       (w1, w2, losses), new tensors and a list of `steps` floats

    >>> one = torch.tensor([[1.0]])
    >>> train(one, torch.tensor([[0.0]]), one, one, 0.25, 2)
    (tensor([[0.4375]]), tensor([[0.4375]]), [1.0, 0.0625])
    """
    weights = [w1.detach().clone().requires_grad_(), w2.detach().clone().requires_grad_()]
    losses = []
    for _ in range(steps):
        loss = squared_error(forward(x, *weights)[2], y)
        loss.backward()
        losses.append(loss.item())
        for weight in weights:
            weight.data.add_(weight.grad, alpha=-learning_rate)
            weight.grad = None
    return weights[0].detach(), weights[1].detach(), losses
