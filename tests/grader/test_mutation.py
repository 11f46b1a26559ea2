"""The mutants of a reference: each small mistake that a student could make is among them, and nothing that is none."""

import ast

import pytest

from grader.mutation import mutants


def changes(body: str, head: str = "def f(x, y):") -> set[str]:
    """Return the lines that mutants of a function have in the place of its own; a dropped line is `pass`."""
    source = f"{head}\n    {body}\n"
    return {"\n".join(mutant.added) for mutant in mutants(source)}


@pytest.mark.parametrize(
    "line, wanted",
    [
        ("return x + y", {"return x - y", "return x", "return y", "return x.add_(y)", "return y + y",
         "return x.float() + y", "return x + y.float()"}),
        ("return x - y", {"return x + y", "return y - x"}),
        ("return x @ y", {"return y @ x", "return x * y"}),
        ("return -x", {"return x"}),
        ("return x > 0", {"return x >= 0", "return x < 0", "return x > 1", "return x > -1"}),
        ("return x and y", {"return x or y", "return x", "return y"}),
        ("return x.sum(dim=1, keepdim=True)", {"return x.sum(dim=0, keepdim=True)", "return x.sum(dim=2, keepdim=True)",
         "return x.sum(dim=1, keepdim=False)", "return x.sum(dim=1)", "return x.sum(keepdim=True)",
         "return x.mean(dim=1, keepdim=True)", "return x"}),
        ("return x.mean()", {"return x.mean().half()", "return x.mean().double()", "return x.mean().item()",
         "return x.mean().unsqueeze(-1)"}),
        ("return x / x.numel()", {"return x / len(x)", "return x / 3"}),
        ("return x / len(x)", {"return x / x.numel()"}),
        ("return x, y", {"return (y, x)", "return (x, x)", "return (x.float(), y)", "return (x, y.unsqueeze(-1))"}),
        ("return x * y[:, None]", {"return x * y[None, :]", "return x * y"}),
        ("return g(x, y)", {"return g(y, x)", "return g(x)"}),
        ("return x[1:-1]", {"return x[:-1]", "return x[1:]", "return x[2:-1]", "return x[1:1]"}),
        ("return x.clone()", {"return x"}),
        ("x -= y", {"x += y", "x = y", "pass"}),
        ("y = x.clone()", {"y = x", "pass"}),
        ("y.zero_()", {"y", "pass"}),
        ("for i in range(y): g(i)", {"for i in range(y + 1):", "for i in range(y - 1):", "pass"}),
    ],
)  # fmt: skip
def test_every_small_mistake_is_there(line, wanted):
    assert wanted <= changes(line)


def test_only_a_tensor_of_the_callers_is_written_into():
    assert "return z.add_(y)" not in changes("z = g(x)\n    return z + y")
    assert "return x.add_(y)" not in changes("return x + y", "def f(x: int, y: int):")


def test_a_guard_is_turned_round_switched_off_and_dropped():
    body = "if x.shape != y.shape:\n        raise ValueError('no')\n    return x"
    found = changes(body)
    assert {"if x.shape == y.shape:", "if False:", "if True:", "pass"} <= found


def test_a_block_is_opened():
    source = "def f(p):\n    with torch.no_grad():\n        p.add_(1)\n"
    assert "def f(p):\n    p.add_(1)" in {mutant.source for mutant in mutants(source)}


def test_a_default_is_changed():
    assert {"def f(x, y=1.5):", "def f(x, y=-0.5):"} <= changes("return x", "def f(x, y=0.5):")


SOURCE = '''
import torch


def double(x: torch.Tensor) -> torch.Tensor:
    """Return 2 * x."""
    if x.dim() > 3:
        raise ValueError(f"{x.dim() + 1} is more than {3}")
    return 2 * x


class Twice:
    """Twice 2 * x."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return 2 * x
'''


def test_each_is_one_change_of_what_runs_and_no_two_are_alike():
    found = [*mutants(SOURCE)]
    assert len({mutant.source for mutant in found}) == len(found) > 30
    assert {mutant.function for mutant in found} == {"double", "Twice"}
    for mutant in found:
        ast.parse(mutant.source)
        assert "2 * x." in mutant.source and mutant.source != ast.unparse(ast.parse(SOURCE))
        assert not any("torch.Tensor" in line for line in (*mutant.removed, *mutant.added))
        assert "{x.dim() + 1} is more than {3}" in mutant.source or "raise" not in mutant.source


def test_a_diff_shows_what_is_gone_and_what_has_come():
    [mutant] = [mutant for mutant in mutants("def f(x):\n    return x > 0\n") if ">=" in mutant.source]
    assert mutant.diff == "- return x > 0\n+ return x >= 0"
