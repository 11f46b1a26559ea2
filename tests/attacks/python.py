"""What the language allows: hooks, traces, patched builtins, bombs for the parser, threads, signals, frames."""

from .arena import Attack

CRASHED = dict.fromkeys(("test_double_public", "test_double_hidden", "test_triple_hidden"), "crashed")
DOUBLE_CRASHED = CRASHED | {"test_triple_hidden": "passed"}
DOUBLE_FAILED = {"test_double_public": "failed", "test_double_hidden": "failed", "test_triple_hidden": "passed"}
DOUBLE_TIMED_OUT = dict.fromkeys(CRASHED, "timed_out") | {"test_triple_hidden": "passed"}

ATTACKS = [
    Attack("import the grader's other half", """
        import importlib

        class Finder:
            "Hands out what is asked for, and notes it."
            asked = []
            def find_spec(self, name, path=None, target=None):
                self.asked.append(name)

        sys.meta_path.insert(0, Finder())
        sys.path_importer_cache.clear()

        def double(x):
            for name in ("grader.checks", "grader.compare", "grader.session", "grader.run", "grader.records"):
                attempt(name, lambda: importlib.import_module(name))
            return x * 2
    """, breaks_c=True),

    Attack("import the solution and the checks", """
        import importlib.machinery, linecache, runpy, tokenize, zipimport

        def double(x):
            sys.path[:0] = [os.path.dirname(path) for path in SECRETS] + [COURSE]
            for path in SECRETS[:4]:
                attempt("by the loader", lambda: importlib.machinery.SourceFileLoader("secret", path).load_module())
                attempt("by its name", lambda: runpy.run_path(path)["double"])
                attempt("its text", lambda: tokenize.open(path).read())
            attempt("the test module", lambda: importlib.import_module("test_exercise01"))
            attempt("the oracle", lambda: importlib.import_module("oracle"))
            attempt("linecache", lambda: linecache.getlines(SECRETS[0])[0])
            return x * 2
    """, breaks_c=True),

    Attack("poison the modules that the worker needs", """
        import types

        def double(x):
            sys.modules["torch"] = sys.modules["numpy"] = types.SimpleNamespace(Tensor=int, ndarray=int)
            return x * 5
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("trace, profile and audit everything", """
        SEEN = []

        def watch(*what):
            if len(SEEN) < 100_000:
                SEEN.append(what[1:])

        sys.settrace(watch)
        threading.settrace(watch)
        sys.setprofile(watch)
        sys.addaudithook(watch)
    """, tries=False),

    Attack("an audit hook that refuses all that the worker does", """
        def refuse(event, arguments):
            if refuse.on:
                raise SystemExit(0)

        refuse.on = False
        sys.addaudithook(refuse)

        def double(x):
            refuse.on = True
            return x * 2
    """, score=7.0, tries=False, outcomes={"test_double_public": "passed", "test_double_hidden": "crashed"}),

    Attack("undo the hook that refuses other processes", """
        import subprocess

        def double(x):
            real = [thing for thing in gc.get_objects() if getattr(thing, "__name__", "") == "hook"]
            for hook in real:
                hook.__code__ = (lambda event, arguments: None).__code__
            attempt("subprocess", lambda: subprocess.run(["true"]))
            attempt("fork", lambda: os.fork() or os._exit(0))
            attempt("kill", lambda: os.kill(GRADER, 0))
            return x * 2
    """, breaks_c=True),

    Attack("callbacks of the collector, finalizers and exit hooks", """
        import atexit, weakref

        class Thing:
            def __del__(self):
                os.write(grader_line(), b"tgw1" * 10)

        thing = Thing()
        thing.itself = thing
        weakref.finalize(thing, print, "finalized")
        atexit.register(lambda: os.write(grader_line(), b"tgw1" * 10))
        gc.callbacks.append(lambda *_: print("collected"))
        gc.set_threshold(1)
    """, tries=False),

    Attack("patch the builtins for good", """
        import builtins
        shout = builtins.print

        def refuse(*args, **kwargs):
            raise SystemExit(0)

        builtins.print = lambda *words, **more: shout("?", *words)
        for name in ("open", "compile", "exec", "eval", "input", "__import__", "sorted", "repr", "hash", "exit", "help"):
            setattr(builtins, name, refuse)
    """, tries=False, score=0.0, outcomes=CRASHED),

    Attack("replace standard output and close it", """
        import io
        sys.stdout = sys.stderr = sys.__stdout__ = io.StringIO()

        def double(x):
            print("to be lost")
            sys.stdout.close()
            sys.stdout = None
            print("to nobody")
            sys.stderr = 5
            return x * 2

        def triple(x):
            sys.stdout.parts = sys.stdout.kept = None
            return x * 3
    """, score=7.0, tries=False, outcomes={"test_triple_hidden": "crashed"}),

    Attack("close every descriptor, the line too", """
        def double(x):
            os.closerange(0, 256)
            return x * 2
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("close standard input, output and error", """
        os.closerange(0, 3)

        def double(x):
            print("still here")
            return x * 2
    """, tries=False),

    Attack("put a file in the place of the line", """
        def double(x):
            os.dup2(os.open("/dev/null", os.O_RDWR), grader_line())
            return x * 2
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("hang up, and live on", """
        def double(x):
            socket.socket(fileno=os.dup(grader_line())).shutdown(socket.SHUT_RDWR)
            time.sleep(30)
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("recursion without an end", """
        def double(x):
            return double(x) if x.numel() else 0
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("recursion into the end of the stack", """
        class Deep:
            def __repr__(self):
                return repr([self])

        def double(x):
            sys.setrecursionlimit(2**31 - 1)
            return repr(Deep())
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("a regular expression that never ends", """
        import re

        def double(x):
            return x * 2 if re.match("(a+)+$", "a" * 60 + "b") else x
    """, score=3.0, tries=False, outcomes=DOUBLE_TIMED_OUT),

    Attack("integers too long to be written", """
        def double(x):
            sys.set_int_max_str_digits(0)
            return 10**10**5 if x.numel() == 2 else -(10**1300)

        def triple(x):
            return int("9" * 10**4)
    """, score=0.0, tries=False, outcomes=DOUBLE_FAILED | {"test_triple_hidden": "failed"}),

    Attack("a hundred thousand minus signs", "x = " + "-" * 100_000 + "1", score=0.0, tries=False,
           outcomes=dict.fromkeys(CRASHED, "failed")),

    Attack("five thousand parentheses", "x = " + "(" * 5000 + ")" * 5000, score=0.0, tries=False,
           outcomes=dict.fromkeys(CRASHED, "failed")),

    Attack("constants that a compiler would fold", "def never():\n    return " + ", ".join(["2**2**30"] * 2000) + "\n"
           "def ever():\n    return ('x' * 2**12 * 2**12 * 2**12, (1,) * 2**30, 1 << 2**30)", tries=False),

    Attack("a chain of nine hundred attributes", "def never(x):\n    return x" + ".x" * 900, tries=False),

    Attack("a tuple of a hundred thousand numbers", f"T = ({'1,' * 100_000})", tries=False),

    Attack("a file of a quarter of a megabyte", "# 가나다\n" * 10_000 + "def f(x): return x\n" * 5_000, tries=False),

    Attack("a byte of zero", "x = '\0'", score=0.0, tries=False, outcomes=dict.fromkeys(CRASHED, "failed")),

    Attack("form feeds, bidi marks and a cookie in comments", "\f# -*- coding: utf-7 -*- \u202e \u2066\n\f"
           "s = '\u202e'  # \u2069\n# coding: rot13\n", tries=False),

    Attack("a name that only looks like the right one", "def dоuble(x):\n    return x * 2\ndel double", score=3.0,
           tries=False, outcomes=DOUBLE_FAILED),

    Attack("a name in letters that Python makes the right ones",
           "del double\ndef 𝒹𝑜𝓊𝒷𝓁𝑒(x):\n    return x * 2", tries=False),

    Attack("no builtins at all", """
        __builtins__ = {}

        def double(x):
            return x * 2
    """, tries=False),

    Attack("a thread that never ends and patches later", """
        def later():
            while True:
                time.sleep(0.01)
                globals()["double"] = lambda x: x * 2
                sys.stdout = None
                gc.collect()

        for _ in range(5):
            threading.Thread(target=later, daemon=True).start()
        threading.Thread(target=later).start()

        def triple(x):
            time.sleep(0.1)
            return x * 3
    """, tries=False),

    Attack("a thread that keeps the interpreter to itself", """
        def hog():
            while True:
                pass

        def double(x):
            sys.setswitchinterval(1000)
            threading.Thread(target=hog, daemon=True).start()
            time.sleep(0.01)
            return x * 2
    """, score=3.0, tries=False, outcomes=DOUBLE_TIMED_OUT),

    Attack("an exception thrown into the main thread", """
        def throw(thread):
            time.sleep(0.05)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(KeyboardInterrupt))

        def double(x):
            threading.Thread(target=throw, args=(threading.get_ident(),), daemon=True).start()
            while True:
                time.sleep(0.001)
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("a timer whose handler answers for itself", """
        def answer(number, frame):
            raise SystemExit(0)

        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, answer)

        def double(x):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            time.sleep(1)
            return x * 2
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    # the first process of a PID namespace gets no signal that it has no handler for, not even from a timer
    Attack("an alarm clock without a handler, at level A", """
        def double(x):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            time.sleep(0.2)
            return x * 2
    """, tries=False, levels="A"),

    Attack("an alarm clock without a handler, at level B", """
        def double(x):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            time.sleep(0.2)
            return x * 2
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED, levels="B"),

    Attack("an endless loop at import", """
        while True:
            pass
    """, score=0.0, tries=False, outcomes=dict.fromkeys(CRASHED, "timed_out")),

    Attack("stop and look around", """
        import pdb

        def double(x):
            breakpoint()
            return x * 2

        def triple(x):
            return x * float(sys.stdin.read() or 3)
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("floods of prints, warnings and logs", """
        import logging, warnings
        LINE = "\\x1b[2J</script><script>alert(1)</script>\\u202e\\udc80" * 20

        def double(x):
            for _ in range(10_000):
                print(LINE)
                sys.stderr.write(LINE)
                logging.warning(LINE)
            for number in range(3_000):
                warnings.warn(f"{LINE}{number}")
            return x * 2
    """, tries=False),

    Attack("tools for faults and memory", """
        import faulthandler, tracemalloc
        tracemalloc.start(50)

        def double(x):
            attempt("faulthandler on standard error", lambda: faulthandler.enable() or 1 / 0)
            if x.numel() > 2:
                faulthandler.dump_traceback_later(0.05, exit=True, file=open("/dev/null", "w"))
                time.sleep(1)
            return x * 2
    """, score=7.0, outcomes={"test_double_hidden": "crashed"}),

    Attack("reach for the service on the stack", """
        def stack():
            frame = sys._getframe(1)
            while frame is not None:
                yield frame.f_locals
                frame = frame.f_back

        def wanted(request):
            return {key: value for key, value in request.items() if key not in
                    ("id", "op", "target", "name", "args", "kwargs", "device", "keep", "changes", "banned")}.popitem()

        def double(x):
            for names in list(stack()):
                if "request" in names:
                    attempt("more than the question", lambda: wanted(names["request"]))
                if "service" in names:
                    names["service"].objects.update({number: None for number in range(100)})
                    names["service"].filename = "/etc/passwd"
            return x * 2

        def triple(x):
            for names in list(stack()):
                if type(names.get("reply")) is dict:
                    names["reply"]["id"] += 1
                if "arguments" in names:
                    vars(names["arguments"]).clear()
            return x * 3
    """, score=7.0, outcomes={"test_triple_hidden": "crashed"}),

    Attack("another path and another environment", """
        os.environ.clear()
        os.environ.update(PYTHONPATH=COURSE, LD_PRELOAD="/tmp/evil.so", PYTEST_ADDOPTS="--co", HOME=COURSE)
        sys.path[:] = [COURSE]
        sys.path_hooks.clear()
        sys.argv = ["grade"]
        sys.executable = sys.prefix = "/nowhere"
        try:
            with open("torch.py", "w") as stream:
                stream.write("import os; os._exit(0)")
            sys.path.insert(0, os.getcwd())
        except OSError:
            pass
    """, tries=False),

    Attack("code from a file and a line that are not there", """
        def raising(x):
            raise ValueError("here")

        def forged(filename, line):
            return type(raising)(raising.__code__.replace(co_filename=filename, co_firstlineno=line, co_name="<b>\\x1b"), globals())

        double = forged("exercise01.py", 2**31 - 9)
        triple = forged(SECRETS[0], 1)
    """, score=0.0, tries=False, outcomes=DOUBLE_FAILED | {"test_triple_hidden": "failed"}),

    Attack("answers that are still to be worked out", """
        async def double(x):
            return x * 2

        def triple(x):
            yield x * 3
    """, score=0.0, tries=False, outcomes=DOUBLE_FAILED | {"test_triple_hidden": "failed"}),

    Attack("a module that makes up its names", """
        del double, triple

        def __getattr__(name):
            if name == "double":
                return lambda x: x * 2
            raise SystemExit(0)
    """, score=7.0, tries=False, outcomes={"test_triple_hidden": "failed"}),

    Attack("a module of another class", """
        import types

        class Odd(types.ModuleType):
            @property
            def double(self):
                return lambda x: x * 2
            @property
            def triple(self):
                os._exit(0)

        del double, triple
        sys.modules[__name__].__class__ = Odd
        sys.modules[__name__] = None
        globals()[5] = 5
    """, score=7.0, tries=False, outcomes={"test_triple_hidden": "crashed"}),

    Attack("names that cannot be told", """
        class Name(str):
            def __str__(self):
                raise SystemExit(0)
            def __hash__(self):
                return 5

        globals()[Name("x")] = 1
        del globals()["__file__"], globals()["__name__"]
    """, tries=False),
]  # fmt: skip
