# fails: test_gradient_by_hand
# en: loss.backward() is autograd; write (p - one_hot) / n yourself.
# ko: loss.backward()는 자동 미분입니다. (p - one_hot) / n을 직접 쓰세요.
# kind: banned
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
    z = z.detach().clone().requires_grad_()
    loss = (log_sum(z) - z.gather(1, target.unsqueeze(1))).mean()
    loss.backward()
    return z.grad


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
