"""What a call does while it runs, whatever name it is called by: torch's operations, and the ways into autograd."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from grader.sandbox.matching import Use, is_banned

# C functions through which every way into autograd leads, and what to call them.
_AUTOGRAD_ENTRIES = {
    "run_backward": "torch.autograd.backward",
    "_enter_dual_level": "torch.autograd.forward_ad",
    "_jvp_increment_nesting": "torch.func.jvp",
    "_grad_increment_nesting": "torch.func.grad",
}


class Watch:
    """While it is entered, `uses` gathers the banned operations that run, with the student's line."""

    def __init__(self, banned: tuple[str, ...], filename: str):
        self.banned, self.filename = banned, filename
        self.uses: list[Use] = []
        self._profiles = any(ban.startswith(("torch.autograd", "torch.func")) for ban in banned)

    def __enter__(self) -> Watch:
        self._modes = [_operations()(self)]
        if any(ban.startswith("torch.Tensor.") for ban in self.banned):
            self._modes.append(_methods()(self))
        for mode in self._modes:
            mode.__enter__()
        if self._profiles:
            sys.setprofile(self._profile)
        return self

    def __exit__(self, *error: object) -> None:
        if self._profiles:
            if sys.getprofile() != self._profile:
                self.uses.append(("sys.setprofile", 0))
            sys.setprofile(None)
        for mode in reversed(self._modes):
            mode.__exit__(None, None, None)

    def _profile(self, frame: Any, event: str, function: Any) -> None:
        if event == "c_call":
            name = _AUTOGRAD_ENTRIES.get(getattr(function, "__name__", ""))
            if name is not None:
                self.saw(name)

    def saw(self, name: str) -> None:
        """Note a use, if it is a banned one, with the line of the student's that led to it."""
        if len(self.uses) < 100 and is_banned(name, self.banned):
            self.uses.append((name, self._student_line()))

    def _student_line(self) -> int:
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.filename:
                return frame.f_lineno
            frame = frame.f_back
        return 0


@cache
def _operations() -> type:
    """Return the mode that sees torch's operations, below whatever name called them."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    class Operations(TorchDispatchMode):
        def __init__(self, watch: Watch):
            super().__init__()
            self.watch = watch

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # else the first operation imports torch's compiler, for seconds

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if torch._C._current_graph_task_id() != -1:  # autograd's engine runs it, whoever called that
                self.watch.saw("torch.autograd.backward")
            self.watch.saw("torch.ops." + func._schema.name.replace("::", "."))
            return func(*args, **(kwargs or {}))

    return Operations


@cache
def _methods() -> type:
    """Return the mode that sees what is asked of a tensor without an operation: torch.Tensor.shape, size, __len__."""
    from torch.overrides import TorchFunctionMode

    class Methods(TorchFunctionMode):
        def __init__(self, watch: Watch):
            super().__init__()
            self.watch = watch

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = getattr(func, "__name__", "")
            if name == "__get__":  # of an attribute: tensor.shape
                name = getattr(func.__self__, "__name__", "")
            self.watch.saw("torch.Tensor." + name)
            return func(*args, **(kwargs or {}))

    return Methods
