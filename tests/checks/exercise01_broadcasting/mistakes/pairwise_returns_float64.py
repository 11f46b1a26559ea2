# fails: test_pairwise_difference_keeps_dtype
# en: The differences are always float64; return the dtype of x.
# ko: 결과가 언제나 float64입니다. x의 dtype을 그대로 돌려주세요.
# kind: dtype


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
    return broadcast_shape(a[:-2], b[:-2]) + a[-2:-1] + b[-2:][1:]


def dot_shape(a, b):
    if len(a) == 0 or len(b) == 0:
        return a + b
    if a[-1] != b[-2:][0]:
        raise ValueError("the sizes do not fit")
    return a[:-1] + b[:-2] + b[-2:][1:]


def pairwise_difference(x, y):
    return x.double().unsqueeze(1) - y.double().unsqueeze(0)


def scale_rows(x, s):
    return x * s.unsqueeze(1)


def residuals(y, y_hat):
    return y - y_hat.flatten()


def center_columns(x):
    return x - x.mean(dim=0)
