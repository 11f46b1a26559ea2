# fails: test_broadcast_shape_example
# en: zip stops at the end of the shorter shape; the first sizes of the longer one stay.
# ko: zip은 짧은 쪽에서 멈춥니다. 긴 모양의 앞쪽 크기도 결과에 남아야 합니다.
# kind: wrong_type


def broadcast_shape(a, b):
    shape = []
    for m, n in zip(a[::-1], b[::-1]):
        if m != n and m != 1 and n != 1:
            raise ValueError("the shapes do not broadcast")
        shape.append(n if m == 1 else m)
    return tuple(shape[::-1])


def stacked(a, b):
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
    return stacked(a[:-2], b[:-2]) + a[-2:-1] + b[-2:][1:]


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
