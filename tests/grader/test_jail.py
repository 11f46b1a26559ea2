"""What a worker finds around it at levels A and B: nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from grader.sandbox import bubble, jail, launch, limits
from grader.sandbox.proxy import Student
from grader.sandbox.replies import StudentError
from grader.sandbox.sides import Seat
from grader.sandbox.worker import Service

from .conftest import submission

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["A", "B"])
def jailed(request: pytest.FixtureRequest) -> Iterator[launch.Launcher]:
    launcher = launch.start(request.param)
    yield launcher
    launcher.close()


@pytest.fixture
def student(jailed: launch.Launcher) -> Iterator[Callable[[str], Student]]:
    seats = []

    def take(source: str) -> Student:
        seats.append(Seat(jailed, submission(source), "exercise01"))
        seats[-1].begin(20.0)
        return Student(seats[-1].ask)

    yield take
    for seat in seats:
        seat.close()


def test_a_worker_has_no_capability_and_can_gain_none(student):
    """A new user namespace gives its first process all of them."""
    here = student("""
        import ctypes
        LIBC = ctypes.CDLL(None)
        def capabilities():
            number = {"x86_64": 125, "aarch64": 90}[__import__("platform").machine()]
            found = (ctypes.c_uint32 * 6)()
            LIBC.syscall(number, (ctypes.c_uint32 * 2)(0x20080522, 0), found)
            return list(found)
        def state():
            return [LIBC.prctl(39, 0, 0, 0, 0), LIBC.prctl(21, 0, 0, 0, 0)]
    """)
    assert here.capabilities() == [0] * 6
    assert here.state() == [1, 2], "no new privileges; a seccomp filter"


def test_a_worker_has_no_environment_and_no_descriptor_but_its_line(student, monkeypatch):
    here = student("""
        import ctypes, os
        def environment():
            return [*os.environ, *(name for name in ("PATH", "HOME") if ctypes.CDLL(None).getenv(name.encode()))]
        def descriptors():
            found = []
            for number in range(4096):
                try:
                    found.append(os.fstat(number).st_mode >> 12)
                except OSError:
                    pass
            return found
    """)
    device, sock = 2, 12
    assert here.environment() == [*jail.ENVIRONMENT]
    assert here.descriptors() == [device, device, device, sock]


def test_a_worker_has_the_limits_that_are_promised(student):
    here = student("""
        import resource
        def limits():
            return {name: list(resource.getrlimit(getattr(resource, "RLIMIT_" + name)))
                    for name in ("AS", "CORE", "FSIZE", "NOFILE", "CPU")}
        def raised():
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    """)
    found = here.limits()
    assert limits.MAX_MEMORY < found["AS"][0] < limits.MAX_MEMORY + (4 << 30) and found["AS"][0] == found["AS"][1]
    assert found["CORE"] == [0, 0]
    assert found["FSIZE"] == [limits.MAX_FILE] * 2
    assert found["NOFILE"] == [limits.MAX_OPEN_FILES] * 2
    assert found["CPU"][0] == limits.MAX_CPU_SECONDS
    with pytest.raises(StudentError):
        here.raised()


def test_torch_works_after_the_fork_and_with_more_threads(student):
    """A fork of a torch that ever had two threads hangs at its first large operation."""
    here = student("""
        import torch
        def work():
            x = torch.randn(256, 256, requires_grad=True)
            kernel = torch.randn(4, 3, 3, 3)
            total = (x @ x).tanh().sum() + torch.nn.functional.conv2d(torch.ones(2, 3, 32, 32), kernel).sum()
            total.backward()
            return bool(torch.isfinite(x.grad).all()) and len(torch.linalg.svd(torch.eye(50)))
        def work_in_two_threads():
            torch.set_num_threads(2)
            return work()
    """)
    assert here.work() == 3
    assert here.work_in_two_threads() == 3


SCRATCH = """
import os
def fill():
    for number in range(2):
        with open(f"/scratch/{number}", "wb") as stream:
            for _ in range(63):
                stream.write(bytes(2**20))
def litter():
    for number in range(5000):
        open(f"/scratch/{number}", "w").close()
def left():
    return os.listdir("/scratch")
def leave():
    open("/scratch/mark", "w").close()
    return os.listdir("/scratch")
"""


def test_a_scratch_folder_is_small_and_a_workers_own(jailed, student):
    first = student(SCRATCH)
    if jailed.level == "B":
        with pytest.raises(StudentError, match="No such file"):
            first.leave()
        return
    assert first.leave() == ["mark"]
    assert student(SCRATCH).left() == []
    for attempt in (first.fill, first.litter):
        with pytest.raises(StudentError, match="No space left"):
            attempt()


def test_a_user_map_that_the_kernel_refuses_is_an_error():
    """User 0 cannot be mapped from where capabilities were dropped, and a buffered file would not say so."""
    words = bubble.command()
    words[words.index("--uid") + 1] = words[words.index("--gid") + 1] = "0"
    code = f"import sys; sys.path.append({str(ROOT)!r}); from grader.sandbox import jail; jail.leave()"
    done = subprocess.run([*words, sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert done.returncode != 0
    assert "PermissionError" in done.stderr.splitlines()[-1]


def test_torch_gets_a_share_of_the_gpus_memory_once_a_gpu_is_used(monkeypatch):
    """As far as it can be seen without one."""
    bounded = []
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", lambda *words: bounded.append(words))
    limits.limit_gpu.cache_clear()
    service = Service()
    service.revive(torch.ones(1), "cpu")
    assert bounded == []
    for _ in range(2):
        with suppress(RuntimeError, AssertionError):  # no CUDA here
            service.revive(torch.ones(1), "cuda")
    assert bounded == [(limits.GPU_SHARE, 0), (limits.GPU_SHARE, 1)]


def test_a_zygote_that_has_two_threads_refuses_to_serve():
    code = (
        "import threading, time; from grader.sandbox import zygote\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); zygote._expect_one_thread()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert "the zygote has 2 threads" in done.stderr


GATHERED = """
import platform, re
from pathlib import Path
from grader.sandbox import kernel

held = bytes(range(256)) * (1 << 18)
again = bytearray(held)
kernel.gather_memory()
large = int(re.search(r"AnonHugePages: +([0-9]+)", Path("/proc/self/smaps_rollup").read_text())[1])
able = Path("/sys/kernel/mm/transparent_hugepage").exists() and [*map(int, platform.release().split(".")[:2])] >= [6, 1]
print(again == held, large > 60_000 or not able)
"""


def test_memory_that_is_gathered_holds_what_it_held_in_large_pages():
    done = subprocess.run([sys.executable, "-c", GATHERED], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("True True\n", "")
