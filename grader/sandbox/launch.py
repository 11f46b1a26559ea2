"""Start and end worker processes.

A launcher is the seam for the sandbox's levels: the two here start a plain process, which is level C.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Protocol

from grader.errors import GradingFault
from grader.i18n import both
from grader.records import inert
from grader.sandbox import wire, zygote
from grader.sandbox.decode import decode

START_SECONDS = 120

# What a worker inherits of the environment: what finds a GPU's driver and what Windows cannot start without.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "SYSTEMROOT", "TEMP", "TMP")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Process(Protocol):
    """One worker process."""

    line: socket.socket

    def end(self, grace: bool) -> int | None:
        """End the process; return its exit status (negative: the signal), None if it had to be killed.

        `grace` gives one whose line broke a moment to finish dying by itself.
        """


class Launcher(Protocol):
    """Starts workers at one of the sandbox's levels."""

    level: str

    def launch(self) -> Process: ...

    def close(self) -> None: ...


def start(start_method: str | None = None) -> Launcher:
    """Begin starting workers, without waiting for them: by fork on Linux, else ("spawn") a new process each."""
    method = start_method or ("fork" if sys.platform == "linux" else "spawn")
    return ForkLauncher() if method == "fork" else SpawnLauncher()


class _Child:
    """A Python process of ours, at the other end of a line, in an empty folder of its own."""

    def __init__(self, module: str):
        self.folder = Path(tempfile.mkdtemp(prefix="grade-"))
        self._errors = (self.folder / "errors").open("w+b")
        self.line, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _ONE_THREAD
        checkout = str(Path(__file__).resolve().parents[2])
        code = f"import sys; sys.path.append({checkout!r}); from grader.sandbox.{module} import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", code], cwd=self.folder, env=environment,
            stdin=subprocess.PIPE if sys.platform == "win32" else theirs, stdout=subprocess.DEVNULL,
            stderr=self._errors, start_new_session=sys.platform != "win32",
        )  # fmt: skip
        if sys.platform == "win32":
            self.process.stdin.write(theirs.share(self.process.pid))
            self.process.stdin.close()
        theirs.close()
        self._ready = False

    def wait_until_ready(self) -> None:
        """Return once the process said that it is ready; GradingFault, with its own words, where it does not."""
        if self._ready:
            return
        try:
            decode(*wire.receive(self.line, time.monotonic() + START_SECONDS))
        except (EOFError, OSError, wire.WireError):
            self._errors.seek(0)
            words = self._errors.read().decode("utf-8", "replace").strip().splitlines()
            self.kill()
            reason = inert(words[-1]) if words else "-"
            raise GradingFault(both("cannot start a worker process: {reason}", reason=reason)) from None
        self._ready = True

    def kill(self) -> None:
        """End the process and all that it started, and remove its folder."""
        self.line.close()
        if sys.platform == "win32":
            self.process.kill()
        else:
            _kill_group(self.process.pid)
        self.process.wait()
        self._errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # all of it ended by itself


class SpawnLauncher:
    """Starts every worker as a new process: slow, but it needs nothing of the platform. One waits, warm."""

    level = "C"

    def __init__(self) -> None:
        self._spare: _Child | None = _Child("worker")
        self._launched = 0

    def launch(self) -> Process:
        """Hand over the warm process. The second launch means that workers get lost, so from then on one is kept."""
        child = self._spare or _Child("worker")
        self._launched += 1
        self._spare = _Child("worker") if self._launched > 1 else None
        child.wait_until_ready()
        return _Spawned(child)

    def close(self) -> None:
        if self._spare is not None:
            self._spare.kill()
            self._spare = None


class _Spawned:
    def __init__(self, child: _Child):
        self._child, self.line = child, child.line

    def end(self, grace: bool) -> int | None:
        try:
            status = self._child.process.wait(zygote.GRACE if grace else 0)
        except subprocess.TimeoutExpired:
            status = None
        self._child.kill()
        return status


class ForkLauncher:
    """Asks one warm process, the zygote, to fork every worker."""

    level = "C"

    def __init__(self) -> None:
        self._zygote = _Child("zygote")

    def launch(self) -> Process:
        try:
            return self._fork()
        except _ZygoteGone:  # student code at level C can kill it
            self._zygote.kill()
            self._zygote = _Child("zygote")
            return self._fork()

    def _fork(self) -> Process:
        self._zygote.wait_until_ready()
        line, theirs = socket.socketpair()
        with theirs:
            return _Forked(self, self.command(zygote.FORK, 0, [theirs.fileno()]), line)

    def command(self, verb: bytes, pid: int, descriptors: list[int]) -> int:
        """Return the zygote's answer to one command."""
        line = self._zygote.line
        line.settimeout(START_SECONDS)
        try:
            socket.send_fds(line, [zygote.COMMAND.pack(verb, pid)], descriptors)
            return zygote.REPLY.unpack(line.recv(zygote.REPLY.size, socket.MSG_WAITALL))[0]
        except (OSError, struct.error):
            raise _ZygoteGone(both("the process that starts workers is gone")) from None

    def close(self) -> None:
        self._zygote.kill()


class _ZygoteGone(GradingFault):
    """The zygote does not answer."""


class _Forked:
    def __init__(self, launcher: ForkLauncher, pid: int, line: socket.socket):
        self._launcher, self._pid, self.line = launcher, pid, line

    def end(self, grace: bool) -> int | None:
        self.line.close()
        try:
            status = self._launcher.command(zygote.AWAIT if grace else zygote.KILL, self._pid, [])
        except _ZygoteGone:
            _kill_group(self._pid)
            return None
        return os.waitstatus_to_exitcode(status) if status >= 0 else None
