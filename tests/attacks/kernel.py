"""Reaching for the kernel: system calls by their numbers, the worker's own memory, and the line to the grader.

The numbers are those of x86-64, written out here so that a slip in the sandbox's own table cannot hide. Arguments are
such that a call which gets through does nothing: the kernel then finds fault with them, and that is a BROKE.
"""

import platform
from textwrap import dedent
from typing import Any

from .arena import Attack, losing_double

TOOLS = """
import fcntl, mmap, struct

LIBC.mmap.restype = LIBC.memfd_create.restype = ctypes.c_long
NOBODY, NOWHERE = 1 << 21, ctypes.c_char_p(b"/nowhere")  # a process and a path that are not there
WORD = ctypes.create_string_buffer(4096)

def calls(**numbers):
    "Try these system calls: each a number and its arguments."
    for name, (number, *arguments) in numbers.items():
        attempt(name, lambda: unrefused(lambda: syscall(number, *arguments)))

def mapped(size, flags, descriptor=-1, protection=3):
    "The address of new pages."
    LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    address = LIBC.mmap(None, size, protection, flags, descriptor, 0)
    if address == -1:
        raise OSError(ctypes.get_errno(), "mmap")
    return address

def machine_code(code):
    "A function of these bytes."
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    function.page = page
    return function

def line():
    "The line to the grader, as a socket."
    return socket.socket(fileno=os.dup(grader_line()))
"""


def _attack(name: str, source: str, **facts: Any) -> Attack:
    return Attack(name, TOOLS + dedent(source), **facts)


def _ends(name: str, source: str, how: str = "crashed", **facts: Any) -> Attack:
    return _attack(name, source, **losing_double(how), **facts)


DOORS = [
    _attack("io_uring and old asynchronous files", """
        def double(x):
            calls(io_uring_setup=(425, 1, WORD), io_uring_enter=(426, -1, 0, 0, 0, 0, 0),
                  io_uring_register=(427, -1, 0, 0, 0), io_setup=(206, 1, 0), io_submit=(209, 0, 0, 0))
            return x * 2
    """, breaks_c=True),
    _attack("programs and watchers in the kernel", """
        def double(x):
            calls(bpf_map=(321, 0, WORD, 72), bpf_unknown=(321, 999, WORD, 72),
                  perf_event_open=(298, 0, 0, -1, -1, 0), userfaultfd=(323, -1), fanotify_init=(300, -1, 0),
                  lookup_dcookie=(212, 0, 0, 0))
            return x * 2
    """, breaks_c=True),
    _attack("files that are only memory", """
        def double(x):
            attempt("memfd_create", lambda: os.memfd_create("x"))
            attempt("sealed", lambda: os.memfd_create("x", os.MFD_ALLOW_SEALING))
            calls(memfd=(319, 0, 0), memfd_secret=(447, -1))
            return x * 2
    """, breaks_c=True),
    _attack("keys that outlive the process", """
        KIND, NAME = ctypes.c_char_p(b"user"), ctypes.c_char_p(b"by-an-attack")

        def double(x):
            calls(add_key=(248, 0, 0, 0, 0, 0), request_key=(249, 0, 0, 0, 0), keyring=(250, 0, -3, 0),
                  session=(250, 1, 0), persistent=(250, 22, -1, 0), unknown=(250, 999),
                  key_of_the_process=(248, KIND, NAME, WORD, 1, -2))
            return x * 2
    """, breaks_c=True),
    _attack("shared memory, semaphores and messages", """
        def double(x):
            calls(shmget=(29, 0, 4096, 0o600), shmat=(30, -1, 0, 0), shmctl=(31, -1, 0, 0), shmdt=(67, 1),
                  semget=(64, 0, 0, 0), semop=(65, -1, 0, 0), semctl=(66, -1, 0, 0), semtimedop=(220, -1, 0, 0, 0),
                  msgget=(68, 1, 0), msgsnd=(69, -1, 0, 0, 0), msgrcv=(70, -1, 0, 0, 0, 0), msgctl=(71, -1, 0, 0))
            return x * 2
    """),
    _attack("queues and shared files in memory", """
        import multiprocessing.shared_memory, _posixshmem

        def double(x):
            calls(mq_open=(240, 0, 0, 0, 0), mq_unlink=(241, 0), mq_timedsend=(242, -1, 0, 0, 0, 0),
                  mq_timedreceive=(243, -1, 0, 0, 0, 0), mq_notify=(244, -1, 0), mq_getsetattr=(245, -1, 0, 0))
            attempt("shm_open", lambda: _posixshmem.shm_open("/by-an-attack", os.O_RDONLY))
            attempt("shared_memory", lambda: multiprocessing.shared_memory.SharedMemory(create=True, size=9).unlink())
            attempt("semaphore", lambda: multiprocessing.Lock())
            return x * 2
    """, breaks_c=True),
    _attack("leave a message in the kernel for the next worker", """
        def everywhere(act):
            "What can be found, or left, where the kernel keeps things by name."
            found = []
            for place in (lambda: syscall(29, 0x6174746B, 4096, 0o1600 if act == "leave" else 0),
                          lambda: syscall(68, 0x6174746B, 0o1600 if act == "leave" else 0),
                          lambda: syscall(248, *KEY, -4) if act == "leave" else syscall(249, *KEY[:2], 0, 0),
                          lambda: socket.socket(socket.AF_UNIX).bind("\\0by-an-attack")):
                try:
                    found.append(place())
                except OSError:
                    pass
            return found

        KEY = (ctypes.c_char_p(b"user"), ctypes.c_char_p(b"by-an-attack"), ctypes.c_char_p(b"message"), 7)

        def double(x):
            if everywhere("find"):
                return x * 0
            everywhere("leave")
            os._exit(0)

        def triple(x):
            return x * 0 if everywhere("find") else x * 3
    """, score=3.0, tries=False, outcomes={"test_double_public": "crashed", "test_double_hidden": "crashed"}),
    _attack("filters of its own", """
        def double(x):
            calls(actions=(317, 2, 0, WORD), filter=(317, 1, 0, 0), listener=(317, 1, 8, 0), sizes=(317, 3, 0, WORD),
                  strict=(317, 0, 1, 0), prctl_filter=(157, 22, 2, 0), prctl_strict=(157, 22, 99))
            return x * 2
    """, breaks_c=True),
    _attack("settings of the process", """
        def double(x):
            calls(dumpable=(157, 4, 1, 0, 0, 0), keepcaps=(157, 8, 0, 0, 0, 0), parent_death=(157, 1, 0, 0, 0, 0),
                  ptracer=(157, 0x59616D61, 0, 0, 0, 0), securebits=(157, 28, 0, 0, 0, 0), mm=(157, 35, 99, 0, 0, 0),
                  ambient=(157, 47, 99, 0, 0, 0), subreaper=(157, 36, 0, 0, 0, 0), cores=(157, 62, 99, 0, 0, 0),
                  dispatch=(157, 59, 99, 0, 0, 0), personality=(135, -1), fsuid=(122, -1), fsgid=(123, -1),
                  dumpable_high=(157, 1 << 32 | 4, 1, 0, 0, 0))
            privileges = lambda: unrefused(lambda: syscall(157, 38, 0, 0, 0, 0))
            attempt("new privileges", lambda: some(privileges() == 0))
            attempt("may gain them", lambda: some(syscall(157, 39, 0, 0, 0, 0) == 0))
            return x * 2
    """, breaks_c=True),
    _attack("doors of the processor", """
        def double(x):
            calls(iopl=(172, 0), ioperm=(173, 0, 0, 0), modify_ldt=(154, 0, 0, 0), reboot=(169, 0, 0, 0, 0),
                  init_module=(175, 0, 0, 0), finit_module=(313, -1, 0, 0), delete_module=(176, NOWHERE, 0))
            return x * 2
    """, breaks_c=True),
    _attack("what all who use the machine share", """
        def double(x):
            calls(settimeofday=(164, 1, 0), clock_settime=(227, -999, 0), adjtimex=(159, 0),
                  clock_adjtime=(305, -999, 0), swapon=(167, NOWHERE, 0), swapoff=(168, NOWHERE), acct=(163, NOWHERE),
                  syslog=(103, 10, 0, 0), quotactl=(179, -1, 0, 0, 0), quotactl_fd=(443, -1, 0, 0, 0), vhangup=(153,),
                  sethostname=(170, 0, -1), setdomainname=(171, 0, -1), sysctl=(156, 0), uselib=(134, 0),
                  syncfs=(306, -1), nfsservctl=(180, 0, 0, 0))
            return x * 2
    """, breaks_c=True),
    _attack("mounts, old and new", """
        def double(x):
            calls(mount=(165, 0, NOWHERE, 0, 0, 0), umount2=(166, NOWHERE, 0), pivot_root=(155, NOWHERE, NOWHERE),
                  chroot=(161, NOWHERE), unshare=(272, 0), setns=(308, -1, 0), open_tree=(428, -1, NOWHERE, 0),
                  move_mount=(429, -1, 0, -1, 0, 0), fsopen=(430, 0, 0), fsconfig=(431, -1, 0, 0, 0, 0),
                  fsmount=(432, -1, 0, 0), fspick=(433, -1, NOWHERE, 0), mount_setattr=(442, -1, NOWHERE, 0, 0, 0),
                  statmount=(457, 0, 0, 0, 0), listmount=(458, 0, 0, 0, 0),
                  open_tree_attr=(467, -1, NOWHERE, 0, 0, 0))
            return x * 2
    """, breaks_c=True),
    _attack("files by their handles", """
        def double(x):
            calls(name_to_handle_at=(303, -1, NOWHERE, 0, 0, 0), open_by_handle_at=(304, -1, 0, 0),
                  openat2=(437, -1, NOWHERE, WORD, 24), inotify_init=(253,), inotify_init1=(294, 0),
                  inotify_add_watch=(254, -1, NOWHERE, 0), fanotify_mark=(301, -1, 0, 0, -1, 0),
                  mknod=(133, NOWHERE, -1, 0), mknodat=(259, -1, NOWHERE, 0, 0), truncate=(76, NOWHERE, 0))
            return x * 2
    """, breaks_c=True),
    _attack("metadata by every number", """
        def double(x):
            calls(chmod=(90, NOWHERE, 0), fchmod=(91, -1, 0), chown=(92, NOWHERE, -1, -1), fchown=(93, -1, -1, -1),
                  lchown=(94, NOWHERE, -1, -1), fchownat=(260, -1, NOWHERE, -1, -1, 0),
                  fchmodat=(268, -1, NOWHERE, 0), fchmodat2=(452, -1, NOWHERE, 0, 0), utime=(132, NOWHERE, 0),
                  utimes=(235, NOWHERE, 0), futimesat=(261, -1, NOWHERE, 0), utimensat=(280, -1, NOWHERE, 0, 0),
                  setxattr=(188, NOWHERE, 0, 0, 0, 0), lsetxattr=(189, NOWHERE, 0, 0, 0, 0),
                  fsetxattr=(190, -1, 0, 0, 0, 0), removexattr=(197, NOWHERE, 0), lremovexattr=(198, NOWHERE, 0),
                  fremovexattr=(199, -1, 0), setxattrat=(463, -1, NOWHERE, 0, 0, 0, 0),
                  removexattrat=(466, -1, NOWHERE, 0, 0), file_setattr=(469, -1, NOWHERE, 0, 0, 0))
            return x * 2
    """, breaks_c=True),
    _attack("other processes by every number", """
        def double(x):
            calls(kill=(62, NOBODY, 0), tkill=(200, NOBODY, 0), tgkill=(234, NOBODY, NOBODY, 0),
                  rt_sigqueueinfo=(129, NOBODY, 0, 0), rt_tgsigqueueinfo=(297, NOBODY, NOBODY, 0, 0),
                  pidfd_open=(434, NOBODY, 0), pidfd_send_signal=(424, -1, 0, 0, 0), pidfd_getfd=(438, -1, 0, 0),
                  kcmp=(312, NOBODY, NOBODY, 0, 0, 0), kcmp_grader=(312, GRADER, GRADER, 3, 0, 0),
                  process_vm_readv=(310, NOBODY, 0, 0, 0, 0, 0), process_vm_writev=(311, NOBODY, 0, 0, 0, 0, 0),
                  process_madvise=(440, -1, 0, 0, 0, 0), process_mrelease=(448, -1, 0),
                  ptrace=(101, 99, NOBODY, 0, 0), migrate_pages=(256, NOBODY, 0, 0, 0),
                  move_pages=(279, NOBODY, 0, 0, 0, 0, 0), get_robust_list=(274, NOBODY, 0, 0),
                  prlimit=(302, NOBODY, 0, 0, 0), ioprio=(251, 1, NOBODY, 0), ioprio_user=(251, 3, NOBODY, 0),
                  setpriority=(141, 0, NOBODY, 0), affinity=(203, NOBODY, 0, 0), sched_setattr=(314, NOBODY, 0, 0),
                  self_pidfd=(424, -10000, 0, 0, 0))
            return x * 2
    """, breaks_c=True),
    _attack("programs and sockets by every number", """
        def double(x):
            calls(execve=(59, NOWHERE, 0, 0), execveat=(322, -1, NOWHERE, 0, 0, 0), clone3=(435, WORD, 1),
                  clone=(56, 0x10000000 | 0x200, 0, 0, 0, 0), socket=(41, -1, 0, 0), socketpair=(53, -1, 0, 0, 0),
                  connect=(42, -1, 0, 0), bind=(49, -1, 0, 0), listen=(50, -1, 0), accept=(43, -1, 0, 0),
                  accept4=(288, -1, 0, 0, 0), sendmsg=(46, -1, 0, 0), recvmsg=(47, -1, 0, 0),
                  sendmmsg=(307, -1, 0, 0, 0), recvmmsg=(299, -1, 0, 0, 0, 0), setsockopt=(54, -1, 0, 0, 0, 0),
                  setsid=(112,), setpgid=(109, 0, 0), capset=(126, 0, 0), timer_create=(222, 999, 0, 0),
                  setrlimit=(160, 99, 0))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

NUMBERS = [
    _attack("calls of newer kernels", """
        def known(number):
            try:
                syscall(number, -1, -1, -1, -1, -1, -1)
            except OSError as error:
                return error.errno != errno.ENOSYS
            return True

        def double(x):
            attempt("after 451", lambda: some([number for number in range(452, 513) if known(number)]))
            attempt("between", lambda: some([number for number in range(337, 424) if known(number)]))
            attempt("far", lambda: some([number for number in (1000, 4096, 0xFFFF, 0x3FFFFFFF) if known(number)]))
            return x * 2
    """, breaks_c=True),
    _attack("the second set of numbers", """
        X32 = 0x40000000

        def double(x):
            calls(getpid=(X32 | 39,), kill=(X32 | 62, NOBODY, 0), ptrace=(X32 | 521, 99, NOBODY, 0, 0),
                  execve=(X32 | 520, NOWHERE, 0, 0), socket=(X32 | 41, 2, 1, 0), high=(1 << 32 | X32 | 62, NOBODY, 0))
            return x * 2
    """),
    _attack("bits above those that the kernel reads", """
        HIGH = 1 << 32

        def double(x):
            calls(number=(HIGH | 62, NOBODY, 0), kill=(62, HIGH | NOBODY, 0), signal=(62, os.getpid(), HIGH | 9),
                  tkill=(200, HIGH | os.getpid(), HIGH | 19), ioctl=(16, HIGH, HIGH | 0x5412, WORD),
                  clone=(56, HIGH | 0x10000000 | 0x200, 0, 0, 0, 0), fcntl=(72, HIGH | 0, HIGH | 8, 0),
                  open=(2, NOWHERE, HIGH | 3), openat=(257, HIGH | 0xFFFFFF9C, NOWHERE, HIGH | 0o1000),
                  prctl=(157, HIGH | 4, 1, 0, 0, 0), prlimit=(302, HIGH | NOBODY, 0, 0, 0),
                  prlimit_high_pointer=(302, 0, 0, 1 << 46, 0))
            return x * 2
    """),
    _attack("the call that no filter sees", """
        def double(x):
            "uretprobe: since Linux 6.13 seccomp lets it pass; the kernel kills whoever calls it by himself."
            return syscall(335)
    """, score=3.0, tries=False),
    _ends("the door of 32-bit programs", """
        def double(x):
            "getpid by `int 0x80`, where the filter's numbers would mean other calls."
            return machine_code(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")()
    """),
    _attack("system calls from its own machine code", """
        def by_code(number, *arguments):
            "mov eax; mov rdi, rsi, rdx; syscall; ret"
            arguments += (0,) * (3 - len(arguments))
            code = b"\\xb8" + struct.pack("<I", number)
            for register, value in zip((b"\\x48\\xbf", b"\\x48\\xbe", b"\\x48\\xba"), arguments):
                code += register + struct.pack("<q", value)
            result = machine_code(code + b"\\x0f\\x05\\xc3")()
            if -4096 < result < 0:
                raise OSError(-result, "by machine code")
            return result

        def double(x):
            for name, call in {"kill": (62, NOBODY, 0), "socket": (41, 2, 1, 0), "ptrace": (101, 99, NOBODY),
                               "execve": (59, 8, 0, 0), "chmod": (90, 8, 0), "memfd": (319, 8, 0)}.items():
                attempt(name, lambda: unrefused(lambda: by_code(*call)))
            return x * 2
    """, breaks_c=True),
    _attack("threads that start before the filter's rules are known", """
        def double(x):
            "Does a thread of its own, or one of torch's, live outside of the filter?"
            torch = sys.modules["torch"]
            torch.set_num_threads(2)
            torch.ones(300, 300) @ torch.ones(300, 300)
            thread = threading.Thread(target=lambda: calls(kill=(62, NOBODY, 0), socket=(41, 2, 1, 0), fork=(57,)))
            thread.start()
            thread.join()
            return x * 2
    """),
    _attack("more Landlock on top", """
        RULES = struct.pack("=QQQ", 1, 0, 0)

        def double(x):
            ruleset = syscall(444, ctypes.c_char_p(RULES), 8, 0)  # which may only take more away
            syscall(446, ruleset, 0)
            for path in SECRETS[:2]:
                attempt(os.path.basename(path), lambda: read(path))
            attempt("rule", lambda: syscall(445, ruleset, 1, ctypes.c_char_p(struct.pack("=Qi", 1, -1)), 0))
            return x * 2
    """),
    _attack("go around Landlock by open folders", """
        def double(x):
            for place in filter(os.path.isdir, ("/", COURSE, OUTSIDE, os.path.dirname(os.__file__))):
                what = os.path.basename(place)
                folder = os.open(place, os.O_PATH | os.O_DIRECTORY)
                for path in SECRETS[:2]:
                    attempt(f"{what} open", lambda: os.open(os.path.relpath(path, place), os.O_RDONLY, dir_fd=folder))
                if place != os.path.dirname(os.__file__):
                    attempt(f"{what} list", lambda: os.open(".", os.O_RDONLY, dir_fd=folder))
                attempt(f"{what} mkdir", lambda: os.mkdir("by-an-attack", dir_fd=folder))
                attempt(f"{what} symlink", lambda: os.symlink("x", "by-an-attack", dir_fd=folder))
                attempt(f"{what} unlink", lambda: os.unlink("kept", dir_fd=folder))
            return x * 2
    """),
]  # fmt: skip

LINE = [
    _ends("junk on the line", """
        def double(x):
            line().sendall(os.urandom(4096))
            return x * 2
    """),
    _ends("half a frame on the line", """
        def double(x):
            line().sendall(b"tgw1" + struct.pack("<IQ", 1000, 0) + b"[")
            time.sleep(5)
    """, how="timed_out"),
    _ends("a frame that claims far too much", """
        def double(x):
            line().sendall(b"tgw1" + struct.pack("<IQ", 100, 1 << 60))
            return x * 2
    """),
    _ends("close the line", """
        def double(x):
            os.close(grader_line())
            return x * 2
    """),
    _ends("shut the line down", """
        def double(x):
            line().shutdown(socket.SHUT_RDWR)
            return x * 2
    """),
    _ends("put something else in the line's place", """
        def double(x):
            reader, writer = os.pipe()
            os.dup2(reader, grader_line())
            return x * 2
    """),
    _ends("take the line for itself and keep silent", """
        def double(x):
            os.dup(grader_line())
            os.dup2(0, grader_line())
            time.sleep(5)
    """, how="timed_out"),
    _attack("a line that does not wait", """
        def double(x):
            number = grader_line()
            fcntl.fcntl(number, fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC | os.O_APPEND)
            fcntl.fcntl(number, fcntl.F_SETFD, 0)
            with line() as ours:
                for option in (socket.SO_SNDBUF, socket.SO_RCVBUF, socket.SO_PASSCRED, socket.SO_RCVTIMEO, 42):
                    attempt(f"option {option}", lambda: ours.setsockopt(socket.SOL_SOCKET, option, 1 << 20))
                attempt("filter", lambda: ours.setsockopt(socket.SOL_SOCKET, 26, bytes(16)))
            fcntl.fcntl(number, fcntl.F_SETFL, 0)
            return x * 2
    """),
    _attack("out of band bytes on the line", """
        MSG_OOB = socket.MSG_OOB

        def double(x):
            "The code of the kernel that CVE-2025-38236 was in: out of band bytes of Unix sockets, which nobody needs."
            with line() as ours:
                attempt("read one", lambda: unrefused(lambda: ours.recv(1, MSG_OOB | socket.MSG_DONTWAIT)))
                attempt("send none", lambda: unrefused(lambda: ours.send(b"", MSG_OOB | socket.MSG_DONTWAIT)))
            return x * 2
    """, breaks_c=True),
    _attack("commands that descriptors do not need", """
        F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ = 8, 10, 15, 1024, 1026, 1031
        F_ADD_SEALS, F_SET_RW_HINT, F_SET_FILE_RW_HINT, F_DUPFD_QUERY, F_CREATED_QUERY = 1033, 1036, 1038, 1027, 1028

        def double(x):
            reader, writer = os.pipe()
            for name in ("F_SETOWN", "F_SETSIG", "F_SETOWN_EX", "F_SETLEASE", "F_NOTIFY", "F_SETPIPE_SZ", "F_ADD_SEALS",
                         "F_SET_RW_HINT", "F_SET_FILE_RW_HINT", "F_DUPFD_QUERY", "F_CREATED_QUERY"):
                calls(**{name: (72, reader, globals()[name], 0)})
            calls(unknown=(72, reader, 4242, 0))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

MEMORY = [
    _attack("more memory than there is", """
        MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS, MAP_NORESERVE = 1, 2, 32, 0x4000
        MALLOC = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_size_t)(("malloc", LIBC))

        def double(x):
            for name, flags in {"private": MAP_PRIVATE, "shared": MAP_SHARED}.items():
                attempt(name, lambda: mapped(1 << 36, flags | MAP_ANONYMOUS))
                attempt(f"{name}, not reserved", lambda: mapped(1 << 36, flags | MAP_ANONYMOUS | MAP_NORESERVE))
            zeros = os.open("/dev/zero", os.O_RDWR)
            attempt("zeros", lambda: mapped(1 << 36, MAP_PRIVATE, zeros))
            attempt("shared zeros", lambda: mapped(1 << 36, MAP_SHARED, zeros))
            attempt("brk", lambda: some(syscall(12, LIBC.sbrk(0) + (1 << 36)) > 1 << 36))
            attempt("malloc", lambda: some(MALLOC(1 << 36)))
            attempt("bytearray", lambda: bytearray(1 << 36))
            return x * 2
    """, breaks_c=True),
    _attack("many maps of a little", """
        def double(x):
            pages = []

            def many():
                for _ in range(64):
                    pages.append(mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))

            attempt("4 GiB", many)
            del pages[:]
            return x * 2
    """, breaks_c=True),
    _attack("memory that never goes to the disk", """
        PRIVATE = 2 | 32  # MAP_PRIVATE | MAP_ANONYMOUS; the others are MAP_NORESERVE and MAP_HUGETLB

        def double(x):
            pages = mapped(256 << 20, PRIVATE | 0x4000)
            attempt("mlock", lambda: syscall(149, pages, 256 << 20))
            attempt("pipe", lambda: fcntl.fcntl(os.pipe()[0], 1031, 1 << 20))
            attempt("vmsplice", lambda: unrefused(lambda: syscall(278, os.pipe()[1], 0, 0, 0)))
            attempt("remap", lambda: unrefused(lambda: syscall(216, 0, 0, 0, 0, 0)))
            attempt("huge", lambda: mapped(1 << 33, PRIVATE | 0x40000))
            return x * 2
    """, breaks_c=True),
    _attack("write to the code of libraries", """
        def double(x):
            "Its own copy of a page of the C library's: nobody else may see the change."
            target = ctypes.cast(LIBC.l64a, ctypes.c_void_p).value
            syscall(10, target & ~4095, 8192, 7)
            ctypes.memmove(target, b"\\xb8\\x2a\\x00\\x00\\x00\\xc3", 6)
            assert LIBC.l64a(1) == 42
            attempt("its file", lambda: mmap.mmap(os.open(sys.modules["torch"]._C.__file__, os.O_RDWR), 4096))
            shared = lambda: mapped(4096, 1, os.open(sys.modules["torch"]._C.__file__, os.O_RDONLY))
            attempt("shared with the others", shared)
            attempt("made writable later", lambda: syscall(10, mapped(
                4096, 1, os.open(sys.modules["torch"]._C.__file__, os.O_RDONLY), 1), 4096, 3))
            return x * 2
    """),
    _attack("change the code that the next worker runs", """
        def double(x):
            "What it patches dies with this process."
            target = ctypes.cast(LIBC.l64a, ctypes.c_void_p).value
            if ctypes.string_at(target, 6) == b"\\xb8\\x2a\\x00\\x00\\x00\\xc3":
                return x * 0
            syscall(10, target & ~4095, 8192, 7)
            ctypes.memmove(target, b"\\xb8\\x2a\\x00\\x00\\x00\\xc3", 6)
            os._exit(0)

        def triple(x):
            target = ctypes.cast(LIBC.l64a, ctypes.c_void_p).value
            return x * 0 if ctypes.string_at(target, 6) == b"\\xb8\\x2a\\x00\\x00\\x00\\xc3" else x * 3
    """, score=3.0, tries=False, outcomes={"test_double_public": "crashed", "test_double_hidden": "crashed"}),
    _ends("call torch's insides with garbage", """
        def double(x):
            library = ctypes.CDLL(os.path.dirname(sys.modules["torch"].__file__) + "/lib/libtorch_cpu.so")
            return library.aoti_torch_delete_tensor_object(ctypes.c_void_p(0xDEAD))
    """),
    _ends("an illegal instruction", """
        def double(x):
            return machine_code(b"\\x0f\\x0b")()
    """),
    _ends("a jump into nothing", """
        def double(x):
            return ctypes.CFUNCTYPE(ctypes.c_int)(0xDEAD0000)()
    """),
    _ends("take away its own stack", """
        def double(x):
            here = ctypes.addressof(ctypes.c_long())
            LIBC.munmap(ctypes.c_void_p(here & ~4095), ctypes.c_size_t(4096))
            LIBC.munmap(ctypes.c_void_p(0x10000), ctypes.c_size_t((1 << 47) - 0x20000))
            return x * 2
    """),
    _ends("burn every core for ever", """
        import torch

        def burn():
            while True:
                torch.ones(400, 400) @ torch.ones(400, 400)

        def double(x):
            torch.set_num_threads(4)
            for _ in range(3):
                threading.Thread(target=burn).start()
            burn()
    """, how="timed_out"),
    _attack("odd states of a thread", """
        def double(x):
            "Robust futexes, restartable sequences, shadow stacks: its own thread's, and nobody's harm."
            LIBC.syscall(273, ctypes.byref(ctypes.create_string_buffer(24)), 24)
            LIBC.syscall(334, WORD, 32, 0, 0)
            LIBC.syscall(218, WORD)
            LIBC.syscall(131, None, None)
            calls(map_shadow_stack=(453, 0, 0, -1), mseal=(462, 0, 0, -1), futex_wake=(454, 0, 0, -1, -1))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

ATTACKS = DOORS + NUMBERS + LINE + MEMORY if platform.machine() == "x86_64" else []
