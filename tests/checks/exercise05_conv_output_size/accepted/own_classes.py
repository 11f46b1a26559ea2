# Different: classes of its own that are named like torch's layers and operations, and are none.
from collections import namedtuple
from dataclasses import dataclass

Window = namedtuple("Window", "size shape unfold")


class BadLayer(ValueError):
    pass


@dataclass
class Conv1d:
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    def __post_init__(self):
        if min(self.kernel_size, self.stride, self.dilation) < 1 or self.padding < 0:
            raise BadLayer(self)

    @property
    def span(self):
        return self.dilation * (self.kernel_size - 1) + 1

    def unfold(self, size):
        if size < 1:
            raise BadLayer(size)
        return Window(size, size + 2 * self.padding, self.span)

    def forward(self, size):
        window = self.unfold(size)
        count, _ = divmod(window.shape - window.unfold, self.stride)
        return positive(count + 1)


class MaxPool1d(Conv1d):
    def __post_init__(self):
        super().__post_init__()
        if self.padding > self.kernel_size // 2:
            raise BadLayer(self)

    def ceil(self, size):
        window = self.unfold(size)
        count = -((window.unfold - window.shape) // self.stride) + 1
        return positive(count - 1 if (count - 1) * self.stride >= self.padding + size else count)


class ConvTranspose1d(Conv1d):
    def forward(self, size, output_padding):
        if not 0 <= output_padding < max(self.stride, self.dilation):
            raise BadLayer(output_padding)
        self.unfold(size)
        return positive((size - 1) * self.stride + self.span - 2 * self.padding + output_padding)


class Pool:
    max_pool1d = MaxPool1d


def positive(number):
    if number < 1:
        raise BadLayer(number)
    return number


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    return Conv1d(kernel_size, stride, padding, dilation).forward(size)


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    n, c, *sides = map(positive, input_shape)
    settings = (kernel_size, stride, padding, dilation)
    settings = [value if isinstance(value, tuple) else [value] * 2 for value in settings]
    layers = [Conv1d(*numbers) for numbers in zip(*settings)]
    return (n, positive(out_channels)) + tuple(layer.forward(side) for layer, side in zip(layers, sides))


def pool_output_size(size, kernel_size, stride=None, padding=0, ceil_mode=False):
    layer = Pool.max_pool1d(kernel_size, kernel_size if stride is None else stride, padding)
    return layer.ceil(size) if ceil_mode else layer.forward(size)


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    return ConvTranspose1d(kernel_size, stride, padding, dilation).forward(size, output_padding)


def same_padding(kernel_size, dilation=1):
    extra = Conv1d(kernel_size, dilation=dilation).span - 1
    if extra & 1:
        raise BadLayer(extra)
    return extra >> 1


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    numel = in_channels
    for length in kernel_size:
        numel *= Conv1d(length).kernel_size
    return positive(out_channels * (numel + bias))


def receptive_field(layers):
    field, apart = 1, 1
    for layer in [Conv1d(*numbers) for numbers in layers]:
        field += (layer.kernel_size - 1) * apart
        apart *= layer.stride
    return field
