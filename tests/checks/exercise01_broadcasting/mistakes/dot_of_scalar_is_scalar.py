# fails: test_dot_shape_scalars
# en: A number times an array is an array: return the other's shape, not ().
# ko: 숫자와 배열의 곱은 배열입니다. ()가 아니라 다른 쪽의 모양을 돌려주세요.
# kind: wrong_type


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
        return ()
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
