# Different: masks over positions, fractions, torch's pairs and a module of its own; still no layer, no shape read.
from fractions import Fraction
from math import ceil, floor

import torch
from torch import nn
from torch.nn.modules.utils import _pair


class Checked(nn.Module):
    def forward(self, *values, padding=0):
        if any(value < 1 for value in values) or padding < 0:
            raise ValueError(values, padding)
        return True


check = Checked()


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    check(size, kernel_size, stride, dilation, padding=padding)
    place = torch.arange(size + 2 * padding)
    fits = place + dilation * (kernel_size - 1) < size + 2 * padding
    count = int((fits & (place % stride == 0)).sum())
    if not count:
        raise ValueError("no window")
    return count


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    n, c, *sides = input_shape
    check(n, c, out_channels)
    pairs = zip(*map(_pair, (kernel_size, stride, padding, dilation)))
    return (n, out_channels, *(conv_output_size(side, *numbers) for side, numbers in zip(sides, pairs)))


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    check(size, kernel_size, stride, padding=padding)
    if Fraction(padding) > Fraction(kernel_size, 2):
        raise ValueError("padding")
    steps = Fraction(size + 2 * padding - kernel_size, stride)
    count = (ceil if ceil_mode else floor)(steps) + 1
    while ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    if count < 1:
        raise ValueError("no window")
    return count


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    check(size, kernel_size, stride, dilation, padding=padding)
    if not 0 <= output_padding < max(stride, dilation):
        raise ValueError("output_padding")
    places = torch.arange(size)[:, None] * stride + torch.arange(kernel_size) * dilation
    length = places.max().item() + 1 - 2 * padding + output_padding
    check(length)
    return length


def same_padding(kernel_size, dilation=1):
    check(kernel_size, dilation)
    half = Fraction(dilation * (kernel_size - 1), 2)
    if half.denominator != 1:
        raise ValueError("odd")
    return half.numerator


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    check(*kernel_size)
    count = out_channels * torch.Size([in_channels, *kernel_size]).numel() + (bias * out_channels)
    check(count)
    return count


def receptive_field(layers):
    first, last = 0, 0
    for kernel_size, stride in reversed(layers):
        check(kernel_size, stride)
        first, last = first * stride, last * stride + kernel_size - 1
    return torch.tensor(last - first + 1).item()
