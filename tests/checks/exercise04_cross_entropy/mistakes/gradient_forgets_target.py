# fails: test_gradient_example
# en: You returned softmax(z) / n; 1 has to be taken off at each row's right class.
# ko: softmax(z) / n을 돌려주었습니다. 행마다 정답 클래스의 자리에서 1을 빼야 합니다.
# kind: ignores_argument
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
    return torch.exp(z - log_sum(z)) / len(z)


def accuracy(z, target):
    return (z.argmax(dim=1) == target).double().mean()
