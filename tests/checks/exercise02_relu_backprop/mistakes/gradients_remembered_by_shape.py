# fails: test_gradients_values
# en: The gradients are kept per shape, so a second call with other numbers gets the first call's answer.
# ko: 기울기를 모양별로 저장해 두기 때문에, 다른 값으로 다시 호출해도 처음 답이 나옵니다.
# kind: state

REMEMBERED = {}


def forward(x, w1, w2):
    h = x @ w1
    h_relu = h.clamp(min=0)
    return h, h_relu, h_relu @ w2


def squared_error(y_pred, y):
    return (y_pred - y).pow(2).sum()


def gradients(x, y, w1, w2):
    key = (x.shape, w1.shape, w2.shape, x.dtype)
    if key in REMEMBERED:
        return REMEMBERED[key]
    h = x @ w1
    h_relu = h.clamp(min=0)
    grad_y_pred = 2 * (h_relu @ w2 - y)
    grad_h = (grad_y_pred @ w2.T) * (h > 0)
    REMEMBERED[key] = (x.T @ grad_h, h_relu.T @ grad_y_pred)
    return REMEMBERED[key]


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
