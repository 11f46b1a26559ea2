# fails: test_log_softmax_extremes
# en: You added a small number inside the log, so that nothing gets below -28; do not go through the probability.
# ko: 로그 안에 작은 수를 더해 -28보다 작은 값이 나오지 않습니다. 확률을 거치지 마세요.
# kind: clamped
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    return torch.exp(z - log_sum(z))


def log_softmax(z):
    powers = torch.exp(z - z.amax(dim=1, keepdim=True))
    return torch.log(powers / powers.sum(dim=1, keepdim=True) + 1e-12)


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
