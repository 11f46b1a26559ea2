# fails: test_cross_entropy_leaves_inputs
# en: z -= ... changes the caller's z; write z = z - ... instead.
# ko: z -= ...는 호출한 쪽의 z를 바꿉니다. z = z - ...라고 쓰세요.
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
    z -= log_sum(z)
    return -z.gather(1, target.unsqueeze(1)).mean()


def cross_entropy_one_hot(z, y):
    return (y * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_gradient(z, target):
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
