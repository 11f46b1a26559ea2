# Different: the shape is a named tuple; lambdas and partials instead of def statements.
import functools
import itertools
import math
from typing import NamedTuple


class Shape(NamedTuple):
    batch: int
    channels: int
    height: int
    width: int


def fail(*words):
    raise ValueError(*words)


at_least = lambda lowest, *values: all(value >= lowest for value in values) or fail(f"below {lowest}", values)
positive = lambda value: value if value > 0 else fail("the result is", value)
pair = lambda value: tuple(itertools.islice(itertools.cycle(value if isinstance(value, tuple) else (value,)), 2))


def _span(size, kernel_size, stride, padding, dilation):
    at_least(1, size, kernel_size, stride, dilation)
    at_least(0, padding)
    return dilation * kernel_size - dilation + 1


def _conv(size, kernel_size, stride=1, padding=0, dilation=1):
    return positive((size + padding * 2 - _span(size, kernel_size, stride, padding, dilation)) // stride + 1)


conv_output_size = functools.partial(_conv)


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    batch, channels, *sides = input_shape
    at_least(1, batch, channels, out_channels)
    settings = map(pair, (kernel_size, stride, padding, dilation))
    return Shape(batch, out_channels, *map(conv_output_size, sides, *settings))


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    match stride:
        case None:
            stride = kernel_size
    _span(size, kernel_size, stride, padding, 1)
    at_least(padding, kernel_size // 2)
    room = size + 2 * padding - kernel_size
    if not ceil_mode:
        return positive(room // stride + 1)
    return positive(min(-(-room // stride) + 1, -(-(size + padding) // stride)))


conv_transpose_output_size = lambda size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1: (
    at_least(0, output_padding)
    and at_least(output_padding + 1, max(stride, dilation))
    and positive(
        (size - 1) * stride + _span(size, kernel_size, stride, padding, dilation) + output_padding - 2 * padding
    )
)
same_padding = lambda kernel_size, dilation=1: (
    at_least(1, kernel_size, dilation)
    and (fail("odd") if dilation * (kernel_size - 1) % 2 else dilation * (kernel_size - 1) // 2)
)
conv_parameter_count = lambda in_channels, out_channels, kernel_size, bias=True: (
    at_least(1, *kernel_size)
    and positive(math.prod(kernel_size, start=in_channels) * out_channels + bias * out_channels)
)


def receptive_field(layers):
    kernels, strides = [k for k, _ in layers], [s for _, s in layers]
    at_least(1, *kernels, *strides)
    jumps = itertools.accumulate(strides, lambda a, b: a * b, initial=1)
    return sum((k - 1) * jump for k, jump in zip(kernels, jumps)) + 1
