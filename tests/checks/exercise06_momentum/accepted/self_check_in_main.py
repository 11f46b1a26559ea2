# Different: compares itself with torch.optim, in the main block and in a function that nothing calls.
import torch
import torch.optim as optim
from torch.optim import SGD, Adam


def momentum_step(w, v, grad, lr, momentum):
    v_next = v.mul(momentum).sub(grad.mul(lr))
    w_next = w.add(v_next)
    return w_next, v_next


def sgd_step(w, buf, grad, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    if nesterov and (momentum == 0 or dampening != 0):
        raise ValueError("nesterov wants momentum > 0 and dampening == 0")
    d = grad.add(w.mul(weight_decay))
    if not momentum:
        return w.sub(d.mul(lr)), None
    first = buf is None
    new_buf = d.clone() if first else buf.mul(momentum).add(d.mul(1.0 - dampening))
    d = d.add(new_buf.mul(momentum)) if nesterov else new_buf
    return w.sub(d.mul(lr)), new_buf


def minimize_quadratic(a, b, w, lr, momentum, steps):
    def walk(w, v, left):
        yield w
        if left:
            yield from walk(*momentum_step(w, v, torch.matmul(a, w) - b, lr, momentum), left - 1)

    return torch.stack(list(walk(w, torch.zeros_like(w), steps)))


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.pairs = [(p, torch.zeros_like(p, requires_grad=False)) for p in params]
        self.lr, self.momentum = lr, momentum

    def step(self):
        for p, v in self.pairs:
            if p.grad is None:
                continue
            with torch.no_grad():
                v.copy_(self.momentum * v - self.lr * p.grad)
                p.copy_(p + v)

    def zero_grad(self):
        for p, _ in self.pairs:
            p.grad = None


def compare(make):
    torch.manual_seed(0)
    mine, theirs = torch.randn(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    theirs.data.copy_(mine.data)
    optimizers = MomentumSGD([mine], lr=0.1), make([theirs], lr=0.1)
    for _ in range(5):
        for w, optimizer in zip((mine, theirs), optimizers):
            optimizer.zero_grad()
            (w**2).sum().backward()
            optimizer.step()
    return torch.allclose(mine, theirs)


def is_not_adam():
    return not compare(Adam) and not compare(optim.RMSprop)


if __name__ == "__main__":
    print(compare(lambda params, lr: SGD(params, lr=lr, momentum=0.9)))
    print(sgd_step(torch.ones(2), None, torch.ones(2), 0.1), optim.SGD)
