"""`grade batch`: a whole class, graded as it was handed in; cut short, it goes on; what is ours is never a zero."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import random
import re
import signal
import subprocess
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from grader import batch as batch_module
from grader import catalogue, chunk, classwork, collect, desk, progress, replay, run
from grader.batch import Batch
from grader.chunk import Machine
from grader.errors import GradingFault, OutputUnwritable, StoreError, UnknownCheck, UnknownExercise
from grader.i18n import both
from grader.records import CheckResult, Entry, Result, Submission, Text
from grader.sandbox import sides
from grader.sandbox.broker import Worker
from grader.store import Store

from ..living import descendants
from .here import Here
from .terminal import GRADE, HANGUL, Done, assert_one_line, environment, gone, grade, grade_here, until

EXERCISES = {"exercise01_double": ("double", 2), "exercise02_triple": ("triple", 3)}

PUBLIC = """
import torch
from grader.checks import close, hint, points


@points(4)
@hint("Multiply.", ko="곱하세요.")
def test_{name}_public(student, device):
    '''{name} of ones.

    ko: 1의 {name}.
    '''
    close(student.{name}(torch.ones(2)), torch.full((2,), {factor}.0))
"""

HIDDEN = """
import torch
from grader.checks import close, hint, points


@points(6)
@hint("Multiply.", ko="곱하세요.")
def test_{name}_hidden(student, reference, device, rng):
    '''{name} of anything.

    ko: 아무 값의 {name}.
    '''
    x = torch.randn(3, generator=rng)
    close(student.{name}(x), reference.{name}(x.double()), like=x)
"""


def right(name: str, factor: float) -> str:
    return f"def {name}(x):\n    return x * {factor}\n"


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A course of two small exercises; the tests run in it."""
    files = {"pyproject.toml": "[tool.grade]\n"}
    for number, (folder, (name, factor)) in enumerate(EXERCISES.items(), 1):
        file, facts = f"exercise{number:02d}.py", {"name": name, "factor": factor}
        files |= {f"exercises/{folder}/README.md": f"# {name}\n", f"exercises/{folder}/README.ko.md": f"# {name} 과제\n",
                  f"exercises/{folder}/{file}": f"def {name}(x):\n    raise NotImplementedError\n",
                  f"exercises/{folder}/test_{file}": PUBLIC.format(**facts),
                  f"solutions/{folder}/{file}": right(name, factor), f"tests/checks/{folder}/oracle.py": right(name, factor),
                  f"tests/checks/{folder}/test_{file}": HIDDEN.format(**facts)}  # fmt: skip
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(place: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return place


@pytest.fixture
def here(launcher, monkeypatch) -> None:
    """Let a batch grade in this process, with workers that are warm, at the level of a student's run."""
    monkeypatch.setattr(classwork, "Processes", lambda *_: Here())
    monkeypatch.setattr(chunk, "_launcher", launcher)


class Told:
    """Run `grade batch` and its sisters within this process, and keep what they said."""

    def __init__(self, capsys):
        self._capsys = capsys

    def __call__(self, work, *arguments, language="en") -> Done:
        code = work(*arguments, language)
        said = self._capsys.readouterr()
        return Done(code, said.out, said.err)


@pytest.fixture
def told(here, capsys) -> Told:
    return Told(capsys)


WISH = classwork.Wish(roster=None, only=None, processes=1, seed=7, unsafe=False)


@pytest.fixture
def replayed(course, told, launcher, monkeypatch):
    """Grade a small class, and give a way to repeat a check of it."""
    prints = "def double(x):\n    print('x is here')\n    return x * 3\n"
    write(course, {"handed/lee/exercise01.py": prints, "handed/han/exercise01.py": "def double(x):\n    raise ValueError('no')\n"})
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    monkeypatch.setattr(replay.launch, "start", lambda *_: launcher)
    monkeypatch.setattr(replay.launch, "leave_when_told", lambda _: None)
    monkeypatch.setattr(launcher, "close", lambda: None, raising=False)

    def again(student: str, check: str, language: str = "en") -> Done:
        return told(replay.replay, Path("marks"), student, catalogue.find("1"), check, language=language)

    return again


def marks(out: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Read grades.csv as an LMS would: score and status by student and exercise."""
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {(row["student"], row["exercise"]): (row["score"], row["status"]) for row in csv.DictReader(stream)}


def graded_in(done: Done) -> int:
    """How many files a run has graded, as its progress says."""
    lines = [line for line in done.err.splitlines() if "/" in line.split("  ")[0]]
    return int(lines[-1].partition("/")[0]) if lines else 0


NOTEBOOK = {"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": right("double", 2)}],
            "metadata": {}, "nbformat": 4, "nbformat_minor": 5}  # fmt: skip

CLASS = {
    "handed/kim/exercise01.py": right("double", 2), "handed/kim/exercise02.py": right("triple", 3),
    "handed/lee/exercise01.py": right("double", 3), "handed/lee/exercise02.py": "def triple(:\n",
    "handed/park/exercise01.py": b"\xff\xfe\x00x",
    "handed/choi/exercise02.py": "import os\nos._exit(0)\n", "handed/choi/notes.txt": "hello",
}  # fmt: skip


def test_a_class_gets_its_marks_its_pages_and_a_list_of_what_was_not_recognised(course, told):
    write(course, CLASS)
    done = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert done.code == 0
    assert marks(course / "marks") == {
        ("kim", "exercise01"): ("10", "graded"), ("kim", "exercise02"): ("10", "graded"),
        ("lee", "exercise01"): ("0", "graded"), ("lee", "exercise02"): ("0", "graded"),
        ("park", "exercise01"): ("0", "unreadable"), ("choi", "exercise02"): ("0", "graded"),
    }  # fmt: skip
    assert "6 files of 4 students count" in done.out and "not recognised: choi/notes.txt is neither" in done.out
    page = (course / "marks/index.html").read_text("utf-8")
    assert "notes.txt" in page and 'href="students/kim/exercise01.html"' in page
    assert "</html>" in (course / "marks/students/lee/exercise02.html").read_text("utf-8")


def test_run_again_nothing_runs_and_after_one_check_changed_only_its_exercise(course, told):
    write(course, CLASS)
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    again = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert (again.code, graded_in(again)) == (0, 0)
    check = course / "tests/checks/exercise02_triple/test_exercise02.py"
    check.write_text(check.read_text().replace("randn(3", "randn(4"))
    assert graded_in(told(classwork.grade_class, Path("handed"), Path("marks"), WISH)) == 3
    write(course, {"handed/lee/exercise01.py": right("double", 2)})
    assert graded_in(told(classwork.grade_class, Path("handed"), Path("marks"), WISH)) == 1
    assert marks(course / "marks")["lee", "exercise01"] == ("10", "graded")


def test_one_student_is_graded_again_when_asked(course, told):
    write(course, CLASS)
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    only = classwork.Wish(None, "kim", 1, None, False)
    assert graded_in(told(classwork.grade_class, Path("handed"), Path("marks"), only)) == 2


def test_broken_checks_are_our_fault_and_are_graded_as_soon_as_they_are_mended(course, told):
    write(course, CLASS)
    check = course / "tests/checks/exercise01_double/test_exercise01.py"
    whole = check.read_text()
    check.write_text("import nothing_of_that_name\n")
    done = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert done.code == 2
    assert marks(course / "marks")["kim", "exercise01"] == ("", "broken")
    assert marks(course / "marks")["kim", "exercise02"] == ("10", "graded"), "what could be graded is kept"
    assert "broken: kim, exercise01: the checks of exercise01 do not run" in done.out and "nothing_of_that_name" in done.out
    check.write_text(whole)
    mended = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert (mended.code, graded_in(mended)) == (0, 3)
    assert marks(course / "marks")["kim", "exercise01"] == ("10", "graded")


@pytest.mark.parametrize(("fault", "reason"), [
    ("return open('table.csv')", "table.csv"), ("pytest.skip('later')", "later"), ("pytest.fail('no table')", "no table"),
])  # fmt: skip
def test_a_check_that_cannot_be_run_is_missing_in_nobodys_mark(course, told, fault, reason):
    write(course, CLASS)
    check = course / "tests/checks/exercise01_double/test_exercise01.py"
    whole = check.read_text()
    check.write_text("import pytest\n" + whole.replace("rng):", "rng, table):") + f"\n\n@pytest.fixture\ndef table():\n    {fault}\n")
    done = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert done.code == 2 and reason in done.out
    assert marks(course / "marks")["kim", "exercise01"] == ("", "broken")
    assert marks(course / "marks")["kim", "exercise02"] == ("10", "graded")


def test_the_same_bytes_as_a_notebook_are_another_answer(course, told):
    write(course, {"handed/kim/exercise01.py": json.dumps(NOTEBOOK)})
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert marks(course / "marks")["kim", "exercise01"] == ("0", "graded")
    (course / "handed/kim/exercise01.py").rename(course / "handed/kim/exercise01.ipynb")
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert marks(course / "marks")["kim", "exercise01"] == ("10", "graded")


def test_files_of_an_exercise_that_change_meanwhile_give_no_mark(course, told, monkeypatch):
    write(course, CLASS)
    table, real = course / "tests/checks/exercise01_double/table.csv", batch_module.graded

    def meanwhile(part):
        answers = real(part)
        table.write_text(str(time.monotonic()))
        return answers

    monkeypatch.setattr(batch_module, "graded", meanwhile)
    done = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert done.code == 2 and "were changed while it was graded" in done.out
    assert marks(course / "marks")["kim", "exercise01"] == ("", "broken")
    monkeypatch.setattr(batch_module, "graded", real)
    assert told(classwork.grade_class, Path("handed"), Path("marks"), WISH).code == 0
    assert marks(course / "marks")["kim", "exercise01"] == ("10", "graded")


def test_a_score_set_for_what_is_not_handed_in_any_more_can_be_taken_back(course, told):
    write(course, CLASS)
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    told(classwork.override, Path("marks"), "lee", "exercise01", 7.5, "shown in class")
    (course / "handed/lee/exercise01.py").unlink()
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    done = told(classwork.override, Path("marks"), "lee", "exercise01", None, "")
    assert (done.code, done.out) == (0, "lee, exercise01: no score is set any more\n")


def test_a_score_that_the_instructor_sets_stays_and_shows_everywhere(course, told):
    write(course, CLASS)
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    done = told(classwork.override, Path("marks"), "lee", "exercise01", 7.5, "shown in class")
    assert "lee, exercise01: 7.5 of 10 (by the checks: 0)" in done.out
    for _ in range(2):
        assert marks(course / "marks")["lee", "exercise01"] == ("7.5", "graded")
        assert "shown in class" in (course / "marks/index.html").read_text("utf-8")
        assert "shown in class" in (course / "marks/students/lee/exercise01.html").read_text("utf-8")
        told(classwork.grade_class, Path("handed"), Path("marks"), classwork.Wish(None, "lee", 1, None, False))
    told(classwork.override, Path("marks"), "lee", "exercise01", None, "")
    assert marks(course / "marks")["lee", "exercise01"] == ("0", "graded")
    assert "shown in class" not in (course / "marks/students/lee/exercise01.html").read_text("utf-8")


def test_a_score_stays_with_whom_it_was_set_for_whatever_a_roster_calls_him(course, told):
    work = (Path("handed"), Path("marks"))
    write(course, {"handed/20230001/exercise01.py": right("double", 3), "one.csv": "name,id\nKim Minjun,20230001\n",
                   "two.csv": "name,id\nKim Minjun,20230001\nKim Minjun,20230002\n"})  # fmt: skip
    told(classwork.grade_class, *work, WISH)
    told(classwork.override, Path("marks"), "20230001", "exercise01", 7.5, "shown in class")
    told(classwork.grade_class, *work, replace(WISH, roster=course / "one.csv"))
    assert marks(course / "marks") == {("Kim Minjun", "exercise01"): ("7.5", "graded")}
    write(course, {"handed/20230002/exercise01.py": right("double", 3)})
    told(classwork.grade_class, *work, replace(WISH, roster=course / "two.csv"))
    assert marks(course / "marks") == {("20230001", "exercise01"): ("7.5", "graded"), ("20230002", "exercise01"): ("0", "graded")}


def test_one_check_is_repeated_with_all_that_it_saw_and_nothing_of_that_is_kept(course, replayed):
    before = {path: path.read_bytes() for path in (course / "marks").rglob("*") if path.suffix in (".html", ".csv", ".db")}
    done = replayed("lee", "test_double_hidden")
    assert done.code == 0 and done.out.endswith("\nthe same outcome as then\n")
    then, now = done.out.split("\nthen:\n")[1].split("\nnow:\n")
    assert "the values are not right" in then and "tensor" not in then
    assert "values are wrong" in now and "the call:\n    double(torch.tensor([" in now
    assert "got:\n    torch.tensor([" in now and "wanted:\n    torch.tensor([" in now and "it printed:\n    x is here\n" in now
    assert "the student's double:\n       1  def double(x):\n       2      print('x is here')\n" in now
    assert replayed("lee", "test_double_hidden[cpu]").out == done.out, "the inputs are those of the seed that is kept"
    assert "값 3개 중 3개가 틀렸습니다" in replayed("lee", "test_double_hidden", language="ko").out
    assert "raised ValueError: no (line 2, in double)" in replayed("han", "test_double_public").out
    assert "line 2: raise ValueError('no')" in replayed("han", "test_double_public").out
    assert before == {path: path.read_bytes() for path in before}


def test_a_repeated_check_says_when_it_ends_otherwise_and_why(course, replayed):
    check = course / "tests/checks/exercise01_double/test_exercise01.py"
    whole = check.read_text()
    check.write_text(whole.replace("reference.double(x.double())", "3 * x"))
    done = replayed("lee", "test_double_hidden")
    assert (done.code, done.out.splitlines()[-2]) == (1, "another outcome than then")
    assert "have changed since then" in done.out.splitlines()[-1]
    check.write_text(whole.replace("reference.double(x.double())", "nothing"))
    assert replayed("lee", "test_double_hidden").code == 2
    check.write_text(whole.replace("test_double_hidden", "test_of_another_name"))
    with pytest.raises(UnknownCheck, match="exercise01 has no check test_double_hidden any more"):
        replayed("lee", "test_double_hidden")


def test_the_lines_of_a_repeated_check_are_the_students_own_in_a_notebook_too():
    source = "x = 1\n\ndef f(\n    x,\n):\n\n    # of f\n    return x\n\n\nclass G:\n    def f(self):\n        1 / 0\n"
    in_cells = Submission("a.ipynb", "lee", source, cells=(1, 3, 11))
    assert replay._frame([3, "f", 3, "1 / 0"], in_cells, "en") == "code cell 3, line 3: 1 / 0"
    assert replay._frame([8, "f", 0, "return x"], replace(in_cells, cells=()), "en") == "line 8: return x"
    assert [line[:6].strip() for line in replay._written(in_cells, "f").splitlines()] == ["3", "4", "5", "6", "7", "8"]
    assert replay._written(in_cells, "G.f").splitlines()[-1].endswith("1 / 0") and replay._written(in_cells, "h") == ""
    twice = Submission("a.ipynb", "lee", "def f(x):\n    return x\n\ndef f(x):\n    return 2\n", cells=(1, 4), homes=(("f", 1), ("h", 4)))
    assert [line.strip() for line in replay._written(twice, "f").splitlines()] == ["1  def f(x):", "2      return x"]
    assert "return 2" in replay._written(replace(twice, homes=(("h", 1),)), "f")


def test_what_cannot_be_repeated_gets_one_line(replayed):
    for student, check, said in (
        ("lea", "test_double_public", "no student called 'lea'; did you mean lee?"),
        ("lee", "test_duoble_public", "no check called 'test_duoble_public'; did you mean test_double_public"),
        ("lee", "zzz\x1b", "no check called 'zzz\\x1b' is in that result of exercise01"),
        ("lee", "test_double_public[cuda]", "no check called"),
    ):
        with pytest.raises(StoreError, match=re.escape(said)):
            replayed(student, check)
    with pytest.raises(UnknownExercise, match="did you mean exercise01"):
        replay.replay(Path("marks"), "lee", catalogue.find("2"), "test_triple_public", "en")


def test_parameters_and_device_of_a_check_may_be_left_out_where_one_check_is_meant():
    title = Text("t", "t")
    checks = [CheckResult(name, title, (), device, "failed", 0.0, 1.0, title, None, None, None, True, 0.0)
              for name, device in (("test_a[1]", "cpu"), ("test_a[2]", "cpu"), ("test_b", "cpu"), ("test_b", "cuda"),
                                   ("test_c[x]", None))]  # fmt: skip
    result = Result("exercise01", title, "f.py", "lee", 0.0, 5.0, 0.0, "graded", None, "B", ("cpu",), 1, 0.0, tuple(checks))
    for typed, meant in (("test_a[2]", 1), ("test_a[2][cpu]", 1), ("test_b[cuda]", 3), ("test_c", 4)):
        assert replay._named(result, typed) is checks[meant]
    for typed in ("test_a", "test_b"):
        with pytest.raises(UnknownCheck, match=rf"there are several '{typed}': {typed}.+, {typed}.+"):
            replay._named(result, typed)


def test_all_pages_can_be_made_again_of_the_store_alone(course, told):
    write(course, CLASS)
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    made = {path: path.read_bytes() for path in (course / "marks").rglob("*.html")}
    for path in made:
        path.rename(path.with_name(".grade-1234.new"))  # what a batch leaves that is killed while it writes
    for place in ("handed", "exercises", "solutions", "tests"):
        (course / place).rename(course / f"away-{place}")
    told(classwork.write_pages, Path("marks"))
    assert {path: path.read_bytes() for path in (course / "marks").rglob("*.html")} == made
    assert [*(course / "marks").rglob("*.new")] == []


def test_diff_names_whose_mark_moves_and_because_of_which_check(course, told):
    write(course, CLASS)
    told(classwork.grade_class, Path("handed"), Path("old"), WISH)
    write(course, {"handed/lee/exercise01.py": right("double", 2), "handed/han/exercise01.py": right("double", 2)})
    told(classwork.grade_class, Path("handed"), Path("new"), WISH)
    done = told(classwork.compare, Path("old"), Path("new"))
    assert done.out.splitlines() == [
        "han, exercise01: - -> 10: only in the second",
        "lee, exercise01: 0 -> 10 (+10): test_double_public FAIL (4) -> pass (4); test_double_hidden FAIL (6) -> pass (6)",
        "2 marks differ: 1 go up, 0 go down",
    ]


def test_a_roster_names_students_and_shows_who_handed_in_nothing(course, told):
    write(course, CLASS | {"class.csv": "이름;학번\n김하늘;kim\n이준;lee\n박소라;park\n최민;choi\n한빛;han\n".encode("cp949")})
    told(classwork.grade_class, Path("handed"), Path("marks"), classwork.Wish(Path("class.csv"), None, 1, 7, False))
    found = marks(course / "marks")
    assert found["김하늘", "exercise01"] == ("10", "graded")
    assert [student for student, exercise in found if found[student, exercise][1] == "absent"] == ["한빛"]


def test_a_preview_says_who_has_what_and_writes_nothing(course, told):
    write(course, CLASS)
    done = told(classwork.preview, Path("handed"), None)
    assert "kim\n    exercise01  kim/exercise01.py\n    exercise02  kim/exercise02.py\n" in done.out
    assert "not recognised: choi/notes.txt" in done.out
    assert not (course / "marks").exists()


# Faults of ours


class Deadly(Here):
    """An executor one of whose processes dies over what a student handed in, as often as it is told."""

    def __init__(self, student: str, times: int):
        self.student, self.times = student, times

    def submit(self, fn, /, *args, **kwargs) -> Future:
        if self.times and any(one.student == self.student for one in args[0].submissions):
            self.times -= 1
            future = Future()
            future.set_exception(BrokenProcessPool("died"))
            return future
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize(("times", "status"), [(1, "graded"), (9, "broken")])
def test_what_dies_with_a_process_is_tried_again_once_and_costs_nobody_else(times, status, course, here, launcher):
    with Store.open(course / "marks", writing=True) as store:
        entries = [Entry(f"s{n}", "exercise01", f"s{n}/exercise01.py", f"{n:064}") for n in range(8)]
        store.take([(entry, right("double", 2).encode()) for entry in entries], None, (), ())
        batch = Batch(store, Deadly("s3", times), 1, Machine(launcher.level, ("cpu",)))
        keys, stands = batch.keys(["exercise01"]), []
        batch.grade(keys, store.todo(keys, launcher.level), stands.append)
        found = {mark.student: mark.status for mark in store.gradebook().marks}
    assert found == {f"s{n}": "graded" for n in range(8)} | {"s3": status}
    assert sorted(result.student for result in stands) == sorted(found), "each is told of once"


def test_a_fault_of_ours_takes_away_no_mark_that_stands(course, told, monkeypatch):
    write(course, CLASS)
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    before = marks(course / "marks")
    monkeypatch.setattr(classwork, "Processes", lambda *_: Faulty())
    done = told(classwork.grade_class, Path("handed"), Path("marks"), replace(WISH, only="kim"))
    assert done.code == 2 and marks(course / "marks") == before
    stands = "not graded again, and the mark of before stands: kim, exercise01: the process that graded it has died"
    assert stands in done.out and "broken 0" in done.out
    check = course / "tests/checks/exercise01_double/test_exercise01.py"
    check.write_text(check.read_text().replace("randn(3", "randn(4"))
    assert told(classwork.grade_class, Path("handed"), Path("marks"), WISH).code == 2
    assert marks(course / "marks")["kim", "exercise01"] == ("", "broken"), "nothing is known of it by these checks"


def test_a_long_file_of_costly_characters_takes_the_marks_of_nobody(course, told):
    """In JSON, it would be more than can travel at once."""
    long = right("double", 2) + "# " + "\x01" * 250_000
    write(course, {"handed/kim/exercise01.py": right("double", 2), "handed/lee/exercise01.py": long,
                   "handed/park/exercise01.py": right("double", 3)})  # fmt: skip
    done = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert done.code == 0
    assert {student: mark for (student, _), mark in marks(course / "marks").items()} == {
        "kim": ("10", "graded"), "lee": ("10", "graded"), "park": ("0", "graded")}  # fmt: skip


def test_what_only_one_submission_brings_the_grader_to_fall_over_is_tried_again_and_costs_nobody_else(course, told, monkeypatch):
    write(course, {f"handed/{student}/exercise01.py": right("double", 2) + f"# {student}\n" for student in ("kim", "lee", "park")})
    tried, ask = [], Worker.ask

    def stumbling(worker, op, seconds, **fields):
        if op == "load" and b"# lee" in fields["source"]:
            tried.append("lee")
            raise ValueError("nobody thought of this")
        return ask(worker, op, seconds, **fields)

    monkeypatch.setattr(Worker, "ask", stumbling)
    monkeypatch.setattr(batch_module, "CHUNKS_EACH", 1)
    done = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert done.code == 2 and len(tried) == 2
    assert "graded 2, unreadable 0, broken 1" in done.out and "broken: lee, exercise01: " in done.out
    assert {student: mark for (student, _), mark in marks(course / "marks").items()} == {
        "kim": ("10", "graded"), "lee": ("", "broken"), "park": ("10", "graded")}  # fmt: skip
    page = (course / "marks/students/lee/exercise01.html").read_text("utf-8")
    assert "the grader itself failed: ValueError: nobody thought of this" in page
    monkeypatch.setattr(Worker, "ask", ask)
    again = told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    assert (again.code, graded_in(again)) == (0, 1)
    assert marks(course / "marks")["lee", "exercise01"] == ("10", "graded")


class Faulty(Here):
    """An executor whose processes die over all that is to be graded."""

    def submit(self, fn, /, *args, **kwargs) -> Future:
        if fn is not chunk.graded:
            return super().submit(fn, *args, **kwargs)
        future = Future()
        future.set_exception(BrokenProcessPool("died"))
        return future


def test_only_one_process_at_a_time_has_a_gpu_and_cpu_work_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(chunk, "_leases", tmp_path)
    with chunk._lease("cuda"), chunk._lease("cuda:1"), chunk._lease("cpu"), chunk._lease(None):
        [lock] = tmp_path.glob(".cuda.lease")
        with pytest.raises(Timeout), FileLock(lock, timeout=0):
            pass
    with FileLock(lock, timeout=0):
        pass


def test_a_gpu_is_leased_from_its_first_check_until_the_worker_has_ended(course, launcher, monkeypatch):
    write(course, CLASS)
    happened, close = [], sides.Seat.close
    monkeypatch.setattr(sides.Seat, "close", lambda seat: (happened.append("worker ends"), close(seat)))

    @contextmanager
    def lease(device):
        happened.append(f"{device} is had")
        yield
        happened.append(f"{device} is given back")

    monkeypatch.setattr(run, "devices_of", lambda _: ("cpu", "cpu:0"))
    kim, results = collect.read_submission(course / "handed/kim/exercise01.py", "kim"), []
    run.grade(catalogue.find("1"), [kim], launcher, results.append, 1, lease=lease)
    assert happened == ["cpu is had", "cpu:0 is had", "worker ends", "cpu:0 is given back", "cpu is given back"]
    assert [(check.public, check.device) for check in results[0].checks] == [
        (True, "cpu"), (True, "cpu:0"), (False, "cpu"), (False, "cpu:0")]  # fmt: skip


# What an instructor gets wrong


def test_marks_among_the_submissions_are_refused(course, told):
    write(course, CLASS)
    with pytest.raises(OutputUnwritable, match="would lie among the submissions"):
        told(classwork.grade_class, Path("handed"), Path("handed/marks"), WISH)
    assert not (course / "handed/marks").exists()


def test_where_there_is_no_sandbox_nothing_is_graded_and_it_says_what_to_do(course, here, launcher, monkeypatch):
    write(course, CLASS)
    problem = both("there is no sandbox here")
    monkeypatch.setattr(chunk, "machine", lambda levels: problem)
    with pytest.raises(GradingFault, match="there is no sandbox here; `--unsafe` grades without one"):
        classwork.grade_class(Path("handed"), Path("marks"), WISH, "en")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [(["batch", "nowhere"], "no folder or archive nowhere"),
     (["batch", "handed", "--roster", "none.csv"], "none.csv is not there"),
     (["batch", "handed", "-j", "0"], "-j takes a whole number from 1 to 1024"),
     (["batch", "handed", "--only", "nobody", "--out", "marks"], "no student called 'nobody'"),
     (["report", "--out", "nothing"], "nothing"),
     (["diff", "nothing", "nothing"], "nothing"),
     (["override", "kim", "exercise01", "7", "--out", "marks"], "give a SCORE and a --reason, or --withdraw"),
     (["override", "kim", "exercise01", "nan", "--reason", "r", "--out", "marks"], "SCORE"),
     (["override", "kin", "exercise01", "7", "--reason", "r", "--out", "marks"], "did you mean kim"),
     (["override", "kim", "exercise99", "7", "--reason", "r", "--out", "marks"], "exercise99")],
)  # fmt: skip
def test_what_is_asked_for_in_vain_gets_one_line(words, complaint, graded_class, launcher):
    done = grade_here(launcher, *words, cwd=graded_class)
    assert_one_line(done)
    assert complaint in done.err


@pytest.fixture
def graded_class(course, told) -> Path:
    write(course, {"handed/kim/exercise01.py": right("double", 2)})
    told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    return course


def test_a_batch_that_finds_nothing_leaves_nothing(course):
    assert_one_line(grade("batch", "nowhere", cwd=course))
    assert not (course / "marks").exists()


def test_two_batches_on_one_folder_do_not_meet(graded_class):
    with Store.open(graded_class / "marks", writing=True):
        done = grade("batch", "handed", cwd=graded_class)
    assert_one_line(done)
    assert "another" in done.err


@pytest.mark.skipif(os.name == "nt", reason="folders are read-only otherwise there")
def test_pages_that_cannot_be_written_cost_no_mark(graded_class, told, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "marks/index.html")

    write(graded_class, {"handed/lee/exercise01.py": right("double", 2)})
    monkeypatch.setattr(desk, "put", full)
    with pytest.raises(OutputUnwritable, match="No space left on device. What was graded is kept"):
        told(classwork.grade_class, Path("handed"), Path("marks"), WISH)
    monkeypatch.undo()
    with Store.open(graded_class / "marks", writing=False) as store:
        assert {mark.student: mark.score for mark in store.gradebook().marks} == {"kim": 10, "lee": 10}


# How far it is


def said_by(terminal: int) -> str:
    """Return some of what was written to the other end of a terminal, nothing once that is closed and all was read."""
    try:
        return os.read(terminal, 1 << 16).decode("utf-8", "replace")
    except OSError:
        return ""


def test_a_terminal_gets_a_bar_and_a_pipe_lines_now_and_then(monkeypatch):
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    result = Result("exercise01", Text("t", "t"), "s", "kim", 10.0, 10.0, 0.0, "graded", None, "A", ("cpu",), 1, 0.0, ())
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream, progress.shown(2, "en", stream) as count:
        for _ in range(2):
            count.add(result)
    seen = "".join(iter(lambda: said_by(ours), ""))
    assert "2/2" in seen and "graded 2, unreadable 0, broken 0" in seen and " a second" in seen
    lines = io.StringIO()
    with progress.shown(3, "ko", lines) as count:
        for _ in range(3):
            count.add(result)
    assert [line.split()[0] for line in lines.getvalue().splitlines()] == ["3/3"] and HANGUL.search(lines.getvalue())


# As an instructor types it


KILLS = int(os.environ.get("BATCH_KILLS", "2"))
STUDENTS = int(os.environ.get("BATCH_STUDENTS", "8"))


def batch(course: Path) -> subprocess.Popen:
    words = [str(GRADE), "batch", "handed", "--out", "marks", "-j", "1", "--seed", "7"]
    ours = environment(TMPDIR=str(course))
    return subprocess.Popen(words, cwd=course, env=ours, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def many(course: Path, count: int) -> None:
    for number in range(count):
        factor = 2 if number % 3 else 2.5
        write(course, {f"handed/student{number:03d}/exercise01.py": f"# {number}\n" + right("double", factor),
                       f"handed/student{number:03d}/exercise02.py": f"# {number}\n" + right("triple", 3)})  # fmt: skip


def kept(out: Path) -> int:
    """How many results lie in the store."""
    try:
        with Store.open(out, writing=False) as store:
            return sum(mark.status != "waiting" for mark in store.gradebook().marks)
    except StoreError:  # it has not been made yet
        return 0


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's")
def test_killed_at_any_moment_it_goes_on_and_ends_as_if_nothing_had_been(course):
    many(course, STUDENTS)
    chance = random.Random(5)
    for _ in range(KILLS):
        running = batch(course)
        wanted = kept(course / "marks") + chance.randrange(0, 4 * STUDENTS // KILLS)  # so that all but the last have work
        until(lambda: running.poll() is not None or kept(course / "marks") >= wanted, seconds=300)
        time.sleep(chance.random() * 0.3)
        below = descendants(running.pid)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        until(lambda: all(map(gone, below)))
    assert batch(course).communicate(timeout=600) and len(marks(course / "marks")) == 2 * STUDENTS
    after = marks(course / "marks")
    (course / "marks").rename(course / "disturbed")
    left = {*course.glob("grade-*")}
    batch(course).communicate(timeout=600)
    assert {*course.glob("grade-*")} == left, "one that ends by itself leaves nothing behind"
    assert after == marks(course / "marks")
    pages = [{path.relative_to(place) for path in place.rglob("*.html")} for place in (course / "marks", course / "disturbed")]
    assert pages[0] == pages[1] and len(pages[0]) == 2 * STUDENTS + 1
    assert [*(course / "disturbed").rglob("*.new")] == []


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_ctrl_c_ends_a_batch_quietly_with_all_its_processes(course):
    write(course, {"handed/kim/exercise01.py": "while True:\n    pass\n"})
    running = batch(course)
    until(lambda: len(descendants(running.pid)) >= 3)
    below = descendants(running.pid)
    os.kill(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130 and "Traceback" not in err
    until(lambda: all(map(gone, below)))
