"""Exercise 5: convolution output sizes. README.md explains the maths."""

import math


def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return how long the output of a convolution is, in one dimension.

    size:        length of the input
    kernel_size: number of weights; dilation: how far apart they lie
    stride:      step from one window to the next
    padding:     zeros added at each end
    returns:     an int
    raises:      ValueError  if size, kernel_size, stride, dilation or the result is below 1, or padding below 0

    >>> conv_output_size(5, 3)
    3
    >>> conv_output_size(256, 3, stride=2, padding=1)
    128
    """
    _refuse_below(1, size=size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    _refuse_below(0, padding=padding)
    span = dilation * (kernel_size - 1) + 1
    result = (size + 2 * padding - span) // stride + 1
    _refuse_below(1, result=result)
    return result


def conv2d_output_shape(
    input_shape: tuple[int, int, int, int],
    out_channels: int,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int | tuple[int, int] = 1,
) -> tuple[int, int, int, int]:
    """Return the shape of the output of a 2-D convolution.

    input_shape:  (N, C, H, W)
    out_channels: number of filters
    the others:   an int for both dimensions, or a pair (height, width)
    returns:      (N, out_channels, H', W'), a tuple of ints
    raises:       ValueError  if N, C or out_channels is below 1, or where conv_output_size does for H or W

    >>> conv2d_output_shape((1, 3, 5, 5), 1, 3)
    (1, 1, 3, 3)
    >>> conv2d_output_shape((1, 1, 6, 8), 2, (3, 5), padding=(1, 0))
    (1, 2, 6, 4)
    """
    n, channels, height, width = input_shape
    _refuse_below(1, N=n, C=channels, out_channels=out_channels)
    vertical, horizontal = zip(*map(_pair, (kernel_size, stride, padding, dilation)), strict=True)
    return n, out_channels, conv_output_size(height, *vertical), conv_output_size(width, *horizontal)


def pool_output_size(
    size: int, kernel_size: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    """Return how long the output of pooling is, in one dimension.

    size:      length of the input
    stride:    step from one window to the next; None stands for kernel_size
    padding:   added at each end, at most half of kernel_size
    ceil_mode: round up, but drop a last window that would start in the padding on the right
    returns:   an int
    raises:    ValueError  if size, kernel_size, stride or the result is below 1, padding below 0,
                           or padding above kernel_size // 2

    >>> pool_output_size(4, 2)
    2
    >>> pool_output_size(6, 3, stride=2, ceil_mode=True)
    3
    """
    stride = kernel_size if stride is None else stride
    _refuse_below(1, size=size, kernel_size=kernel_size, stride=stride)
    _refuse_below(0, padding=padding)
    if padding > kernel_size // 2:
        raise ValueError(f"padding is {padding}; it should be at most half of the kernel, {kernel_size // 2}")
    rounding = stride - 1 if ceil_mode else 0
    result = (size + 2 * padding - kernel_size + rounding) // stride + 1
    if ceil_mode and (result - 1) * stride >= padding + size:
        result -= 1
    _refuse_below(1, result=result)
    return result


def conv_transpose_output_size(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """Return how long the output of a transposed convolution is, in one dimension.

    size:           length of the input
    output_padding: added at one end of the output
    the others:     those of the convolution that it turns round
    returns:        an int
    raises:         ValueError  if size, kernel_size, stride, dilation or the result is below 1, padding below 0,
                                or output_padding not from 0 to max(stride, dilation) - 1

    >>> conv_transpose_output_size(3, 3)
    5
    >>> conv_transpose_output_size(128, 3, stride=2, padding=1, output_padding=1)
    256
    """
    _refuse_below(1, size=size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    _refuse_below(0, padding=padding, output_padding=output_padding)
    if output_padding >= max(stride, dilation):
        raise ValueError(f"output_padding is {output_padding}; it should be below the stride or the dilation")
    span = dilation * (kernel_size - 1) + 1
    result = (size - 1) * stride + span - 2 * padding + output_padding
    _refuse_below(1, result=result)
    return result


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    """Return the padding with which a convolution of stride 1 keeps the size.

    returns: an int; a kernel of 1 needs none, which is 0
    raises:  ValueError  if there is no such padding, or if kernel_size or dilation is below 1

    >>> same_padding(3)
    1
    >>> same_padding(2, dilation=2)
    1
    """
    _refuse_below(1, kernel_size=kernel_size, dilation=dilation)
    padding, left_over = divmod(dilation * (kernel_size - 1), 2)
    if left_over:
        raise ValueError("the padding would have to be one larger at one end than at the other")
    return padding


def conv_parameter_count(
    in_channels: int, out_channels: int, kernel_size: tuple[int, ...], bias: bool = True
) -> int:
    """Return how many numbers a convolution learns.

    kernel_size: a tuple of 1, 2 or 3 ints, one for each dimension
    bias:        whether each output channel has one
    returns:     an int
    raises:      ValueError  if a kernel size or the result is below 1

    >>> conv_parameter_count(3, 1, (3, 3))
    28
    >>> conv_parameter_count(3, 1, (3, 3), bias=False)
    27
    """
    for length in kernel_size:
        _refuse_below(1, kernel_size=length)
    weights = out_channels * in_channels * math.prod(kernel_size)
    result = weights + (out_channels if bias else 0)
    _refuse_below(1, result=result)
    return result


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Return how many elements of the input one element of the last output depends on, in one dimension.

    layers:  [(kernel_size, stride), ...], the first layer first; the list is left as it was
    returns: an int, 1 where there is no layer
    raises:  ValueError  if a kernel_size or a stride is below 1

    >>> receptive_field([(3, 1), (2, 2)])
    4
    """
    field, apart = 1, 1
    for kernel_size, stride in layers:
        _refuse_below(1, kernel_size=kernel_size, stride=stride)
        field += (kernel_size - 1) * apart
        apart *= stride
    return field


def _refuse_below(lowest: int, **values: int) -> None:
    """Raise ValueError for the first value that is too small."""
    for name, value in values.items():
        if value < lowest:
            raise ValueError(f"{name} is {value}; it should be at least {lowest}")


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    """Return (height, width)."""
    return value if isinstance(value, tuple) else (value, value)
