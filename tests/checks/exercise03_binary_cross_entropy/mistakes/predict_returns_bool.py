# fails: test_predict_keeps_dtype
# en: predict returns True and False; return 1.0 and 0.0 in the dtype of z.
# ko: predict가 True와 False를 돌려줍니다. z의 dtype으로 1.0과 0.0을 돌려주세요.
# kind: dtype
import torch


def sigmoid(z):
    decay = torch.exp(-z.abs())
    return torch.where(z >= 0, 1 / (1 + decay), decay / (1 + decay))


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("p and y differ in shape")
    log_p = torch.log(p).clamp(min=-100)
    log_not_p = torch.log(1 - p).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_not_p).mean()


def binary_cross_entropy_with_logits(z, y):
    if z.shape != y.shape:
        raise ValueError("z and y differ in shape")
    softplus = z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))
    return (softplus - y * z).mean()


def binary_cross_entropy_gradient(z, y):
    p = (torch.tanh(z / 2) + 1) / 2
    return (p - y) / z.numel()


def predict(z, threshold=0.5):
    p = (torch.tanh(z / 2) + 1) / 2
    return p >= threshold
