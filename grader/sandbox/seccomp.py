"""The system calls that a worker gives up before it runs a student's code (Linux, sandbox levels A and B).

The filter closes what files, network and process ids out of sight leave open: other processes of the same user, the
metadata of files, memory that no limit counts, rarely used doors into the kernel. It is a deny-list, since torch needs
too many calls for the other kind, but one that ends: a call that nobody here has looked at does not exist.

The kernel runs the filter on every call, as classic BPF that reads the call's number and its arguments. Pointers lead
where it cannot look, so that a call whose harm lies behind one is refused whole.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from functools import cache
from typing import NamedTuple

from grader.sandbox.syscalls import ABSENT, MACHINES, REFUSED, X32, Machine

# What the kernel does with a call. The error numbers are Linux's: errno's are those of the machine this runs on.
ALLOW, KILL_PROCESS, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOSYS, EOPNOTSUPP = ERROR | 1, ERROR | 38, ERROR | 95

SIGKILL, SIGSTOP = 9, 19
CLONE_THREAD, CLONE_NEW = 0x10000, 0x7E020000  # all CLONE_NEW* flags that clone has
PRIO_PROCESS, IOPRIO_WHO_PROCESS = 0, 1

# Before Linux 6.2 Landlock lets whoever may read a file empty it by opening, and mode 3, which opens for neither
# reading nor writing, needs no right at all.
O_ACCMODE, O_TRUNC = 0o3, 0o1000
OPENING_REFUSED = (O_TRUNC, O_ACCMODE, O_ACCMODE | O_TRUNC)

PRCTL_REFUSED = (
    1, 4, 0x59616D61,  # PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_PTRACER
    8, 28, 47,         # PR_SET_KEEPCAPS, PR_SET_SECUREBITS, PR_CAP_AMBIENT
    22, 59,            # PR_SET_SECCOMP, PR_SET_SYSCALL_USER_DISPATCH
    35, 36, 62,        # PR_SET_MM, PR_SET_CHILD_SUBREAPER, PR_SCHED_CORE (marks other processes)
)  # fmt: skip

# Duplicates, flags, locks, and what only asks. F_SETOWN and F_SETSIG would send any signal to any process; F_SETLEASE
# and F_NOTIFY make others wait or watch them; F_SETPIPE_SZ takes memory that no limit counts.
FCNTL_ALLOWED = (0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 16, 36, 37, 38, 1025, 1030, 1032, 1034)

TERMINAL_REFUSED = (
    0x5412, 0x541C, 0x541D,  # TIOCSTI, TIOCLINUX, TIOCCONS: type for a person, or take what one reads
    0x540E, 0x5410, 0x5423,  # TIOCSCTTY, TIOCSPGRP, TIOCSETD: take a terminal, or load its kernel modules
)  # fmt: skip

MSG_OOB = 1  # bytes beside the line, which nobody here reads, and which the kernel has got wrong before
SO_PEERPIDFD = 77  # a descriptor of the grader's process

# By the second byte of the command. A file system answers these to whoever has opened a file for reading: its flags,
# its seal (verity), a new snapshot; a socket: who gets its signals (as F_SETOWN), and the network's interfaces;
# a process, what it is.
IOCTL_KIND = 0xFF00
IOCTL_KINDS_REFUSED = (ord("f") << 8, ord("X") << 8, ord("v") << 8, 0x89 << 8, 0xFF << 8)
BTRFS = 0x94 << 8  # and FICLONE, which a copy in Python 3.14 tries, so that it must hear of no such thing here


class Condition(NamedTuple):
    """What an argument's bits under a mask must be one of (`wanted`) or none of; else `answer` is the call's."""

    wanted: bool
    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    upper: bool = False
    """Whether it looks at the argument's upper 32 bits. The kernel ignores those of all but pointers and sizes."""

    answer: int = EPERM


def _one_of(argument: int, *values: int, **more: int) -> Condition:
    return Condition(True, argument, values, **more)


def _none_of(argument: int, *values: int, **more: int) -> Condition:
    return Condition(False, argument, values, **more)


def _rules(pid: int) -> dict[str, tuple[Condition, ...]]:
    """Return, by the names of calls, what must hold of their arguments."""
    return {
        "clone": (_one_of(0, CLONE_THREAD, mask=CLONE_THREAD | CLONE_NEW),),
        "kill tkill rt_sigqueueinfo": (_one_of(0, pid), _none_of(1, SIGKILL, SIGSTOP)),
        "tgkill rt_tgsigqueueinfo": (_one_of(0, pid), _none_of(2, SIGKILL, SIGSTOP)),
        "sched_setaffinity sched_setscheduler sched_setparam sched_setattr get_robust_list": (_one_of(0, 0, pid),),
        "setpriority": (_one_of(0, PRIO_PROCESS), _one_of(1, 0, pid)),
        "ioprio_set": (_one_of(0, IOPRIO_WHO_PROCESS), _one_of(1, 0, pid)),
        "prlimit64": (_one_of(0, 0, pid), _one_of(2, 0), _one_of(2, 0, upper=True)),
        "sendto recvfrom": (_none_of(3, MSG_OOB, mask=MSG_OOB),),
        "getsockopt": (_none_of(2, SO_PEERPIDFD),),
        "prctl": (_none_of(0, *PRCTL_REFUSED),),
        "fcntl": (_one_of(1, *FCNTL_ALLOWED),),
        "ioctl": (
            _none_of(1, *TERMINAL_REFUSED),
            _none_of(1, *IOCTL_KINDS_REFUSED, mask=IOCTL_KIND),
            _none_of(1, BTRFS, mask=IOCTL_KIND, answer=EOPNOTSUPP),
        ),
        "open": (_none_of(1, *OPENING_REFUSED, mask=O_ACCMODE | O_TRUNC),),
        "openat": (_none_of(2, *OPENING_REFUSED, mask=O_ACCMODE | O_TRUNC),),
    }


# The instructions of classic BPF that are needed here.
LOAD, MASK, JUMP, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06

OP = struct.Struct("<HBBI")

# Where the kernel puts a call for the filter to read: struct seccomp_data, little-endian.
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16

SET_MODE_FILTER, ALL_THREADS = 1, 1  # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC


class Op(NamedTuple):
    """An instruction. A jump goes on at the label `to`, a comparison if it holds, and else at the next instruction."""

    code: int
    value: int = 0
    to: str = ""


Code = list[Op | str]
"""Instructions, and the labels (strings) that stand before them."""


def supported() -> bool:
    """Say whether `install` knows this machine."""
    little_64_bit = sys.maxsize > 2**32 and sys.byteorder == "little"
    return sys.platform == "linux" and little_64_bit and platform.machine() in MACHINES


def install(pid: int) -> None:
    """Put this process, whose id it sees as `pid`, under the filter, or raise OSError. It must have no_new_privs set.

    A thread that runs already would stay outside, so that the kernel is asked to put all of them under it.
    """
    if not supported():
        raise OSError(errno.ENOSYS, f"no seccomp filter is known for {sys.platform} on {platform.machine()}")
    code = program(platform.machine(), pid)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    numbers = map(ctypes.c_ulong, (MACHINES[platform.machine()].numbers["seccomp"], SET_MODE_FILTER, ALL_THREADS))
    answer = libc.syscall(*numbers, ctypes.byref(_Program(len(code) // OP.size, code)))
    if answer > 0:
        raise OSError(errno.EBUSY, f"the seccomp filter was not installed: thread {answer} cannot be put under it")
    if answer:
        reason = ctypes.get_errno()
        raise OSError(reason, f"the seccomp filter was not installed: {os.strerror(reason)}")


class _Program(ctypes.Structure):
    """The kernel's struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def program(machine: str, pid: int) -> bytes:
    """Return the filter for a process with this id, as the kernel wants it: an array of struct sock_filter."""
    if machine not in MACHINES:
        raise ValueError(f"no seccomp filter is known for {machine!r}; there are {', '.join(MACHINES)}")
    if not 0 < pid < 2**31:
        raise ValueError(f"no process has the id {pid}")
    code = list(_by_number(machine))
    for names, conditions in _rules(pid).items():
        code += _decide(names, conditions)
    return _assemble(code)


@cache
def _by_number(machine: str) -> Code:
    """Return the part of the filter that is every process's; the zygote makes it once for all of its workers."""
    return [
        Op(LOAD, ARCHITECTURE),
        Op(EQUAL, MACHINES[machine].audit, to="expected architecture"),
        Op(RETURN, KILL_PROCESS),
        "expected architecture",
        Op(LOAD, NUMBER),
        *_search(_steps(MACHINES[machine], list(_rules(pid=1)))),
    ]


def _steps(machine: Machine, rules: list[str]) -> list[tuple[int, int | str]]:
    """Return what becomes of every number: (first number, an answer or a rule) pairs, ascending."""
    named = {name: EPERM for names in REFUSED.values() for name in names.split()}
    named |= {name: ENOSYS for name in ABSENT.split()}
    named |= {name: rule for rule in rules for name in rule.split()}
    fates = {number: ALLOW for numbers in machine.known for number in numbers}
    fates |= {number: named[name] for name, number in machine.numbers.items()}
    steps = []
    for number in range(max(fates) + 2):
        fate = fates.get(number, ENOSYS)
        if not steps or steps[-1][1] != fate:
            steps.append((number, fate))
    return [*steps, (X32, EPERM)] if machine.x32 else steps


def _search(steps: list[tuple[int, int | str]]) -> Code:
    """Return code that finds the step of the loaded number by halving, in eight comparisons."""
    if len(steps) == 1:
        fate = steps[0][1]
        return [Op(JUMP, to=fate) if isinstance(fate, str) else Op(RETURN, fate)]
    middle = len(steps) // 2
    first = steps[middle][0]
    here = f"from {first}"
    return [Op(AT_LEAST, first, to=here), *_search(steps[:middle]), here, *_search(steps[middle:])]


def _decide(rule: str, conditions: tuple[Condition, ...]) -> Code:
    """Return code that allows a call if all conditions hold."""
    code: Code = [rule]
    for place, condition in enumerate(conditions):
        met, found = f"{rule} {place} met", f"{rule} {place} found"
        code += [Op(LOAD, ARGUMENTS + 8 * condition.argument + 4 * condition.upper), Op(MASK, condition.mask)]
        code += [Op(EQUAL, value, to=found) for value in condition.values]
        refuse = Op(RETURN, condition.answer)
        code += [refuse, found] if condition.wanted else [Op(JUMP, to=met), found, refuse, met]
    return [*code, Op(RETURN, ALLOW)]


def _assemble(code: Code) -> bytes:
    """Return the machine code; a comparison that jumps too far is a struct.error."""
    places: dict[str, int] = {}
    ops: list[Op] = []
    for item in code:
        if isinstance(item, str):
            places[item] = len(ops)
        else:
            ops.append(item)
    packed = []
    for after, op in enumerate(ops, start=1):
        distance = places[op.to] - after if op.to else 0
        fields = (JUMP, 0, 0, distance) if op.code == JUMP else (op.code, distance, 0, op.value)
        packed.append(OP.pack(*fields))
    return b"".join(packed)
