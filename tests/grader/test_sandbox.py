"""Student code misbehaves in its process: each way gives one clear line, and nothing else happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest
import torch

from grader.errors import GradingFault
from grader.sandbox import launch, wire
from grader.sandbox.broker import Worker, WorkerLost
from grader.sandbox.proxy import Student
from grader.sandbox.replies import StudentError
from grader.sandbox.shown import repr_of
from grader.sandbox.sides import Seat

from ..living import descendants
from .conftest import submission
from .terminal import gone, until

BACKDOOR = """
import os, socket, sys, threading, time, ctypes

def line():
    "The socket to the grader: the only one that this process has."
    for number in range(3, 64):
        try:
            return socket.socket(fileno=os.dup(number))
        except OSError:
            pass
"""

ENDS = {
    "os._exit(3)": ("crashed", "ended the whole program (exit status 3)"),
    "ctypes.string_at(0)": ("crashed", "crashed the whole program (SIGSEGV)"),
    "os.abort()": ("crashed", "crashed the whole program (SIGABRT)"),
    "os.closerange(3, 256); time.sleep(60)": ("crashed", "cut its line to the grader"),
    "line().sendall(b'nonsense, and more than sixteen bytes of it'); time.sleep(60)": (
        "crashed", "its answer could not be read (bad frame)"),
    "line().sendall(b'tgw1' + bytes([255]) * 12); time.sleep(60)": (
        "crashed", "its answer could not be read (bad frame)"),
    "line().sendall(b'tgw1'); time.sleep(60)": ("timed_out", "took longer than 1 s and was stopped"),
    "list(iter(int, 1))": ("timed_out", "took longer than 1 s and was stopped"),
    "sum(iter(int, 1))": ("timed_out", "took longer than 1 s and was stopped"),
    "__import__('re').match('(a+)+$', 'a' * 60 + 'b')": ("timed_out", "took longer than 1 s and was stopped"),
}  # fmt: skip


@pytest.mark.parametrize("code", ENDS, ids=lambda code: code.split("(")[0][-20:])
def test_the_end_of_a_worker_is_told_in_one_line(seat, code):
    here = seat(BACKDOOR + f"def f():\n    {code}\n")
    here.begin(1.0)
    with pytest.raises(WorkerLost) as lost:
        Student(here.ask).f()
    outcome, words = ENDS[code]
    assert (lost.value.outcome, lost.value.text.en) == (outcome, words)
    assert lost.value.text.ko != words


def test_a_slow_drip_of_bytes_does_not_stretch_the_time_limit(seat):
    here = seat(BACKDOOR + "def f():\n    while True:\n        line().send(b't'); time.sleep(0.05)\n")
    here.begin(0.5)
    began = time.monotonic()
    with pytest.raises(WorkerLost):
        Student(here.ask).f()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("number", ["0", "7", "-1", "'x'", "None"])
def test_an_answer_to_nothing_that_was_asked_is_refused(seat, number):
    forged = f"""
from grader.sandbox.encode import encode
def f():
    line().sendall(encode({{"id": {number}, "value": 42, "output": "", "warnings": [], "uses": []}}))
    time.sleep(60)
"""
    here = seat(BACKDOOR + forged)
    here.begin(1.0)
    with pytest.raises(WorkerLost, match="a reply to nothing that was asked"):
        Student(here.ask).f()


def test_a_thread_that_answers_for_the_main_one_costs_the_check_that_it_answers(seat):
    here = seat(BACKDOOR + """
from grader.sandbox.encode import encode

def answer_soon():
    time.sleep(0.2)
    line().sendall(encode({"id": 1, "value": 42}))

def f():
    threading.Thread(target=answer_soon, daemon=True).start()
    return 1

def g():
    return 2
""")  # fmt: skip
    student = Student(here.ask)
    here.begin(5.0)
    assert student.f() == 1
    time.sleep(0.5)
    with pytest.raises(WorkerLost, match="a reply that was not asked for"):
        student.g()
    here.begin(5.0)
    assert student.g() == 2, "the next check gets a fresh worker"


@pytest.mark.parametrize("reply", [
    "{'id': n, 'value': 1, 'output': 5, 'warnings': [], 'uses': []}",
    "{'id': n, 'output': '', 'warnings': [1], 'uses': []}", "{'id': n, 'output': '', 'warnings': [], 'uses': [['a', 'b']]}",
    "{'id': n, 'error': 3, 'output': '', 'warnings': [], 'uses': []}",
    "{'id': n, 'error': {'types': 'x', 'message': '', 'frames': []}, 'output': '', 'warnings': [], 'uses': []}",
    "{'id': n, 'error': {'types': [], 'message': '', 'frames': [[1]]}, 'output': '', 'warnings': [], 'uses': []}",
])  # fmt: skip
def test_a_forged_reply_of_the_wrong_form_is_a_wire_error(seat, reply):
    """The student has found the request's number on the stack and answers in the worker's place."""
    here = seat(BACKDOOR + f"""
from grader.sandbox.encode import encode
def f():
    frame = sys._getframe()
    while "request" not in frame.f_locals:
        frame = frame.f_back
    n = frame.f_locals["request"]["id"]
    line().sendall(encode({reply}))
    time.sleep(60)
""")  # fmt: skip
    here.begin(1.0)
    with pytest.raises(wire.WireError):
        Student(here.ask).f()


FORGED = """
from grader.sandbox.encode import encode
from grader.sandbox.wire import Build, Generator
def f(values):
    frame = sys._getframe()
    while "request" not in frame.f_locals:
        frame = frame.f_back
    n = frame.f_locals["request"]["id"]
    line().sendall(encode({{"id": n, "value": 1, "output": "", "warnings": [], "uses": []}} | {fields}))
    time.sleep(60)
"""


@pytest.mark.parametrize("fields", [
    "{'value': Build('1')}", "{'value': [[Build('1')]]}", "{'value': Generator(1)}", "{'changed': (([Build('1')],), {})}",
])  # fmt: skip
def test_a_reply_cannot_have_the_grader_make_anything(seat, fields):
    """A helper's source would be evaluated wherever the check hands the answer on to the reference."""
    here = seat(BACKDOOR + FORGED.format(fields=fields))
    here.begin(1.0)
    with pytest.raises(WorkerLost, match="its answer could not be read"):
        Student(here.ask).f([1])


def test_a_reply_cannot_change_the_checks_values_unasked(seat):
    """Else the reference is asked about the student's inputs."""
    here = seat(BACKDOOR + FORGED.format(fields="{'changed': (([0],), {})}"))
    here.begin(1.0)
    values = [1]
    with pytest.raises(wire.WireError, match="nobody asked for"):
        Student(here.ask).f(values)
    assert values == [1]


def test_an_object_of_one_side_means_nothing_on_another(seat):
    here, there = seat("def f(): return object"), seat("def g(x): return x")
    handle = Student(here.ask).f()
    with pytest.raises(TypeError, match="kept on another side"):
        Student(there.ask).g(handle)


@pytest.mark.parametrize("answer", ["bytes(2**25)", "'x' * 2**19", "[bytes(2**20)] * 20", "{i: 'x' * 500 for i in range(1999)}"])
def test_a_large_answer_is_described_shortly(seat, answer):
    got = Student(seat(f"def f(): return {answer}").ask).f()
    assert len(repr_of(got)) <= 203


def test_an_exception_is_cut_here_whatever_the_worker_says(seat):
    error = "{'error': {'types': ['x' * 9999] * 20, 'message': 'x' * 99999, 'frames': [[10**1000, 'f'], [3, 'f']] * 50}}"
    here = seat(BACKDOOR + FORGED.format(fields=error))
    here.begin(1.0)
    with pytest.raises(StudentError) as caught:
        Student(here.ask).f([1])
    assert len(str(caught.value)) < 5000
    assert set(caught.value.lines) == {(3, "f")}


def test_what_is_raised_in_the_code_comes_back_with_its_line(seat):
    here = seat("""
        import sys
        class Odd(Exception):
            def __str__(self):
                raise RuntimeError
        def leaves(): sys.exit()
        def interrupts(): raise KeyboardInterrupt
        def odd(): raise Odd
        def shouts(): raise ValueError("x" * 50_000_000)
        def deep(n=0): return deep(n + 1)
        def inner():
            return [1][5]
        def outer():
            return inner()
    """)
    student = Student(here.ask)

    def error(function):
        with pytest.raises(StudentError) as caught:
            function()
        return caught.value

    assert error(student.leaves).type_name == "SystemExit"
    assert error(student.interrupts).type_name == "KeyboardInterrupt"
    assert error(student.odd).message == "(its message cannot be read)"
    assert len(error(student.shouts).message) == 2000
    assert error(student.deep).type_name == "RecursionError"
    assert error(student.outer).lines == [(14, "outer"), (12, "inner")]
    said, meaning = error(student.outer).text.en.split("\n")
    assert said == "raised IndexError: list index out of range (line 12, in inner)"
    assert meaning.startswith("this means: indices count from 0")
    assert error(student.missing).text.en == "the file defines no missing"


def test_a_gigabyte_of_prints_is_cut_and_counted(seat):
    here = seat("""
        def f():
            text = "x" * 2**20
            for _ in range(1024):
                print(text)
            return 1
    """)
    reply = here.ask("call", target=None, name="f", args=(), kwargs={}, device=None, banned=[], keep=False)
    assert reply["value"] == 1
    assert len(reply["output"]) < 70_000
    assert "1073677312 more characters" in reply["output"].replace(",", "")


@pytest.mark.parametrize("code", ["print('x' * 2**30)", "sys.stdout.write('x' * 2**30)", "os.write(1, b'x' * 2**30)"])
def test_a_gigabyte_at_once_is_nothing_special(seat, code):
    here = seat(f"import os, sys\ndef f():\n    {code}\n    return 1\n")
    assert Student(here.ask).f() == 1


@pytest.mark.parametrize("code", ["bytearray(2**40)", "torch.ones(2**33)", "[bytearray(2**26) for _ in range(4096)]"])
def test_memory_has_a_limit_that_is_the_students(seat, code):
    here = seat(f"import torch\ndef f(): return len({code})\n")
    with pytest.raises(StudentError) as caught:
        Student(here.ask).f()
    assert caught.value.type_name in ("MemoryError", "RuntimeError")
    assert Student(here.ask).f.name == "f"


def test_an_answer_that_is_too_large_is_told_so(seat):
    here = seat("def f(): return [[0] * 1000] * 1000")
    with pytest.raises(StudentError) as caught:
        Student(here.ask).f()
    assert caught.value.text.en == "the answer is too large, or nested too deeply, to be read"


@pytest.mark.parametrize("code", [
    "os.kill(os.getppid(), 9)", "os.kill(os.getpid(), 9)", "os.killpg(0, 9)", "os.fork()", "os.system('true')",
    "__import__('subprocess').run(['true'])", "os.execv('/bin/true', ['true'])", "os.posix_spawn('/bin/true', ['t'], {})",
])  # fmt: skip
def test_starting_or_signalling_a_process_is_refused(seat, code):
    here = seat(f"import os\ndef f():\n    {code}\n")
    with pytest.raises(StudentError) as caught:
        Student(here.ask).f()
    assert caught.value.type_name == "PermissionError"


def test_the_file_is_run_without_the_environment_the_folder_or_the_solutions(seat, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "1")
    here = seat("""
        import os, sys
        def environment(): return list(os.environ)
        def folder(): return os.listdir(".")
        def solution():
            import solutions.exercise03_binary_cross_entropy.exercise03
        def stdin(): return sys.stdin.read(1)
    """)
    student = Student(here.ask)
    assert "SECRET_OF_THE_GRADER" not in student.environment()
    assert student.stdin() == ""
    with pytest.raises(StudentError, match="Permission denied"):
        student.folder()
    with pytest.raises(StudentError, match="No module named 'solutions'"):
        student.solution()


STATE = """
import random, warnings
import numpy as np
import torch

def spoil():
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    torch.inference_mode().__enter__()
    torch.set_num_threads(2)
    np.seterr(all="ignore")
    warnings.simplefilter("ignore")
    torch.manual_seed(5), np.random.seed(5), random.seed(5)

def state():
    return (str(torch.get_default_dtype()), str(torch.ones(1).device), torch.is_grad_enabled(),
            torch.is_inference_mode_enabled(), torch.get_num_threads(), np.geterr()["over"],
            torch.rand(3).tolist(), float(np.random.rand()), random.random())

def warn():
    warnings.warn("careful")
"""


def test_what_code_may_change_for_everyone_is_put_back_before_each_call(seat):
    here = seat(STATE)
    student = Student(here.ask)
    before = student.state()
    assert before[:6] == ("torch.float32", "cpu", True, False, 1, "warn")
    student.spoil()
    assert student.state() == before
    student.warn()
    assert student.warn.warnings == [("builtins.UserWarning", "careful")]


@pytest.mark.parametrize("level, fork", [("A", True), ("B", True), ("C", True), ("C", False)])
def test_every_way_to_start_workers_grades_alike_and_leaves_nothing_behind(level, fork):
    """The last is the only one on macOS and Windows."""
    others = descendants(os.getpid())
    starts = launch.start(level, fork=fork)
    here = Seat(starts, submission("import os\ndef f(x): return x + 1\ndef die(): os._exit(1)\n"), "exercise01")
    student = Student(here.ask)
    here.begin(10.0)
    assert student.f(torch.ones(2)).tolist() == [2.0, 2.0]
    with pytest.raises(WorkerLost, match="exit status 1"):
        student.die()
    here.begin(10.0)
    assert student.f(torch.ones(2)).tolist() == [2.0, 2.0]
    assert starts.level == level
    assert descendants(os.getpid()).keys() - others
    here.close()
    starts.close()
    until(lambda: not descendants(os.getpid()).keys() - others)


def test_without_a_fork_nothing_forks():
    code = """
import os, sys, torch
def refuse(*_): raise AssertionError("fork")
os.fork = refuse
from grader.sandbox import launch
from grader.sandbox.broker import Worker
launcher = launch.start("C", fork=False)
Worker(launcher).close()
launcher.close()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_workers_end_when_the_grader_is_killed(level):
    code = f"""
import time
from contextlib import suppress
from grader.sandbox import launch
from grader.sandbox.broker import Worker
launcher = launch.start("{level}")
workers = [Worker(launcher) for _ in range(3)]
print("ready", flush=True)
time.sleep(60)
"""
    grader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert grader.stdout.readline() == b"ready\n"
    below = descendants(grader.pid)
    assert len(below) >= 4, "a zygote and three workers at least"
    grader.kill()
    grader.wait()
    until(lambda: all(map(gone, below)))


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_a_zygote_that_was_killed_is_replaced(level):
    launcher = launch.start(level)
    worker = Worker(launcher)
    for pid in descendants(os.getpid()):
        with suppress(ProcessLookupError):  # one of them may just have ended, with its parent
            if os.getpgid(pid) == launcher._zygote.child.process.pid:
                os.kill(pid, signal.SIGKILL)
    worker.close()
    again = Worker(launcher)
    again.close()
    launcher.close()


def test_a_worker_that_cannot_start_is_a_fault_of_ours(monkeypatch, tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'ImportError: no torch here' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    launcher = launch.start()
    with pytest.raises(GradingFault, match="cannot start a worker process: ImportError: no torch here"):
        Worker(launcher)


def test_a_worker_that_fails_its_canary_is_a_fault_of_ours():
    mine, theirs = socket.socketpair()
    theirs.close()

    class Dead:
        line = mine

        def end(self, grace: bool) -> int:
            return 1

    class Launcher:
        level = "C"

        def launch(self) -> Dead:
            return Dead()

    with pytest.raises(GradingFault, match="a new worker process failed"):
        Worker(Launcher())
