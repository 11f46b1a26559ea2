"""Shut this process in, for good, before it reads the first byte of a student's.

The order matters. Namespaces come first, while mounting is still possible; a new user namespace gives its first
process every capability, so these are dropped; seccomp comes last, because it forbids what the others need.
"""

from __future__ import annotations

import os
import platform
import signal
import tempfile
from dataclasses import dataclass

from grader.sandbox import kernel, landlock, limits, seccomp

NEW = (kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC
       | kernel.CLONE_NEWUTS)  # fmt: skip

SCRATCH = "/scratch"
"""Not /tmp, where Python itself may lie."""
DESCRIPTORS = 1 << 16
"""Far more than a zygote ever has open; the system's own limit may be none at all."""

SCRATCH_SIZE = "size=64m,nr_inodes=2048,mode=700"


ENVIRONMENT = {
    "TORCH_COMPILE_DISABLE": "1",  # it would start a compiler, which no worker may: so the function itself is called
    "TORCHINDUCTOR_COMPILE_THREADS": "1",  # with more, its import may start processes, and a thread in the zygote
    "TORCHINDUCTOR_CACHE_DIR": "/",  # a folder that is there, since to import it is to make one
}


@dataclass(frozen=True)
class Jail:
    """How the workers of one zygote are shut in."""

    readable: tuple[str, ...]
    """The files and folders that they may read."""
    devices: tuple[str, ...]
    """The device nodes that they may use."""
    namespaces: bool
    """Level A: each has namespaces, and a scratch folder, of its own. Else level B."""
    memory: int | None = None
    """Bytes of address space; None: no limit."""

    def prepare(self) -> None:
        """Do ahead what `lock` would do anew in each worker."""
        if seccomp.supported():
            seccomp.program(platform.machine(), 1)

    def lock(self, line: int) -> None:
        """Keep nothing but these files, standard input and output, and the descriptor `line`; OSError says what failed.

        With namespaces, `leave` comes before it, in the parent.
        """
        if self.namespaces:
            _make_scratch()
        os.chdir(SCRATCH if self.namespaces else "/")
        os.closerange(3, line)
        os.closerange(line + 1, DESCRIPTORS)
        os.environ.clear()
        os.environ |= ENVIRONMENT
        tempfile.tempdir = SCRATCH  # to look for one raises where none can be written, in what only asks for its name
        limits.limit(self.memory)
        kernel.forbid_new_privileges()
        landlock.restrict(self.readable, [*self.devices, *([SCRATCH] if self.namespaces else [])])
        kernel.drop_capabilities(platform.machine())
        if not self.namespaces:  # with them, the parent has ended by now, and the zygote's end is theirs anyway
            _end_with_the_zygote()
        seccomp.install(os.getpid())


def leave() -> None:
    """Leave the namespaces that this process shares; its next child is the first process of the new ones."""
    user, group = os.getuid(), os.getgid()
    kernel.unshare(NEW)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")


def _write(path: str, text: str) -> None:
    # Not through a Python file: it writes when it is closed, and where its destructor does that, an error is lost.
    place = os.open(path, os.O_WRONLY)
    try:
        os.write(place, text.encode())
    finally:
        os.close(place)


def _make_scratch() -> None:
    hard = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("none", "/", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", SCRATCH, hard, SCRATCH_SIZE)
    if not limits.has_gpu():  # CUDA reads /proc; what it tells of other workers, Landlock keeps back
        kernel.mount("tmpfs", "/proc", hard | kernel.MS_RDONLY, "size=4k,nr_inodes=1")


def _end_with_the_zygote() -> None:
    parent = os.getppid()
    kernel.die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError("the zygote has ended")
