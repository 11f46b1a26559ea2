"""Landlock: from now on this process opens the files that it is given leave to, and no others.

Numbers and structures are those of the kernel's include/uapi/linux/landlock.h. Landlock guards opening, making and
removing files; changing their mode, owner or times it does not see, so seccomp refuses that.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from grader.sandbox.kernel import syscall

# The same on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1

_WRITE_FILE, _READ_FILE, _READ_DIR, _REFER, _TRUNCATE, _IOCTL_DEV = (1 << bit for bit in (1, 2, 3, 13, 14, 15))
_FIRST_RIGHTS = (1 << 13) - 1
_LATER_RIGHTS = {2: _REFER, 3: _TRUNCATE, 5: _IOCTL_DEV}
_FILE_RIGHTS = 1 | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_TCP = 0b11  # bind, connect: version 4
_SCOPES = 0b11  # abstract sockets, signals: version 6


def version() -> int:
    """Return the version of Landlock that the kernel has; OSError where it has none."""
    return syscall("Landlock", _CREATE_RULESET, None, 0, _VERSION_FLAG)


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Let this thread read what lies under these paths, change what lies under those, and open nothing else.

    Needs no_new_privs, or a capability. What is open already stays open.
    """
    found = version()
    rights = _FIRST_RIGHTS | sum(right for since, right in _LATER_RIGHTS.items() if found >= since)
    words = [rights, *([_TCP] if found >= 4 else []), *([_SCOPES] if found >= 6 else [])]
    attributes = struct.pack(f"={len(words)}Q", *words)
    ruleset = syscall("Landlock's rules", _CREATE_RULESET, ctypes.c_char_p(attributes), len(attributes), 0)
    try:
        for path in readable:
            _allow(ruleset, path, (_READ_FILE | _READ_DIR) & rights)
        for path in writable:
            _allow(ruleset, path, rights & ~_REFER & ~1)
        syscall("Landlock", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            rights &= _FILE_RIGHTS
        rule = struct.pack("=Qi", rights, place)
        syscall(f"Landlock's rule for {path}", _ADD_RULE, ruleset, _PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(place)
