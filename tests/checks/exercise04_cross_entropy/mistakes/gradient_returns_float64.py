# fails: test_gradient_keeps_dtype
# en: The gradient is always float64; return the dtype of z.
# ko: 기울기가 언제나 float64입니다. z의 dtype을 그대로 돌려주세요.
# kind: dtype
import torch


def shifted(z):
    return z - z.max(dim=1, keepdim=True).values


def log_probabilities(z):
    return shifted(z) - shifted(z).exp().sum(dim=1, keepdim=True).log()


def softmax(z):
    powers = shifted(z).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def log_softmax(z):
    return log_probabilities(z)


def cross_entropy(z, target):
    rows = torch.arange(z.shape[0], device=z.device)
    return -log_probabilities(z)[rows, target].mean()


def cross_entropy_one_hot(z, y):
    return -(y * log_probabilities(z)).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    one_hot = torch.zeros(z.shape, dtype=torch.float64, device=z.device)
    one_hot.scatter_(1, target.unsqueeze(1), 1)
    return (log_probabilities(z).exp() - one_hot) / len(z)


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
