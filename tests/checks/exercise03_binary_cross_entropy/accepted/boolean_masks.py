# Different: writes into a new tensor, one boolean mask at a time.
import torch


def sigmoid(z):
    result = torch.empty_like(z)
    negative = z < 0
    result[~negative] = 1 / (1 + torch.exp(-z[~negative]))
    result[negative] = torch.exp(z[negative]) / (1 + torch.exp(z[negative]))
    return result


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("shapes differ")
    log_p = torch.log(p)
    log_p[log_p < -100] = -100
    log_q = torch.log(1 - p)
    log_q[log_q < -100] = -100
    return torch.mean(-y * log_p - (1 - y) * log_q)


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("shapes differ")
    loss = torch.zeros_like(z)
    positive = z > 0
    loss[positive] = z[positive] + torch.log1p(torch.exp(-z[positive]))
    loss[~positive] = torch.log1p(torch.exp(z[~positive]))
    loss -= y * z
    return loss.mean()


def binary_cross_entropy_gradient(z, y):
    gradient = sigmoid(z)
    gradient -= y
    gradient /= gradient.numel()
    return gradient


def predict(z, threshold=0.5):
    answer = torch.zeros_like(z)
    answer[sigmoid(z) >= threshold] = 1
    return answer
