"""Ask a worker things and end it: the trusted end of the line.

Every wait has an absolute deadline, and a worker that misses it, breaks the wire's rules or dies is gone for good.
"""

from __future__ import annotations

import secrets
import signal
import socket
import time
from typing import Any

from grader.errors import GradingFault
from grader.i18n import both
from grader.records import Text
from grader.sandbox import cgroup, wire
from grader.sandbox.decode import decode
from grader.sandbox.encode import encode
from grader.sandbox.launch import Launcher

CANARY_SECONDS = 30


class WorkerLost(Exception):
    """A worker died, stalled or broke the wire's rules: `outcome` is the check's, `text` says it to the student.

    `safe` is what a hidden check may tell: an exit status is a number of the student's choosing.
    """

    def __init__(self, outcome: str, text: Text, safe: Text | None = None, killed_by_others: bool = False):
        super().__init__(text.en)
        self.outcome, self.text, self.safe, self.killed_by_others = outcome, text, safe or text, killed_by_others


class Worker:
    """A worker that has shown, by a canary, that it works."""

    def __init__(self, launcher: Launcher):
        try:
            self._process = launcher.launch()
        except OSError as error:  # no memory, no process, no room for a temporary file
            raise GradingFault(both("cannot start a worker process: {reason}", reason=str(error.strerror))) from error
        self._ended = False
        try:
            import torch

            answer = self.ask("canary", CANARY_SECONDS, args=(torch.ones(2),))
            if answer["value"].tolist() != [3.0, 3.0]:
                raise GradingFault(both("a new worker process computes wrongly"))
        except WorkerLost as lost:
            raise GradingFault(both("a new worker process failed: {reason}", reason=lost.text)) from lost

    def ask(self, op: str, seconds: float, **fields: Any) -> dict[str, Any]:
        """Return the reply to a request; WorkerLost where none comes in time that keeps the rules."""
        number, line, deadline = secrets.randbits(62), self._process.line, time.monotonic() + seconds
        try:
            self._expect_silence(line)
            wire.send(line, encode({"id": number, "op": op, **wire.given(fields)}, _keep_nothing), deadline)
            reply = decode(*wire.receive(line, deadline))
            if type(reply) is not dict or reply.get("id") != number:
                raise wire.WireError("a reply to nothing that was asked")
            return reply
        except TimeoutError:
            raise self._timed_out(seconds) from None
        except (EOFError, ConnectionError):
            raise self._died() from None
        except wire.WireError as error:
            self.close()
            complaint = both("its answer could not be read ({reason})", reason=str(error))
            raise WorkerLost("crashed", complaint) from None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if not self._ended:
            self._ended = True
            self._process.end(grace=False)

    @staticmethod
    def _expect_silence(line: socket.socket) -> None:
        line.setblocking(False)
        try:
            if line.recv(1, socket.MSG_PEEK):
                raise wire.WireError("a reply that was not asked for")
            raise EOFError
        except BlockingIOError:
            pass  # silent, as it should be

    def _timed_out(self, seconds: float) -> WorkerLost:
        self.close()
        return took_too_long(seconds)

    def _died(self) -> WorkerLost:
        self._ended = True
        status = self._process.end(grace=True)
        safe = both("ended or crashed the whole program")
        if status is None:
            return WorkerLost("crashed", both("cut its line to the grader"), safe)
        if status == cgroup.OUT_OF_MEMORY:
            return WorkerLost("crashed", both("used up the memory that a submission may have"), safe)
        if status >= 0:
            return WorkerLost("crashed", both("ended the whole program (exit status {status})", status=status), safe)
        name = _signal_name(-status)
        text = both("crashed the whole program ({signal})", signal=name)
        return WorkerLost("crashed", text, safe, killed_by_others=name == "SIGKILL")


def took_too_long(seconds: float) -> WorkerLost:
    """The loss of a worker that did not answer within its time."""
    return WorkerLost("timed_out", both("took longer than {seconds:g} s and was stopped", seconds=seconds))


def _keep_nothing(value: Any) -> Any:
    raise TypeError(f"a check cannot send {type(value).__name__} to the student's side; see build(source)")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
