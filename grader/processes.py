"""Processes that grade side by side, and end together: nothing goes on when the first of them is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from types import TracebackType
from typing import Any

from grader import garbage
from grader.errors import GradingFault
from grader.i18n import both


class Processes(Executor):
    """An executor of `count` processes, each of which first calls `prepare(*arguments)`.

    Where one has died, all that they were doing fails with BrokenProcessPool, and new ones do what comes after. They
    end at once, their own children with them, when the `with` block is left by an exception or this process is gone,
    however that came about.
    """

    def __init__(self, count: int, prepare: Callable[..., None] | None = None, *arguments: object):
        self._count, self._prepare, self._arguments = count, prepare, arguments
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        with _interrupts_kept():
            if self._pool is not None:
                try:
                    return self._pool.submit(fn, *args, **kwargs)
                except BrokenProcessPool:
                    self._pool.shutdown()
            self._pool = ProcessPoolExecutor(
                self._count, get_context("spawn"), initializer=_begin, initargs=(self._prepare, self._arguments)
            )
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            for process in active_children():
                process.terminate()
        self.shutdown(cancel_futures=kind is not None)


@contextmanager
def _interrupts_kept() -> Iterator[None]:
    """Let processes that are started meanwhile not hear Ctrl-C, as far as this thread may say so: the main one may."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def answer_of(asked: Future) -> Any:
    """Return what a process answered; GradingFault where it has died instead."""
    try:
        return asked.result()
    except BrokenProcessPool:
        raise GradingFault(both("a process of the grader has died; is there memory enough?")) from None


def _begin(prepare: Callable[..., None] | None, arguments: tuple[object, ...]) -> None:
    """End this process as soon as the one that started it is gone, however that ended."""

    def wait() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    garbage.hold_off()
    if prepare is not None:
        prepare(*arguments)
