# fails: test_softmax_extremes
# en: You took the row's mean off; what is above it can still overflow. Take the row's largest logit off.
# ko: 행의 평균을 뺐습니다. 평균보다 큰 로짓은 여전히 넘칠 수 있습니다. 행의 최댓값을 빼세요.
# kind: not_finite
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    powers = torch.exp(z - z.mean(dim=1, keepdim=True))
    return powers / powers.sum(dim=1, keepdim=True)


def log_softmax(z):
    return z - log_sum(z)


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
