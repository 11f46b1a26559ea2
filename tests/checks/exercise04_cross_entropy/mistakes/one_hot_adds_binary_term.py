# fails: test_one_hot_example
# en: (1 - y) * log(1 - p) belongs to binary cross-entropy; here only y * log(p) counts.
# ko: (1 - y) * log(1 - p)는 이진 교차 엔트로피의 항입니다. 여기서는 y * log(p)만 씁니다.
# kind: extra_term
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
    log_p = log_probabilities(z)
    log_q = torch.log1p(-log_p.exp()).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_q).sum(dim=1).mean()


def cross_entropy_gradient(z, target):
    one_hot = torch.nn.functional.one_hot(target, z.shape[1])
    return (log_probabilities(z).exp() - one_hot) / z.shape[0]


def accuracy(z, target):
    right = (torch.argmax(z, dim=1) == target).sum().item()
    return right / len(target)
