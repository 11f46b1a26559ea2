# fails: test_gradients_example
# en: Each example overwrites the gradient of the one before; add them up.
# ko: 데이터마다 앞의 기울기를 덮어씁니다. 모두 더하세요.
# kind: missing_term
import torch


def forward(x, w1, w2):
    h = x @ w1
    h_relu = h.clamp(min=0)
    return h, h_relu, h_relu @ w2


def squared_error(y_pred, y):
    return (y_pred - y).pow(2).sum()


def gradients(x, y, w1, w2):
    for row, label in zip(x, y):
        h = row @ w1
        h_relu = h.clamp(min=0)
        grad_y_pred = 2 * (h_relu @ w2 - label)
        grad_h = (w2 @ grad_y_pred) * (h > 0)
        grad_w1, grad_w2 = torch.outer(row, grad_h), torch.outer(h_relu, grad_y_pred)
    return grad_w1, grad_w2


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
