"""Import torch once, then fork a worker in milliseconds whenever the grader asks for one (Linux).

A forked torch deadlocks if its parent ever ran more than one thread, so this process runs one and refuses to serve
otherwise. It never touches CUDA and reads no file of the course.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
import sys
import time

from grader.sandbox import wire, worker
from grader.sandbox.encode import encode

COMMAND = struct.Struct("<ci")
FORK, AWAIT, KILL, LOAD_COMPILER = b"f", b"a", b"k", b"c"
REPLY = struct.Struct("<i")
ENDED_BY_US = -1
"""What AWAIT and KILL answer for a worker that did not end by itself; else its wait status."""

GRACE = 2.0
"""Seconds that a worker whose line broke gets to finish dying, so that its own status can be told."""


def main() -> None:
    """Serve the grader's commands until its end of the line closes; no worker outlives that."""
    line = wire.inherited_line()
    _warm_up()
    _expect_one_thread()
    wire.silence()
    wire.send(line, encode("ready"))
    line.settimeout(None)
    workers: set[int] = set()
    try:
        while (answer := _next(line, workers)) is not None:
            line.sendall(REPLY.pack(answer))
    finally:
        for pid in workers:
            _end(pid, grace=0)


def _next(line: socket.socket, workers: set[int]) -> int | None:
    """Carry out the next command and return its answer; None at the end of the line."""
    data, descriptors, *_ = socket.recv_fds(line, COMMAND.size, 1)
    if len(data) < COMMAND.size:
        return None
    verb, pid = COMMAND.unpack(data)
    if verb == LOAD_COMPILER:
        worker.load_compiler()
        _expect_one_thread()
        return 0
    if verb == FORK:
        pid = _fork(line, descriptors[0])
        workers.add(pid)
        return pid
    workers.discard(pid)
    return _end(pid, grace=GRACE if verb == AWAIT else 0)


def _expect_one_thread() -> None:
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        sys.exit(f"the zygote has {threads} threads, so a fork of it may hang")


def _fork(line: socket.socket, descriptor: int) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    status = 1
    try:
        os.setsid()
        line.close()
        worker.serve(socket.socket(fileno=descriptor))
        status = 0
    finally:
        os._exit(status)


def _end(pid: int, grace: float) -> int:
    """Wait for a worker, kill it with its group after `grace` seconds, and return how it ended."""
    deadline = time.monotonic() + grace
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            _kill_group(pid)
            return status
        if time.monotonic() >= deadline:
            break
        time.sleep(0.002)
    _kill_group(pid)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return ENDED_BY_US


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # nobody is left in it, as it should be


def _warm_up() -> None:
    """Run once what torch prepares on first use, so that no worker has to."""
    import numpy  # noqa: F401
    import torch

    torch.set_num_threads(1)
    weight = torch.eye(3, requires_grad=True)
    torch.softmax(weight @ torch.ones(3, 2), dim=1).log().sum().backward()
    repr(weight.grad)
    gc.collect()
    gc.freeze()  # a worker's garbage collector need not look at, and so copy, all of torch
