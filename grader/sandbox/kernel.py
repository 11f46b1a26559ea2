"""Calls into Linux that Python has no function for. What a jail is made of works or raises; it never fails unheard."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_MADV_COLLAPSE, _LARGE_PAGE = 25, 2 << 20
_CAPABILITY_VERSION_3 = 0x20080522
_CAPSET = {"x86_64": 126, "aarch64": 91}


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _worked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(what: str, number: int, *arguments: object) -> int:
    """Make a system call by its number; OSError names `what` it was for."""
    longs = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return _worked(_libc().syscall(ctypes.c_long(number), *longs), what)


def unshare(flags: int) -> None:
    """Leave the namespaces of these CLONE_NEW flags for new ones."""
    _worked(_libc().unshare(flags), "new namespaces")


def mount(kind: str, place: str, flags: int, options: str = "") -> None:
    """Mount a file system of this kind at `place`; with MS_REC | MS_PRIVATE, only cut what is there off from outside."""
    arguments = [kind.encode(), place.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()]
    _worked(_libc().mount(*arguments), f"mounting {place}")


def gather_memory() -> None:
    """Lay this process's own memory out in large pages, of which a fork has one to copy in the place of 512 small ones.

    What cannot be (before Linux 6.1, or where a piece of memory is not filled) stays as it is.
    """
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        addresses, mode, _, _, file, *name = line.split()
        if mode.startswith("rw") and file == "0" and name in ([], ["[heap]"]):
            start, end = (int(address, 16) for address in addresses.split("-"))
            start, end = -(-start // _LARGE_PAGE) * _LARGE_PAGE, end // _LARGE_PAGE * _LARGE_PAGE
            if start < end:
                _libc().madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_COLLAPSE)


def _prctl(what: str, option: int, value: int) -> None:
    _worked(_libc().prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)), what)


def die_with_parent(signal: int) -> None:
    """Have this process get `signal` when the thread that forked it ends."""
    _prctl("dying with the parent", _PR_SET_PDEATHSIG, signal)


def hide_memory() -> None:
    """Keep processes of the same user from looking into this one's memory and environment."""
    _prctl("hiding the memory", _PR_SET_DUMPABLE, 0)


def adopt_orphans() -> None:
    """Become the parent of this process's grandchildren whose parents end."""
    _prctl("adopting orphans", _PR_SET_CHILD_SUBREAPER, 1)


def forbid_new_privileges() -> None:
    """Let no program that is ever run from here gain a privilege."""
    _prctl("no new privileges", _PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities(machine: str) -> None:
    """Give up every capability, for good."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    syscall("dropping capabilities", _CAPSET[machine], header, nothing)
