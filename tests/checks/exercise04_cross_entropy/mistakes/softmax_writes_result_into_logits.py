# fails: test_softmax_leaves_input
# en: exp_() and /= write the probabilities into the caller's z; make a new tensor.
# ko: exp_()와 /=는 호출한 쪽의 z에 확률을 써넣습니다. 새 텐서를 만드세요.
# kind: in_place
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    z.sub_(z.amax(dim=1, keepdim=True)).exp_()
    z /= z.sum(dim=1, keepdim=True)
    return z


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
