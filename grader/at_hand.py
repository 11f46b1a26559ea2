"""The kernel's end of a process that has torch imported and a worker warm, so that a check cell answers at once.

There is one for each kernel (`standby` is what it runs), started by the first check. It ends with the kernel, or by itself
when nobody has asked it for a while. Nothing of it reaches the kernel's streams.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from typing import Any

from grader import paths
from grader.errors import GradingFault
from grader.i18n import both
from grader.records import Text, inert

LEAVE_SECONDS = 5


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of this process's standby. GradingFault where it has none, or the fault that it met."""
    answer = _of_process(os.getpid()).ask(request)
    if "error" in answer:
        raise GradingFault(Text(**answer["error"]))
    return answer


class AtHand:
    """A standby process, or none as yet."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request; GradingFault where the process ends instead."""
        was_running = self._process is not None and self._process.poll() is None
        try:
            answer = self._exchange(request) or (was_running and self._exchange(request))
        except BaseException:  # interrupted: what it says next answers a question that nobody asks any more
            self._end()
            raise
        if not answer:
            reason = self._last_words()
            raise GradingFault(both("the process that runs the checks has ended: {reason}", reason=reason))
        return json.loads(answer)

    def _exchange(self, request: dict[str, Any]) -> str:
        """Return the line that answers a request; nothing where the process ended, of having been idle perhaps."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            self._end()
        return line

    def _start(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        code = f"import sys; sys.path.append({str(paths.PACKAGE.parent)!r}); from grader.standby import main; main()"
        # -P: a file random.py beside the notebook is not Python's; a session of its own: Ctrl-C is the kernel's
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-c", code], text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            start_new_session=sys.platform != "win32", creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip

    def _end(self) -> None:
        """End the process: politely, so that it takes its workers along, and then not."""
        try:
            self._process.stdin.close()
        except OSError:
            pass  # there are words in it that nobody reads any more
        try:
            self._process.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _last_words(self) -> str:
        self._errors.seek(0)
        words = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return inert(words[-1]) if words else "-"


@cache
def _of_process(_: int) -> AtHand:
    """Return the one of a process, by its number: a fork must not talk into its parent's pipe."""
    return AtHand()
