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
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

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

    def load_compiler(self) -> None:
        """Let every worker from now on have torch's compiler, which its optimizers import on first use."""

    def close(self) -> None: ...


def start(start_method: str | None = None, ahead: bool = False) -> Launcher:
    """Begin starting workers, without waiting for them: by fork on Linux, else ("spawn") a new process each.

    `ahead`: many workers will be wanted, so there is to be a warm one at all times.
    """
    method = start_method or ("fork" if sys.platform == "linux" else "spawn")
    return ForkLauncher(ahead) if method == "fork" else SpawnLauncher(ahead)


class _Child:
    """A Python process of ours, at the other end of a line, in an empty folder of its own."""

    def __init__(self, module: str, *arguments: object):
        self.folder = Path(tempfile.mkdtemp(prefix="grade-"))
        self._errors = (self.folder / "errors").open("w+b")
        self.line, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _ONE_THREAD
        checkout = str(Path(__file__).resolve().parents[2])
        code = f"import sys; sys.path.append({checkout!r}); from grader.sandbox.{module} import main; main{arguments}"
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

    def __init__(self, ahead: bool = False) -> None:
        self._compiler = False
        self._spare: _Child | None = self._new()
        self._ahead = ahead
        self.live: set[_Child] = set()

    def launch(self) -> Process:
        """Hand over the warm process. The second launch means that workers get lost, so from then on one is kept."""
        child = self._spare or self._new()
        self.live.add(child)
        self._spare, self._ahead = self._new() if self._ahead else None, True
        child.wait_until_ready()
        return _Spawned(self, child)

    def load_compiler(self) -> None:
        if not self._compiler:
            self._compiler = True
            if self._spare is not None:
                self._spare.kill()
                self._spare = self._new()

    def _new(self) -> _Child:
        return _Child("worker", self._compiler)

    def close(self) -> None:
        for child in filter(None, (self._spare, *self.live)):
            child.kill()
        self._spare = None


class _Spawned:
    def __init__(self, launcher: SpawnLauncher, child: _Child):
        self._launcher, self._child, self.line = launcher, child, child.line

    def end(self, grace: bool) -> int | None:
        try:
            status = self._child.process.wait(zygote.GRACE if grace else 0)
        except subprocess.TimeoutExpired:
            status = None
        self._launcher.live.discard(self._child)
        self._child.kill()
        return status


class ForkLauncher:
    """Asks one warm process, the zygote, to fork every worker; a fork made ahead has done its first work already."""

    level = "C"

    def __init__(self, ahead: bool = False) -> None:
        self._zygote = _Child("zygote")
        self._ahead = ahead
        self._compiler = self._loaded = False
        self._spare: _Forked | None = None
        self.live: set[_Forked] = set()

    def launch(self) -> Process:
        process, self._spare = self._spare or self._new(), None
        if self._ahead:
            self._spare = self._new()
        return process

    def load_compiler(self) -> None:
        if not self._compiler:
            self._compiler = True
            if self._spare is not None:
                self._spare.end(grace=False)
                self._spare = None
            self._with_a_zygote(lambda: None)

    def _new(self) -> _Forked:
        return self._with_a_zygote(self._fork)

    def _with_a_zygote(self, work: Callable[[], Any]) -> Any:
        """Do something that needs the zygote; with a new one, where student code (at level C) has killed it."""
        try:
            self._get_ready()
            return work()
        except _ZygoteGone:
            self._zygote.kill()
            self._zygote, self._loaded = _Child("zygote"), False
            self._get_ready()
            return work()

    def _get_ready(self) -> None:
        self._zygote.wait_until_ready()
        if self._compiler and not self._loaded:
            self.command(zygote.LOAD_COMPILER, 0, [])
            self._loaded = True

    def _fork(self) -> _Forked:
        line, theirs = socket.socketpair()
        with theirs:
            worker = _Forked(self, self.command(zygote.FORK, 0, [theirs.fileno()]), line)
            self.live.add(worker)
            return worker

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
        """End all at once. Whoever closes in the middle of a run leaves no student's endless loop behind."""
        for worker in tuple(self.live):
            worker.kill()
        self._zygote.kill()


class _ZygoteGone(GradingFault):
    """The zygote does not answer."""


class _Forked:
    def __init__(self, launcher: ForkLauncher, pid: int, line: socket.socket):
        self._launcher, self._pid, self.line = launcher, pid, line
        self._parent = launcher._zygote

    def kill(self) -> None:
        """End it without asking the zygote, which has to be there still, or the number may be another's by now."""
        _kill_group(self._pid)

    def end(self, grace: bool) -> int | None:
        self.line.close()
        self._launcher.live.discard(self)
        try:
            if self._launcher._zygote is not self._parent:  # another's child is nothing to a new zygote
                raise _ZygoteGone(both("the process that starts workers is gone"))
            status = self._launcher.command(zygote.AWAIT if grace else zygote.KILL, self._pid, [])
        except _ZygoteGone:
            self.kill()
            return None
        return os.waitstatus_to_exitcode(status) if status >= 0 else None
