# fails: test_matmul_shape_zero
# en: In the stack 0 with 1 is 0, not the larger of the two.
# ko: 쌓인 차원에서 0과 1이 만나면 둘 중 큰 수가 아니라 0입니다.
# kind: wrong_function
from itertools import zip_longest


def broadcast_shape(a, b):
    rank = max(len(a), len(b))
    shape = []
    for m, n in zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b):
        if m != n and m != 1 and n != 1:
            raise ValueError("the shapes do not broadcast")
        shape.append(n if m == 1 else m)
    return tuple(shape)


def matmul_shape(a, b):
    if len(a) == 0 or len(b) == 0:
        raise ValueError("matmul takes no 0-d operand")
    if a[-1] != b[-2:][0]:
        raise ValueError("the sizes do not fit")
    stack = []
    for m, n in zip_longest(reversed(a[:-2]), reversed(b[:-2]), fillvalue=1):
        if m != n and 1 not in (m, n):
            raise ValueError("the stacks do not broadcast")
        stack.insert(0, max(m, n))
    return tuple(stack) + a[-2:-1] + b[-2:][1:]


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
