# fails: test_gradient_leaves_inputs
# en: z.sub_() and exp_() change the caller's z; write torch.exp(z - ...).
# ko: z.sub_()와 exp_()는 호출한 쪽의 z를 바꿉니다. torch.exp(z - ...)라고 쓰세요.
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
    right = z.gather(1, target.unsqueeze(1))
    return (log_sum(z) - right).mean()


def cross_entropy_one_hot(z, y):
    return (y * (log_sum(z) - z)).sum() / len(z)


def cross_entropy_gradient(z, target):
    p = z.sub_(log_sum(z)).exp_()
    return (p - torch.nn.functional.one_hot(target, z.shape[1])) / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
