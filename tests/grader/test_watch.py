"""`grade watch`: a real process, a real file that is saved as editors save, and what comes out."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..living import descendants
from .terminal import GRADE, NAME, SOLUTION, STUB, assert_one_line, environment, grade, small_course, until, written

WAITING = "waiting for the next save (Ctrl-C ends)"
RIGHT = "3.5 of 3.5 points"
NOTHING = "0 of 3.5 points"
TOTAL = " of 3.5 points"


class Watching:
    """`grade watch exercise03` in a course of its own, and the lines that it has said."""

    def __init__(self, home: Path, *words: str, **more: str):
        self.file, self.report = home / "exercise03.py", home / "exercise03.html"
        self.process = subprocess.Popen(
            [str(GRADE), "watch", "3", *words], cwd=home, env=environment(**more), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: [self.lines.put(line) for line in self.process.stdout], daemon=True).start()

    def hear(self, words: str) -> str:
        """Wait for a line with these words, and return all that was said up to it."""
        said = ""
        while words not in said:
            said += self.lines.get(timeout=120)
        return said

    def leave(self) -> int:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)


def started(home: Path) -> Watching:
    """Return a watch that has graded the stub, and waits."""
    (small_course(home) / "exercise03.py").write_bytes(STUB.read_bytes())
    watch = Watching(home, TMPDIR=str(home))
    assert NOTHING in watch.hear(WAITING)
    return watch


@pytest.fixture(scope="module")
def one(tmp_path_factory) -> Iterator[Watching]:
    watch = started(tmp_path_factory.mktemp("course"))
    yield watch
    assert watch.leave() == 130, "Ctrl-C ends it"
    assert not list(watch.file.parent.glob("grade-*")), "nothing is left behind"


@pytest.fixture
def watching(one, request) -> Watching:
    """The watch, once it has graded a stub again and waits."""
    in_place(one.file, STUB.read_bytes() + f"# {request.node.name}\n".encode())
    assert NOTHING in one.hear(WAITING)
    return one


def in_place(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def by_rename(file: Path, content: bytes) -> None:
    file.with_suffix(".tmp").write_bytes(content)
    os.replace(file.with_suffix(".tmp"), file)


def by_backup(file: Path, content: bytes) -> None:
    """As vim does: the old file is moved away, then a new one is made."""
    os.replace(file, file.with_suffix(".py~"))
    time.sleep(0.05)
    file.write_bytes(content)


def in_two_steps(file: Path, content: bytes) -> None:
    """As over a slow network: the file is emptied, and filled later."""
    with file.open("wb") as stream:
        stream.flush()
        time.sleep(0.05)
        stream.write(content)


@pytest.mark.parametrize("save", [in_place, by_rename, by_backup, in_two_steps])
def test_each_way_to_save_is_graded_once(save: Callable[[Path, bytes], None], watching):
    save(watching.file, SOLUTION.read_bytes())
    said = watching.hear(WAITING)
    assert RIGHT in said and said.count(TOTAL) == 1
    assert "public checks: 7 of 7" in said and "grade: " not in said


def test_the_report_and_the_last_score_follow(watching):
    before = watching.report.read_text("utf-8")
    in_place(watching.file, SOLUTION.read_bytes())
    watching.hear(WAITING)
    assert watching.report.read_text("utf-8") != before
    assert grade("list", cwd=watching.file.parent).out.endswith("3.5 of 3.5 (public)\n")


BROKEN = {
    "def sigmoid(z:\n": "was never closed",
    "import os\n\n\ndef sigmoid(z):\n    os._exit(3)\n": "ended the whole program (exit status 3)",
    "raise SystemExit\n": "the file stops before its end: raised SystemExit",
    "": "exercise03.py is empty",
    "x = '\0'\n": "holds null bytes",
}


def test_it_survives_whatever_is_saved(watching):
    for source, words in BROKEN.items():
        in_place(watching.file, source.encode())
        assert words in watching.hear(WAITING)
    in_place(watching.file, SOLUTION.read_bytes())
    assert RIGHT in watching.hear(WAITING)


def test_a_save_while_code_runs_is_graded_next(watching):
    in_place(watching.file, b"import ctypes, time\n\nctypes.CDLL(None).prctl(15, b'running', 0, 0, 0)\ntime.sleep(2)\n")
    until(lambda: "S running" in descendants(watching.process.pid).values())
    in_place(watching.file, SOLUTION.read_bytes())
    assert NOTHING in watching.hear(WAITING)
    assert RIGHT in watching.hear(WAITING)


def test_a_file_that_is_taken_away_is_said_and_waited_for(watching):
    watching.file.unlink()
    assert "grade: exercise03.py is gone" in watching.hear("gone")
    in_place(watching.file, SOLUTION.read_bytes())
    assert RIGHT in watching.hear(WAITING)


def test_saving_the_same_again_is_no_news(watching):
    for save in (in_place, by_rename):
        save(watching.file, watching.file.read_bytes())
    in_place(watching.file, SOLUTION.read_bytes())
    said = watching.hear(WAITING)
    assert RIGHT in said and said.count(TOTAL) == 1


def test_new_checks_are_not_passed_over(tmp_path):
    watch = started(tmp_path)
    checks = tmp_path / "exercises" / NAME / "test_exercise03.py"
    checks.write_text(checks.read_text("utf-8") + "\n", encoding="utf-8")
    in_place(watch.file, SOLUTION.read_bytes())
    assert "the checks of exercise03 have changed; start again" in watch.hear("changed")
    assert watch.process.wait(60) == 2


def test_a_file_that_is_not_there_cannot_be_watched(tmp_path):
    done = grade("watch", "3", "gone.py", cwd=tmp_path)
    assert_one_line(done)
    assert "no file gone.py" in done.err


def test_a_terminal_is_cleared_between_runs_and_a_pipe_never(tmp_path):
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    home = small_course(tmp_path)
    (home / "exercise03.py").write_text(written("sigmoid"), encoding="utf-8")
    ours, theirs = pty.openpty()
    running = subprocess.Popen([str(GRADE), "watch", "3"], cwd=home, env=environment(TERM="xterm"), stdin=theirs,
                               stdout=theirs, stderr=theirs, start_new_session=True)  # fmt: skip
    os.close(theirs)
    shown = ""
    while WAITING not in shown:
        shown += os.read(ours, 4096).decode()
    assert "\x1b[2J" not in shown
    in_place(home / "exercise03.py", SOLUTION.read_bytes())
    while RIGHT not in shown:
        shown += os.read(ours, 4096).decode()
    assert shown.count("\x1b[2J") == 1
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(60) == 130
    os.close(ours)
