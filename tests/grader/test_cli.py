"""The words of the command line: names, options, help, errors, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest

from ..living import descendants
from .terminal import COMMANDS, GRADE, HANGUL, NAME, OPTIONS, ROOT, assert_one_line, environment, gone, grade, until

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


@pytest.mark.parametrize(("typed", "meant"), [("lst", "list"), ("docter", "doctor"), ("wach", "watch")])
def test_a_command_nearly_right_gets_did_you_mean(typed, meant, tmp_path):
    done = grade(typed, cwd=tmp_path)
    assert_one_line(done)
    assert done.err == f"grade: no exercise called '{typed}'; did you mean grade {meant}?\n"


def test_a_name_far_off_gets_the_names_that_there_are(tmp_path):
    done = grade("zzz", cwd=tmp_path)
    assert_one_line(done)
    assert "there are exercise" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["exercise03", "--frobnicate"], "no option --frobnicate"),
        (["exercise03", "--sed", "7"], "no option --sed; did you mean --seed?"),
        (["exercise03", "--seed", "x"], "--seed takes a whole number from 0 to 4294967295"),
        (["exercise03", "--seed", "-1"], "--seed takes a whole number from 0 to 4294967295"),
        (["exercise03", "--seed"], "--seed is not used like that"),
        (["exercise03", "--json=yes"], "--json is not used like that"),
        (["exercise03", "--lang", "fr"], "--lang takes one of en, ko"),
        (["exercise03", "a", "b"], "a word too many, or one that means nothing here"),
        (["reset"], "EXERCISE is missing"),
        (["list", "exercise03"], "a word too many, or one that means nothing here"),
    ],
)
def test_wrong_usage_gets_one_line_in_the_language_asked_for(words, said, tmp_path):
    done = grade(*words, cwd=tmp_path)
    assert_one_line(done)
    assert done.err == f"grade: {said} (see `grade {words[0]} --help`)\n"
    korean = grade(*words, cwd=tmp_path, LC_ALL="ko_KR.UTF-8")
    assert_one_line(korean)
    assert HANGUL.search(korean.err)


# The other commands, and help


def test_doctor_says_what_this_machine_offers(tmp_path):
    done = grade("doctor", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert f"Python {sys.version.split()[0]}" in done.out
    assert re.search(r"^torch \d+\.\d+", done.out, flags=re.MULTILINE)
    assert re.search(r"^devices: cpu(, cuda)?$", done.out, flags=re.MULTILINE)
    assert re.findall(r"^  level ([ABC]) (?:holds|does not hold|is always there): .", done.out, re.MULTILINE) == ["A", "B", "C"]
    assert re.search(r"^`grade exercise03` runs at level [BC], ", done.out, flags=re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("locale", ["C.UTF-8", "ko_KR.UTF-8"])
def test_help_lists_every_command_and_option(locale, tmp_path):
    top, exercise = (grade(*words, cwd=tmp_path, LANG=locale) for words in (["--help"], ["exercise03", "--help"]))
    assert (top.code, exercise.code, top.err, exercise.err) == (0, 0, "", "")
    assert tuple(re.findall(r"^  ([a-z]+)  ", top.out, flags=re.MULTILINE)) == COMMANDS
    assert set(re.findall(r"^  (--[a-z]+)", exercise.out, flags=re.MULTILINE)) == set(OPTIONS)
    assert "exercise03 --help" in top.out, "where the options are is said where a beginner looks"
    assert "..." not in top.out, "no sentence is cut off"


def test_korean_help_is_korean(tmp_path):
    for words in ([], ["--lang", "ko"], ["exercise03"], *([command] for command in COMMANDS)):
        lines = grade(*words, "--help", cwd=tmp_path, LC_ALL="ko_KR.UTF-8", COLUMNS="200").out.splitlines()
        assert lines[0].startswith("사용법: grade ")
        assert [line for line in lines[1:] if line and not HANGUL.search(line)] == []


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


# Giving up


ENDLESS = """
import ctypes

ctypes.CDLL(None).prctl(15, b"running", 0, 0, 0)
while True:
    pass
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
@pytest.mark.parametrize(
    ("number", "command"), [(signal.SIGINT, ["exercise03"]), (signal.SIGTERM, ["watch", "exercise03"])]
)
def test_ctrl_c_ends_a_run_quietly_and_leaves_nothing_running(command, number, tmp_path):
    (tmp_path / "exercise03.py").write_text(ENDLESS, encoding="utf-8")
    running = subprocess.Popen(
        [str(GRADE), *command], cwd=tmp_path, env=environment(TMPDIR=str(tmp_path)), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until(lambda: "R running" in descendants(running.pid).values())
    below = descendants(running.pid)
    os.killpg(running.pid, number)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err.strip()) == (128 + number, "", "")
    assert [path.name for path in tmp_path.iterdir()] == ["exercise03.py"], "nothing is left behind"
    until(lambda: all(map(gone, below)))


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise there")
def test_a_reader_that_has_enough_is_no_error(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [str(GRADE), "list"], cwd=tmp_path, env=environment(), stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert done.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is always full is Linux's")
@pytest.mark.parametrize("words", [["list"], ["--help"]])
def test_a_full_disk_gets_one_line(words, tmp_path):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [str(GRADE), *words], cwd=tmp_path, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True
        )
        both = subprocess.run([str(GRADE), "gone"], cwd=tmp_path, env=environment(), stdout=full, stderr=full)
    assert (done.returncode, both.returncode) == (2, 2)
    assert re.fullmatch(r"grade: cannot write the output: .+\n", done.stderr)
