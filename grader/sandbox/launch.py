"""Start worker processes at the best of the sandbox's levels that holds here.

A level is believed after a trial: a worker that never sees a student's code tries what must not be possible.
"""

from __future__ import annotations

import os
import platform
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from grader import paths
from grader.errors import GradingFault
from grader.i18n import both
from grader.records import Text, inert
from grader.sandbox import bubble, seccomp, wire, zygote
from grader.sandbox.decode import decode
from grader.sandbox.encode import encode
from grader.sandbox.forking import Forked, Zygote
from grader.sandbox.spawning import SpawnLauncher

PRACTICE = ("B", "C")
"""The levels for a person's own code, best first."""

STRANGERS = ("A", "B")
"""The levels for code of strangers."""

TRIAL_SECONDS = 30


class Process(Protocol):
    """One worker process."""

    line: socket.socket

    def end(self, grace: bool) -> int | None:
        """End the process; return its exit status, None if it had to be killed.

        A negative status is a signal, or cgroup.OUT_OF_MEMORY: the kernel ended it, for its group had used up its memory.

        `grace` gives one whose line broke a moment to finish dying by itself.
        """


class Launcher(Protocol):
    """Starts workers at one of the sandbox's levels."""

    @property
    def level(self) -> str: ...

    def launch(self) -> Process: ...

    def preload(self, part: str) -> None:
        """Let every worker from now on have one of torch's slow parts, which is imported when it is first used."""

    def close(self) -> None: ...


class NoSandbox(GradingFault):
    """None of the levels that were asked for holds here; `problems` says why, level by level."""

    def __init__(self, problems: dict[str, Text]):
        self.problems = problems
        words = {language: "; ".join(f"{level}: {problem[language]}" for level, problem in problems.items())
                 for language in ("en", "ko")}  # fmt: skip
        super().__init__(both("there is no sandbox here for code of strangers ({reasons}). `grade doctor` says what "
                              "to do about it", reasons=Text(**words)))  # fmt: skip


def start(levels: Sequence[str] = PRACTICE, ahead: bool = False, fork: bool = sys.platform == "linux") -> Launcher:
    """Begin starting workers, without waiting for them, at the first of the `levels` that holds.

    `ahead`: many workers will be wanted, so there is to be a warm one at all times. Without `fork`, which only Linux
    has, each is a process from the ground up, at level C. NoSandbox, here or when the first is launched, where none
    of the levels holds.
    """
    if fork:
        return ForkLauncher(levels, ahead)
    if "C" not in levels:
        raise NoSandbox(dict.fromkeys(levels, both("it needs Linux")))
    return SpawnLauncher(ahead)


def leave_when_told(launcher: Launcher) -> None:
    """From now on, let Ctrl-C, a closed terminal and a polite kill end all at once, and leave nothing behind.

    torch swallows an exception that arrives while it imports numpy, and goes on without.
    """

    def leave(number: int, _: object) -> None:
        launcher.close()
        os._exit(128 + number)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)


class ForkLauncher:
    """Asks one warm process, the zygote, to fork every worker."""

    def __init__(self, levels: Sequence[str], ahead: bool) -> None:
        self._levels = list(levels)
        self.problems: dict[str, Text] = {}
        """Why better levels do not hold here."""
        self._proven = False
        self._ahead, self._spare = ahead, None
        self._parts: list[str] = []
        while (lack := _lack(self._levels[0])) is not None:
            self._next_level(lack)
        self._zygote = Zygote(bubbled=self._levels[0] == "A")

    @property
    def level(self) -> str:
        """The level at which workers are started; NoSandbox where none that was asked for holds."""
        while not self._proven:
            problem = self._try(self._levels[0])
            if problem is None:
                self._proven = True
            else:
                self._next_level(problem)
                if self._zygote.bubbled:
                    self._new_zygote()
        return self._levels[0]

    def launch(self) -> Process:
        """Hand over a worker. The second launch means that workers get lost, so from then on one is kept, warm."""
        if self._proven and self._zygote.is_gone:
            self._new_zygote()
        process, self._spare = self._spare or self._new(), None
        self._spare = self._new() if self._ahead else None
        self._ahead = True
        return process

    def preload(self, part: str) -> None:
        if part not in self._parts:
            self._parts.append(part)
            if self._spare is not None:
                self._spare.end(grace=False)
                self._spare = None

    def close(self) -> None:
        if self._spare is not None:
            self._spare.line.close()
        self._zygote.end()

    def _new(self) -> Forked:
        verb = zygote.FORK if self.level == "C" else zygote.FORK_JAILED
        for part in self._parts:
            self._zygote.preload(part)
        return self._zygote.fork(verb)

    def _new_zygote(self) -> None:
        self._zygote.end()
        self._spare = None
        self._zygote = Zygote(bubbled=self._levels[0] == "A")

    def _next_level(self, problem: Text) -> None:
        self.problems[self._levels.pop(0)] = problem
        if not self._levels:
            raise NoSandbox(self.problems)

    def _try(self, level: str) -> Text | None:
        """Return why a level does not hold here; None where it does."""
        if level == "C":
            return None
        if not self._zygote.bubbled:
            self._zygote.child.wait_until_ready()  # where it is not, that is no matter of levels
        try:
            worker = self._zygote.fork(zygote.TRY_JAIL)
            try:
                return _found_by(worker.line, str(self._zygote.child.folder / "errors"))
            finally:
                worker.end(grace=False)
        except GradingFault as fault:
            return fault.text


def _lack(level: str) -> Text | None:
    """Return what a level needs and this machine clearly lacks."""
    if level == "C":
        return None
    if not seccomp.supported():
        return both("for this machine ({machine}) we have no table of system calls", machine=platform.machine())
    if level == "A" and bubble.program() is None:
        return both("bubblewrap is not installed")
    return None


def _found_by(line: socket.socket, canary: str) -> Text | None:
    """Have the worker at the other end try to get out; return how it could, or what it lacks; None where all is well."""
    deadline = time.monotonic() + TRIAL_SECONDS
    hidden = (next(folder.rglob("*.py"), None) for folder in (paths.solutions(), paths.hidden_checks()))
    request = {"needed": [os.__file__], "forbidden": [canary, *map(str, filter(None, hidden))]}
    try:
        with suppress(ConnectionError):  # it has said already why it cannot even try
            wire.send(line, encode(request), deadline)
        answer = decode(*wire.receive(line, deadline))
    except (OSError, EOFError, wire.WireError) as error:
        return both("its trial ended early ({error})", error=type(error).__name__)
    if type(answer) is dict:
        return both("the system refused: {reason}", reason=inert(str(answer.get("refused"))))
    return _FLAWS[answer[0][0]](answer[0][1]) if answer else None


_FLAWS: dict[str, Callable[[str], Text]] = {
    "lack": lambda path: both("a worker cannot read {path}, which Python needs", path=path),
    "read": lambda path: both("a worker could read {path}", path=path),
    "write": lambda path: both("a worker could write {path}", path=path),
    "list": lambda _: both("a worker could look into every folder"),
    "connect": lambda _: both("a worker could connect to the network"),
    "signal": lambda _: both("a worker could signal other processes"),
    "fork": lambda _: both("a worker could start processes"),
    "execute": lambda _: both("a worker could run programs"),
}
"""What a trial may find; see `trial`."""
