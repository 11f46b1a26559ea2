"""A call's arguments in the worker: what they came as, what the call made of them, and whose memory is theirs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from grader.sandbox import wire
from grader.sandbox.encode import encode


class Arguments:
    """A call's arguments on this side, and what has become of them."""

    def __init__(self, request: dict[str, Any], revive: Callable[[Any, str | None], Any]):
        self.sent = (request.get("args", ()), request.get("kwargs", {}))
        revived = revive(self.sent, request.get("device"))
        self.values, self.named = revived
        self.uses: list[list] = []
        self._leaves = list(_leaves(revived))
        # by the address of its object, so that what cannot travel is written again as what it came as
        self._origins = {id(new): old for new, old in zip(self._leaves, _leaves(self.sent), strict=True)}
        self._before = encode(revived, self._as_sent) if request.get("changes") else None

    def changed(self) -> Any:
        """Return the arguments as they are now, where the call was to tell and changed any in place; else None."""
        if self._before is None:
            return None
        now = (self.values, self.named)
        try:
            return now if encode(now, self._as_sent) != self._before else None
        except wire.TooLarge:
            return None

    def shares(self, tensor: Any) -> bool:
        """Whether a tensor lies in the memory of an argument."""
        start, end = _memory(tensor)
        return any(a < end and start < b for a, b in map(_memory, self._tensors()))

    def _tensors(self) -> list[Any]:
        torch = sys.modules["torch"]
        return [leaf for leaf in self._leaves if isinstance(leaf, torch.Tensor)]

    def _as_sent(self, value: Any) -> Any:
        origin = self._origins.get(id(value))
        return origin if origin is not None else wire.Opaque("changed")


def _leaves(value: Any) -> Any:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    else:
        yield value


def _memory(tensor: Any) -> tuple[int, int]:
    """Return the addresses at which a tensor's storage begins and ends (equal ones for a tensor without memory)."""
    try:
        storage = tensor.untyped_storage()
        return storage.data_ptr(), storage.data_ptr() + storage.nbytes()
    except (NotImplementedError, RuntimeError):
        return 0, 0
