"""The documents say what is so: every name in them exists, everything that exists is named, every output is real."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderApp

from grader.nbgrader_commands import nbgrader

from .terminal import COMMANDS, GRADE, environment, grade_here
from .test_layers import TABLE

ROOT = Path(__file__).parents[2]
READMES = {"en": "README.md", "ko": "README.ko.md"}
DOCUMENTS = [*READMES.values(), "CONTRIBUTING.md", "SECURITY.md"]
GUIDES = ["docs/nbgrader.md", "docs/nbgrader.ko.md"]

SAMPLE = "tests/submissions/park_sora/exercise03.py"

# What running the course makes, and names that stand for any exercise or any file.
MADE = re.compile(r"^\.venv|^\./|NN|^\.py$|^kim_|^submitted/|^marks/|^students/|^index\.html$|^known_mistakes\.json$")
FILE = re.compile(r"[\w.-]*/[\w./-]*|[\w-]+\.(py|md|toml|html|po)")


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def spans(text: str) -> list[str]:
    """Return what stands between backticks, outside of blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL))


def blocks(text: str, language: str = "") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """Return every command: what stands between backticks, and each line of a block."""
    lines = [line for block in blocks(text) for line in block.splitlines()]
    return [part.strip() for part in (*spans(text), *lines) if re.match(r"\s*(\S*[\\/])?(grade|make) ", part)]


def top_level_folders() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()  # fmt: skip
    return {f"{name.partition('/')[0]}/" for name in listed if "/" in name}


def modules() -> set[str]:
    files = (path for path in (ROOT / "grader").rglob("*.py") if path.name != "__init__.py" and "_data" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


@pytest.mark.parametrize("document", READMES.values())
def test_the_map_names_every_folder_and_every_module_once(document):
    rows = re.findall(r"^\| `([^`]+/[^`]*)` \|", read(document), flags=re.MULTILINE)
    assert sorted(rows) == sorted(top_level_folders() | modules())


@pytest.mark.parametrize("document", [*DOCUMENTS, *GUIDES])
def test_no_document_holds_the_marks_of_a_merge(document):
    assert not re.search(r"^(<{7}|={7}|>{7})", read(document), re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_to_nbgrader_names_ten_commands_that_there_are(guide):
    steps = next(block for block in blocks(read(guide)) if "pip install" in block).strip().splitlines()
    assert len(steps) == 10 and steps == next(b for b in blocks(read(GUIDES[0])) if "pip install" in b).strip().splitlines()
    known = NbGraderApp.subcommands.keys()
    for step in steps[1:]:
        program, *words = step.partition(" && ")[0].split()
        assert words[0] in known if program == "nbgrader" else words[1] in nbgrader.commands


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_and_folder_that_is_named_exists(document):
    links = re.findall(r"\]\(([^)]+)\)", read(document))
    named = [span for span in (*spans(read(document)), *links) if FILE.fullmatch(span) and not MADE.search(span)]
    assert named
    # the files of an exercise's folder are named without it
    places = [ROOT, *ROOT.glob("exercises/*"), *ROOT.glob("tests/checks/*")]
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_option_that_is_named_exists(document):
    targets = re.findall(r"^([a-z]+):.*##", read("Makefile"), flags=re.MULTILINE)
    given = {tuple(command.split()[:2]) for command in commands(read(document))}
    assert given
    for program, word in given:
        known = word in targets if program == "make" else word in COMMANDS or exercise_exists(word)
        assert known, f"{program} {word}"
    options = {option for span in spans(read(document)) for option in re.findall(r"(?<![\w-])--[a-z]+", span)}
    help_text = "".join(
        subprocess.run([GRADE, *words.split(), "--help"], env=environment(), capture_output=True, text=True).stdout
        for words in ("exercise03", "batch", "override", "verify", "nbgrader source")
    )
    assert [option for option in options if option not in help_text] == []


def exercise_exists(word: str) -> bool:
    done = subprocess.run([GRADE, word, "no such file"], env=environment(), capture_output=True, text=True)
    return "no file no such file" in done.stderr


@pytest.mark.parametrize("language", READMES)
def test_the_output_in_the_readme_is_real(language, tmp_path, launcher):
    (shown,) = [block for block in blocks(read(READMES[language])) if "park_sora" in block]
    words = ["exercise03", SAMPLE, "--lang", language, "--report", tmp_path / "page.html"]
    real = grade_here(launcher, *words, cwd=ROOT).out
    # the report goes to a place of the test's; the README shows where it goes by itself
    real = [re.sub(r" +(report|보고서): .*", "", line) for line in real.splitlines()]
    left = iter(real)
    for line in shown.splitlines():
        assert re.sub(r" +(report|보고서): exercise03\.html$", "", line) in left, line


@pytest.mark.parametrize("document", READMES.values())
def test_the_readme_begins_with_the_two_commands(document):
    assert blocks(read(document))[0] == "make demo\nmake test\n"


def test_both_readmes_show_the_same_commands_and_the_same_map():
    english, korean = (read(document) for document in READMES.values())
    assert commands(english) == commands(korean)
    assert [re.findall(r"^\| `[^|]*` \|", text, flags=re.MULTILINE) for text in (english, korean)].count([]) == 0
    first = [re.findall(r"^\| (`[^|]*`) \|", text, flags=re.MULTILINE) for text in (english, korean)]
    assert first[0] == first[1]


def test_contributing_shows_the_layers_that_the_tests_hold():
    rows = re.findall(r"^\| (\d) \| (.*) \|$", read("CONTRIBUTING.md"), flags=re.MULTILINE)
    assert {int(row): re.findall("`([^`]+)`", names) for row, names in rows} == TABLE


def test_the_check_in_contributing_works(course):
    example = blocks(read("CONTRIBUTING.md"), "python")[0]
    course.public("def test_nothing(student, device):\n    student.double(1)\n")
    course.hidden(example, reference="def double(x):\n    return 2 * x\n")
    right, wrong, added = course.grade(
        "def double(x):\n    return x * 2\n", "def double(x):\n    return x\n", "def double(x):\n    return x.add(x)\n"
    )
    assert [check.outcome for check in right.checks[1:]] == ["passed", "passed"]
    assert [check.outcome for check in wrong.checks[1:]] == ["failed", "skipped"]
    assert [check.outcome for check in added.checks[1:]] == ["passed", "not_allowed"]
    assert (right.score, right.checks[1].title.ko) == (6, "모든 모양에서 double이 맞다.")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_document_names_a_place_that_only_its_author_has(document):
    assert not re.search(r"https?://|/home/|/root|/tmp/|/Users/|[A-Z]:\\", read(document))


def test_the_three_commands_without_make_need_nothing_else():
    """They make the environment, install what pyproject.toml names, and run what it makes."""
    for document in READMES.values():
        (shown,) = [block for block in blocks(read(document)) if block.startswith("python -m venv")]
        assert shown.splitlines()[1:] == ['.venv\\Scripts\\pip install -e ".[test]"', ".venv\\Scripts\\grade exercise03"]
    assert re.search(r"^test = \[", read("pyproject.toml"), flags=re.MULTILINE)
    assert sys.version_info >= (3, 11)
