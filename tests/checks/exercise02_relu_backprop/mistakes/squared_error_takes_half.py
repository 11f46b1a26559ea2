# fails: test_squared_error_example
# en: You took half of the sum; here the loss is the whole of it.
# ko: 합의 절반을 구했습니다. 여기서는 합 전체가 손실입니다.
# kind: factor


def forward(x, w1, w2):
    h = x @ w1
    h_relu = h.clamp(min=0)
    return h, h_relu, h_relu @ w2


def squared_error(y_pred, y):
    return 0.5 * ((y_pred - y) ** 2).sum()


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
