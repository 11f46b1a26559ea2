"""What surrounds a student's call in its process: what it prints, what it warns of, and the state it finds."""

from __future__ import annotations

import io
import random
import sys
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MAX_OUTPUT = 64 * 1024
MAX_WARNINGS = 20
MAX_WARNING = 2000

# What an attack or an accident would do to other processes. A hook of Python's own cannot stop native code: the
# sandbox's other levels do that.
_REFUSED_EVENTS = frozenset(
    {"os.kill", "os.killpg", "signal.pthread_kill", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn",
     "os.startfile", "os.system", "subprocess.Popen", "pty.spawn", "_posixsubprocess.fork_exec"}
)  # fmt: skip


def baseline() -> Callable[[], Any]:
    """Return what puts back, before each call, the state that student code may have changed for everyone.

    The functions are taken now, before any student code has run, so that patched ones do not matter.
    """
    import numpy
    import torch

    # torch.manual_seed would queue a call for every kind of device at each call of a student's
    seed_torch, seed_numpy, seed_python = torch.default_generator.manual_seed, numpy.random.seed, random.seed
    seed_cuda, cuda_is_used = torch.cuda.manual_seed_all, torch.cuda.is_initialized
    set_dtype, set_device, set_threads = torch.set_default_dtype, torch.set_default_device, torch.set_num_threads
    inference_mode, enable_grad = torch.inference_mode, torch.enable_grad
    set_errors, errors = numpy.seterr, numpy.geterr()
    threads = torch.get_num_threads()

    @contextmanager
    def put_back() -> Any:
        set_dtype(torch.float32)
        set_device(None)
        set_threads(threads)
        set_errors(**errors)
        seed_torch(0), seed_numpy(0), seed_python(0)
        if cuda_is_used():
            seed_cuda(0)
        with inference_mode(False), enable_grad():
            yield

    return put_back


class Output(io.TextIOBase):
    """A text stream that keeps the first part of what is written and counts the rest."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.kept = self.dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        part = text[: MAX_OUTPUT - self.kept]
        self.parts.append(part)
        self.kept += len(part)
        self.dropped += len(text) - len(part)
        return len(text)

    def text(self) -> str:
        more = f"\n... and {self.dropped} more characters" if self.dropped else ""
        return "".join(self.parts) + more


@contextmanager
def captured(stream: Output) -> Any:
    kept = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = stream
    try:
        yield
    finally:
        sys.stdout, sys.stderr = kept


@contextmanager
def recorded(heard: list[list[str]]) -> Any:
    """Keep the first warnings, each as [category, message]; student code may change filters, for itself only."""

    def show(message: Any, category: type, *_: Any, **__: Any) -> None:
        if len(heard) < MAX_WARNINGS:
            heard.append([f"{category.__module__}.{category.__qualname__}"[:200], str(message)[:MAX_WARNING]])

    with warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.simplefilter("always")
        warnings.showwarning = show
        yield


def forget_the_checkout() -> None:
    """Take the folder that an editable install adds off the import path: the solutions lie in it."""
    checkout = str(Path(__file__).resolve().parents[2])
    if Path(checkout, "pyproject.toml").exists():
        sys.path[:] = [entry for entry in sys.path if entry != checkout]


def run_no_checks() -> None:
    """Let a student's `from grader import check` give a function that does nothing: the checks run elsewhere."""
    import grader

    grader.check = lambda *_, **__: None


def refuse_other_processes() -> None:
    """From now on, whatever in this process starts or signals another one gets a PermissionError."""

    def hook(event: str, arguments: tuple) -> None:
        if event in _REFUSED_EVENTS:
            raise PermissionError(f"{event} is refused while code is graded")

    sys.addaudithook(hook)
