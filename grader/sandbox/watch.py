"""What a call does while it runs, whatever names it uses: torch's operations, what is asked of tensors, who is called."""

from __future__ import annotations

import sys
import threading
from functools import cache
from types import FrameType, ModuleType
from typing import Any

from grader.sandbox.matching import LIBRARIES, Use, is_banned

# C functions through which every way into autograd leads, and what to call them.
_AUTOGRAD_ENTRIES = {
    "run_backward": "torch.autograd.backward",
    "_enter_dual_level": "torch.autograd.forward_ad",
    "_jvp_increment_nesting": "torch.func.jvp",
    "_grad_increment_nesting": "torch.func.grad",
}


class Watch:
    """While it is entered, `uses` gathers the banned things that are used, with the student's line.

    Three look on, so that none has to see everything: a mode that sees torch's operations, one that sees what is asked of
    tensors, and Python's profiler, which sees the libraries' functions that the student's own code calls.
    """

    def __init__(self, banned: tuple[str, ...], filename: str):
        self.banned, self.filename = banned, filename
        self.uses: list[Use] = []

    def __enter__(self) -> Watch:
        global _at_work
        self._modes = self._entered()
        _at_work = self
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *error: object) -> None:
        global _at_work
        if sys.getprofile() != self._profile:
            self.uses.append(("sys.setprofile", 0))
        sys.setprofile(None)
        _at_work = None
        for mode in reversed(self._modes):
            mode.__exit__(None, None, None)

    def _entered(self) -> list[Any]:
        """Enter the modes, which look on in the thread at hand and in no other."""
        modes = [_operations()(self), _methods()(self)]
        for mode in modes:
            mode.__enter__()
        return modes

    def _profile(self, frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call":
            name = getattr(function, "__name__", "")
            if name in _AUTOGRAD_ENTRIES:
                self.saw(_AUTOGRAD_ENTRIES[name])
            elif self._is_own(frame):
                self.saw(f"{_library(getattr(function, '__self__', None))}.{name}")
        elif event == "call":
            library = frame.f_globals.get("__name__", "").partition(".")[0]
            # by its own name, not its module's: torch.no_grad lies in torch.autograd
            name = f"{library}.{frame.f_code.co_qualname}"
            if library in LIBRARIES and is_banned(name, self.banned) and self.is_asked_for(frame.f_back):
                self.saw(name)

    def _is_own(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename == self.filename

    def is_asked_for(self, frame: FrameType | None) -> bool:
        """Whether the student's code asks for what runs in this frame, itself or through Python's own modules."""
        while frame is not None and not self._is_own(frame):
            if frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
                return False
            frame = frame.f_back
        return True

    def saw(self, name: str) -> None:
        """Note a use, if it is a banned one, with the line of the student's that led to it."""
        if len(self.uses) < 100 and is_banned(name, self.banned):
            use = name, self._student_line()
            self.uses += [use] if use not in self.uses else []

    def _student_line(self) -> int:
        frame = sys._getframe(1)
        while frame is not None:
            if self._is_own(frame):
                return frame.f_lineno
            frame = frame.f_back
        return 0


_at_work: Watch | None = None


def follow_threads() -> None:
    """From now on, let a watch look on in every thread that is started, be it long before the watch begins."""
    here = threading.local()

    def profile(frame: FrameType, event: str, function: Any) -> None:
        if _at_work is None:
            return
        if getattr(here, "watch", None) is not _at_work:
            here.watch = _at_work
            _at_work._entered()  # and left by no one: they end with the thread, and tell a watch that is over nothing
        _at_work._profile(frame, event, function)

    threading.setprofile(profile)


def _library(value: Any) -> str:
    """Return the library whose module a value is, or whose class it is of."""
    name = value.__name__ if isinstance(value, ModuleType) else type(value).__module__
    return name.partition(".")[0]


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
    """Return the mode that sees what is asked of a tensor, without an operation too: torch.Tensor.shape, grad_fn.

    What a library asks of it counts only where a ban names it so: nn.Module looks at every parameter's grad_fn.
    """
    from torch.overrides import TorchFunctionMode

    class Methods(TorchFunctionMode):
        def __init__(self, watch: Watch):
            super().__init__()
            self.watch = watch

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = getattr(func, "__name__", "")
            if name == "__get__":  # of an attribute: tensor.shape
                name = getattr(func.__self__, "__name__", "")
            name = f"torch.Tensor.{name}"
            if name in self.watch.banned or self.watch.is_asked_for(sys._getframe(1)):
                self.watch.saw(name)
            return func(*args, **(kwargs or {}))

    return Methods
