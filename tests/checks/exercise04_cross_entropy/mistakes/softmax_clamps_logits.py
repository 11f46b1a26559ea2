# fails: test_softmax_extremes
# en: You held z between -50 and 50, which changes the probabilities; take each row's largest logit off instead.
# ko: z를 -50과 50 사이로 잘라 확률이 달라집니다. 그 대신 각 행의 최댓값을 빼세요.
# kind: clamped
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    powers = torch.exp(z.clamp(-50, 50))
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
