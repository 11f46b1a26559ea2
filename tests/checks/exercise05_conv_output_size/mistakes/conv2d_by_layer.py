# fails: test_conv2d_output_shape_by_hand
# en: You built nn.Conv2d and read its output's shape; calculate the sides.
# ko: nn.Conv2d를 만들어 출력의 모양을 읽었습니다. 두 변을 직접 계산하세요.
# kind: banned
import torch


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if size < 1 or kernel_size < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("an argument is too small")
    result = (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1
    if result < 1:
        raise ValueError("the kernel does not fit")
    return result


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    n, c, h, w = input_shape
    kernel_size, stride, padding, dilation = (
        x if isinstance(x, tuple) else (x, x) for x in (kernel_size, stride, padding, dilation)
    )
    if min(n, c, h, w, out_channels, *kernel_size, *stride, *dilation) < 1 or min(padding) < 0:
        raise ValueError("an argument is too small")
    if any(s + 2 * p <= d * (k - 1) for s, p, d, k in zip((h, w), padding, dilation, kernel_size)):
        raise ValueError("the kernel does not fit")
    layer = torch.nn.Conv2d(c, out_channels, kernel_size, stride, padding, dilation)
    return tuple(layer(torch.zeros(input_shape)).shape)


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    if stride is None:
        stride = kernel_size
    if size < 1 or kernel_size < 1 or stride < 1 or padding < 0:
        raise ValueError("an argument is too small")
    if padding > kernel_size // 2:
        raise ValueError("the padding is too large")
    room = size + 2 * padding - kernel_size
    result = (room + stride - 1) // stride + 1 if ceil_mode else room // stride + 1
    if ceil_mode and (result - 1) * stride >= size + padding:
        result -= 1
    if result < 1:
        raise ValueError("the kernel does not fit")
    return result


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    if size < 1 or kernel_size < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("an argument is too small")
    if not 0 <= output_padding < max(stride, dilation):
        raise ValueError("output_padding is out of range")
    result = (size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1
    if result < 1:
        raise ValueError("nothing is left")
    return result


def same_padding(kernel_size, dilation=1):
    if kernel_size < 1 or dilation < 1:
        raise ValueError("an argument is too small")
    total = dilation * (kernel_size - 1)
    if total % 2 == 1:
        raise ValueError("no padding keeps the size")
    return total // 2


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    count = in_channels * out_channels
    for k in kernel_size:
        if k < 1:
            raise ValueError("the kernel is too small")
        count *= k
    if bias:
        count += out_channels
    if count < 1:
        raise ValueError("there is nothing to count")
    return count


def receptive_field(layers):
    field, jump = 1, 1
    for kernel_size, stride in layers:
        if kernel_size < 1 or stride < 1:
            raise ValueError("a layer is too small")
        field += (kernel_size - 1) * jump
        jump *= stride
    return field
