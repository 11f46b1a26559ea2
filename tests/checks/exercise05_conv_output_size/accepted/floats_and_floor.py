# Different: divides as floats, and rounds with math.floor and math.ceil.
import math


def check(**values):
    for name, (value, lowest) in values.items():
        if not value >= lowest:
            raise ValueError(f"{name} must be at least {lowest}, got {value}")


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    check(size=(size, 1), kernel_size=(kernel_size, 1), stride=(stride, 1), dilation=(dilation, 1))
    check(padding=(padding, 0))
    out = math.floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)
    check(output=(out, 1))
    return out


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    check(n=(input_shape[0], 1), c=(input_shape[1], 1), out_channels=(out_channels, 1))

    def both(value):
        return (value,) * 2 if isinstance(value, int) else value

    kernel_size, stride, padding, dilation = map(both, (kernel_size, stride, padding, dilation))
    height, width = (
        conv_output_size(input_shape[i + 2], kernel_size[i], stride[i], padding[i], dilation[i]) for i in range(2)
    )
    return input_shape[0], out_channels, height, width


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    stride = stride if stride is not None else kernel_size
    check(size=(size, 1), kernel_size=(kernel_size, 1), stride=(stride, 1), padding=(padding, 0))
    check(room_for_padding=(kernel_size / 2, padding))
    rounded = math.ceil if ceil_mode else math.floor
    out = rounded((size + 2 * padding - kernel_size) / stride) + 1
    if ceil_mode and (out - 1) * stride >= size + padding:
        out = out - 1
    check(output=(out, 1))
    return out


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    check(size=(size, 1), kernel_size=(kernel_size, 1), stride=(stride, 1), dilation=(dilation, 1))
    check(padding=(padding, 0))
    check(output_padding=(output_padding, 0), room=(max(stride, dilation) - 1, output_padding))
    out = size * stride - stride - 2 * padding + dilation * kernel_size - dilation + output_padding + 1
    check(output=(out, 1))
    return out


def same_padding(kernel_size, dilation=1):
    check(kernel_size=(kernel_size, 1), dilation=(dilation, 1))
    half = dilation * (kernel_size - 1) / 2
    if half != math.floor(half):
        raise ValueError("half a padding is none")
    return math.floor(half)


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    check(kernel_size=(min(kernel_size), 1))
    count = out_channels * (in_channels * math.prod(kernel_size) + (1 if bias else 0))
    check(count=(count, 1))
    return count


def receptive_field(layers):
    for kernel_size, stride in layers:
        check(kernel_size=(kernel_size, 1), stride=(stride, 1))
    return 1 + sum((k - 1) * math.prod(s for _, s in layers[:i]) for i, (k, _) in enumerate(layers))
