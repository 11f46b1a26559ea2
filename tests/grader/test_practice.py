"""`check` in a student's notebook: a real kernel, real cells, and what nbgrader makes of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import nbformat
import pytest
from jupyter_client import KernelManager
from nbgrader.utils import compute_checksum

from grader import catalogue
from grader.at_hand import AtHand
from grader.collect import read_submission
from grader.errors import GradingFault
from grader.run import grade

from ..living import descendants
from .conftest import Course
from .terminal import HANGUL, ROOT, environment, functions, gone, small_course, until

STUB = """
    def double(x):
        raise NotImplementedError

    def halve(x):
        raise NotImplementedError
"""
CHECKS = '''
    import torch
    from grader.checks import close, hint, points, time_limit

    @points(1)
    @hint("Twice.", ko="두 배.")
    @time_limit(1)
    def test_double(student):
        """double doubles.

        ko: 두 배가 된다.
        """
        close(student.double(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]))

    @points(2)
    @hint("Half.", ko="절반.")
    @time_limit(1)
    def test_halve(student):
        """halve halves.

        ko: 절반이 된다.
        """
        close(student.halve(torch.tensor([1.0, 2.0])), torch.tensor([0.5, 1.0]))
'''
HIDDEN = '''
    import torch
    from grader.checks import close, points

    @points(7)
    def test_secret(student, reference):
        """A secret.

        ko: 비밀.
        """
        close(student.double(torch.ones(3)), reference.double(torch.ones(3)))
'''
REFERENCE = """
    def double(x):
        return 2 * x

    def halve(x):
        return x / 2
"""
RIGHT = "def double(x):\n    return 2 * x\ndef halve(x):\n    return x / 2"
CHECK = 'from grader import check\ncheck("exercise01", globals(), "{}")'
CHECK_ALL = 'from grader import check\ncheck("exercise01", globals())'


@dataclass
class Ran:
    """What a cell gave."""

    html: str = ""
    text: str = ""
    error: str = ""
    streams: dict[str, str] = field(default_factory=dict)


class Kernel:
    """A notebook's kernel."""

    def __init__(self, folder: Path, **more: str):
        self.manager = KernelManager()
        self.manager.start_kernel(cwd=str(folder), env=environment(**more))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code: str) -> Ran:
        """Run a cell as Jupyter does."""
        return self.outputs(self.client.execute(dedent(code)))

    def outputs(self, sent: str) -> Ran:
        ran = Ran()
        while True:
            message = self.client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != sent:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "execute_result" | "display_data":
                    ran.html, ran.text = content["data"].get("text/html", ""), content["data"]["text/plain"]
                case "error":
                    ran.error = "\n".join(content["traceback"])
                case "stream":
                    ran.streams[content["name"]] = ran.streams.get(content["name"], "") + content["text"]
                case "status" if content["execution_state"] == "idle":
                    return ran

    def check(self, function: str | None = None) -> Ran:
        return self.run(CHECK.format(function) if function else CHECK_ALL)

    def standby(self) -> int:
        """Return the process that answers this kernel's checks."""
        held = "__import__('grader.at_hand').at_hand._of_process(__import__('os').getpid())._process.pid"
        return int(self.run(held).text)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def made(folder: Path, settings: str = "") -> Path:
    """Make a course of one exercise, of two functions, as an instructor has it."""
    course = Course(folder, None).public(CHECKS).hidden(HIDDEN, REFERENCE)
    course.write("exercises/exercise01_tiny/exercise01.py", STUB)
    course.write("pyproject.toml", f"[tool.grade]\n{settings}")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def shared(home) -> Iterator[Kernel]:
    kernel = Kernel(home)
    yield kernel
    kernel.close()


@pytest.fixture
def kernel(shared, home) -> Kernel:
    """The kernel, with nothing in it but the right functions."""
    shared.run("from IPython import get_ipython\n%reset -f in\n%reset -f")
    shared.run(RIGHT)
    return shared


def test_a_right_function_is_shown_as_html_and_as_plain_text(kernel):
    ran = kernel.check("double")
    assert "double doubles." in ran.html and "1 / 1 points" in ran.html
    assert re.search(r"^  pass +1/1  double doubles\.$", ran.text, re.MULTILINE) and "\x1b" not in ran.text
    assert (ran.error, ran.streams) == ("", {})


def test_only_the_checks_of_the_function_are_shown_and_counted(kernel):
    kernel.run("def halve(x): return x")
    one, all_ = kernel.check("double"), kernel.check()
    assert "halve halves." not in one.html + one.text and one.text.endswith("1 of 1 points")
    assert "halve halves." in all_.html and all_.text.endswith("1 of 3 points")


def test_a_wrong_function_is_told_what_came_back_and_what_was_wanted_and_raises_nothing(kernel):
    kernel.run("def double(x): return x * 3")
    ran = kernel.check("double")
    assert ran.error == "" and "FAIL" in ran.html and "hint: Twice." in ran.html
    assert '<mark class="got">3</mark>' in ran.html and '<mark class="wanted">2</mark>' in ran.html


def test_only_public_checks_run_where_hidden_ones_lie_beside_them(kernel):
    ran = kernel.check()
    assert "secret" not in ran.html + ran.text
    assert "public checks: 2 of 2; 7 more points are decided by hidden checks" in ran.text


def test_the_students_code_does_not_run_in_the_kernel_once_more(kernel):
    kernel.run("calls = []\ndef double(x):\n    calls.append(x)\n    return 2 * x")
    assert kernel.check("double").text.endswith("1 of 1 points")
    assert kernel.run("calls").text == "[]"


def test_the_result_has_its_record_and_is_never_a_number(kernel):
    kernel.run(CHECK_ALL.replace("check(", "done = check("))
    ran = kernel.run("done.passed, done.record['score'], done.record['max_score']")
    assert ran.text == "(True, 3.0, 3.0)"
    with pytest.raises(ValueError):
        float(kernel.check().text)


@pytest.mark.parametrize(
    "word, code",
    [("CRASH", "import os\ndef double(x): os._exit(0)"), ("TIME", "def double(x):\n    while True: pass"),
     ("FAIL", "import sys\ndef double(x): sys.exit(0)"), ("FAIL", "def double(x): return input('how much?')"),
     ("FAIL", "def double(x): raise KeyboardInterrupt")],
)  # fmt: skip
def test_whatever_a_function_does_costs_that_function_and_no_kernel(kernel, word, code):
    kernel.run(code)
    ran = kernel.check()
    assert ran.error == "" and ran.streams == {}
    assert re.search(rf"^  {word} +0/1  double doubles.$", ran.text, re.MULTILINE)
    assert re.search(r"^  pass +2/2  halve halves.$", ran.text, re.MULTILINE)
    assert kernel.run("1 + 1").text == "2"


def test_what_a_function_prints_and_warns_of_never_reaches_the_cells_streams(kernel):
    kernel.run("""
        import os, sys, warnings, torch
        def double(x):
            print("to stdout"); print("to stderr", file=sys.stderr); os.write(2, b"below Python")
            warnings.warn("a warning"); torch.tensor(x)
            return 2 * x
    """)
    ran = kernel.check("double")
    assert ran.streams == {} and ran.text.endswith("1 of 1 points")


def test_a_notebook_may_hold_magics_plots_loops_and_questions(kernel):
    kernel.run("%matplotlib inline")
    kernel.run("%%time\ndef halve(x):\n    return x / 2")
    kernel.run("!echo hello\nname = 'double'\nfor n in range(3):\n    print(n)\n1 / 0")
    kernel.run("factor = 2\ndef double(x):\n    return factor * x")
    assert kernel.check().text.endswith("3 of 3 points")


def test_names_of_ipythons_that_a_student_took_change_nothing(kernel):
    kernel.run("In = 5\nOut = get_ipython = exit = _ih = None\n__file__ = 7\ncheck = lambda *_: None")
    assert kernel.check().text.endswith("3 of 3 points")


def test_the_last_definition_counts_and_earlier_ones_are_forgotten(kernel):
    kernel.run("def double(x): return torch.relu(nothing)")
    assert kernel.check("double").text.endswith("0 of 1 points")
    kernel.run("def double(x): return 2 * x")
    assert kernel.check("double").text.endswith("1 of 1 points")


def test_a_cell_that_is_no_python_is_told_of_right_after_and_not_once_it_is_mended(kernel):
    kernel.run("def double(x):\n    return 2 * (x")
    told = kernel.check("halve"), kernel.check("double")
    kernel.run("def double(x):\n    return 3 * x")
    mended = kernel.check("double")
    assert all("'(' was never closed" in ran.text for ran in told)
    assert "never closed" not in mended.text + mended.html and "FAIL" in mended.text


def test_a_place_in_the_notebook_is_the_number_in_the_cells_brackets(home):
    kernel = Kernel(home)
    try:
        kernel.run("import torch")
        kernel.run("def double(x):\n    return x @ torch.zeros(7)")
        ran = kernel.check("double")
    finally:
        kernel.close()
    assert "code cell 2, line 2" in ran.html + ran.text


def test_a_long_day_of_cells_is_no_trouble(kernel):
    kernel.run("for n in range(2000): get_ipython().run_cell(f'x{n} = {n}' + ' ' * 200, store_history=True)")
    kernel.run("def double(x): return x1999 - 1997 + 0 * x if False else 2 * x")
    assert kernel.check().text.endswith("3 of 3 points")


def test_a_module_is_read_from_its_file(kernel, home):
    (home / "exercise01.py").write_text(f"{RIGHT}\n", encoding="utf-8")
    ran = kernel.run('import exercise01\nfrom grader import check\ncheck("exercise01", vars(exercise01))')
    assert ran.text.startswith("exercise01  Tiny") and ran.text.endswith("3 of 3 points")


def test_a_script_checks_itself_and_prints_plain_text(home):
    script = home / "mine.py"
    script.write_text(f'{RIGHT}\nfrom grader import check\nprint(check("exercise01", globals()))\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], cwd=home, env=environment(), capture_output=True, text=True, timeout=100
    )
    assert done.stdout.endswith("3 of 3 points\n") and (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "call, words",
    [('check("exercise11", globals())', "grade: no exercise called 'exercise11'; did you mean exercise01?"),
     ('check("exercise01", globals(), "duoble")', "grade: exercise01 has no function 'duoble'; did you mean double?"),
     ('check("exercise01", globals(), "x")', "grade: exercise01 has no function 'x'; there are double, halve"),
     ('check("exercise01", {"a": 1})', "grade: there is no code behind these names: give check() globals() in a "
                                       "notebook's cell or in a script, and vars(exercise03) of a module"),
     ('check("exercise01", {"__file__": "none.py"})', "grade: no file none.py; name the file to grade, or make it first")],
)  # fmt: skip
def test_a_mistake_in_the_call_is_one_line_without_a_traceback(kernel, call, words):
    ran = kernel.run(f"from grader import check\n{call}")
    assert ran.error == words and ran.streams == {}


def test_the_cell_speaks_the_courses_language(kernel, tmp_path):
    made(tmp_path, 'language = "ko"\n')
    kernel.run(f"import os; here = os.getcwd(); os.chdir({str(tmp_path)!r})")
    ran = kernel.check("double")
    kernel.run("os.chdir(here)")
    assert "두 배가 된다." in ran.html and 'lang="ko"' in ran.html and HANGUL.search(ran.text)
    assert "double doubles." not in ran.html and 'lang="en"' not in ran.html


def test_an_answer_to_an_interrupted_question_is_not_given_to_the_next(kernel):
    kernel.check("halve")
    before = kernel.standby()
    kernel.run("def double(x):\n    while True: pass")
    sent = kernel.client.execute(CHECK.format("double"))
    until(lambda: len(descendants(before)) > 2)
    kernel.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in kernel.outputs(sent).error
    assert gone(before)
    ran = kernel.check("halve")
    assert "halve halves." in ran.text and ran.text.endswith("2 of 2 points")


def test_a_process_at_hand_that_has_gone_is_started_again(kernel):
    kernel.check("double")
    before = kernel.standby()
    os.kill(before, signal.SIGKILL)
    until(lambda: gone(before) or descendants(os.getpid()).get(before, "Z")[0] == "Z")
    assert kernel.check("double").text.endswith("1 of 1 points") and kernel.standby() != before


def test_the_process_at_hand_ends_with_the_kernel_and_all_that_it_started(home, tmp_path):
    kernel = Kernel(home, TMPDIR=str(tmp_path))
    kernel.check("double")
    standby = kernel.standby()
    started = [standby, *descendants(standby)]
    assert len(started) > 1
    kernel.manager.signal_kernel(signal.SIGKILL)
    kernel.close()
    until(lambda: all(map(gone, started)))
    until(lambda: not list(tmp_path.glob("grade-*")))


def test_the_process_at_hand_ends_by_itself_when_nobody_asks(home):
    code = "from grader import standby; standby.IDLE_SECONDS = 0.1; standby.main()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.wait(60) == 0
        assert process.stdout.read() == b""


def test_what_a_student_wrote_is_inert_in_the_cell_and_the_cell_asks_nothing_of_anybody(kernel):
    kernel.run("def double(x):\n    raise ValueError('</div><script>alert(1)</script><img src=x onerror=alert(2)>')")
    html = kernel.check("double").html
    assert "&lt;script&gt;" in html and "<script" not in html and "<img" not in html
    assert not re.search(r"https?:|url\(|@import|<link|\son\w+=", html.replace("onerror=alert(2)&gt;", ""))
    assert html.count("<div") == html.count("</div")


def test_the_cells_style_reaches_nothing_else_and_fits_both_themes(kernel, tab, tmp_path):
    kernel.run("def double(x): return x * 3")
    html = kernel.check().html
    for light in ("true", "false"):
        page = tmp_path / f"{light}.html"
        page.write_text(f'<!doctype html><body data-jp-theme-light="{light}"><h3>A</h3><table><td>B</table>{html}', "utf-8")
        tab.goto(page.as_uri())
        tab.set_viewport_size({"width": 420, "height": 800})
        outside = tab.evaluate("getComputedStyle(document.querySelector('body > h3')).fontSize")
        assert outside == "18.72px"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 420
        dark = tab.evaluate("getComputedStyle(document.querySelector('.torchgrade')).backgroundColor")
        assert (dark == "rgb(15, 18, 22)") == (light == "false")


@pytest.fixture
def marked(kernel) -> Iterator[Kernel]:
    """The kernel, as nbgrader has it."""
    kernel.run("import os; os.environ['NBGRADER_EXECUTION'] = 'autograde'")
    yield kernel
    kernel.run("del os.environ['NBGRADER_EXECUTION']")


def test_where_nbgrader_makes_a_mark_of_it_a_cell_that_has_not_passed_raises_what_it_has_to_say(marked):
    marked.run("def double(x): return x * 3")
    failed, passed = marked.check("double"), marked.check("halve")
    assert failed.error.startswith("exercise01  Tiny") and failed.error.endswith("0 of 1 points")
    assert "Traceback" not in failed.error and failed.streams == {}
    assert passed.error == "" and passed.text.endswith("2 of 2 points")


def test_where_nbgrader_makes_a_mark_of_it_a_check_cell_that_was_deleted_is_missed(marked):
    assert marked.check().error == "", "a notebook that has one for all functions, and no other"
    marked.check("halve")
    assert marked.check().error.startswith("the check cell of double is missing")
    marked.check("double")
    assert marked.check().error == ""


def test_where_nbgrader_runs_all_from_the_top_a_cell_that_is_no_python_is_told_of(marked):
    marked.run("def double(x):\n    return 2 * (x")
    marked.run("y = 1\ndef double(x): return y")
    assert "'(' was never closed" in marked.check("double").error


def test_a_process_at_hand_that_cannot_run_says_why(monkeypatch, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no room for torch >&2\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(GradingFault, match="the process that runs the checks has ended: no room for torch"):
        AtHand().ask({})


def test_a_notebook_with_its_check_cells_is_graded_as_if_they_were_not_there(course):
    course.public(CHECKS)
    cells = [*RIGHT.split("\ndef"), CHECK.format("double"), CHECK_ALL]
    cells[1] = f"def{cells[1]}"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(notebook, course.folder / "exercise01.ipynb")
    (course.folder / "exercise01.py").write_text("\n\n".join(cells), "utf-8")
    results = []
    files = [read_submission(course.folder / name) for name in ("exercise01.ipynb", "exercise01.py")]
    grade(catalogue.find("1"), files, course.launcher, results.append)
    assert [(result.score, result.message) for result in results] == [(3.0, None), (3.0, None)]


@pytest.fixture(scope="module")
def validated(tmp_path_factory):
    """What `nbgrader validate` says of a notebook with a check cell of each function and one of all."""
    home = small_course(tmp_path_factory.mktemp("nbgrader"))
    right = functions(ROOT / "solutions" / "exercise03_binary_cross_entropy" / "exercise03.py")

    def validate(**instead: str) -> str:
        cells = [nbformat.v4.new_code_cell("import warnings\nimport torch\nfrom torch import Tensor")]
        for name, source in (right | instead).items():
            cells += [nbformat.v4.new_code_cell(source), locked(name)]
        notebook = nbformat.v4.new_notebook(cells=[*cells, locked(None)])
        nbformat.write(notebook, home / "exercise03.ipynb")
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "validate", "exercise03.ipynb"], cwd=home, env=environment(),
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        return done.stdout

    return validate


def locked(function: str | None):
    """Return a check cell, as a course's notebook has it."""
    call = f', "{function}"' if function else ""
    cell = nbformat.v4.new_code_cell(f'from grader import check\ncheck("exercise03", globals(){call})')
    cell.metadata["nbgrader"] = {"grade": True, "grade_id": f"check-{function or 'all'}", "locked": True, "points": 2,
                                 "schema_version": 3, "solution": False, "task": False, "cell_type": "code"}  # fmt: skip
    cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)
    return cell


def test_nbgrader_validate_says_success_of_what_is_right_though_it_warns(validated):
    warns = "def predict(z, threshold=0.5):\n    warnings.warn('torch says so')\n    return (sigmoid(z) >= threshold).to(z.dtype)"
    assert "Success! Your notebook passes all the tests." in validated(predict=warns)


def test_nbgrader_validate_fails_the_cells_of_what_is_wrong_and_says_why(validated):
    said = validated(predict="def predict(z, threshold=0.5):\n    return z")
    assert "VALIDATION FAILED ON 2 CELL(S)!" in said
    assert "FAIL" in said and "Predictions for -1, 0 and 2" in said and "Traceback" not in said
    assert not re.search(r"\.\.\.$", said, re.MULTILINE), "nbgrader cuts no line off"
