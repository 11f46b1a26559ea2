"""Hidden checks of exercise 5. A student reads a check's title and hint, never this file."""

import numpy
import torch
from torch import nn

from grader.checks import equal, hint, needs, not_allowed, points, raises, watched

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


def number(rng, low, high):
    """An int from low to high, both included."""
    return int(torch.randint(low, high + 1, (), generator=rng))


def window(rng, stride, rest, dilation=1):
    """Return (size, kernel_size, padding) where `rest` elements are left over behind the last window."""
    kernel_size, padding = number(rng, 2, 5), number(rng, 0, 2)
    span = dilation * (kernel_size - 1) + 1
    return span + stride * number(rng, 5, 40) + rest - 2 * padding, kernel_size, padding


# conv_output_size


@points(0.2)
@hint("Divide by the stride, rounding down, before you add the first window.",
      ko="stride로 나눌 때 내림하고, 그다음 첫 번째 창 하나를 더하세요.")  # fmt: skip
def test_conv_output_size_values(student, reference, rng):
    """conv_output_size is right for any kernel, stride and padding.

    ko: 어떤 커널, stride, padding에서도 conv_output_size가 맞다.
    """
    for stride in (1, 2, 3, 4):
        for rest in range(stride):
            size, kernel_size, padding = window(rng, stride, rest)
            want = reference.conv_output_size(size, kernel_size, stride, padding)
            equal(plain(student.conv_output_size(size, kernel_size, stride, padding)), want)
        equal(plain(student.conv_output_size(size, kernel_size, padding=padding, stride=stride)), want)
    for size, kernel_size, stride, padding in ((2, 6, 3, 4), (9, 2, 5, 0), (3, 2, 1, 5)):
        want = reference.conv_output_size(size, kernel_size, stride, padding)
        equal(plain(student.conv_output_size(size, kernel_size, stride, padding)), want)
    size = number(rng, 20, 90)
    equal(plain(student.conv_output_size(size, 4)), reference.conv_output_size(size, 4))


@points(0.1)
@needs(test_conv_output_size_values)
@hint("A dilation spreads the kernel: dilation*(kernel_size - 1) + 1 is what a window covers.",
      ko="dilation은 커널을 벌립니다. 창이 덮는 길이는 dilation*(kernel_size - 1) + 1입니다.")  # fmt: skip
def test_conv_output_size_dilation(student, reference, rng):
    """conv_output_size is right for any dilation.

    ko: 어떤 dilation에서도 conv_output_size가 맞다.
    """
    for dilation in (2, 3, 4):
        for stride in (1, 2, 3):
            size, kernel_size, padding = window(rng, stride, number(rng, 0, stride - 1), dilation)
            want = reference.conv_output_size(size, kernel_size, stride, padding, dilation)
            equal(plain(student.conv_output_size(size, kernel_size, stride, padding, dilation)), want)
        size, kernel_size, padding = window(rng, 1, 0, dilation)
        want = reference.conv_output_size(size, kernel_size, padding=padding, dilation=dilation)
        equal(plain(student.conv_output_size(size, kernel_size, padding=padding, dilation=dilation)), want)
        equal(plain(student.conv_output_size(12, 1, dilation=dilation)), 12)
        raises(ValueError, student.conv_output_size, 3 * dilation, 4, dilation=dilation)


@points(0.15)
@needs(test_conv_output_size_values)
@hint("Look at each argument before you calculate: four of them have to be at least 1, the padding at least 0.",
      ko="계산하기 전에 인자를 하나씩 확인하세요. 네 개는 1 이상, 패딩은 0 이상이어야 합니다.")  # fmt: skip
def test_conv_output_size_refuses_arguments(student):
    """conv_output_size raises ValueError for each argument that is too small, and takes the smallest that is not.

    ko: 인자 중 하나라도 너무 작으면 conv_output_size가 ValueError를 내고, 가장 작은 올바른 값은 받는다.
    """
    equal(plain(student.conv_output_size(1, 1, 1, 0, 1)), 1)
    equal(plain(student.conv_output_size(9, 1, 4)), 3)
    for size in (0, -1):
        raises(ValueError, student.conv_output_size, size, 3, padding=4)
    for kernel_size in (0, -2):
        raises(ValueError, student.conv_output_size, 9, kernel_size)
        raises(ValueError, student.conv_output_size, 9, kernel_size, 2, 1, 2)
    for stride in (0, -1, -3):
        raises(ValueError, student.conv_output_size, 9, 3, stride)
    raises(ValueError, student.conv_output_size, 3, 5, stride=-1)
    for padding in (-1, -2):
        raises(ValueError, student.conv_output_size, 9, 3, padding=padding)
    for dilation in (0, -1):
        raises(ValueError, student.conv_output_size, 9, 3, dilation=dilation)
    raises(ValueError, student.conv_output_size, 9, 1, dilation=0)


@points(0.1)
@needs(test_conv_output_size_values)
@hint("Look at the result as well. int() cuts towards 0, which is not rounding down when the number is negative.",
      ko="결과도 확인하세요. int()는 0 쪽으로 자르므로 음수일 때는 내림이 아닙니다.")  # fmt: skip
def test_conv_output_size_refuses_result(student, rng):
    """conv_output_size raises ValueError where no window fits, and is 1 where one fits exactly.

    ko: 창이 하나도 들어가지 않으면 conv_output_size가 ValueError를 내고, 꼭 맞게 하나 들어가면 1이다.
    """
    for stride in (1, 2, 3, 7):
        kernel_size, padding = number(rng, 6, 9), number(rng, 0, 2)
        raises(ValueError, student.conv_output_size, kernel_size - 2 * padding - 1, kernel_size, stride, padding)
        raises(ValueError, student.conv_output_size, 1, kernel_size, stride, padding)
        equal(plain(student.conv_output_size(kernel_size - 2 * padding, kernel_size, stride, padding)), 1)


# conv2d_output_shape


@points(0.1)
@hint("Height and width each have a size of their own; N comes first and stays.",
      ko="높이와 너비는 크기가 서로 다를 수 있습니다. N은 맨 앞에 그대로 둡니다.")  # fmt: skip
def test_conv2d_output_shape_values(student, reference, rng):
    """conv2d_output_shape is right where each argument is one int for both sides.

    ko: 모든 인자가 두 변에 함께 쓰는 정수 하나일 때 conv2d_output_shape가 맞다.
    """
    for stride in (1, 2, 3):
        for padding in (0, 2):
            short, long = number(rng, 12, 30), number(rng, 31, 60)
            shape = (number(rng, 2, 9), number(rng, 2, 9), *((short, long) if padding else (long, short)))
            args = (shape, number(rng, 10, 30), number(rng, 2, 5), stride, padding)
            equal(plain(student.conv2d_output_shape(*args)), reference.conv2d_output_shape(*args))
    equal(plain(student.conv2d_output_shape((2, 3, 9, 9), 4, kernel_size=3)), (2, 4, 7, 7))


@points(0.1)
@needs(test_conv2d_output_shape_values)
@hint("Each of them can be a pair (height, width) while the others are ints.",
      ko="인자 하나만 (높이, 너비) 쌍이고 나머지는 정수일 수도 있습니다.")  # fmt: skip
def test_conv2d_output_shape_pairs(student, reference, rng):
    """conv2d_output_shape is right for pairs, and for pairs mixed with ints.

    ko: 쌍으로 주거나 쌍과 정수를 섞어 주어도 conv2d_output_shape가 맞다.
    """
    ints = {"kernel_size": 3, "stride": 2, "padding": 1}
    pairs = {"kernel_size": (2, 5), "stride": (1, 3), "padding": (0, 4)}
    turned = {name: pair[::-1] for name, pair in pairs.items()}
    mixes = [ints | {name: some[name]} for some in (pairs, turned) for name in ints]
    mixes += [pairs, turned, *(pairs | {name: ints[name]} for name in ints)]
    for mix in mixes:
        shape = (number(rng, 2, 9), number(rng, 2, 9), number(rng, 12, 30), number(rng, 12, 30))
        want = reference.conv2d_output_shape(shape, 8, **mix)
        equal(plain(student.conv2d_output_shape(shape, 8, **mix)), want)
    equal(plain(student.conv2d_output_shape(shape, 8, *mix.values())), want)


@points(0.05)
@needs(test_conv2d_output_shape_values)
@hint("A dilation spreads the kernel on each side, and can be a pair as well.",
      ko="dilation은 변마다 커널을 벌리고, 역시 쌍일 수 있습니다.")  # fmt: skip
def test_conv2d_output_shape_dilation(student, reference, rng):
    """conv2d_output_shape is right for any dilation, an int or a pair.

    ko: dilation이 정수든 쌍이든 conv2d_output_shape가 맞다.
    """
    for dilation in (2, 3, (1, 3), (3, 1), (2, 4)):
        for kernel_size in (3, (2, 4)):
            shape = (number(rng, 2, 9), number(rng, 2, 9), number(rng, 15, 30), number(rng, 15, 30))
            want = reference.conv2d_output_shape(shape, 5, kernel_size, 2, 1, dilation)
            equal(plain(student.conv2d_output_shape(shape, 5, kernel_size, 2, 1, dilation)), want)
    equal(plain(student.conv2d_output_shape(shape, 5, kernel_size, 2, 1, dilation=dilation)), want)
    for stride, padding, dilation in (((1, 3), (0, 4), (3, 2)), ((3, 1), (4, 0), (1, 2)), (2, (0, 3), 2)):
        want = reference.conv2d_output_shape(shape, 5, 3, stride, padding, dilation)
        equal(plain(student.conv2d_output_shape(shape, 5, 3, stride, padding, dilation)), want)
    raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 9), 1, 5, dilation=(3, 1))
    raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 9), 1, 5, dilation=(1, 3))


@points(0.15)
@needs(test_conv2d_output_shape_values)
@hint("Hold both numbers of a pair to the same rule as an int, and both sides of the image.",
      ko="쌍의 두 수와 이미지의 두 변 모두에 정수일 때와 같은 규칙을 적용하세요.")  # fmt: skip
def test_conv2d_output_shape_refuses_arguments(student):
    """conv2d_output_shape raises ValueError for each argument that is too small, in either dimension.

    ko: 어느 차원에서든 인자가 너무 작으면 conv2d_output_shape가 ValueError를 낸다.
    """
    equal(plain(student.conv2d_output_shape((1, 1, 1, 1), 1, 1, 1, 0, 1)), (1, 1, 1, 1))
    equal(plain(student.conv2d_output_shape((1, 1, 9, 9), 1, (1, 2))), (1, 1, 9, 8))
    for shape in ((1, 1, 0, 9), (1, 1, 9, 0), (1, 1, -1, 9)):
        raises(ValueError, student.conv2d_output_shape, shape, 1, 3, padding=4)
    for kernel_size in (0, (0, 3), (3, 0), (3, -1)):
        raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 9), 1, kernel_size)
    for stride in (0, (0, 1), (1, 0), -1):
        raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 9), 1, 3, stride)
    for padding in (-1, (-1, 0), (0, -1)):
        raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 9), 1, 3, padding=padding)
    for dilation in (0, (0, 1), (1, 0), (1, -1)):
        raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 9), 1, 3, dilation=dilation)


@points(0.05)
@needs(test_conv2d_output_shape_values)
@hint("A batch and a channel count are at least 1 too, before and after the convolution.",
      ko="배치 크기와 채널 수도 합성곱 앞뒤에서 모두 1 이상이어야 합니다.")  # fmt: skip
def test_conv2d_output_shape_refuses_channels(student):
    """conv2d_output_shape raises ValueError for a batch, a depth or a number of filters below 1.

    ko: 배치 크기, 입력 채널 수, 필터 수가 1보다 작으면 conv2d_output_shape가 ValueError를 낸다.
    """
    for below in (0, -1):
        raises(ValueError, student.conv2d_output_shape, (below, 1, 9, 9), 1, 3)
        raises(ValueError, student.conv2d_output_shape, (1, below, 9, 9), 1, 3)
        raises(ValueError, student.conv2d_output_shape, (below, below, 9, 9), 1, 3)
        raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 9), below, 3)


@points(0.1)
@needs(test_conv2d_output_shape_values)
@hint("One side without a single window is enough to refuse.",
      ko="두 변 중 하나라도 창이 들어가지 않으면 거절해야 합니다.")  # fmt: skip
def test_conv2d_output_shape_refuses_result(student):
    """conv2d_output_shape raises ValueError where no window fits in either dimension, and takes one that just fits.

    ko: 어느 차원에서든 창이 하나도 들어가지 않으면 conv2d_output_shape가 ValueError를 내고, 꼭 맞으면 받는다.
    """
    for stride in (1, 2, (3, 2)):
        raises(ValueError, student.conv2d_output_shape, (1, 1, 4, 9), 1, 5, stride)
        raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 4), 1, 5, stride)
        raises(ValueError, student.conv2d_output_shape, (1, 1, 2, 2), 1, 5, stride, 1)
    raises(ValueError, student.conv2d_output_shape, (1, 1, 9, 9), 1, (2, 10))
    equal(plain(student.conv2d_output_shape((2, 3, 7, 7), 4, 7)), (2, 4, 1, 1))


@points(0.8)
@needs(test_conv2d_output_shape_values)
@not_allowed(*TORCHS_OWN)
@hint("Call your own conv_output_size once for each side.",
      ko="직접 작성한 conv_output_size를 변마다 한 번씩 부르세요.")  # fmt: skip
def test_conv2d_output_shape_by_hand(student, rng):
    """conv2d_output_shape is calculated by hand.

    ko: conv2d_output_shape를 직접 계산했다.
    """
    student.conv2d_output_shape((2, 3, 9, 9), 4, 3)
    student.conv2d_output_shape((3, 2, 8, 9), 4, 3, stride=2, padding=1)
    for stride in (1, 2):
        shape = (number(rng, 2, 9), number(rng, 2, 9), number(rng, 12, 30), number(rng, 12, 30))
        watched(student.conv2d_output_shape, shape, number(rng, 10, 30), number(rng, 2, 5), stride)


# pool_output_size


@points(0.1)
@hint("Round down where ceil_mode is False, and use the stride wherever one is given.",
      ko="ceil_mode가 False이면 내림하고, stride가 주어지면 그 값을 쓰세요.")  # fmt: skip
def test_pool_output_size_values(student, reference, rng):
    """pool_output_size is right for any kernel, stride and padding, rounded down.

    ko: 내림할 때 어떤 커널, stride, padding에서도 pool_output_size가 맞다.
    """
    for kernel_size in (2, 3, 4):
        for rest in range(kernel_size):
            size = kernel_size * number(rng, 2, 30) + rest
            want = reference.pool_output_size(size, kernel_size)
            equal(plain(student.pool_output_size(size, kernel_size)), want)
    for kernel_size in (4, 5, 6):
        for stride in (1, 2, 7, None):
            args = (number(rng, 20, 90), kernel_size, stride, number(rng, 0, kernel_size // 2 - 1))
            equal(plain(student.pool_output_size(*args)), reference.pool_output_size(*args))
        args = (number(rng, 20, 90), kernel_size, 2, 1, False)
        equal(plain(student.pool_output_size(*args)), reference.pool_output_size(*args))


@points(0.1)
@needs(test_pool_output_size_values)
@hint("Rounding up counts a window that hangs over the end, if it starts inside the input.",
      ko="올림하면 끝을 넘어가는 창도, 입력 안에서 시작하는 한, 셉니다.")  # fmt: skip
def test_pool_output_size_ceil_mode(student, reference, rng):
    """pool_output_size is right with ceil_mode, where every window starts inside.

    ko: 모든 창이 안쪽에서 시작하는 경우에 ceil_mode를 쓴 pool_output_size가 맞다.
    """
    for kernel_size, stride in ((3, 2), (5, 3), (4, 4), (6, 4)):
        for rest in range(stride):
            size = kernel_size + stride * number(rng, 2, 20) + rest
            want = reference.pool_output_size(size, kernel_size, stride, ceil_mode=True)
            equal(plain(student.pool_output_size(size, kernel_size, stride, ceil_mode=True)), want)
    # the last window starts at the input's last element, with padding on the left
    size = 6 * number(rng, 2, 20) + 5
    for args in ((size, 6, None, 2, True), (size, 6, 6, 2, True), (2, 3, 3, 0, True), (1, 5, 5, 1, True)):
        equal(plain(student.pool_output_size(*args)), reference.pool_output_size(*args))
    for args in ((1, 5, 2, 1, True), (2, 7, 1, 0, True)):
        raises(ValueError, student.pool_output_size, *args)


@points(0.1)
@needs(test_pool_output_size_ceil_mode)
@hint("Where does the last window start? Count from the left end of the padding; the input ends at padding + size.",
      ko="마지막 창은 어디서 시작하나요? 왼쪽 끝부터 세면 입력은 padding + size에서 끝납니다.")  # fmt: skip
def test_pool_output_size_drops_last_window(student, reference, rng):
    """pool_output_size drops a last window that would start behind the input, with ceil_mode.

    ko: ceil_mode에서 입력을 지난 자리에서 시작하는 마지막 창은 세지 않는다.
    """
    for kernel_size, stride, padding, rest in (
        (6, 6, 2, 3), (6, 6, 2, 4), (4, 4, 1, 3), (2, 3, 0, 0), (2, 5, 0, 3), (2, 5, 0, 4),
    ):  # fmt: skip
        size = stride * number(rng, 2, 20) + rest
        want = reference.pool_output_size(size, kernel_size, stride, padding, True)
        equal(plain(student.pool_output_size(size, kernel_size, stride, padding, True)), want)
        want = reference.pool_output_size(size, kernel_size, stride, padding, False)
        equal(plain(student.pool_output_size(size, kernel_size, stride, padding, ceil_mode=False)), want)


@points(0.1)
@needs(test_pool_output_size_values)
@hint("A stride of 0 is not a missing stride: only None stands for the kernel's size.",
      ko="stride가 0인 것은 stride를 주지 않은 것과 다릅니다. None일 때만 커널 크기를 씁니다.")  # fmt: skip
def test_pool_output_size_refuses_arguments(student):
    """pool_output_size raises ValueError for each argument that is too small, and takes the smallest that is not.

    ko: 인자 중 하나라도 너무 작으면 pool_output_size가 ValueError를 내고, 가장 작은 올바른 값은 받는다.
    """
    equal(plain(student.pool_output_size(1, 1, 1, 0)), 1)
    equal(plain(student.pool_output_size(1, 1, None, 0, True)), 1)
    equal(plain(student.pool_output_size(9, 1)), 9)
    for size in (0, -1):
        raises(ValueError, student.pool_output_size, size, 4, 1, 2)
        raises(ValueError, student.pool_output_size, size, 4, None, 2, True)
    for kernel_size in (0, -2):
        raises(ValueError, student.pool_output_size, 9, kernel_size)
        raises(ValueError, student.pool_output_size, 9, kernel_size, 2)
    for stride in (0, -1):
        raises(ValueError, student.pool_output_size, 9, 2, stride)
        raises(ValueError, student.pool_output_size, 9, 2, stride, ceil_mode=True)
        raises(ValueError, student.pool_output_size, 9, 4, stride, 1)
    raises(ValueError, student.pool_output_size, 3, 5, stride=-1)
    for padding in (-1, -2):
        raises(ValueError, student.pool_output_size, 9, 3, padding=padding)
        raises(ValueError, student.pool_output_size, 9, 3, padding=padding, ceil_mode=True)


@points(0.1)
@needs(test_pool_output_size_values)
@hint("Compare the padding with kernel_size // 2; equal is still allowed.",
      ko="패딩을 kernel_size // 2와 비교하세요. 같은 것은 허용됩니다.")  # fmt: skip
def test_pool_output_size_refuses_padding(student, reference, rng):
    """pool_output_size raises ValueError for a padding above half of the kernel, and for none below.

    ko: 패딩이 커널의 절반보다 크면 pool_output_size가 ValueError를 내고, 그 이하이면 내지 않는다.
    """
    for kernel_size in (1, 2, 3, 4, 5):
        size, half = number(rng, 20, 60), kernel_size // 2
        for args in ((size, kernel_size, 2, half), (size, kernel_size, 1, half, True)):
            equal(plain(student.pool_output_size(*args)), reference.pool_output_size(*args))
        raises(ValueError, student.pool_output_size, size, kernel_size, 1, half + 1)
        raises(ValueError, student.pool_output_size, size, kernel_size, 1, half + 1, True)
        raises(ValueError, student.pool_output_size, size, kernel_size, padding=kernel_size + 1, ceil_mode=True)


@points(0.05)
@needs(test_pool_output_size_values)
@hint("Look at the result as well. int() cuts towards 0, which is not rounding down when the number is negative.",
      ko="결과도 확인하세요. int()는 0 쪽으로 자르므로 음수일 때는 내림이 아닙니다.")  # fmt: skip
def test_pool_output_size_refuses_result(student):
    """pool_output_size raises ValueError where no window fits, and is 1 where one fits exactly.

    ko: 창이 하나도 들어가지 않으면 pool_output_size가 ValueError를 내고, 꼭 맞게 하나 들어가면 1이다.
    """
    for args in ((2, 3), (3, 4, 2), (1, 5, 1, 1), (4, 9, 5, 2)):
        raises(ValueError, student.pool_output_size, *args)
    for args in ((3, 3), (4, 4, 2), (3, 5, 1, 1)):
        equal(plain(student.pool_output_size(*args)), 1)


# conv_transpose_output_size


@points(0.15)
@hint("The last window starts at (size - 1)*stride, and padding is cut off at both ends.",
      ko="마지막 창은 (size - 1)*stride에서 시작하고, padding은 양쪽에서 잘라 냅니다.")  # fmt: skip
def test_conv_transpose_output_size_values(student, reference, rng):
    """conv_transpose_output_size is right for any kernel, stride and padding.

    ko: 어떤 커널, stride, padding에서도 conv_transpose_output_size가 맞다.
    """
    for stride in (1, 2, 3, 5):
        for padding in (0, 1, 2):
            size, kernel_size = number(rng, 6, 40), number(rng, 2, 5)
            want = reference.conv_transpose_output_size(size, kernel_size, stride, padding)
            equal(plain(student.conv_transpose_output_size(size, kernel_size, stride, padding)), want)
        equal(plain(student.conv_transpose_output_size(size, kernel_size, padding=padding, stride=stride)), want)


@points(0.1)
@needs(test_conv_transpose_output_size_values)
@hint("output_padding is added once, at one end.", ko="output_padding은 한쪽에만, 한 번 더합니다.")
def test_conv_transpose_output_size_output_padding(student, reference, rng):
    """conv_transpose_output_size is right for any output padding.

    ko: 어떤 output_padding에서도 conv_transpose_output_size가 맞다.
    """
    for stride in (2, 3, 5):
        for output_padding in range(stride):
            args = (number(rng, 6, 40), number(rng, 2, 5), stride, number(rng, 0, 2))
            want = reference.conv_transpose_output_size(*args, output_padding)
            equal(plain(student.conv_transpose_output_size(*args, output_padding)), want)
        equal(plain(student.conv_transpose_output_size(*args, output_padding=output_padding)), want)


@points(0.1)
@needs(test_conv_transpose_output_size_values)
@hint("A dilation spreads the kernel here too: dilation*(kernel_size - 1) + 1 is what a window covers.",
      ko="여기서도 dilation은 커널을 벌립니다. 창이 덮는 길이는 dilation*(kernel_size - 1) + 1입니다.")  # fmt: skip
def test_conv_transpose_output_size_dilation(student, reference, rng):
    """conv_transpose_output_size is right for any dilation.

    ko: 어떤 dilation에서도 conv_transpose_output_size가 맞다.
    """
    for dilation in (2, 3, 4):
        for stride in (1, 2, 3):
            args = (number(rng, 6, 40), number(rng, 2, 5), stride, number(rng, 0, 2))
            want = reference.conv_transpose_output_size(*args, 0, dilation)
            equal(plain(student.conv_transpose_output_size(*args, 0, dilation)), want)
        equal(plain(student.conv_transpose_output_size(*args, dilation=dilation)), want)
        equal(plain(student.conv_transpose_output_size(9, 1, dilation=dilation)), 9)
    for args in ((number(rng, 6, 40), 3, 1, 0, 2, 3), (number(rng, 6, 40), 4, 3, 1, 1, 2)):  # with an output padding
        equal(plain(student.conv_transpose_output_size(*args)), reference.conv_transpose_output_size(*args))


@points(0.1)
@needs(test_conv_transpose_output_size_values)
@hint("Look at each argument before you calculate: four of them have to be at least 1, the padding at least 0.",
      ko="계산하기 전에 인자를 하나씩 확인하세요. 네 개는 1 이상, 패딩은 0 이상이어야 합니다.")  # fmt: skip
def test_conv_transpose_output_size_refuses_arguments(student):
    """conv_transpose_output_size raises ValueError for each argument that is too small, and for no other.

    ko: 인자 중 하나라도 너무 작으면 conv_transpose_output_size가 ValueError를 내고, 그 밖에는 내지 않는다.
    """
    equal(plain(student.conv_transpose_output_size(1, 1, 1, 0, 0, 1)), 1)
    equal(plain(student.conv_transpose_output_size(1, 4, 3)), 4)
    equal(plain(student.conv_transpose_output_size(4, 1, 3)), 10)
    for size in (0, -1):
        raises(ValueError, student.conv_transpose_output_size, size, 5)
    for kernel_size in (0, -2):
        raises(ValueError, student.conv_transpose_output_size, 9, kernel_size)
        raises(ValueError, student.conv_transpose_output_size, 9, kernel_size, stride=2)
    for stride in (0, -1):
        raises(ValueError, student.conv_transpose_output_size, 2, 9, stride)
    for padding in (-1, -2):
        raises(ValueError, student.conv_transpose_output_size, 9, 3, padding=padding)
    for dilation in (0, -1):
        raises(ValueError, student.conv_transpose_output_size, 9, 3, dilation=dilation)
        raises(ValueError, student.conv_transpose_output_size, 9, 1, 2, 1, 1, dilation)


@points(0.05)
@needs(test_conv_transpose_output_size_values)
@hint("output_padding is from 0 to one less than the larger of stride and dilation.",
      ko="output_padding은 0 이상이고, stride와 dilation 중 큰 것보다 작아야 합니다.")  # fmt: skip
def test_conv_transpose_output_size_refuses_output_padding(student, rng):
    """conv_transpose_output_size takes an output padding in torch's range, and raises ValueError for any other.

    ko: torch가 허용하는 범위의 output_padding만 받고, 벗어나면 ValueError를 낸다.
    """
    for stride, dilation in ((1, 1), (2, 1), (4, 1), (1, 3), (2, 3), (3, 3), (4, 2)):
        size, kernel_size, largest = number(rng, 6, 20), number(rng, 2, 5), max(stride, dilation) - 1
        student.conv_transpose_output_size(size, kernel_size, stride, 1, largest, dilation)
        for output_padding in (largest + 1, largest + 2, -1):
            raises(ValueError, student.conv_transpose_output_size, size, kernel_size, stride=stride, padding=1,
                   dilation=dilation, output_padding=output_padding)  # fmt: skip


@points(0.05)
@needs(test_conv_transpose_output_size_values)
@hint("A large padding can cut everything off: look at the result as well.",
      ko="패딩이 크면 남는 것이 없을 수 있습니다. 결과도 확인하세요.")  # fmt: skip
def test_conv_transpose_output_size_refuses_result(student):
    """conv_transpose_output_size raises ValueError where the padding cuts everything off, and not where 1 is left.

    ko: 패딩이 출력을 모두 잘라 내면 conv_transpose_output_size가 ValueError를 내고, 1이 남으면 내지 않는다.
    """
    for args in ((2, 1, 1, 1), (3, 2, 1, 2), (1, 1, 1, 1), (3, 2, 2, 3)):
        raises(ValueError, student.conv_transpose_output_size, *args)
    for args in ((1, 3, 2, 1), (2, 2, 1, 1), (3, 3, 2, 3), (1, 1, 3, 1, 2)):
        equal(plain(student.conv_transpose_output_size(*args)), 1)


@points(0.8)
@needs(test_conv_transpose_output_size_values)
@not_allowed(*TORCHS_OWN)
@hint("Turn the formula of the convolution round.", ko="합성곱의 식을 거꾸로 풀어 보세요.")
def test_conv_transpose_output_size_by_hand(student, rng):
    """conv_transpose_output_size is calculated by hand.

    ko: conv_transpose_output_size를 직접 계산했다.
    """
    student.conv_transpose_output_size(3, 3)
    student.conv_transpose_output_size(8, 3, 2, 1)
    for stride in (1, 2):
        watched(student.conv_transpose_output_size, number(rng, 6, 40), number(rng, 2, 5), stride)


# same_padding


@points(0.1)
@hint("At stride 1 a window of kernel_size makes kernel_size - 1 elements disappear; two paddings bring them back.",
      ko="stride가 1이면 원소가 kernel_size - 1개 줄어듭니다. 양쪽 패딩이 그만큼을 채웁니다.")  # fmt: skip
def test_same_padding_values(student, reference, rng):
    """same_padding is right for any odd kernel.

    ko: 모든 홀수 커널에서 same_padding이 맞다.
    """
    for kernel_size in (3, 7, 2 * number(rng, 4, 20) + 1, 2 * number(rng, 21, 50) + 1):
        equal(plain(student.same_padding(kernel_size)), reference.same_padding(kernel_size))
        equal(plain(student.same_padding(kernel_size=kernel_size, dilation=1)), reference.same_padding(kernel_size))


@points(0.05)
@needs(test_same_padding_values)
@hint("What the window covers grows with the dilation; with an even one, even kernels can keep the size too.",
      ko="창이 덮는 길이는 dilation과 함께 커집니다. dilation이 짝수이면 짝수 커널도 크기를 유지합니다.")  # fmt: skip
def test_same_padding_dilation(student, reference, rng):
    """same_padding is right for any dilation, for even kernels too where there is one.

    ko: 어떤 dilation에서도 same_padding이 맞다. 패딩이 있다면 짝수 커널에서도 맞다.
    """
    for dilation in (2, 3, 4, 5, 6):
        kernel_size = 2 * number(rng, 1, 20) + 1
        want = reference.same_padding(kernel_size, dilation)
        equal(plain(student.same_padding(kernel_size, dilation)), want)
        equal(plain(student.same_padding(kernel_size, dilation=dilation)), want)
    for dilation in (2, 4, 6):
        for kernel_size in (2, 2 * number(rng, 2, 20)):
            want = reference.same_padding(kernel_size, dilation)
            equal(plain(student.same_padding(kernel_size, dilation)), want)


@points(0.05)
@needs(test_same_padding_values)
@hint("A kernel of 1 keeps the size as it is.", ko="크기 1인 커널은 크기를 그대로 유지합니다.")
def test_same_padding_kernel_of_one(student):
    """same_padding of a kernel of 1 is 0.

    ko: 크기 1인 커널의 same_padding은 0이다.
    """
    equal(plain(student.same_padding(1)), 0)
    equal(plain(student.same_padding(1, 2)), 0)
    equal(plain(student.same_padding(1, dilation=3)), 0)


@points(0.1)
@needs(test_same_padding_values)
@hint("Padding adds the same at both ends, so in all it adds an even number.",
      ko="패딩은 양쪽에 똑같이 더하므로 모두 합하면 짝수입니다.")  # fmt: skip
def test_same_padding_refuses_odd(student, rng):
    """same_padding raises ValueError where no padding keeps the size.

    ko: 크기를 유지하는 패딩이 없으면 same_padding이 ValueError를 낸다.
    """
    raises(ValueError, student.same_padding, 2)
    for dilation in (1, 3, 5):
        raises(ValueError, student.same_padding, 2 * number(rng, 1, 20), dilation)
        raises(ValueError, student.same_padding, 2, dilation=dilation)


@points(0.05)
@needs(test_same_padding_values)
@hint("A kernel and a dilation are at least 1.", ko="커널과 dilation은 1 이상이어야 합니다.")
def test_same_padding_refuses_arguments(student):
    """same_padding raises ValueError for a kernel or a dilation that is too small.

    ko: 커널이나 dilation이 너무 작으면 same_padding이 ValueError를 낸다.
    """
    for kernel_size in (0, -1, -3):
        raises(ValueError, student.same_padding, kernel_size)
        raises(ValueError, student.same_padding, kernel_size, dilation=2)
    for dilation in (0, -1, -2):
        raises(ValueError, student.same_padding, 3, dilation)
        raises(ValueError, student.same_padding, 1, dilation)


@points(0.6)
@needs(test_same_padding_values)
@not_allowed(*TORCHS_OWN)
@hint("Halve what the window covers beyond its first element.",
      ko="창이 첫 원소 다음으로 더 덮는 길이를 반으로 나누세요.")  # fmt: skip
def test_same_padding_by_hand(student, rng):
    """same_padding is calculated by hand.

    ko: same_padding을 직접 계산했다.
    """
    student.same_padding(3)
    student.same_padding(5, 2)
    watched(student.same_padding, 2 * number(rng, 4, 20) + 1)
    watched(student.same_padding, number(rng, 4, 20), dilation=2)


# conv_parameter_count


@points(0.1)
@hint("Each filter is as deep as the input; height and width of a kernel may differ.",
      ko="필터는 입력만큼 깊고, 커널의 높이와 너비는 다를 수 있습니다.")  # fmt: skip
def test_conv_parameter_count_values(student, reference, rng):
    """conv_parameter_count is right for any channels and any kernel of two dimensions.

    ko: 어떤 채널 수와 2차원 커널에서도 conv_parameter_count가 맞다.
    """
    for _ in range(5):
        few, many, kernel_size = number(rng, 2, 9), number(rng, 10, 20), (number(rng, 2, 4), number(rng, 5, 9))
        for args in ((few, many, kernel_size), (many, few, kernel_size[::-1])):
            equal(plain(student.conv_parameter_count(*args)), reference.conv_parameter_count(*args))


@points(0.05)
@needs(test_conv_parameter_count_values)
@hint("The kernel's sizes are multiplied, whether there are one, two or three of them.",
      ko="커널 크기가 한 개든 두 개든 세 개든 모두 곱합니다.")  # fmt: skip
def test_conv_parameter_count_dimensions(student, reference, rng):
    """conv_parameter_count is right for one and three dimensions too.

    ko: 1차원과 3차원에서도 conv_parameter_count가 맞다.
    """
    for dimensions in (1, 3):
        for _ in range(3):
            kernel_size = tuple(number(rng, 2, 7) for _ in range(dimensions))
            args = (number(rng, 2, 20), number(rng, 2, 20), kernel_size)
            equal(plain(student.conv_parameter_count(*args)), reference.conv_parameter_count(*args))


@points(0.1)
@needs(test_conv_parameter_count_values)
@hint("There is one bias for each output channel, and none with bias=False.",
      ko="편향은 출력 채널마다 하나이고, bias=False이면 없습니다.")  # fmt: skip
def test_conv_parameter_count_bias(student, reference, rng):
    """conv_parameter_count is right with a bias and without.

    ko: 편향이 있을 때와 없을 때 conv_parameter_count가 맞다.
    """
    for dimensions in (2, 1, 3):
        kernel_size = tuple(number(rng, 2, 7) for _ in range(dimensions))
        for bias in (True, False):
            args = (number(rng, 2, 9), number(rng, 10, 20), kernel_size)
            want = reference.conv_parameter_count(*args, bias)
            equal(plain(student.conv_parameter_count(*args, bias)), want)
            equal(plain(student.conv_parameter_count(*args, bias=bias)), want)


@points(0.05)
@needs(test_conv_parameter_count_values)
@hint("Hold each of the kernel's sizes to the rule.", ko="커널의 크기마다 규칙을 확인하세요.")
def test_conv_parameter_count_refuses_kernel(student):
    """conv_parameter_count raises ValueError for a kernel that is too small in any dimension, and not for ones.

    ko: 어느 차원에서든 커널이 너무 작으면 conv_parameter_count가 ValueError를 내고, 1이면 내지 않는다.
    """
    for kernel_size in ((0,), (-1,), (0, 3), (3, 0), (-2, -2), (3, 0, 3), (3, 3, -1), (-1, 3, -1)):
        raises(ValueError, student.conv_parameter_count, 2, 3, kernel_size)
        raises(ValueError, student.conv_parameter_count, 2, 3, kernel_size, bias=False)
    equal(plain(student.conv_parameter_count(2, 3, (1, 1))), 9)


@points(0.05)
@needs(test_conv_parameter_count_values)
@hint("A convolution without a single parameter is refused: look at the result as well.",
      ko="파라미터가 하나도 없는 합성곱은 거절합니다. 결과도 확인하세요.")  # fmt: skip
def test_conv_parameter_count_refuses_result(student):
    """conv_parameter_count raises ValueError where there would be nothing to count.

    ko: 셀 파라미터가 하나도 없으면 conv_parameter_count가 ValueError를 낸다.
    """
    raises(ValueError, student.conv_parameter_count, 3, 0, (3,))
    raises(ValueError, student.conv_parameter_count, 0, 3, (2, 2), bias=False)
    raises(ValueError, student.conv_parameter_count, -1, -3, (1,))
    raises(ValueError, student.conv_parameter_count, -2, 3, (2,))
    equal(plain(student.conv_parameter_count(1, 1, (1, 1), bias=False)), 1)


@points(0.6)
@needs(test_conv_parameter_count_values)
@not_allowed(*TORCHS_OWN)
@hint("Multiply the sizes of the weight; no layer has to be built.",
      ko="가중치의 크기들을 곱하세요. 층을 만들 필요가 없습니다.")  # fmt: skip
def test_conv_parameter_count_by_hand(student, rng):
    """conv_parameter_count is calculated by hand.

    ko: conv_parameter_count를 직접 계산했다.
    """
    student.conv_parameter_count(2, 4, (3, 2))
    student.conv_parameter_count(2, 4, (3, 2), bias=False)
    for dimensions in (1, 2, 3):
        kernel_size = tuple(number(rng, 2, 7) for _ in range(dimensions))
        watched(student.conv_parameter_count, number(rng, 2, 20), number(rng, 2, 20), kernel_size)


# receptive_field


@points(0.15)
@hint("A kernel reaches over gaps that the strides of the layers before it have made; its own stride widens the next.",
      ko="커널은 앞선 층들의 stride가 벌린 간격만큼 뻗고, 그 층의 stride는 다음 층의 간격을 벌립니다.")  # fmt: skip
def test_receptive_field_values(student, reference, rng):
    """receptive_field is right for stacks of any kernels and strides.

    ko: 어떤 커널과 stride를 쌓아도 receptive_field가 맞다.
    """
    for depth in (1, 2, 2, 3, 3, 4, 5):
        layers = [(number(rng, 2, 5), number(rng, 1, 3)) for _ in range(depth)]
        equal(plain(student.receptive_field(layers)), reference.receptive_field(layers))
    for layers in ([(3, 2), (5, 3), (2, 1)], [(2, 1), (5, 3), (3, 2)], [(2, 3), (2, 3)], [(4, 7)],
                   [(3, 2), (2, 3), (5, 2), (3, 3), (2, 2)]):  # fmt: skip
        equal(plain(student.receptive_field(layers=layers)), reference.receptive_field(layers))


@points(0.05)
@needs(test_receptive_field_values)
@hint("Without a layer the output is the input.", ko="층이 없으면 출력이 곧 입력입니다.")
def test_receptive_field_empty(student):
    """receptive_field is 1 where there is no layer.

    ko: 층이 없으면 receptive_field는 1이다.
    """
    equal(plain(student.receptive_field([])), 1)


@points(0.05)
@needs(test_receptive_field_values)
@hint("pop, reverse, append and assignments to layers[...] change the caller's list.",
      ko="pop, reverse, append와 layers[...]에 대한 대입은 호출한 쪽의 리스트를 바꿉니다.")  # fmt: skip
def test_receptive_field_leaves_list(student, rng):
    """receptive_field leaves its list as it was.

    ko: receptive_field는 입력 리스트를 바꾸지 않는다.
    """
    for depth in (1, 2, 4):
        layers = [(2 + place, number(rng, 1, 3)) for place in range(depth)]
        before = list(layers)
        student.receptive_field.in_place(layers)
        assert layers == before, "changes the list that it is given; work on a copy"


@points(0.1)
@needs(test_receptive_field_values)
@hint("Hold every layer to the rule, the last one too.", ko="마지막 층까지 모든 층에서 규칙을 확인하세요.")
def test_receptive_field_refuses_layers(student):
    """receptive_field raises ValueError for a kernel or a stride that is too small in any layer, and not for ones.

    ko: 어느 층에서든 커널이나 stride가 너무 작으면 receptive_field가 ValueError를 내고, 1이면 내지 않는다.
    """
    equal(plain(student.receptive_field([(1, 1)])), 1)
    equal(plain(student.receptive_field([(1, 2), (3, 1)])), 5)
    for bad in ((0, 1), (3, 0), (-1, 1), (3, -1), (1, 0), (0, 2)):
        for layers in ([bad], [bad, (3, 2)], [(3, 2), bad, (5, 1)], [(3, 2), (5, 1), bad]):
            raises(ValueError, student.receptive_field, layers)


@points(0.6)
@needs(test_receptive_field_values)
@not_allowed(*TORCHS_OWN)
@hint("Go through the layers with two numbers in hand.", ko="수 두 개를 들고 층을 차례로 지나가 보세요.")
def test_receptive_field_by_hand(student, rng):
    """receptive_field is calculated by hand.

    ko: receptive_field를 직접 계산했다.
    """
    student.receptive_field([(3, 1), (2, 2), (3, 1)])
    for depth in (1, 2, 5):
        watched(student.receptive_field, [(number(rng, 2, 5), number(rng, 1, 3)) for _ in range(depth)])
