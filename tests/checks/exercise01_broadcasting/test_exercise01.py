"""Hidden checks of exercise 1. A student reads a check's title and hint, never this file."""

import torch

from grader.checks import (Mismatch, StudentError, close, equal, hint, needs, not_allowed, points, pure, raises,
                           typed, watched)  # fmt: skip

DTYPES = (torch.float32, torch.float64)

LIBRARIES_OWN = ("broadcast", "broadcast_all", "broadcast_arrays", "broadcast_shapes", "broadcast_tensors",
                 "broadcast_to", "_broadcast_shape", "_broadcast_shapes", "_infer_size", "torch.jit._shape_functions",
                 "expand", "expand_as", "matmul", "operator.matmul", "mm", "bmm", "mv", "addmm", "dot", "vdot",
                 "vecdot", "matvec", "vecmat", "multi_dot", "numpy.inner", "torch.inner", "einsum",
                 "tensordot")  # fmt: skip


def whole(rng, low, high):
    """A random integer, both ends included."""
    return int(torch.randint(low, high + 1, (), generator=rng))


def sizes(rng, rank):
    return tuple(whole(rng, 2, 5) for _ in range(rank))


def thinned(rng, shape):
    """A shape that broadcasts with `shape`: the first sizes cut off, some of the others 1."""
    cut = whole(rng, 0, len(shape))
    return tuple(size if whole(rng, 0, 2) else 1 for size in shape[cut:])


def huge(shape):
    """The shape with each size above 1 made so large that no array has room for three of them, even an empty one."""
    return tuple(size << 28 if size > 1 else size for size in shape)


def works_from_sizes(function, a, b, want):
    """Accept an answer that is right for shapes that no array can have, where it is right for small ones.

    Whether it is right at all is for other checks to say.
    """
    try:
        equal(function(a, b), want)
    except (Mismatch, StudentError):
        return
    equal(function(huge(a), huge(b)), huge(want))


def numbers(rng, shape, dtype):
    """Moderate numbers, at which every correct order of operations keeps its digits."""
    return torch.randn(shape, generator=rng, dtype=torch.float64).clamp(-2, 2).to(dtype)


def cases(rng, *shapes):
    """Yield tensors of the given pairs of shapes, in every dtype."""
    for dtype in DTYPES:
        for left, right in shapes:
            yield numbers(rng, left, dtype), numbers(rng, right, dtype)


# broadcast_shape


@points(0.25)
@hint("It is the same whichever comes first. A size that is not there counts as 1, in () too.",
      ko="어느 쪽이 앞에 오든 결과는 같습니다. 없는 크기는 1로 칩니다. ()도 마찬가지입니다.")  # fmt: skip
def test_broadcast_shape_values(student, reference, rng):
    """broadcast_shape is right for shapes of any rank, () too, in either order.

    ko: ()를 포함해 차원 수가 어떻든, 순서가 어떻든 broadcast_shape가 맞다.
    """
    pairs = [((), ()), ((), (3, 2)), ((1,), (5,)), ((4,), (4, 4)), ((1, 1, 1), (2,)), ((7, 1, 5), (7, 6, 1)),
             ((2, 1, 3, 1, 4, 1), (1, 5, 1, 3))]
    for rank in (2, 3, 3, 4, 4):
        shape = sizes(rng, rank)
        pairs.append((thinned(rng, shape), thinned(rng, shape)))
    for a, b in pairs:
        equal(student.broadcast_shape(a, b), reference.broadcast_shape(a, b))
        equal(student.broadcast_shape(b, a), reference.broadcast_shape(b, a))


@points(0.1)
@hint("Only a size of 1 stretches. 0 is a size like any other, and smaller than 1.",
      ko="늘어나는 것은 크기 1뿐입니다. 0은 다른 크기와 다를 바 없고, 1보다 작습니다.")  # fmt: skip
def test_broadcast_shape_zero(student, reference, rng):
    """broadcast_shape treats a size of 0 as any other.

    ko: broadcast_shape가 크기 0을 다른 크기와 똑같이 다룬다.
    """
    n, m = sizes(rng, 2)
    for a, b in (((0,), (1,)), ((0,), ()), ((0,), (0,)), ((n, 1), (1, 0)), ((m, 1), (0,)), ((m, 0, n), (1, n)),
                 ((0, n, m), (n, 1))):  # fmt: skip
        equal(student.broadcast_shape(a, b), reference.broadcast_shape(a, b))
        equal(student.broadcast_shape(b, a), reference.broadcast_shape(b, a))
    for a, b in (((0,), (2,)), ((3, 0), (3, 4))):
        raises(ValueError, student.broadcast_shape, a, b)
        raises(ValueError, student.broadcast_shape, b, a)


@points(0.2)
@needs(test_broadcast_shape_values)
@hint("Two sizes that differ are right only where one of them is 1; else raise ValueError.",
      ko="서로 다른 두 크기는 한쪽이 1일 때만 맞습니다. 아니면 ValueError를 내세요.")  # fmt: skip
def test_broadcast_shape_refuses(student):
    """broadcast_shape raises ValueError for shapes that do not broadcast.

    ko: 브로드캐스팅되지 않는 모양에 broadcast_shape가 ValueError를 낸다.
    """
    for a, b in (((2,), (3,)), ((2,), (4,)), ((3, 2), (3,)), ((4, 3), (4, 1, 4)), ((2, 3, 4), (3, 3, 4)),
                 ((5, 1), (4, 2)), ((2, 3), (3, 2))):  # fmt: skip
        raises(ValueError, student.broadcast_shape, a, b)
        raises(ValueError, student.broadcast_shape, b, a)


# matmul_shape


@points(0.1)
@hint("(rows, k) times (k, columns) is (rows, columns), in every matrix of the stack.",
      ko="(행, k) 곱하기 (k, 열)은 (행, 열)입니다. 쌓인 행렬마다 그렇습니다.")  # fmt: skip
def test_matmul_shape_values(student, reference, rng):
    """matmul_shape is right for two matrices, and for two equal stacks of them.

    ko: 행렬 두 개, 그리고 똑같이 쌓인 행렬 두 묶음에서 matmul_shape가 맞다.
    """
    for stack in ((), (), (), (3,), (2, 2), sizes(rng, 1), sizes(rng, 3)):
        rows, inner, columns = sizes(rng, 3)
        a, b = (*stack, rows, inner), (*stack, inner, columns)
        equal(student.matmul_shape(a, b), reference.matmul_shape(a, b))
    for a, b in (((3, 3), (3, 3)), ((4, 4, 4), (4, 4, 4)), ((1, 5), (5, 1)), ((5, 1), (1, 2))):
        equal(student.matmul_shape(a, b), reference.matmul_shape(a, b))


@points(0.1)
@hint("All but the last two sizes broadcast; broadcast_shape already knows how.",
      ko="마지막 두 크기를 뺀 나머지는 브로드캐스팅됩니다. 그 방법은 broadcast_shape가 이미 알고 있습니다.")  # fmt: skip
def test_matmul_shape_batches(student, reference, rng):
    """matmul_shape broadcasts the dimensions before the last two.

    ko: matmul_shape가 마지막 두 차원 앞의 차원들을 브로드캐스팅한다.
    """
    pairs = [((), (4,)), ((3,), ()), ((1,), (7,)), ((6, 1), (5,)), ((2, 1), (1, 5))]
    for rank in (2, 3):
        shape = sizes(rng, rank)
        pairs.append((thinned(rng, shape), thinned(rng, shape)))
    for left, right in pairs:
        rows, inner, columns = sizes(rng, 3)
        a, b = (*left, rows, inner), (*right, inner, columns)
        equal(student.matmul_shape(a, b), reference.matmul_shape(a, b))


@points(0.1)
@hint("A vector on the left is a row, one on the right a column; that size of 1 does not appear in the result.",
      ko="왼쪽 벡터는 행, 오른쪽 벡터는 열입니다. 이때 붙인 크기 1은 결과에 나타나지 않습니다.")  # fmt: skip
def test_matmul_shape_vectors(student, reference, rng):
    """matmul_shape is right where one operand, or both, is a vector.

    ko: 한쪽이나 양쪽이 벡터일 때 matmul_shape가 맞다.
    """
    k, n = sizes(rng, 2)
    for a, b in (((k,), (k,)), ((k,), (k, n)), ((n, k), (k,)), ((k,), (2, k, n)), ((2, n, k), (k,)), ((4,), (4, 4)),
                 ((4, 4), (4,)), ((k,), (3, 2, k, n)), ((3, 2, n, k), (k,)), ((1,), (1, 2)), ((2, 1), (1,)),
                 ((k,), (k, 1))):  # fmt: skip
        equal(student.matmul_shape(a, b), reference.matmul_shape(a, b))


@points(0.05)
@needs(test_matmul_shape_batches)
@hint("A size of 0 fits 0, and in the stack 1 too.", ko="크기 0은 0과 맞고, 쌓인 차원에서는 1과도 맞습니다.")
def test_matmul_shape_zero(student, reference):
    """matmul_shape treats a size of 0 as any other.

    ko: matmul_shape가 크기 0을 다른 크기와 똑같이 다룬다.
    """
    for a, b in (((0, 3), (3, 2)), ((2, 0), (0, 3)), ((0, 2, 3), (1, 3, 4)), ((1, 2, 3), (0, 3, 4))):
        equal(student.matmul_shape(a, b), reference.matmul_shape(a, b))


@points(0.1)
@needs(test_matmul_shape_values)
@hint("np.matmul has no product for a number; () has no last size to multiply along.",
      ko="np.matmul에는 숫자와의 곱이 없습니다. ()에는 곱할 마지막 크기가 없습니다.")  # fmt: skip
def test_matmul_shape_scalars(student):
    """matmul_shape raises ValueError where an operand is 0-d.

    ko: 한쪽이 0차원이면 matmul_shape가 ValueError를 낸다.
    """
    for a, b in (((), (3,)), ((3,), ()), ((), ()), ((), (2, 3)), ((2, 3), ()), ((1,), ())):
        raises(ValueError, student.matmul_shape, a, b)


@points(0.1)
@needs(test_matmul_shape_values)
@hint("The two inner sizes must be equal; 1 does not stretch there. In the stack the rules of broadcasting hold.",
      ko="안쪽의 두 크기는 같아야 하며, 여기서는 1도 늘어나지 않습니다. 쌓인 차원은 브로드캐스팅 규칙을 따릅니다.")  # fmt: skip
def test_matmul_shape_refuses(student):
    """matmul_shape raises ValueError for sizes that do not fit.

    ko: 크기가 맞지 않으면 matmul_shape가 ValueError를 낸다.
    """
    for a, b in (((2, 3), (4, 5)), ((3, 2), (3, 4)), ((2, 3), (4, 3)), ((2, 1), (3, 4)), ((2, 3), (1, 4)),
                 ((3,), (4,)), ((3,), (4, 3)), ((2, 3), (2,)), ((3,), (1,)), ((1,), (3, 2)), ((5, 3), (2, 5, 4)),
                 ((2, 4, 3), (3, 3, 4)), ((4, 1, 2, 3), (3, 2, 3, 4)), ((3,), (2, 4, 5)),
                 ((2, 5, 3), (4,))):  # fmt: skip
        raises(ValueError, student.matmul_shape, a, b)


@points(0.8)
@needs(test_matmul_shape_values)
@not_allowed(*LIBRARIES_OWN)
@hint("Compare the sizes in the two tuples. Make no array of such a shape: for some sizes, none has room.",
      ko="두 튜플의 크기를 서로 비교하세요. 그런 모양의 배열은 만들지 마세요. 어떤 배열에도 담을 수 없는 크기도 있습니다.")  # fmt: skip
def test_matmul_shape_by_hand(student, rng):
    """matmul_shape works from the sizes alone, without an array.

    ko: matmul_shape를 배열 없이 크기만으로 구했다.
    """
    equal(student.matmul_shape((5, 3), (3, 2)), (5, 2))
    for a, b, want in (
        ((2, 3, 5, 4, 3), (2, 3, 5, 3, 2), (2, 3, 5, 4, 2)),
        ((2, 1, 5, 4, 3), (3, 1, 3, 2), (2, 3, 5, 4, 2)),
        ((3,), (5, 4, 3, 2), (5, 4, 2)),
        ((5, 4, 2, 3), (3,), (5, 4, 2)),
    ):
        works_from_sizes(student.matmul_shape, a, b, want)
    stack, rows, inner, columns = sizes(rng, 4)
    watched(student.matmul_shape, (stack, rows, inner), (inner, columns))


# dot_shape


@points(0.15)
@hint("Nothing broadcasts in a dot product: every size of a and b stays, but the two that meet.",
      ko="np.dot에서는 아무것도 브로드캐스팅되지 않습니다. 만나는 두 크기를 빼고 a와 b의 크기가 모두 남습니다.")  # fmt: skip
def test_dot_shape_values(student, reference, rng):
    """dot_shape is right for matrices and for stacks of them.

    ko: 행렬과 쌓인 행렬에서 dot_shape가 맞다.
    """
    for left, right in (((), ()), ((), ()), ((3,), ()), ((), (4,)), ((3,), (3,)), ((2, 5), (4,)), ((1,), (2, 3))):
        rows, inner, columns = sizes(rng, 3)
        a, b = (*left, rows, inner), (*right, inner, columns)
        equal(student.dot_shape(a, b), reference.dot_shape(a, b))
    for a, b in (((3, 3), (3, 3)), ((4, 4, 4), (4, 4, 4)), ((1, 5), (5, 1)), ((5, 1), (1, 2))):
        equal(student.dot_shape(a, b), reference.dot_shape(a, b))


@points(0.15)
@hint("A vector has one size, and it is the one that meets the other's.",
      ko="벡터의 크기는 하나뿐이고, 그 크기가 상대편 크기와 만납니다.")  # fmt: skip
def test_dot_shape_vectors(student, reference, rng):
    """dot_shape is right where one operand, or both, is a vector.

    ko: 한쪽이나 양쪽이 벡터일 때 dot_shape가 맞다.
    """
    k, n = sizes(rng, 2)
    for a, b in (((k,), (k,)), ((k,), (k, n)), ((n, k), (k,)), ((k,), (2, k, n)), ((2, n, k), (k,)), ((4,), (4, 4)),
                 ((4, 4), (4,)), ((k,), (3, 2, k, n)), ((3, 2, n, k), (k,)), ((1,), (1, 2)), ((2, 1), (1,)),
                 ((k,), (k, 1))):  # fmt: skip
        equal(student.dot_shape(a, b), reference.dot_shape(a, b))


@points(0.1)
@hint("A number times an array is an array of the same shape.", ko="숫자와 배열의 곱은 그 배열과 모양이 같습니다.")
def test_dot_shape_scalars(student, reference, rng):
    """dot_shape is the other's shape where an operand is 0-d.

    ko: 한쪽이 0차원이면 dot_shape는 다른 쪽의 모양이다.
    """
    for shape in ((), (3,), (1,), sizes(rng, 2), sizes(rng, 3)):
        equal(student.dot_shape((), shape), reference.dot_shape((), shape))
        equal(student.dot_shape(shape, ()), reference.dot_shape(shape, ()))


@points(0.05)
@needs(test_dot_shape_values)
@hint("A size of 0 meets 0; elsewhere it stays, as any other.",
      ko="크기 0은 0과 만납니다. 그 밖의 자리에서는 다른 크기처럼 그대로 남습니다.")  # fmt: skip
def test_dot_shape_zero(student, reference):
    """dot_shape treats a size of 0 as any other.

    ko: dot_shape가 크기 0을 다른 크기와 똑같이 다룬다.
    """
    for a, b in (((0, 3), (3, 2)), ((2, 0), (0, 3)), ((3, 0, 2), (2, 4)), ((2, 3), (0, 3, 4)), ((0,), (0,))):
        equal(student.dot_shape(a, b), reference.dot_shape(a, b))


@points(0.1)
@needs(test_dot_shape_values)
@hint("The two sizes that meet must be equal; 1 does not stretch in a dot product.",
      ko="만나는 두 크기는 같아야 합니다. np.dot에서는 1도 늘어나지 않습니다.")  # fmt: skip
def test_dot_shape_refuses(student):
    """dot_shape raises ValueError where the sizes that meet differ.

    ko: 만나는 두 크기가 다르면 dot_shape가 ValueError를 낸다.
    """
    for a, b in (((2, 3), (4, 5)), ((3, 2), (3, 4)), ((2, 3), (4, 3)), ((2, 1), (3, 4)), ((2, 3), (1, 4)),
                 ((3,), (4,)), ((3,), (4, 3)), ((2, 3), (2,)), ((3,), (1,)), ((1,), (3, 2)),
                 ((2, 4, 3), (2, 4, 3)), ((3,), (2, 4, 5)), ((2, 5, 3), (4,))):  # fmt: skip
        raises(ValueError, student.dot_shape, a, b)


@points(0.8)
@needs(test_dot_shape_values)
@not_allowed(*LIBRARIES_OWN)
@hint("Compare the sizes in the two tuples. Make no array of such a shape: for some sizes, none has room.",
      ko="두 튜플의 크기를 서로 비교하세요. 그런 모양의 배열은 만들지 마세요. 어떤 배열에도 담을 수 없는 크기도 있습니다.")  # fmt: skip
def test_dot_shape_by_hand(student, rng):
    """dot_shape works from the sizes alone, without an array.

    ko: dot_shape를 배열 없이 크기만으로 구했다.
    """
    for a, b, want in (
        ((5, 4, 3), (2, 3, 5), (5, 4, 2, 5)),
        ((3,), (5, 4, 3, 2), (5, 4, 2)),
        ((5, 4, 2, 3), (3,), (5, 4, 2)),
        ((), (5, 4, 3), (5, 4, 3)),
        ((5, 4, 3), (), (5, 4, 3)),
    ):
        works_from_sizes(student.dot_shape, a, b, want)
    stack, rows, inner, columns = sizes(rng, 4)
    watched(student.dot_shape, (stack, rows, inner), (inner, columns))


# pairwise_difference


PAIRS = (((3, 2), (4, 2)), ((5, 3), (2, 3)), ((4, 3), (4, 3)), ((3, 3), (3, 3)), ((2, 3), (3, 3)), ((3, 2), (4, 2)))
"""One pair twice: an answer kept from an earlier call is wrong for the next numbers."""

FEW_PAIRS = (((3, 2), (4, 2)), ((3, 3), (3, 3)), ((1, 2), (1, 2)))


@points(0.25)
@hint("Entry [i, j] is row i of x minus row j of y: the rows of x go along the first dimension.",
      ko="[i, j]번째는 x의 i번째 행에서 y의 j번째 행을 뺀 것입니다. x의 행은 첫 번째 차원에 놓입니다.")  # fmt: skip
def test_pairwise_difference_values(student, reference, device, rng):
    """pairwise_difference is right for any numbers of points, also n == m == d, in float32 and float64.

    ko: n == m == d를 포함해 점이 몇 개이든 float32와 float64로 pairwise_difference가 맞다.
    """
    for x, y in cases(rng, *PAIRS):
        want = reference.pairwise_difference(x.double(), y.double())
        close(student.pairwise_difference(x, y), want, like=x)


@points(0.1)
@needs(test_pairwise_difference_values)
@hint("The result has three dimensions, whatever their sizes.", ko="크기가 얼마이든 결과는 3차원입니다.")
def test_pairwise_difference_ones(student, reference, device, rng):
    """pairwise_difference is right where a size is 1.

    ko: 크기가 1인 차원이 있어도 pairwise_difference가 맞다.
    """
    for x, y in cases(rng, ((1, 3), (4, 3)), ((4, 3), (1, 3)), ((3, 1), (2, 1)), ((1, 1), (1, 1)), ((1, 3), (1, 3))):
        want = reference.pairwise_difference(x.double(), y.double())
        close(student.pairwise_difference(x, y), want, like=x)


@points(0.1)
@needs(test_pairwise_difference_values)
@hint("Make no tensor with a dtype or device of its own; derive it from x.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 x에서 얻으세요.")  # fmt: skip
def test_pairwise_difference_keeps_dtype(student, device, rng):
    """pairwise_difference returns the dtype of its inputs, on their device.

    ko: pairwise_difference는 입력과 같은 dtype, 같은 device의 텐서를 돌려준다.
    """
    for x, y in cases(rng, *FEW_PAIRS):
        typed(student.pairwise_difference(x, y), x, device)


@points(0.1)
@needs(test_pairwise_difference_values)
@hint("Operations that end in _ (unsqueeze_, neg_) change the caller's tensor.",
      ko="_로 끝나는 연산(unsqueeze_, neg_)은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_pairwise_difference_leaves_inputs(student, device, rng):
    """pairwise_difference leaves x and y as they were, and returns a tensor of its own.

    ko: pairwise_difference는 x와 y를 바꾸지 않고 새 텐서를 돌려준다.
    """
    for x, y in cases(rng, *FEW_PAIRS):
        pure(student.pairwise_difference, x, y)


# scale_rows


@points(0.3)
@hint("Row i of x is multiplied by s[i], and nothing else.", ko="x의 i번째 행에는 s[i]만 곱합니다.")
def test_scale_rows_values(student, reference, device, rng):
    """scale_rows is right in float32 and float64.

    ko: float32와 float64로 scale_rows가 맞다.
    """
    for x, s in cases(rng, ((4, 3), (4,)), ((2, 5), (2,)), ((6, 2), (6,)), ((4, 3), (4,))):
        close(student.scale_rows(x, s), reference.scale_rows(x.double(), s.double()), like=x)


@points(0.2)
@needs(test_scale_rows_values)
@hint("Where n == d, x * s raises nothing, and multiplies the columns.",
      ko="n == d이면 x * s는 오류 없이 열에 곱해집니다.")  # fmt: skip
def test_scale_rows_square(student, reference, device, rng):
    """scale_rows multiplies the rows where n == d too.

    ko: n == d일 때도 scale_rows가 행에 곱한다.
    """
    for x, s in cases(rng, ((3, 3), (3,)), ((2, 2), (2,)), ((5, 5), (5,))):
        close(student.scale_rows(x, s), reference.scale_rows(x.double(), s.double()), like=x)


@points(0.1)
@needs(test_scale_rows_values)
@hint("The result has the shape of x, whatever its sizes.", ko="크기가 얼마이든 결과의 모양은 x와 같습니다.")
def test_scale_rows_ones(student, reference, device, rng):
    """scale_rows is right for one row and for one column.

    ko: 행이 하나이거나 열이 하나여도 scale_rows가 맞다.
    """
    for x, s in cases(rng, ((1, 4), (1,)), ((4, 1), (4,)), ((1, 1), (1,))):
        close(student.scale_rows(x, s), reference.scale_rows(x.double(), s.double()), like=x)


@points(0.1)
@needs(test_scale_rows_values)
@hint("Make no tensor with a dtype or device of its own; derive it from x.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 x에서 얻으세요.")  # fmt: skip
def test_scale_rows_keeps_dtype(student, device, rng):
    """scale_rows returns the dtype of its inputs, on their device.

    ko: scale_rows는 입력과 같은 dtype, 같은 device의 텐서를 돌려준다.
    """
    for x, s in cases(rng, ((4, 3), (4,)), ((3, 3), (3,)), ((1, 2), (1,))):
        typed(student.scale_rows(x, s), x, device)


@points(0.15)
@needs(test_scale_rows_values)
@hint("x *= ... and operations that end in _ (mul_, unsqueeze_) change the caller's tensor.",
      ko="x *= ...와 _로 끝나는 연산(mul_, unsqueeze_)은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_scale_rows_leaves_inputs(student, device, rng):
    """scale_rows leaves x and s as they were, and returns a tensor of its own.

    ko: scale_rows는 x와 s를 바꾸지 않고 새 텐서를 돌려준다.
    """
    for x, s in cases(rng, ((4, 3), (4,)), ((3, 3), (3,)), ((1, 2), (1,)), ((4, 1), (4,))):
        pure(student.scale_rows, x, s)


# residuals


EVERY_FORM = (((4,), (4,)), ((4,), (4, 1)), ((4,), (1, 4)), ((1,), (1, 1)))


@points(0.3)
@hint("Labels minus predictions, in that order, and with their sign.",
      ko="라벨에서 예측을 뺍니다. 순서와 부호를 지키세요.")  # fmt: skip
def test_residuals_values(student, reference, device, rng):
    """residuals is right for two vectors, in float32 and float64.

    ko: 벡터 두 개에서 float32와 float64로 residuals가 맞다.
    """
    for y, y_hat in cases(rng, ((4,), (4,)), ((7,), (7,)), ((2,), (2,)), ((4,), (4,))):
        close(student.residuals(y, y_hat), reference.residuals(y.double(), y_hat.double()), like=y)


@points(0.25)
@hint("A column and a vector broadcast to a square; make a vector of the column first.",
      ko="열과 벡터를 그대로 빼면 정사각형으로 브로드캐스팅됩니다. 먼저 열을 벡터로 바꾸세요.")  # fmt: skip
def test_residuals_column(student, reference, device, rng):
    """residuals is right for predictions that form a column.

    ko: 예측이 열이어도 residuals가 맞다.
    """
    for y, y_hat in cases(rng, ((4,), (4, 1)), ((7,), (7, 1)), ((2,), (2, 1)), ((4,), (4, 1))):
        close(student.residuals(y, y_hat), reference.residuals(y.double(), y_hat.double()), like=y)


@points(0.25)
@hint("The result is a vector whatever the predictions are; a row has a dimension too many.",
      ko="예측이 무엇이든 결과는 벡터입니다. 행은 차원이 하나 더 많습니다.")  # fmt: skip
def test_residuals_row(student, reference, device, rng):
    """residuals is right for predictions that form a row.

    ko: 예측이 행이어도 residuals가 맞다.
    """
    for y, y_hat in cases(rng, ((4,), (1, 4)), ((7,), (1, 7)), ((2,), (1, 2)), ((4,), (1, 4))):
        close(student.residuals(y, y_hat), reference.residuals(y.double(), y_hat.double()), like=y)


@points(0.1)
@needs(test_residuals_values)
@hint("The result is a vector of one number: neither a 0-d tensor nor a matrix.",
      ko="결과는 수가 하나뿐인 벡터입니다. 0차원 텐서도 행렬도 아닙니다.")  # fmt: skip
def test_residuals_one_example(student, reference, device, rng):
    """residuals is right for a single example, in every form of the predictions.

    ko: 데이터가 하나뿐이어도 예측의 모양과 상관없이 residuals가 맞다.
    """
    for y, y_hat in cases(rng, ((1,), (1,)), ((1,), (1, 1))):
        close(student.residuals(y, y_hat), reference.residuals(y.double(), y_hat.double()), like=y)


@points(0.2)
@needs(test_residuals_values)
@hint("Make no tensor with a dtype or device of its own; derive it from y.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 y에서 얻으세요.")  # fmt: skip
def test_residuals_keeps_dtype(student, device, rng):
    """residuals returns the dtype of its inputs, on their device.

    ko: residuals는 입력과 같은 dtype, 같은 device의 텐서를 돌려준다.
    """
    for y, y_hat in cases(rng, *EVERY_FORM):
        typed(student.residuals(y, y_hat), y, device)


@points(0.15)
@needs(test_residuals_values)
@hint("y -= ... and operations that end in _ (sub_, squeeze_) change the caller's tensor.",
      ko="y -= ...와 _로 끝나는 연산(sub_, squeeze_)은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_residuals_leaves_inputs(student, device, rng):
    """residuals leaves y and y_hat as they were, and returns a tensor of its own.

    ko: residuals는 y와 y_hat을 바꾸지 않고 새 텐서를 돌려준다.
    """
    for y, y_hat in cases(rng, *EVERY_FORM):
        pure(student.residuals, y, y_hat)


# center_columns


MATRICES = ((4, 3), (2, 5), (3, 3), (6, 2), (4, 3))
FEW_MATRICES = ((4, 3), (3, 3), (1, 2))


def matrices(rng, *shapes):
    """Yield matrices of these shapes, in every dtype, the columns shifted apart."""
    for dtype in DTYPES:
        for shape in shapes:
            yield (numbers(rng, shape, torch.float64) + numbers(rng, shape[1:], torch.float64)).to(dtype)


@points(0.3)
@hint("Each column has a mean of its own; take it off that column only.",
      ko="열마다 평균이 따로 있습니다. 각 열에서 그 열의 평균만 빼세요.")  # fmt: skip
def test_center_columns_values(student, reference, device, rng):
    """center_columns is right, also where n == d, in float32 and float64.

    ko: n == d일 때를 포함해 float32와 float64로 center_columns가 맞다.
    """
    for x in matrices(rng, *MATRICES):
        close(student.center_columns(x), reference.center_columns(x.double()), like=x)


@points(0.1)
@needs(test_center_columns_values)
@hint("The result has the shape of x. The only row of a matrix is the mean of its columns.",
      ko="결과의 모양은 x와 같습니다. 행이 하나뿐이면 그 행이 곧 열들의 평균입니다.")  # fmt: skip
def test_center_columns_ones(student, reference, device, rng):
    """center_columns is right for one row and for one column.

    ko: 행이 하나이거나 열이 하나여도 center_columns가 맞다.
    """
    for x in matrices(rng, (1, 4), (4, 1), (1, 1)):
        close(student.center_columns(x), reference.center_columns(x.double()), like=x)


@points(0.15)
@needs(test_center_columns_values)
@hint("Make no tensor with a dtype or device of its own; derive it from x.",
      ko="dtype이나 device를 따로 정해 텐서를 만들지 말고 x에서 얻으세요.")  # fmt: skip
def test_center_columns_keeps_dtype(student, device, rng):
    """center_columns returns the dtype of its input, on its device.

    ko: center_columns는 입력과 같은 dtype, 같은 device의 텐서를 돌려준다.
    """
    for x in matrices(rng, *FEW_MATRICES):
        typed(student.center_columns(x), x, device)


@points(0.2)
@needs(test_center_columns_values)
@hint("x -= ... and operations that end in _ (sub_) change the caller's tensor.",
      ko="x -= ...와 _로 끝나는 연산(sub_)은 호출한 쪽의 텐서를 바꿉니다.")  # fmt: skip
def test_center_columns_leaves_input(student, device, rng):
    """center_columns leaves x as it was, and returns a tensor of its own.

    ko: center_columns는 x를 바꾸지 않고 새 텐서를 돌려준다.
    """
    for x in matrices(rng, *FEW_MATRICES):
        pure(student.center_columns, x)
