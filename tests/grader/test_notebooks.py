"""Notebooks: the code is found, what the definitions need is run, a bad cell costs itself, and no JSON does harm."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
import time
import types
from pathlib import PurePosixPath
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import catalogue
from grader.collect import as_submission, read_submission
from grader.errors import MissingFile
from grader.intake.limits import MAX_NOTEBOOK, MAX_SOURCE
from grader.intake.records import HandedIn
from grader.notebooks import MAX_CELLS, MAX_HOMES, MAX_NAME, MAX_PIECES, Notebook, cell_of, place, read
from grader.run import grade
from grader.sandbox import launch, needs, wire
from grader.sandbox.bans import references
from grader.sandbox.cells import Foreign, TooDeep, statements
from grader.sandbox.loading import unused
from grader.sandbox.proxy import Student
from grader.sandbox.sides import Seat
from grader.sandbox.wire import FRAME, WireError, frame_sizes
from grader.sandbox.worker import describe
from grader.transcript import transcript

from .conftest import outcomes
from .terminal import SOLUTION
from .terminal import grade as run


def code(source, **more):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None} | more


def solution(name, source, **more):
    """A cell that nbgrader has made for an answer."""
    said = {"grade_id": f"solution-{name}", "solution": True, "grade": False, "locked": False, "schema_version": 3}
    return code(dedent(source), metadata={"nbgrader": said | more})


def locked(name, source):
    """A cell of nbgrader's that holds checks."""
    return solution(name, source, grade_id=f"check-{name}", solution=False, grade=True, locked=True, points=2)


def as_json(*cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | more).encode()


def notebook(*sources):
    return as_json(*(source if type(source) is dict else code(dedent(source)) for source in sources))


# --- the JSON ---------------------------------------------------------------------------------------------------------

MARKDOWN = {"cell_type": "markdown", "source": "# def f(", "metadata": {}}


@pytest.mark.parametrize(
    "content, source, cells",
    [
        (as_json(code("x = 1")), "x = 1\n", (1,)),
        (as_json(code(["x = 1\n", "y = 2"]), MARKDOWN, code("z = 3\n")), "x = 1\ny = 2\nz = 3\n\n", (1, 3)),
        (as_json(code(""), code([]), code("x = 1")), "\n\nx = 1\n", (1, 2, 3)),
        (as_json(code("x = 1\r\ny = 2\rz = 3")), "x = 1\ny = 2\nz = 3\n", (1,)),
        (as_json(code("# 안녕 \0 \ud800 \U0001f600")), "# 안녕 \ufffd \ufffd \U0001f600\n", (1,)),
        (as_json(code("x = 1"), nbformat=10**400), "x = 1\n", (1,)),
        (b"\xef\xbb\xbf" + as_json(code("x = 1")), "x = 1\n", (1,)),
        (as_json(code("x = 1"), {"cell_type": "raw", "source": "y"}, {"cell_type": 7}, nbformat=None), "x = 1\n", (1,)),
        (json.dumps({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y"]}]},
                                                   {"cells": [{"cell_type": "code", "input": "z"}]}]}).encode(),
         "x = 1\ny\nz\n", (1, 3)),
        (b'{"cells": [{"cell_type": "code", "source": "a", "source": "b", "x": NaN, "y": 1' + b"0" * 100_000 + b"}]}",
         "b\n", (1,)),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_the_code_of_a_notebook_is_read(content, source, cells):
    assert read(content, "exercise03.ipynb") == Notebook(source, cells)


ODD = [None, True, 3, -1.5, "x", [], {}, [1], [None], ["x", 2], {"a": 1}, [[]], [{}]]

HOSTILE = {
    **{f"{value!r}": json.dumps(value).encode() for value in ODD},
    **{f"cells: {value!r}": json.dumps({"cells": value}).encode() for value in ODD},
    **{f"worksheets: {value!r}": json.dumps({"worksheets": value}).encode() for value in ODD},
    **{f"source: {value!r}": as_json(code(value)) for value in ODD if value not in ("x", [])},
    "no source": b'{"cells": [{"cell_type": "code"}]}',
    "nothing": b"",
    "blank": b" \n",
    "no JSON": b"def f(): pass",
    "half of it": notebook("x = 1")[:-9],
    "no UTF-8": b'{"cells": "\xff"}',
    "UTF-16": notebook("x = 1").decode().encode("utf-16"),
    "NUL": b"\0" * 1000,
    "deep lists": b"[" * 500_000,
    "deep objects": b'{"cells":' * 100_000,
    "deep in a cell": as_json(code("x = 1"))[:-1] + b', "y": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a million cells": b'{"cells": [' + b"{}," * 1_000_000 + b"{}]}",
    "too many pieces": b"[" + b"0," * MAX_PIECES + b"0]",
    "too many cells": as_json(*[code("")] * MAX_CELLS, code("x = 1")),
    "too large": b" " * (MAX_NOTEBOOK + 1),
    "too much code": as_json(code("x" * MAX_SOURCE)),
    "no code": as_json(MARKDOWN, code(" \n\t")),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_notebook_is_said(content):
    began = time.monotonic()
    problem = read(content, "exercise03\x1b.ipynb")
    assert problem.en.startswith("exercise03\\x1b.ipynb ") and re.search("[가-힣]", problem.ko)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "cells, homes",
    [
        ([code("import torch\n"), solution("f", "x = 1"), locked("f", "x = 2"), solution("g", "")], (("f", 3), ("g", 5))),
        ([solution("f", "x = 1"), solution("g", "y = 1"), solution("f", "x = 2")], (("f", 3), ("g", 2))),
        ([solution("f", "x = 1", grade=True, solution=[0])], (("f", 1),)),
        ([solution("f", "x = 1"), code("y"), code("z"), locked("f", ""), code("a"), solution("g", ""), code("b")],
         (("f", 1), ("g", 6), ("f", 2), ("f", 3))),
        ([solution("함수", "x = 1")], (("함수", 1),)),
        ([code("x = 1"), MARKDOWN | {"metadata": solution("f", "")["metadata"]}], (("f", 2),)),  # made a text by a slip
        ([solution(name, "x = 1") for name in ("", "a b", "1a", "f()", "a.b", "\ud800", "a\n", "x" * 101, "x" * 10**6)], ()),
        ([solution("f", "x = 1", grade_id=odd) for odd in (*ODD, "check-f", "f", " solution-f", 10**400, {"solution-f": 1})], ()),
        ([solution("f", "x = 1", solution=odd) for odd in (None, False, 0, "", [], {})], ()),
        ([code("x = 1", metadata=odd) for odd in ODD] + [code("x = 1", metadata={"nbgrader": odd}) for odd in ODD], ()),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_the_cells_that_nbgrader_made_for_a_name_are_known_and_nothing_else_is_believed(cells, homes):
    assert read(as_json(*cells), "a.ipynb").homes == homes


def test_homes_are_few():
    assert len(read(as_json(*(solution(f"f{n}", "x = 1") for n in range(MAX_CELLS))), "a.ipynb").homes) == MAX_HOMES


def test_a_cell_of_checks_is_read_as_an_empty_one():
    found = read(notebook("x = 1", locked("f", "check(\n'f', globals())"), locked("g", "import os"), "y = 2"), "a.ipynb")
    assert found == Notebook("x = 1\n\n\ny = 2\n", (1, 2, 3, 4))
    assert "holds no code" in read(notebook(locked("f", "def f(): pass"), ""), "a.ipynb").en
    assert "is no notebook" in read(notebook("x = 1", locked("f", "") | {"source": 3}), "a.ipynb").en


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["code", "x = 1", "\ud800", "%%time"]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["cells", "worksheets", "cell_type", "source", "input", "a"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(JSON, st.lists(JSON, max_size=3), st.lists(st.builds(code, JSON), max_size=3), JSON, JSON)
def test_no_json_breaks_the_reading(anything, sheets, cells, said, grade_id):
    cells += [code("x = 1", metadata=said), solution("f", "x = 1", grade_id=grade_id, solution=said, grade=anything)]
    for value in (anything, {"cells": [*cells, *sheets]}, {"worksheets": sheets}):
        found = read(json.dumps(value).encode(), "a.ipynb")
        if isinstance(found, Notebook):
            assert found.source.encode() and found.cells[0] == 1 and found.cells[-1] <= found.source.count("\n")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 200))
def test_no_bytes_break_the_reading(noise, at):
    content = notebook("x = 1")
    read(noise, "a.ipynb"), read(content[:at] + noise + content[at:], "a.ipynb")


def test_a_line_is_found_in_its_cell():
    assert [cell_of(line, (1, 3, 4)) for line in (0, 1, 2, 3, 4, 9)] == [(0, 0), (1, 1), (1, 2), (2, 1), (3, 1), (3, 6)]
    assert cell_of(7, ()) == (0, 7)
    assert place(7).en == "line 7" and place(3, (1, 3)).en == "code cell 2, line 1" and "2" in place(3, (1, 3)).ko


# --- the cells --------------------------------------------------------------------------------------------------------


def parsed(*cells):
    """Parse cells that are written one below the other; return their code with its lines, and what is wrong."""
    found = read(notebook(*cells), "a.ipynb")
    body, problems = statements(found.source, found.cells, found.homes, "a.ipynb")
    return [(node.lineno, ast.unparse(node)) for node in body if not isinstance(node, ast.Pass)], problems


@pytest.mark.parametrize(
    "cell, kept",
    [
        ("%matplotlib inline\nx = 1", [(2, "x = 1")]),
        ("!pip install \\\n  torch\nx = 1", [(3, "x = 1")]),
        ("x = !ls\ny = %timeit -o f()\nz = 1", [(3, "z = 1")]),
        ("a, b = !ls\nz = 1", [(2, "z = 1")]),
        ("?help\nhelp?\nx.y??\nz = 1", [(4, "z = 1")]),
        ("!echo \"it's\nx = '''\n%d\n'''", [(2, "x = '\\n%d\\n'")]),
        ("%pip install x\ny = (5\n% 3)\nz = 5 \\\n% 3", [(2, "y = 5 % 3"), (4, "z = 5 % 3")]),
        ("%pip install x\ny = [ # (\n'('\n]", [(2, "y = ['(']")]),
        ("if x:\n    !ls\n    y = 1", [(1, "if x:\n    pass\n    y = 1")]),
        ("%pip install x\ny = 'a=%d' % 3\nf('a=!')", [(2, "y = 'a=%d' % 3"), (3, "f('a=!')")]),
        ("%pip install x\ndef f():\n    return 'a=%d' % 3", [(2, "def f():\n    return 'a=%d' % 3")]),
        ("%pip install x\nx = 1  # why?\ny = '''who?\n%s?'''", [(2, "x = 1"), (3, "y = 'who?\\n%s?'")]),
        ("%%time\nx = 1", [(2, "x = 1")]),
        ("\n%%capture out\n%%time\n%cd /\nx = 1", [(5, "x = 1")]),
        ("%%time", []),
        ("%%bash\nrm -rf /", []),
        ("%%html\n<b>x = 1</b>", []),
        ("%%javascript\nvar x = 1", []),
        ("%%writefile x.py", []),
        ("if __name__ == '__main__':\n    f()\nx = 1", [(3, "x = 1")]),
    ],
)
def test_what_is_jupyters_own_is_blanked_and_no_line_moves(cell, kept):
    assert parsed(cell) == (kept, [])
    shifted, problems = parsed("first = 1\n", cell, "last = 1")
    assert [(line - 2, text) for line, text in shifted[1:-1]] == kept and not problems


@pytest.mark.parametrize(
    "cell, kind, line, words",
    [
        ("x = 1\ndef f(:", SyntaxError, 4, "invalid syntax"),
        ("%time\nx = = 1", SyntaxError, 4, "invalid syntax"),
        ("'''%d\n%s", SyntaxError, 3, "unterminated"),
        ("%%writefile a.py\ndef f(): pass", Foreign, 3, "%%writefile"),
        ("(" * 5000, SyntaxError, 3, ""),
        ("-" * 20_000 + "1", TooDeep, 3, "nested too deeply"),
    ],
)
def test_a_cell_that_is_no_python_costs_that_cell(cell, kind, line, words):
    kept, [problem] = parsed("first = 1\n", cell, "last = 1")
    assert [text for _, text in kept] == ["first = 1", "last = 1"]
    assert isinstance(problem, kind) and problem.lineno == line and words in problem.msg and problem.filename == "a.ipynb"


@pytest.mark.parametrize(
    "cell",
    ["%x\n" * 80_000, "%x\n" + '"""' * 80_000, "%x\n" + "(" * 200_000, "%x\n" + "'" * 200_001, "%x\n" + "\\\n" * 100_000,
     "%x\n" + "=" * 200_000, "%x\n" + "'\\" * 100_000, "%x\n" + '"""\\' * 60_000, "%%time\n" * 30_000, "x?" * 100_000],
    ids=lambda cell: repr(cell[:12]),
)  # fmt: skip
def test_no_cell_takes_long(cell):
    began = time.monotonic()
    parsed(cell)
    assert time.monotonic() - began < 5


HOME = "def f(): return 1"
LAST = solution("last", "last = 1")
LEFT_OUT = ["def f(): return 2", "async def f(): pass", "class f: pass", "@d\ndef f(): pass", "f = g", "f: int = 3", "del f",
            "from x import f", "import x as f", "import f.x", "f = f(1)"]  # fmt: skip
STAYS = ["f.x = 1", "f[0] = 1", "f += 1", "f: int", "a = f = 3", "f, b = (1, 2)", "for f in a:\n    pass", "x = f",
         "if f:\n\n    def f():\n        pass", "def g():\n    global f\n    f = 1", "from x import *", "f(1)"]  # fmt: skip


@pytest.mark.parametrize("other", LEFT_OUT)
def test_what_a_name_is_in_its_home_is_what_counts(other):
    whole = [(1, "def f():\n    return 1")]
    assert parsed(solution("f", HOME), other) == (whole, [])
    assert parsed(solution("f", HOME), other, LAST)[0][:-1] == whole
    assert [text for _, text in parsed(other, solution("f", HOME))[0]] == [text for _, text in whole]
    assert len(parsed(solution("g", HOME), other, LAST)[0]) - 1 == len(parsed(code(HOME), other)[0]) == 2
    assert len(parsed(solution("f", f"{HOME}\n{other}"))[0]) == 2, "a home may define its name in several steps"


@pytest.mark.parametrize("other", STAYS)
def test_what_does_more_than_define_a_name_counts_wherever_it_stands(other):
    assert [text for _, text in parsed(solution("f", HOME), other, LAST)[0]][1:-1] == [other]


@pytest.mark.parametrize("home", ["", "def f(:", "def g(): pass", "if g:\n    def f(): pass", "%%writefile a\nf = 1", "f: int"])
def test_a_home_that_does_not_define_its_name_is_none(home):
    assert (3 + home.count("\n"), "f = 2") in parsed("x = 1", solution("f", home), "f = 2", LAST)[0]


def test_of_an_import_and_a_del_only_the_names_with_a_home_are_left_out():
    kept, _ = parsed(solution("f", HOME), "from x import f, h as g\ndel f, g", "def f(): pass\ny = 1", LAST)
    assert [text for _, text in kept[1:-1]] == ["from x import h as g", "del g", "y = 1"]


def test_a_home_reaches_down_to_the_check_that_saw_it():
    cells = [solution("f", "def f(): return 0"), HOME, locked("f", "check"), "def f(): return 2", LAST]
    assert [text for _, text in parsed(*cells)[0]] == ["def f():\n    return 0", "def f():\n    return 1", "last = 1"]


def test_the_graders_own_check_is_not_imported():
    kept, _ = parsed("from grader import check\nimport grader.x as g, torch\nimport grader\nfrom graders import x")
    assert [text for _, text in kept] == ["import torch", "from graders import x"]


@pytest.mark.parametrize(
    "stub",
    ["def f():\n    'It does.'\n    # YOUR CODE HERE\n    raise NotImplementedError()", "def f(): raise NotImplementedError('f')",
     "class f:\n    'It does.'\n    def g(self):\n        raise NotImplementedError\n    def h(self): raise NotImplementedError()"],
)  # fmt: skip
@pytest.mark.parametrize("above", [True, False])
def test_what_is_written_beside_the_stub_counts(stub, above):
    cells = ["f = 1", solution("f", stub)] if above else [solution("f", stub), "f = 1"]
    assert [text for _, text in parsed(*cells)[0]] == ["f = 1"]
    assert [text for _, text in parsed(solution("f", stub), "g = 1")[0]][-1] == "g = 1"


@pytest.mark.parametrize(
    "begun", ["def f(x):\n    if x:\n        raise NotImplementedError\n    return 1",
              "class f:\n    def g(self): return 1\n    def h(self): raise NotImplementedError"],
)  # fmt: skip
def test_a_home_that_somebody_has_begun_to_fill_is_no_stub(begun):
    [(line, _)] = parsed(solution("f", begun), "def f(x): return 2")[0]
    assert line == 1


@pytest.mark.parametrize(
    "below, kept",
    [
        ("from torch import *", []),
        ("helper = 3", []),
        ("def helper(): return 3\nclass other: pass", ["class other:\n    pass"]),
        ("import math as helper, cmath", []),
        ("helper += 1\nfor helper in (1, 2):\n    pass\nwith x as helper:\n    pass", []),
        ("new, helper = 1, 2\nnew = 2", ["new = 2"]),
        ("del helper", []),
        ("if x:\n    def helper(): pass", []),
        ("x = [helper for helper in (1, 2)]\nlater = 4", ["x = [helper for helper in (1, 2)]", "later = 4"]),
        ("def later(): return helper\nhelper.append(1)", ["def later():\n    return helper", "helper.append(1)"]),
    ],
)
def test_below_the_last_home_no_name_gets_another_meaning(below, kept):
    """The checks have seen what it stood for above."""
    cells, _ = parsed("helper = [later for later in (1, 2)]", solution("f", HOME), "", below)
    assert [text for _, text in cells[2:]] == kept
    cells, _ = parsed("helper = 1", below.replace("from torch import *", "pass"), solution("f", HOME))
    assert len(cells) >= 2 + len(kept), "above it, all counts"


def test_the_bans_are_held_against_what_is_graded():
    found = read(notebook("%pip install x\nimport torch", "def g(z): return torch.sigmoid(z)", "f = g", "def ("), "a.ipynb")
    assert references(found.source, ["sigmoid"], found.cells)["f"] == [("torch.sigmoid", 3)]
    found = read(notebook("import torch", solution("g", "def g(z): return z"), "def g(z): return torch.sigmoid(z)", "f = g"), "a.ipynb")
    assert references(found.source, ["sigmoid"], found.cells, found.homes)["f"] == []
    assert references(found.source, ["sigmoid"], found.cells)["f"] == [("torch.sigmoid", 3)]


# --- a notebook in the sandbox ----------------------------------------------------------------------------------------

CHECK = '''
    """Tests."""
    import torch
    from grader.checks import close, not_allowed, points


    @points(1)
    def test_double(student, device):
        """It doubles."""
        close(student.double(torch.ones(2)), torch.full((2,), 2.0))


    @points(1)
    @not_allowed("add")
    def test_by_hand(student, device):
        """It does without addition."""
        student.double(torch.ones(2))
'''
DOUBLE = "def double(x):\n    return 2 * x"


@pytest.fixture
def graded(course):
    """Return the result of a notebook of these cells."""
    course.public(CHECK)

    def graded(*sources):
        course.write("exercise01.ipynb", notebook(*sources).decode())
        results = []
        submission = read_submission(course.folder / "exercise01.ipynb")
        grade(catalogue.find("1"), [submission], course.launcher, results.append, 1)
        return results[0]

    return graded


RIGHT = {
    "plain": [DOUBLE],
    "helpers in other cells": ["def double(x):\n    return helped(x)", "def helped(x):\n    return FACTOR * x", "FACTOR = 2"],
    "a constant that a call gives": ["import torch", "FACTOR = torch.tensor(2.0)", "def double(x):\n    return FACTOR * x"],
    "a decorator": ["def twice(f):\n    return lambda x: 2 * f(x)", "@twice\ndef double(x):\n    return x"],
    "an alias": ["def mine(x):\n    return 2 * x", "double = mine"],
    "a lambda": ["double = lambda x: 2 * x"],
    "an object that is called": ["class Double:\n    def __call__(self, x):\n        return 2 * x", "double = Double()"],
    "a library's object": ["from functools import partial\nimport torch", "double = partial(torch.mul, 2)"],
    "a factory, and a failing run of it": ["def times(n):\n    return lambda x: n * x", "y = times(3)(open('none'))", "double = times(2)"],
    "the alias of what is defined anew": ["def f(x):\n    return 2 * x", "double = f", "def f(x):\n    return x"],
    "the last definition": ["def double(x):\n    return x", DOUBLE],
    "a definition given anew": ["def double(x):\n    return x", "double = lambda x, f=double: 2 * f(x)"],
    "a loop that fills a table": ["T = {}", "for i in range(5):\n    T[i] = i", "def double(x):\n    return T[2] * x"],
    "a table that grows": ["T = []", "for i in range(5):\n    T.append(i)", "def double(x):\n    return T[2] * x"],
    "a function that fills a table": ["T = []", "def fill(t):\n    t.append(2)", "fill(T)", "def double(x):\n    return T[0] * x"],
    "a function that sets a global": ["def set_up():\n    global F\n    F = 2", "set_up()", "def double(x):\n    return F * x"],
    "a function of a function that does": ["def a():\n    global F\n    F = 2", "def b():\n    a()", "b()", "def double(x):\n    return F * x"],
    "a with block": ["import torch", "with torch.no_grad():\n    W = torch.tensor(2.0)", "def double(x):\n    return W * x"],
    "a condition": ["import torch", "if torch.cuda.is_available():\n    F = 2\nelse:\n    F = 2", "def double(x):\n    return F * x"],
    "an import that may fail": ["try:\n    import nothing_of_this_name as n\nexcept ImportError:\n    n = None", "def double(x):\n    return 2 * x if n is None else x"],
    "a method given later": ["class A:\n    pass", "A.f = lambda self, x: 2 * x", "def double(x):\n    return A().f(x)"],
    "a method given by setattr": ["class A:\n    pass", "setattr(A, 'f', lambda self, x: 2 * x)", "def double(x):\n    return A().f(x)"],
    "names looked up": ["F = 2", "def double(x):\n    return globals()['F'] * x"],
    "future annotations": ["from __future__ import annotations", "def double(x: Nothing) -> Nothing:\n    return 2 * x"],
    "a scripted function": ["import torch", "x = 3", "@torch.jit.script\ndef double(x):\n    return 2 * x"],
    "magics": ["%matplotlib inline\n!ls\nimport torch", "%%time\n" + DOUBLE, "%%bash\nexit 1"],
    "two on a line": ["print(1); F = 2; print(2)", "def double(x): return F * x"],
    "a run that never ends": [DOUBLE, "while True:\n    double(1)", "for x in iter(int, 1):\n    losses = double(x)"],
    "a call that never ends": ["def train():\n    while True: pass", "losses = train()", DOUBLE],
    "questions and files": ["name = input('who?')", "data = open('data.csv').read()", "import sys", "sys.exit()", DOUBLE],
    "an end": ["raise SystemExit", "exit()", "assert False", "1 / 0", DOUBLE],
    "a main block": [DOUBLE, "if __name__ == '__main__':\n    while True: pass"],
    "its name given to a result": [DOUBLE, "import torch", "double = double(torch.ones(2))"],
    "its name given to a result within a loop": [DOUBLE, "for x in range(1):\n    double = double(x)"],
    "an attribute set in a loop": ["class A: pass", "for n in 'fg':\n    setattr(A, n, lambda s, x: 2 * x)", "def double(x): return A().f(x)"],
    "hundreds of cells": [*(f"x{n} = {n}" for n in range(500)), "def double(x):\n    return x2 * x"],
}  # fmt: skip


@pytest.mark.parametrize("cells", RIGHT.values(), ids=RIGHT)
def test_a_right_notebook_gets_full_marks_however_it_is_arranged(graded, cells):
    result = graded(*cells)
    assert (result.full_marks, result.message) == (True, None)


ADDS = "def double(x):\n    return x + x"
WRONG = "def double(x):\n    return x"
AT_HOME = {
    "compared": [solution("double", DOUBLE), ADDS, WRONG, "from torch import square as double", "double = None", "del double"],
    "tried before": [ADDS, WRONG, "y = double(2)", solution("double", DOUBLE)],
    "copied": [solution("double", WRONG), solution("double", DOUBLE), WRONG],
    "a home of several steps": [solution("double", f"{WRONG}\ndouble = lambda x, f=double: 2 * f(x)"), WRONG],
    "a helper": [solution("double", "def double(x):\n    return F * helped(x)"), "def helped(x):\n    return x", "F = 2", ADDS],
    "a method given elsewhere": [solution("double", "class Double: pass\ndouble = Double()"), "Double.__call__ = lambda s, x: 2 * x", WRONG],
    "an emptied home": [solution("double", "# below"), DOUBLE],
    "a broken home": [solution("double", "def other(x):\n    return x"), ADDS, DOUBLE],
    "checks that define": [solution("double", DOUBLE), locked("double", ADDS), locked("double", "def double(:")],
    "calls of check": ["from grader import check\nimport grader", solution("double", DOUBLE), locked("double", "check('double', globals())"),
                       "check('exercise01', globals())\nmarks = check('exercise01', globals())\nimport grader.checks as c"],
}  # fmt: skip


@pytest.mark.parametrize("cells", AT_HOME.values(), ids=AT_HOME)
def test_a_mark_is_what_the_cell_made_for_the_function_deserves(graded, cells):
    result = graded(*cells)
    assert (result.full_marks, result.message) == (True, None)


def test_display_needs_no_import_and_shows_nothing(graded):
    assert graded(solution("double", "def double(x):\n    display(x, clear=True)\n    return 2 * x")).full_marks


def test_what_is_right_elsewhere_counts_where_the_home_holds_the_stub_only(graded):
    result = graded(solution("double", WRONG), DOUBLE)
    assert (outcomes(result)["test_double"], result.message) == ("failed", None)
    assert graded(solution("double", "def double(x):\n    raise NotImplementedError()"), "import torch\n" + DOUBLE).full_marks


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_an_import_of_check_costs_nothing_at_any_level(course, level):
    course.public(CHECK).write("exercise01.ipynb", notebook("from grader import check", solution("double", DOUBLE)).decode())
    launcher, results = launch.start(level), []
    try:
        grade(catalogue.find("1"), [read_submission(course.folder / "exercise01.ipynb")], launcher, results.append, 1)
    finally:
        launcher.close()
    assert results[0].full_marks and results[0].message is None


HIDING = {
    "below": [solution("double", DOUBLE), solution("helped", "def helped(x):\n    return x + x"), "double = helped; y = double = helped", LAST],
    "behind a home of its own": [solution("double", "double = helped"), solution("helped", "def helped(x):\n    return x + x"), "def helped(x):\n    return 2 * x"],
    "with a home for the library": [solution("torch", "import torch\ntorch = torch"), solution("double", "double = lambda x: torch.add(x, x)"), "class torch:\n    add = max"],
    "in a cell of checks": [locked("double", "import torch\nadd = torch.add"), solution("double", "def double(x):\n    return x + x")],
    "as what it is not": [solution("double", "def double(x):\n    return x + x"), solution("NotImplementedError", "NotImplementedError = 1"), DOUBLE],
}  # fmt: skip


@pytest.mark.parametrize("cells", HIDING.values(), ids=HIDING)
def test_nothing_banned_hides_behind_metadata(graded, cells):
    assert outcomes(graded(*cells))["test_by_hand"] == "not_allowed"


UNUSED = {
    "a syntax error": (["def (:", DOUBLE], "code cell 1 was not used: line 1: invalid syntax\n    def (:\n        ^"),
    "a return": (["import os\nreturn", DOUBLE], "code cell 1, line 2 was not used: 'return' outside function"),
    "what fails": (["F = open('none')", "def g(): return F", DOUBLE], "code cell 1, line 1 was not used: it raised FileNotFound"),
    "what exits": (["import sys\nF = sys.exit()", "def g(): return F", DOUBLE], "code cell 1, line 2 was not used: it raised SystemExit"),
    "no library": (["import nothing_of_this_name", DOUBLE], "code cell 1, line 1 was not used: it raised ModuleNotFoundError"),
    "a file": (["%%writefile a.py\ndef f(): pass", DOUBLE], "code cell 1 was not used: it begins with %%writefile"),
    "many": (["def (:"] * 8 + [DOUBLE], "and so on: 8 in all"),
}  # fmt: skip


@pytest.mark.parametrize("cells, said", UNUSED.values(), ids=UNUSED)
def test_what_was_not_used_is_said_and_costs_nothing_else(graded, cells, said):
    result = graded(*cells)
    assert result.full_marks and result.status == "graded" and said in result.message.en
    assert "코드 셀 1" in result.message.ko
    assert said.splitlines()[0] in transcript(result, None, "en")


ENDLESS = {
    "a loop": "while True:\n    F = 2",
    "a sleep": "import time\nF = time.sleep(60)",
    "a class": "class A:\n    while True: pass",
    "a decorator": "def d(f):\n    while True: pass\n@d\ndef h(): pass",
    "a loop that imports": "for i in iter(int, 1):\n    import time",
}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="nothing stops a statement here")
@pytest.mark.parametrize("cell", ENDLESS.values(), ids=ENDLESS)
def test_what_is_needed_and_never_ends_costs_itself(cell, monkeypatch):
    monkeypatch.setattr(needs, "ALL_SECONDS", 0.1)
    module = types.ModuleType("exercise01")
    module.__file__ = "exercise01.ipynb"
    found = read(notebook(cell, DOUBLE, "def g(): return F"), "exercise01.ipynb")
    began = time.monotonic()
    [problem] = needs.Cells(found.source, found.cells, found.homes, module).problems
    assert time.monotonic() - began < 5 and module.double(2) == 4
    said = unused([1, describe(problem, module.__file__)], found.cells)
    assert re.fullmatch("code cell 1, line [1-4] was not used: it took too long", said.en)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0) and signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


LARGE = {
    "lists": b'{"cells": [' + b"[]," * (MAX_PIECES // 2 - 9) + b"[]]}",
    "keys": b'{"cells": [' + b",".join(b'{"%d": 1}' % number for number in range(MAX_PIECES // 2 - 9)) + b"]}",
    "text": as_json(code("x = 1", outputs=["\U0001f600" * (MAX_NOTEBOOK // 13)])),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows does not say how much a process took")
@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE)
def test_no_notebook_takes_much_memory(content, tmp_path):
    (tmp_path / "a.ipynb").write_bytes(content)
    measure = """if True:
        import pathlib, resource, sys
        from grader.notebooks import read
        content = pathlib.Path(sys.argv[1]).read_bytes()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        read(content, "a.ipynb")
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    taken = subprocess.run([sys.executable, "-c", measure, tmp_path / "a.ipynb"], capture_output=True, check=True).stdout
    assert int(taken) < 400 * 1024


def test_grade_finds_the_notebook_and_writes_its_report(tmp_path):
    """From the command to the page: exercise03.ipynb lies here, and one of its functions is wrong."""
    start, *definitions = re.split("(?m)^(?=def )", SOLUTION.read_text("utf-8"))
    wrong = "# Jupyter\nimport torch\ndef sigmoid(z):\n    return missing"
    (tmp_path / "exercise03.ipynb").write_bytes(notebook("%matplotlib inline", start, *definitions, wrong, "sigmoid(1 / 0)", "def (:"))
    done = run("exercise03", cwd=tmp_path)
    cell = len(definitions) + 3
    page = (tmp_path / "exercise03.html").read_text("utf-8")
    assert done.code == 1 and done.err == ""
    assert done.out.splitlines()[0].split()[-1] == "exercise03.ipynb"
    for shown in (done.out, page):
        assert f"code cell {cell}, line 4, in sigmoid" in shown and f"code cell {cell + 2} was not used: line 1: invalid syntax" in shown
    assert float(done.out.splitlines()[-1].split()[0]) >= 2


def test_a_wrong_notebook_is_shown_by_cell_and_line(graded):
    result = graded("import torch\n", "def helped(x):\n    y = 1\n    return undefined", "def double(x):\n\n    return helped(x)")
    first = result.checks[0]
    told = first.message.en.splitlines()[0]
    assert told == "raised NameError: name 'undefined' is not defined (code cell 2, line 3, in helped)"
    assert first.details["lines"] == [[3, "double", 3, "return helped(x)"], [3, "helped", 2, "return undefined"]]
    from grader.report import html

    assert "code cell 3, line 3" in html(result, "en") and "코드 셀 2의 3번째 줄" in html(result, "ko")


@pytest.mark.parametrize("body", ["torch.add(x, x)", "getattr(torch, 'a' + 'dd')(x, x)"])
def test_what_is_banned_is_found_in_its_cell(graded, body):
    result = graded("import torch", "def (", f"def double(x):\n    return {body}")
    assert outcomes(result)["test_by_hand"] == "not_allowed"
    assert result.checks[1].message.en.startswith("code cell 3, line 2 uses ")


def test_a_bad_cell_hides_no_wrong_answer(graded):
    result = graded("def (", "def double(x):\n    return x")
    assert result.message is not None and not result.useless
    assert graded("def double(x:\n    return x").useless


def test_what_is_not_there_is_explained_by_the_cell_that_was_not_used(graded):
    result = graded("def double(x:\n    return x", "def helped(): pass")
    assert "double is not there: code cell 1 was not used" in result.checks[0].message.en


def test_a_file_that_is_no_notebook_is_unreadable(course):
    submission = as_submission(HandedIn(PurePosixPath("kim/exercise01.ipynb"), b"{}", None), "kim")
    assert submission.source is None and submission.problem.en.startswith("exercise01.ipynb is no notebook")
    place = course.folder / "Exercise01.IPYNB"
    place.write_bytes(notebook("x = 1"))
    assert read_submission(place).cells == (1,)
    place.write_bytes(b" " * (MAX_NOTEBOOK + 2))
    assert "is larger than 32 MiB" in read_submission(place).problem.en
    with pytest.raises(MissingFile):
        read_submission(course.folder / "none.ipynb")


def test_all_that_a_notebook_may_hold_travels_with_room_to_spare(course, launcher, monkeypatch):
    """As many cells, homes and characters as are taken, the characters those that take most room in JSON."""
    names = [chr(0x20000 + number) * MAX_NAME for number in range(MAX_HOMES)]
    homes = [solution(name, f"{name} = 1\n") for name in names]
    rest = MAX_CELLS - MAX_HOMES
    empty = len("".join(home["source"] + "\n" for home in homes)) * 4 + 2 * rest
    cells = [*homes, *[code("\n")] * (rest - 1), code("def double(x): return 2 * x\n# " + "\x01" * (MAX_SOURCE - empty))]
    found = as_submission(HandedIn(PurePosixPath("exercise01.ipynb"), as_json(*cells), None), "kim")
    assert (len(found.cells), len(found.homes)) == (MAX_CELLS, MAX_HOMES)
    assert MAX_SOURCE * 0.99 < len(found.source.encode()) <= MAX_SOURCE
    sizes, send = [], wire.send
    monkeypatch.setattr(wire, "send", lambda line, data, *more: sizes.append(frame_sizes(data[: FRAME.size])) or send(line, data, *more))
    seat = Seat(launcher, found, "exercise01", ["torch.sigmoid"] * 1000)
    seat.begin(10.0)
    assert Student(seat.ask).double(2) == 4 and seat.problem is None and seat.references is not None
    seat.close()
    assert wire.MAX_HEADER / 10 < max(header for header, _ in sizes) < wire.MAX_HEADER / 4
    assert MAX_SOURCE * 0.99 < max(body for _, body in sizes) < wire.MAX_BODY / 10


FORGED = [None, 1, [], ["x"], [True], [1, None], [1, {}], [1, {"types": [], "message": 3, "frames": []}], {"a": 1},
          [1, {"types": [], "message": "", "frames": [], "syntax": [1, 2, 3, 4]}]]  # fmt: skip


@pytest.mark.parametrize("found", FORGED, ids=repr)
def test_what_a_worker_makes_up_is_refused(found):
    with pytest.raises(WireError):
        unused(found, (1,))


def test_what_a_worker_may_say_does_nothing():
    error = {"types": ["\x1b[31m"], "message": "\x1b", "frames": [[-5, "x"]]}
    syntax = error | {"syntax": [10**30, -4, "\x1b" * 10, "\x1b"]}
    said = unused([10**30, error, syntax], (1, 3))
    assert "\x1b" not in said.en + said.ko and len(said.en) < 1000
    assert unused([0], (1,)) is None and unused("anything", ()) is None
