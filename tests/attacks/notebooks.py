"""Notebooks, hostile and clumsy: what a cell does, what the file says of itself, and what no cell should hold.

What is wrong with the JSON itself never comes to a worker; tests/grader/test_notebooks.py has it.
"""

from __future__ import annotations

from .arena import Attack

FORGED = {
    "metadata": {"nbgrader": {"grade": True, "grade_id": "double", "points": 1000, "locked": True, "solution": [[]] * 9},
                 "kernelspec": {"name": "bash", "argv": ["sh", "-c", "touch /tmp/BROKE"]}, "score": 10},
    "outputs": [{"output_type": "stream", "name": "stdout", "text": "<script>alert(1)</script> 10 of 10 points\n" * 20_000},
                {"output_type": "execute_result", "data": {"text/plain": "10.0", "text/html": "<script>alert(2)</script>"}}],
    "execution_count": 10**30,
    "attachments": {"../../exercise01.py": {"text/plain": "x = 1"}},
}  # fmt: skip

HOMES = {"metadata": {"nbgrader": {"grade": True, "grade_id": "solution-double", "points": 10**400, "solution": {"": [10]}}}}

ATTACKS = [
    Attack(
        "a notebook with a cell that never ends",
        cells=(
            "while True:\n    time.sleep(0.1)\n    F = 2",
            "def spare():\n    return F",
            "while True:\n    pass",
        ),
        tries=False,
    ),
    Attack(
        "a notebook that reads while it is loaded",
        cells=(
            """
            import contextlib, io
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                for place in SECRETS:
                    attempt("read " + place, lambda: read(place))
                attempt("connect", lambda: socket.create_connection(("127.0.0.1", PORT), 1))
                attempt("write", lambda: open(OUTSIDE, "w"))
            """,
            "def double(x):\n    print(told.getvalue())\n    return x * 2",
        ),
        breaks_c=True,
    ),
    Attack(
        "a notebook that replaces builtins",
        cells=(
            """
            class Mine:
                import builtins
                for name in ("exec", "compile", "callable", "sorted", "max", "vars", "repr"):
                    setattr(builtins, name, lambda *args, **named: 10)
            """,
            "def triple(x):\n    return x * 4",
        ),
        tries=False,
    ),
    Attack(
        "a notebook that says what its marks are",
        cells=("double.score = 10", "__score__ = 10", "class Done(Exception): pass", "def __getattr__(name):\n    return lambda x: x"),
        beside=FORGED,
        tries=False,
    ),
    Attack(
        "a notebook whose every cell claims to be the one that counts",
        cells=(
            "double = lambda x: x * 2",
            "def double(x):\n    for part in gc.get_objects():\n        if type(part) is dict and 'homes' in part:\n"
            "            part['homes'] = part['score'] = 10\n    return x * 5\n\ntriple.score = 10",
        ),
        beside=HOMES,
        score=3.0,
        tries=False,
    ),
    Attack(
        "a notebook whose cells go wrong",
        cells=(
            "%matplotlib inline\n!rm -rf ~\n%run ../../solutions/exercise01.py",
            "%%bash\ncat /etc/passwd",
            "%load_ext autoreload\n%autoreload 2",
            "%%writefile ../exercise01.py\nx = 1",
            "who = input('who? ')",
            "1 / 0",
            "def half(:\n    return who",
            "-" * 50_000 + "1",
            "(" * 5_000,
            "def spare():\n    return who, odd",
            "odd = (_ for _ in ()).throw(ValueError('\\x1b[2J\\u202e<script>alert(1)</script>' * 9_000))",
            "get_ipython().system('touch BROKE')",
            "import nothing_of_this_name",
            "return",
            "raise SystemExit(0)",
        ),
        tries=False,
    ),
]
