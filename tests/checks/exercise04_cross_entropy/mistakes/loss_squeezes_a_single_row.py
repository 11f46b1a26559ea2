# fails: test_cross_entropy_values
# en: squeeze() takes the rows away as well where there is only one; leave z two-dimensional.
# ko: 행이 하나뿐이면 squeeze()가 행의 차원까지 없앱니다. z를 2차원으로 두세요.
# kind: keepdim
import torch


def shifted(z):
    return z - z.max(dim=1, keepdim=True).values


def log_probabilities(z):
    return shifted(z) - shifted(z).exp().sum(dim=1, keepdim=True).log()


def softmax(z):
    powers = shifted(z).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def log_softmax(z):
    return log_probabilities(z)


def cross_entropy(z, target):
    log_p = log_probabilities(z).squeeze()
    return -log_p[torch.arange(len(log_p)), target].mean()


def cross_entropy_one_hot(z, y):
    return -(y * log_probabilities(z)).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (log_probabilities(z).exp() - one_hot) / z.shape[0]


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
