# fails: test_accuracy_example
# en: Only where all rows are right is your result 1, else it is 0: all() asks for all of them, and // drops the fraction. Return the share that is right.
# ko: 모든 행이 맞을 때만 결과가 1이고 그 밖에는 0입니다. all()은 모두 맞는지를 묻고, //는 소수 부분을 버립니다. 맞은 행의 비율을 돌려주세요.
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
    return float((z.argmax(dim=1) == target).all())
