# fails: test_binary_cross_entropy_zero_and_one
# en: nan_to_num only mends 0 * -inf, and makes a huge number of -inf; hold each log at -100.
# ko: nan_to_num은 0 * -inf만 고칠 뿐이고 -inf는 엄청나게 큰 수로 바꿉니다. 각 로그를 -100에서 자르세요.
# kind: not_finite
import torch


def sigmoid(z):
    decay = torch.exp(-z.abs())
    return torch.where(z >= 0, 1 / (1 + decay), decay / (1 + decay))


def binary_cross_entropy(p, y):
    if p.shape != y.shape:
        raise ValueError("p and y differ in shape")
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).nan_to_num().mean()


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
    return (p >= threshold).to(z.dtype)
