"""Exercise 5: convolution output sizes. README.md explains the maths."""


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
    # TODO: three checks and one line; round down. Do not build a layer.
    raise NotImplementedError("exercise05: conv_output_size")


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
    # TODO: make a pair of each int, then conv_output_size does the rest, once for H and once for W.
    raise NotImplementedError("exercise05: conv2d_output_shape")


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
    # TODO: the checks, and about four lines. Do not build a layer.
    raise NotImplementedError("exercise05: pool_output_size")


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
    # TODO: the checks and one line. Do not build a layer.
    raise NotImplementedError("exercise05: conv_transpose_output_size")


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    """Return the padding with which a convolution of stride 1 keeps the size.

    returns: an int; a kernel of 1 needs none, which is 0
    raises:  ValueError  if there is no such padding, or if kernel_size or dilation is below 1

    >>> same_padding(3)
    1
    >>> same_padding(2, dilation=2)
    1
    """
    # TODO: what the window covers beyond its first element has to be even.
    raise NotImplementedError("exercise05: same_padding")


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
    # TODO: one product, and the biases. Do not build a layer.
    raise NotImplementedError("exercise05: conv_parameter_count")


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """Return how many elements of the input one element of the last output depends on, in one dimension.

    layers:  [(kernel_size, stride), ...], the first layer first; the list is left as it was
    returns: an int, 1 where there is no layer
    raises:  ValueError  if a kernel_size or a stride is below 1

    >>> receptive_field([(3, 1), (2, 2)])
    4
    """
    # TODO: a loop that keeps two numbers: the field, and how far apart neighbours lie in the input.
    raise NotImplementedError("exercise05: receptive_field")
