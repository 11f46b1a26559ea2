# fails: test_train_weights
# en: The weights are kept between calls, so a second training starts where the first ended.
# ko: 가중치를 호출 사이에 저장해 두어, 두 번째 학습이 첫 번째가 끝난 곳에서 시작합니다.
# kind: state

KEPT = {}


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
    key = (w1.shape, w2.shape, w1.dtype)
    w1, w2, losses = *KEPT.get(key, (w1.clone(), w2.clone())), []
    for _ in range(steps):
        h = x @ w1
        h_relu = h.clamp(min=0)
        error = h_relu @ w2 - y
        losses.append((error**2).sum().item())
        grad_w1 = x.T @ ((2 * error @ w2.T) * (h > 0))
        grad_w2 = h_relu.T @ (2 * error)
        w1 -= learning_rate * grad_w1
        w2 -= learning_rate * grad_w2
    if steps:
        KEPT[key] = w1.clone(), w2.clone()
    return w1, w2, losses
