"""Public checks of exercise 1: small examples to read, and two of the rules. `grade exercise01` runs them.

The rest of the points is decided by checks that you do not see: other shapes, other numbers, float64, sizes of 0 and 1.
"""

import torch

from grader.checks import close, equal, hint, needs, not_allowed, points, watched

LIBRARIES_OWN = ("broadcast", "broadcast_all", "broadcast_arrays", "broadcast_shapes", "broadcast_tensors",
                 "broadcast_to", "_broadcast_shape", "_broadcast_shapes", "_infer_size", "torch.jit._shape_functions",
                 "expand", "expand_as", "matmul", "operator.matmul", "mm", "bmm", "mv", "addmm", "dot", "vdot",
                 "vecdot", "matvec", "vecmat", "multi_dot", "numpy.inner", "torch.inner", "einsum",
                 "tensordot")  # fmt: skip

LOOPS = ("for", "while", "comprehension", "builtins.map")

HUGE = 2**30  # no array has room for shapes that have this size three times

X = torch.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 3.0]])


@points(0.25)
@hint("Write the shapes one above the other, last sizes in line; a size of 1, or one that is not there, stretches.",
      ko="두 모양을 마지막 크기에 맞추어 위아래로 쓰세요. 1이거나 없는 크기는 상대편 크기로 늘어납니다.")  # fmt: skip
def test_broadcast_shape_example(student):
    """broadcast_shape of a column and a vector, and of shapes with three and two sizes.

    ko: 열과 벡터, 그리고 크기가 세 개인 모양과 두 개인 모양의 broadcast_shape.
    """
    equal(student.broadcast_shape((4, 1), (3,)), (4, 3))
    equal(student.broadcast_shape((2, 1, 3), (5, 1)), (2, 5, 3))


@points(0.8)
@needs(test_broadcast_shape_example)
@not_allowed(*LIBRARIES_OWN)
@hint("Compare the sizes in the two tuples. Make no array of such a shape: for the sizes here, none has room.",
      ko="두 튜플의 크기를 서로 비교하세요. 그런 모양의 배열은 만들지 마세요. 여기서 쓰는 크기는 어떤 배열에도 담을 수 없습니다.")  # fmt: skip
def test_broadcast_shape_by_hand(student, rng):
    """broadcast_shape works from the sizes alone, without an array.

    ko: broadcast_shape를 배열 없이 크기만으로 구했다.
    """
    equal(student.broadcast_shape((4, 1), (3,)), (4, 3))
    equal(student.broadcast_shape((HUGE, HUGE, 1, HUGE), (HUGE, HUGE, HUGE)), (HUGE, HUGE, HUGE, HUGE))
    m, n = torch.randint(2, 9, (2,), generator=rng).tolist()  # numbers that nobody can recognise
    watched(student.broadcast_shape, (m, 1), (m, n))
    watched(student.broadcast_shape, (n,), (m, n, 1))


@points(0.25)
@hint("A stack of matrices: the last two sizes multiply as matrices do, those before them broadcast.",
      ko="행렬을 쌓아 둔 것으로 보세요. 마지막 두 크기는 행렬곱을 따르고, 그 앞의 크기들은 브로드캐스팅됩니다.")  # fmt: skip
def test_matmul_shape_example(student):
    """matmul_shape of two stacks of 9 x 8 matrices.

    ko: 9 x 8개씩 쌓인 행렬 두 묶음의 matmul_shape.
    """
    equal(student.matmul_shape((9, 8, 5, 13), (9, 8, 13, 3)), (9, 8, 5, 3))


@points(0.25)
@hint("The last size of a meets the last but one of b. Those two go, and all the others stay.",
      ko="a의 마지막 크기와 b의 끝에서 두 번째 크기가 만납니다. 이 둘은 사라지고 나머지는 모두 남습니다.")  # fmt: skip
def test_dot_shape_example(student):
    """dot_shape of two stacks of 9 x 8 matrices.

    ko: 9 x 8개씩 쌓인 행렬 두 묶음의 dot_shape.
    """
    equal(student.dot_shape((9, 8, 5, 13), (9, 8, 13, 3)), (9, 8, 5, 9, 8, 3))


@points(0.25)
@hint("Give x the shape (n, 1, d) and y the shape (1, m, d).", ko="x의 모양을 (n, 1, d), y의 모양을 (1, m, d)로 만드세요.")
def test_pairwise_difference_example(student, device):
    """Three points minus two points: six differences.

    ko: 점 세 개에서 점 두 개를 뺀 차 여섯 개.
    """
    y = torch.tensor([[1.0, 1.0], [0.0, 5.0]])
    want = [[[-1.0, -1.0], [0.0, -5.0]], [[0.0, 1.0], [1.0, -3.0]], [[2.0, 2.0], [3.0, -2.0]]]
    close(student.pairwise_difference(X, y), torch.tensor(want))


@points(0.8)
@needs(test_pairwise_difference_example)
@not_allowed(*LOOPS)
@hint("Broadcasting visits every pair for you: one subtraction is enough.",
      ko="브로드캐스팅이 모든 쌍을 대신 처리합니다. 뺄셈 한 번이면 충분합니다.")  # fmt: skip
def test_pairwise_difference_by_hand(student, device, rng):
    """pairwise_difference has no for, while, comprehension or map.

    ko: pairwise_difference에 for, while, 컴프리헨션, map이 없다.
    """
    student.pairwise_difference(X, X)
    watched(student.pairwise_difference, torch.randn(4, 3, generator=rng), torch.randn(5, 3, generator=rng))


@points(0.25)
@hint("A vector lies along the last dimension. Turn s into a column.",
      ko="벡터는 마지막 차원에 놓입니다. s를 열로 바꾸세요.")  # fmt: skip
def test_scale_rows_example(student, device):
    """Three rows, each multiplied by its own factor.

    ko: 행 세 개에 각자의 배수를 곱한 결과.
    """
    want = torch.tensor([[0.0, 0.0], [-1.0, -2.0], [1.5, 1.5]])
    close(student.scale_rows(X, torch.tensor([2.0, -1.0, 0.5])), want)


@points(0.25)
@hint("(n,) and (n, 1) broadcast to (n, n). Bring both to one shape before you subtract.",
      ko="(n,)과 (n, 1)은 (n, n)으로 브로드캐스팅됩니다. 빼기 전에 둘을 같은 모양으로 만드세요.")  # fmt: skip
def test_residuals_example(student, device):
    """Three labels minus a column of three predictions.

    ko: 라벨 세 개에서 열 모양의 예측 세 개를 뺀 결과.
    """
    y_hat = torch.tensor([[1.5], [4.0], [7.0]])
    close(student.residuals(torch.tensor([2.0, 4.0, 6.0]), y_hat), torch.tensor([0.5, 0.0, -1.0]))


@points(0.25)
@hint("The mean of a column goes over the rows: along dim 0.", ko="열의 평균은 행들에 대한 평균, 곧 dim 0 방향의 평균입니다.")
def test_center_columns_example(student, device):
    """Three rows of two columns, each column centered.

    ko: 행 세 개, 열 두 개에서 각 열의 평균을 뺀 결과.
    """
    x = torch.tensor([[1.0, 10.0], [2.0, 10.0], [6.0, 40.0]])
    close(student.center_columns(x), torch.tensor([[-2.0, -10.0], [-1.0, -10.0], [3.0, 20.0]]))
