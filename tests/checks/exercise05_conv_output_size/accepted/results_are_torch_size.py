# Different: the shape is a torch.Size; the arguments are held to their limits by a decorator.
import functools
import inspect
import operator

import torch

LOWEST = {"padding": 0, "output_padding": 0}
UNCHECKED = ("bias", "ceil_mode", "layers", "in_channels")


def flat(value):
    return value if isinstance(value, tuple) else (value,)


def checked(function):
    signature = inspect.signature(function)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            if name not in UNCHECKED and value is not None and min(flat(value)) < LOWEST.get(name, 1):
                raise ValueError(f"{function.__name__}: {name} = {value}")
        result = function(*args, **kwargs)
        if min(flat(result)) < (0 if function.__name__ == "same_padding" else 1):
            raise ValueError(f"{function.__name__} would give {result}")
        return result

    return wrapper


@checked
def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    return 1 + (size - 1 + 2 * padding - (kernel_size - 1) * dilation) // stride


@checked
def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    pairs = [flat(value) * (2 // len(flat(value))) for value in (kernel_size, stride, padding, dilation)]
    sides = [conv_output_size(side, *(pair[i] for pair in pairs)) for i, side in enumerate(input_shape[2:])]
    return torch.Size([input_shape[0], out_channels, *sides])


@checked
def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    if stride is None:
        stride = kernel_size
    if padding > kernel_size - padding:
        raise ValueError("padding")
    whole, rest = divmod(size + 2 * padding - kernel_size, stride)
    if ceil_mode and rest and (whole + 1) * stride < size + padding:
        whole += 1
    if ceil_mode and not rest and whole * stride >= size + padding:
        whole -= 1
    return whole + 1


@checked
def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    if output_padding >= stride and output_padding >= dilation:
        raise ValueError("output_padding")
    return 1 + stride * (size - 1) + dilation * (kernel_size - 1) - 2 * padding + output_padding


@checked
def same_padding(kernel_size, dilation=1):
    if kernel_size % 2 == 0 and dilation % 2 == 1:
        raise ValueError("no such padding")
    return (kernel_size - 1) * dilation // 2


@checked
def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (functools.reduce(operator.mul, kernel_size, in_channels) + bool(bias))


def receptive_field(layers):
    if any(number < 1 for layer in layers for number in layer):
        raise ValueError(layers)
    return functools.reduce(lambda field, layer: (field - 1) * layer[1] + layer[0], reversed(layers), 1)
