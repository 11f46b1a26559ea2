# Different: results are strided or expanded views of larger new tensors.
import torch


def every_second(result):
    return torch.stack([result, torch.zeros_like(result)], dim=-1)[..., 0]


def sigmoid(z):
    pair = torch.stack([torch.zeros_like(z), z], dim=-1)
    powers = torch.exp(pair - pair.amax(dim=-1, keepdim=True))
    return (powers / powers.sum(dim=-1, keepdim=True))[..., 1]


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("shapes must be equal")
    loss = -y * torch.log(p).clamp(-100) - (1 - y) * torch.log1p(-p).clamp(-100)
    return loss.mean().reshape(1).expand(3)[1]


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("shapes must be equal")
    loss = torch.logsumexp(torch.stack([torch.zeros_like(z), z]), dim=0) - y * z
    return every_second(loss).mean()


def binary_cross_entropy_gradient(z, y):
    return every_second((sigmoid(z) - y) / z.numel())


def predict(z, threshold=0.5):
    answer = (sigmoid(z) >= threshold).to(z.dtype)
    axes = tuple(reversed(range(answer.dim())))
    return answer.permute(axes).contiguous().permute(axes)
