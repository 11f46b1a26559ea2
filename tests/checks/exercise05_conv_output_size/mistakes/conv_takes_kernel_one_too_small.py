# fails: test_conv_output_size_example
# en: The kernel is taken one too small: a window covers dilation*(kernel_size - 1) + 1 elements.
# ko: 커널을 하나 작게 계산했습니다. 창은 원소를 dilation*(kernel_size - 1) + 1개 덮습니다.
# kind: off_by_one


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if size < 1 or kernel_size < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("an argument is too small")
    result = (size + 2 * padding - dilation * (kernel_size - 1)) // stride + 1
    if result < 1:
        raise ValueError("the kernel does not fit")
    return result


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    n, c, h, w = input_shape
    if n < 1 or c < 1 or out_channels < 1:
        raise ValueError("a batch or a channel count is too small")
    result = [n, out_channels]
    for side, size in enumerate((h, w)):
        k, s, p, d = (x[side] if isinstance(x, tuple) else x for x in (kernel_size, stride, padding, dilation))
        if size < 1 or k < 1 or s < 1 or d < 1 or p < 0:
            raise ValueError("an argument is too small")
        length = (size + 2 * p - d * (k - 1) - 1) // s + 1
        if length < 1:
            raise ValueError("the kernel does not fit")
        result.append(length)
    return tuple(result)


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
