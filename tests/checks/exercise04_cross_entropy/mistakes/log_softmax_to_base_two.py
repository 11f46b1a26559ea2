# fails: test_log_softmax_example
# en: You used log2; the logarithm here is the natural one, torch.log.
# ko: log2를 썼습니다. 여기서는 자연로그 torch.log를 씁니다.
# kind: wrong_function
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    return torch.exp(z - log_sum(z))


def log_softmax(z):
    shifted = z - z.amax(dim=1, keepdim=True)
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log2()


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
