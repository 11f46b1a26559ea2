# fails: test_forward_example
# en: h itself is changed, so its negative numbers are lost: clamp_ works in place, and h_relu = h only gives h a second name. Use clamp, or h.clone() first.
# ko: h 자체가 바뀌어 음수가 사라집니다. clamp_는 제자리에서 바꾸고, h_relu = h는 h에 이름을 하나 더 붙일 뿐입니다. clamp를 쓰거나 먼저 h.clone()을 하세요.
# kind: clamped


def forward(x, w1, w2):
    h = x @ w1
    h_relu = h
    h_relu[h < 0] = 0
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
