# fails: test_cross_entropy_leaves_inputs
# en: target.unsqueeze_() changes the caller's target; write target.unsqueeze(1).
# ko: target.unsqueeze_()는 호출한 쪽의 target을 바꿉니다. target.unsqueeze(1)이라고 쓰세요.
# kind: in_place
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    return torch.exp(z - log_sum(z))


def log_softmax(z):
    return z - log_sum(z)


def cross_entropy(z, target):
    right = z.gather(1, target.unsqueeze_(1))
    return (log_sum(z) - right).mean()


def cross_entropy_one_hot(z, y):
    return (y * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
