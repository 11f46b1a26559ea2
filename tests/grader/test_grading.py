"""What `grade exercise03` says of a file: transcript, marks, record, report.

Each run is made once, by a fixture, and looked at by many tests. The first is a process, as at a student's.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from grader import grading

from .terminal import (
    GRADE,
    HANGUL,
    NAME,
    SOLUTION,
    STUB,
    Done,
    columns,
    environment,
    folder,
    functions,
    grade,
    grade_here,
    written,
)

RECORD = {"exercise", "submission", "student", "score", "max_score", "not_run_points", "status", "sandbox", "devices",
          "seed", "seconds", "checks"}  # fmt: skip
CHECK = {"name", "title", "functions", "device", "outcome", "score", "max_score", "message", "hint", "diagnosis",
         "details", "public", "seconds", "borderline"}  # fmt: skip


# What is not written yet


@pytest.fixture(scope="module")
def stub(tmp_path_factory) -> tuple[Done, Path]:
    """The course's own stub, graded from an empty folder."""
    desk = folder(tmp_path_factory)
    return grade("exercise03", cwd=desk), desk


def test_without_a_file_the_course_own_copy_is_graded(stub):
    done, desk = stub
    assert done.code == 1
    assert "exercise03.py" in done.out.splitlines()[0] and NAME in done.out.splitlines()[0]
    assert [path.name for path in desk.iterdir()] == ["exercise03.html"]


def test_what_is_not_filled_in_is_not_written_yet_and_no_crash(stub):
    done, _ = stub
    assert done.out.count("not written yet") == done.out.count("  FAIL  ") >= 5
    assert not re.search("CRASH|BROKEN|TIME|raised|NotImplementedError|Error:", done.out)
    assert done.err == ""


def test_the_last_line_gives_the_total_and_the_report(stub):
    done, _ = stub
    assert re.fullmatch(r"0 of 10 points\s+report: exercise03\.html", done.out.splitlines()[-1])


@pytest.fixture(scope="module")
def korean(tmp_path_factory, launcher) -> tuple[Done, Path]:
    """A student's own copy of the stub, on a machine that speaks Korean and prints cp949."""
    desk = folder(tmp_path_factory, exercise03=STUB.read_text("utf-8"))
    return grade_here(launcher, "3", cwd=desk, LC_ALL="ko_KR.UTF-8", PYTHONIOENCODING="cp949"), desk


def test_the_file_in_the_folder_comes_before_the_course_own(korean):
    done, _ = korean
    assert done.code == 1
    assert done.out.splitlines()[0].split()[-1] == "exercise03.py"


def test_a_korean_locale_gets_korean(korean):
    done, desk = korean
    assert done.out.count("아직 작성하지 않았습니다") == done.out.count("  실패  ") >= 5
    assert re.fullmatch(r"10점 중 0점\s+보고서: exercise03\.html", done.out.splitlines()[-1])
    assert 'lang="ko"' in (desk / "exercise03.html").read_text("utf-8")


def test_everything_said_in_korean_is_korean(korean):
    done, _ = korean
    assert [line for line in done.out.splitlines()[1:] if line.strip() and not HANGUL.search(line)] == []
    assert not re.search("hint|needs|not written|report|points", done.out.replace("grade hint exercise03", ""))


def test_cp949_prints_every_character(korean):
    done, _ = korean
    assert not re.search(r"\\[uxN]", done.out)


# Marks


@pytest.fixture(scope="module")
def half(tmp_path_factory) -> Path:
    """A folder with two of five functions right, and another file with three."""
    names = list(functions(STUB))
    assert len(names) == 5
    return folder(tmp_path_factory, two=written(*names[:2]), three=written(*names[:3]))


@pytest.fixture(scope="module")
def two_right(half, launcher) -> Done:
    return grade_here(launcher, "3", "two.py", "--json", "--seed", "7", cwd=half)


def test_full_marks_leave_zero_and_the_language_can_be_asked_for(tmp_path, launcher):
    words = ["binary_cross_entropy", SOLUTION, "--lang", "ko", "--report", "page.html"]
    done = grade_here(launcher, *words, cwd=tmp_path)
    assert done.code == 0
    assert done.out.splitlines()[-1].startswith("10점 중 10점")
    assert re.findall(r"^  (\S+)", done.out, flags=re.MULTILINE) == ["통과"] * done.out.count("통과")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_half_of_the_functions_right_gets_about_half_of_the_points(two_right):
    assert two_right.code == 1
    assert json.loads(two_right.out)["score"] == pytest.approx(4, abs=0.5)


def test_the_record_has_exactly_its_keys(two_right):
    record = json.loads(two_right.out)
    assert set(record) == RECORD
    assert {frozenset(check) for check in record["checks"]} == {frozenset(CHECK)}


def test_the_record_adds_up(two_right):
    record = json.loads(two_right.out)
    assert (record["exercise"], record["submission"], record["status"]) == ("exercise03", "two.py", "graded")
    assert (record["max_score"], record["not_run_points"], record["seed"]) == (10, 0, 7)
    for key in ("score", "max_score"):
        assert sum(check[key] for check in record["checks"]) == pytest.approx(record[key])
    assert {check["outcome"] for check in record["checks"]} == {"passed", "failed", "skipped"}
    assert {check["device"] for check in record["checks"]} <= {*record["devices"], None}


def test_the_record_speaks_both_languages(two_right):
    texts = [check[key] for check in json.loads(two_right.out)["checks"] for key in ("title", "message", "hint")]
    assert all(text is None or (set(text) == {"en", "ko"} and HANGUL.search(text["ko"])) for text in texts)
    assert any(texts)


def test_json_leaves_no_report_behind(two_right, half):
    assert not list(half.glob("*.html"))


def test_a_seed_repeats_the_record_but_for_the_time_taken(two_right, half, launcher):
    def timeless(done: Done) -> dict:
        record = json.loads(done.out)
        for part in (record, *record["checks"]):
            del part["seconds"]
        return record

    again = grade_here(launcher, "exercise03", "two.py", "--seed=7", "--json", cwd=half)
    assert timeless(again) == timeless(two_right)


# A terminal, and a report that cannot be written


@pytest.fixture(scope="module")
def terminal(half) -> tuple[int, str, str]:
    """What a terminal shows of a run whose report has nowhere to go: (exit code, terminal, standard error)."""
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    ours, theirs = pty.openpty()
    command = [str(GRADE), "03", "three.py", "--report", "nowhere/page.html"]
    running = subprocess.Popen(
        command, cwd=half, env=environment(TERM="xterm"), stdin=theirs, stdout=theirs, stderr=subprocess.PIPE
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:
        pass  # Linux's way to say that the other side is closed
    errors = running.stderr.read().decode()
    return running.wait(60), shown.decode().replace("\r\n", "\n"), errors


def test_a_terminal_gets_colour_on_the_outcome_words_only(terminal):
    _, shown, _ = terminal
    coloured = {words.strip() for words in re.findall("\x1b\\[[0-9;]+m([^\x1b]*)\x1b\\[0m", shown)}
    assert coloured == {"pass", "FAIL", "skip"}
    assert len({re.search(f"(\x1b\\[[0-9;]+m){word}", shown)[1] for word in coloured}) == 3


def test_a_report_that_cannot_be_written_takes_no_mark_away(terminal):
    code, shown, errors = terminal
    assert code == 1
    total = re.fullmatch(r"(\S+) of 10 points", shown.splitlines()[-1])
    assert total and float(total[1]) == pytest.approx(6, abs=0.5)
    assert re.fullmatch(r"grade: no report: cannot write nowhere.page\.html: .+\n", errors)


def test_a_terminal_is_told_what_takes_long_and_a_pipe_is_not(monkeypatch):
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    monkeypatch.setattr(grading, "PATIENCE", 0.0)
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream, open(os.devnull, "w") as nobody:
        grading.patience("en", stream)
        assert os.read(ours, 4096).startswith(b"still running: ")
        assert not grading.patience("en", nobody).is_alive()
    os.close(ours)


SHOUTS = """
def sigmoid(z):
    print("printed\\n" * 100_000)
    raise ValueError("line after line\\n" * 100_000)


def binary_cross_entropy(p, y):
    raise ValueError("x" * 50_000_000)
"""


@pytest.mark.parametrize("name", ["mine.py", "mi\u200bne.py"])
def test_a_report_never_takes_the_place_of_the_file_that_is_graded(name, tmp_path):
    (tmp_path / name).write_text(SYNTAX, encoding="utf-8")
    done = grade("3", name, "--report", name, cwd=tmp_path)
    assert (tmp_path / name).read_text("utf-8") == SYNTAX
    assert re.fullmatch(r"grade: .*mi.*ne\.py.*\n", done.err)


def test_a_message_without_end_is_cut_to_a_few_lines(tmp_path, launcher):
    (tmp_path / "exercise03.py").write_text(SHOUTS, encoding="utf-8")
    done = grade_here(launcher, "3", cwd=tmp_path)
    assert "raised ValueError: line after line" in done.out
    assert done.out.count("line after line") <= 30
    assert max(map(len, done.out.splitlines())) <= 500
    assert len(done.out.splitlines()) < 150


# Files that Python cannot run whole


SYNTAX = """\
import torch


def sigmoid(z):
    note = "왜 안 될까요?" + (
    return 1 / (1 + torch.exp(-z))
"""


@pytest.fixture(scope="module")
def syntax(tmp_path_factory, launcher) -> tuple[Done, Path]:
    desk = folder(tmp_path_factory, exercise03=SYNTAX)
    return grade_here(launcher, "exercise03", cwd=desk), desk


def test_a_syntax_error_shows_the_line_and_a_caret_once(syntax):
    done, _ = syntax
    assert done.code == 1
    lines = done.out.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.strip() == "^"]
    assert lines[at - 2].strip() == "line 5: '(' was never closed"
    assert lines[at - 1].strip() == SYNTAX.splitlines()[4].strip()
    assert done.out.count("never closed") == 1
    assert lines[-1].startswith("0 of 10 points")


def test_the_caret_stands_under_its_column_behind_wide_letters_too(syntax):
    lines = syntax[0].out.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.strip() == "^"]
    assert columns(lines[at].partition("^")[0]) == columns(lines[at - 1].rpartition("(")[0])


def test_the_report_shows_a_syntax_error_once_too(syntax):
    _, desk = syntax
    page = (desk / "exercise03.html").read_text("utf-8")
    assert page.count("^") == 1
    assert page.count("왜 안 될까요?") == 1


def test_a_file_that_cannot_be_read_has_a_record_too(tmp_path, launcher):
    (tmp_path / "exercise03.py").write_bytes(STUB.read_text("utf-8").encode("utf-16"))
    first, second = (grade_here(launcher, "exercise03", "--json", cwd=tmp_path) for _ in range(2))
    assert first.code == 2
    record = json.loads(first.out)
    assert set(record) == RECORD
    assert (record["status"], record["score"], record["max_score"]) == ("unreadable", 0, 10)
    assert "UTF-16" in json.dumps(record["checks"])
    assert record["seed"] != json.loads(second.out)["seed"], "each run draws its own"
