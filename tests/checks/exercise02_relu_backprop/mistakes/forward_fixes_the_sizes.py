# fails: test_forward_values
# en: The buffer has the sizes of the README's network; take them from x and w1.
# ko: 버퍼의 크기가 README 신경망의 크기로 고정되어 있습니다. x와 w1에서 얻으세요.
# kind: ignores_argument
import torch


def forward(x, w1, w2):
    h = torch.zeros(2, 3, dtype=x.dtype, device=x.device)
    h += x @ w1
    h_relu = h.clamp(min=0)
    return h, h_relu, h_relu @ w2


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
