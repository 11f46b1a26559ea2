"""Public checks of exercise 5: small examples to read, and two of the rules. `grade exercise05` runs them.

The rest of the points is decided by checks that you do not see: other sizes, pairs, ceil_mode, bad arguments.
"""

import numpy
import torch
from torch import nn

from grader.checks import equal, hint, needs, not_allowed, points, watched

# the layers of torch.nn, and every operation that convolves, pools, cuts out windows or makes a tensor of no values
LAYERS = tuple(name for name, kind in vars(nn).items() if isinstance(kind, type) and issubclass(kind, nn.Module))
OPERATIONS = tuple(
    name
    for name in {whole.split("::")[1].split(".")[0] for whole in torch._C._dispatch_get_all_op_names()}
    if any(part in name for part in ("conv1d", "conv2d", "conv3d", "conv_", "convolution", "pool", "unfold"))
)
TORCHS_OWN = (*(name for name in LAYERS if name != "Module"), *OPERATIONS, "im2col", "col2im", "as_strided",
              "torch.nn.functional", "torch._C._nn", "torch.nn.modules.conv", "torch.nn.modules.pooling",
              "torch.jit._shape_functions", "torch._meta_registrations", "torch.ops.aten.empty",
              "torch.empty", "torch.rand", "torch.randn", "torch.Tensor.shape", "torch.Tensor.size",
              "torch.Tensor.numel", "torch.Tensor.nelement", "torch.Tensor.__len__")  # fmt: skip


def plain(got):
    """What an answer says, whatever its type: 3.0, numpy's 3 and tensor(3) as 3. The type is a check of its own."""
    if isinstance(got, torch.Tensor | numpy.ndarray | numpy.generic):
        got = got.tolist()
    if isinstance(got, tuple | list):
        return tuple(map(plain, got))
    return int(got) if type(got) is float and got.is_integer() else got


def ints(got):
    """Accept an int, or a tuple of ints: an answer that `plain` leaves as it is."""
    equal(got, plain(got))


# conv_output_size


@points(0.15)
@hint(("Draw 5 boxes and move a window of 3 over them. In how many places does it stop? In how many with a stride "
       "of 2?"),
      "One window lies at the start of the padded input; count how many whole strides it can still be moved.",
      ("There is room for size + 2*padding, less what the window covers: dilation*(kernel_size - 1) + 1. Divide "
       "that by the stride with //, and add the window at the start."),
      ko=("칸을 다섯 개 그리고 크기 3인 창을 옮겨 보세요. 창이 몇 군데에 놓이나요? stride가 2이면 몇 군데인가요?",
          "패딩한 입력의 맨 앞에 창이 하나 있습니다. 그 창을 stride만큼씩 몇 번 더 옮길 수 있는지 세세요.",
          ("창이 움직일 자리는 size + 2*padding에서 창이 덮는 길이 dilation*(kernel_size - 1) + 1을 뺀 만큼입니다. stride로 //를 써서 나누고 맨 앞의 "
           "창 하나를 더하세요.")))  # fmt: skip
def test_conv_output_size_example(student):
    """conv_output_size of an input of 5, without padding and with it, and of an image side of 256.

    ko: 크기 5인 입력(패딩이 없을 때와 있을 때)과 한 변이 256인 이미지의 conv_output_size.
    """
    equal(plain(student.conv_output_size(5, 3)), 3)
    equal(plain(student.conv_output_size(5, 3, padding=1)), 5)
    equal(plain(student.conv_output_size(256, 3, stride=2, padding=1)), 128)


@points(0.1)
@needs(test_conv_output_size_example)
@hint("// divides ints and gives an int; / gives a float.",
      ko="//는 정수를 나누어 정수를 주고, /는 실수(float)를 줍니다.")  # fmt: skip
def test_conv_output_size_returns_int(student):
    """conv_output_size returns an int.

    ko: conv_output_size는 int를 돌려준다.
    """
    ints(student.conv_output_size(5, 3))
    ints(student.conv_output_size(256, 3, stride=2, padding=1))


@points(0.8)
@needs(test_conv_output_size_example)
@not_allowed(*TORCHS_OWN)
@hint("Whole numbers are enough; no tensor is needed.", ko="정수 계산으로 충분합니다. 텐서는 필요 없습니다.")
def test_conv_output_size_by_hand(student, rng):
    """conv_output_size is calculated by hand.

    ko: conv_output_size를 직접 계산했다.
    """
    student.conv_output_size(5, 3)
    student.conv_output_size(20, 3, 2, 1, 2)
    for dilation in (1, 2):  # numbers that nobody can recognise
        size, kernel_size, stride, padding = torch.randint(1, 5, (4,), generator=rng).tolist()
        watched(student.conv_output_size, size + 20, kernel_size, stride, padding, dilation)


# conv2d_output_shape


@points(0.15)
@hint("Four sizes go in, and four come out. What does each of them depend on?",
      "The batch stays, the channels become out_channels, and each side is one convolution in one dimension.",
      ("Make the pair (value, value) of each int. Then call conv_output_size with H and the first of every pair, "
       "and with W and the second."),
      ko=("크기 네 개가 들어가고 네 개가 나옵니다. 각각 무엇에 따라 정해지나요?",
          "배치는 그대로이고 채널 수는 out_channels가 됩니다. 두 변은 각각 1차원 합성곱입니다.",
          "정수는 (값, 값) 쌍으로 만드세요. 그다음 H와 각 쌍의 첫 번째 수, W와 두 번째 수로 conv_output_size를 부릅니다."))  # fmt: skip
def test_conv2d_output_shape_example(student):
    """conv2d_output_shape of 3 x 3 images with a filter of 2 x 2, and with a kernel that is a pair.

    ko: 3 x 3 이미지와 2 x 2 필터, 그리고 쌍으로 준 커널의 conv2d_output_shape.
    """
    equal(plain(student.conv2d_output_shape((2, 3, 3, 3), 1, 2)), (2, 1, 2, 2))
    equal(plain(student.conv2d_output_shape((2, 3, 6, 8), 4, (3, 5), padding=(1, 0))), (2, 4, 6, 4))


@points(0.1)
@needs(test_conv2d_output_shape_example)
@hint("(n, c, h, w) is a tuple, [n, c, h, w] a list; each of the four should be an int.",
      ko="(n, c, h, w)는 튜플이고 [n, c, h, w]는 리스트입니다. 네 값은 모두 int여야 합니다.")  # fmt: skip
def test_conv2d_output_shape_returns_tuple(student):
    """conv2d_output_shape returns a tuple of ints.

    ko: conv2d_output_shape는 int로 된 튜플을 돌려준다.
    """
    ints(student.conv2d_output_shape((2, 3, 3, 3), 1, 2))
    ints(student.conv2d_output_shape((2, 3, 6, 8), 4, (3, 5), padding=(1, 0)))


# pool_output_size


@points(0.1)
@hint("Pooling moves a window as a convolution does. What is its stride where none is given?",
      "Without a stride the windows lie side by side: the stride is then the kernel's size.",
      ("Where stride is None, put kernel_size in its place (ask `is None`: a stride of 0 is an error). The rest is "
       "conv_output_size without a dilation."),
      ko=("풀링도 합성곱처럼 창을 옮깁니다. stride를 주지 않으면 얼마인가요?",
          "stride를 주지 않으면 창이 나란히 놓입니다. 곧 stride가 커널 크기와 같습니다.",
          ("stride가 None이면 그 자리에 kernel_size를 넣으세요(stride 0은 오류이니 is None으로 확인합니다). 나머지는 dilation이 없는 "
           "conv_output_size와 같습니다.")))  # fmt: skip
def test_pool_output_size_example(student):
    """pool_output_size of 4 in windows of 2, and of 8 where one element is left over.

    ko: 길이 4를 크기 2인 창으로 나눌 때와 길이 8에서 원소 하나가 남을 때의 pool_output_size.
    """
    equal(plain(student.pool_output_size(4, 2)), 2)
    equal(plain(student.pool_output_size(8, 3, stride=2)), 3)


@points(0.05)
@needs(test_pool_output_size_example)
@hint("With ceil_mode the division is rounded up.", ko="ceil_mode이면 나눗셈을 올림합니다.")
def test_pool_output_size_ceil_mode_example(student):
    """pool_output_size of the same 8, rounded up.

    ko: 같은 길이 8을 올림할 때의 pool_output_size.
    """
    equal(plain(student.pool_output_size(8, 3, stride=2, ceil_mode=True)), 4)


@points(0.1)
@needs(test_pool_output_size_example)
@hint("// divides ints and gives an int; math.ceil gives an int too, / a float.",
      ko="//는 정수를 나누어 정수를 줍니다. math.ceil도 정수를 주지만 /는 실수(float)를 줍니다.")  # fmt: skip
def test_pool_output_size_returns_int(student):
    """pool_output_size returns an int.

    ko: pool_output_size는 int를 돌려준다.
    """
    ints(student.pool_output_size(4, 2))
    ints(student.pool_output_size(8, 3, stride=2))
    ints(student.pool_output_size(8, 3, stride=2, ceil_mode=True))


@points(0.8)
@needs(test_pool_output_size_example)
@not_allowed(*TORCHS_OWN)
@hint("It is the formula of the convolution, without a dilation.", ko="dilation이 없는 합성곱의 식과 같습니다.")
def test_pool_output_size_by_hand(student, rng):
    """pool_output_size is calculated by hand.

    ko: pool_output_size를 직접 계산했다.
    """
    student.pool_output_size(4, 2)
    student.pool_output_size(9, 4, 2, 1)
    student.pool_output_size(8, 3, 2, ceil_mode=True)
    for ceil_mode in (False, True):
        size, kernel_size, stride = torch.randint(2, 6, (3,), generator=rng).tolist()
        watched(student.pool_output_size, size + 20, kernel_size, stride, 1, ceil_mode)


# conv_transpose_output_size


@points(0.15)
@hint("Turn a convolution round: now each input element writes a window into the output.",
      ("Each input element lays one window into the output, a stride after the one before; then the padding is cut "
       "off."),
      ("The last window starts at (size - 1)*stride and covers dilation*(kernel_size - 1) + 1. Take padding off at "
       "both ends, and add output_padding once."),
      ko=("합성곱을 뒤집어 생각하세요. 이제 입력의 원소마다 출력에 창을 하나씩 씁니다.",
          "입력의 원소마다 출력에 창을 하나씩 stride 간격으로 놓고, 그다음 패딩만큼 잘라 냅니다.",
          ("마지막 창은 (size - 1)*stride에서 시작해 dilation*(kernel_size - 1) + 1만큼 덮습니다. padding은 양쪽에서 빼고 output_padding은 "
           "한 번 더하세요.")))  # fmt: skip
def test_conv_transpose_output_size_example(student):
    """conv_transpose_output_size of an input of 3, and of 128 with a stride of 2.

    ko: 크기 3인 입력과 크기 128인 입력(stride 2)의 conv_transpose_output_size.
    """
    equal(plain(student.conv_transpose_output_size(3, 3)), 5)
    equal(plain(student.conv_transpose_output_size(128, 3, stride=2, padding=1)), 255)


@points(0.1)
@needs(test_conv_transpose_output_size_example)
@hint("Sums and products of ints are ints.", ko="정수끼리 더하고 곱하면 정수입니다.")
def test_conv_transpose_output_size_returns_int(student):
    """conv_transpose_output_size returns an int.

    ko: conv_transpose_output_size는 int를 돌려준다.
    """
    ints(student.conv_transpose_output_size(3, 3))
    ints(student.conv_transpose_output_size(128, 3, stride=2, padding=1))


# same_padding


@points(0.15)
@hint("At stride 1, how many elements does a kernel of 3 take away, and how many does a padding of 1 add?",
      "Set the output size equal to the size, with stride 1, and solve for the padding.",
      ("dilation*(kernel_size - 1) elements disappear, and the padding brings half of them back at each end. Where "
       "they are odd in number, raise ValueError."),
      ko=("stride가 1일 때 크기 3인 커널은 원소를 몇 개 줄이고, 패딩 1은 몇 개를 더하나요?",
          "stride가 1일 때의 출력 크기를 입력 크기와 같다고 놓고 패딩을 구하세요.",
          "원소가 dilation*(kernel_size - 1)개 사라지고, 패딩이 양쪽에서 그 반씩을 채웁니다. 그 수가 홀수이면 ValueError를 내세요."))  # fmt: skip
def test_same_padding_example(student):
    """same_padding of kernels of 3 and 5.

    ko: 크기 3과 5인 커널의 same_padding.
    """
    equal(plain(student.same_padding(3)), 1)
    equal(plain(student.same_padding(5)), 2)


@points(0.1)
@needs(test_same_padding_example)
@hint("// divides ints and gives an int; / gives a float.",
      ko="//는 정수를 나누어 정수를 주고, /는 실수(float)를 줍니다.")  # fmt: skip
def test_same_padding_returns_int(student):
    """same_padding returns an int.

    ko: same_padding은 int를 돌려준다.
    """
    ints(student.same_padding(3))
    ints(student.same_padding(5))


# conv_parameter_count


@points(0.15)
@hint("How many numbers does one filter hold, and how many filters are there?",
      "Each output channel has one filter, as deep as the input's channels, and one bias.",
      ("math.prod(kernel_size) is one filter at one input channel. Multiply by both numbers of channels, and add "
       "out_channels where bias is True."),
      ko=("필터 하나에는 수가 몇 개 있고, 필터는 몇 개인가요?",
          "출력 채널마다 입력 채널 수만큼 깊은 필터 하나와 편향 하나가 있습니다.",
          "math.prod(kernel_size)는 입력 채널 하나에 대한 필터 하나입니다. 두 채널 수를 곱하고, bias가 True이면 out_channels를 더하세요."))  # fmt: skip
def test_conv_parameter_count_example(student):
    """conv_parameter_count from 3 channels to 1 and to 3, with a kernel of 3 x 3.

    ko: 3 x 3 커널로 3채널에서 1채널과 3채널로 갈 때의 conv_parameter_count.
    """
    equal(plain(student.conv_parameter_count(3, 1, (3, 3))), 28)
    equal(plain(student.conv_parameter_count(3, 3, (3, 3))), 84)


@points(0.1)
@needs(test_conv_parameter_count_example)
@hint("math.prod of ints is an int; torch's product is a tensor.",
      ko="math.prod는 정수의 곱을 int로 주지만 torch의 곱은 텐서입니다.")  # fmt: skip
def test_conv_parameter_count_returns_int(student):
    """conv_parameter_count returns an int.

    ko: conv_parameter_count는 int를 돌려준다.
    """
    ints(student.conv_parameter_count(3, 1, (3, 3)))
    ints(student.conv_parameter_count(3, 1, (3, 3), bias=False))


# receptive_field


@points(0.15)
@hint("Draw two convolutions of kernel 3, one above the other. Which inputs does one element at the top depend on?",
      "After a stride of 2, neighbours lie 2 elements of the input apart.",
      ("Start with field = 1 and apart = 1. In each layer field grows by (kernel_size - 1)*apart; only then is "
       "apart multiplied by the stride."),
      ko=("커널이 3인 합성곱 두 개를 위아래로 그려 보세요. 맨 위의 원소 하나는 어떤 입력에 따라 정해지나요?",
          "stride가 2인 층을 지나면 이웃한 두 원소는 입력에서 두 칸 떨어져 있습니다.",
          "field = 1, apart = 1에서 시작하세요. 층마다 field에 (kernel_size - 1)*apart를 더하고, 그다음에 apart에 stride를 곱합니다."))  # fmt: skip
def test_receptive_field_example(student):
    """receptive_field of one convolution, of two, and of two with a pooling between them.

    ko: 합성곱 하나, 합성곱 두 개, 풀링을 사이에 둔 합성곱 두 개의 receptive_field.
    """
    equal(plain(student.receptive_field([(3, 1)])), 3)
    equal(plain(student.receptive_field([(3, 1), (3, 1)])), 5)
    equal(plain(student.receptive_field([(3, 1), (2, 2), (3, 1)])), 8)


@points(0.1)
@needs(test_receptive_field_example)
@hint("Start from the int 1, and only add and multiply.", ko="정수 1에서 시작해 더하기와 곱하기만 하세요.")
def test_receptive_field_returns_int(student):
    """receptive_field returns an int.

    ko: receptive_field는 int를 돌려준다.
    """
    ints(student.receptive_field([(3, 1)]))
    ints(student.receptive_field([(3, 1), (2, 2), (3, 1)]))
