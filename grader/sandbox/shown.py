"""Values as a reader would write them: on one line, cut short, and with nothing that a terminal obeys."""

from __future__ import annotations

import reprlib
from typing import Any

from grader.records import inert

SHORT = 12
"""Elements of a tensor that are written out; a larger one is described."""

MAX_SHOWN = 200


class _Shortened(reprlib.Repr):
    """repr, without first writing out what will not be shown: a student may return 60 MiB of bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = MAX_SHOWN
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = MAX_SHOWN // 2
        self.maxlevel = 10

    def repr_bytes(self, value: bytes, level: int) -> str:
        return repr(value[:MAX_SHOWN])


_SHORTENED = _Shortened()


def repr_of(value: Any, limit: int = MAX_SHOWN) -> str:
    """Return a value as a reader would write it, on one line and not longer than `limit` characters."""
    import torch

    if isinstance(value, torch.Tensor):
        dtype = str(value.dtype).removeprefix("torch.")
        numbers = value.numel() <= SHORT
        shown = (
            f"tensor({_numbers(value.tolist())}, {dtype})"
            if numbers
            else f"{dtype} tensor of shape {tuple(value.shape)}"
        )
    else:
        shown = _SHORTENED.repr(value)
    shown = inert(" ".join(shown.split()))
    return shown if len(shown) <= limit else shown[:limit] + "..."


def _numbers(values: Any) -> str:
    if isinstance(values, list):
        return f"[{', '.join(map(_numbers, values))}]"
    return f"{values:.6g}" if type(values) is float else str(values)
