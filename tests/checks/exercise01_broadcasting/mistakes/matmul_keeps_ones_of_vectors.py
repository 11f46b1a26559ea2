# fails: test_matmul_shape_vectors
# en: The size of 1 that makes a matrix of a vector stays in your result; it goes again.
# ko: 벡터를 행렬로 만들며 붙인 크기 1이 결과에 남아 있습니다. 결과에서는 빼야 합니다.
# kind: keepdim


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
    a = (1,) + a if len(a) == 1 else a
    b = b + (1,) if len(b) == 1 else b
    if a[-1] != b[-2]:
        raise ValueError("the sizes do not fit")
    return broadcast_shape(a[:-2], b[:-2]) + (a[-2], b[-1])


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
