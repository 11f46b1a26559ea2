"""Processes that grade side by side, and end together: nothing goes on when the first of them is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process


@contextmanager
def pool(count: int, prepare: Callable[..., None] | None = None, *arguments: object) -> Iterator[Executor]:
    """Yield an executor of `count` processes, each of which first calls `prepare(*arguments)`.

    They end at once, and take their own children with them, when the block is left by an exception or when this
    process is gone, however that came about.
    """
    with ProcessPoolExecutor(count, get_context("spawn"), initializer=_begin, initargs=(prepare, arguments)) as executor:
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for this process to hear, from the first
        try:
            executor.submit(int)  # starts them all
        finally:
            signal.signal(signal.SIGINT, handler)
        try:
            yield executor
        except BaseException:
            for process in active_children():
                process.terminate()
            raise


def _begin(prepare: Callable[..., None] | None, arguments: tuple[object, ...]) -> None:
    """End this process as soon as the one that started it is gone, however that ended."""

    def wait() -> None:
        parent_process().join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    if prepare is not None:
        prepare(*arguments)
