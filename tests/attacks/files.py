"""Reaching for files: the solutions, the checks, the environment, the home, the store, and whatever can be written.

An attack that makes a file where it should not takes it away again, so that where it works, at level C, nothing stays.
"""

from textwrap import dedent
from typing import Any

from .arena import Attack

TOOLS = """
import contextlib, fcntl, glob, importlib, mmap, shutil, sys, tempfile
import numpy, torch

STORE = COURSE + "/out/grades.db"
KEPT = OUTSIDE + "/kept"
WANTED = SECRETS[0]

def opened(path, flags=os.O_RDONLY, **more):
    "Open and close it."
    os.close(os.open(path, flags | os.O_CLOEXEC, **more))
    return path

def made(folder, make=lambda path: opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)):
    "Make something in a folder, and take it away again."
    path = os.path.join(folder, f"made-by-an-attack-{os.getpid()}")
    make(path)
    (os.rmdir if os.path.isdir(path) and not os.path.islink(path) else os.unlink)(path)
    return folder
"""


def _attack(name: str, source: str, **facts: Any) -> Attack:
    return Attack(name, TOOLS + dedent(source), **facts)


READING = [
    _attack("read the hidden files by name", """
        def double(x):
            for path in SECRETS:
                attempt(path.removeprefix(COURSE), lambda: read(path))
            return x * 2
    """, breaks_c=True),
    _attack("list the hidden folders", """
        def double(x):
            for name in ("", "/solutions", "/tests/checks", "/home", "/out", "/.."):
                attempt("listdir " + name, lambda: some(os.listdir(COURSE + name)))
                attempt("scandir " + name, lambda: next(os.scandir(COURSE + name)))
            attempt("glob", lambda: some(glob.glob(COURSE + "/**/*.py", recursive=True)))
            attempt("walk", lambda: some([*os.walk(COURSE)]))
            return x * 2
    """, breaks_c=True),
    _attack("search the file tree for the secrets", """
        def found(top):
            "The hidden files under a folder, as far as half a second goes."
            until = time.monotonic() + 0.5
            for folder, _, names in os.walk(top):
                for name in {"oracle.py", "grades.db", ".netrc", "kept", "test_exercise01.py"} & {*names}:
                    return os.path.join(folder, name)
                if time.monotonic() > until:
                    break
            raise LookupError("nothing")

        def double(x):
            for top in (COURSE, os.path.dirname(COURSE), "/home", "/mnt", "/srv", "/work"):
                attempt(os.path.basename(top), lambda: found(top))
            return x * 2
    """, breaks_c=True),
    _attack("let the libraries read the hidden files", """
        import linecache, pathlib, runpy, sqlite3, tokenize

        def by_sqlite():
            with contextlib.closing(sqlite3.connect(f"file:{STORE}?mode=ro", uri=True)) as store:
                try:
                    return store.execute("select * from sqlite_master").fetchall()
                except sqlite3.DatabaseError as error:
                    if "not a database" in str(error):  # so it was read
                        return str(error)
                    raise

        def double(x):
            attempt("pathlib", lambda: pathlib.Path(WANTED).read_text())
            attempt("linecache", lambda: some(linecache.getlines(WANTED)))
            attempt("tokenize", lambda: tokenize.open(WANTED).read())
            attempt("fopen", lambda: some(LIBC.fopen(WANTED.encode(), b"r")))
            attempt("numpy.fromfile", lambda: numpy.fromfile(WANTED, dtype="u1"))
            attempt("numpy.memmap", lambda: numpy.memmap(WANTED, mode="r"))
            attempt("torch.from_file", lambda: torch.from_file(WANTED, size=9, dtype=torch.uint8))
            attempt("torch.UntypedStorage", lambda: torch.UntypedStorage.from_file(WANTED, False, 9))
            attempt("sqlite", by_sqlite)
            attempt("runpy", lambda: runpy.run_path(WANTED))
            return x * 2
    """, breaks_c=True),
    _attack("import the reference", """
        import importlib.machinery

        def by_path():
            sys.path.insert(0, os.path.dirname(WANTED))
            saved = sys.modules.pop("exercise01", None)
            try:
                return importlib.import_module("exercise01").double
            finally:
                sys.path.pop(0)
                sys.modules["exercise01"] = saved

        def double(x):
            attempt("sys.path", by_path)
            attempt("by a loader", lambda: importlib.machinery.SourceFileLoader("oracle", SECRETS[1]).load_module())
            attempt("package", lambda: some([*importlib.machinery.PathFinder.find_spec("out", [COURSE])
                                             .submodule_search_locations]))
            return x * 2
    """, breaks_c=True),
    _attack("import the rest of the grader", """
        import grader.sandbox

        def double(x):
            for name in ("paths", "records", "catalogue", "session", "compare", "collect"):
                attempt("grader." + name, lambda: importlib.import_module("grader." + name))
            for name in ("tests", "solutions"):
                attempt(name, lambda: some([*importlib.import_module(name).__path__]))
            checkout = os.path.dirname(os.path.dirname(os.path.dirname(grader.sandbox.__file__)))
            for name in ("solutions", "tests", "tests/checks", ".git", ""):
                attempt("checkout " + name, lambda: some(os.listdir(os.path.join(checkout, name))))
            attempt("pyproject", lambda: read(checkout + "/pyproject.toml"))
            return x * 2
    """, breaks_c=True),
    _attack("find what the grader knows in this process", """
        import re

        TOKEN = re.compile("secret-" + "[0-9a-f]{16}")

        def in_objects():
            gc.unfreeze()
            found = []
            for thing in gc.get_objects():
                if type(thing) in (dict, list, tuple):
                    for part in thing.values() if type(thing) is dict else thing:
                        if type(part) is str and TOKEN.search(part):
                            found.append(part)
            return some(found)

        def in_frames():
            frame, found = sys._getframe(), []
            while frame is not None:
                found += [key for key, value in frame.f_locals.items() if TOKEN.search(str(value)[:10_000])]
                frame = frame.f_back
            return some(found)

        def in_modules():
            return some([name for name in sys.modules if re.match(r"grader\\.(?!sandbox|errors)", name)])

        def double(x):
            attempt("objects", in_objects)
            attempt("frames", in_frames)
            attempt("modules", in_modules)
            return x * 2
    """),
    _attack("the secret in the environment", """
        def double(x):
            attempt("os.environ", lambda: os.environ["GRADER_SECRET"])
            attempt("posix.environ", lambda: __import__("posix").environ[b"GRADER_SECRET"])
            LIBC.getenv.restype = ctypes.c_char_p
            attempt("getenv", lambda: some(LIBC.getenv(b"GRADER_SECRET")))
            for process in ("self", "1", os.getppid(), GRADER):
                attempt(f"{process} environ", lambda: some(read(f"/proc/{process}/environ")))
            return x * 2
    """, breaks_c=True),
    _attack("what Linux tells of processes", """
        def double(x):
            for process in ("self", "1", os.getppid(), GRADER):
                for name in ("cmdline", "maps", "status", "stack"):
                    attempt(f"{process} {name}", lambda: some(read(f"/proc/{process}/{name}")))
                attempt(f"{process} mem", lambda: opened(f"/proc/{process}/mem", os.O_RDWR))
                attempt(f"{process} fd", lambda: some(os.listdir(f"/proc/{process}/fd")))
            for process in (1, os.getppid(), GRADER):
                for name in ("cwd", "exe", "root"):
                    attempt(f"{process} {name}", lambda: os.readlink(f"/proc/{process}/{name}"))
            attempt("all", lambda: some([name for name in os.listdir("/proc") if name.isdigit()]))
            return x * 2
    """, breaks_c=True),
    _attack("what Linux tells of the machine", """
        def double(x):
            for name in ("cmdline", "kallsyms", "mounts", "self/mountinfo", "net/tcp", "net/unix", "keys",
                         "sys/kernel/random/boot_id", "kcore", "kmsg", "cpuinfo", "sched_debug"):
                attempt(name, lambda: opened("/proc/" + name))
            for path in ("/sys", "/sys/class/net", "/sys/kernel", "/sys/fs/cgroup", "/var/log", "/run", "/boot"):
                attempt(path, lambda: some(os.listdir(path)))
            attempt("klogctl", lambda: libc("klogctl", 10, None, 0))
            return x * 2
    """, breaks_c=True),
    _attack("the home and its keys", """
        import netrc, pathlib, pwd

        def double(x):
            attempt("netrc by path", lambda: read(COURSE + "/home/.netrc"))
            attempt("netrc", lambda: netrc.netrc())
            attempt("home", lambda: some(os.listdir(pathlib.Path.home())))
            for name in (".netrc", ".ssh", ".ssh/id_rsa", ".ssh/id_ed25519", ".aws/credentials", ".config", ".cache",
                         ".bash_history", ".gitconfig", ".docker/config.json", ".git-credentials"):
                attempt(name, lambda: opened(os.path.expanduser("~/" + name)))
            attempt("pwd", lambda: some([*pwd.getpwall()]))
            return x * 2
    """, breaks_c=True),
    _attack("the files of the system", """
        def double(x):
            for path in ("/etc/passwd", "/etc/shadow", "/etc/hosts", "/etc/hostname", "/etc/ssh", "/etc/machine-id",
                         "/etc/resolv.conf", "/root", "/home", "/var/run/docker.sock", "/run/secrets", "/var/lib",
                         "/bin/sh", "/usr/bin/env", "/usr/sbin", "/", "/etc", "/tmp/pytest-of-root"):
                attempt(path, lambda: opened(path))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

DETOURS = [
    _attack("read through links of its own", """
        def through(link):
            "Make a door to a hidden file where one can be made, and read what lies behind it."
            for folder in ("/tmp", ".", OUTSIDE):
                door = f"{folder}/door-{os.getpid()}"
                try:
                    link(WANTED, door)
                    with contextlib.closing(open(door, "rb")) as stream:
                        os.unlink(door)
                        return stream.read()
                except OSError as error:
                    last = error
            raise last

        def double(x):
            attempt("symbolic link", lambda: through(os.symlink))
            attempt("hard link", lambda: through(os.link))
            attempt("link to the link", lambda: through(lambda path, door: os.symlink("/proc/self/root" + path, door)))
            attempt("link of the store", lambda: through(lambda _, door: os.link(STORE, door)))
            attempt("renamed", lambda: through(lambda _, door: os.rename(KEPT, door)))
            return x * 2
    """, breaks_c=True),
    _attack("read through the links of Linux", """
        def double(x):
            for process in ("self", "thread-self", "1", os.getppid(), GRADER):
                attempt(f"{process} root", lambda: read(f"/proc/{process}/root{WANTED}"))
                attempt(f"{process} cwd", lambda: some(os.listdir(f"/proc/{process}/cwd/..")))
                attempt(f"{process} fds", lambda: some(os.listdir(f"/proc/{process}/fd")))
                attempt(f"{process} task", lambda: some(os.listdir(f"/proc/{process}/task")))
                attempt(f"{process} map_files", lambda: some(os.listdir(f"/proc/{process}/map_files")))
            for process in (os.getppid(), GRADER):
                for number in range(6):
                    attempt(f"{process} fd {number}", lambda: opened(f"/proc/{process}/fd/{number}"))
            attempt("/dev/fd", lambda: some(os.listdir("/dev/fd/")))
            return x * 2
    """, breaks_c=True),
    _attack("climb out of the working folder", """
        def climb(depth):
            return some(os.listdir("/".join([".."] * depth)))

        def fchdir():
            place = os.open(COURSE, os.O_PATH | os.O_DIRECTORY)
            here = os.open(".", os.O_PATH | os.O_DIRECTORY)
            os.fchdir(place)
            try:
                return read(os.path.relpath(WANTED, COURSE))
            finally:
                os.fchdir(here)

        def double(x):
            for depth in (1, 2, 9):
                attempt(f"up {depth}", lambda: climb(depth))
            attempt("relative", lambda: read(os.path.relpath(WANTED)))
            attempt("fchdir", fchdir)
            attempt("dot files", lambda: some([name for name in os.listdir(".") if name != "errors"]))
            return x * 2
    """, breaks_c=True),
    _attack("open without opening first", """
        def reopened(path, reopen):
            place = os.open(path, os.O_PATH)
            try:
                return reopen(place)
            finally:
                os.close(place)

        def double(x):
            attempt("by /proc", lambda: reopened(WANTED, lambda place: read(f"/proc/self/fd/{place}")))
            attempt("by /dev", lambda: reopened(WANTED, lambda place: read(f"/dev/fd/{place}")))
            attempt("relative", lambda: reopened(COURSE, lambda place: opened("home/.netrc", dir_fd=place)))
            attempt("list", lambda: reopened(COURSE, lambda place: opened(".", dir_fd=place)))
            attempt("chmod", lambda: reopened(KEPT, lambda place: os.chmod(f"/proc/self/fd/{place}", 0o777)))
            attempt("fchownat", lambda: reopened(KEPT, lambda place: libc("fchownat", place, b"", 0, 0, 0x1000)))
            attempt("link", lambda: reopened(KEPT, lambda place: libc("linkat", place, b"", -100, b"door", 0x1000)))
            return x * 2
    """, breaks_c=True),
    _attack("open by rarer calls", """
        def openat2():
            how = (ctypes.c_uint64 * 3)(os.O_RDONLY, 0, 0)
            return syscall(437, -100, ctypes.c_char_p(WANTED.encode()), how, ctypes.sizeof(how))

        def by_handle():
            handle = ctypes.create_string_buffer(b"\\x80\\0\\0\\0", 136)
            libc("name_to_handle_at", -100, WANTED.encode(), handle, ctypes.byref(ctypes.c_int()), 0)
            return libc("open_by_handle_at", os.open(COURSE, os.O_RDONLY), handle, os.O_RDONLY)

        def made_handle():
            "The handle of inode 2, the root of most file systems, without asking for it."
            handle = ctypes.create_string_buffer(b"\\x08\\0\\0\\0\\x01\\0\\0\\0\\x02\\0\\0\\0\\0\\0\\0\\0", 136)
            return libc("open_by_handle_at", os.open(os.path.dirname(torch.__file__), os.O_RDONLY), handle, os.O_RDONLY)

        def double(x):
            attempt("openat2", openat2)
            attempt("handle", by_handle)
            attempt("handle of the root", made_handle)
            attempt("neither read nor write", lambda: opened(WANTED, 3))
            attempt("empty it by reading", lambda: opened(STORE, os.O_TRUNC))
            attempt("empty it by neither", lambda: opened(STORE, 3 | os.O_TRUNC))
            attempt("noatime", lambda: opened(WANTED, os.O_NOATIME))
            attempt("direct", lambda: opened(WANTED, os.O_DIRECT))
            attempt("no name", lambda: opened(OUTSIDE, os.O_TMPFILE | os.O_RDWR))
            attempt("creat", lambda: libc("creat", STORE.encode(), 0o600))
            attempt("swap by creat", lambda: libc("creat64", KEPT.encode(), 0o600))
            return x * 2
    """, breaks_c=True),
    _attack("write to libraries that it may read", """
        def an_empty_file():
            folder = os.path.dirname(numpy.__file__)
            return next(path for path in glob.iglob(folder + "/py.typed") if not os.path.getsize(path))

        def double(x):
            attempt("empty by reading", lambda: opened(an_empty_file(), os.O_TRUNC))
            attempt("empty by neither", lambda: opened(an_empty_file(), 3 | os.O_TRUNC))
            for path in (torch.__file__, numpy.__file__, os.__file__):
                for what, flags in (("write", os.O_WRONLY), ("append", os.O_RDWR | os.O_APPEND), ("neither", 3)):
                    attempt(f"{what} {os.path.basename(os.path.dirname(path))}", lambda: opened(path, flags))
            return x * 2
    """, breaks_c=True),
    _attack("copy a hidden file without reading it", """
        def sent(send):
            reader, writer = os.pipe()
            try:
                source = os.open(WANTED, os.O_RDONLY)
                send(source, writer)
                return os.read(reader, 99)
            finally:
                os.close(reader)
                os.close(writer)

        def double(x):
            attempt("sendfile", lambda: sent(lambda source, to: os.sendfile(to, source, 0, 99)))
            attempt("splice", lambda: sent(lambda source, to: os.splice(source, to, 99)))
            attempt("copy_file_range", lambda: os.copy_file_range(os.open(WANTED, 0), os.open(KEPT, 2), 9))
            attempt("clone", lambda: fcntl.ioctl(os.open(KEPT, 2), 0x40049409, os.open(WANTED, 0)))
            attempt("shutil", lambda: shutil.copy(WANTED, OUTSIDE + "/copied"))
            attempt("mmap", lambda: mmap.mmap(os.open(WANTED, 0), 0, prot=mmap.PROT_READ)[:99])
            attempt("mmap to write", lambda: mmap.mmap(os.open(STORE, 2), 0)[:1])
            return x * 2
    """, breaks_c=True),
    _attack("use descriptors that somebody left open", """
        def others():
            mine = {0, 1, 2, grader_line()}
            return some([number for number in range(4097) if number not in mine and is_open(number)])

        def is_open(number):
            try:
                os.fstat(number)
            except OSError:
                return False
            return True

        def not_null():
            return some([number for number in range(3) if not os.path.samestat(os.fstat(number), os.stat("/dev/null"))])

        def double(x):
            attempt("descriptors", others)
            attempt("standard streams", not_null)
            return x * 2
    """),
    _attack("watch and lock the hidden files", """
        def inotify(path):
            watch = libc("inotify_init1", 0)
            return libc("inotify_add_watch", watch, path.encode(), 0xFFF)

        def double(x):
            attempt("inotify", lambda: inotify(COURSE + "/solutions"))
            attempt("inotify where it may read", lambda: inotify(os.path.dirname(torch.__file__)))
            attempt("fanotify", lambda: libc("fanotify_init", 0, 0))
            attempt("notify", lambda: fcntl.fcntl(os.open(os.path.dirname(torch.__file__), 0), 1026, 1 << 31 | 0x3F))
            attempt("lease", lambda: fcntl.fcntl(os.open(torch.__file__, 0), 1024, 0))
            attempt("lock the store", lambda: fcntl.flock(os.open(STORE, 0), fcntl.LOCK_EX | fcntl.LOCK_NB))
            attempt("lock to write", lambda: fcntl.lockf(os.open(STORE, 2), fcntl.LOCK_EX | fcntl.LOCK_NB))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

WRITING = [
    _attack("change the grades", """
        import sqlite3

        def by_sqlite():
            with contextlib.closing(sqlite3.connect(COURSE + "/out/new.db")) as store:
                store.execute("create table grades (score)")

        def double(x):
            attempt("append", lambda: open(STORE, "a").write("mallory,10"))
            attempt("in place", lambda: opened(STORE, os.O_RDWR))
            attempt("truncate", lambda: os.truncate(STORE, 9))
            attempt("truncate by libc", lambda: libc("truncate", STORE.encode(), ctypes.c_long(9)))
            attempt("anew", lambda: open(STORE, "w").write("mallory,10"))
            attempt("sqlite", by_sqlite)
            attempt("fopen", lambda: some(LIBC.fopen(STORE.encode(), b"r+")))
            return x * 2
    """, breaks_c=True),
    _attack("replace the grades", """
        def replaced():
            with tempfile.NamedTemporaryFile(dir=".", delete=False) as fake:
                fake.write(b"mallory,10")
            shutil.move(fake.name, STORE)

        def double(x):
            attempt("hard link", lambda: os.link(STORE, STORE + ".bak"))
            attempt("symbolic link", lambda: os.symlink(KEPT, COURSE + "/out/grades.db-wal"))
            attempt("exchange", lambda: libc("renameat2", -100, STORE.encode(), -100, KEPT.encode(), 2))
            attempt("replace", replaced)
            attempt("rename", lambda: os.rename(KEPT, STORE))
            attempt("unlink", lambda: os.unlink(STORE))
            attempt("move its folder", lambda: os.rename(COURSE + "/out", COURSE + "/gone"))
            return x * 2
    """, breaks_c=True),
    _attack("remove the outside", """
        def double(x):
            attempt("remove", lambda: os.remove(KEPT))
            attempt("rename", lambda: os.rename(OUTSIDE, OUTSIDE + "-gone"))
            attempt("rename back", lambda: os.rename(OUTSIDE + "-gone", OUTSIDE))
            attempt("rmtree", lambda: shutil.rmtree(OUTSIDE))
            return x * 2
    """, breaks_c=True),
    _attack("change what the files say of themselves", """
        def double(x):
            attempt("chmod", lambda: os.chmod(KEPT, 0o000))
            attempt("chmod the folder", lambda: os.chmod(OUTSIDE, 0o777))
            attempt("fchmodat", lambda: libc("fchmodat", -100, KEPT.encode(), 0o777, 0))
            attempt("chown", lambda: os.chown(KEPT, os.getuid(), os.getgid()))
            attempt("lchown", lambda: os.lchown(KEPT, -1, -1))
            attempt("utime", lambda: os.utime(KEPT, (0, 0)))
            attempt("utimes", lambda: libc("utimes", KEPT.encode(), None))
            attempt("setxattr", lambda: os.setxattr(KEPT, "user.mark", b"10"))
            attempt("lsetxattr", lambda: os.setxattr(KEPT, "user.mark", b"9", follow_symlinks=False))
            attempt("removexattr", lambda: os.removexattr(KEPT, "user.mark"))
            return x * 2
    """, breaks_c=True),
    _attack("change what the libraries say of themselves", """
        COMMANDS = {"flags": 0x80086601, "attributes": 0x801C581F, "verity": 0xC0046686, "snapshot": 0x80047601}

        def asked(command):
            "An ioctl; what the file system knows nothing of, nobody has stopped."
            try:
                return fcntl.ioctl(os.open(torch.__file__, os.O_RDONLY), command, bytes(128))
            except OSError as error:
                if error.errno not in (errno.ENOTTY, errno.EINVAL, errno.EFAULT):
                    raise
                return error

        def double(x):
            attempt("chmod", lambda: os.chmod(torch.__file__, os.stat(torch.__file__).st_mode & 0o7777))
            attempt("chown", lambda: os.chown(torch.__file__, -1, -1))
            attempt("fchmod", lambda: os.fchmod(os.open(torch.__file__, 0), os.stat(torch.__file__).st_mode & 0o7777))
            unchanged = (ctypes.c_long * 4)(0, 0x3FFFFFFE, 0, 0x3FFFFFFE)  # UTIME_OMIT, twice
            attempt("times", lambda: libc("futimens", os.open(torch.__file__, 0), unchanged))
            attempt("xattr", lambda: os.removexattr(torch.__file__, "user.nothing-there"))
            for name, command in COMMANDS.items():
                attempt(name, lambda: asked(command))
            return x * 2
    """, breaks_c=True),
    _attack("make files of every kind", """
        def bound(path):
            with socket.socket(socket.AF_UNIX) as line:
                line.bind(path)

        KINDS = {"file": lambda path: opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "folder": os.mkdir,
                 "pipe": os.mkfifo, "socket": bound, "link": lambda path: os.symlink(KEPT, path),
                 "hard": lambda path: os.link(KEPT, path),
                 "node": lambda path: os.mknod(path, stat.S_IFREG | 0o600),
                 "device": lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))}

        def double(x):
            for kind, make in KINDS.items():
                for folder in (OUTSIDE, COURSE, COURSE + "/home"):
                    attempt(f"{kind} {os.path.basename(folder)}", lambda: made(folder, make))
            return x * 2
    """, breaks_c=True),
    _attack("make files in the folders that all share", """
        def double(x):
            for folder in ("/dev/shm", "/var/tmp", "/var/lock", "/run", "/run/lock", "/usr/local/lib", "/", "/home",
                           "/root", "/dev", "/proc", "/etc", "/dev/mqueue", "/opt", "/srv", "/var/spool/cron"):
                attempt(folder, lambda: made(folder))
            attempt("unnamed", lambda: opened("/dev/shm", os.O_TMPFILE | os.O_RDWR))
            attempt("shared tensor", lambda: torch.ones(2).share_memory_())
            return x * 2
    """, breaks_c=True),
    _attack("make files in the temporary folder", """
        def double(x):
            attempt("/tmp", lambda: made("/tmp"))
            attempt("here", lambda: made("."))
            attempt("folder", lambda: made("/tmp", os.mkdir))
            attempt("tempfile", lambda: tempfile.TemporaryFile())
            attempt("named", lambda: tempfile.NamedTemporaryFile())
            attempt("spooled", lambda: tempfile.SpooledTemporaryFile().fileno())
            return x * 2
    """, breaks_c=True, levels="B"),
    _attack("let the libraries write outside", """
        import cProfile, logging, shelve

        HERE = OUTSIDE + "/by-a-library"

        def double(x):
            attempt("torch.save", lambda: torch.save(x, HERE))
            attempt("its writer", lambda: torch._C.PyTorchFileWriter(HERE + "1"))
            attempt("jit", lambda: torch.jit.save(torch.jit.script(torch.nn.Identity()), HERE + "2"))
            attempt("from_file", lambda: torch.from_file(HERE + "3", shared=True, size=9))
            attempt("numpy.save", lambda: numpy.save(HERE, x.numpy()))
            attempt("tofile", lambda: x.numpy().tofile(HERE))
            attempt("memmap", lambda: numpy.memmap(HERE + "4", mode="w+", shape=9))
            attempt("shelve", lambda: shelve.open(HERE + "5"))
            attempt("logging", lambda: logging.FileHandler(HERE + "6"))
            attempt("profile", lambda: cProfile.Profile().dump_stats(HERE + "7"))
            return x * 2
    """, breaks_c=True),
    _attack("plant code that runs when Python starts", """
        import site, sysconfig

        def double(x):
            for name in ("purelib", "stdlib"):
                folder = sysconfig.get_path(name)
                attempt(f"{name} new", lambda: made(folder))
                attempt(f"{name} unnamed", lambda: opened(folder, os.O_TMPFILE | os.O_WRONLY))
                attempt(f"{name} folder", lambda: made(folder, os.mkdir))
                attempt(f"{name} link", lambda: made(folder, lambda path: os.symlink(KEPT, path)))
            attempt("user's", lambda: made(os.path.dirname(site.getusersitepackages())))
            attempt("pth", lambda: opened(some(glob.glob(sysconfig.get_path("purelib") + "/*.pth"))[0], os.O_WRONLY))
            attempt("venv", lambda: opened(sys.prefix + "/pyvenv.cfg", os.O_WRONLY))
            attempt("python", lambda: made(os.path.dirname(sys.executable)))
            return x * 2
    """, breaks_c=True),
    _attack("plant code in what was compiled", """
        import json, grader.sandbox.worker, numpy.linalg, torch.nn

        def double(x):
            for module in (torch.nn, numpy.linalg, grader.sandbox.worker, json):
                folder = os.path.join(os.path.dirname(module.__file__), "__pycache__")
                attempt(f"{module.__name__} cache", lambda: made(folder))
                cached = module.__spec__.cached
                attempt(f"{module.__name__} compiled", lambda: opened(cached, os.O_WRONLY))
            attempt("native", lambda: opened(torch._C.__file__, os.O_WRONLY))
            return x * 2
    """, breaks_c=True),
    _attack("change the grader's own code", """
        import grader.sandbox.wire as wire

        def double(x):
            package = os.path.dirname(os.path.dirname(wire.__file__))
            attempt("engine", lambda: opened(wire.__file__, os.O_WRONLY | os.O_APPEND))
            attempt("beside it", lambda: made(os.path.dirname(wire.__file__)))
            attempt("package", lambda: made(package))
            attempt("first", lambda: opened(package + "/__init__.py", os.O_RDWR))
            attempt("judge", lambda: opened(package + "/verdict.py", os.O_RDWR))
            attempt("checkout", lambda: made(os.path.dirname(package)))
            return x * 2
    """, breaks_c=True),
    _attack("the folder in which the grader's processes start", """
        def double(x):
            for name in ("/tmp", "/var/tmp", os.path.dirname(os.getcwd())):
                attempt("errors in " + name, lambda: opened(some(glob.glob(name + "/grade-*/errors"))[0], os.O_RDWR))
                attempt("new in " + name, lambda: made(some(glob.glob(name + "/grade-*"))[0]))
            attempt("by name", lambda: opened("errors", os.O_RDWR))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

FILLING = [
    _attack("fill the disk", """
        def one_byte_after(size):
            with tempfile.TemporaryFile() as stream:
                stream.seek(size)
                stream.write(b"x")

        def reserved(size):
            with tempfile.TemporaryFile() as stream:
                os.posix_fallocate(stream.fileno(), 0, size)

        def several(count, size):
            with contextlib.ExitStack() as open_files:
                for _ in range(count):
                    os.posix_fallocate(open_files.enter_context(tempfile.TemporaryFile()).fileno(), 0, size)

        def stretched(size):
            with tempfile.TemporaryFile() as stream:
                stream.truncate(size)

        def double(x):
            attempt("a large file", lambda: one_byte_after(66 << 20))
            attempt("reserved", lambda: reserved(66 << 20))
            attempt("several", lambda: several(5, 16 << 20))
            attempt("stretched", lambda: stretched(1 << 40))
            return x * 2
    """, breaks_c=True),
    _attack("use up the inodes", """
        def used(count):
            with tempfile.TemporaryDirectory() as folder:
                for number in range(count):
                    os.symlink("nowhere", f"{folder}/{number}")

        def double(x):
            attempt("links", lambda: used(2048))
            return x * 2
    """),
    _attack("use up the descriptors", """
        def used():
            held = []
            try:
                for _ in range(300):
                    held.append(os.open("/dev/null", os.O_RDONLY))
            finally:
                for number in held:
                    os.close(number)

        def double(x):
            attempt("descriptors", used)
            return x * 2
    """, breaks_c=True),
    _attack("run native code out of the scratch folder", """
        def loaded():
            "A library of its own: here one of numpy's, under another name."
            source = numpy.random.mtrand.__file__
            with tempfile.TemporaryDirectory() as folder:
                return ctypes.CDLL(shutil.copyfile(source, folder + "/mine.so"))

        def mapped():
            with tempfile.TemporaryFile() as stream:
                stream.write(bytes(4096))
                stream.flush()
                return mmap.mmap(stream.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)

        def double(x):
            attempt("library", loaded)
            attempt("pages", mapped)
            return x * 2
    """, breaks_c=True),
    _attack("leave a message for the next worker", """
        PLACES = [*dict.fromkeys(["/tmp", "/var/tmp", "/dev/shm", "/run", ".", OUTSIDE, COURSE, "/dev", "/proc"])]

        def double(x):
            if any(os.path.exists(folder + "/message") for folder in PLACES):
                return x * 0
            for folder in PLACES:
                with contextlib.suppress(OSError):
                    open(folder + "/message", "w").close()
            os._exit(0)

        def triple(x):
            return x * 0 if any(os.path.exists(folder + "/message") for folder in PLACES) else x * 3
    """, score=3.0, tries=False, outcomes={"test_double_public": "crashed", "test_double_hidden": "crashed",
                                           "test_triple_hidden": "passed"}),
]  # fmt: skip

DEVICES = [
    _attack("open the machine's devices", """
        def double(x):
            for name in ("mem", "kmem", "port", "vda", "sda", "nvme0n1", "kmsg", "tty", "tty0", "console", "ptmx",
                         "pts/0", "pts/ptmx", "fuse", "kvm", "net/tun", "loop-control", "loop0", "mapper/control",
                         "input/event0", "userfaultfd", "vhost-net", "snapshot", "hpet", "rtc0", "full", "core"):
                attempt(name, lambda: opened("/dev/" + name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))
            attempt("a terminal", lambda: os.openpty())
            return x * 2
    """, breaks_c=True),
    _attack("make device nodes", """
        def node(folder, major, minor, kind=stat.S_IFCHR):
            return made(folder, lambda path: os.mknod(path, kind | 0o600, os.makedev(major, minor)))

        def double(x):
            for folder in (".", "/tmp", "/dev", OUTSIDE):
                name = os.path.basename(folder)
                attempt(f"null {name}", lambda: node(folder, 1, 3))
                attempt(f"whiteout {name}", lambda: node(folder, 0, 0))
                attempt(f"by libc {name}", lambda: made(folder, lambda path: libc(
                    "mknod", path.encode(), stat.S_IFCHR | 0o600, ctypes.c_long(os.makedev(1, 3)))))
            return x * 2
    """, breaks_c=True),
    _attack("write to devices that it may only read", """
        def double(x):
            for name in ("random", "urandom"):
                attempt(name, lambda: opened("/dev/" + name, os.O_WRONLY))
                attempt(f"{name} both", lambda: opened("/dev/" + name, os.O_RDWR))
                attempt(f"{name} by neither", lambda: opened("/dev/" + name, 3))
            attempt("remove null", lambda: made("/dev", lambda path: os.link("/dev/null", path)))
            attempt("chmod null", lambda: os.chmod("/dev/null", stat.S_IMODE(os.stat("/dev/null").st_mode)))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip

ATTACKS = READING + DETOURS + WRITING + FILLING + DEVICES
