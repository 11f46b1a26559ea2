# fails: test_accuracy_leaves_inputs
# en: z.sub_() and exp_() change the caller's z; the largest logit can be found without them.
# ko: z.sub_()와 exp_()는 호출한 쪽의 z를 바꿉니다. 가장 큰 로짓은 그것 없이도 찾을 수 있습니다.
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
    p = torch.exp(z - log_sum(z))
    p[torch.arange(len(z), device=z.device), target] -= 1
    return p / len(z)


def accuracy(z, target):
    p = z.sub_(log_sum(z)).exp_()
    return (p.argmax(dim=1) == target).double().mean()
