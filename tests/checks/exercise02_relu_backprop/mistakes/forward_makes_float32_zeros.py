# fails: test_forward_keeps_dtype
# en: torch.zeros without a dtype is float32, so h_relu is rounded to it; use zeros_like.
# ko: dtype 없는 torch.zeros는 float32여서 h_relu가 그 정밀도로 반올림됩니다. zeros_like를 쓰세요.
# kind: dtype
import torch


def forward(x, w1, w2):
    h = x @ w1
    h_relu = torch.zeros(h.shape)
    h_relu[h > 0] = h[h > 0].float()
    return h, h_relu, h_relu.to(w2.dtype) @ w2


def squared_error(y_pred, y):
    return (y_pred - y).pow(2).sum()


def gradients(x, y, w1, w2):
    h = x @ w1
    h_relu = h.clamp(min=0)
    grad_y_pred = 2 * (h_relu @ w2 - y)
    grad_h = (grad_y_pred @ w2.T) * (h > 0)
    return x.T @ grad_h, h_relu.T @ grad_y_pred


def train(x, y, w1, w2, learning_rate, steps):
    w1, w2, losses = w1.clone(), w2.clone(), []
    for _ in range(steps):
        h = x @ w1
        h_relu = h.clamp(min=0)
        error = h_relu @ w2 - y
        losses.append((error**2).sum().item())
        grad_w1 = x.T @ ((2 * error @ w2.T) * (h > 0))
        grad_w2 = h_relu.T @ (2 * error)
        w1 -= learning_rate * grad_w1
        w2 -= learning_rate * grad_w2
    return w1, w2, losses
