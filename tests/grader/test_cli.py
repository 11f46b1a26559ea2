"""The command line as a student meets it: the installed `grade`, run in a folder of the student's own.

A graded run costs seconds, so each is made once, by a fixture, and looked at by many tests.
"""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GRADE = Path(sys.executable).parent / ("grade.exe" if os.name == "nt" else "grade")
NAME = "exercise03_binary_cross_entropy"
STUB = ROOT / "exercises" / NAME / "exercise03.py"
SOLUTION = ROOT / "solutions" / NAME / "exercise03.py"

RECORD = {"exercise", "submission", "student", "score", "max_score", "not_run_points", "status", "sandbox", "devices",
          "seed", "seconds", "checks"}  # fmt: skip
CHECK = {"name", "title", "functions", "device", "outcome", "score", "max_score", "message", "hint", "diagnosis",
         "details", "public", "seconds"}  # fmt: skip

COMMANDS = ("list", "doctor")
OPTIONS = ("--json", "--report", "--seed", "--lang", "--help")

HANGUL = re.compile("[가-힣]")


@dataclass
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a person whose terminal speaks English and UTF-8, but for `more`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    return ours | {"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"} | more


def grade(*words: object, cwd: Path, **more: str) -> Done:
    """Run `grade`; what it prints must be in the encoding that it was told to use."""
    env = environment(**more)
    done = subprocess.run([str(GRADE), *map(str, words)], cwd=cwd, env=env, capture_output=True, timeout=120)
    encoding = env["PYTHONIOENCODING"]
    out, err = (stream.decode(encoding).replace("\r\n", "\n") for stream in (done.stdout, done.stderr))
    assert "Traceback" not in err and "\x1b" not in out + err
    return Done(done.returncode, out, err)


def written(*names: str) -> str:
    """Return the stub with these functions filled in, as the reference has them."""
    source, right = STUB.read_text("utf-8"), functions(SOLUTION)
    for name, empty in functions(STUB).items():
        if name in names:
            source = source.replace(empty, right[name])
    return source


def functions(path: Path) -> dict[str, str]:
    """Return the source of each function in a file."""
    source = path.read_text("utf-8")
    nodes = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return {node.name: ast.get_source_segment(source, node) for node in nodes}


def folder(tmp_path_factory: pytest.TempPathFactory, **files: str) -> Path:
    """Return a student's folder that holds NAME.py for each NAME=source."""
    place = tmp_path_factory.mktemp("student")
    for name, source in files.items():
        (place / f"{name}.py").write_text(source, encoding="utf-8")
    return place


class _Sections(HTMLParser):
    """The text of each <section> of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "section":
            self.texts.append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "section"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[-1] += data


def sections(page: str) -> list[str]:
    reader = _Sections()
    reader.feed(page)
    return reader.texts


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


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
def korean(tmp_path_factory) -> tuple[Done, Path]:
    """A student's own copy of the stub, on a machine that speaks Korean and prints cp949."""
    desk = folder(tmp_path_factory, exercise03=STUB.read_text("utf-8"))
    return grade("3", cwd=desk, LC_ALL="ko_KR.UTF-8", PYTHONIOENCODING="cp949"), desk


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
    assert not re.search("hint|needs|not written|report|points", done.out)


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
def two_right(half) -> Done:
    return grade("3", "two.py", "--json", "--seed", "7", cwd=half)


def test_full_marks_leave_zero_and_the_language_can_be_asked_for(tmp_path):
    done = grade("binary_cross_entropy", SOLUTION, "--lang", "ko", "--report", "page.html", cwd=tmp_path)
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


def test_a_seed_repeats_the_record_but_for_the_time_taken(two_right, half):
    def timeless(done: Done) -> dict:
        record = json.loads(done.out)
        for part in (record, *record["checks"]):
            del part["seconds"]
        return record

    assert timeless(grade("exercise03", "two.py", "--seed=7", "--json", cwd=half)) == timeless(two_right)


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


def test_a_message_without_end_is_cut_to_a_few_lines(tmp_path):
    (tmp_path / "exercise03.py").write_text(SHOUTS, encoding="utf-8")
    done = grade("3", cwd=tmp_path)
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
def syntax(tmp_path_factory) -> tuple[Done, Path]:
    desk = folder(tmp_path_factory, exercise03=SYNTAX)
    return grade("exercise03", cwd=desk), desk


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


@pytest.fixture(scope="module")
def unreadable(tmp_path_factory) -> Done:
    desk = folder(tmp_path_factory)
    (desk / "exercise03.py").write_bytes(STUB.read_text("utf-8").encode("utf-16"))
    return grade("exercise03", "--json", cwd=desk)


def test_a_file_that_cannot_be_read_has_a_record_too(unreadable):
    assert unreadable.code == 2
    record = json.loads(unreadable.out)
    assert set(record) == RECORD
    assert (record["status"], record["score"], record["max_score"]) == ("unreadable", 0, 10)
    assert "UTF-16" in json.dumps(record["checks"])


# What a hidden check must not tell


LEAKS = """
import os, sys, warnings

print("{"); os.write(1, b"PLANTED raw, at import"); os.write(2, b"PLANTED raw, at import")
sys.__stdout__.write("PLANTED in the real stdout"); sys.__stderr__.write("PLANTED in the real stderr")
warnings.warn("PLANTED warning, at import")


def say(where, *values):
    "Say where we are, and what we were given, in every way that a process has."
    words = f"PLANTED {where} {[value.tolist() for value in values]}"
    print(words); sys.stderr.write(words); sys.__stdout__.write(words)
    os.write(1, words.encode()); os.write(2, words.encode())
    warnings.warn(words)
    return words


def forged(words, module):
    "Return an exception whose type says words, and claims to come from elsewhere."
    return type(words, (Exception,), {"__module__": module})


def sigmoid(z):
    say("beside a right answer", z)
    return 0.5 * (1 + (0.5 * z).tanh())


def binary_cross_entropy(p, y):
    raise ValueError(say("in a message", p, y))


def binary_cross_entropy_with_logits(z, y):
    raise forged(say("in a type", z, y), "builtins")


def binary_cross_entropy_gradient(z, y):
    raise forged("NotDefined", "grader.sandbox.worker")(say("in a name that is missing", z, y))


raise RuntimeError("PLANTED where the file stops")
"""


@pytest.fixture(scope="module")
def leaks(tmp_path_factory) -> tuple[Done, Done, str]:
    """The record, the terminal and the page of a file that shouts out all that it is given."""
    desk = folder(tmp_path_factory, exercise03=LEAKS)
    record = grade("exercise03", "--json", "--report", "page.html", cwd=desk)
    return record, grade("exercise03", cwd=desk), (desk / "page.html").read_text("utf-8")


@pytest.fixture(scope="module")
def hidden_title(leaks) -> str:
    """The title of the first hidden check: in a terminal, all that follows is of hidden checks."""
    return next(check["title"]["en"] for check in json.loads(leaks[0].out)["checks"] if not check["public"])


def test_stdout_is_one_json_document_whatever_the_student_prints(leaks):
    record, _, _ = leaks
    assert json.loads(record.out)["status"] == "graded"
    assert record.err == ""


def test_a_public_check_shows_what_was_printed_and_raised(leaks):
    public = [check for check in json.loads(leaks[0].out)["checks"] if check["public"]]
    assert any("PLANTED" in (check["details"] or {}).get("output", "") for check in public)
    assert any("PLANTED in a message" in (check["message"] or {}).get("en", "") for check in public)
    assert "PLANTED in a message" in leaks[2]


def test_a_file_that_stops_keeps_what_it_defined_and_says_why(leaks):
    record, shown, _ = leaks
    reason = "the file stops before its end: raised RuntimeError: PLANTED where the file stops"
    assert shown.out.splitlines()[2].strip().startswith(reason)
    public = {check["functions"][0]: check for check in json.loads(record.out)["checks"] if check["public"]}
    assert public["sigmoid"]["outcome"] == "passed"
    assert public["predict"]["message"]["en"].startswith("predict is not there: ")


def test_a_hidden_check_tells_nothing_in_the_record(leaks):
    hidden = [check for check in json.loads(leaks[0].out)["checks"] if not check["public"]]
    assert hidden and all(check["details"] is None for check in hidden)
    assert [(check["name"], check["message"]) for check in hidden if "PLANTED" in json.dumps(check)] == []


def test_a_hidden_check_tells_nothing_in_the_terminal(leaks, hidden_title):
    shown = leaks[1].out
    assert hidden_title in shown and "PLANTED" not in shown.partition(hidden_title)[2]


def test_a_hidden_check_tells_nothing_in_the_report(leaks):
    record, _, page = leaks
    checks, (file, *shown) = json.loads(record.out)["checks"], sections(page)
    assert "PLANTED where the file stops" in file
    for check, text in zip(checks, shown, strict=True):
        assert check["title"]["en"] in text
        assert check["public"] or "PLANTED" not in text


def test_runs_draw_their_own_seeds(leaks, unreadable):
    assert json.loads(leaks[0].out)["seed"] != json.loads(unreadable.out)["seed"]


# Files that are refused: one line, which says what to do


FILES = {
    "utf16": (STUB.read_text("utf-8").encode("utf-16"), "is saved as UTF-16; save it as UTF-8"),
    "utf16_without_mark": (STUB.read_text("utf-8").encode("utf-16-le"), "save it again as UTF-8"),
    "cp949": ("# 이진 교차 엔트로피\n".encode("cp949"), "is not UTF-8 (perhaps cp949"),
    "latin1": (b"name = '\xe9\xff'\n", "is not UTF-8 text; save it as UTF-8"),
    "unknown_encoding": (b"# -*- coding: wat -*-\n", "encoding"),
    "no_text_encoding": (b"# -*- coding: rot13 -*-\n", "names rot13 as its encoding; save it as UTF-8"),
    "empty": (b"", "is empty; write your functions into it"),
    "blank": (b" \n\t\r\n", "is empty; write your functions into it"),
    "large": (b"#" * 10_000_000, "is larger than 256 KiB; hand in the .py file that you wrote"),
    "null_bytes": (b"x = 1\n\0\0\0", "null bytes"),
}


def assert_one_line(done: Done) -> None:
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("grade: ") and done.err.endswith("\n") and done.err.count("\n") == 1


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_graded_gets_one_line(kind, tmp_path):
    content, words = FILES[kind]
    (tmp_path / f"{kind}.py").write_bytes(content)
    done = grade("exercise03", f"{kind}.py", cwd=tmp_path)
    assert_one_line(done)
    assert f"{kind}.py" in done.err and words in done.err
    korean = grade("exercise03", f"{kind}.py", "--lang=ko", cwd=tmp_path, PYTHONIOENCODING="cp949")
    assert_one_line(korean)
    assert f"{kind}.py" in korean.err and HANGUL.search(korean.err) and "\\u" not in korean.err
    assert not list(tmp_path.glob("*.html"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.py", "no file gone.py; name the file to grade, or make it first"),
        (".", ". is a folder; name the .py file in it"),
        ("two\nlines.py", r"no file two\nlines.py"),
        ("\x1b[31mred\u202e.py", r"no file \x1b[31mred\u202e.py"),
        ("{braces}.py", "no file {braces}.py"),
    ],
)
def test_a_file_that_is_not_there_gets_one_line(name, words, tmp_path):
    done = grade("exercise03", name, cwd=tmp_path)
    assert_one_line(done)
    assert words in done.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    done = grade("exercise03", "pipe.py", cwd=tmp_path)
    assert_one_line(done)
    assert "pipe.py is not a regular file" in done.err


def test_a_missing_file_has_no_record(tmp_path):
    assert_one_line(grade("exercise03", "gone.py", "--json", cwd=tmp_path))


# Names


@pytest.mark.parametrize(
    "name", ["exercise03", "03", "3", "binary_cross_entropy", "binary-cross-entropy", "EXERCISE03", NAME]
)
def test_an_exercise_has_many_names(name, tmp_path):
    assert "no file gone.py" in grade(name, "gone.py", cwd=tmp_path).err


@pytest.mark.parametrize(
    "typed", ["exercise99", "exersice03", "exercise3", "binary_cros_entropy", "exercise03.py", "./exercise03.py"]
)
def test_a_name_nearly_right_gets_did_you_mean(typed, tmp_path):
    done = grade(typed, cwd=tmp_path)
    assert_one_line(done)
    assert re.fullmatch(rf"grade: no exercise called '{typed}'; did you mean (exercise\d\d(, )?)+\?\n", done.err)
    assert re.search(r"혹시 exercise\d\d", grade(typed, "--lang", "ko", cwd=tmp_path).err)


@pytest.mark.parametrize(("typed", "meant"), [("lst", "list"), ("docter", "doctor")])
def test_a_command_nearly_right_gets_did_you_mean(typed, meant, tmp_path):
    done = grade(typed, cwd=tmp_path)
    assert_one_line(done)
    assert done.err == f"grade: no exercise called '{typed}'; did you mean grade {meant}?\n"


def test_a_name_far_off_gets_the_names_that_there_are(tmp_path):
    done = grade("zzz", cwd=tmp_path)
    assert_one_line(done)
    assert "there are exercise" in done.err


@pytest.mark.parametrize("words", [("--nonsense",), ("--seed", "x"), ("--seed", "-1"), ("--lang", "fr"), ("a", "b")])
def test_wrong_usage_gets_one_line(words, tmp_path):
    assert_one_line(grade("exercise03", *words, cwd=tmp_path))


# The other commands, and help


def test_list_names_every_exercise(tmp_path):
    done = grade("list", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    for path in (ROOT / "exercises").glob("exercise*"):
        name, _, slug = path.name.partition("_")
        assert re.search(rf"^{name}  {slug} ", done.out, flags=re.MULTILINE)


def test_list_speaks_korean(tmp_path):
    assert all(map(HANGUL.search, grade("list", cwd=tmp_path, LANG="ko_KR.UTF-8").out.splitlines()))
    assert not HANGUL.search(grade("list", "--lang", "en", cwd=tmp_path, LC_ALL="ko_KR.UTF-8").out)


def test_doctor_says_what_this_machine_offers(tmp_path):
    done = grade("doctor", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert f"Python {sys.version.split()[0]}" in done.out
    assert re.search(r"^torch \d+\.\d+", done.out, flags=re.MULTILINE)
    assert re.search(r"^devices: cpu(, cuda)?$", done.out, flags=re.MULTILINE)
    assert re.search(r"^sandbox level [ABC]: ", done.out, flags=re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("locale", ["C.UTF-8", "ko_KR.UTF-8"])
def test_help_lists_every_command_and_option(locale, tmp_path):
    top, exercise = (grade(*words, cwd=tmp_path, LANG=locale) for words in (["--help"], ["exercise03", "--help"]))
    assert (top.code, exercise.code, top.err, exercise.err) == (0, 0, "", "")
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", top.out, flags=re.MULTILINE)
    for option in OPTIONS:
        assert re.search(rf"^  {option}\b", exercise.out, flags=re.MULTILINE)
    assert "exercise03 --help" in top.out, "where the options are is said where a beginner looks"
    assert "..." not in top.out, "no sentence is cut off"


def test_korean_help_is_korean(tmp_path):
    for words in (["--help"], ["--lang", "ko", "--help"], ["exercise03", "--help"], ["list", "--help"]):
        lines = grade(*words, cwd=tmp_path, LC_ALL="ko_KR.UTF-8", COLUMNS="200").out.splitlines()
        said = [line for line in lines if re.match("  (-|[a-z])", line)]
        assert said and [line for line in said if not HANGUL.search(line)] == []


def test_the_language_may_come_before_the_command(tmp_path):
    assert HANGUL.search(grade("--lang", "ko", "list", cwd=tmp_path).out)


def test_grade_alone_shows_the_help(tmp_path):
    done = grade(cwd=tmp_path)
    assert "grade: " not in done.out + done.err
    assert all(command in done.out + done.err for command in COMMANDS)


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_readme_tells_every_command_and_option(readme):
    text = (ROOT / readme).read_text("utf-8")
    assert [command for command in COMMANDS if f"grade {command}" not in text] == []
    assert [option for option in OPTIONS if f"`{option}" not in text] == []


def test_no_command_or_option_is_untold(tmp_path):
    top, exercise = (grade(*words, cwd=tmp_path).out for words in (["--help"], ["exercise03", "--help"]))
    listed = re.findall(r"^  ([a-z]+) ", top.partition("Commands:")[2], flags=re.MULTILINE)
    assert set(listed) == set(COMMANDS)
    assert set(re.findall(r"^  (--[a-z]+)", exercise, flags=re.MULTILINE)) == set(OPTIONS)


# Giving up


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_ctrl_c_ends_a_run_quietly(tmp_path):
    (tmp_path / "exercise03.py").write_text("def sigmoid(z):\n    while True:\n        pass\n", encoding="utf-8")
    running = subprocess.Popen(
        [str(GRADE), "exercise03"], cwd=tmp_path, env=environment(TMPDIR=str(tmp_path)), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(2)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err.strip()) == (130, "", "")
    assert [path.name for path in tmp_path.iterdir()] == ["exercise03.py"], "nothing is left behind"


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise there")
def test_a_reader_that_has_enough_is_no_error(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [str(GRADE), "list"], cwd=tmp_path, env=environment(), stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert done.stderr == ""
