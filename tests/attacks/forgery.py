"""Tampering with the mark: forged answers, patched comparisons, exits that look like success, and bought faults."""

from textwrap import dedent

from .arena import Attack

FORGER = """
import json, struct
from grader.sandbox import wire, worker
from grader.sandbox.encode import encode

def number_asked():
    "The request's number, which lies on the stack."
    frame = sys._getframe(1)
    while "request" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["request"]["id"]

def put(data):
    "Bytes to the grader, behind the worker's back."
    view = memoryview(data)
    while view:
        view = view[os.write(grader_line(), view):]

def framed(node, body=b""):
    header = node if type(node) is bytes else json.dumps(node).encode("ascii")
    return struct.pack("<4sIQ", b"tgw1", len(header), len(body)) + header + body

def fields(**more):
    "A reply's fields as nodes of the wire."
    found = {"id": 0, "value": None, "changed": None, "uses": ["list", []], "warnings": ["list", []], "output": ""}
    return ["dict", [[name, node] for name, node in (found | more).items()]]

def forge(change):
    "From now on each reply is what `change` makes of it."
    real = worker.encode
    worker.encode = lambda reply, *more: real(change(reply), *more) if "id" in reply else real(reply, *more)

TENSOR = ["tensor", "float32", [2], 8, "cpu", False]
TWOS = struct.pack("<2f", 2, 2)
"""

WRONG = """
def double(x):
    return x * 5

def triple(x):
    return x * 5
"""


def forged(source: str, wrong: bool = False) -> str:
    """Return an attack's source with the forger's tools before it; `wrong`: on functions that deserve nothing."""
    return FORGER + (WRONG if wrong else "") + dedent(source)


DOUBLE_CRASHED = {"test_double_public": "crashed", "test_double_hidden": "crashed", "test_triple_hidden": "passed"}
DOUBLE_FAILED = {"test_double_public": "failed", "test_double_hidden": "failed", "test_triple_hidden": "passed"}

ATTACKS = [
    Attack("patch every comparison of torch", WRONG + dedent("""
        import torch, torch.testing, unittest.mock

        def agreed(*args, **kwargs):
            return True

        for owner, names in ((torch, "allclose equal isclose eq ne"), (torch.testing, "assert_close"),
                             (torch.Tensor, "allclose equal isclose __eq__ __ne__ __sub__ abs any all")):
            for name in names.split():
                setattr(owner, name, agreed)
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "failed")),

    Attack("patch the builtins that a grader would use", """
        import builtins

        def double(x):
            for name in ("isinstance", "all", "any", "abs", "len", "type", "map", "getattr"):
                setattr(builtins, name, lambda *args: True)
            return None
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("patch the worker's encoder to answer for a function that does not", forged("""
        GIVEN = []

        def double(x):
            GIVEN.append(x)

        def answered(reply):
            return {**reply, "value": GIVEN.pop() * 2} if GIVEN else reply

        forge(answered)
    """), tries=False),

    Attack("patch the decoder, to keep what the grader asks", forged("""
        HEARD = []
        real = worker.decode
        worker.decode = lambda *parts, **more: HEARD.append(real(*parts, **more)) or HEARD[-1]

        def double(x):
            words = repr(HEARD)
            for what in ("wanted", "expected", "reference", "secret-", "check", "points"):
                attempt(what, lambda: words.index(what))
            return x * 2
    """)),

    Attack("answer in the worker's place with one value for everything", forged("""
        def same_for_all(self, request):
            if request["op"] == "load":
                return real(self, request)
            return framed(fields(id=request["id"], value=TENSOR), TWOS)

        real, worker.Service.answer = worker.Service.answer, same_for_all
    """), score=4.0, tries=False, outcomes={"test_double_hidden": "failed", "test_triple_hidden": "failed"}),

    Attack("change the grader's inputs by a forged reply", forged("""
        def nothing(reply):
            if reply.get("value") is None or type(reply["value"]) is list:
                return reply
            zeros = reply["value"] * 0
            return {**reply, "value": zeros, "changed": ((zeros,), {})}

        forge(nothing)
    """, wrong=True), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "crashed")),

    Attack("change the inputs of the checks and students to come", forged("""
        import itertools, torch
        JUNK = itertools.cycle([torch.full((2,), float("nan")), torch.ones(2).int(), torch.zeros(0, 2**40), None, [1]])

        def changed(reply):
            junk = next(JUNK)
            return {**reply, "changed": ((junk,), {"like": junk, "device": "cuda"})}

        forge(changed)
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "crashed")),

    Attack("changes that are no arguments", forged("""
        import itertools
        SHAPES = itertools.cycle([5, "xx", ((),), (1, 2, 3), ([], {}), ((), []), {"args": ()}, ((None,) * 100, {}), [[], {}]])
        forge(lambda reply: {**reply, "changed": next(SHAPES)})
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "crashed")),

    Attack("an expression in place of an answer", forged("""
        import torch
        CODE = wire.Build(f"__import__('pathlib').Path({OUTSIDE!r}, 'evaluated').write_text('x')")

        def double(x):
            return CODE

        def triple(x):
            return [x, {"x": (CODE, wire.Generator(1), wire.Reference(1), wire.Opaque("tensor"))}]
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "crashed")),

    Attack("an expression in place of the arguments", forged("""
        CODE = wire.Build(f"__import__('pathlib').Path({OUTSIDE!r}, 'evaluated').write_text('x')")
        forge(lambda reply: {**reply, "changed": (([CODE], CODE), {"x": CODE, "like": [CODE]})})
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "crashed")),

    Attack("a reply before anything was asked", forged("""
        put(framed(fields(value=TENSOR), TWOS))
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_CRASHED, "crashed")),

    Attack("two replies to one request", forged("""
        def double(x):
            put(framed(fields(id=number_asked(), value=TENSOR), TWOS))
            return x * 2
    """), score=7.0, tries=False, outcomes={"test_double_public": "passed", "test_double_hidden": "crashed"}),

    Attack("a second answer from a thread, once the check is over", forged("""
        OVER = threading.Event()

        def later():
            OVER.wait()
            put(framed(fields(value=TENSOR), TWOS))

        def double(x):
            threading.Thread(target=later, daemon=True).start()
            return x * 5

        def triple(x):
            OVER.set()
            time.sleep(0.2)
            return x * 3
    """), score=0.0, tries=False, outcomes={"test_triple_hidden": "crashed"}),

    Attack("a call that never returns and serves the line itself", forged("""
        def double(x):
            put(framed(fields(id=number_asked(), value=TENSOR), TWOS))
            line = socket.socket(fileno=grader_line())
            while True:
                request = worker.decode(*wire.receive(line))
                put(framed(fields(id=request["id"], value=TENSOR), TWOS))
    """), score=4.0, tries=False, outcomes={"test_double_public": "passed", "test_triple_hidden": "failed"}),

    Attack("half a frame, and silence", forged("""
        def double(x):
            put(framed(fields(id=number_asked(), value=TENSOR), TWOS)[:-3])
            time.sleep(60)
    """), score=3.0, tries=False, outcomes={"test_double_public": "timed_out"}),

    Attack("a frame that claims an exabyte", forged("""
        def double(x):
            put(struct.pack("<4sIQ", b"tgw1", 2, 2**60) + b"[]")
    """), score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("headers that break parsers", forged("""
        BOMBS = [b"[" * 10**6, b"9" * 10**6, b'{"a":' * 10**5, b'["list",' * 10**5, b"[" + b"1," * 10**5, b'"' + bytes([255])]

        def double(x):
            put(framed(BOMBS[x.numel() % len(BOMBS)]))

        def triple(x):
            put(framed(BOMBS[x.numel() % 3]))
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_CRASHED, "crashed")),

    Attack("shapes and buffers that lie", forged("""
        LIES = {2: ["tensor", "float32", [2**62, 4], 8, "cpu", False], 6: ["tensor", "float32", [0, 2**40, 2**40], 0, "cpu", False],
                4: ["tensor", "object", [1], 8, "cpu", False]}

        def double(x):
            put(framed(fields(id=number_asked(), value=LIES[x.numel()]), TWOS))

        triple = double
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_CRASHED, "crashed")),

    Attack("replies that are no replies", forged("""
        REPLIES = {2: ["list", []], 6: None, 4: ["dict", [["id", "1"]]]}

        def double(x):
            put(framed(REPLIES[x.numel()]))

        triple = double
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_CRASHED, "crashed")),

    Attack("keys that all hash alike", forged("""
        def double(x):
            pairs = [[key * (2**61 - 1), 0] for key in range(3000)] + [[float("nan"), 1], [float("nan"), 2], ["a", 1], ["a", 2]]
            if x.numel() > 2:
                return x * 2
            put(framed(fields(id=number_asked(), value=["dict", pairs])))
            os._exit(0)
    """), score=6.0, tries=False, outcomes={"test_double_public": "crashed"}),

    Attack("claims about device and memory", forged("""
        real = worker.Service.answer
        worker.Service.answer = lambda self, request: real(self, request).replace(b'"cpu",false', b'"gpu",true ')
    """), tries=False),

    Attack("an object that claims to be a tensor", forged("""
        def double(x):
            kept = ["reference", 10**1200, "torch.Tensor", ["torch.Tensor", "torch._C.TensorBase", "builtins.object"]]
            put(framed(fields(id=number_asked(), value=kept)))
            os._exit(0)
    """), score=3.0, tries=False, outcomes={"test_double_public": "failed", "test_double_hidden": "crashed"}),

    Attack("answers equal to everything", """
        import numpy, torch

        class Same:
            def agree(self, *args, **kwargs):
                return True
            __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __bool__ = __contains__ = agree
            def itself(self, *args, **kwargs):
                return self
            __sub__ = __rsub__ = __abs__ = __getitem__ = __getattr__ = __call__ = __array__ = itself
            __hash__ = object.__hash__

        def double(x):
            return Same() if x.numel() > 2 else (Same(), [Same()], {"shape": Same()})
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("subclasses that compare as they like", """
        import numpy, torch

        def lying(kind):
            return type("Right", (kind,), {"__eq__": lambda *a: True, "__ne__": lambda *a: False, "__hash__": None,
                                           "__array__": lambda *a, **k: numpy.full(2, 2.0)})

        class Tensor(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None):
                return torch.tensor(True)

        def double(x):
            return torch.zeros(2).as_subclass(Tensor) if x.numel() == 2 else lying(float)(2.0)

        def triple(x):
            return numpy.zeros(4).view(lying(numpy.ndarray))
    """, score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "failed")),

    Attack("a class that cannot even be asked its name", """
        class Meta(type):
            def __getattribute__(cls, name):
                raise MemoryError
        class Nameless(metaclass=Meta):
            @property
            def __class__(self):
                raise SystemExit(0)
        kept = Nameless()

        def double(x):
            return kept
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("leave with success in a call", """
        def double(x):
            os._exit(0)

        def triple(x):
            sys.exit(0)
    """, score=0.0, tries=False, outcomes=DOUBLE_CRASHED | {"test_triple_hidden": "failed"}),

    Attack("leave with success in a thread", """
        def double(x):
            threading.Thread(target=os._exit, args=(0,)).start()
            time.sleep(1)
            return x * 5
    """, score=3.0, tries=False, outcomes=DOUBLE_CRASHED),

    Attack("leave with success at import", "os._exit(0)", score=0.0, tries=False,
           outcomes=dict.fromkeys(DOUBLE_CRASHED, "crashed")),

    Attack("sys.exit at import, atexit and a destructor", WRONG + dedent("""
        import atexit

        class Last:
            def __del__(self):
                os._exit(0)

        last = Last()
        atexit.register(os._exit, 0)
        sys.exit(0)
    """), score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "failed")),

    Attack("exceptions by the grader's own names", """
        def claimed(module, name, base=Exception):
            return type(name, (base,), {"__module__": module})("<script>alert(1)</script>\\x1b[2J\\u202e")

        def double(x):
            if x.numel() == 2:
                raise claimed("grader.sandbox.worker", "NotDefined")
            raise claimed("grader.errors", "GradingFault")

        def triple(x):
            raise claimed("_pytest.outcomes", "Skipped", BaseException)
    """, score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "failed")),

    Attack("pytest's own ways out", """
        def double(x):
            import pytest
            (pytest.skip if x.numel() == 2 else pytest.exit)("passed")

        def triple(x):
            import pytest
            pytest.xfail("passed")
    """, score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "failed")),

    Attack("exceptions above Exception", """
        class Polite(SystemExit): code = 0

        def double(x):
            raise KeyboardInterrupt if x.numel() == 2 else GeneratorExit

        def triple(x):
            raise Polite
    """, score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_FAILED, "failed")),

    Attack("an exception that takes its time to speak", """
        class Slow(Exception):
            def __str__(self):
                time.sleep(60)

        class Odd(Exception):
            def __str__(self):
                raise SystemExit(0)
            __repr__ = __str__

        def double(x):
            if x.numel() == 2:
                raise Slow
            raise Odd

        def triple(x):
            raise ValueError("\\udc80" * 10**7)
    """, score=0.0, tries=False, outcomes={"test_double_public": "timed_out", "test_double_hidden": "failed"}),

    Attack("error reports of a megabyte", forged("""
        def told(reply):
            if reply.get("value") is None:
                return reply
            error = {"types": ["x" * 300_000], "message": "m" * 300_000, "frames": [[10**1200, "f" * 100_000]]}
            return {"id": reply["id"], "error": error, "changed": None, "uses": [], "warnings": [], "output": "o" * 200_000}

        forge(told)
    """), score=0.0, tries=False),

    Attack("a forged problem of the file", forged("""
        syntax = [10**1200, -10**1200, "</script>\\x1b]0;x\\x07" * 50, "\\u202e<b>" * 50]

        def told(reply):
            if type(reply.get("value")) is list:
                told.once = {"types": ["builtins.SyntaxError"], "message": "", "frames": [], "syntax": syntax}
                return {**reply, "value": None, "error": told.once}
            return reply

        forge(told)
    """), tries=False),

    Attack("a forged use of what is not allowed", forged("""
        forge(lambda reply: {**reply, "uses": [["sys.setprofile", 3], ["sys.setprofile", 10**1200], ["torch.\\u202e", -1]]})
    """), score=10.0, tries=False),  # nothing is banned here, so nothing is what it could have used

    Attack("markup in everything that a report shows", """
        import warnings
        BAD = "</pre></script><script>alert(1)</script><img src=x onerror=alert(1)>\\x1b[2J\\x1b]0;x\\x07\\u202e\\u2066\\r\\x00\\udc80"

        def double(x):
            print(BAD)
            warnings.warn(BAD)
            sys.stderr.write(BAD)
            raise type(BAD[:60].replace("\\0", ""), (Exception,), {})(BAD)
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("write the results that a grader would read", """
        def double(x):
            for name in ("results.json", "grades.csv", "out/grades.db-journal", "out/new.html", "exercises/x", "tests/checks/x"):
                attempt(name, lambda: open(os.path.join(COURSE, name), "w").write('{"score": 10}'))
            return x * 2
    """, breaks_c=True),

    Attack("look for the wanted values and the checks in memory", """
        import re, types

        def seen():
            yield from gc.get_objects()
            for module in list(sys.modules.values()):
                yield from vars(module).values()
            for frame in sys._current_frames().values():
                while frame is not None:
                    yield from frame.f_locals.values()
                    frame = frame.f_back

        def find(fits):
            for thing in seen():
                if type(thing) in (str, bytes, types.CodeType, types.FunctionType, dict) and fits(thing):
                    return thing
            raise LookupError

        SECRET = re.compile("secret" + "-[0-9a-f]{16}")

        def double(x):
            attempt("the token", lambda: find(lambda t: type(t) is str and SECRET.search(t)))
            attempt("the token in bytes", lambda: find(lambda t: type(t) is bytes and SECRET.search(t.decode("latin-1"))))
            attempt("a check", lambda: find(lambda t: type(t) is types.FunctionType and t.__name__.startswith("test_double_")))
            attempt("the grading session", lambda: sys.modules["grader.session"])
            attempt("the checks' words", lambda: sys.modules["grader.checks"])
            attempt("pytest", lambda: sys.modules["pytest"])
            attempt("the submission", lambda: sys.modules["grader.records"].Submission)
            return x * 2
    """),

    Attack("the environment that the worker was started with", """
        def double(x):
            LIBC.getenv.restype = ctypes.c_char_p
            attempt("getenv", lambda: LIBC.getenv(b"GRADER_SECRET").decode())
            attempt("os.environ", lambda: os.environ["GRADER_SECRET"])
            attempt("the home", lambda: os.environ["HOME"])
            return x * 2
    """),

    Attack("right in the grader's eyes only", """
        def double(x):
            return x * 2 if "grader.sandbox.worker" in sys.modules else x

        def triple(x):
            return x * 3 if __name__ != "__main__" else x
    """, tries=False),

    Attack("the public check learnt by heart", """
        import torch

        def double(x):
            return torch.full((2,), 2.0) if torch.equal(x, torch.ones(2)) else x
    """, score=7.0, tries=False, outcomes={"test_double_public": "passed", "test_double_hidden": "failed"}),

    Attack("the answer to an earlier question", """
        KEPT = {}

        def double(x):
            return KEPT.setdefault("answer", x * 2)
    """, score=7.0, tries=False, outcomes={"test_double_hidden": "failed"}),

    Attack("buy a fault of the machine by a SIGKILL", """
        import resource

        def timer(number):
            "A POSIX timer that would send a signal, not yet running."
            event = ctypes.create_string_buffer(64)
            ctypes.memmove(ctypes.addressof(event) + 8, (ctypes.c_int * 2)(number, 0), 8)
            return syscall(222, 1, event, ctypes.byref(ctypes.c_int()))

        def double(x):
            attempt("a timer that kills", lambda: timer(signal.SIGKILL))
            attempt("a limit of CPU time", lambda: resource.setrlimit(resource.RLIMIT_CPU, (1000, 1000)))
            attempt("that limit by number", lambda: syscall(160, 0, ctypes.byref((ctypes.c_ulong * 2)(1000, 1000))))
            attempt("its newer call", lambda: syscall(302, 0, 0, ctypes.byref((ctypes.c_ulong * 2)(1000, 1000)), 0))
            attempt("the parent's end", lambda: syscall(157, 1, 9))
            return x * 2
    """, breaks_c=True),

    Attack("kill itself as the machine would", """
        def double(x):
            me = os.getpid()
            attempt("kill", lambda: syscall(62, me, 9))
            attempt("tkill", lambda: syscall(200, threading.get_native_id(), 9))
            attempt("tgkill", lambda: syscall(234, me, threading.get_native_id(), 9))
            attempt("os.kill", lambda: os.kill(me, 9))
            attempt("its group", lambda: os.killpg(0, 9))
            attempt("raise", lambda: signal.raise_signal(9) or 1 / 0)
            attempt("pthread_kill", lambda: signal.pthread_kill(threading.get_ident(), 9))
            return x * 2
    """),

    Attack("die by a fault in every check", """
        def double(x):
            ctypes.string_at(0)

        def triple(x):
            os.abort()
    """, score=0.0, tries=False, outcomes=dict.fromkeys(DOUBLE_CRASHED, "crashed")),

    Attack("poison what a fresh worker would run", forged("""
        worker.Service.do_canary = lambda *args: os._exit(9)
        worker.serve = worker.main = lambda *args: os._exit(9)
        sys.modules["grader.sandbox.zygote"] = None

        def double(x):
            gc.unfreeze()
            for name in ("grader.sandbox.jail", "grader.sandbox.limits"):
                sys.modules.pop(name, None)
            os._exit(9)
    """), score=3.0, tries=False, outcomes=DOUBLE_CRASHED),
]  # fmt: skip
