# Different: the four names are lambdas, partials and callable objects, and the squares are multiplied out.
from functools import partial, reduce

import torch

relu = lambda h: h * (h > 0)
layers = lambda x, w1, w2: (lambda h: (h, relu(h), relu(h) @ w2))(x @ w1)


class Trainer:
    def __call__(self, x, y, w1, w2, learning_rate, steps):
        def step(state, _):
            a, b, losses = state
            loss = squared_error(forward(x, a, b)[2], y).item()
            by_a, by_b = gradients(x, y, a, b)
            return torch.sub(a, by_a, alpha=learning_rate), torch.sub(b, by_b, alpha=learning_rate), losses + [loss]

        return reduce(step, range(steps), (w1.clone(), w2.clone(), []))


def _gradients(factor, x, y, w1, w2):
    h = x @ w1
    gram = relu(h).t() @ relu(h)
    by_w2 = factor * (gram @ w2 - relu(h).t() @ y)
    by_w1 = factor * (x.t() @ ((relu(h) @ (w2 @ w2.t()) - y @ w2.t()) * (h > 0)))
    return by_w1, by_w2


forward = layers
squared_error = lambda p, y: (p * p).sum() - 2 * (p * y).sum() + (y * y).sum()
gradients = partial(_gradients, 2)
train = Trainer()
