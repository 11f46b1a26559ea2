# Different: the five names are lambdas, partials and callable objects instead of def statements.
import functools
import operator

import torch


def refuse(a, b):
    raise ValueError(f"{tuple(a.shape)} and {tuple(b.shape)} are different shapes")


class Checked:
    def __init__(self, function):
        self.function = function

    def __call__(self, first, y):
        return self.function(first, y) if first.shape == y.shape else refuse(first, y)


log = lambda p: torch.log(p).clamp(min=-100)
softplus = lambda z: (z + z.abs()) / 2 + torch.log1p(torch.exp(-z.abs()))
mean = lambda t: functools.reduce(operator.add, t.flatten()) / t.numel()

sigmoid = lambda z: torch.exp(-softplus(-z))
binary_cross_entropy = Checked(lambda p, y: mean(-y * log(p) - (1 - y) * log(1 - p)))
binary_cross_entropy_with_logits = Checked(lambda z, y: mean(softplus(z) - y * z))
binary_cross_entropy_gradient = lambda z, y: (sigmoid(z) - y) / z.numel()


def _predict(convert, z, threshold=0.5):
    return convert(z, (1 - threshold) * sigmoid(z) >= threshold * sigmoid(-z))


predict = functools.partial(_predict, lambda z, mask: mask.to(z.dtype))
