# fails: test_train_by_hand
# en: loss.backward() is autograd; use your own gradients.
# ko: loss.backward()는 자동 미분입니다. 직접 구한 기울기를 쓰세요.
# kind: banned
import torch


def forward(x, w1, w2):
    h = x @ w1
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
    w1, w2, losses = w1.clone().requires_grad_(), w2.clone().requires_grad_(), []
    for _ in range(steps):
        loss = ((x @ w1).clamp(min=0) @ w2 - y).pow(2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for weight in (w1, w2):
                weight -= learning_rate * weight.grad
                weight.grad = None
    return w1.detach(), w2.detach(), losses
