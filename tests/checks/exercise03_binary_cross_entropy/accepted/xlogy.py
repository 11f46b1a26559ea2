# Different: xlogy takes 0 * log 0 for 0, the sigmoid is a softmax over (z, 0), and predict rounds up.
import torch


def sigmoid(z):
    return torch.stack([z, torch.zeros_like(z)], dim=-1).softmax(dim=-1)[..., 0].clone()


def binary_cross_entropy(p, y):
    if p.shape == y.shape:
        held = torch.maximum(torch.xlogy(y, p), -100 * y) + torch.maximum(torch.xlogy(1 - y, 1 - p), 100 * y - 100)
        return held.neg().mean()
    raise ValueError(p.shape, y.shape)


def binary_cross_entropy_with_logits(z, y):
    if z.shape == y.shape:
        top = torch.maximum(z, torch.zeros_like(z))
        return torch.mean(top + ((-top).exp() + (z - top).exp()).log() - z * y)
    raise ValueError(z.shape, y.shape)


def binary_cross_entropy_gradient(z, y):
    return torch.addcdiv(-y / z.numel(), sigmoid(z), torch.full_like(z, z.numel()))


def predict(z, threshold=0.5):
    return torch.ceil(sigmoid(z) - threshold + 1e-7).clamp(0, 1)
