"""Using up the machine: memory, disk, descriptors, threads, time, output. Whatever it takes is the attacker's own."""

from .arena import Attack

DOUBLE_CRASHED = {"test_double_public": "crashed", "test_double_hidden": "crashed", "test_triple_hidden": "passed"}
DOUBLE_FAILED = {"test_double_public": "failed", "test_double_hidden": "failed", "test_triple_hidden": "passed"}

ATTACKS = [
    Attack("memory at once, of Python and of torch", """
        import mmap, torch

        def double(x):
            attempt("bytes", lambda: bytearray(3 << 30))
            attempt("a list", lambda: [0] * (3 << 27))
            attempt("a string", lambda: "x" * (3 << 30))
            attempt("torch.empty", lambda: torch.empty(3 << 28))
            attempt("torch.arange", lambda: torch.arange(3 << 27))
            attempt("an address space", lambda: mmap.mmap(-1, 3 << 30))
            attempt("malloc", lambda: (LIBC.calloc(3 << 20, 1024) or 1 / 0))
            attempt("a terabyte", lambda: torch.empty(2**40))
            return x * 2
    """),

    Attack("memory in steps", """
        import torch

        def fill(piece):
            kept = [piece() for _ in range(24)]
            return len(kept)

        def double(x):
            attempt("blocks of torch", lambda: fill(lambda: torch.empty(32 << 20)))
            attempt("blocks of the system", lambda: fill(lambda: LIBC.malloc(128 << 20) or 1 / 0))
            return x * 2
    """),

    Attack("memory in steps, each of them touched", """
        KEPT = []

        def double(x):
            for _ in range(48):
                KEPT.append(bytearray(64 << 20))
            return x * 2
    """, score=3.0, tries=False, outcomes={"test_triple_hidden": "passed"}),

    Attack("memory that is kept over calls", """
        import torch
        KEPT = []

        def keep(x):
            try:
                for _ in range(60):
                    KEPT.append(torch.empty(16 << 20))
            except (RuntimeError, MemoryError):
                KEPT.pop()  # room for one answer
            return x

        def double(x):
            return keep(x) * 2

        def triple(x):
            return keep(x) * 3
    """, tries=False),

    Attack("no memory left for the answer", """
        KEPT = []

        def double(x):
            size = 1 << 30
            while size > 64:
                try:
                    KEPT.append(bytearray(size))
                except MemoryError:
                    size //= 2
            raise MemoryError
    """, score=3.0, tries=False, outcomes={"test_triple_hidden": "passed"}),

    Attack("raise the limits", """
        import resource

        def lift(what):
            soft, hard = resource.getrlimit(what)
            resource.setrlimit(what, (hard, hard))
            resource.setrlimit(what, (2**33, 2**33))

        def double(x):
            for name in ("RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CPU", "RLIMIT_CORE", "RLIMIT_STACK"):
                attempt(name, lambda: lift(getattr(resource, name)))
            attempt("nice", lambda: os.nice(-5))
            attempt("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
            return x * 2
    """),

    Attack("fill the disk with bytes", """
        def fill(folder):
            for number in range(100):
                with open(os.path.join(folder, f"x{number}"), "wb") as stream:
                    stream.write(bytes(4 << 20))

        def double(x):
            for folder in (".", "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), OUTSIDE):
                attempt(folder, lambda: fill(folder))
            return x * 2
    """),

    Attack("fill the disk with names", """
        def litter(folder):
            for number in range(5_000):
                os.mkdir(os.path.join(folder, f"d{number}"))

        def double(x):
            for folder in (".", "/tmp", "/dev/shm", OUTSIDE):
                attempt(folder, lambda: litter(folder))
            return x * 2
    """),

    Attack("one file beyond all bounds", """
        def grow(path):
            with open(path, "wb") as stream:
                os.ftruncate(stream.fileno(), 200 << 20)
            return "grown"

        def double(x):
            attempt("a sparse file", lambda: grow("sparse"))
            attempt("a file outside", lambda: grow(os.path.join(OUTSIDE, "sparse")))
            return x * 2
    """),

    Attack("every descriptor there is", """
        def take(one):
            while len(TAKEN) < 5_000:
                TAKEN.append(one())

        TAKEN = []

        def double(x):
            attempt("files", lambda: take(lambda: os.open("/dev/null", os.O_RDONLY)))
            attempt("pipes", lambda: TAKEN.extend(os.pipe()))
            attempt("duplicates", lambda: take(lambda: os.dup(0)))
            return x * 2
    """),

    Attack("two thousand threads", """
        def start():
            for _ in range(2_000):
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()

        def double(x):
            attempt("threads", start)
            return x * 2
    """),

    Attack("threads that burn every core within the limit", """
        import hashlib
        BLOCK = bytes(1 << 20)

        def burn():
            end = time.monotonic() + 0.3
            while time.monotonic() < end:
                hashlib.sha256(BLOCK).digest()

        def double(x):
            workers = [threading.Thread(target=burn) for _ in range(8)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            return x * 2
    """, tries=False),

    Attack("a gigabyte of output", """
        PIECE = "x" * (1 << 20)

        def double(x):
            for _ in range(256):
                print(PIECE)
                sys.stderr.write(PIECE)
            for _ in range(512):
                os.write(1, PIECE.encode())
                os.write(2, b"x" * 4096)
            return x * 2
    """, tries=False),

    Attack("answers too large to travel", """
        import torch

        def double(x):
            return torch.zeros(20 << 20) if x.numel() == 2 else [[0] * 1000] * 1000

        def triple(x):
            nested = x
            for _ in range(100_000):
                nested = [nested]
            return nested
    """, score=0.0, tries=False, outcomes=DOUBLE_FAILED | {"test_triple_hidden": "failed"}),

    Attack("answers as large as can travel", """
        import torch

        def double(x):
            return torch.zeros(15 << 20) if x.numel() == 2 else "x" * 900_000

        def triple(x):
            return bytes(60 << 20)
    """, score=0.0, tries=False, outcomes=DOUBLE_FAILED | {"test_triple_hidden": "failed"}),

    Attack("a million keys, and an answer that holds itself", """
        def double(x):
            if x.numel() == 2:
                return dict.fromkeys(range(10**6))
            endless = []
            endless.append(endless)
            return endless
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("an iterator without an end", """
        import itertools

        def double(x):
            return itertools.count() if x.numel() == 2 else iter(int, 1)

        def triple(x):
            return list(itertools.repeat(0))
    """, score=0.0, tries=False, outcomes={"test_double_public": "failed", "test_double_hidden": "failed"}),

    Attack("an endless loop in C", """
        def double(x):
            return x * 2 if x.numel() > 2 else sum(iter(int, 1))
    """, score=6.0, tries=False, outcomes={"test_double_public": "timed_out", "test_double_hidden": "passed"}),

    Attack("an endless loop of torch's that takes no signal", """
        import torch

        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)

        def double(x):
            if x.numel() > 2:
                return x * 2
            big = torch.rand(256, 256)
            while True:
                try:
                    big = (big @ big).softmax(0)
                except BaseException:
                    pass
    """, score=6.0, tries=False, outcomes={"test_double_public": "timed_out", "test_double_hidden": "passed"}),

    Attack("sleep and ignore the end", """
        def double(x):
            if x.numel() > 2:
                return x * 2
            while True:
                try:
                    time.sleep(60)
                finally:
                    continue
    """, score=6.0, tries=False, outcomes={"test_double_public": "timed_out", "test_double_hidden": "passed"}),

    Attack("wait for a lock that nobody gives back", """
        LOCK = threading.Lock()

        def double(x):
            LOCK.acquire()
            return x * 2
    """, score=7.0, tries=False, outcomes={"test_double_public": "passed", "test_double_hidden": "timed_out"}),

    Attack("the collector kept busy", """
        class Phoenix:
            def __del__(self):
                Phoenix()
                time.sleep(0.001)

        def double(x):
            if x.numel() > 2:
                return x * 2
            Phoenix()
    """, score=6.0, tries=False, outcomes={"test_double_public": "timed_out", "test_double_hidden": "passed"}),

    Attack("a slow drip of bytes down the line", """
        def double(x):
            while True:
                os.write(grader_line(), b"tgw1"[:1])
                time.sleep(0.05)
    """, score=3.0, tries=False, outcomes={"test_triple_hidden": "passed"}),

    Attack("just under the time limit", """
        def double(x):
            time.sleep(1.5)
            return x * 2
    """, tries=False, just_in_time=True),

    Attack("a sort whose key never agrees", """
        import functools

        def double(x):
            return sorted(range(5_000), key=functools.cmp_to_key(lambda a, b: -1 if a % 2 else 1))
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("an exception of fifty megabytes", """
        def double(x):
            raise ValueError("x" * (50 << 20), ["y"] * 10**6)

        def triple(x):
            raise type("E" * (1 << 20), (Exception,), {})
    """, score=0.0, tries=False, outcomes=DOUBLE_FAILED | {"test_triple_hidden": "failed"}),

    Attack("a chain of ten thousand exceptions", """
        def double(x):
            error = ValueError()
            for _ in range(10_000):
                try:
                    raise KeyError from error
                except KeyError as found:
                    error = found
            raise ExceptionGroup("all", [error] * 1000)
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("data that unpack to gigabytes", """
        import bz2, lzma, zlib
        SMALL = zlib.compress(bytes(64 << 20), 9)

        def grow(data, times):
            return zlib.decompress(data) * times

        def double(x):
            attempt("zlib", lambda: grow(SMALL, 48))
            attempt("lzma", lambda: len(lzma.decompress(lzma.compress(bytes(1 << 20), preset=0)) * 3072))
            return x * 2
    """),

    Attack("recursion in C until the stack ends", """
        NESTED = ()
        for _ in range(200_000):
            NESTED = (NESTED,)

        def double(x):
            sys.setrecursionlimit(10**8)
            return hash(NESTED)
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),
]  # fmt: skip
