"""Two languages: every sentence has its Korean, the right language is spoken, and a stranger's text does nothing."""

import ast
import gettext
import os
import re
import string
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest
from babel.messages.pofile import read_po
from jinja2 import nodes

from grader import paths
from grader.i18n import DOMAIN, both, choose_language
from grader.records import Text, inert

ROOT = Path(__file__).parents[2]
PO = ROOT / "locale/ko/LC_MESSAGES/grader.po"
SAYING = ("both", "say")


def said_in_python():
    """Yield (where, message, names of the parts given or None where that is not known) for every literal message."""
    for path in sorted((ROOT / "grader").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                given = {keyword.arg for keyword in node.keywords}
                yield f"{path.name}:{node.lineno}", getattr(node.args[0], "value", None), None if None in given else given


def said_in_templates():
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for node in jinja2.Environment().parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(node.node, nodes.Name) and node.node.name in SAYING:
                yield f"{path.name}:{node.lineno}", node.args[0].as_const(), {keyword.key for keyword in node.kwargs}


SAID = [*said_in_python(), *said_in_templates()]
MESSAGES = sorted({message for _, message, _ in SAID if isinstance(message, str)})


def korean():
    """The translations as they were written: English -> Korean."""
    with PO.open("rb") as po:
        catalogue = read_po(po, locale="ko", abort_invalid=True)
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
    return {message.id: message.string for message in catalogue if message.id}


KOREAN = korean()


def placeholders(message):
    """The {parts} of a message, each with its format."""
    return {(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(message) if name is not None}


def test_the_messages_are_found():
    assert len(MESSAGES) > 80
    assert {"the shape is not right", "A hidden check: its inputs and values are not shown."} <= set(MESSAGES)


def test_a_message_is_a_literal_so_that_it_can_be_translated():
    forwarding = [where for where, message, _ in SAID if not isinstance(message, str)]
    assert len(forwarding) <= 2, "only the `say` of a module may hand a message on"


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_has_its_korean(message):
    assert KOREAN.get(message), "not in the .po, or empty there"
    assert placeholders(KOREAN[message]) == placeholders(message)


@pytest.mark.parametrize("where, message, given", [said for said in SAID if said[1] is not None and said[2] is not None])
def test_a_message_is_given_the_parts_that_it_names(where, message, given):
    assert given == {name for name, _, _ in placeholders(message)} if given else "{" not in message


def test_no_translation_is_left_of_a_message_that_nobody_says():
    assert set(KOREAN) - set(MESSAGES) == set()


def test_what_gettext_reads_is_compiled_from_what_was_written():
    compiled = gettext.translation(DOMAIN, paths.locale(), languages=["ko"])
    stale = {message for message, words in KOREAN.items() if compiled.gettext(message) != words}
    assert not stale, "compile the translations again: make setup, or pip install -e ."
    assert set(compiled._catalog) - {""} == set(KOREAN)


def test_a_message_is_filled_in_each_language():
    text = both("needs: {title}", title=Text(en="Shape", ko="모양"))
    assert (text.en, text["en"]) == ("needs: Shape", "needs: Shape")
    assert "모양" in text.ko and "Shape" not in text["ko"]
    assert both("needs: {title}", title="{curly} {0}").en == "needs: {curly} {0}"
    assert both("nobody said this").ko == "nobody said this"


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A tiny course whose settings a test can write; the locale is unset."""
    place = tmp_path / "exercises/exercise01_small"
    place.mkdir(parents=True)
    (place / "README.md").write_text("# Small\n")
    (place / "README.ko.md").write_text("# 작은 과제\n", "utf-8")
    (place / "test_exercise01.py").touch()
    monkeypatch.chdir(tmp_path)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG", "LC_CTYPE"):
        monkeypatch.delenv(variable, raising=False)

    def write(text=""):
        (tmp_path / "pyproject.toml").write_text(f"[tool.grade]\n{text}\n")

    write()
    return write


@pytest.mark.parametrize(
    "locale, language",
    [
        ("ko_KR.UTF-8", "ko"), ("ko_KR.eucKR", "ko"), ("ko_KR", "ko"), ("ko", "ko"), ("Korean_Korea.949", "ko"),
        ("C", "en"), ("C.UTF-8", "en"), ("POSIX", "en"), ("en_US.UTF-8", "en"), ("ja_JP.UTF-8", "en"),
        ("kok_IN.UTF-8", "en"), ("English_Korea.949", "en"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_the_locale_decides_the_language(settings, monkeypatch, variable, locale, language):
    monkeypatch.setenv(variable, locale)
    assert choose_language(None) == language


@pytest.mark.parametrize(
    "environment, language",
    [
        ({"LC_ALL": "ko_KR.UTF-8", "LC_MESSAGES": "C", "LANG": "C"}, "ko"),
        ({"LC_ALL": "C", "LC_MESSAGES": "ko_KR.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_MESSAGES": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "ko"),
        ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ko_KR.UTF-8"}, "ko"),
    ],
)
def test_the_nearer_variable_of_the_locale_decides(settings, monkeypatch, environment, language):
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert choose_language(None) == language


@pytest.mark.parametrize("asked, set_to, locale, language", [
    ("en", "ko", "ko_KR.UTF-8", "en"), ("ko", "en", "C", "ko"), (None, "ko", "C", "ko"), (None, "en", "ko_KR.UTF-8", "en"),
    (None, "de", "ko_KR.UTF-8", "ko"), ("de", None, "ko_KR.UTF-8", "ko"), ("de", "ko", "C", "en"),
])  # fmt: skip
def test_a_wish_beats_the_course_and_the_course_beats_the_locale(settings, monkeypatch, asked, set_to, locale, language):
    monkeypatch.setenv("LC_ALL", locale)
    settings(f'language = "{set_to}"' if set_to else "")
    assert choose_language(asked) == language


@pytest.mark.parametrize(
    "words, set_to, said",
    [(["list", "--lang", "ko"], "en", "작은 과제"), (["list", "--lang=en"], "ko", "Small"),
     (["list"], "ko", "작은 과제"), (["list"], None, "Small")],
)  # fmt: skip
def test_the_command_line_speaks_the_language_chosen(settings, words, set_to, said):
    settings(f'language = "{set_to}"' if set_to else "")
    command = [sys.executable, "-X", "utf8", "-c", "from grader.cli import main; main()", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8")
    assert said in done.stdout and done.returncode == 0


@pytest.mark.parametrize(
    "text, shown",
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"), ("\x9b31m", r"\x9b31m"), ("a\0b", r"a\x00b"), ("a\rb", r"a\rb"),
        ("a\bb\x7f", r"a\x08b\x7f"), ("a\u202eb\u2066c", r"a\u202eb\u2066c"), ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("a\ud800b", r"a\ud800b"), ("a\u2028b\u2029c\x85d", r"a\u2028b\u2029c\x85d"), ("\U000e0041", r"\U000e0041"),
        ("\x0b\x0c", r"\x0b\x0c"),
    ],
)  # fmt: skip
def test_a_character_that_acts_is_spelled_out(text, shown):
    assert inert(text) == shown
    assert inert(shown) == shown


@pytest.mark.parametrize(
    "text",
    ["", "plain", "두 줄\n그리고\t칸", "조합 \u1112\u1161\u11ab", "\N{PARTY POPPER}\N{WHITE SMILING FACE}\ufe0f", "é ñ 中 ∑", r"C:\new"],
)
def test_harmless_text_stays_as_it_is(text):
    assert inert(text) == text


def test_whatever_comes_in_only_printable_text_goes_out():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff]", inert(everything))
