# Different: the __main__ block compares with torch's layers; no graded function does.
import torch
from torch import nn
from torch.nn import functional as F


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    for value in (size, kernel_size, stride, dilation, padding + 1):
        if value <= 0:
            raise ValueError(f"not a layer: {value}")
    result = (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1
    if result <= 0:
        raise ValueError("the input is too short")
    return result


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    n, c, height, width = input_shape
    if n <= 0 or c <= 0 or out_channels <= 0:
        raise ValueError("no channels")
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    ph, pw = padding if isinstance(padding, tuple) else (padding, padding)
    dh, dw = dilation if isinstance(dilation, tuple) else (dilation, dilation)
    return (n, out_channels, conv_output_size(height, kh, sh, ph, dh), conv_output_size(width, kw, sw, pw, dw))


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    if size <= 0 or kernel_size <= 0 or stride <= 0 or padding < 0 or padding > kernel_size // 2:
        raise ValueError("not a pooling")
    extra = stride - 1 if ceil_mode else 0
    result = (size + 2 * padding - kernel_size + extra) // stride + 1
    if ceil_mode and stride * (result - 1) >= size + padding:
        result -= 1
    if result <= 0:
        raise ValueError("the input is too short")
    return result


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    if size <= 0 or kernel_size <= 0 or stride <= 0 or dilation <= 0 or padding < 0:
        raise ValueError("not a layer")
    if output_padding not in range(0, max(stride, dilation)):
        raise ValueError("output_padding")
    result = (size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1
    if result <= 0:
        raise ValueError("all is cut off")
    return result


def same_padding(kernel_size, dilation=1):
    if kernel_size <= 0 or dilation <= 0:
        raise ValueError("not a layer")
    if dilation * (kernel_size - 1) % 2 != 0:
        raise ValueError("no padding keeps the size")
    return dilation * (kernel_size - 1) // 2


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    product = 1
    for length in kernel_size:
        if length <= 0:
            raise ValueError("not a kernel")
        product *= length
    count = in_channels * out_channels * product
    if bias is True:
        count += out_channels
    if count <= 0:
        raise ValueError("no channels")
    return count


def receptive_field(layers):
    result, jump = 1, 1
    for layer in layers:
        if layer[0] <= 0 or layer[1] <= 0:
            raise ValueError("not a layer")
        result = result + (layer[0] - 1) * jump
        jump = jump * layer[1]
    return result


if __name__ == "__main__":
    x = torch.randn(2, 3, 17, 23)
    conv = nn.Conv2d(3, 4, (3, 5), stride=2, padding=1)
    print(conv(x).shape == conv2d_output_shape((2, 3, 17, 23), 4, (3, 5), stride=2, padding=1))
    print(sum(p.numel() for p in conv.parameters()) == conv_parameter_count(3, 4, (3, 5)))
    print(F.max_pool1d(x[0, 0], 4, ceil_mode=True).shape[-1] == pool_output_size(23, 4, ceil_mode=True))
    print(x.unfold(3, 5, 2).shape[3] == conv_output_size(23, 5, 2))
