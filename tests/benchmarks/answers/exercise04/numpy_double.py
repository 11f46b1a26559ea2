# NumPy in float64, in another order, rounded once at the end.
import numpy as np
import torch


def rows(z):
    return z.detach().cpu().numpy().astype(np.float64)


def back(array, z):
    return torch.tensor(np.asarray(array), dtype=z.dtype, device=z.device)


def logs(a):
    top = a.max(1, keepdims=True)
    return a - top - np.log(np.exp(np.sort(a - top, axis=1)).sum(1, keepdims=True))


def softmax(z):
    return back(np.exp(logs(rows(z))), z)


def log_softmax(z):
    return back(logs(rows(z)), z)


def cross_entropy(z, target):
    return back(-np.mean([row[label] for row, label in zip(logs(rows(z)), target.tolist())]), z)


def cross_entropy_one_hot(z, y):
    return back(-np.einsum("nk,nk->n", logs(rows(z)), rows(y)).mean(), z)


def cross_entropy_gradient(z, target):
    return back((np.exp(logs(rows(z))) - np.eye(z.shape[1])[target.numpy()]) / len(z), z)


def accuracy(z, target):
    return float((rows(z).argmax(1) == target.numpy()).mean())
