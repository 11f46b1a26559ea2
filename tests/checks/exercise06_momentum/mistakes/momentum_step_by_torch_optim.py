# fails: test_momentum_step_by_hand
# en: torch.optim.SGD takes the step for you; write the two lines yourself.
# ko: torch.optim.SGD가 걸음을 대신합니다. 두 줄을 직접 쓰세요.
# kind: banned
import torch


def momentum_step(w, v, grad, lr, momentum):
    new = w.clone().requires_grad_()
    new.grad = grad.clone()
    optimizer = torch.optim.SGD([new], lr=lr, momentum=momentum)
    optimizer.state[new]["momentum_buffer"] = -v / lr
    optimizer.step()
    return new.detach(), new.detach() - w


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov needs momentum and no dampening")
    grad = grad + weight_decay * w
    if momentum == 0:
        return w - lr * grad, None
    if buf is None:
        buf = grad.clone()
    else:
        buf = momentum * buf + (1 - dampening) * grad
    direction = grad + momentum * buf if nesterov else buf
    return w - lr * direction, buf


def minimize_quadratic(a, b, w, lr, momentum, steps):
    velocity = torch.zeros_like(w)
    path = [w]
    for _ in range(steps):
        velocity = momentum * velocity - lr * (a @ w - b)
        w = w + velocity
        path.append(w)
    return torch.stack(path)


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum
        self.velocities = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            self.velocities[i] = self.momentum * self.velocities[i] - self.lr * p.grad
            p += self.velocities[i]

    def zero_grad(self):
        for p in self.params:
            p.grad = None
