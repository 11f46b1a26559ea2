"""Exercise 5 by building the layers and reading their shapes: what the reference is held against."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


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
    _refuse(min(size, kernel_size, stride, dilation) < 1 or padding < 0)
    weight = torch.empty(1, 1, kernel_size, device="meta")
    return _length(F.conv1d, _dummy(size), weight, stride=stride, padding=padding, dilation=dilation)


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
    settings = {"kernel_size": kernel_size, "stride": stride, "padding": padding, "dilation": dilation}
    numbers = {name: np.broadcast_to(value, 2) for name, value in settings.items()}
    _refuse(min(*input_shape, out_channels, *numbers["kernel_size"], *numbers["stride"], *numbers["dilation"]) < 1)
    _refuse(min(numbers["padding"]) < 0)
    layer = nn.Conv2d(input_shape[1], out_channels, **settings, device="meta")
    try:
        return tuple(layer(torch.empty(input_shape, device="meta")).shape)
    except RuntimeError as error:
        raise ValueError(str(error)) from error


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
    _refuse(size < 1 or kernel_size < 1 or padding < 0 or (stride is not None and stride < 1))
    return _length(F.max_pool1d, torch.zeros(1, 1, size), kernel_size, stride, padding, ceil_mode=ceil_mode)


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
    _refuse(min(size, kernel_size, stride, dilation) < 1 or min(padding, output_padding) < 0)
    layer = nn.ConvTranspose1d(1, 1, kernel_size, stride, padding, output_padding, dilation=dilation)
    return _length(layer, torch.zeros(1, 1, size))


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    """Return the padding with which a convolution of stride 1 keeps the size.

    returns: an int; a kernel of 1 needs none, which is 0
    raises:  ValueError  if there is no such padding, or if kernel_size or dilation is below 1

    >>> same_padding(3)
    1
    >>> same_padding(2, dilation=2)
    1
    """
    _refuse(kernel_size < 1 or dilation < 1)
    size = dilation * kernel_size + 1
    for padding in range(size):
        if conv_output_size(size, kernel_size, padding=padding, dilation=dilation) == size:
            return padding
    raise ValueError("no padding keeps the size")


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
    _refuse(min(kernel_size) < 1 or min(in_channels, out_channels) < 1)
    kind = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[len(kernel_size) - 1]
    return sum(weights.numel() for weights in kind(in_channels, out_channels, kernel_size, bias=bias).parameters())


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Return how many elements of the input one element of the last output depends on, in one dimension.

    layers:  [(kernel_size, stride), ...], the first layer first; the list is left as it was
    returns: an int, 1 where there is no layer
    raises:  ValueError  if a kernel_size or a stride is below 1

    >>> receptive_field([(3, 1), (2, 2)])
    4
    """
    positions = {0}
    for kernel_size, stride in reversed(layers):
        _refuse(kernel_size < 1 or stride < 1)
        positions = {stride * position + offset for position in positions for offset in range(kernel_size)}
    return max(positions) - min(positions) + 1


def _refuse(condition: bool) -> None:
    if condition:
        raise ValueError("torch takes it or not; the exercise does not")


def _dummy(size: int) -> torch.Tensor:
    return torch.empty(1, 1, size, device="meta")


def _length(function, x: torch.Tensor, *args, **kwargs) -> int:
    try:
        result = function(x, *args, **kwargs).shape[-1]
    except RuntimeError as error:
        raise ValueError(str(error)) from error
    _refuse(result < 1)
    return result
