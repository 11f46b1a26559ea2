# Different: a class whose own methods are called sigmoid, forward and backward; no autograd.
import torch


class BinaryCrossEntropy:
    def __init__(self, z):
        self.z = z

    def sigmoid(self):
        decay = (-self.z.abs()).exp()
        top = torch.where(self.z < 0, decay, torch.ones_like(decay))
        return top / (1 + decay)

    def forward(self, y):
        self.y = y
        loss = self.z.relu() - self.z * y + (-self.z.abs()).exp().log1p()
        return loss.mean()

    def backward(self):
        return (self.sigmoid() - self.y) / self.z.numel()


def require_same_shape(a, b):
    if a.shape != b.shape:
        raise ValueError(f"shapes {list(a.shape)} and {list(b.shape)} differ")


def sigmoid(z):
    return BinaryCrossEntropy(z).sigmoid()


def binary_cross_entropy(p, y):
    require_same_shape(p, y)
    logs = torch.stack([p, 1 - p]).log().clamp(min=-100)
    weights = torch.stack([y, 1 - y])
    return -(weights * logs).sum(dim=0).mean()


def binary_cross_entropy_with_logits(z, y):
    require_same_shape(z, y)
    return BinaryCrossEntropy(z).forward(y)


def binary_cross_entropy_gradient(z, y):
    loss = BinaryCrossEntropy(z)
    loss.forward(y)
    return loss.backward()


def predict(z, threshold=0.5):
    return BinaryCrossEntropy(z).sigmoid().ge(threshold).to(z.dtype)
