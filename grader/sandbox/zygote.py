"""Import torch once, then fork a worker in milliseconds whenever the grader asks for one (Linux).

A forked torch deadlocks if its parent ever ran more than one thread, so this process runs one and refuses to serve
otherwise. It never touches CUDA and reads no file of the course. At level A it lives in a bubble of bubblewrap's, where
there is none.
"""

from __future__ import annotations

import gc
import itertools
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from grader.sandbox import jail, kernel, limits, trial, wire, worker
from grader.sandbox.encode import encode

COMMAND = struct.Struct("<ci")
FORK, FORK_JAILED, TRY_JAIL, AWAIT, KILL, PRELOAD = b"f", b"j", b"t", b"a", b"k", b"c"
REPLY = struct.Struct("<i")
ENDED_BY_US = -1
"""What KILL answers, and AWAIT for a worker that did not end by itself; else its wait status."""

MANY = 50
"""Workers after which there will be more, so that a third of a second pays off which makes each of them cheaper."""
REAP_SECONDS = 0.005
GRACE = 2.0
"""Seconds that a worker whose line broke gets to finish dying, so that its own status can be told."""


def main(readable: tuple[str, ...], devices: tuple[str, ...], namespaces: bool) -> None:
    """Serve the grader's commands until its end of the line closes; no worker outlives that.

    The arguments describe the jail of a worker that gets one; see `jail.Jail`.
    """
    line = wire.inherited_line()
    _warm_up()
    _expect_one_thread()
    wire.silence()
    if namespaces:
        kernel.adopt_orphans()
    else:
        kernel.hide_memory()
    cell = jail.Jail(readable, devices, namespaces, limits.memory_limit())
    cell.prepare()
    wire.send(line, encode("ready"))
    line.settimeout(None)
    workers: set[int] = set()
    ending: set[int] = set()
    try:
        while (answer := _next(line, workers, ending, cell)) is not None:
            line.sendall(REPLY.pack(answer))
    finally:
        for pid in workers:
            _kill(pid)
        os._exit(0)


def _next(line: socket.socket, workers: set[int], ending: set[int], cell: jail.Jail) -> int | None:
    """Carry out the next command and return its answer; None at the end of the line."""
    _reap(ending, line)
    data, descriptors, *_ = socket.recv_fds(line, COMMAND.size, 1)
    if len(data) < COMMAND.size:
        return None
    verb, number = COMMAND.unpack(data)
    if verb == PRELOAD:
        worker.preload(worker.SLOW_PARTS[number])
        _expect_one_thread()
        return 0
    if verb in (FORK, FORK_JAILED, TRY_JAIL):
        with socket.socket(fileno=descriptors[0]) as theirs:
            number = _start(verb, theirs, line, cell)
        workers.add(number)
        return number
    workers.discard(number)
    if verb == AWAIT:
        return _awaited(number)
    _kill(number)
    ending.add(number)
    return ENDED_BY_US


def _reap(ending: set[int], line: socket.socket) -> None:
    """Bury the killed, whose end takes the kernel some milliseconds, until there is something else to do."""
    while ending:
        ending -= {pid for pid in ending if os.waitpid(pid, os.WNOHANG)[0]}
        if select.select([line], [], [], REAP_SECONDS if ending else 0)[0]:
            return


def _expect_one_thread() -> None:
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        sys.exit(f"the zygote has {threads} threads, so a fork of it may hang")


_numbers = itertools.count(1)


def _start(verb: bytes, line: socket.socket, control: socket.socket, cell: jail.Jail) -> int:
    """Return the process number of a new worker at the end of `line`."""
    if next(_numbers) == MANY:
        kernel.gather_memory()

    def plain() -> None:
        control.close()
        worker.serve(line)

    def jailed() -> None:
        with _refusal_told(line):
            cell.lock(line.fileno())
        (trial if verb == TRY_JAIL else worker).serve(line)

    if verb == FORK:
        return _forked(plain)
    return _forked_into_namespaces(jailed, line) if cell.namespaces else _forked(jailed)


@contextmanager
def _refusal_told(line: socket.socket) -> Iterator[None]:
    """Tell the grader what the system refused, and end."""
    try:
        yield
    except OSError as error:
        wire.send(line, encode({"refused": f"{error.strerror} {error.filename or ''}".strip()}))
        os._exit(1)


def _forked(work: Callable[[], None]) -> int:
    """Return the process number of a child that does the work, in a group of its own, and ends."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setsid()
        work()
        status = 0
    finally:
        os._exit(status)


def _forked_into_namespaces(work: Callable[[], None], line: socket.socket) -> int:
    """Return the number, here, of a child that is the first process of new namespaces.

    Only a child of the process that left the old ones can be that; the one between ends at once.
    """
    reader, writer = os.pipe()

    def leave_and_fork() -> None:
        with _refusal_told(line):
            jail.leave()
        os.write(writer, REPLY.pack(_forked(work)))

    between = _forked(leave_and_fork)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        number = told.read(REPLY.size)
    if not number:
        return between
    os.waitpid(between, 0)
    return REPLY.unpack(number)[0]


def _awaited(pid: int) -> int:
    """Wait for a worker that is dying, kill it after GRACE, and return how it ended."""
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            _kill_group(pid)
            return status
        time.sleep(0.002)
    _kill(pid)
    os.waitpid(pid, 0)
    return ENDED_BY_US


def _kill(pid: int) -> None:
    _kill_group(pid)
    os.kill(pid, signal.SIGKILL)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # nobody is left in it, as it should be


def _warm_up() -> None:
    """Run once what torch prepares on first use, so that no worker has to."""
    gc.disable()  # what imports leave for it is little, and to look for that takes a quarter of their time
    import numpy  # noqa: F401
    import torch

    torch.set_num_threads(1)
    weight = torch.eye(3, requires_grad=True)
    torch.softmax(weight @ torch.ones(3, 2), dim=1).log().sum().backward()
    repr(weight.grad)
    torch.nn.functional.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3))
    torch.linalg.svd(torch.eye(3))
    worker.rehearse()
    gc.freeze()  # a worker's garbage collector need not look at, and so copy, all of torch
    gc.enable()
