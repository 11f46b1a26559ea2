# fails: test_broadcast_shape_values
# en: You filled both shapes up to a fixed rank; fill the shorter one up to the rank of the longer one.
# ko: 두 모양을 정해 둔 차원 수에 맞췄습니다. 짧은 쪽을 긴 쪽의 차원 수에 맞추세요.
# kind: ignores_argument


def broadcast_shape(a, b):
    sizes_a, sizes_b = ((1,) * 5 + a)[-5:], ((1,) * 5 + b)[-5:]
    if any(m != n and m != 1 and n != 1 for m, n in zip(sizes_a, sizes_b)):
        raise ValueError("the shapes do not broadcast")
    return tuple(n if m == 1 else m for m, n in zip(sizes_a, sizes_b))[5 - max(len(a), len(b)) :]


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


def center_columns(x):
    return x - x.mean(dim=0)
