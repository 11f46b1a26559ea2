"""What torch offers: pickles, compilers, processes, files, modes and switches, and tensors of every odd kind."""

from .arena import Attack

FAILED = dict.fromkeys(("test_double_public", "test_double_hidden", "test_triple_hidden"), "failed")
DOUBLE_FAILED = FAILED | {"test_triple_hidden": "passed"}

ATTACKS = [
    Attack("a pickle that runs a program", """
        import io, pickle, torch

        class Gadget:
            def __init__(self, function, *arguments):
                self.made = function, arguments
            def __reduce__(self):
                return self.made

        def loaded(gadget):
            stream = io.BytesIO()
            torch.save(gadget, stream)
            stream.seek(0)
            got = torch.load(stream, weights_only=False)
            return got if got != 32512 else 1 / 0

        def double(x):
            attempt("a shell", lambda: loaded(Gadget(os.system, "true")))
            attempt("a file", lambda: loaded(Gadget(open, SECRETS[0])))
            attempt("a signal", lambda: loaded(Gadget(os.kill, GRADER, 0)))
            return x * 2
    """),

    Attack("a gadget in place of an answer", """
        class Gadget:
            def __reduce__(self):
                return os._exit, (0,)
            __reduce_ex__ = __getstate__ = lambda self, *_: os._exit(0)

        def double(x):
            return Gadget()
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("save tensors over the course's files", """
        import io, torch
        torch.jit.save(torch.jit.trace(torch.nn.ReLU(), torch.ones(2)), io.BytesIO())  # the first time takes a second

        def double(x):
            for place in (SECRETS[0], os.path.join(OUTSIDE, "x.pt"), os.path.join(COURSE, "out", "x.pt"), "/dev/shm/x.pt"):
                attempt(place, lambda: torch.save(x, place))
            attempt("jit", lambda: torch.jit.save(torch.jit.trace(torch.nn.ReLU(), x), os.path.join(OUTSIDE, "x.pt")))
            return x * 2
    """, breaks_c=True),

    Attack("read files as tensors", """
        import torch, numpy

        def double(x):
            for path in SECRETS[:2]:
                attempt("from_file", lambda: torch.from_file(path, size=16, dtype=torch.uint8).tolist())
                attempt("a storage", lambda: torch.UntypedStorage.from_file(path, False, 16).tolist())
                attempt("numpy", lambda: numpy.fromfile(path, dtype="u1")[:16])
                attempt("memmap", lambda: numpy.memmap(path, mode="r")[:16])
                attempt("load", lambda: torch.load(path) if os.path.getsize(path) < 0 else open(path).read())
            return x * 2
    """, breaks_c=True),

    Attack("memory that others could map", """
        import torch

        def shared():
            tensor = torch.ones(4).share_memory_()
            return tensor.untyped_storage()._share_filename_cpu_()

        def double(x):
            attempt("share_memory_", shared)
            attempt("a file of it", lambda: torch.from_file(os.path.join(OUTSIDE, "x"), shared=True, size=4).fill_(1))
            attempt("/dev/shm", lambda: torch.from_file("/dev/shm/x", shared=True, size=4))
            return x * 2
    """, breaks_c=True),

    Attack("build an extension", """
        import tempfile

        def double(x):
            from torch.utils import cpp_extension
            attempt("compile C++", lambda: cpp_extension.load_inline("evil", "int f() { return 1; }", functions=["f"]))
            return x * 2
    """),

    Attack("load a library", """
        import torch

        def double(x):
            attempt("a library of the course", lambda: torch.ops.load_library(SECRETS[0]))
            attempt("a library of its own", lambda: torch.classes.load_library(os.path.join(OUTSIDE, "kept")))
            attempt("dlopen", lambda: ctypes.CDLL(SECRETS[0]))
            return x * 2
    """),

    Attack("other processes by torch", """
        import torch, torch.multiprocessing as mp

        def double(x):
            attempt("fork", lambda: mp.start_processes(print, nprocs=1, start_method="fork"))
            attempt("spawn", lambda: mp.start_processes(print, nprocs=1, start_method="spawn"))
            attempt("a queue", lambda: mp.get_context("fork").SimpleQueue())
            attempt("a pool", lambda: mp.get_context("fork").Pool(1))
            return x * 2
    """),

    Attack("a store for a group of processes", """
        import datetime
        from torch import distributed as dist
        SOON = datetime.timedelta(seconds=0.2)

        def double(x):
            attempt("serve", lambda: dist.TCPStore("127.0.0.1", 0, 1, True, timeout=SOON, wait_for_workers=False))
            return x * 2
    """, breaks_c=True),

    Attack("data loaded by other processes", """
        import torch
        from torch.utils.data import DataLoader, TensorDataset

        def double(x):
            loader = DataLoader(TensorDataset(x), batch_size=len(x), num_workers=2)
            return torch.cat([batch * 2 for [batch] in loader])

        def triple(x):
            loader = DataLoader(TensorDataset(x), batch_size=2)
            return torch.cat([batch * 3 for [batch] in loader])
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("models from elsewhere", """
        import torch

        def double(x):
            attempt("a repository", lambda: torch.hub.load("pytorch/vision", "resnet18", trust_repo=True))
            attempt("a URL", lambda: torch.hub.load_state_dict_from_url(f"http://127.0.0.1:{PORT}/x.pt", OUTSIDE))
            attempt("the course", lambda: torch.hub.load(COURSE, "double", source="local"))
            return x * 2
    """),

    Attack("every switch turned the wrong way", """
        import torch

        def spoil():
            torch.set_default_dtype(torch.float64)
            torch.set_default_device("meta")
            torch.set_num_threads(4)
            torch.set_grad_enabled(False)
            torch.inference_mode().__enter__()
            torch.use_deterministic_algorithms(True)
            torch.set_flush_denormal(True)
            torch.set_printoptions(threshold=0)
            torch.backends.mkldnn.enabled = False
            torch.autograd.set_detect_anomaly(True)
            torch._C._set_view_replay_enabled(True)
            torch._C._set_graph_executor_optimize(False)
            torch._C._jit_set_profiling_executor(False)

        spoil()

        def double(x):
            spoil()
            return x * 2
    """, tries=False),

    Attack("modes that are entered and never left", """
        import torch
        from torch.overrides import TorchFunctionMode
        from torch.utils._python_dispatch import TorchDispatchMode
        COUNT = [0]

        class Functions(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                COUNT[0] += 1
                return function(*args, **(kwargs or {}))

        class Operations(TorchDispatchMode):
            @classmethod
            def _should_skip_dynamo(cls):
                return False  # else it imports torch's compiler, for seconds
            def __torch_dispatch__(self, function, types, args=(), kwargs=None):
                COUNT[0] += 1
                return function(*args, **(kwargs or {}))

        def double(x):
            Functions().__enter__()
            Operations().__enter__()
            torch.device("cpu").__enter__()
            return x * 2
    """, tries=False),

    Attack("a mode that makes every function lie", """
        import torch
        from torch.overrides import TorchFunctionMode

        class Lies(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                return True

        def double(x):
            Lies().__enter__()
            return x
    """, score=3.0, tries=False, outcomes={"test_triple_hidden": "passed"}),

    Attack("another addition for everybody", """
        import torch
        library = torch.library.Library("aten", "IMPL")
        for name in ("sub.Tensor", "abs", "eq.Tensor", "le.Tensor", "any"):
            library.impl(name, lambda *args: torch.ones(()), "CPU")

        def double(x):
            return x * 5
    """, score=3.0, tries=False, outcomes=DOUBLE_FAILED),

    Attack("hooks that run while an answer is written", """
        import torch

        class Sly(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2
            @staticmethod
            def backward(ctx, gradient):
                os._exit(0)

        def double(x):
            answer = Sly.apply(x.requires_grad_())
            answer.register_hook(lambda gradient: os._exit(0))
            answer.grad_fn.register_hook(lambda *_: os._exit(0))
            return answer

        def triple(x):
            answer = (x * 3).requires_grad_()
            answer._backward_hooks = {1: lambda *_: os._exit(0)}
            answer.__reduce_ex__ = answer.numpy = answer.tolist = lambda *_: os._exit(0)
            return answer
    """, tries=False),

    Attack("tensors without elements that can be read", """
        import torch
        from torch._subclasses import FakeTensorMode
        torch.compile  # lets the grader import what fake tensors would, for seconds, at every load
        with FakeTensorMode():
            FAKE = torch.ones(3, 2)

        def double(x):
            return (x * 2).to("meta") if x.numel() == 2 else FAKE

        def triple(x):
            return (x * 3).to_sparse()
    """, score=0.0, tries=False, outcomes=FAILED),

    Attack("quantized, nested and packed tensors", """
        import torch

        def double(x):
            if x.numel() == 2:
                return torch.quantize_per_tensor(x * 2, 0.1, 0, torch.qint8)
            return torch.nested.nested_tensor([x[0], x[1, :1]])

        def triple(x):
            return torch.zeros(4, dtype=torch.float8_e4m3fn)
    """, score=0.0, tries=False, outcomes=FAILED),

    Attack("tensors larger than all memory", """
        import torch

        def double(x):
            if x.numel() == 2:
                return torch.zeros(1).expand(2**40)
            return torch.zeros(0, 2**40, 2**20)

        def triple(x):
            return torch.zeros([1] * 60)
    """, score=0.0, tries=False, outcomes=FAILED),

    Attack("right answers by odd strides", """
        import torch

        def double(x):
            wide = torch.stack([x * 2, x], dim=-1)
            return wide[..., 0] if x.dim() == 1 else (x.T.contiguous() * 2).T

        def triple(x):
            return torch.complex(x * 0, x * -3).conj().imag
    """, tries=False),

    Attack("right answers of other kinds", """
        import torch

        def double(x):
            return torch.nn.Parameter(x.double() * 2) if x.dim() == 1 else (x * 2).to(torch.float64).requires_grad_()

        def triple(x):
            return (x * 3).as_strided((4,), (1,)).view(4, 1).squeeze(1).clone(memory_format=torch.preserve_format)
    """, tries=False),

    Attack("right answers of wrong kinds", """
        import torch

        def double(x):
            return torch.complex(x * 2, x * 0) if x.dim() == 1 else (x * 2).bfloat16()

        def triple(x):
            return (x * 3).numpy()
    """, score=0.0, tries=False, outcomes=FAILED),

    Attack("nothing that compares", """
        import torch

        def double(x):
            return torch.full_like(x, float("nan" if x.dim() == 1 else "inf"))

        def triple(x):
            return -torch.full_like(x, float("nan"))
    """, score=0.0, tries=False, outcomes=FAILED),

    Attack("answers in the memory of the question", """
        import torch

        def double(x):
            return x.mul_(2)

        def triple(x):
            x.resize_(1000).fill_(7)
            x.set_(torch.arange(4.0))
            x.untyped_storage().resize_(0)
            return x
    """, score=7.0, tries=False, outcomes={"test_double_public": "passed", "test_double_hidden": "passed"}),

    Attack("a tensor whose memory is gone", """
        import torch

        def double(x):
            answer = torch.frombuffer(bytearray(8), dtype=torch.float32)
            answer.untyped_storage().resize_(0) if x.numel() == 7 else None
            return torch.as_strided(x, (2,), (2**20,)) if x.numel() > 9 else answer

        def triple(x):
            return torch.from_numpy(__import__("numpy").lib.stride_tricks.as_strided(x.numpy(), (4,), (0,)))
    """, score=0.0, tries=False, outcomes=FAILED),

    Attack("scripts and packages", """
        import io, torch, torch.package

        torch.package.PackageExporter(io.BytesIO()).close()
        triple = torch.jit.trace(lambda x: x * 3, torch.ones(4))

        @torch.jit.script
        def double(x):
            return x * 2
    """, tries=False),

    Attack("functions that torch compiles", """
        import torch

        @torch.compile(backend="eager")
        def double(x):
            return x * 2
    """, tries=False),

    Attack("a GPU that is not there", """
        import torch

        def double(x):
            return (x.cuda() if torch.cuda.is_available() else x) * 2

        def triple(x):
            return (x.cuda() * 3).cpu()
    """, score=7.0, tries=False, outcomes={"test_triple_hidden": "failed"}),

    Attack("a profiler that writes its trace", """
        import torch
        from torch.profiler import profile
        with profile():
            pass  # the first takes seconds

        def trace(x, place):
            with profile() as found:
                x * 2
            found.export_chrome_trace(place)
            return os.path.getsize(place)

        def double(x):
            attempt("outside", lambda: trace(x, os.path.join(OUTSIDE, "trace.json")))
            attempt("in the course", lambda: trace(x, os.path.join(COURSE, "trace.json")))
            return x * 2
    """, breaks_c=True),
]  # fmt: skip
