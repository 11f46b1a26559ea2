"""What student code could do from where this process is: tried, not guessed."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable

from grader.sandbox import wire
from grader.sandbox.decode import decode
from grader.sandbox.encode import encode

_REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOENT, errno.ESRCH, errno.EROFS}


def serve(line: socket.socket) -> None:
    """Answer the paths that come in with all that is not as it should be: [what, detail] pairs."""
    paths = decode(*wire.receive(line))
    wire.send(line, encode(flaws(**paths)))


def flaws(needed: list[str], forbidden: list[str]) -> list[list[str]]:
    """Read files that every worker needs; try to read and to write others, to reach processes and the network."""
    found = [["lack", path] for path in needed if not _worked(lambda path=path: _read(path))]
    found += [["read", path] for path in forbidden if _worked(lambda path=path: _read(path))]
    found += [["write", path] for path in forbidden if _worked(lambda path=path: _write(path))]
    attempts = {"list": lambda: os.listdir("/"), "connect": _connect, "signal": _signal, "fork": _fork, "execute": _execute}
    return found + [[name, ""] for name, attempt in attempts.items() if _worked(attempt)]


def _worked(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError as error:
        return error.errno not in _REFUSALS  # another failure: nothing stopped the attempt
    return True


def _read(path: str) -> None:
    with open(path, "rb") as stream:
        stream.read(1)


def _write(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line:
        line.settimeout(1.0)
        line.connect(("127.0.0.1", 9))


def _signal() -> None:
    for process in {os.getppid(), 2} - {0, os.getpid()}:
        os.kill(process, 0)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _execute() -> None:
    try:
        os.execv("/nowhere/no-program", ["no-program"])
    except FileNotFoundError:
        raise OSError(errno.ENOEXEC, "nothing refused it") from None
