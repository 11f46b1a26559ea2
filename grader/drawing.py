"""What a public check asks to have drawn in the report: it gives the numbers, and the report makes the picture."""

from __future__ import annotations

from typing import Any

import torch

from grader.difference import json_numbers
from grader.sandbox.proxy import Journal

MAX_POINTS = 500
"""Steps of a curve or a path that a report keeps."""


class Drawing:
    """The fixture `draw`. An answer that cannot be drawn is left out: the comparison that follows says why it is wrong."""

    def __init__(self, journal: Journal):
        self._journal = journal

    def curve(self, got: Any, wanted: Any) -> None:
        """Draw two sequences of losses, `(steps,)`, over the steps."""
        self._draw("curve", got, wanted, 1)

    def path(self, got: Any, wanted: Any, a: torch.Tensor, b: torch.Tensor) -> None:
        """Draw two trajectories, `(steps + 1, 2)`, over the contours of f(w) = 1/2 w'Aw - b'w."""
        self._draw("path", got, wanted, 2, a=json_numbers(a), b=json_numbers(b))

    def _draw(self, kind: str, got: Any, wanted: Any, dims: int, **more: Any) -> None:
        wanted = torch.as_tensor(wanted, dtype=torch.float64)
        if not isinstance(got, torch.Tensor) or got.dim() != dims or got.shape[1:] != wanted.shape[1:]:
            return
        series = {"got": json_numbers(got[:MAX_POINTS]), "wanted": json_numbers(wanted[:MAX_POINTS])}
        self._journal.picture = {"kind": kind, **series, **more}
