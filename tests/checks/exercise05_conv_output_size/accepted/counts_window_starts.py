# Different: lists the places where a window starts, and counts them.
def require(condition):
    if not condition:
        raise ValueError("these numbers describe no layer")


def starts(length, span, stride):
    return range(0, length - span + 1, stride)


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    require(size >= 1 and kernel_size >= 1 and stride >= 1 and padding >= 0 and dilation >= 1)
    places = starts(padding + size + padding, (kernel_size - 1) * dilation + 1, stride)
    require(places)
    return len(places)


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    require(min(input_shape) >= 1 and out_channels >= 1)
    shape = [input_shape[0], out_channels]
    for axis in (0, 1):
        numbers = []
        for value in (kernel_size, stride, padding, dilation):
            numbers.append(value if type(value) is int else value[axis])
        shape.append(conv_output_size(input_shape[2 + axis], *numbers))
    return tuple(shape)


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    if stride is None:
        stride = kernel_size
    require(size >= 1 and kernel_size >= 1 and stride >= 1 and 0 <= padding <= kernel_size // 2)
    end = size + 2 * padding
    places = list(starts(end, kernel_size, stride))
    if ceil_mode:
        # one more window where something is left over, or where even the first one is too long by less than a stride
        following = places[-1] + stride if places else (0 if kernel_size - end < stride else None)
        covered = places[-1] + kernel_size if places else 0
        if following is not None and covered < end and following < padding + size:
            places.append(following)
    require(places)
    return len(places)


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    require(size >= 1 and kernel_size >= 1 and stride >= 1 and padding >= 0 and dilation >= 1)
    require(output_padding in range(max(stride, dilation)))
    touched = {i * stride + k * dilation for i in range(size) for k in range(kernel_size)}
    length = max(touched) + 1 - padding - padding + output_padding
    require(length >= 1)
    return length


def same_padding(kernel_size, dilation=1):
    require(kernel_size >= 1 and dilation >= 1)
    offsets = [k * dilation for k in range(kernel_size)]
    require(offsets[-1] % 2 == 0)
    return len([place for place in range(offsets[-1]) if place < offsets[-1] / 2])


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    require(all(k >= 1 for k in kernel_size))
    weights = 1
    for number in (in_channels, out_channels, *kernel_size):
        weights *= number
    total = weights + out_channels * bool(bias)
    require(total >= 1)
    return total


def receptive_field(layers):
    seen = {0}
    for kernel_size, stride in layers[::-1]:
        require(kernel_size >= 1 and stride >= 1)
        seen = {place * stride + k for place in seen for k in range(kernel_size)}
    return max(seen) + 1
