# fails: test_center_columns_values
# en: The means are kept per shape, so the next matrix of the same shape gets the means of the first.
# ko: 평균을 모양별로 저장해 두기 때문에, 모양이 같은 다음 행렬에서도 처음 행렬의 평균을 뺍니다.
# kind: state


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
    return x.unsqueeze(1) - y.unsqueeze(0)


def scale_rows(x, s):
    return x * s.unsqueeze(1)


def residuals(y, y_hat):
    return y - y_hat.flatten()


REMEMBERED = {}


def center_columns(x):
    if x.shape not in REMEMBERED:
        REMEMBERED[x.shape] = x.mean(dim=0)
    return x - REMEMBERED[x.shape]
