"""Who runs the course: the user at hand and, where that is root, somebody with no power at all.

The .venv of a checkout is often built on an interpreter in a home that nobody else may enter. So whoever has no power
gets a second virtual environment, of an interpreter that everybody may run, which borrows this one's packages.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
COURSE = ("grader", "exercises", "solutions", "tests", "templates", "locale")
VERSION = "{}.{}".format(*sys.version_info)
NOBODY = 65534

PLACE = tempfile.gettempdir()

READ_ALL = """
import os, sys

def refuse(error):
    raise error

for place in sys.argv[1:]:
    for folder, _, names in os.walk(place, onerror=refuse):
        for name in names:
            open(os.path.join(folder, name)).close()
"""

TELL_LEVELS = """
import json
from grader.sandbox import probe
print(json.dumps({found.level: found.problem and found.problem.en for found in probe.findings()}))
"""


class Unavailable(Exception):
    """What stands in the way of an account without power."""


@dataclass(frozen=True)
class Account:
    """A user with a Python that has torch, and a checkout."""

    name: str
    python: str
    checkout: Path
    environment: dict[str, str]
    identity: dict[str, Any] = field(default_factory=dict)
    """Popen's words for becoming this user."""

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start Python with these words, in the checkout; what it prints comes by a pipe."""
        options = {"cwd": self.checkout, "env": self.environment, "text": True, **self.identity, **options}
        return subprocess.Popen([self.python, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **options)

    def run(self, *words: str, seconds: float = 120, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run Python with these words, and return all that it printed."""
        with self.start(*words, stderr=subprocess.PIPE, **options) as process:
            try:
                printed, complaints = process.communicate(timeout=seconds)
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(words, process.returncode, printed, complaints)

    def problems(self) -> dict[str, str | None]:
        """Why each level does not hold for this user; None for one that does."""
        found = self.run("-c", TELL_LEVELS)
        if found.returncode:
            raise Unavailable(_last_line(found.stderr))
        return json.loads(found.stdout)


def at_hand() -> Account:
    """The account that this process runs under."""
    return Account("root" if os.geteuid() == 0 else "this user", sys.executable, CHECKOUT, dict(os.environ))


@contextmanager
def unprivileged() -> Iterator[Account]:
    """An account without power, whose environment is gone afterwards; Unavailable where there can be none."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise Unavailable("only root can become another user")
    umask = os.umask(0o022)
    try:
        with tempfile.TemporaryDirectory(prefix="grade-nobody-", dir=PLACE) as folder:
            yield _settled(Path(folder))
    finally:
        os.umask(umask)


def _settled(folder: Path) -> Account:
    """Lay out a home, a virtual environment and, if need be, a copy of the checkout in this folder."""
    folder.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    environment = {"PATH": os.defpath, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8"}
    identity = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "umask": 0o022}
    visitor = Account("nobody", "", Path("/"), environment, identity)
    base = replace(visitor, python=_interpreter(visitor))

    readable = base.run("-c", READ_ALL, *(str(CHECKOUT / name) for name in COURSE)).returncode == 0
    checkout = CHECKOUT if readable else _copied(folder / "checkout")
    packages = sysconfig.get_path("purelib")
    subprocess.run([base.python, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    Path(folder, f"venv/lib/python{VERSION}/site-packages/borrowed.pth").write_text(f"{packages}\n{checkout}\n")
    account = replace(visitor, python=str(folder / "venv/bin/python"), checkout=checkout)
    tried = account.run("-c", "import numpy, pytest, torch, grader")
    if tried.returncode:
        raise Unavailable(f"another user cannot use the packages in {packages}: {_last_line(tried.stderr)}")
    return account


def _interpreter(visitor: Account) -> str:
    """Return an interpreter like this one that the visitor can run: tried, not guessed."""
    places = [os.path.realpath(sys.executable)]
    places += [os.path.join(folder, f"python{VERSION}") for folder in (*os.get_exec_path(), "/usr/local/bin", "/usr/bin")]
    question = "import ctypes, sys, venv; print(*sys.version_info[:2], sep='.')"
    for place in dict.fromkeys(places):
        try:
            if replace(visitor, python=place).run("-I", "-c", question).stdout.strip() == VERSION:
                return place
        except OSError:
            continue  # it is not there, or is not for everybody
    raise Unavailable(f"there is no Python {VERSION} here that another user can run")


def _copied(place: Path) -> Path:
    """Copy what git has of the checkout, or would take, to where everybody may read it."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=False)
    if listed.returncode:
        raise Unavailable(f"{CHECKOUT} is private, and git cannot list it: {_last_line(listed.stderr.decode())}")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (CHECKOUT / name).is_file():  # it may have been deleted
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CHECKOUT / name, place / name)
    return place


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["-"])[-1]
