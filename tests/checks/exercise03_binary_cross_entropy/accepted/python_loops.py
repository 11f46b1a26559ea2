# Different: plain Python numbers, one element at a time, no tensor arithmetic.
import math

import torch


def like(z, numbers):
    return torch.tensor(numbers, dtype=z.dtype, device=z.device).reshape(z.shape)


def sigmoid_of(number):
    if number < 0:
        power = math.exp(number)
        return power / (1.0 + power)
    return 1.0 / (1.0 + math.exp(-number))


def safe_log(number):
    if number <= 0.0:
        return -100.0
    return max(math.log(number), -100.0)


def sigmoid(z):
    return like(z, [sigmoid_of(number) for number in z.flatten().tolist()])


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("not the same shape")
    total = 0.0
    count = 0
    for p_i, y_i in zip(p.flatten().tolist(), y.flatten().tolist()):
        total -= y_i * safe_log(p_i) + (1.0 - y_i) * safe_log(1.0 - p_i)
        count += 1
    return torch.tensor(total / count, dtype=p.dtype, device=p.device)


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("not the same shape")
    total = 0.0
    count = 0
    for z_i, y_i in zip(z.flatten().tolist(), y.flatten().tolist()):
        total += max(z_i, 0.0) - z_i * y_i + math.log1p(math.exp(-abs(z_i)))
        count += 1
    return torch.tensor(total / count, dtype=z.dtype, device=z.device)


def binary_cross_entropy_gradient(z, y):
    pairs = list(zip(z.flatten().tolist(), y.flatten().tolist()))
    return like(z, [(sigmoid_of(z_i) - y_i) / len(pairs) for z_i, y_i in pairs])


def predict(z, threshold=0.5):
    answers = []
    for number in z.flatten().tolist():
        if sigmoid_of(number) >= threshold:
            answers.append(1.0)
        else:
            answers.append(0.0)
    return like(z, answers)
