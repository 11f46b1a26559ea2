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
@hint("Take (4, 1) and (3,) on paper: which of the two decides each size of the sum?",
      "Write the shapes one above the other, last sizes in line; a size of 1, or one that is not there, stretches.",
      ("Put 1s before the shorter tuple until both are equally long. Then each pair gives one size: where one of "
       "the two is 1, it is the other; where they differ otherwise, raise ValueError."),
      ko=("(4, 1)과 (3,)을 종이에 써 보세요. 합의 각 크기를 둘 중 어느 쪽이 정하나요?",
          "두 모양을 마지막 크기에 맞추어 위아래로 쓰세요. 1이거나 없는 크기는 상대편 크기로 늘어납니다.",
          "짧은 튜플 앞에 1을 채워 길이를 맞추세요. 그러면 쌍마다 크기가 하나씩 나옵니다. 한쪽이 1이면 다른 쪽의 크기이고, 그 밖에 서로 다르면 ValueError를 내세요."))  # fmt: skip
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
@hint("How many matrices are in each stack, and how large is one of them?",
      "A stack of matrices: the last two sizes multiply as matrices do, those before them broadcast.",
      ("Cut each tuple before its last two sizes: broadcast_shape of the first parts, then the rows of a and the "
       "columns of b. A vector gets its size of 1 before that, and loses it at the end."),
      ko=("묶음마다 행렬이 몇 개 쌓여 있고, 행렬 하나의 크기는 얼마인가요?",
          "행렬을 쌓아 둔 것으로 보세요. 마지막 두 크기는 행렬곱을 따르고, 그 앞의 크기들은 브로드캐스팅됩니다.",
          "튜플마다 마지막 두 크기 앞에서 나누세요. 앞부분끼리의 broadcast_shape 뒤에 a의 행 수와 b의 열 수를 붙입니다. 벡터에는 그 전에 크기 1을 붙였다가 마지막에 다시 뗍니다."))  # fmt: skip
def test_matmul_shape_example(student):
    """matmul_shape of two stacks of 9 x 8 matrices.

    ko: 9 x 8개씩 쌓인 행렬 두 묶음의 matmul_shape.
    """
    equal(student.matmul_shape((9, 8, 5, 13), (9, 8, 13, 3)), (9, 8, 5, 3))


@points(0.25)
@hint("In np.dot nothing broadcasts. Which size of a meets which size of b?",
      "The last size of a meets the last but one of b. Those two go, and all the others stay.",
      ("a[:-1] comes first, then what stands in b before and after the size that meets a's last. Of a vector b "
       "nothing is left. Where one of the two is (), the other is the answer."),
      ko=("np.dot에서는 아무것도 브로드캐스팅되지 않습니다. a의 어느 크기가 b의 어느 크기와 만나나요?",
          "a의 마지막 크기와 b의 끝에서 두 번째 크기가 만납니다. 이 둘은 사라지고 나머지는 모두 남습니다.",
          "먼저 a[:-1]이 오고, 그 뒤에 b에서 만나는 크기의 앞과 뒤가 옵니다. b가 벡터이면 남는 것이 없습니다. 한쪽이 ()이면 다른 쪽이 답입니다."))  # fmt: skip
def test_dot_shape_example(student):
    """dot_shape of two stacks of 9 x 8 matrices.

    ko: 9 x 8개씩 쌓인 행렬 두 묶음의 dot_shape.
    """
    equal(student.dot_shape((9, 8, 5, 13), (9, 8, 13, 3)), (9, 8, 5, 9, 8, 3))


@points(0.25)
@hint(("The result has a dimension for the rows of x, one for the rows of y, and d. Which of these does x lack, and "
       "which y?"),
      "Give x the shape (n, 1, d) and y the shape (1, m, d).",
      "x[:, None] has the shape (n, 1, d). Make (1, m, d) of y in the same way, and subtract.",
      ko=("결과에는 x의 행, y의 행, d가 한 차원씩 있습니다. 이 가운데 x에 없는 것은 무엇이고, y에 없는 것은 무엇인가요?",
          "x의 모양을 (n, 1, d), y의 모양을 (1, m, d)로 만드세요.",
          "x[:, None]의 모양은 (n, 1, d)입니다. 같은 방법으로 y를 (1, m, d)로 만들어 빼세요."))  # fmt: skip
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
@hint("s has one number for each row. With which dimension of x does broadcasting line up a vector?",
      "A vector lies along the last dimension. Turn s into a column.",
      "A column has the shape (n, 1). s.unsqueeze(1) or s[:, None] is one; then a single multiplication is left.",
      ko=("s에는 행마다 수가 하나씩 있습니다. 브로드캐스팅은 벡터를 x의 어느 차원에 맞추나요?",
          "벡터는 마지막 차원에 놓입니다. s를 열로 바꾸세요.",
          "열의 모양은 (n, 1)입니다. s.unsqueeze(1)이나 s[:, None]이 열이고, 그다음 한 번만 곱하면 됩니다."))  # fmt: skip
def test_scale_rows_example(student, device):
    """Three rows, each multiplied by its own factor.

    ko: 행 세 개에 각자의 배수를 곱한 결과.
    """
    want = torch.tensor([[0.0, 0.0], [-1.0, -2.0], [1.5, 1.5]])
    close(student.scale_rows(X, torch.tensor([2.0, -1.0, 0.5])), want)


@points(0.25)
@hint("Print the shape of y - y_hat where y_hat is a column. Why is it a square?",
      "(n,) and (n, 1) broadcast to (n, n). Bring both to one shape before you subtract.",
      "y_hat holds n numbers in each of its three forms. reshape gives it the shape of y; then subtract.",
      ko=("y_hat이 열일 때 y - y_hat의 모양을 출력해 보세요. 왜 정사각형일까요?",
          "(n,)과 (n, 1)은 (n, n)으로 브로드캐스팅됩니다. 빼기 전에 둘을 같은 모양으로 만드세요.",
          "세 가지 모양 어느 것이든 y_hat에는 수가 n개 있습니다. reshape로 y와 같은 모양을 만든 다음 빼세요."))  # fmt: skip
def test_residuals_example(student, device):
    """Three labels minus a column of three predictions.

    ko: 라벨 세 개에서 열 모양의 예측 세 개를 뺀 결과.
    """
    y_hat = torch.tensor([[1.5], [4.0], [7.0]])
    close(student.residuals(torch.tensor([2.0, 4.0, 6.0]), y_hat), torch.tensor([0.5, 0.0, -1.0]))


@points(0.25)
@hint("Each column has a mean of its own. Which numbers go into it?",
      "The mean of a column goes over the rows: along dim 0.",
      ("x.mean(dim=0) is a vector with one mean for each column. A vector lies along the last dimension, so it fits "
       "x as it is."),
      ko=("평균은 열마다 따로 있습니다. 그 평균에는 어떤 수들이 들어가나요?",
          "열의 평균은 행들에 대한 평균, 곧 dim 0 방향의 평균입니다.",
          "x.mean(dim=0)은 열마다 평균이 하나씩 든 벡터입니다. 벡터는 마지막 차원에 놓이므로 그대로 x와 맞습니다."))  # fmt: skip
def test_center_columns_example(student, device):
    """Three rows of two columns, each column centered.

    ko: 행 세 개, 열 두 개에서 각 열의 평균을 뺀 결과.
    """
    x = torch.tensor([[1.0, 10.0], [2.0, 10.0], [6.0, 40.0]])
    close(student.center_columns(x), torch.tensor([[-2.0, -10.0], [-1.0, -10.0], [3.0, 20.0]]))
