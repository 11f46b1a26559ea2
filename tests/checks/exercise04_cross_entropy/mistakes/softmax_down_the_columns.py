# fails: test_softmax_example
# en: You summed over dim=0, the rows; the classes of one row are along dim=1.
# ko: dim=0으로 더해 여러 행의 값이 섞였습니다. 한 행의 클래스들은 dim=1에 있습니다.
# kind: wrong_axis
import torch


def log_sum(z):
    top = z.amax(dim=1, keepdim=True)
    return top + torch.exp(z - top).sum(dim=1, keepdim=True).log()


def softmax(z):
    powers = torch.exp(z - z.amax(dim=0, keepdim=True))
    return powers / powers.sum(dim=0, keepdim=True)


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
