"""Honest students and their accidents: a right function keeps its points, whatever surrounds it."""

from .arena import Attack

FAILED = dict.fromkeys(("test_double_public", "test_double_hidden", "test_triple_hidden"), "failed")
DOUBLE_FAILED = FAILED | {"test_triple_hidden": "passed"}
TRIPLE_FAILED = {"test_double_public": "passed", "test_double_hidden": "passed", "test_triple_hidden": "failed"}


def honest(name: str, source: str, score: float = 10.0, outcomes: dict[str, str] | None = None) -> Attack:
    """A file that attacks nothing."""
    return Attack(name, source, score, tries=False, outcomes=outcomes or {}, levels="ABC")


ATTACKS = [
    honest("a syntax error", """
        def double(x)
            return x * 2
    """, 0.0, FAILED),

    honest("a file cut off in the middle", """
        def double(x):
            return x * 2

        def triple(x):
            return (x *
    """, 0.0, FAILED),

    honest("tabs and spaces", "def double(x):\n        y = x\n\treturn y * 2\n", 0.0, FAILED),

    honest("tabs alone", "def double(x):\n\tif True:\n\t\treturn x * 2\n"),

    honest("line ends of Windows and of old Macs",
           "def double(x):\r\n    y = x\r\n    return y * 2\r\n\rdef triple(x):\r    return x * 3\r"),

    honest("magics of a notebook", """
        %matplotlib inline
        !pip install torch
    """, 0.0, FAILED),

    honest("prints everywhere", """
        print("loading", double, triple)

        def double(x):
            print("x =", x)
            print(x.shape, x.dtype, flush=True, file=sys.stderr)
            sys.stdout.write("writing\\n")
            return x * 2
    """),

    honest("questions at the keyboard", """
        del triple
        answer = input("which number? ")

        def triple(x):
            return x * 3
    """, 7.0, TRIPLE_FAILED),

    honest("a question at the keyboard in a function", """
        def double(x):
            factor = input("factor: ")
            return x * float(factor)
    """, 3.0, DOUBLE_FAILED),

    honest("an import at the end that is not there", """
        def double(x):
            return x * 2

        import matplotlib_of_my_own.pyplot as plt
        plt.plot([1, 2])
    """),

    honest("an import in the middle that is not there", """
        del triple
        import seaborn_of_my_own

        def triple(x):
            return x * 3
    """, 7.0, TRIPLE_FAILED),

    honest("an import in a function that is not there", """
        def double(x):
            import pandas_of_my_own
            return x * 2

        def triple(x):
            try:
                import pandas_of_my_own
            except ImportError:
                pass
            return x * 3
    """, 3.0, DOUBLE_FAILED),

    honest("imports of the folder it came from", """
        try:
            from . import helper
        except ImportError:
            pass
        from utils import helper
    """),

    honest("a try of its own that raises at the end", """
        import torch
        assert torch.equal(double(torch.ones(2)), torch.full((2,), 2.0)), "double"
        assert torch.equal(triple(torch.ones(2)), torch.full((2,), 2.0)), "triple"
    """),

    honest("a main block", """
        def main():
            raise RuntimeError("not for the grader")

        if __name__ == "__main__":
            main()
    """),

    honest("an exit at the end", """
        exit()
        quit()
    """),

    honest("an exit before the last function", """
        del triple
        sys.exit("done")

        def triple(x):
            return x * 3
    """, 7.0, TRIPLE_FAILED),

    honest("state kept in a global", """
        CALLS = []
        total = 0

        def double(x):
            global total
            CALLS.append(x)
            total += len(CALLS)
            return x * 2
    """),

    honest("an answer that depends on the calls before", """
        SCALE = 2

        def double(x):
            global SCALE
            answer = x * SCALE
            SCALE += 1
            return answer
    """, 7.0, {"test_double_public": "passed", "test_double_hidden": "failed"}),

    honest("a list where a tensor was asked for", """
        def double(x):
            return [2 * number for number in x.tolist()]

        def triple(x):
            return (x * 3).sum().item()
    """, 0.0, FAILED),

    honest("nothing returned", """
        def double(x):
            y = x * 2

        def triple(x):
            print(x * 3)
    """, 0.0, FAILED),

    honest("not written yet", """
        def double(x):
            raise NotImplementedError("exercise01: double")

        def triple(x):
            ...
    """, 0.0, FAILED),

    honest("numpy in between", """
        import numpy as np, torch

        def double(x):
            return torch.from_numpy(np.asarray(x) * 2)

        def triple(x):
            return torch.tensor([3 * float(number) for number in x.numpy()])
    """),

    honest("numpy to the end", """
        import numpy as np

        def double(x):
            return x.numpy() * 2

        def triple(x):
            return np.float64(3) * x
    """, 3.0, DOUBLE_FAILED),

    honest("the argument changed in place", """
        def double(x):
            x *= 2
            return x

        def triple(x):
            x.mul_(3)
            return x
    """),

    honest("more parameters than were asked for", """
        def double(x, factor=2, *, verbose=False, **options):
            return x * factor

        def triple(*numbers):
            return numbers[0] * 3
    """),

    honest("a parameter too many", """
        def double(x, y):
            return x * 2

        def triple():
            return 3
    """, 0.0, FAILED),

    honest("decorators and a cache", """
        import functools

        def logged(function):
            @functools.wraps(function)
            def inner(*args, **kwargs):
                print(function.__name__)
                return function(*args, **kwargs)
            return inner

        @logged
        @functools.lru_cache(maxsize=None)
        def double(x):
            return x * 2
    """),

    honest("functions that are no functions", """
        import functools, operator, torch

        class Double:
            def __call__(self, x):
                return x * 2

        class Scale(torch.nn.Module):
            def __init__(self, factor):
                super().__init__()
                self.factor = torch.nn.Parameter(torch.tensor(float(factor)))
            def forward(self, x):
                return x * self.factor

        double = Double()
        triple = Scale(3)
    """),

    honest("a lambda and a partial", """
        import functools, operator
        double = lambda x: x + x
        triple = functools.partial(operator.mul, 3)
    """),

    honest("a class where a function was asked for", """
        class double:
            def __init__(self, x):
                self.value = x * 2

        class Answers:
            @staticmethod
            def triple(x):
                return x * 3

        triple = Answers.triple
    """, 3.0, DOUBLE_FAILED),

    honest("async and yield by mistake", """
        async def double(x):
            return x * 2

        def triple(x):
            yield x * 3
    """, 0.0, FAILED),

    honest("random numbers from a fixed seed", """
        import random, numpy, torch
        torch.manual_seed(0), numpy.random.seed(0), random.seed(0)

        def double(x):
            torch.manual_seed(42)
            noise = torch.randn_like(x) + random.random() + float(numpy.random.rand())
            return x * 2 + noise - noise
    """),

    honest("everything in float64", """
        import torch
        torch.set_default_dtype(torch.float64)
        torch.set_printoptions(precision=10, sci_mode=False)

        def double(x):
            return x * torch.tensor(2.0)

        def triple(x):
            return x.double() * 3
    """),

    honest("half the precision", """
        def double(x):
            return (x.half() * 2).float()

        def triple(x):
            return x * 3
    """, 7.0, {"test_double_public": "passed", "test_double_hidden": "failed"}),

    honest("devices by their names", """
        import torch
        device = "cuda" if torch.cuda.is_available() else "cpu"
        TWO = torch.tensor(2.0, device=device)

        def double(x):
            return x.to(device) * TWO

        def triple(x):
            return (x.to(torch.device("cpu")) * 3).to(x.device)
    """),

    honest("a device that only the student has", """
        import torch

        def double(x):
            return x.to("cuda") * 2
    """, 3.0, DOUBLE_FAILED),

    honest("star imports that hide names", """
        from torch import *
        from math import *

        def double(x):
            return mul(x, 2)
    """),

    honest("a star import that brings a double of its own", """
        from numpy import *
    """, 3.0, DOUBLE_FAILED),

    honest("builtins shadowed by data", """
        sum, list, max, min, len, str, type, id, input = 0, [1], 2, 3, 4, "s", None, 5, "x"
        dict, print, range, float, int, open, abs, all = {}, "p", 6, 7, 8, 9, 10, 11

        def double(x):
            return x * 2
    """),

    honest("a data file that is not there", """
        del triple
        import torch
        table = torch.load("data/weights.pt")

        def triple(x):
            return x * 3
    """, 7.0, TRIPLE_FAILED),

    honest("a function defined twice, and one deleted", """
        def double(x):
            return x * 5

        def double(x):
            return x * 2

        del triple
    """, 7.0, TRIPLE_FAILED),

    honest("a function by another name", """
        del double
        def Double(x):
            return x * 2
    """, 3.0, DOUBLE_FAILED),

    honest("a function inside another", """
        del double
        def solution():
            def double(x):
                return x * 2
            return double
    """, 3.0, DOUBLE_FAILED),

    honest("a wrong indentation that ends the function early", """
        def triple(x):
            total = 0
            for _ in range(3):
                total = total + x
                return total
    """, 7.0, TRIPLE_FAILED),

    honest("slow, and right", """
        def double(x):
            time.sleep(0.5)
            return x * 2
    """),

    honest("loops over elements", """
        import torch

        def double(x):
            answer = torch.zeros_like(x)
            flat, source = answer.view(-1), x.reshape(-1)
            for place in range(len(flat)):
                flat[place] = source[place] * 2
            return answer
    """),

    honest("warnings and logging", """
        import logging, warnings
        logging.basicConfig(level=logging.DEBUG, filename=None, force=True)
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=UserWarning)

        def double(x):
            logging.getLogger(__name__).debug("double of %s", x)
            warnings.warn("careful", DeprecationWarning)
            return x * 2
    """),

    honest("a log file beside the file", """
        import logging
        try:
            logging.basicConfig(filename="run.log", level=logging.INFO)
        except OSError:
            pass

        def double(x):
            logging.info("double")
            return x * 2
    """),

    honest("a temporary folder that nobody needs", """
        del triple
        import tempfile
        CACHE = tempfile.gettempdir()

        def triple(x):
            return x * 3
    """),

    honest("compiled, as the lecture showed", """
        import torch

        @torch.compile
        def double(x):
            return x * 2
    """),

    honest("another folder and another path", """
        sys.path.append("..")
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        os.chdir(os.path.expanduser("~") if os.path.isdir(os.path.expanduser("~")) else "/")
        os.environ["CUDA_VISIBLE_DEVICES"] = "0"
        os.environ["KMP_DUPLICATE_LIB_OK"] = "TRUE"
    """),

    honest("an installation at the top, bare", """
        del triple
        import subprocess
        subprocess.check_call([sys.executable, "-m", "pip", "install", "einops"])

        def triple(x):
            return x * 3
    """, 7.0, TRIPLE_FAILED),

    honest("an installation at the top, with a net below", """
        import subprocess
        os.system("pip install einops")
        try:
            subprocess.run([sys.executable, "-m", "pip", "install", "einops"], check=True)
        except Exception as error:
            print("never mind", error)
    """),

    honest("signals and threads of its own", """
        from concurrent.futures import ThreadPoolExecutor
        signal.signal(signal.SIGINT, lambda *_: None)

        def double(x):
            with ThreadPoolExecutor(4) as pool:
                return sum(pool.map(lambda _: x, range(2)))
    """),

    honest("long comments in Hangul", "# 이 함수는 입력을 두 배로 만든다. 텐서의 모양은 그대로이다.\n" * 1_500 + '''
def double(텐서):
    """두 배. ✓ 🙂"""
    결과 = 텐서 * 2
    return 결과
'''),

    honest("an emoji for a name", "🙂 = 2\n", 0.0, FAILED),

    honest("quotes and dashes of a word processor", "print(“hello”)\nx = 5 – 3\n", 0.0, FAILED),

    honest("dataclasses, generics and annotations", """
        from dataclasses import dataclass
        from typing import Generic, NamedTuple, TypeVar
        from enum import Enum
        import pickle, torch
        T = TypeVar("T")

        @dataclass
        class Settings(Generic[T]):
            factor: float = 2.0

        class Kind(Enum):
            TWO = 2

        class Pair(NamedTuple):
            first: torch.Tensor

        def double(x: torch.Tensor) -> "torch.Tensor":
            settings = pickle.loads(pickle.dumps(Settings()))
            return Pair(x * settings.factor).first
    """),

    honest("gradients left on", """
        import torch
        weight = torch.full((), 2.0, requires_grad=True)

        def double(x):
            loss = (x * weight).sum()
            loss.backward()
            return x * weight

        @torch.no_grad()
        def triple(x):
            return x.requires_grad_() * 3
    """),
]  # fmt: skip
