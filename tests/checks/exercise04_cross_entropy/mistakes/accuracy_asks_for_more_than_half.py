# fails: test_accuracy_example
# en: You asked for a probability above 0.5; the largest of a row may be smaller and still be the prediction.
# ko: 확률이 0.5보다 큰지 보았습니다. 한 행에서 가장 큰 확률은 0.5보다 작아도 예측이 됩니다.
# kind: wrong_function
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
    return (y * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    p = torch.exp(z - log_sum(z)).gather(1, target.unsqueeze(1))
    return (p > 0.5).double().mean()
