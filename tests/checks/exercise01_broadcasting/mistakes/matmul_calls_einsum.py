# fails: test_matmul_shape_by_hand
# en: einsum on dummies is torch's product too; work from the sizes alone.
# ko: 텐서를 만들어 쓴 einsum도 torch의 행렬곱입니다. 크기만으로 구하세요.
# kind: banned
import torch


def broadcast_shape(a, b):
    rank = max(len(a), len(b))
    shape = []
    for m, n in zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b):
        if m != n and m != 1 and n != 1:
            raise ValueError("the shapes do not broadcast")
        shape.append(n if m == 1 else m)
    return tuple(shape)


def matmul_shape(a, b):
    left, right = "ij"[2 - min(len(a), 2) :], "jk"[: min(len(b), 2)]
    rule = f"...{left},...{right}->...{(left + right).replace('j', '')}"
    if not a or not b or a[-1] != b[-2:][0]:
        raise ValueError("the sizes do not fit")
    try:
        return tuple(torch.einsum(rule, torch.zeros(a), torch.zeros(b)).shape)
    except RuntimeError:
        raise ValueError("the stacks do not broadcast") from None


def dot_shape(a, b):
    if len(a) == 0 or len(b) == 0:
        return a + b
    if a[-1] != b[-2:][0]:
        raise ValueError("the sizes do not fit")
    return a[:-1] + b[:-2] + b[-2:][1:]


def pairwise_difference(x, y):
    return x.unsqueeze(1) - y.unsqueeze(0)


def scale_rows(x, s):
    return x * s.unsqueeze(1)


def residuals(y, y_hat):
    return y - y_hat.flatten()


def center_columns(x):
    return x - x.mean(dim=0)
