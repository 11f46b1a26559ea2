"""The page of one result, looked at in a browser: whatever a student hands in, it shows it and nothing happens."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import catalogue, collect
from grader.records import CheckResult, Result, Text
from grader.report import html
from grader.run import grade

NOISE = "\x1b[31mred\x1b[0m\0\x07\x9b2J \u202eesrever\u202c \u2066isolate\u2069 \u200b\ufeff\u2028"
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></pre></style></title></section></dl><h1>h1</h1>"
    "\"><img onerror='alert(3)' src=x>{{ 7 * 7 }}{% for %}<!--<svg onload=alert(4)>&lt;&#60;]]>"
    + NOISE + "W" * 300 + "가" * 300
)  # fmt: skip
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => heading.innerText)"

# For each element with text of its own: what it is, and the contrast of its colour with what lies behind it.
CONTRASTS = """() => {
    const parts = colour => colour.match(/[0-9.]+/g).map(Number);
    const luminance = colour => {
        const [r, g, b] = parts(colour).map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = element => {
        for (; element; element = element.parentElement) {
            const colour = getComputedStyle(element).backgroundColor;
            if (parts(colour).length === 3) return colour;
            if (parts(colour)[3] !== 0) throw new Error('a background that one can see through: ' + colour);
        }
        throw new Error('nothing behind it');
    };
    const speaks = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    return [...document.body.querySelectorAll('*')].filter(speaks).map(element => {
        const [low, high] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => a - b);
        const name = element.tagName.toLowerCase() + (element.className && '.' + element.className);
        return [element.className === 'word' ? element.innerText : name, (high + .05) / (low + .05)];
    });
}"""


def check(outcome: str, said: str = "said", number: int = 0, public: bool = True) -> CheckResult:
    """Return a check of which a student wrote everything that a student can."""
    text = Text(en=f"{said} in English", ko=f"{said} 한국어")
    details = {
        "call": f"{said}({said})", "got": {"kind": "tensor", "text": said}, "wanted": {"kind": "tensor", "text": said},
        "lines": [[1, said]], "output": said,
    }  # fmt: skip
    return CheckResult(
        name=f"test_{number}", title=Text(en=f"Property {number} <&> holds.", ko=f"성질 {number} <&> 성립한다."),
        functions=(said,), device="cpu", outcome=outcome,
        score={"passed": 1.0, "broken": None}.get(outcome, 0.0), max_score=1.0,
        message=None if outcome == "passed" else text,
        hint=None if outcome == "passed" else Text(en="A hint.", ko="힌트입니다."), diagnosis=None,
        details=details if public and outcome != "passed" else None, public=public, seconds=0.1,
    )  # fmt: skip


OUTCOMES = ("passed", "failed", "crashed", "timed_out", "not_allowed", "skipped", "broken")


def result(said: str = "said", outcomes: tuple[str, ...] = OUTCOMES) -> Result:
    """Return a result with each outcome, in a public check and in a hidden one."""
    checks = [check(outcome, said, 2 * i, public=True) for i, outcome in enumerate(outcomes)]
    checks += [check(outcome, said, 2 * i + 1, public=False) for i, outcome in enumerate(outcomes)]
    return Result(
        exercise="exercise01", title=Text(en="Tiny & <small>", ko="작은 & <과제>"), submission=f"{said}.py", student=said,
        score=2.0, max_score=7.0, not_run_points=3.0, status="graded",
        message=Text(en=f"line 1: {said}\n    {said}\n    ^", ko=f"1번째 줄: {said}\n    {said}\n    ^"),
        sandbox="C", devices=("cpu",), seed=1, seconds=1.5, checks=tuple(checks),
    )  # fmt: skip


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright comes with pip install -e '.[test]'")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


class Look:
    """A page in the browser, and all that happened while it was opened."""

    def __init__(self, browser, path: Path, width: int, scheme: str):
        self.happened: list[str] = []
        self.page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        self.page.on("dialog", lambda dialog: (self.happened.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("console", lambda message: self.happened.append(f"console {message.text}"))
        self.page.on("pageerror", lambda error: self.happened.append(f"error {error}"))
        self.page.on("request", lambda request: self.requested(request.url, path))
        self.page.goto(path.as_uri())

    def requested(self, url: str, path: Path) -> None:
        if url != path.as_uri() and not url.startswith("data:"):
            self.happened.append(f"request {url}")

    def ask(self, script: str):
        return self.page.evaluate(script)


@pytest.fixture
def look(browser, tmp_path):
    """Open a result's page as a browser of this width, in light or dark."""
    looks = []

    def open_page(shown: Result, language: str = "en", width: int = 900, scheme: str = "light") -> Look:
        path = tmp_path / "page.html"
        path.write_text(html(shown, language), encoding="utf-8")
        looks.append(Look(browser, path, width, scheme))
        return looks[-1]

    yield open_page
    for each in looks:
        each.page.close()


STUDENT = f"""
import os


class Odd(Exception):
    pass


Odd.__name__ = Odd.__qualname__ = {HOSTILE[:190]!r}


def sigmoid(z):
    print({HOSTILE!r})
    raise ValueError({HOSTILE!r})


def binary_cross_entropy(p, y):
    raise Odd({HOSTILE!r})


def binary_cross_entropy_with_logits(z, y):
    return {HOSTILE!r}


def binary_cross_entropy_gradient(z, y):
    os._exit(3)


def predict(z, threshold=0.5):
    return (z.sigmoid() >= threshold).to(z.dtype)


binary_cross_entropy.__code__ = binary_cross_entropy.__code__.replace(co_name={HOSTILE[:90]!r})
raise ValueError({HOSTILE!r})
"""


@pytest.fixture(scope="module")
def real(launcher, tmp_path_factory) -> Result:
    """A real run's result, of a file that does its worst, its name included where the system allows such names."""
    name = "exercise03.py" if os.name == "nt" else "<img src=x onerror=alert(5)>\x1b[31m\u202e'\".py"
    path = tmp_path_factory.mktemp("student") / name
    path.write_text(STUDENT, encoding="utf-8")
    results: list[Result] = []
    grade(catalogue.find("binary_cross_entropy"), [collect.read_submission(path)], launcher, results.append, seed=1)
    return results[0]


@pytest.fixture(params=["by hand", "real"])
def hostile(request) -> Result:
    return result(HOSTILE) if request.param == "by hand" else request.getfixturevalue("real")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_that_a_student_wrote_acts(hostile, language, look):
    page = look(hostile, language)
    page.page.mouse.click(400, 400)
    page.page.wait_for_load_state("networkidle")
    assert page.happened == []
    assert page.ask("document.querySelectorAll('script, img, svg, iframe, object, embed, form, a').length") == 0
    assert page.ask("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => /^on/.test(n))") == []


def test_nothing_that_a_student_wrote_breaks_the_page(hostile, look):
    page = look(hostile)
    assert page.ask("document.querySelectorAll('main > section').length") == len(hostile.checks) + 1
    assert page.ask("document.querySelectorAll('h1').length") == 1
    assert page.ask("document.querySelectorAll('style, title, header, footer').length") == 4
    assert page.ask("document.querySelector('main').lastElementChild.tagName") == "FOOTER"
    assert page.ask("document.title") == f"{hostile.exercise} {hostile.title.en}"


def test_what_a_student_wrote_can_be_read_as_it_was_written(hostile, look):
    shown = look(hostile).ask("document.body.innerText")
    assert "<script>alert(1)</script><img src=x onerror=alert(2)></pre></style>" in shown
    assert "{{ 7 * 7 }}{% for %}" in shown and "&lt;&#60;" in shown


@pytest.mark.parametrize("language", ["en", "ko"])
def test_controls_are_spelled_out(hostile, language):
    page = html(hostile, language)
    assert sorted(set(ACTS.findall(page))) == []
    assert r"\x1b[31mred\x1b[0m\x00" in page and r"\u202eesrever\u202c" in page


@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_page_is_wider_than_its_window(hostile, language, width, look):
    assert look(hostile, language, width).ask("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_says_what_language_it_speaks(language, look):
    page = look(result(), language)
    assert page.ask("document.documentElement.lang") == language
    assert bool(re.search("[가-힣]", page.ask("document.body.innerText"))) == (language == "ko")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_exercise_is_the_one_h1_and_each_check_a_heading(language, look):
    shown = result()
    headings = look(shown, language).ask(HEADINGS)
    assert headings == [shown.title[language], *(check.title[language] for check in shown.checks)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_background(scheme, look):
    page = look(result(), scheme=scheme)
    contrasts = page.ask(CONTRASTS)
    names = {name for name, _ in contrasts}
    assert {"pass", "FAIL", "CRASH", "TIME", "BANNED", "skip", "BROKEN", "h1", "h2", "p", "p.soft", "p.hint", "pre",
            "footer", "dt", "p.total", "small", "span.points"} <= names  # fmt: skip
    assert [(name, round(contrast, 2)) for name, contrast in contrasts if contrast < 4.5] == []


def test_light_and_dark_are_two(look):
    light, dark = (look(result(), scheme=scheme).ask("getComputedStyle(document.body).backgroundColor") for scheme in
                   ("light", "dark"))  # fmt: skip
    assert light != dark


def test_a_failed_public_check_shows_what_was_called_got_and_wanted(look):
    text = look(replace(result(), message=None, checks=(check("failed", "PLANTED"),))).ask("document.body.innerText")
    for label, shown in (("called", "PLANTED(PLANTED)"), ("got", "PLANTED"), ("wanted", "PLANTED"), ("printed", "PLANTED")):
        assert re.search(rf"{label}\s+{re.escape(shown)}", text)
    assert "PLANTED in English" in text and "A hint." in text and "0/1" in text


def test_a_check_that_crashed_shows_what_was_called(real, look):
    crashed = next(check for check in real.checks if check.outcome == "crashed" and check.public)
    text = look(replace(real, message=None, checks=(crashed,))).ask("document.body.innerText")
    assert re.search(r"called\s+binary_cross_entropy_gradient\(tensor", text)


def test_a_hidden_check_shows_its_message_and_hint_only(look):
    text = look(replace(result(), message=None, checks=(check("failed", "PLANTED", public=False),))).ask("document.body.innerText")
    assert text.count("PLANTED") == 1 and "PLANTED in English" in text
    assert "A hint." in text and "A hidden check: its inputs and values are not shown." in text


def test_what_was_not_run_is_said(look):
    text = look(result()).ask("document.body.innerText")
    assert "3 more points are decided by hidden checks" in text
    assert "no GPU here: the GPU part was not run" in text
    assert "sandbox level C" in text


def test_a_broken_result_has_no_score_and_blames_nobody(look):
    text = look(replace(result(), score=None, status="broken")).ask("document.body.innerText")
    assert re.search(r"\?\s*/ 7 points", text)
    assert "the grader failed here, not your code" in text


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_stands_alone(language):
    page = html(result(), language)
    assert not re.search(r"https?:|//|@import|url\(", page)
    assert re.findall(r'(?:href|src)="([^"]*)"', page) == ["data:,"]
