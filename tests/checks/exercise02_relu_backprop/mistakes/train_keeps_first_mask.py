# fails: test_train_weights
# en: You made the mask once, before the loop; units switch on and off while w1 changes.
# ko: 반복문 앞에서 마스크를 한 번만 만들었습니다. w1이 바뀌면 유닛도 켜지고 꺼집니다.
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
    on = x @ w1 > 0
    for _ in range(steps):
        h = x @ w1
        h_relu = h.clamp(min=0)
        error = h_relu @ w2 - y
        losses.append((error**2).sum().item())
        grad_w1 = x.T @ ((2 * error @ w2.T) * on)
        grad_w2 = h_relu.T @ (2 * error)
        w1 -= learning_rate * grad_w1
        w2 -= learning_rate * grad_w2
    return w1, w2, losses
