"""What a hidden check must not tell, whatever the student's code shouts: in the record, the terminal and the page."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from .terminal import Done, folder, grade_here


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
def leaks(tmp_path_factory, launcher) -> tuple[Done, Done, str]:
    """The record, the terminal and the page of a file that shouts out all that it is given."""
    desk = folder(tmp_path_factory, exercise03=LEAKS)
    record = grade_here(launcher, "exercise03", "--json", "--report", "page.html", cwd=desk)
    return record, grade_here(launcher, "exercise03", cwd=desk), (desk / "page.html").read_text("utf-8")


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
