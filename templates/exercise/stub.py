"""Exercise {{ number }}: TODO: the topic. README.md explains the maths."""

import torch
from torch import Tensor


def {{ slug }}(x: Tensor) -> Tensor:
    """Return TODO: what, and by which formula.

    x:       any shape   TODO: what it holds
    returns: shape of x  TODO: what that is

    >>> {{ slug }}(torch.tensor([1.0, 2.0]))
    TODO: what it prints
    """
    {{ body }}
