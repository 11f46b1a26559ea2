# fails: test_gradient_by_hand
# en: The gradient calls torch.softmax; call your own softmax instead.
# ko: 기울기에서 torch.softmax를 호출했습니다. 직접 쓴 softmax를 호출하세요.
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
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (torch.softmax(z, 1) - one_hot) / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
