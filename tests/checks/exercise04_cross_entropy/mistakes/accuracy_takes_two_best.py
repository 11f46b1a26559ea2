# fails: test_accuracy_example
# en: You counted a row as right when its target is among the two largest; only the largest counts.
# ko: 가장 큰 두 로짓 안에 target이 있으면 맞은 것으로 셌습니다. 가장 큰 하나만 예측입니다.
# kind: wrong_function
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
    rows = torch.arange(z.shape[0], device=z.device)
    return -log_probabilities(z)[rows, target].mean()


def cross_entropy_one_hot(z, y):
    return -(y * log_probabilities(z)).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (log_probabilities(z).exp() - one_hot) / z.shape[0]


def accuracy(z, target):
    best = z.topk(min(2, z.shape[1]), dim=1).indices
    return (best == target.unsqueeze(1)).any(dim=1).double().mean()
