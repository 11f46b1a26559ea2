# fails: test_one_hot_extremes
# en: nansum() drops 0 * -inf, but -inf stays where y is not 0; start from log_softmax.
# ko: nansum()은 0 * -inf만 건너뜁니다. y가 0이 아닌 자리의 -inf는 남습니다. log_softmax에서 출발하세요.
# kind: not_finite
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    return torch.exp(z - log_sum(z))


def log_softmax(z):
    return z - log_sum(z)


def cross_entropy(z, target):
    right = z.gather(1, target.unsqueeze(1))
    return (log_sum(z) - right).mean()


def cross_entropy_one_hot(z, y):
    p = torch.exp(z - log_sum(z))
    return -torch.nansum(y * torch.log(p)) / len(z)


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
