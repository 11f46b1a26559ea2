"""Reaching for processes and the network: signals, tracing, forks, other programs, priorities, sockets, sudden ends.

Python's own functions meet an audit hook of the worker's first, at level C too, so the C library's are called as well.
Signals to others have the number 0, which says whether one could be sent and sends none. What ends the worker loses
the answer of that call, and nothing else: every later check gets a fresh one.
"""

from textwrap import dedent
from typing import Any

from .arena import Attack, losing_double

TOOLS = """
import fcntl, resource, subprocess

LIBC.mmap.restype = LIBC.popen.restype = ctypes.c_void_p

def child(fork):
    "Fork a child that ends at once."
    pid = fork()
    if pid == 0:
        LIBC._exit(0)
    os.waitpid(pid, 0)
    return pid
"""


def _attack(name: str, source: str, **facts: Any) -> Attack:
    return Attack(name, TOOLS + dedent(source), **facts)


def _ends(name: str, source: str, how: str = "crashed", **facts: Any) -> Attack:
    return _attack(name, source, **losing_double(how), **facts)


SIGNALS = [
    _attack("signal everybody", """
        def double(x):
            for pid in dict.fromkeys([GRADER, os.getppid() or 1 << 21, 2, -1, -GRADER, 0, 1 << 20]):
                attempt(f"os.kill {pid}", lambda: unrefused(lambda: os.kill(pid, 0)))
                attempt(f"kill {pid}", lambda: unrefused(lambda: libc("kill", pid, 0)))
                attempt(f"killpg {pid}", lambda: unrefused(lambda: libc("killpg", abs(pid), 0)))
            return x * 2
    """, breaks_c=True),
    _attack("signal the parent by rarer calls", """
        OTHERS = [GRADER, os.getppid() or 2]

        def double(x):
            for pid in OTHERS:
                attempt(f"tgkill {pid}", lambda: unrefused(lambda: libc("tgkill", pid, pid, 0)))
                attempt(f"sigqueue {pid}", lambda: unrefused(lambda: libc("sigqueue", pid, 0, None)))
                attempt(f"pidfd_open {pid}", lambda: unrefused(lambda: os.pidfd_open(pid)))
            attempt("pidfd_send_signal", lambda: unrefused(lambda: signal.pidfd_send_signal(0, 0)))
            return x * 2
    """, breaks_c=True),
    _attack("signal the grader through its own socket", """
        SO_PEERCRED, SO_PEERPIDFD = 17, 77

        def peer(option):
            with socket.socket(fileno=os.dup(grader_line())) as line:
                return int.from_bytes(line.getsockopt(socket.SOL_SOCKET, option, 12)[:4], "little")

        def of_peer(action):
            "The line's other end as a process descriptor, which needs no process number."
            return action(peer(SO_PEERPIDFD))

        def double(x):
            attempt("signal", lambda: of_peer(lambda process: signal.pidfd_send_signal(process, 0)))
            attempt("descriptor", lambda: of_peer(lambda process: syscall(438, process, 0, 0)))
            attempt("namespaces", lambda: of_peer(lambda process: libc("setns", process, 0)))
            attempt("its files", lambda: of_peer(lambda process: fcntl.ioctl(process, 0xFF03)))
            attempt("its user", lambda: of_peer(lambda process: fcntl.ioctl(process, 0xFF09)))
            attempt("by number", lambda: unrefused(lambda: libc("kill", peer(SO_PEERCRED), 0)))
            return x * 2
    """, breaks_c=True),
    _attack("have the kernel send a signal to the parent", """
        F_SETOWN, F_SETSIG, F_SETOWN_EX, FIOSETOWN, SIOCSPGRP = 8, 10, 15, 0x8901, 0x8902

        def owned(command, value):
            "Make somebody the owner of a pipe of our own that never gets ready."
            reader, writer = os.pipe()
            try:
                return fcntl.fcntl(reader, command, value)
            finally:
                os.close(reader)
                os.close(writer)

        def double(x):
            parent = os.getppid() or GRADER
            attempt("F_SETOWN", lambda: unrefused(lambda: owned(F_SETOWN, parent)))
            attempt("F_SETSIG", lambda: unrefused(lambda: owned(F_SETSIG, signal.SIGCONT)))
            attempt("F_SETOWN_EX", lambda: unrefused(lambda: owned(F_SETOWN_EX, (1).to_bytes(4, "little") * 2)))
            attempt("FIOSETOWN", lambda: fcntl.ioctl(grader_line(), FIOSETOWN, parent.to_bytes(4, "little")))
            attempt("SIOCSPGRP", lambda: fcntl.ioctl(grader_line(), SIOCSPGRP, parent.to_bytes(4, "little")))
            return x * 2
    """, breaks_c=True),
    _attack("look like killed by the machine", """
        SIGEV = (ctypes.c_int * 16)(0, 0, signal.SIGKILL)

        def double(x):
            me = os.getpid()
            for number in (signal.SIGKILL, signal.SIGSTOP):
                attempt(f"kill {number}", lambda: libc("kill", me, number))
                attempt(f"tgkill {number}", lambda: libc("tgkill", me, me, number))
                attempt(f"raise {number}", lambda: some(not getattr(LIBC, "raise")(number)))
                attempt(f"sigqueue {number}", lambda: libc("sigqueue", me, number, None))
                attempt(f"group {number}", lambda: libc("kill", 0, number))
                attempt(f"thread {number}", lambda: signal.pthread_kill(threading.get_ident(), number))
                attempt(f"pthread {number}", lambda: some(not LIBC.pthread_kill(
                    ctypes.c_ulong(threading.get_ident()), number)))
            attempt("timer", lambda: libc("timer_create", 1, SIGEV, ctypes.byref(ctypes.c_void_p())))
            attempt("CPU time", lambda: resource.setrlimit(resource.RLIMIT_CPU, (0, 0)))
            attempt("prlimit", lambda: resource.prlimit(0, resource.RLIMIT_CPU, (0, 0)))
            attempt("death of the parent", lambda: unrefused(lambda: libc("prctl", 1, signal.SIGKILL, 0, 0, 0)))
            return x * 2
    """),
    _attack("handlers that lie in wait", """
        seen = []

        def handler(number, frame):
            "What a signal between two calls could reach: whose frames, and with what in them?"
            while frame is not None:
                seen.append(frame.f_code.co_name)
                frame = frame.f_back

        def double(x):
            for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU, signal.SIGIO, signal.SIGCHLD):
                signal.signal(number, handler)
            signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
            time.sleep(0.05)
            attempt("the grader's frames", lambda: some([name for name in seen if name.startswith("test_")]))
            signal.setitimer(signal.ITIMER_REAL, 0)
            return x * 2
    """),
    _ends("a handler that ends the process", """
        def double(x):
            signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            time.sleep(1)
            return x * 2
    """),
    _ends("a timer that nobody handles", """
        def double(x):
            signal.setitimer(signal.ITIMER_REAL, 0.05)  # the first process of a namespace is deaf to it
            time.sleep(0.5)
            return x * 2
    """, levels="B"),
    _attack("a timer to which the first process is deaf", """
        def double(x):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            time.sleep(0.1)
            return x * 2
    """, tries=False, levels="A"),
    _ends("deaf to every signal and busy for ever", """
        def double(x):
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
            while True:
                pass
    """, how="timed_out"),
]  # fmt: skip

PRYING = [
    _attack("trace other processes", """
        PTRACE_PEEKDATA, PTRACE_CONT, PTRACE_SEIZE, NO_SUCH = 2, 7, 0x4206, 0x7777

        def double(x):
            for pid in (GRADER, os.getppid() or 2):
                for request in (PTRACE_PEEKDATA, PTRACE_CONT, NO_SUCH):
                    attempt(f"ptrace {request:#x} {pid}", lambda: unrefused(lambda: libc("ptrace", request, pid, 0, 0)))
                attempt(f"mem {pid}", lambda: os.close(os.open(f"/proc/{pid}/mem", os.O_RDWR)))
            attempt("nobody", lambda: unrefused(lambda: libc("ptrace", PTRACE_SEIZE, 1 << 21, 0, 0)))
            return x * 2
    """, breaks_c=True),
    _attack("ask to be traced", """
        def double(x):
            attempt("traceme", lambda: unrefused(lambda: libc("ptrace", 0, 0, 0, 0)))
            attempt("anybody may", lambda: unrefused(lambda: libc("prctl", 0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)))
            return x * 2
    """),
    _attack("read another process's memory", """
        WORD = ctypes.create_string_buffer(8)
        HERE = (ctypes.c_void_p * 2)(ctypes.addressof(WORD), 8)

        def double(x):
            for pid in (GRADER, os.getppid() or 2):
                for name in ("process_vm_readv", "process_vm_writev"):
                    where = HERE if name.endswith("readv") else (ctypes.c_void_p * 2)(8, 8)  # an address of nobody's
                    attempt(f"{name} {pid}", lambda: unrefused(
                        lambda: libc(name, pid, HERE, ctypes.c_ulong(1), where, ctypes.c_ulong(1), ctypes.c_ulong(0))))
                attempt(f"pidfd {pid}", lambda: unrefused(lambda: os.pidfd_open(pid)))
            attempt("its descriptors", lambda: unrefused(lambda: syscall(438, -1, 0, 0)))
            attempt("advise it", lambda: unrefused(lambda: syscall(440, -1, HERE, 1, 21, 0)))
            attempt("release it", lambda: unrefused(lambda: syscall(448, -1, 0)))
            return x * 2
    """, breaks_c=True),
    _attack("change how other processes run", """
        def double(x):
            for pid in (GRADER, os.getppid() or 2):
                attempt(f"limits {pid}", lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE))
                attempt(f"affinity {pid}", lambda: os.sched_setaffinity(pid, os.sched_getaffinity(pid)))
                attempt(f"scheduler {pid}", lambda: os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0)))
                attempt(f"param {pid}", lambda: os.sched_setparam(pid, os.sched_param(0)))
                attempt(f"priority {pid}", lambda: os.setpriority(os.PRIO_PROCESS, pid, 0))
                attempt(f"group's {pid}", lambda: os.setpriority(os.PRIO_PGRP, os.getpgid(pid), 0))
                attempt(f"group {pid}", lambda: unrefused(lambda: os.setpgid(pid, pid)))
            attempt("user's priority", lambda: os.setpriority(os.PRIO_USER, 0, 0))
            attempt("own group's", lambda: os.setpriority(os.PRIO_PGRP, 0, 0))
            attempt("cores", lambda: unrefused(lambda: libc("prctl", 62, 0, GRADER, 0, 0)))
            return x * 2
    """, breaks_c=True),
    _attack("raise its own limits", """
        NAMES = [name for name in dir(resource) if name.startswith("RLIMIT_")]

        def double(x):
            for name in NAMES:
                soft, hard = resource.getrlimit(getattr(resource, name))
                attempt(name, lambda: resource.setrlimit(getattr(resource, name), (hard, hard)))
            attempt("unlimited", lambda: resource.prlimit(os.getpid(), resource.RLIMIT_AS, (-1, -1)))
            attempt("faster", lambda: os.nice(-1))
            attempt("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

FORKS = [
    _attack("fork by every name", """
        CLONE_VFORK, CLONE_PARENT, CLONE_NEWUSER = 0x4000, 0x8000, 0x10000000
        SYS_CLONE = {"x86_64": 56, "aarch64": 220}.get(os.uname().machine)

        def cloned(flags):
            return syscall(SYS_CLONE, flags, 0, 0, 0, 0)

        def clone3():
            arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, signal.SIGCHLD)
            return syscall(435, arguments, ctypes.sizeof(arguments))

        def double(x):
            attempt("os.fork", lambda: child(os.fork))
            attempt("fork", lambda: child(lambda: libc("fork")))
            attempt("_Fork", lambda: child(lambda: libc("_Fork")))
            attempt("clone", lambda: child(lambda: cloned(signal.SIGCHLD)))
            attempt("clone vfork", lambda: child(lambda: cloned(CLONE_VFORK | signal.SIGCHLD)))
            attempt("clone high bits", lambda: child(lambda: cloned(1 << 40 | signal.SIGCHLD)))
            attempt("clone3", lambda: child(clone3))
            return x * 2
    """, breaks_c=True),
    _attack("fork into namespaces of its own", """
        import pty

        SYS_CLONE = {"x86_64": 56, "aarch64": 220}.get(os.uname().machine)

        def terminal():
            "The number of a child at a terminal."
            return libc("forkpty", ctypes.byref(ctypes.c_int()), None, None, None)

        def double(x):
            for name, flag in {"user": 28, "files": 17, "processes": 29, "network": 30, "ipc": 27, "names": 26}.items():
                attempt(name, lambda: child(lambda: syscall(SYS_CLONE, 1 << flag | signal.SIGCHLD, 0, 0, 0, 0)))
                attempt(f"thread, {name}", lambda: syscall(SYS_CLONE, 1 << flag | 0x10000, 0, 0, 0, 0))
            attempt("terminal", lambda: child(terminal))
            attempt("pty", lambda: child(lambda: pty.fork()[0]))
            return x * 2
    """),
    _attack("leave a daemon behind", """
        def daemon():
            "A grandchild that nobody waits for; should there be one, it ends by itself."
            reader, writer = os.pipe()
            pid = libc("fork")
            if pid == 0:
                LIBC.setsid()
                if LIBC.fork() == 0:
                    os.write(writer, b"alive")
                    time.sleep(1)
                LIBC._exit(0)
            os.waitpid(pid, 0)
            return os.read(reader, 9)

        def double(x):
            attempt("daemon", daemon)
            attempt("libc's", lambda: libc("daemon", 1, 1))
            attempt("session", lambda: libc("setsid"))
            attempt("group", lambda: libc("setpgid", 0, 0))
            attempt("subreaper", lambda: libc("prctl", 36, 1, 0, 0, 0))
            return x * 2
    """),
    _attack("run a program by every name", """
        PROGRAM = sys.executable
        WORDS = [PROGRAM, "-I", "-c", ""]

        def posix_spawn():
            words = (ctypes.c_char_p * 5)(*[word.encode() for word in WORDS])
            pid = ctypes.c_int()
            number = LIBC.posix_spawn(ctypes.byref(pid), PROGRAM.encode(), None, None, words, None)
            if number:
                raise OSError(number, "posix_spawn")
            os.waitpid(pid.value, 0)
            return pid.value

        def double(x):
            attempt("subprocess", lambda: subprocess.run(WORDS, check=True))
            attempt("os.system", lambda: os.system("true"))
            attempt("os.popen", lambda: os.popen("true").read())
            attempt("os.posix_spawn", lambda: os.posix_spawn(PROGRAM, WORDS, {}))
            attempt("os.spawnv", lambda: os.spawnv(os.P_WAIT, PROGRAM, WORDS))
            attempt("posix_spawn", posix_spawn)
            attempt("system", lambda: some(LIBC.system(b"true") == 0))
            attempt("popen", lambda: some(LIBC.popen(b"true", b"r")))
            return x * 2
    """, breaks_c=True),
    _attack("become another program", """
        PROGRAM = sys.executable.encode()
        WORDS = (ctypes.c_char_p * 5)(PROGRAM, b"-I", b"-c", b"")
        AT_EMPTY_PATH = 0x1000

        def in_memory():
            place = os.memfd_create("program")
            os.write(place, b"#!/bin/true")
            return libc("fexecve", place, WORDS, (ctypes.c_char_p * 1)())

        def double(x):
            attempt("os.execv", lambda: os.execv(PROGRAM, [PROGRAM, b"-c", b""]))
            attempt("execv", lambda: libc("execv", PROGRAM, WORDS))
            attempt("execveat", lambda: libc("execveat", os.open(PROGRAM, os.O_PATH), b"", WORDS, None, AT_EMPTY_PATH))
            attempt("memory", in_memory)
            attempt("loader", lambda: libc("execl", b"/lib64/ld-linux-x86-64.so.2", b"ld", PROGRAM, None))
            attempt("not there", lambda: unrefused(lambda: libc("execv", b"/nowhere", WORDS)))
            return x * 2
    """),
    _attack("run helpers by the libraries", """
        import asyncio, concurrent.futures, multiprocessing

        def process(method):
            process = multiprocessing.get_context(method).Process(target=print)
            process.start()
            process.join()
            return process.exitcode

        async def program():
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
            return await process.wait()

        def pool():
            with concurrent.futures.ProcessPoolExecutor(1) as workers:
                return workers.submit(int).result()

        def double(x):
            for method in ("fork", "spawn", "forkserver"):
                attempt(method, lambda: process(method))
            attempt("pool", lambda: multiprocessing.Pool(1).close())
            attempt("executor", pool)
            attempt("manager", multiprocessing.Manager)
            attempt("queue", multiprocessing.Queue)
            attempt("asyncio", lambda: asyncio.run(program()))
            return x * 2
    """),
    _attack("a bomb of forks", """
        def double(x):
            def bomb():
                for _ in range(30):
                    if LIBC.fork() == 0:
                        LIBC._exit(0)
                try:
                    return os.waitpid(-1, 0)
                finally:
                    while True:
                        try:
                            os.waitpid(-1, 0)
                        except ChildProcessError:
                            break

            attempt("bomb", bomb)
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

THREADS = [
    _attack("a bomb of threads", """
        def double(x):
            end, threads = threading.Event(), []

            def bomb():
                for _ in range(300):
                    threads.append(threading.Thread(target=end.wait, daemon=True))
                    threads[-1].start()

            attempt("three hundred threads", bomb)
            end.set()
            return x * 2
    """, breaks_c=True),
    _attack("threads that outlive the call", """
        def meddle():
            "Go on after the answer, with whatever the worker holds then."
            while True:
                for module in [module for name, module in list(sys.modules.items()) if name.startswith("grader.")]:
                    module.MAX_HEADER = module.MAX_BODY = 1 << 60
                time.sleep(0.001)

        def double(x):
            for _ in range(5):
                threading.Thread(target=meddle, daemon=True).start()
            return x * 2
    """, tries=False),
    _attack("threads at the exit", """
        import atexit

        def double(x):
            threading.Thread(target=time.sleep, args=(600,)).start()  # not a daemon: Python would wait for it
            atexit.register(time.sleep, 600)
            return x * 2
    """, tries=False),
    _ends("a thread that ends the process", """
        def double(x):
            threading.Thread(target=os._exit, args=(0,)).start()
            time.sleep(1)
            return x * 2
    """),
]  # fmt: skip

IDENTITIES = [
    _attack("become somebody else", """
        def double(x):
            user, group = os.getuid(), os.getgid()
            for name in ("setuid", "setgid", "setfsuid", "setfsgid"):
                attempt(name, lambda: libc(name, user) or name)
            for name in ("setreuid", "setregid"):
                attempt(name, lambda: libc(name, -1, -1) or name)
            for name in ("setresuid", "setresgid"):
                attempt(name, lambda: libc(name, -1, -1, -1) or name)
            attempt("setgroups", lambda: unrefused(lambda: libc("setgroups", ctypes.c_ulong(1 << 20), None)))
            header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
            attempt("capset", lambda: libc("capset", header, data))
            attempt("has capabilities", lambda: libc("capget", header, data) or some(any(data)))
            return x * 2
    """, breaks_c=True),
    _attack("another view of the machine", """
        def double(x):
            attempt("unshare", lambda: unrefused(lambda: libc("unshare", 0)))
            attempt("a user namespace", lambda: unrefused(lambda: libc("unshare", 0x90000000)))
            attempt("setns", lambda: unrefused(lambda: libc("setns", -1, 0)))
            attempt("mount", lambda: unrefused(lambda: libc("mount", None, b"/nowhere", b"tmpfs", 0, None)))
            attempt("umount", lambda: unrefused(lambda: libc("umount2", b"/nowhere", 0)))
            attempt("chroot", lambda: unrefused(lambda: libc("chroot", b"/nowhere")))
            attempt("hostname", lambda: unrefused(lambda: libc("sethostname", None, ctypes.c_long(-1))))
            attempt("domain", lambda: unrefused(lambda: libc("setdomainname", None, ctypes.c_long(-1))))
            return x * 2
    """, breaks_c=True),
    _attack("type for a person", """
        TIOCSTI, TIOCSCTTY, TIOCSPGRP, TIOCSETD, TIOCLINUX, TIOCCONS = 0x5412, 0x540E, 0x5410, 0x5423, 0x541C, 0x541D

        def double(x):
            for name, command in (("TIOCSTI", TIOCSTI), ("TIOCSCTTY", TIOCSCTTY), ("TIOCSPGRP", TIOCSPGRP),
                                  ("TIOCSETD", TIOCSETD), ("TIOCLINUX", TIOCLINUX), ("TIOCCONS", TIOCCONS)):
                attempt(name, lambda: unrefused(lambda: libc("ioctl", 0, ctypes.c_ulong(command), b"x")))
                high = 1 << 32 | command
                attempt(f"{name} high", lambda: unrefused(lambda: libc("ioctl", 0, ctypes.c_ulong(high), b"x")))
            attempt("terminal", lambda: open("/dev/tty", "r+"))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

NETWORK = [
    _attack("connect to the grader's machine", """
        import http.client, urllib.request

        def connected(family, address, kind=socket.SOCK_STREAM):
            with socket.socket(family, kind) as line:
                line.settimeout(0.5)
                line.connect(address)
                line.send(b"secrets")
                return line

        def double(x):
            attempt("TCP", lambda: connected(socket.AF_INET, ("127.0.0.1", PORT)))
            attempt("TCP 6", lambda: connected(socket.AF_INET6, ("::ffff:127.0.0.1", PORT)))
            attempt("UDP", lambda: connected(socket.AF_INET, ("127.0.0.1", PORT), socket.SOCK_DGRAM))
            attempt("UDP 6", lambda: connected(socket.AF_INET6, ("::1", PORT), socket.SOCK_DGRAM))
            attempt("create_connection", lambda: socket.create_connection(("127.0.0.1", PORT), 0.5))
            attempt("http", lambda: http.client.HTTPConnection("127.0.0.1", PORT, timeout=0.2).connect())
            attempt("urllib", lambda: urllib.request.urlopen(f"http://127.0.0.1:{PORT}", timeout=0.1))
            attempt("libc", lambda: libc("socket", 2, 1, 0))
            return x * 2
    """, breaks_c=True),
    _attack("sockets of every family", """
        FAMILIES = {name: getattr(socket, name) for name in dir(socket) if name.startswith("AF_")}
        KINDS = {"stream": 1, "datagram": 2, "raw": 3, "seqpacket": 5}

        def double(x):
            opened = []
            for name, family in FAMILIES.items():
                for kind in KINDS.values():
                    try:
                        socket.socket(family, kind).close()
                        opened.append(name)
                    except OSError:
                        pass
            attempt("families", lambda: some(opened))
            attempt("pair", socket.socketpair)
            attempt("datagrams", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
            attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0)))
            return x * 2
    """, breaks_c=True),
    _attack("wait for visitors", """
        import asyncio, http.server, multiprocessing.connection, socketserver

        async def served():
            server = await asyncio.start_server(print, "127.0.0.1", 0)
            server.close()

        def bound(family, address):
            with socket.socket(family) as line:
                line.bind(address)
                line.listen()
                return line

        def double(x):
            attempt("TCP", lambda: bound(socket.AF_INET, ("127.0.0.1", 0)))
            attempt("abstract", lambda: bound(socket.AF_UNIX, f"\\0by-an-attack-{os.getpid()}"))
            attempt("http", lambda: http.server.HTTPServer(("127.0.0.1", 0), None).server_close())
            attempt("socketserver", lambda: socketserver.TCPServer(("127.0.0.1", 0), None).server_close())
            attempt("multiprocessing", lambda: multiprocessing.connection.Listener(("127.0.0.1", 0)).close())
            attempt("asyncio", lambda: asyncio.run(served()))
            return x * 2
    """, breaks_c=True),
    _attack("look at names and interfaces", """
        def asked(command):
            return fcntl.ioctl(grader_line(), command, b"lo".ljust(256, b"\\0"))

        def double(x):
            attempt("names", lambda: some([name for _, name in socket.if_nameindex()]))
            attempt("dns", lambda: socket.getaddrinfo("an-attack.invalid", 80))
            attempt("localhost", lambda: socket.gethostbyname("localhost"))
            attempt("flags", lambda: asked(0x8913))
            attempt("address", lambda: asked(0x8927))
            attempt("bridge", lambda: asked(0x8940))
            return x * 2
    """, breaks_c=True),
    _attack("talk to the services of the machine", """
        import logging.handlers

        def connected(address):
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(address)

        def double(x):
            for path in ("/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket",
                         "/run/systemd/private", "/dev/log", "/run/nscd/socket", "/tmp/.X11-unix/X0"):
                attempt(path, lambda: connected(path))
            attempt("syslog", lambda: logging.handlers.SysLogHandler(("127.0.0.1", PORT)))
            attempt("abstract", lambda: connected("\\0/tmp/.X11-unix/X0"))
            return x * 2
    """, breaks_c=True),
    _attack("send a descriptor to the grader", """
        def sent(line):
            return socket.send_fds(line, [b"x"], [0])

        def received(line):
            return socket.recv_fds(line, 1, 9, socket.MSG_DONTWAIT | socket.MSG_PEEK)

        def double(x):
            with socket.socket(fileno=os.dup(grader_line())) as line:
                attempt("send", lambda: sent(line))
                attempt("receive", lambda: unrefused(lambda: received(line)))
                attempt("accept", lambda: unrefused(line.accept))
                attempt("listen", lambda: unrefused(line.listen))
                attempt("connect", lambda: unrefused(lambda: line.connect(OUTSIDE)))
                attempt("bind", lambda: unrefused(lambda: line.bind("")))
            return x * 2
    """),
]  # fmt: skip

ENDS = [
    _ends("end with the status of a success", """
        def double(x):
            os._exit(0)
    """),
    _ends("end with the status of a killed program", """
        def double(x):
            os._exit(128 + signal.SIGKILL)
    """),
    _ends("a null pointer", """
        def double(x):
            return ctypes.string_at(0)
    """),
    _ends("abort", """
        def double(x):
            LIBC.abort()
    """),
    _ends("an overflow of the stack", """
        CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)

        def double(x):
            sys.setrecursionlimit(1 << 30)
            again = CALLBACK(lambda depth: again(depth))
            return again(0)
    """),
    _ends("a heap in ruins", """
        LIBC.malloc.restype = ctypes.c_void_p

        def double(x):
            block = LIBC.malloc(ctypes.c_size_t(32))
            LIBC.free(ctypes.c_void_p(block))
            LIBC.free(ctypes.c_void_p(block))
            LIBC.free(ctypes.c_void_p(8))
    """),
    _ends("a file of its own that is too short", """
        import mmap, tempfile

        def double(x):
            "Read behind the end of a mapped file (SIGBUS), where a file can be made; else end otherwise."
            try:
                with tempfile.TemporaryFile() as stream:
                    stream.truncate(1 << 20)
                    pages = mmap.mmap(stream.fileno(), 1 << 20)
                    stream.truncate(0)
                    return pages[1 << 19]
            except OSError:
                os._exit(7)
    """),
    _ends("raise a signal that ends it", """
        def double(x):
            getattr(LIBC, "raise")(signal.SIGTERM)
            return x * 2
    """, levels="B"),
    _attack("raise a signal to which the first process is deaf", """
        def double(x):
            for number in (signal.SIGTERM, signal.SIGSEGV, signal.SIGXCPU, signal.SIGABRT):
                signal.signal(number, signal.SIG_DFL)
                getattr(LIBC, "raise")(number)
            return x * 2
    """, tries=False, levels="A"),
]  # fmt: skip

ATTACKS = SIGNALS + PRYING + FORKS + THREADS + IDENTITIES + NETWORK + ENDS
