# Different: while loops that move the window along and count, one element at a time.
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if size < 1:
        raise ValueError("size")
    if kernel_size < 1:
        raise ValueError("kernel_size")
    if stride < 1:
        raise ValueError("stride")
    if padding < 0:
        raise ValueError("padding")
    if dilation < 1:
        raise ValueError("dilation")
    count = 0
    last = (kernel_size - 1) * dilation
    while last < size + 2 * padding:
        count += 1
        last += stride
    if count == 0:
        raise ValueError("no window")
    return count


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    n, c, h, w = input_shape
    if n < 1 or c < 1 or out_channels < 1:
        raise ValueError("channels")
    if not isinstance(kernel_size, tuple):
        kernel_size = (kernel_size, kernel_size)
    if not isinstance(stride, tuple):
        stride = (stride, stride)
    if not isinstance(padding, tuple):
        padding = (padding, padding)
    if not isinstance(dilation, tuple):
        dilation = (dilation, dilation)
    new_h = conv_output_size(h, kernel_size[0], stride[0], padding[0], dilation[0])
    new_w = conv_output_size(w, kernel_size[1], stride[1], padding[1], dilation[1])
    return (n, out_channels, new_h, new_w)


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    if stride is None:
        stride = kernel_size
    if size < 1 or kernel_size < 1 or stride < 1 or padding < 0 or padding > kernel_size // 2:
        raise ValueError("bad argument")
    end = size + 2 * padding
    count = 0
    start = 0
    while start + kernel_size <= end:
        count += 1
        start += stride
    # rounding up: a window that sticks out by less than a stride, unless it would start in the padding
    if ceil_mode and start + kernel_size < end + stride and start < size + padding:
        count += 1
    if count == 0:
        raise ValueError("no window")
    return count


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    if size < 1 or kernel_size < 1 or stride < 1 or padding < 0 or dilation < 1:
        raise ValueError("bad argument")
    if output_padding < 0 or (output_padding >= stride and output_padding >= dilation):
        raise ValueError("output_padding")
    length = 1
    step = 1
    while step < size:
        length += stride
        step += 1
    weight = 1
    while weight < kernel_size:
        length += dilation
        weight += 1
    length = length - padding - padding + output_padding
    if length <= 0:
        raise ValueError("nothing left")
    return length


def same_padding(kernel_size, dilation=1):
    if kernel_size < 1 or dilation < 1:
        raise ValueError("bad argument")
    missing = dilation * kernel_size - dilation
    padding = 0
    while 2 * padding < missing:
        padding += 1
    if 2 * padding != missing:
        raise ValueError("uneven")
    return padding


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    one_filter = in_channels
    i = 0
    while i < len(kernel_size):
        if kernel_size[i] < 1:
            raise ValueError("kernel_size")
        one_filter = one_filter * kernel_size[i]
        i += 1
    if bias:
        one_filter += 1
    if one_filter * out_channels < 1:
        raise ValueError("no parameters")
    return one_filter * out_channels


def receptive_field(layers):
    i = len(layers) - 1
    field = 1
    while i >= 0:
        kernel_size, stride = layers[i]
        if kernel_size < 1 or stride < 1:
            raise ValueError("bad layer")
        field = (field - 1) * stride + kernel_size
        i -= 1
    return field
