# Different: numpy arrays, whose lengths and shapes it reads, and numpy's integers as results.
import numpy as np


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if np.any(np.array([size, kernel_size, stride, dilation]) < 1) or padding < 0:
        raise ValueError("an argument is too small")
    starts = np.arange(0, size + 2 * padding - dilation * (kernel_size - 1), stride)
    if starts.size == 0:
        raise ValueError("no window")
    return starts.shape[0]


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    k, s, p, d = (np.broadcast_to(value, (2,)) for value in (kernel_size, stride, padding, dilation))
    sides = np.array(input_shape[2:])
    if np.min([*input_shape, out_channels, *k, *s, *d]) < 1 or p.min() < 0:
        raise ValueError("an argument is too small")
    sides = np.floor_divide(sides + 2 * p - d * (k - 1) - 1, s) + 1
    if (sides < 1).any():
        raise ValueError("no window")
    return (input_shape[0], out_channels, *sides)


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    if np.array([size, kernel_size, stride]).min() < 1 or not 0 <= padding <= kernel_size // 2:
        raise ValueError("a bad argument")
    steps = (size + 2 * padding - kernel_size) / stride
    windows = np.int64(np.ceil(steps) if ceil_mode else np.floor(steps)) + 1
    windows -= np.int64(ceil_mode and (windows - 1) * stride >= size + padding)
    if windows < 1:
        raise ValueError("no window")
    return windows


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    if np.array([size, kernel_size, stride, dilation]).min() < 1 or padding < 0:
        raise ValueError("an argument is too small")
    if output_padding not in np.arange(np.maximum(stride, dilation)):
        raise ValueError("output_padding")
    places = np.add.outer(np.arange(size) * stride, np.arange(kernel_size) * dilation)
    length = places.max() + 1 - 2 * padding + output_padding
    if length < 1:
        raise ValueError("nothing left")
    return int(length)


def same_padding(kernel_size, dilation=1):
    if kernel_size < 1 or dilation < 1:
        raise ValueError("an argument is too small")
    half, rest = np.divmod(dilation * (kernel_size - 1), 2)
    if rest:
        raise ValueError("odd")
    return half


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    kernel_size = np.asarray(kernel_size)
    if kernel_size.min() < 1:
        raise ValueError("kernel_size")
    count = np.prod(kernel_size) * in_channels * out_channels + out_channels * bias
    if count < 1:
        raise ValueError("no parameters")
    return count


def receptive_field(layers):
    table = np.array(layers, dtype=np.int64).reshape(-1, 2)
    if table.size and table.min() < 1:
        raise ValueError("a bad layer")
    apart = np.cumprod(np.append(1, table[:, 1]))[:-1]
    return 1 + np.dot(table[:, 0] - 1, apart)
