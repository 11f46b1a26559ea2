"""A Python process of ours at the other end of a line: a worker, or the zygote that forks workers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from grader.errors import GradingFault
from grader.i18n import both
from grader.records import inert
from grader.sandbox import tree, wire
from grader.sandbox.decode import decode
from grader.sandbox.jail import ENVIRONMENT

START_SECONDS = 120
LEAVE_SECONDS = 5

# What a worker inherits of the environment: what finds a GPU's driver and what Windows cannot start without.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "SYSTEMROOT", "TEMP", "TMP")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Child:
    """A process that runs `main(*arguments)` of a sandbox module, by way of the command `around` where one is given."""

    def __init__(self, module: str, *arguments: object, around: Sequence[str] = ()):
        self.folder = Path(tempfile.mkdtemp(prefix="grade-"))
        self._errors = (self.folder / "errors").open("w+b")
        self.line, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _ONE_THREAD | ENVIRONMENT
        code = (f"import sys; sys.path += {tree.import_path()!r}; "
                f"from grader.sandbox.{module} import main; main(*{arguments!r})")  # fmt: skip
        self.process = subprocess.Popen(
            [*around, sys.executable, "-I", "-X", "utf8", "-c", code], cwd=self.folder, env=environment,
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

    def leave(self) -> None:
        """Let the process end by itself, as the end of its line asks it to, with all that it started."""
        self.line.close()
        try:
            self.process.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            pass  # then it is made to
        self.kill()

    def kill(self) -> None:
        """End the process and all that it started, and remove its folder."""
        self.line.close()
        if sys.platform == "win32":
            self.process.kill()
        else:
            kill_group(self.process.pid)
        self.process.wait()
        self._errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def kill_group(pid: int) -> None:
    """Kill all processes of a group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # all of it ended by itself
