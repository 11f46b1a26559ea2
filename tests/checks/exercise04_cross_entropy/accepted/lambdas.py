# Different: the six names are lambdas, partials and callable objects instead of def statements.
import functools
import operator

import torch

minus_top = lambda z: z - z.amax(dim=1, keepdim=True)
normalised = lambda powers: powers / powers.sum(dim=1, keepdim=True)
mean = lambda numbers: functools.reduce(operator.add, numbers) / len(numbers)


class Composed:
    def __init__(self, *functions):
        self.functions = functions

    def __call__(self, value):
        for function in self.functions:
            value = function(value)
        return value


softmax = Composed(minus_top, torch.exp, normalised)
log_softmax = Composed(minus_top, lambda z: z - z.exp().sum(dim=1, keepdim=True).log())
cross_entropy = lambda z, target: mean(-log_softmax(z).gather(1, target.view(-1, 1)).flatten())
cross_entropy_one_hot = lambda z, y: mean((y * log_softmax(z)).sum(dim=1).neg())


def _gradient(one_hot, z, target):
    return (softmax(z) - one_hot(z, target)) / len(z)


cross_entropy_gradient = functools.partial(
    _gradient, lambda z, target: torch.eye(z.shape[1], dtype=z.dtype, device=z.device)[target]
)
accuracy = lambda z, target: mean([float(best) for best in z.argmax(dim=1) == target])
