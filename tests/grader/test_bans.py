"""What code uses, seen from its source and while it runs; and that nobody is accused of what they did not do."""

import sys

import pytest
from torch.utils._python_dispatch import _get_current_dispatch_mode_stack

from grader.checks import AUTOGRAD
from grader.i18n import both
from grader.records import Submission
from grader.sandbox import sides
from grader.sandbox.bans import packed, references, unpacked
from grader.sandbox.broker import WorkerLost
from grader.sandbox.encode import encode
from grader.sandbox.matching import BLINDFOLDS, matches
from grader.sandbox.watch import Watch

BANNED = ("sigmoid", "Sigmoid", "expit", "binary_cross_entropy", "binary_cross_entropy_with_logits", "softmax",
          "torch.optim", *AUTOGRAD)  # fmt: skip


def accused(source, function="f", cells=()):
    """The lines on which a function, or what it reaches, uses something banned."""
    return sorted({line for name, line in references(source + "\n", BANNED, cells)[function]})


@pytest.mark.parametrize(
    "name, ban",
    [
        ("torch.sigmoid", "sigmoid"), ("torch.nn.functional.sigmoid", "sigmoid"), (".sigmoid_", "sigmoid"),
        ("torch.ops.aten.sigmoid.default", "sigmoid"), ("scipy.special.expit", "expit"), (".backward", "backward"),
        ("torch.autograd", "torch.autograd"), ("torch.autograd.grad", "torch.autograd"), ("functorch.grad", "functorch"),
        ("functorch", "functorch"),
    ],
)  # fmt: skip
def test_a_ban_covers_a_name_under_every_path(name, ban):
    assert matches(name, ban)


@pytest.mark.parametrize(
    "name, ban",
    [
        ("torch.nn.functional.logsigmoid", "sigmoid"), ("torch.ops.aten.sigmoid_backward", "sigmoid"),
        ("torch.ops.aten.sigmoid_backward", "backward"), ("mylib.sigmoid", "sigmoid"), ("sigmoid", "sigmoid"),
        ("torch.functional.einsum", "torch.func"), ("torch.autograd_like", "torch.autograd"), (".func", "torch.func"),
    ],
)  # fmt: skip
def test_a_ban_covers_nothing_else(name, ban):
    assert not matches(name, ban)


# "#!" marks the lines that are to be found, and no other.
FOUND = {
    "an alias of torch": "import torch as t\ndef f(z):\n    return t.sigmoid(z) #!",
    "from import": "from torch import sigmoid as s\ndef f(z):\n    return s(z) #!",
    "from a submodule": "from torch.nn import functional as F\ndef f(z):\n    return F.sigmoid(z) #!",
    "star import": "from torch import *\ndef f(z):\n    return sigmoid(z) #!",
    "local import": "def f(z):\n    import torch\n    return torch.sigmoid(z) #!",
    "local from import": "def f(z):\n    from torch import sigmoid\n    return sigmoid(z) #!",
    "import in a try":
        "try:\n    from torch import sigmoid as s\nexcept ImportError:\n    s = 0\ndef f(z):\n    return s(z) #!",
    "attribute chain": "import torch\ndef f(z):\n    return torch.nn.functional.sigmoid(z) #!",
    "aten": "import torch\ndef f(z):\n    return torch.ops.aten.sigmoid.default(z) #!",
    "private C function": "import torch\ndef f(z):\n    return torch._C._nn.binary_cross_entropy(z, z) #!",
    "scipy": "import scipy.special as sp\ndef f(z):\n    return sp.expit(z) #!",
    "method": "def f(z):\n    return z.sigmoid() #!",
    "in-place method": "def f(z):\n    return (z + 1).sigmoid_() #!",
    "unbound method": "from torch import Tensor\ndef f(z):\n    return Tensor.sigmoid(z) #!",
    "getattr": "import torch\ndef f(z):\n    return getattr(torch, 'sigmoid', None)(z) #!",
    "getattr of a tensor": "def f(z):\n    return getattr(z, 'sigmoid')() #!",
    "strings put together": "import torch\ndef f(z):\n    return getattr(torch, 'sig' + 'mo' + 'id')(z) #!",
    "vars": "import torch\ndef f(z):\n    return vars(torch)['sigmoid'](z) #!",
    "__dict__": "import torch\ndef f(z):\n    return torch.__dict__['sig' + 'moid'](z) #!",
    "__import__": "def f(z):\n    return __import__('torch').sigmoid(z) #!",
    "import_module": "import importlib\ndef f(z):\n    return importlib.import_module('torch').sigmoid(z) #!",
    "import_module by name":
        "from importlib import import_module\nt = import_module('torch')\ndef f(z):\n    return t.sigmoid(z) #!",
    "module-level alias": "import torch\ns = torch.sigmoid #!\ndef f(z):\n    return s(z) #!",
    "annotated alias": "import torch\ns: object = torch.sigmoid #!\ndef f(z):\n    return s(z) #!",
    "alias of an alias": "import torch\nt = torch\ns = t.sigmoid #!\nr = s #!\ndef f(z):\n    return r(z) #!",
    "alias under if": "import torch\nif True:\n    s = torch.sigmoid #!\ndef f(z):\n    return s(z) #!",
    "tuple assignment": "import torch\na, s = 1, torch.sigmoid #!\ndef f(z):\n    return s(z) #!",
    "local alias": "import torch\ndef f(z):\n    s = torch.sigmoid #!\n    return s(z) #!",
    "dict of functions": "import torch\nFUNCTIONS = {'s': torch.sigmoid} #!\ndef f(z):\n    return FUNCTIONS['s'](z)",
    "conditional expression": "import torch\ndef f(z):\n    return (torch.tanh if 0 else torch.sigmoid)(z) #!",
    "module-level nn.Module": "from torch import nn\nS = nn.Sigmoid() #!\ndef f(z):\n    return S(z)",
    "subclass": "import torch\nclass S(torch.nn.Sigmoid): #!\n    pass\ndef f(z):\n    return S()(z)",
    "helper of a helper":
        "import torch\ndef h(z):\n    return torch.sigmoid(z) #!\ndef g(z):\n    return h(z)\ndef f(z):\n    return g(z)",
    "nested function": "import torch\ndef f(z):\n    def g():\n        return torch.sigmoid(z) #!\n    return g()",
    "class method":
        "import torch\nclass A:\n    def go(self, z):\n        return torch.sigmoid(z) #!\ndef f(z):\n    return A().go(z)",
    "class attribute": "import torch\nclass A:\n    go = staticmethod(torch.sigmoid) #!\ndef f(z):\n    return A.go(z)",
    "lambda": "import torch\nf = lambda z: torch.sigmoid(z) #!",
    "rebound": "import torch\ndef f(z):\n    return z\nf = torch.sigmoid #!",
    "own definition, then an import":
        "def sigmoid(z):\n    return z\nfrom torch import sigmoid\ndef f(z):\n    return sigmoid(z) #!",
    "annotation that calls": "import torch\ndef f(z: torch.sigmoid(torch.ones(2))): #!\n    return z",
    "annotation that is more than a name": "import torch\ndef f(z: (lambda: torch.sigmoid)): #!\n    return z",
    "default argument": "import torch\ndef f(z, s=torch.sigmoid): #!\n    return s(z)",
    "decorator": "import torch\ndef wrap(g):\n    return lambda z: torch.sigmoid(z) #!\n@wrap\ndef f(z):\n    return z",
    "passed on": "import torch\ndef f(z):\n    return list(map(torch.sigmoid, [z]))[0] #!",
    "comprehension": "import torch\ndef f(z):\n    return [g(z) for g in [torch.sigmoid]][0] #!",
    "class method of a library's class":
        "import torch\nclass A(torch.nn.Module):\n    def forward(self, z):\n        return torch.sigmoid(z) #!\n"
        "def f(z):\n    return A()(z)",
    "method of a base class of one's own":
        "import torch\nclass B:\n    def go(self, z):\n        return torch.sigmoid(z) #!\nclass A(B):\n    pass\n"
        "def f(z):\n    return A().go(z)",
    "method that another method calls":
        "import torch\nclass A:\n    def go(self, z):\n        return self.on(z)\n    def on(self, z):\n"
        "        return torch.sigmoid(z) #!\ndef f(z):\n    return A().go(z)",
    "method by another name":
        "import torch\nclass A:\n    def on(self, z):\n        return torch.sigmoid(z) #!\n    go = on\ndef f(z):\n    return A().go(z)",
    "method by getattr":
        "import torch\nclass A:\n    def go(self, z):\n        return torch.sigmoid(z) #!\ndef f(z):\n    return getattr(A(), 'go')(z)",
    "method by a name that is computed":
        "import torch\nclass A:\n    def go(self, z):\n        return torch.sigmoid(z) #!\ndef f(z):\n    return getattr(A(), str(z))(z)",
    "method by vars":
        "import torch\nclass A:\n    def go(self, z):\n        return torch.sigmoid(z) #!\ndef f(z):\n    return vars(A)[z](A(), z)",
    "class that is judged": "import torch\nclass f:\n    def go(self, z):\n        return torch.sigmoid(z) #!",
    "dunder method":
        "import torch\nclass A:\n    def __call__(self, z):\n        return torch.sigmoid(z) #!\ndef f(z):\n    return A()(z)",
    "eval": "import torch\ndef f(z):\n    return eval('torch.sigmoid(z)') #!",
    "exec": "import torch\ndef f(z):\n    exec('y =' + 'torch.sigmoid(z)') #!\n    return locals()['y']",
    "backward": "def f(z):\n    z.sum().backward() #!\n    return z.grad",
    "autograd by another name": "import torch.autograd as ag\ndef f(z):\n    return ag.grad(z.sum(), z) #!",
    "torch.func": "from torch.func import grad as g\ndef f(z):\n    return g(abs)(z) #!",
    "functorch": "import functorch\ndef f(z):\n    return functorch.grad(abs)(z) #!",
    "optimizer": "import torch\ndef f(z):\n    torch.optim.SGD([z], 1).step() #!",
    "in a very long expression":
        f"import torch\ndef f(z):\n    n = {'+'.join(['1'] * 700)}\n    return torch.sigmoid(z) #!",
}  # fmt: skip


@pytest.mark.parametrize("how", FOUND)
def test_a_banned_function_is_found_on_its_line(how):
    lines = [number for number, line in enumerate(FOUND[how].splitlines(), 1) if line.endswith("#!")]
    assert accused(FOUND[how]) == lines


BEFORE = "import torch\nimport torch.nn.functional as F\ndef helper(z):\n    return torch.sigmoid(z)\n"

INNOCENT = {
    "comment": "def f(z):\n    # torch.sigmoid(z)\n    return z",
    "docstring": 'def f(z):\n    """torch.sigmoid(z).backward()"""\n    return "sigmoid"',
    "unused function": "def f(z):\n    return z\ndef test():\n    assert torch.equal(f(1), torch.sigmoid(1))",
    "main block": "def f(z):\n    return z\nif __name__ == '__main__':\n    torch.sigmoid(f(1)).sum().backward()",
    "name of the main block":
        "def g(z):\n    return z\ndef f(z):\n    return g(z)\nif __name__ == '__main__':\n    g = torch.sigmoid",
    "module-level demonstration": "z = torch.sigmoid(torch.ones(2))\nprint(z)\ndef f(z):\n    return z",
    "own methods": "class A:\n    def backward(self):\n        return 1\n    def softmax(self):\n        return self.backward()\n"
                   "def f(z):\n    return A().softmax() + A().backward()",
    "own method by getattr":
        "class A:\n    def softmax(self, z):\n        return z\ndef f(z):\n    return getattr(A(), 'softmax')(z)",
    "method that is not called":
        "class A:\n    def on(self, z):\n        return torch.sigmoid(z)\n    def go(self, z):\n        return z\n"
        "def f(z):\n    return A().go(z)",
    "own attribute": "class A:\n    def __init__(self):\n        self.sigmoid = 1\ndef f(z):\n    return A().sigmoid",
    "own field": "class A:\n    softmax: float\ndef f(z):\n    return A().softmax",
    "own named tuple":
        "from collections import namedtuple\nR = namedtuple('R', 'z, sigmoid')\ndef f(z):\n    return R(z, 1).sigmoid",
    "own namespace": "from types import SimpleNamespace\ndef f(z):\n    return SimpleNamespace(sigmoid=1).sigmoid",
    "own function": "def sigmoid(z):\n    return 1 / (1 + torch.exp(-z))\ndef f(z):\n    return sigmoid(z)",
    "own function beside a star":
        "from torch import *\ndef sigmoid(z):\n    return 1 / (1 + exp(-z))\ndef f(z):\n    return sigmoid(z)",
    "own function over an import":
        "from torch import sigmoid\ndef sigmoid(z):\n    return z\ndef f(z):\n    return sigmoid(z)",
    "local function beside a star": "from torch import *\ndef f(z):\n    sigmoid = lambda x: x\n    return sigmoid(z)",
    "local definition beside a star":
        "from torch import *\ndef f(z):\n    def sigmoid(x):\n        return x\n    return sigmoid(z)",
    "starred assignment": "first, *rest = helper, 1, 2\ndef f(z):\n    a, *helper = z, 1, 2\n    return helper",
    "another library": "from mylib import sigmoid\ndef f(z):\n    return sigmoid(z)",
    "parameter": "def f(helper):\n    return helper",
    "argument's name": "def g(sigmoid):\n    return sigmoid\ndef f(z):\n    return g(sigmoid=z)",
    "*parameter": "def f(*helper):\n    return helper",
    "**parameter": "def f(**helper):\n    return helper",
    "parameter of a lambda": "def f(z):\n    return list(map(lambda helper: helper, z))",
    "local variable": "def f(z):\n    helper = z\n    return helper",
    "local variable of a pair": "def f(z):\n    helper, n = z, 1\n    return helper",
    "local variable, used deeper": "def f(z):\n    helper = z\n    def g():\n        return helper\n    return g()",
    "loop variable": "def f(z):\n    for helper in z:\n        print(helper)",
    "variable of a comprehension": "def f(z):\n    return sum(helper for helper in z)",
    "variable of a lambda's comprehension": "f = lambda z: [helper for helper in z]",
    "variable of a with": "def f(z):\n    with z as helper:\n        return helper",
    "variable of an except":
        "def f(z):\n    try:\n        pass\n    except ValueError as helper:\n        print(helper)",
    "walrus": "def f(z):\n    if helper := z:\n        return helper",
    "captured by match": "def f(z):\n    match z:\n        case [helper]:\n            return helper",
    "local import": "def f(z):\n    import math as helper\n    return helper.pi",
    "class attribute": "class A:\n    helper = 1\ndef f(z):\n    return A().helper",
    "loop variable named as in the main block":
        "def f(z):\n    return sum(p for p in z)\nif __name__ == '__main__':\n    p = torch.sigmoid(1)",
    "annotations":
        "def g(m: torch.nn.Sigmoid | None, *a: list[torch.optim.SGD]) -> 'torch.nn.Sigmoid':\n    return m\n"
        "class A:\n    x: torch.nn.Sigmoid\ndef f(z: torch.optim.SGD):\n    s: torch.nn.Sigmoid = z\n    return g(s), A",
    "what is allowed":
        "def f(z):\n    with torch.no_grad():\n        return F.logsigmoid(z) + F.softplus(z) + z.detach().tanh()",
}  # fmt: skip


@pytest.mark.parametrize("how", INNOCENT)
def test_nobody_is_accused_of_what_the_function_does_not_use(how):
    assert accused(BEFORE + INNOCENT[how]) == []


EARLY, LATE = "import torch\ndef f(z):\n    return torch.sigmoid(z)\n", "\ndef f(z):\n    return z"


@pytest.mark.parametrize(
    "between",
    [
        "", "print(f(torch.ones(2)))", "f(torch.ones(2))", "assert f(torch.ones(2)).shape == (2,), 'f is wrong'",
        "z = torch.linspace(-5, 5, 9)\nfor a in range(2):\n    z = z + a", "import matplotlib.pyplot as plt\nplt.plot(f(1))",
        "def g(z):\n    return f(z)\nprint(g(1))", "class A:\n    n = 1\n    def go(self):\n        return f(1)",
        "from torch import nn\nclass A(nn.Module):\n    def forward(self, z: torch.Tensor):\n        return f(z)",
        "'cell two'", "def f(z):\n    return z.sigmoid()\n", "1 / 0", "import nowhere",
    ],
)  # fmt: skip
def test_an_early_attempt_that_a_later_cell_replaces_is_not_judged(between):
    assert accused(EARLY + between + LATE + "\ny = f(1)", cells=(1,)) == []


@pytest.mark.parametrize(
    "between",
    [
        "g = f", "g: object = f", "g = [f]", "g = lambda z: f(z)", "g, h = f, 1", "y = f(torch.ones(2))", "L = []\nL.append(f)",
        "torch.mine = f", "old = {'g': f}", "def g(z, s=f):\n    return s", "class A:\n    go = f", "class A(f):\n    pass",
        "import functools\n@functools.wraps(f)\ndef g(z):\n    return z", "g = globals()['f']", "g = vars()['f']",
        "import sys\ng = sys.modules['m'].f", "exec('g = f')", "setattr(torch, 'g', f)", "print(lambda: f(1))",
        "def h():\n    return f\ng = h()", "class A:\n    def go(self):\n        return f\ng = A().go()",
        "def h():\n    return f\nfor g in [h()]:\n    pass", "print(g := f)", "from m import f as g", "if 1:\n    g = f",
        "def h():\n    return f\nk = h\nm = k\ng = m()", "import m\ng = m.f", "try:\n    g = f\nfinally:\n    pass",
        "with open('a') as g:\n    g = f", "def h(w):\n    return lambda z: f(z)\n@h\ndef g(z):\n    return z",
    ],
)  # fmt: skip
def test_an_early_function_that_something_may_have_kept_is_judged(between):
    assert 3 in accused(EARLY + between + LATE, cells=(1,))
    assert 3 in accused(EARLY + between + LATE)


@pytest.mark.parametrize(
    "late",
    [
        "if 1:\n    def f(z):\n        return z", "try:\n    def f(z):\n        return z\nfinally:\n    pass",
        "def f(z, n=1 / 0):\n    return z", "def f(z: nowhere):\n    return z", "def f(z):\n    nonlocal n\n    return z",
        "def g(w):\n    return w\n@g\ndef f(z):\n    return z", "def f(z, old=f):\n    return old(z)", "del f",
        "class f:\n    pass", "def f(z: " + "-" * 900 + "1):\n    return z", "for f in []:\n    pass",
    ],
)  # fmt: skip
def test_what_may_not_replace_an_early_function_leaves_it_judged(late):
    assert accused(f"{EARLY}\n{late}\n", cells=(1,)) == [3]
    assert accused(f"{EARLY}\n{late}\n") == [3]


def test_in_a_file_an_early_function_is_judged_where_an_error_may_have_left_it():
    helper = "def g(z: torch.Tensor):\n    return z\n"
    early = "import torch\ndef f(z: torch.Tensor):\n    return torch.sigmoid(z)\n"
    assert accused(early + helper + "def f(z: torch.Tensor):\n    return g(z)") == []
    assert accused(early + "1 / 0\ndef f(z: torch.Tensor):\n    return z") == [3]
    assert accused(early + helper.replace("torch", "nowhere") + "def f(z: torch.Tensor):\n    return z") == [3]
    assert accused(early + "torch = 0\ndef f(z: torch.Tensor):\n    return z", cells=(1,)) == [3]


@pytest.mark.parametrize("name", ["helper", "test", "A", "x"])
def test_every_name_that_a_file_defines_is_judged(name):
    source = "import torch\ndef helper(z):\n    return z.sigmoid()\ntest = helper\nclass A:\n    x = helper\nfor _ in [1]:\n    x = test"
    assert accused(source, name) == [3]
    assert "f" not in references(source, BANNED)


def test_classes_that_are_each_others_bases_are_read_whole():
    source = "import torch\nclass A:\n    pass\nclass B(A):\n    pass\nclass A(B):\n    def go(self, z):\n        return torch.sigmoid(z)\n"
    assert accused(source + "def f(z):\n    return B()") == [8]


def test_source_that_does_not_parse_is_for_the_caller_to_handle():
    with pytest.raises(SyntaxError):
        references("def f(:", BANNED)


LOOPS = ("for", "while", "comprehension", "builtins.map")


@pytest.mark.parametrize(
    ("source", "use"),
    [
        ("def f(x):\n    for a in x:\n        pass", (".for", 2)),
        ("async def f(x):\n    async for a in x:\n        pass", (".for", 2)),
        ("def f(x):\n    while x:\n        x = x[1:]", (".while", 2)),
        ("def f(x):\n    return [a for a in x]", (".comprehension", 2)),
        ("def f(x):\n    return sum(a for a in x)", (".comprehension", 2)),
        ("def f(x):\n    return {a: 1 for a in x}", (".comprehension", 2)),
        ("def f(x):\n    return list(map(abs, x))", ("builtins.map", 2)),
        ("m = map\ndef f(x):\n    return list(m(abs, x))", ("builtins.map", 1)),
        ("import builtins\ndef f(x):\n    return builtins.map(abs, x)", ("builtins.map", 3)),
        ("def g(x):\n    for a in x:\n        pass\ndef f(x):\n    return g(x)", (".for", 2)),
        ("f = lambda x: [a for a in x]", (".comprehension", 1)),
    ],
)
def test_loops_of_every_kind_can_be_banned(source, use):
    assert use in references(source, LOOPS)["f"]


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x\nfor a in [1]:\n    print(f(a))",
        "def map(x):\n    return x\ndef f(x):\n    return map(x)",
        "def f(x, map):\n    return map(x)",
        "def g(x):\n    return [a for a in x]\ndef f(x):\n    return x.map(1)",
    ],
)
def test_nobody_is_accused_of_a_loop_elsewhere_or_of_a_map_of_their_own(source):
    assert references(source, LOOPS)["f"] == []


def test_a_long_file_hides_nothing_behind_many_harmless_uses():
    padding = "".join(f"    x.name{number}\n" for number in range(5000))
    assert accused(f"import torch\ndef f(x):\n{padding}    return torch.sigmoid(x)") == [5003]


def chain_of(count, end, link="def f{0}(x):\n    return f{1}(x)\n"):
    """Functions that each call the next, and the last of them uses something."""
    return "".join(link.format(number, number + 1) for number in range(count)) + f"def f{count}(x):\n    {end}\n"


def test_a_long_chain_of_functions_hides_nothing():
    found = references(chain_of(5000, "return x.sigmoid()"), BANNED)
    assert len(found) == 5001
    assert all(uses == [(".sigmoid", 10002)] for uses in found.values())


def test_a_long_ring_of_functions_hides_nothing():
    found = references(chain_of(4000, "return x.sigmoid() + f0(x)"), BANNED)
    assert all(uses == [(".sigmoid", 8002)] for uses in found.values())


def test_knots_of_functions_reach_what_the_knots_below_them_do():
    source = ("def a(x):\n    b(x)\ndef b(x):\n    a(x) or c(x)\ndef c(x):\n    d(x)\n    x.sigmoid()\n"
              "def d(x):\n    c(x)\n    x.softmax()\ndef e(x):\n    a(x)\ndef g(x):\n    x.backward() or g(x)")  # fmt: skip
    below = [(".sigmoid", 7), (".softmax", 10)]
    assert references(source, BANNED) == {**dict.fromkeys("abcde", below), "g": [(".backward", 14)]}


def test_methods_that_call_on_are_reached_by_who_names_them_and_by_nobody_else():
    link = "class A{0}:\n    def go{0}(self, x):\n        return A{1}().go{1}(x)\n    def no{0}(self, x):\n        x.backward()\n"
    end = "class A300:\n    def go300(self, x):\n        return x.sigmoid()\n"
    source = "".join(link.format(number, number + 1) for number in range(300)) + end
    found = references(source + "def f(x):\n    return A0().go0(x)\ndef g(x):\n    x.no0", BANNED)
    assert found["f"] == [(".sigmoid", 1503)]
    assert found["g"] == []
    assert found["A7"] == [(".backward", 40), (".sigmoid", 1503)]  # itself it is reached whole


def test_when_there_are_too_many_methods_to_tell_apart_nothing_is_hidden():
    methods = "".join(f"    def m{number}(self, x):\n        x.sigmoid()\n" for number in range(1500))
    everything = "def all(x):\n    " + "; ".join(f"x.m{number}" for number in range(1500)) + "\n"
    many = "".join(f"def f{number}(x):\n    A, all\n" for number in range(1500))
    found = references(f"class A:\n{methods}{everything}{many}", BANNED)
    assert all((".sigmoid", 3) in found[f"f{number}"] for number in range(1500))


LARGE = 50_000
"""Characters of a source: a quarter of what a submission may have, at which what grows with the square is slow too. An
attack of tests/attacks/ hands in a whole one."""


@pytest.mark.parametrize(
    "unit, before, after",
    [
        ("0,", "x = (", ")"), ("a,", "x = (", ")"), ("a=a;", "", ""), ("0;", "class B:\n    ", ""), ("lambda y:y,", "x = (", ")"),
        ("[a for a in a],", "x = (", ")"), ("-~1,", "x = (", ")"), ("x=x.a or x.b\n", "import torch\nx=torch\n", ""),
        ("import torch.nn as x\n", "", ""), ("from torch.nn import *\n", "", "a\nb\nc"), ("class B(B, B): 0\n", "", ""),
        ("torch.a or ", "import torch\nx = ", "0"), ("x = torch.autograd" + ".a.b" * 500 + "\n", "import torch\n", ""),
        ("x = " + "+".join(["'a'"] * 900) + "\n", "", ""), ("getattr(x, " + "+".join(["'a'"] * 900) + ")\n", "", ""),
        ("x = a" + "()" * 900 + "\n", "", ""), ("if 0:\n    import torch as x\nelse:\n    y = x\n", "", ""),
        ("a,", "x = (" + "lambda y:" * 900 + "(", "))"), ("'\\d',", "x = (", ")"), ("eval('x.a')\n", "", ""),
        ("def g(x):\n global h\n h=x.backward()\n g(h)\n", "", ""),
    ],
)  # fmt: skip
def test_a_large_file_of_any_shape_hides_nothing(unit, before, after):
    source = f"{before}{unit * (LARGE // len(unit))}{after}\ndef f(z):\n    z.sigmoid()\n"
    assert accused(source) == [source.count("\n")]


@pytest.mark.parametrize("nested", ["x = a" + ".b" * 2400, "x = a" + "(1)" * 2400, "x = " + "+".join(["1"] * 2400),
                                    "if 0: 0\n" + "elif 0: 0\n" * 1900, "x = " + "lambda: " * 1000 + "0"])  # fmt: skip
def test_code_that_is_nested_as_deeply_as_python_can_compile_hides_nothing(nested):
    source = f"{nested}\ndef f(z):\n    z.sigmoid()\n"
    compile(source, "f.py", "exec")
    assert accused(source) == [source.count("\n")]


@pytest.mark.parametrize("nested", ["a" + ".b" * 100_000, "+".join(["1"] * 100_000), "~" * 100_000 + "1", "a" + "[0]" * 60_000])
def test_code_that_is_nested_too_deeply_for_python_refers_to_nothing(nested):
    with pytest.raises((RecursionError, MemoryError)):
        compile(nested, "f.py", "exec")
    assert references(f"{nested}\ndef f(z):\n    z.sigmoid()", BANNED) == {}


def test_of_very_many_uses_the_first_are_told_and_the_first_of_each_ban():
    uses = "".join("    z.sigmoid()\n" for _ in range(5000))
    found = references(f"def f(z):\n{uses}    z.backward()\n", BANNED)["f"]
    assert len(found) == 100
    assert found == [*[(".sigmoid", line) for line in range(2, 101)], (".backward", 5002)]


def test_many_names_for_one_thing_hide_none_that_leads_to_something_banned():
    several = " or ".join(["torch.func", "torch.autograd", *(f"torch.a{number}" for number in range(100)), "functorch"])
    source = f"import torch, functorch\ndef f(z):\n    x = z or {several}\n    x.grad\n    x.sigmoid"
    names = {name for name, line in references(source, BANNED)["f"] if line > 3}
    assert names >= {"torch.func.grad", "torch.autograd.grad", "functorch.grad"}
    assert any(name.endswith(".sigmoid") for name in names)


def test_a_very_long_dotted_name_is_still_a_banned_one():
    source = "import torch\ndef f(z):\n    torch" + ".functional.torch" * 300 + ".sigmoid(z)"
    assert accused(source) == [3]
    source = "import torch\ndef f(z):\n    torch.autograd" + ".functional.torch" * 300 + ".x(z)"
    assert accused(source) == [3]


def test_many_names_that_each_reach_many_uses_travel_in_little_room():
    uses = "".join(f"    z.sigmoid(); z.softmax(); z.backward() # {number}\n" for number in range(1000))
    found = references(f"def g(z):\n{uses}" + "".join(f"def f{number}(z): g\n" for number in range(10_000)), BANNED)
    assert len(found) == 10_001 and all(len(told) == 3 for told in found.values())
    assert unpacked(packed(found)) == found
    assert len(encode(packed(found))) < 1 << 20


class Forgetful:
    """A worker that is lost over what it is asked of the source, and loads it all the same."""

    def __init__(self, outcome, asked):
        self.outcome, self.asked = outcome, asked

    def ask(self, op, seconds, **fields):
        self.asked.append(op)
        if op == "references":
            raise WorkerLost(self.outcome, both("lost"))
        return {"value": ["f"]}

    def close(self):
        pass


@pytest.mark.parametrize(
    "outcome, asked",
    [("timed_out", ["references", "load", "load"]), ("crashed", ["references", "references", "load", "load"])],
)
def test_a_worker_that_is_lost_over_the_source_costs_no_load(monkeypatch, outcome, asked):
    heard = []
    monkeypatch.setattr(sides, "_new_worker", lambda launcher: Forgetful(outcome, heard))
    seat = sides.Seat(None, Submission("f.py", "", "def f(z):\n    return z\n"), "exercise01", BANNED)
    seat.renew()
    assert seat.references == {} and seat.problem is None
    seat.renew()  # and it is not asked again
    assert heard == asked


def test_what_a_worker_says_of_the_source_is_read():
    found = {"f": [("torch.sigmoid", 3), (".softmax", 4)], "g": [(".softmax", 4)]}
    assert sides._references({"value": packed(found)}) == found
    assert sides._references({"error": {}}) == {}


PRELUDE = """\
import torch, numpy, functorch
from torch import nn, autograd, func
import torch.nn.functional as F
import torch.autograd.forward_ad as forward_ad
z, y = torch.tensor([0.5, 0.25]), torch.tensor([1.0, 0.0])
def square(x):
    return (x * x).sum()
def leaf():
    return torch.ones(2).requires_grad_()
def dual():
    with forward_ad.dual_level():
        forward_ad.make_dual(z, z)
def answer():
"""
LINE = len(PRELUDE.splitlines()) + 1


def watched(body, banned=BANNED):
    """What Watch sees of a function with this body: names and lines."""
    space = {}
    exec(compile(f"{PRELUDE}    {body}", "mine.py", "exec"), space)
    with Watch(banned, "mine.py") as watch:
        space["answer"]()
    return watch.uses


@pytest.mark.parametrize(
    "body",
    [
        "torch.sigmoid(z)", "z.sigmoid()", "z.clone().sigmoid_()", "nn.Sigmoid()(z)", "F.sigmoid(z)",
        "torch.special.expit(z)", "torch.ops.aten.sigmoid(z)", "torch.ops.aten.sigmoid.default(z)",
        "torch.sigmoid(z, out=torch.empty(2))", "getattr(torch, ''.join(['sig', 'moid']))(z)",
        "torch.no_grad()(torch.sigmoid)(z)", "torch.inference_mode()(torch.sigmoid)(z)", "torch.vmap(torch.sigmoid)(z)",
        "F.binary_cross_entropy(z, y)", "F.binary_cross_entropy_with_logits(z, y)", "nn.BCELoss()(z, y)",
        "nn.BCEWithLogitsLoss()(z, y)", "torch._C._nn.binary_cross_entropy(z, y)",
        "torch.distributions.Bernoulli(logits=z).probs", "torch.distributions.Bernoulli(logits=z).log_prob(y)",
        "exec('torch.sigmoid(z)', globals())",
    ],
)  # fmt: skip
def test_an_operation_is_seen_whatever_name_it_is_called_by(body):
    names = {name.rpartition(".")[2].rstrip("_") for name, line in watched(body) if line == LINE}
    assert names & {"sigmoid", "binary_cross_entropy", "binary_cross_entropy_with_logits"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "body, line",
    [
        ("square(leaf()).backward()", LINE), ("torch.autograd.backward(square(leaf()))", LINE),
        ("x = leaf(); autograd.grad(square(x), x)", LINE), ("autograd.functional.jacobian(square, z)", LINE),
        ("func.vjp(square, z)", LINE), ("func.grad(square)(z)", LINE), ("func.jacrev(square)(z)", LINE),
        ("func.jvp(square, (z,), (z,))", LINE), ("functorch.vjp(square, z)", LINE), ("dual()", 11),
        ("nn.Linear(2, 1)(z).backward()", LINE),
    ],
)  # fmt: skip
def test_every_way_into_autograd_is_seen(body, line):
    uses = watched(body)
    assert line in [line for _, line in uses]
    assert all(name.startswith(("torch.autograd", "torch.func")) or name.endswith(".backward") for name, _ in uses)


@pytest.mark.parametrize(
    "body",
    ["torch.tanh(z)", "F.softplus(z)", "F.logsigmoid(z)", "1 / (1 + numpy.exp(-z.numpy()))", "torch.logaddexp(z, y)",
     "1 / (1 + torch.exp(-z))", "leaf() * 2", "z.detach().requires_grad_(False)"],
)  # fmt: skip
def test_what_is_allowed_is_not_seen(body):
    assert watched(body) == []


def test_only_what_is_banned_is_seen():
    assert watched("torch.sigmoid(z); square(leaf()).backward()", ("tanh",)) == []
    seen = set(watched("torch.sigmoid(z); square(leaf()).backward()", ("torch.autograd",)))
    assert seen == {("torch.autograd.backward", LINE)}


@pytest.mark.parametrize(
    "body, ban",
    [
        ("getattr(torch.optim, ''.join('SGD'))([leaf()], 1)", "SGD"),
        ("type('Mine', (vars(torch.optim)[''.join('SGD')],), {})([leaf()])", "SGD"),
        ("getattr(numpy, '_'.join(['broadcast', 'shapes']))((2, 1), (3,))", "broadcast_shapes"),
        ("getattr(torch, '_'.join(['broadcast', 'shapes']))((2, 1), (3,))", "broadcast_shapes"),
        ("getattr(numpy.ones(2), ''.join('dot'))(numpy.ones(2))", "dot"),
        ("getattr(square(leaf()), '_'.join(['grad', 'fn']))(z[0])", "grad_fn"),
        ("with torch._C._DisableTorchDispatch(): list(map(torch.sigmoid, [z]))", "sigmoid"),
    ],
)  # fmt: skip
def test_a_function_of_a_library_is_seen_that_runs_no_operation_of_its_name(body, ban):
    assert {name.split(".")[-1] for name, line in watched(body, (ban,)) if line == LINE} & {ban, "__init__"}
    assert watched(body, ("tanh",)) == []


@pytest.mark.parametrize(
    "body",
    ["nn.Linear(2, 1)(z)", "print(leaf() * 2)", "torch.no_grad()(square)(z)", "torch.optim.Optimizer([leaf()], {})",
     "nn.Parameter(z).data", "numpy.linalg.norm(z.numpy())", "torch.stack([leaf(), z])"],
)  # fmt: skip
def test_what_the_libraries_ask_of_one_another_is_not_seen(body):
    assert watched(body, (*BANNED[:6], *AUTOGRAD, "SGD", "dot", "broadcast_to", "expand")) == []


@pytest.mark.parametrize(
    "body, name",
    [("z.shape", "shape"), ("z.size()", "size"), ("len(z)", "__len__"), ("torch.zeros(9)[::2].numel()", "numel"),
     ("getattr(z, 'sha' + 'pe')", "shape")],
)  # fmt: skip
def test_reading_a_tensors_size_is_seen_where_that_is_banned(body, name):
    sizes = ("torch.Tensor.shape", "torch.Tensor.size", "torch.Tensor.numel", "torch.Tensor.__len__")
    assert watched(body, sizes) == [(f"torch.Tensor.{name}", LINE)]
    assert watched(body, BANNED) == watched("z.tolist()", sizes) == []


@pytest.mark.parametrize("body", ["torch.sigmoid(z)", "1 / 0", "raise KeyboardInterrupt", "torch.ones(2) @ torch.ones(3)"])
def test_a_watch_leaves_nothing_behind(body):
    try:
        watched(body)
    except (ArithmeticError, KeyboardInterrupt, RuntimeError):
        pass
    assert sys.getprofile() is None
    assert _get_current_dispatch_mode_stack() == []


@pytest.mark.parametrize("way", ["square(leaf()).backward()", "x = leaf(); autograd.grad(square(x), x)"])
def test_autograd_is_seen_though_the_profiler_was_taken_away_for_a_while(way):
    uses = watched(f"import sys; mine = sys.getprofile(); sys.setprofile(None); {way}; sys.setprofile(mine)")
    assert ("torch.autograd.backward", LINE) in uses


def test_whoever_takes_the_profiler_away_is_seen():
    assert watched("import sys; sys.setprofile(None)") == [("sys.setprofile", 0)]
    assert watched("import sys; sys.setprofile(None)", BLINDFOLDS)[0] == ("sys.setprofile", LINE)
    assert sys.getprofile() is None


THREADS = """\
    import threading
    from concurrent.futures import ThreadPoolExecutor
    WAITING = ThreadPoolExecutor(1)
    WAITING.submit(len, "").result()
    def double(x):
        {body}
"""


def test_a_thread_is_watched_as_well_be_it_older_than_the_watch(course):
    course.public("""\
        import torch
        from grader.checks import not_allowed, points

        @points(10)
        @not_allowed("sigmoid")
        def test_double(student, device):
            student.double(torch.ones(2))
        """)
    started = "t = threading.Thread(target=getattr(x, ''.join('sigmoid'))); t.start(); t.join(); return x"
    innocent = "return WAITING.submit(x.tanh).result()"
    older = "return WAITING.submit(getattr(x, ''.join('sigmoid'))).result()"
    results = course.grade(*(THREADS.format(body=body) for body in (started, older, innocent)))
    assert [result.checks[0].outcome for result in results] == ["not_allowed", "not_allowed", "passed"]
