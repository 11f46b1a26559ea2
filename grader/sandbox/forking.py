"""The grader's end of a zygote, and of the workers that it has forked."""

from __future__ import annotations

import os
import signal
import socket
import struct

from grader.errors import GradingFault
from grader.i18n import both
from grader.sandbox import bubble, cgroup, tree, zygote
from grader.sandbox.child import START_SECONDS, Child, kill_group
from grader.sandbox.worker import SLOW_PARTS


class Zygote:
    """A process that has imported torch once and forks workers: in a bubble at level A, else at B and C."""

    def __init__(self, bubbled: bool):
        self.group = cgroup.made() if bubbled else None
        around = [*(self.group.around if self.group else ()), *(bubble.command() if bubbled else ())]
        self.child = Child("zygote", tree.readable(), tree.devices(), bubbled, around=around)
        self.bubbled = bubbled
        self.workers: set[Forked] = set()
        self._preloaded: set[str] = set()
        self._oom_kills = 0

    def preload(self, part: str) -> None:
        """Give one of torch's slow parts to the workers to come."""
        if part not in self._preloaded:
            self.command(zygote.PRELOAD, SLOW_PARTS.index(part))
            self._preloaded.add(part)

    def fork(self, verb: bytes) -> Forked:
        """Return a new worker; `verb` says of which kind."""
        line, theirs = socket.socketpair()
        with theirs:
            worker = Forked(self, self.command(verb, descriptors=(theirs.fileno(),)), line)
        self.workers.add(worker)
        return worker

    def command(self, verb: bytes, number: int = 0, descriptors: tuple[int, ...] = ()) -> int:
        """Return the zygote's answer to one command."""
        self.child.wait_until_ready()
        line = self.child.line
        try:
            line.settimeout(START_SECONDS)
            socket.send_fds(line, [zygote.COMMAND.pack(verb, number)], descriptors)
            return zygote.REPLY.unpack(line.recv(zygote.REPLY.size, socket.MSG_WAITALL))[0]
        except (OSError, struct.error):
            self.child.kill()
            raise GradingFault(both("the process that starts workers is gone")) from None

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended. At level C, student code may have killed it."""
        return self.child.process.poll() is not None

    def has_lost_to_memory(self) -> bool:
        """Whether, since this was last asked, the kernel has killed a process for taking more memory than all may."""
        before, self._oom_kills = self._oom_kills, self.group.oom_kills() if self.group is not None else 0
        return self._oom_kills > before

    def end(self) -> None:
        """End it and its workers at once. Whoever does so in the middle of a run leaves no endless loop behind."""
        if self.bubbled:  # its workers have numbers of their own in there, and end with it
            self.child.leave()
            if self.group is not None:
                self.group.remove()
            return
        for worker in tuple(self.workers):
            worker.kill()
        self.child.kill()


class Forked:
    """One worker that a zygote has forked."""

    def __init__(self, parent: Zygote, pid: int, line: socket.socket):
        self._parent, self._pid, self.line = parent, pid, line

    def kill(self) -> None:
        """End it without asking the zygote, which has to be there still, or the number may be another's by now."""
        kill_group(self._pid)

    def end(self, grace: bool) -> int | None:
        """End the process; see launch.Process."""
        self.line.close()
        self._parent.workers.discard(self)
        try:
            status = self._parent.command(zygote.AWAIT if grace else zygote.KILL, self._pid)
        except GradingFault:  # the zygote is gone
            if not self._parent.bubbled:
                self.kill()
            return None
        code = os.waitstatus_to_exitcode(status) if status >= 0 else None
        lost_to_memory = self._parent.has_lost_to_memory()  # asked at every end, so that no later one is taken for it
        return cgroup.OUT_OF_MEMORY if lost_to_memory and code == -signal.SIGKILL else code
