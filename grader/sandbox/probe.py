"""Which of the sandbox's levels hold on this machine, why the others do not, and what to do about it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.i18n import both
from grader.records import Text
from grader.sandbox import bubble, landlock, launch, seccomp, tree


@dataclass(frozen=True)
class Finding:
    """One level: None as `problem` where it holds; else why not, and what helps."""

    level: str
    problem: Text | None
    advice: tuple[Text, ...] = ()


def findings() -> list[Finding]:
    """Try levels A and B, by really starting a worker at each; C needs no trial."""
    found = []
    for level in launch.STRANGERS:
        problem = _problem(level)
        found.append(Finding(level, problem, tuple(_advice(level)) if problem else ()))
    return [*found, Finding("C", None)]


def _problem(level: str) -> Text | None:
    try:
        launcher = launch.start(level)
    except launch.NoSandbox as none:
        return none.problems[level]
    try:
        return launcher.level and None
    except launch.NoSandbox as none:
        return none.problems[level]
    finally:
        launcher.close()


def _advice(level: str) -> list[Text]:
    """Return what to do about each circumstance of this machine that is known to stand in a level's way."""
    if not seccomp.supported():
        return [both("levels A and B are for Linux on x86-64 and aarch64; practice at level C works everywhere")]
    found = []
    private = _private_folder()
    if private is not None:
        found.append(both("{folder} lets nobody in but its owner, and Python or torch lies in it: let the owner grade, or "
                          "install Python and this course where everybody may read", folder=private))  # fmt: skip
    if not _has_landlock():
        found.append(both("the kernel has no Landlock: it needs Linux 5.13 or newer, and landlock among the security "
                          "modules that are started (boot option lsm=landlock,...)"))  # fmt: skip
    return found + (_advice_on_namespaces() if level == "A" else [])


def _advice_on_namespaces() -> list[Text]:
    found = []
    if bubble.program() is None:
        found.append(both("install bubblewrap: sudo apt-get install bubblewrap, or pip install 'torchgrade[bubblewrap]'"))
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        found.append(both("AppArmor keeps programs from making user namespaces (Ubuntu 23.10 and newer): allow it to {bwrap} "
                          "by a profile with `userns,` in /etc/apparmor.d (SECURITY.md has one to copy)",
                          bwrap=bubble.program() or "bwrap"))  # fmt: skip
    if "0" in (_setting("user/max_user_namespaces"), _setting("kernel/unprivileged_userns_clone")):
        found.append(both("user namespaces are switched off: sudo sysctl user.max_user_namespaces=10000, and on Debian "
                          "kernel.unprivileged_userns_clone=1"))  # fmt: skip
    if _is_in_container():
        found.append(both("this is a container whose seccomp profile forbids new namespaces: start it with "
                          "--security-opt seccomp=unconfined (SECURITY.md tells what else Docker needs)"))  # fmt: skip
    return found


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _has_landlock() -> bool:
    try:
        return landlock.version() > 0
    except OSError:
        return False


def _is_in_container() -> bool:
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        return any(line.split() == ["Seccomp:", "2"] for line in status)


def _private_folder() -> str | None:
    """Return a folder on the way to what workers read that somebody else keeps to himself; None where there is none.

    A worker has none of root's power to look into everything.
    """
    for path in (*tree.readable(), sys.prefix):
        for folder in Path(os.path.realpath(path)).parents:
            facts = folder.stat()
            if facts.st_uid != os.getuid() and not facts.st_mode & 0o001:
                return str(folder)
    return None
