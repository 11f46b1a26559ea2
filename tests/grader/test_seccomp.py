"""The seccomp filter: run in an interpreter for both machines, held against the kernel's headers, and put on for real.

Whatever attacks for real is a child process that attacks itself.
"""

from __future__ import annotations

import errno
import json
import platform
import re
import signal
import struct
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox import seccomp
from grader.sandbox.seccomp import ALLOW, ENOSYS, EOPNOTSUPP, EPERM, KILL_PROCESS
from grader.sandbox.syscalls import ABSENT, MACHINES, REFUSED

ROOT = Path(__file__).parents[2]
PID = 4321
WORD = 0xFFFFFFFF
PROGRAMS = {machine: list(struct.iter_unpack("<HBBI", seccomp.program(machine, PID))) for machine in MACHINES}
HEADERS = {"x86_64": "x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}

REFUSED_NAMES = [name for names in REFUSED.values() for name in names.split()]
RULES = seccomp._rules(PID)
RULE_NAMES = [name for names in RULES for name in names.split()]

both = pytest.mark.parametrize("machine", MACHINES)
on_linux = pytest.mark.skipif(not seccomp.supported(), reason="the filter is for Linux on x86-64 or aarch64")
arguments = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 2**7), min_size=6, max_size=6)


def verdict(machine: str, call: str | int, *arguments: int, audit: int | None = None) -> int:
    """Return what the filter says of a call, as the kernel would find it out."""
    number = MACHINES[machine].numbers[call] if isinstance(call, str) else call
    padded = [argument % 2**64 for argument in (*arguments, *[0] * 6)][:6]
    data = struct.pack("<IIQ6Q", number, MACHINES[machine].audit if audit is None else audit, 0, *padded)
    accumulator = at = 0
    while True:
        code, yes, no, value = PROGRAMS[machine][at]
        at += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, value)
            case 0x54:
                accumulator &= value
            case 0x05:
                at += value
            case 0x15:
                at += yes if accumulator == value else no
            case 0x35:
                at += yes if accumulator >= value else no
            case 0x06:
                return value
            case _:
                raise AssertionError(f"no such instruction: {code:#x}")


# --- the tables


def header(machine: str) -> dict[str, int]:
    """The numbers of the kernel's own header, where it is installed."""
    place = Path("/usr/include", HEADERS[machine])
    if not place.exists():
        pytest.skip(f"{place} is not installed")
    found = re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)", place.read_text("utf-8"), re.MULTILINE)
    return {name: int(number) for name, number in found if name not in ("syscalls", "arch_specific_syscall")}


@both
def test_the_tables_say_what_the_kernels_headers_say(machine):
    numbers, kernels = MACHINES[machine].numbers, header(machine)
    assert len(numbers) > 140
    assert numbers == {name: kernels.get(name) for name in numbers}


@both
def test_a_call_that_a_table_lacks_is_lacking_on_the_machine(machine):
    everywhere = {name for table in MACHINES.values() for name in table.numbers}
    assert not (everywhere - set(MACHINES[machine].numbers)) & set(header(machine))


@both
def test_the_known_numbers_are_calls_and_no_gaps(machine):
    known = {number for numbers in MACHINES[machine].known for number in numbers}
    assert known - {449, 450, 451} <= set(header(machine).values())


def test_each_call_has_a_number_somewhere_and_one_fate():
    named = [*REFUSED_NAMES, *ABSENT.split(), *RULE_NAMES]
    assert len(named) == len(set(named))
    assert set(named) == {name for table in MACHINES.values() for name in table.numbers}


# Every call that the filter lets pass, whatever its arguments: what nobody needs to fear, or everybody needs.
STAYS = """
    access afs_syscall alarm arch_prctl brk capget chdir clock_getres clock_gettime clock_nanosleep close close_range
    copy_file_range creat create_module dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait
    epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 exit exit_group faccessat faccessat2 fadvise64 fallocate
    fchdir fdatasync fgetxattr flistxattr flock fstat fstatat fstatfs fsync ftruncate futex futex_waitv
    get_kernel_syms get_mempolicy get_thread_area getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups
    getitimer getpeername getpgid getpgrp getpid getpmsg getppid getpriority getrandom getresgid getresuid getrlimit
    getrusage getsid getsockname gettid gettimeofday getuid getxattr inotify_rm_watch io_cancel io_destroy
    io_getevents io_pgetevents ioprio_get landlock_add_rule landlock_create_ruleset landlock_restrict_self lgetxattr
    link linkat listxattr llistxattr lseek lstat madvise mbind membarrier mincore mkdir mkdirat mlock mlock2 mlockall
    mmap mprotect mremap msync munlock munlockall munmap nanosleep newfstatat pause pipe pipe2 pkey_alloc pkey_free
    pkey_mprotect poll ppoll pread64 preadv preadv2 pselect6 putpmsg pwrite64 pwritev pwritev2 query_module read
    readahead readlink readlinkat readv rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction
    rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_get_priority_max
    sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
    sched_yield security select sendfile set_mempolicy set_mempolicy_home_node set_robust_list set_thread_area
    set_tid_address setitimer shutdown sigaltstack signalfd signalfd4 splice stat statfs statx symlink symlinkat
    sync_file_range sync_file_range2 sysfs sysinfo tee time timer_delete timer_getoverrun timer_gettime
    timer_settime timerfd_create timerfd_gettime timerfd_settime times tuxcall umask uname unlink unlinkat ustat
    vserver wait4 waitid write writev cachestat
"""


@both
def test_what_stays_is_what_was_looked_at(machine):
    stays = {name for name, number in header(machine).items() if verdict(machine, number) == ALLOW}
    assert stays - set(RULE_NAMES) == set(STAYS.split()) & set(header(machine))


# --- the program


@both
@given(arguments)
def test_the_refused_are_refused_whatever_their_arguments(machine, values):
    known = MACHINES[machine].numbers
    assert {verdict(machine, name, *values) for name in REFUSED_NAMES if name in known} == {EPERM}
    assert {verdict(machine, name, *values) for name in ABSENT.split()} == {ENOSYS}


@both
@given(arguments)
def test_what_is_not_named_stays_whatever_its_arguments(machine, values):
    named = set(MACHINES[machine].numbers.values())
    unnamed = [number for numbers in MACHINES[machine].known for number in numbers if number not in named]
    assert len(unnamed) > 130
    assert {verdict(machine, number, *values) for number in unnamed} == {ALLOW}


@both
@pytest.mark.parametrize("number", [400, 452, 463, 466, 467, 469, 512, 547, 1000, 0x3FFFFFFF])
def test_a_number_that_nobody_has_looked_at_is_no_call(machine, number):
    assert verdict(machine, number) == ENOSYS


@both
@pytest.mark.parametrize("number", [0x40000000, 0x40000000 + 520, 0x7FFFFFFF, 0x80000000, WORD])
def test_x32_and_negative_numbers_are_refused(machine, number):
    assert verdict(machine, number) == (EPERM if machine == "x86_64" else ENOSYS)


@both
@pytest.mark.parametrize("audit", [0x40000003, 0x40000028, 0, WORD, "the other machine's"])
def test_a_call_of_another_architecture_ends_the_process(machine, audit):
    others = {other.audit for name, other in MACHINES.items() if name != machine}
    for foreign in others if isinstance(audit, str) else [audit]:
        assert verdict(machine, "kill", PID, 0, audit=foreign) == KILL_PROCESS
        assert verdict(machine, "execve", audit=foreign) == KILL_PROCESS


THREAD = 0x3D0F00  # what glibc's pthread_create asks for
KILL, STOP, ABRT = 9, 19, 6

# As plain numbers, so that a slip in the filter's names for them shows here.
GOOD = [
    ("sendto", 3, 1, 1, 0), ("sendto", 3, 1, 1, 0x4000), ("recvfrom", 3, 1, 1, 2), ("getsockopt", 3, 1, 39),
    ("clone", THREAD), ("clone", THREAD | 17),
    ("kill", PID, ABRT), ("kill", PID, 0), ("tkill", PID, ABRT), ("rt_sigqueueinfo", PID, 34, 1),
    ("tgkill", PID, PID + 7, ABRT), ("rt_tgsigqueueinfo", PID, PID + 7, 34, 1), ("tgkill", PID, KILL, ABRT),
    ("sched_setaffinity", 0, 8, 1), ("sched_setaffinity", PID, 8, 1), ("sched_setscheduler", 0),
    ("sched_setparam", PID), ("sched_setattr", 0), ("get_robust_list", 0), ("setpriority", 0, 0, 5),
    ("setpriority", 0, PID, 5),
    ("ioprio_set", 1, 0, 5), ("ioprio_set", 1, PID, 5), ("prlimit64", 0, 7, 0, 1), ("prlimit64", PID, 7, 0, 1),
    ("prctl", 15), ("prctl", 0x53564D41), ("prctl", 3), ("prctl", 21),
    ("fcntl", 3, 1), ("fcntl", 3, 4, 0x800), ("fcntl", 3, 1030), ("fcntl", 8, 0), ("fcntl", 3, 6),
    ("ioctl", 3, 0x5421), ("ioctl", 3, 0x5401), ("ioctl", 3, 0x5413), ("ioctl", 3, 0x541B), ("ioctl", 0x5412, 0x5451),
    ("ioctl", 3, 0xC020462A), ("ioctl", 3, 0x30000001),
    ("open", 1, 0), ("open", 1, 0o1101), ("open", 1, 0o1102), ("open", 0o1000, 0o2000000),
    ("openat", 3, 1, 0), ("openat", 3, 1, 0o1101), ("openat", 3, 0o1000, 0o100),
]  # fmt: skip

BAD = [
    ("sendto", 3, 1, 1, 1), ("sendto", 3, 1, 1, 0x4001), ("recvfrom", 3, 1, 1, 1), ("getsockopt", 3, 1, 77),
    ("clone", 17), ("clone", 0), ("clone", 0x4111), ("clone", 0x1200011),
    *(("clone", THREAD | flag) for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 1 << 28, 1 << 29, 1 << 30)),
    *(("kill", target, ABRT) for target in (0, -1, -PID, 1, PID + 1, PID << 1)),
    *((name, PID, number) for name in ("kill", "tkill", "rt_sigqueueinfo") for number in (KILL, STOP)),
    *((name, PID, PID, number) for name in ("tgkill", "rt_tgsigqueueinfo") for number in (KILL, STOP)),
    ("tkill", PID + 1, ABRT), ("tkill", 0, 0), ("rt_sigqueueinfo", PID + 1, 34), ("rt_sigqueueinfo", 0, 34),
    ("tgkill", PID + 1, PID, ABRT), ("tgkill", 0, PID, ABRT), ("tgkill", -1, PID, ABRT),
    ("rt_tgsigqueueinfo", 1, PID, 34),
    *((name, target) for target in (1, PID + 1, -1)
      for name in ("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr", "get_robust_list")),
    ("setpriority", 0, 1), ("setpriority", 1, 0), ("setpriority", 2, 0), ("setpriority", 1, PID),
    ("setpriority", -1, 0), ("ioprio_set", 1, 1), ("ioprio_set", 2, 0), ("ioprio_set", 3, 0), ("ioprio_set", 0, PID),
    ("ioprio_set", 2, PID), ("prlimit64", 1, 7, 0, 1), ("prlimit64", 0, 0, 0x7F0000001000),
    ("prlimit64", PID, 0, 1 << 32), ("prlimit64", 0, 0, 8),
    *(("prctl", option) for option in (1, 4, 8, 22, 28, 35, 36, 47, 59, 62, 0x59616D61)),
    *(("fcntl", 3, command) for command in (8, 10, 15, 1024, 1026, 1031, 1039, 1040, WORD)),
    *(("ioctl", 3, command) for command in (0x5412, 0x541C, 0x541D, 0x540E, 0x5410, 0x5423, 0x8901, 0x8902, 0x8914)),
    *(("ioctl", 3, command) for command in (0x40086602, 0x401C5820, 0x40087602, 0x40806685, 0x800C6613, 0xC0045877)),
    *(("open", 1, flags) for flags in (0o1000, 0o1100, 3, 0o1003, 0o2001000)),
    *(("openat", 3, 1, flags) for flags in (0o1000, 0o1100, 3, 0o1003, 0o2001000)),
]  # fmt: skip


def has(machine: str, name: str) -> bool:
    return name in MACHINES[machine].numbers


def on_both(calls: list[tuple]) -> pytest.MarkDecorator:
    here = [(machine, call) for machine in MACHINES for call in calls if has(machine, call[0])]
    return pytest.mark.parametrize("machine, call", here, ids=str)


@on_both(GOOD)
def test_what_a_worker_needs_passes_the_rules(machine, call):
    assert verdict(machine, *call) == ALLOW


@on_both(BAD)
def test_what_reaches_outside_does_not_pass_the_rules(machine, call):
    assert verdict(machine, *call) == EPERM


def test_every_rule_is_tried_both_ways():
    assert {call[0] for call in GOOD} == {call[0] for call in BAD} == set(RULE_NAMES)


@both
def test_a_copy_hears_that_files_cannot_be_cloned_and_copies(machine):
    assert verdict(machine, "ioctl", 3, 0x40049409) == EOPNOTSUPP


@both
@given(call=st.sampled_from([*GOOD, *BAD]), upper=st.lists(st.integers(1, WORD), min_size=6, max_size=6))
def test_the_upper_halves_of_arguments_change_nothing(machine, call, upper):
    name, *values = call
    if has(machine, name):
        lower = [value & WORD for value in (*values, *[0] * 6)][:6]
        moved = [low | high << 32 for low, high in zip(lower, upper, strict=True)]
        if name == "prlimit64":  # its third argument is a pointer, and BAD has one whose lower half is 0
            moved[2] = lower[2] = values[2]
        assert verdict(machine, name, *moved) == verdict(machine, name, *lower)


@both
def test_the_first_process_of_a_namespace_may_signal_itself_only(machine, monkeypatch):
    monkeypatch.setitem(PROGRAMS, machine, list(struct.iter_unpack("<HBBI", seccomp.program(machine, 1))))
    assert verdict(machine, "kill", 1, ABRT) == ALLOW
    assert {verdict(machine, "kill", target, ABRT) for target in (0, 2, -1, PID)} == {EPERM}


def test_a_program_is_for_a_known_machine_and_a_process():
    with pytest.raises(ValueError, match="riscv64"):
        seccomp.program("riscv64", PID)
    for pid in (0, -1, 2**31):
        with pytest.raises(ValueError, match="no process has the id"):
            seccomp.program("x86_64", pid)


@both
def test_the_kernel_takes_programs_of_this_length(machine):
    assert len(PROGRAMS[machine]) < 4096


# --- put on for real

CHILD = """
import ctypes, errno, fcntl, json, os, platform, resource, signal, sys, threading
from grader.sandbox import seccomp
from grader.sandbox.syscalls import MACHINES

NUMBERS, ME, HIGH = MACHINES[platform.machine()].numbers, os.getpid(), 1 << 32
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

def call(name, *arguments):
    number = NUMBERS[name] if isinstance(name, str) else name
    padded = (number, *arguments, *[0] * 6)[:7]
    result = libc.syscall(*map(ctypes.c_ulong, padded))
    return errno.errorcode[ctypes.get_errno()] if result == -1 else result

def enter():
    assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
    seccomp.install(ME)
"""


def child(code: str) -> subprocess.CompletedProcess[str]:
    """Run code after `CHILD` in a process of its own."""
    source = CHILD + dedent(code)
    return subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def told(code: str) -> object:
    """Return the last line that the child prints, as JSON."""
    done = child(code)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# Calls without an effect: their arguments are wrong, so that without the filter each fails for another reason.
NOBODY = 1 << 23  # no process has this id: it is more than any pid_max
UPPER = 1 << 32
ATTEMPTS = [
    ("execve", 0), ("execveat", -1, 0), ("clone", 0x800), ("clone", UPPER << 16 | 0x800), ("clone", 0x30200),
    ("chmod", 0, 0), ("fchmod", -1, 0), ("fchownat", -1, 0), ("truncate", 0, 0), ("fsetxattr", -1), ("mknodat", -1, 0),
    ("utimensat", -1, 0), ("inotify_add_watch", -1), ("openat", -1, 0, 0o1000), ("openat", -1, 0, UPPER | 0o1000),
    ("openat", -1, 0, 3),
    ("socket", 999), ("socketpair", 999), ("connect", -1), ("bind", -1), ("listen", -1), ("accept", -1),
    ("accept4", -1), ("sendmsg", -1), ("sendmmsg", -1), ("recvmsg", -1), ("recvmmsg", -1), ("setsockopt", -1),
    ("memfd_create", 0), ("semget", 1, -1), ("mq_open", 0), ("capset", 0), ("setuid", -1), ("setgid", -1),
    ("setrlimit", 999), ("timer_create", 999), ("setpgid", -1), ("prlimit64", 0, 0, 1), ("prlimit64", NOBODY, 7),
    ("fcntl", -1, 8), ("fcntl", -1, 10), ("fcntl", -1, 15), ("fcntl", -1, UPPER | 8),
    ("ioctl", -1, 0x5412), ("ioctl", -1, UPPER | 0x5412), ("ioctl", -1, -UPPER | 0x5412), ("ioctl", -1, 0x40086602),
    ("ioctl", -1, 0x8901), ("ioctl", -1, UPPER | 0x8901), ("prctl", 1, 99), ("prctl", UPPER | 1, 99),
    ("setpriority", 9), ("ioprio_set", 9), ("sched_setaffinity", NOBODY),
    ("kill", NOBODY, 0), ("kill", UPPER | NOBODY, 0), ("kill", 0, 99), ("kill", -1, 99), ("tkill", NOBODY, 0),
    ("tgkill", NOBODY, NOBODY, 0), ("rt_sigqueueinfo", NOBODY, 0), ("rt_tgsigqueueinfo", NOBODY, NOBODY, 0),
]  # fmt: skip


@on_linux
def test_what_fails_otherwise_without_the_filter_is_refused_under_it():
    attempts = [attempt for attempt in ATTEMPTS if has(platform.machine(), attempt[0])]
    answers = told(f"""
        def answers():
            return [call(*attempt) for attempt in {attempts}]
        without = answers()
        enter()
        print(json.dumps([without, answers()]))
    """)
    assert len(attempts) > 60
    for attempt, without, under in zip(attempts, *answers, strict=True):
        assert isinstance(without, str) and without not in ("EPERM", "ENOSYS"), (attempt, without)
        assert under == "EPERM", (attempt, under)


@on_linux
def test_calls_of_another_time_do_not_exist_under_it():
    answers = told("""
        calls = [("clone3", 0, 0), ("openat2", -1, 0, 0, 0), (452, -1, 0, 0, 0), (1000,)]
        without = [call(*one) for one in calls]
        enter()
        print(json.dumps([without, [call(*one) for one in calls]]))
    """)
    assert answers[0][:2] == ["EINVAL", "EINVAL"]
    assert answers[1] == ["ENOSYS"] * 4


@on_linux
def test_a_process_cannot_look_as_if_it_had_been_killed():
    answers = told("""
        enter()
        forged = [("kill", ME, 9), ("kill", HIGH | ME, HIGH | 9), ("kill", ME, 19), ("tkill", ME, 9),
                  ("tgkill", ME, ME, 9), ("tgkill", HIGH | ME, ME, HIGH | 9), ("rt_sigqueueinfo", ME, 9, 0),
                  ("rt_tgsigqueueinfo", ME, ME, 9, 0)]
        answers = [call(*one) for one in forged]
        try:
            os.kill(ME, signal.SIGKILL)
        except PermissionError:
            answers.append("PermissionError")
        print(json.dumps(answers))
    """)
    assert answers == ["EPERM"] * 8 + ["PermissionError"]


KILLED_BY_A_PIPE = """
    reader, writer = os.pipe()
    {enter}
    fcntl.fcntl(reader, fcntl.F_SETOWN, ME)  # anybody's id would do
    fcntl.fcntl(reader, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC)
    os.write(writer, b"!")
    signal.pause()
"""


@on_linux
def test_a_pipe_cannot_send_the_signal_instead():
    without, under = (child(KILLED_BY_A_PIPE.format(enter=enter)) for enter in ("", "enter()"))
    assert without.returncode == -signal.SIGKILL
    assert under.returncode == 1 and "PermissionError" in under.stderr


EMPTIED_BY_A_READER = """
    {enter}
    try:
        os.open({path!r}, os.O_RDONLY | os.O_TRUNC)
    except PermissionError:
        print("refused")
"""


@on_linux
def test_opening_for_reading_cannot_empty_a_file(tmp_path):
    path = tmp_path / "gradebook"
    path.write_text("10 points")
    under = child(EMPTIED_BY_A_READER.format(enter="enter()", path=str(path)))
    assert (under.stdout, path.read_text()) == ("refused\n", "10 points")
    without = child(EMPTIED_BY_A_READER.format(enter="", path=str(path)))
    assert (without.stdout, path.read_text()) == ("", "")


ABORTS = ["os.abort()", "signal.raise_signal(6)", "os.kill(ME, 6)", "call('tgkill', HIGH | ME, HIGH | ME, HIGH | 6)"]


@on_linux
@pytest.mark.parametrize("code", ABORTS)
def test_a_process_may_abort_and_be_seen_to(code):
    done = child(f"import faulthandler\nfaulthandler.enable()\nenter()\n{code}")
    assert done.returncode == -signal.SIGABRT
    assert "Fatal Python error: Aborted" in done.stderr


@on_linux
def test_signals_within_the_process_arrive():
    heard = told("""
        heard = []
        signal.signal(signal.SIGUSR1, lambda number, frame: heard.append(number))
        enter()
        signal.raise_signal(signal.SIGUSR1)
        os.kill(ME, signal.SIGUSR1)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
        print(json.dumps(heard))
    """)
    assert heard == [signal.SIGUSR1] * 3


@on_linux
def test_what_python_does_all_day_goes_on_under_it():
    answer = told("""
        import mmap, select, socket, tempfile, time
        ours, theirs = socket.socketpair()
        enter()
        theirs.settimeout(5)
        ours.sendall(b"question")
        into = bytearray(4)
        assert theirs.recv(4) == b"ques" and theirs.recv_into(into) == 4 and into == b"tion"
        assert select.select([ours], [], [], 0.01)[0] == [] and fcntl.fcntl(ours, fcntl.F_GETFD) == fcntl.FD_CLOEXEC
        theirs.setblocking(False), theirs.shutdown(socket.SHUT_WR)
        assert ours.recv(1) == b""
        threads = [threading.Thread(target=time.sleep, args=(0.01,)) for _ in range(20)]
        [thread.start() for thread in threads], [thread.join() for thread in threads]
        with mmap.mmap(-1, 1 << 20) as memory:
            memory[:3] = os.urandom(3)
        with tempfile.TemporaryFile() as file:
            file.write(b"12345")
            file.truncate(2)
            os.fsync(file.fileno())
        order = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
        numbers = (ctypes.c_int * 3)(3, 1, 2)
        libc.qsort(numbers, 3, 4, order(lambda a, b: a[0] - b[0]))
        print(json.dumps([list(numbers), "usr" in os.listdir("/")]))
    """)
    assert answer == [[1, 2, 3], True]


@on_linux
def test_torch_works_under_it():
    answer = told("""
        enter()
        import torch
        torch.set_num_threads(2)
        weight = torch.randn(64, 64, requires_grad=True)
        (torch.randn(64, 64) @ weight).sum().backward()
        large = torch.ones(512, 512) @ torch.ones(512, 512)
        image = torch.nn.Conv2d(1, 2, 3)(torch.ones(1, 1, 8, 8))
        print(json.dumps([list(weight.grad.shape), large.sum().item(), list(image.shape), torch.get_num_threads()]))
    """)
    assert answer == [[64, 64], 512.0**3, [1, 2, 6, 6], 2]


@on_linux
def test_no_other_process_can_be_started():
    answer = told("""
        import subprocess
        enter()
        refused = []
        for start in (os.fork, lambda: subprocess.run([sys.executable]), lambda: os.execv("/bin/true", ["true"]),
                      lambda: os.posix_spawn("/bin/true", ["true"], {})):
            try:
                start()
            except PermissionError:
                refused.append(True)
        print(json.dumps(refused))
    """)
    assert answer == [True] * 4


@on_linux
def test_a_thread_that_ran_before_is_under_it_too():
    answers = told("""
        asked, answers = threading.Event(), []
        def attempt():
            asked.wait()
            answers.append(call("socket", 1, 1))
        thread = threading.Thread(target=attempt)
        thread.start()
        enter()
        asked.set()
        thread.join()
        print(json.dumps(answers))
    """)
    assert answers == ["EPERM"]


@on_linux
@pytest.mark.parametrize("hinder", ["enter()", "os.getuid() or os.setuid(65534)"], ids=["again", "no no_new_privs"])
def test_a_filter_that_cannot_be_installed_is_an_error(hinder):
    number, text = told(f"""
        {hinder}
        try:
            seccomp.install(ME)
        except OSError as error:
            print(json.dumps([error.errno, str(error)]))
    """)
    assert number in (errno.EPERM, errno.EACCES)
    assert "the seccomp filter was not installed" in text


@pytest.mark.parametrize("system, machine", [("linux", "riscv64"), ("darwin", "x86_64"), ("win32", "AMD64")])
def test_it_is_not_for_other_machines(system, machine, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert not seccomp.supported()
    with pytest.raises(OSError, match=f"for {system} on {machine}"):
        seccomp.install(PID)


on_x86_64 = pytest.mark.skipif(
    not seccomp.supported() or platform.machine() != "x86_64", reason="only x86-64 has another way into the kernel"
)

INT_0x80 = """
    import mmap
    {enter}
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")  # mov eax, 20 (getpid); int 0x80; ret
    getpid = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    print("before", flush=True)
    print(getpid() == ME, flush=True)
    os._exit(0)
"""


@on_x86_64
def test_a_32_bit_call_ends_the_process():
    without, under = (child(INT_0x80.format(enter=enter)) for enter in ("", "enter()"))
    if without.returncode == -signal.SIGSEGV:
        pytest.skip("this kernel takes no 32-bit calls")
    assert (without.stdout.split(), without.returncode) == (["before", "True"], 0)
    assert (under.stdout.split(), under.returncode) == (["before"], -signal.SIGSYS)


@on_x86_64
def test_an_x32_call_is_refused():
    assert told("enter()\nprint(json.dumps([call(39) == ME, call(0x40000000 + 39)]))") == [True, "EPERM"]
