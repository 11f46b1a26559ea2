"""Values as a reader would type them: on one line, cut short, and with nothing that a terminal obeys."""

from __future__ import annotations

import math
import reprlib
from typing import Any

from grader.records import inert
from grader.sandbox import wire

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

    def repr1(self, value: Any, level: int) -> str:
        import torch

        if isinstance(value, torch.Tensor):
            return _tensor(value)
        if isinstance(value, wire.Build):
            return value.source
        if isinstance(value, wire.Generator):
            return f"torch.Generator().manual_seed({value.seed})"
        return super().repr1(value, level)

    def repr_bytes(self, value: bytes, level: int) -> str:
        return repr(value[:MAX_SHOWN])


_SHORTENED = _Shortened()


def repr_of(value: Any, limit: int = MAX_SHOWN) -> str:
    """Return a value as a reader would type it, on one line and not longer than `limit` characters."""
    shown = inert(" ".join(_SHORTENED.repr(value).split()))
    return shown if len(shown) <= limit else shown[:limit] + "..."


def _tensor(value: Any) -> str:
    """Return what makes this tensor, or for a large one its dtype and shape."""
    import torch

    if value.numel() > SHORT:
        return f"<{str(value.dtype).removeprefix('torch.')} tensor of shape {tuple(value.shape)}>"
    plain = {torch.float32, torch.int64, torch.bool, torch.complex64}
    dtype = "" if value.dtype in plain and value.numel() else f", dtype={value.dtype}"
    if value.numel() == 0:
        return f"torch.zeros({tuple(value.shape)}{'' if value.dtype == torch.float32 else dtype})"
    return f"torch.tensor({_numbers(value.tolist())}{dtype})"


def _numbers(values: Any) -> str:
    if isinstance(values, list):
        return f"[{', '.join(map(_numbers, values))}]"
    if type(values) is not float:
        return str(values)
    if not math.isfinite(values):
        return f"{'-' if values < 0 else ''}torch.{'nan' if math.isnan(values) else 'inf'}"
    shown = f"{values:.6g}"
    return shown if set(shown) & set(".e") else f"{shown}."
