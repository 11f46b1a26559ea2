import torch
import torch.nn.functional as F


def sigmoid(z):
    return torch.sigmoid(z)


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("shape!!")
    a = torch.log(p).clamp(min=-100)
    b = torch.log(1 - p).clamp(min=-100)
    return (-y * a - (1 - y) * b).mean()


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("shape!!")
    return (y * F.softplus(-z) + (1 - y) * F.softplus(z)).mean()


def binary_cross_entropy_gradient(z, y):
    # let pytorch do it
    z = z.detach().clone()
    z.requires_grad = True
    loss = binary_cross_entropy_with_logits(z, y)
    loss.backward()
    return z.grad


def predict(z, threshold=0.5):
    return (sigmoid(z) >= threshold).to(z.dtype)
