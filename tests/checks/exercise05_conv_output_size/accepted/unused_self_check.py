# Different: a function that nobody calls builds the layers that the graded functions may not.
import torch
import torch.nn as nn


def _bad(*values):
    return any(value < 1 for value in values)


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if _bad(size, kernel_size, stride, dilation, padding + 1):
        raise ValueError("bad argument")
    effective = kernel_size + (kernel_size - 1) * (dilation - 1)
    room = size + 2 * padding - effective
    if room < 0:
        raise ValueError("no room")
    return room // stride + 1


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if _bad(*input_shape, out_channels):
        raise ValueError("bad shape")
    options = dict(kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)
    result = list(input_shape)
    result[1] = out_channels
    for axis in range(2):
        one = {name: value[axis] if isinstance(value, (tuple, list)) else value for name, value in options.items()}
        result[2 + axis] = conv_output_size(input_shape[2 + axis], **one)
    return tuple(result)


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    if stride is None:
        stride = kernel_size
    if _bad(size, kernel_size, stride, padding + 1, kernel_size // 2 - padding + 1):
        raise ValueError("bad argument")
    room = size + 2 * padding - kernel_size
    count = room // stride + 1
    if ceil_mode and room % stride != 0 and count * stride < size + padding:
        count += 1
    elif ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    if count < 1:
        raise ValueError("no window")
    return count


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    if _bad(size, kernel_size, stride, dilation, padding + 1, output_padding + 1):
        raise ValueError("bad argument")
    if not (output_padding < stride or output_padding < dilation):
        raise ValueError("bad output_padding")
    spread = size + (size - 1) * (stride - 1)
    effective = kernel_size + (kernel_size - 1) * (dilation - 1)
    length = spread + effective - 1 - 2 * padding + output_padding
    if _bad(length):
        raise ValueError("nothing left")
    return length


def same_padding(kernel_size, dilation=1):
    if _bad(kernel_size, dilation):
        raise ValueError("bad argument")
    effective = kernel_size + (kernel_size - 1) * (dilation - 1)
    if effective % 2 == 0:
        raise ValueError("an even window has no middle")
    return effective // 2


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    if _bad(*kernel_size, in_channels, out_channels):
        raise ValueError("bad argument")
    if len(kernel_size) == 1:
        taps = kernel_size[0]
    elif len(kernel_size) == 2:
        taps = kernel_size[0] * kernel_size[1]
    else:
        taps = kernel_size[0] * kernel_size[1] * kernel_size[2]
    return out_channels * in_channels * taps + [0, out_channels][bias]


def receptive_field(layers):
    layers = list(layers)
    left = right = 0
    while layers:
        kernel_size, stride = layers.pop()
        if _bad(kernel_size, stride):
            raise ValueError("bad layer")
        left, right = left * stride, right * stride + kernel_size - 1
    return right - left + 1


def _self_check():
    x = torch.randn(1, 2, 20)
    for k, s, p, d in ((3, 1, 0, 1), (4, 2, 1, 1), (3, 3, 2, 2)):
        conv, transposed = nn.Conv1d(2, 2, k, s, p, d), nn.ConvTranspose1d(2, 2, k, s, p, dilation=d)
        assert conv(x).shape[-1] == conv_output_size(20, k, s, p, d)
        assert transposed(x).size(-1) == conv_transpose_output_size(20, k, s, p, 0, d)
    assert torch.nn.functional.max_pool1d(x, 3, ceil_mode=True).shape[-1] == pool_output_size(20, 3, ceil_mode=True)
