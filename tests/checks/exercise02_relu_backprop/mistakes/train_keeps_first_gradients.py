# fails: test_train_example
# en: You found the gradients once, before the loop; find them anew in each step.
# ko: 반복문 앞에서 기울기를 한 번만 구했습니다. 단계마다 새로 구하세요.
# kind: wrong_operand


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
    w1, w2, losses = w1.clone(), w2.clone(), []
    h = x @ w1
    error = 2 * (h.clamp(min=0) @ w2 - y)
    grad_w1, grad_w2 = x.T @ ((error @ w2.T) * (h > 0)), h.clamp(min=0).T @ error
    for _ in range(steps):
        losses.append(((x @ w1).clamp(min=0) @ w2 - y).pow(2).sum().item())
        w1 -= learning_rate * grad_w1
        w2 -= learning_rate * grad_w2
    return w1, w2, losses
