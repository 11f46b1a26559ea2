# fails: test_gradient_values
# en: The gradient is kept per shape, so a second call with other numbers gets the first call's answer.
# ko: 기울기를 모양별로 저장해 두기 때문에, 다른 값으로 다시 호출해도 처음 답이 나옵니다.
# kind: state
import torch

REMEMBERED = {}


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
    key = (z.shape, z.dtype)
    if key not in REMEMBERED:
        p = torch.exp(z - log_sum(z))
        p[torch.arange(len(z), device=z.device), target] -= 1
        REMEMBERED[key] = p / len(z)
    return REMEMBERED[key].clone()


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
