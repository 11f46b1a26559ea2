# fails: test_train_by_hand
# en: grad_and_value of torch.func is autograd; use your own gradients.
# ko: torch.func의 grad_and_value는 자동 미분입니다. 직접 구한 기울기를 쓰세요.
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
    def loss(weights):
        return ((x @ weights[0]).clamp(min=0) @ weights[1] - y).pow(2).sum()

    weights, losses = (w1.clone(), w2.clone()), []
    for _ in range(steps):
        slopes, value = torch.func.grad_and_value(loss)(weights)
        losses.append(value.item())
        weights = tuple(w - learning_rate * slope for w, slope in zip(weights, slopes))
    return *weights, losses
