# fails: test_log_softmax_extremes
# en: You held the log at -100 from below; here it is exact, with no limit.
# ko: 로그를 -100에서 잘랐습니다. 여기서는 제한 없이 정확한 값이어야 합니다.
# kind: clamped
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    return torch.exp(z - log_sum(z))


def log_softmax(z):
    shifted = z - z.amax(dim=1, keepdim=True)
    return (shifted - shifted.exp().sum(dim=1, keepdim=True).log()).clamp(min=-100)


def cross_entropy(z, target):
    right = z.gather(1, target.unsqueeze(1))
    return (log_sum(z) - right).mean()


def cross_entropy_one_hot(z, y):
    return (y * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
