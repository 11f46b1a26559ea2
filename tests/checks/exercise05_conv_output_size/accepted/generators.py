# Different: generators make the places where windows start, one by one, and the layers are taken by recursion.
from itertools import accumulate, count, takewhile
from operator import mul


class TooSmall(ValueError):
    pass


def positive(*values, least=1):
    if min(values) < least:
        raise TooSmall(f"{min(values)} < {least}")
    return values


def starts(last, stride):
    return takewhile(lambda start: start <= last, count(0, stride))


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    positive(size, kernel_size, stride, dilation)
    positive(padding, least=0)
    windows = sum(1 for _ in starts(size + 2 * padding - 1 - dilation * (kernel_size - 1), stride))
    return positive(windows)[0]


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    *front, height, width = input_shape
    positive(*front, out_channels)

    def side(place, size):
        for value in (kernel_size, stride, padding, dilation):
            try:
                yield value[place]
            except TypeError:
                yield value

    sides = (conv_output_size(size, *side(place, size)) for place, size in enumerate((height, width)))
    return (front[0], out_channels, *sides)


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    (stride,) = positive(*({stride} - {None} or {kernel_size}))
    positive(size, kernel_size)
    if padding not in range(kernel_size // 2 + 1):
        raise TooSmall("the kernel, for this padding")
    room = size + 2 * padding - kernel_size
    last = min(room + stride, size + padding) - 1 if ceil_mode else room
    return positive(len([*starts(last, stride)]))[0]


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    positive(size, kernel_size, stride, dilation)
    positive(padding, least=0)
    if output_padding not in range(max(stride, dilation)):
        raise ValueError(output_padding)
    length = max(range((size - 1) * stride + dilation * (kernel_size - 1) + 1)) + 1 + output_padding
    return positive(length - padding - padding)[0]


def same_padding(kernel_size, dilation=1):
    positive(kernel_size, dilation)
    wanted = dilation * (kernel_size - 1)
    for padding in range(wanted + 1):
        if padding + padding == wanted:
            return padding
    raise ValueError(wanted)


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    positive(*kernel_size)
    *_, weights = accumulate((in_channels, *kernel_size), mul)
    return positive(out_channels * (weights + bool(bias)))[0]


def receptive_field(layers):
    if not layers:
        return 1
    (kernel_size, stride), *others = layers
    positive(kernel_size, stride)
    return kernel_size + stride * (receptive_field(others) - 1)
