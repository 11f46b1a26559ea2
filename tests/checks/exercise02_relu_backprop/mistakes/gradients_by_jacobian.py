# fails: test_gradients_by_hand
# en: torch.autograd.functional.jacobian is autograd; write the way back yourself.
# ko: torch.autograd.functional.jacobian은 자동 미분입니다. 역전파를 직접 작성하세요.
# kind: banned
import torch


def forward(x, w1, w2):
    h = x @ w1
    h_relu = h.clamp(min=0)
    return h, h_relu, h_relu @ w2


def squared_error(y_pred, y):
    return (y_pred - y).pow(2).sum()


def gradients(x, y, w1, w2):
    def loss(w1, w2):
        return ((torch.relu(x @ w1) @ w2 - y) ** 2).sum()

    return torch.autograd.functional.jacobian(loss, (w1, w2))


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
