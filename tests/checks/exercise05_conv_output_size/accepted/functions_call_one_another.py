# Different: everything goes through conv_output_size; the rest is found by asking it.
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if size < 1 or kernel_size < 1 or stride < 1 or padding < 0 or dilation < 1:
        raise ValueError(f"conv_output_size{(size, kernel_size, stride, padding, dilation)}")
    if size + 2 * padding <= dilation * (kernel_size - 1):
        raise ValueError("the window is longer than the input")
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1 + stride) // stride


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    conv_output_size(input_shape[0], 1), conv_output_size(input_shape[1], 1), conv_output_size(out_channels, 1)
    vertical, horizontal = [], []
    for value in kernel_size, stride, padding, dilation:
        try:
            up, across = value
        except TypeError:
            up = across = value
        vertical.append(up)
        horizontal.append(across)
    height = conv_output_size(input_shape[2], *vertical)
    return input_shape[0], out_channels, height, conv_output_size(input_shape[3], *horizontal)


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    if stride is None:
        return pool_output_size(size, kernel_size, kernel_size, padding, ceil_mode)
    if kernel_size < 1 or 2 * padding > kernel_size:
        raise ValueError("the padding is wider than half of the window")
    if not ceil_mode:
        return conv_output_size(size, kernel_size, stride, padding)
    conv_output_size(size, 1, stride, padding)
    longer = size + 2 * padding + stride - 1
    return min(conv_output_size(longer, kernel_size, stride), conv_output_size(size + padding, 1, stride))


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    conv_output_size(size, 1, stride, padding, dilation)
    if output_padding < 0 or output_padding > max(stride, dilation) - 1:
        raise ValueError("output_padding")
    span = receptive_field([(kernel_size, 1)] * dilation)
    return conv_output_size((size - 1) * stride + span + output_padding, 2 * padding + 1)


def same_padding(kernel_size, dilation=1):
    size = conv_output_size(dilation * kernel_size + 1, 1, dilation=dilation) if kernel_size > 0 else kernel_size
    for padding in range(max(size, 1)):
        if conv_output_size(size, kernel_size, padding=padding, dilation=dilation) == size:
            return padding
    raise ValueError("none found")


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    first, *others = kernel_size
    conv_output_size(first, 1)
    if others:
        return conv_parameter_count(in_channels * first, out_channels, tuple(others), bias)
    count = in_channels * first * out_channels + (bias and out_channels)
    conv_output_size(count, 1)
    return count


def receptive_field(layers):
    if not layers:
        return 1
    (kernel_size, stride), *others = layers
    conv_output_size(kernel_size, 1, stride)
    return (receptive_field(others) - 1) * stride + kernel_size
