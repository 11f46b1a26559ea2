"""The arena of the attacks: a small course full of secrets, and everything an attacker would like to know of it.

An attack is a file handed in. It may know every path, port and process number, as a real attacker could guess them,
and it says what became of each thing that it tried: "held" or "BROKE".
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from textwrap import dedent
from typing import Any

import click

from grader import catalogue
from grader.collect import as_submission
from grader.intake.records import HandedIn
from grader.records import LANGUAGES, Result, Submission
from grader.report import html
from grader.run import grade
from grader.sandbox.launch import Launcher
from grader.transcript import transcript

from ..living import descendants

HURRY = 2.0
"""Seconds that each check, and each load, of a hurried attack gets."""

HONEST = """
def double(x):
    return x * 2

def triple(x):
    return x * 3
"""

PRELUDE = """
import ctypes, errno, gc, os, signal, socket, stat, sys, threading, time

LIBC = ctypes.CDLL(None, use_errno=True)

def attempt(what, action):
    "Try to do what must not be possible, and say how it went."
    try:
        got = action()
    except NameError as error:
        print("BROKE", what, "by a mistake of the attack's own:", error)
    except BaseException as error:
        print("held", what, type(error).__name__, getattr(error, "errno", ""))
    else:
        print("BROKE", what, repr(got)[:300])

def syscall(number, *arguments):
    "A system call by number; OSError where the kernel refuses it."
    result = LIBC.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def libc(name, *arguments):
    "A function of the C library that answers -1 where it fails."
    result = getattr(LIBC, name)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result

def read(path):
    with open(path, "rb") as stream:
        return stream.read(4096)

def some(found):
    "What was found; nothing found is no success."
    if not found:
        raise LookupError("nothing")
    return found

def unrefused(action):
    "Raise only if the system refused the action; another error shows that it came to be considered."
    try:
        return action()
    except PermissionError:
        raise
    except OSError as error:
        if error.errno == errno.ENOSYS:
            raise
        return error

def grader_line():
    "The socket to the grader."
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            pass
"""

CHECKS = {
    "exercises/exercise01_arena/test_exercise01.py": """
        import torch
        from grader.checks import close, hint, points, time_limit


        @points(4)
        @time_limit(8)
        @hint("Twice.", ko="두 배.")
        def test_double_public(student, device, draw):
            draw.curve(torch.ones(2), torch.ones(2))  # a picture keeps what was printed, even if the check passes
            close(student.double(torch.ones(2)), torch.full((2,), 2.0))
    """,
    "tests/checks/exercise01_arena/test_exercise01.py": """
        # SECRET
        import torch
        from grader.checks import close, hint, points, time_limit


        @points(3)
        @time_limit(8)
        @hint("Twice.", ko="두 배.")
        def test_double_hidden(student, reference, device, rng):
            x = torch.randn(3, 2, generator=rng)
            close(student.double(x), reference.double(x.double()), like=x)


        @points(3)
        @time_limit(8)
        @hint("Thrice.", ko="세 배.")
        def test_triple_hidden(student, reference, device, rng):
            x = torch.randn(4, generator=rng)
            close(student.triple(x), reference.triple(x.double()), like=x)
    """,
}  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One hostile or clumsy file.

    `source` follows PRELUDE and HONEST, so it replaces only the functions that it defines. `score` is the mark that it
    deserves. `tries`: it calls `attempt` in the public check, where what it prints is kept. `breaks_c`: at level C,
    where nothing holds it, one of these attempts works; that shows that the attempt is a real one.
    """

    name: str
    source: str = ""
    score: float = 10.0
    tries: bool = True
    breaks_c: bool = False
    outcomes: dict[str, str] = field(default_factory=dict)
    """The outcome of each check named here."""
    levels: str = "AB"
    """Where the attack means something."""
    cells: tuple[str, ...] = ()
    """It is a notebook, and these cells follow the source."""
    beside: dict[str, Any] = field(default_factory=dict)
    """What each code cell of the notebook has besides its code, and the notebook besides its cells."""
    just_in_time: bool = False
    """It takes a little less than HURRY for each answer."""

    @property
    def hurried(self) -> bool:
        """Whether it is to meet the end of its time; all others have so much that a slow machine changes no mark."""
        return self.just_in_time or "timed_out" in self.outcomes.values()


def losing_double(how: str) -> dict[str, Any]:
    """The facts of an attack whose `double` never answers, in this way, and whose `triple` is right."""
    outcomes = {"test_double_public": how, "test_double_hidden": how, "test_triple_hidden": "passed"}
    return {"score": 3.0, "tries": False, "outcomes": outcomes}


class Arena:
    """A course of one exercise, whose every hidden place holds a secret."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.token = f"secret-{secrets.token_hex(8)}"
        self.outside = folder / "outside"
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        reference = f"# {self.token}\n{HONEST}"
        places = {
            "pyproject.toml": "[tool.grade]\n",
            "exercises/exercise01_arena/README.md": "# Arena\n",
            "exercises/exercise01_arena/README.ko.md": "# 경기장\n",
            "exercises/exercise01_arena/exercise01.py": "def double(x):\n    raise NotImplementedError\n",
            "solutions/exercise01_arena/exercise01.py": reference,
            "tests/checks/exercise01_arena/oracle.py": reference,
            "home/.netrc": self.token,
            "out/grades.db": f"student,score\nkim,7\n{self.token}\n",
            "outside/kept": self.token,
            **{name: dedent(text).replace("SECRET", self.token) for name, text in CHECKS.items()},
        }
        for name, text in places.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        self.hidden = [str(folder / name) for name, text in places.items() if self.token in text]

    def source(self, attack: Attack) -> str:
        """The whole file that the attacker hands in."""
        known = {"SECRETS": self.hidden, "OUTSIDE": str(self.outside), "PORT": self.port, "GRADER": os.getpid(),
                 "COURSE": str(self.folder)}  # fmt: skip
        facts = "".join(f"{name} = {value!r}\n" for name, value in known.items())
        return PRELUDE + facts + HONEST + dedent(attack.source)

    def submission(self, attack: Attack) -> Submission:
        """What the attacker hands in: a file, or a notebook as Jupyter would save it."""
        if not attack.cells:
            return Submission(label="exercise01.py", student="", source=self.source(attack))
        codes = (self.source(attack), *map(dedent, attack.cells))
        cells = [{"cell_type": "code", "source": code, **attack.beside} for code in codes]
        content = json.dumps({"nbformat": 4, "cells": cells, **attack.beside}).encode()
        return as_submission(HandedIn(PurePosixPath("exercise01.ipynb"), content, None), "")

    def grade(self, launcher: Launcher, *attacks: Attack) -> list[Result]:
        """Grade what these attackers hand in, in one session."""
        results: list[Result] = []
        grade(catalogue.find("1"), [*map(self.submission, attacks)], launcher, results.append, seed=1)
        return results

    def tree(self) -> dict[str, tuple]:
        """Everything in the course's folder as it lies there: its bytes, mode, owner and time."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            facts = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            found[str(path)] = (facts.st_mode, facts.st_uid, facts.st_gid, content)
            if path.is_file():
                found[str(path)] += (facts.st_mtime_ns, facts.st_nlink)
        return {name: facts for name, facts in found.items() if "__pycache__" not in name}

    def settled_processes(self, wanted: int = 10**6) -> int:
        """How many processes live under this one, once there are no more than `wanted`, or after some seconds."""
        deadline = time.monotonic() + 5
        while (count := len(descendants(os.getpid()))) > wanted and time.monotonic() < deadline:
            time.sleep(0.02)
        return count

    def visitors(self) -> int:
        """How many connections the listener got."""
        count = 0
        while True:
            try:
                self.listener.accept()[0].close()
                count += 1
            except BlockingIOError:
                return count


def said(result: Result) -> str:
    """What the file printed while its public checks ran."""
    return "".join((check.details or {}).get("output", "") for check in result.checks)


def shown(result: Result) -> list[str]:
    """All that a student could be shown of a result: the record, and the pages and transcripts made of it."""
    pages = [html(result, "en"), *(transcript(result, None, language) for language in LANGUAGES)]
    # the colours of a transcript are the grader's own
    return [json.dumps(result.as_record()) + str(result.message), *map(click.unstyle, pages)]
