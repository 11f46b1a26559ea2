# Different: calculates with torch's operations on numbers; no layer, and no shape is read.
import torch


def least(*values):
    return torch.tensor(values).min().item()


def windows(room, stride, mode="floor"):
    return int(torch.floor(room / stride) if mode == "floor" else torch.ceil(room / stride)) + 1


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    if least(size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is too small")
    room = torch.tensor(size + 2 * padding - dilation * (kernel_size - 1) - 1)
    count = torch.div(room, stride, rounding_mode="floor").item() + 1
    if count < 1:
        raise ValueError("no window")
    return count


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if least(*input_shape, out_channels) < 1:
        raise ValueError("an argument is too small")
    k, s, p, d = (torch.ones(2, dtype=torch.int64) * torch.tensor(v) for v in (kernel_size, stride, padding, dilation))
    if torch.cat([k, s, d]).min() < 1 or (p < 0).any():
        raise ValueError("an argument is too small")
    sides = torch.tensor(input_shape)[2:]
    sides = torch.div(sides + 2 * p - d * (k - 1) - 1, s, rounding_mode="floor") + 1
    if sides.min() < 1:
        raise ValueError("no window")
    return (input_shape[0], out_channels, *sides.tolist())


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    if stride is None:
        stride = kernel_size
    if least(size, kernel_size, stride) < 1 or padding < 0 or padding > kernel_size // 2:
        raise ValueError("a bad argument")
    count = windows(torch.tensor(float(size + 2 * padding - kernel_size)), stride, "ceil" if ceil_mode else "floor")
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    if count < 1:
        raise ValueError("no window")
    return count


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    if least(size, kernel_size, stride, dilation) < 1 or least(padding, output_padding) < 0:
        raise ValueError("an argument is too small")
    if output_padding >= torch.maximum(torch.tensor(stride), torch.tensor(dilation)):
        raise ValueError("output_padding")
    terms = torch.tensor([(size - 1) * stride, -2 * padding, dilation * (kernel_size - 1), output_padding, 1])
    if terms.sum() < 1:
        raise ValueError("nothing left")
    return int(terms.sum())


def same_padding(kernel_size, dilation=1):
    if least(kernel_size, dilation) < 1:
        raise ValueError("an argument is too small")
    total = torch.tensor(dilation * (kernel_size - 1))
    if torch.remainder(total, 2):
        raise ValueError("odd")
    return (total // 2).item()


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    if least(*kernel_size) < 1:
        raise ValueError("kernel_size")
    count = torch.prod(torch.tensor([in_channels, out_channels, *kernel_size])).item() + out_channels * int(bias)
    if count < 1:
        raise ValueError("no parameters")
    return count


def receptive_field(layers):
    if not layers:
        return 1
    kernels, strides = torch.tensor(layers).unbind(dim=1)
    if torch.minimum(kernels, strides).min() < 1:
        raise ValueError("a bad layer")
    apart = torch.cumprod(torch.cat([torch.tensor([1]), strides]), dim=0)[:-1]
    return ((kernels - 1) * apart).sum().item() + 1
