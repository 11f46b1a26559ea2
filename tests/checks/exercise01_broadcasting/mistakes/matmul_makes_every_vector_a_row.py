# fails: test_matmul_shape_vectors
# en: A vector on the right is a column, (k, 1), not a row.
# ko: 오른쪽 벡터는 행이 아니라 열, 곧 (k, 1)입니다.
# kind: no_error


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
    left = a if len(a) > 1 else (1,) + a
    right = b if len(b) > 1 else (1,) + b
    if left[-1] != right[-2]:
        raise ValueError("the sizes do not fit")
    shape = broadcast_shape(left[:-2], right[:-2]) + (left[-2], right[-1])
    if len(a) == 1:
        shape = shape[:-2] + shape[-1:]
    return shape if len(b) > 1 else shape[:-1]


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
