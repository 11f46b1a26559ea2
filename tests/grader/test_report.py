"""The page of one result, looked at in a browser: it shows what differs to everybody, and nothing that happens."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import pytest
import torch

from grader import catalogue, collect
from grader.compare import Mismatch, close, equal
from grader.records import CheckResult, Result, Text
from grader.report import html
from grader.run import grade
from grader.transcript import outcome_words

from .looking import Look

NOISE = "\x1b[31mred\x1b[0m\0\x07\x9b2J \u202eesrever\u202c \u2066isolate\u2069 \u200b\ufeff\u2028"
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></pre></style></title></section></dl><h1>h1</h1>"
    "\"><img onerror='alert(3)' src=x>{{ 7 * 7 }}{% for %}<!--<svg onload=alert(4)>&lt;&#60;]]>"
    + NOISE + "W" * 300 + "가" * 300
)  # fmt: skip
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

HEADINGS = """[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(
    heading => [Number(heading.tagName[1]), heading.innerText.replace(/\\s+/g, ' ')])"""

# The texts of the cells of each table of numbers, and of the marked ones among them.
TABLES = """[...document.querySelectorAll('.side table')].map(table => ({
    heads: [...table.querySelectorAll('thead th')].map(th => th.innerText),
    rows: [...table.tBodies[0].rows].map(tr => [...tr.cells].map(td => td.innerText.replace(/\\s+/g, ' '))),
    marked: [...table.tBodies[0].rows].map(tr => [...tr.querySelectorAll('td')].map(td => !!td.querySelector('mark'))),
}))"""

ROWS = "[...document.querySelectorAll('%s tr')].map(tr => [...tr.cells].map(cell => cell.innerText.trim()))"

MARKS = "[...document.querySelectorAll('mark')].map(mark => [mark.className, mark.textContent])"

# For each element with text of its own: what it is, and the contrast of its colour with what lies behind it.
CONTRASTS = """() => {
    const parts = colour => colour.match(/[0-9.]+/g).map(Number);
    const luminance = colour => {
        const linear = c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
        const [r, g, b] = parts(colour).map(c => linear(c / 255));
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
        const both = [luminance(getComputedStyle(element).color), luminance(behind(element))];
        const [low, high] = both.sort((a, b) => a - b);
        const kind = element.getAttribute('class');
        const name = element.tagName.toLowerCase() + (kind ? '.' + kind : '');
        return [element.closest('.word') ? element.textContent : name, (high + .05) / (low + .05)];
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


def wrong(compare, got, wanted, **more) -> CheckResult:
    """Return what comparing these two comes to in a failed public check."""
    with pytest.raises(Mismatch) as caught:
        compare(got, wanted)
    details = {"call": "double(x)", "lines": [], "output": "", "picture": None, **caught.value.details, **more}
    return replace(check("failed"), message=caught.value.text, details=details)


def matrix(tall: int, wide: int) -> torch.Tensor:
    return torch.arange(tall * wide, dtype=torch.float32).reshape(tall, wide) / 7 - 1


def spoilt(right: torch.Tensor, *places: int) -> torch.Tensor:
    """Return a tensor in which these elements, counted flat, are wrong."""
    answer = right.clone()
    for place in places:
        answer.view(-1)[place] += 10.0 + place
    return answer


CURVE = {"kind": "curve", "got": [2.0, 1.5, 1.2], "wanted": [2.0, 1.0, 0.5]}
PATH = {"kind": "path", "got": [[2.0, -1.0], [1.8, -0.7], [1.6, -0.5]],
        "wanted": [[2.0, -1.0], [1.8, -0.7], [1.4, -0.2]], "a": [[2.0, 1.0], [1.0, 3.0]], "b": [1.0, 2.0]}  # fmt: skip


def of(*checks: CheckResult) -> Result:
    """Return a result of these checks, each with a title of its own."""
    titled = [replace(each, title=Text(en=f"Check {i} holds.", ko=f"검사 {i}이 성립한다.")) for i, each in enumerate(checks)]
    return replace(result(), message=None, checks=tuple(titled))


def everything() -> Result:
    """Return a result that shows all that a page can show."""
    checks = [
        wrong(close, spoilt(matrix(4, 8), 3, 17), matrix(4, 8)),
        wrong(close, spoilt(matrix(40, 50), *range(0, 2000, 7)), matrix(40, 50), picture=PATH),
        wrong(close, torch.tensor([1.0, float("nan"), float("inf")]), torch.ones(3), picture=CURVE),
        wrong(close, torch.ones(3), torch.ones(3, 1)),
        wrong(close, torch.tensor(1.5), torch.tensor(3.0)),
        wrong(equal, (3, 31, 32), (3, 32, 32), output="line\n" * 30 + "W" * 400),
        replace(check("passed"), details={"picture": CURVE}),
        replace(check("failed"), details={"lines": [[3, "outer", 0, "W" * 150], [7, "inner", 2, "x / s"]], "output": "out"},
                diagnosis=Text(en="You added.", ko="더했습니다.")),
    ]  # fmt: skip
    return replace(of(*checks), checks=(*of(*checks).checks, *result().checks), message=result().message)


@pytest.fixture
def look(tab, tmp_path):
    """Open a result's page as a browser of this width, in light or dark."""
    looks = []

    def open_page(shown: Result, language: str = "en", width: int = 900, scheme: str = "light") -> Look:
        path = tmp_path / "page.html"
        path.write_text(html(shown, language), encoding="utf-8")
        looks.append(Look(tab, path, width, scheme))
        return looks[-1]

    yield open_page
    for each in looks:
        each.close()


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
    assert page.ask("document.querySelectorAll('script, img, svg, iframe, object, embed, form').length") == 0
    assert page.ask("[...document.links].filter(a => !/^#check-[0-9]+$/.test(a.getAttribute('href'))).length") == 0
    names = page.ask("[...document.querySelectorAll('*')].flatMap(element => element.getAttributeNames())")
    assert [name for name in names if name.startswith("on")] == []


def test_nothing_that_a_student_wrote_breaks_the_page(hostile, look):
    page = look(hostile)
    assert page.ask("document.querySelectorAll('main > section').length") == len(hostile.checks) + 1
    assert page.ask("document.querySelectorAll('h1').length") == 1
    assert page.ask("document.querySelectorAll('style, title, header, footer').length") == 4
    assert page.ask("document.body.lastElementChild.tagName") == "FOOTER"
    assert page.ask("document.title") == f"{hostile.exercise} {hostile.title.en}"


def test_what_a_student_wrote_can_be_read_as_it_was_written(hostile, look):
    shown = look(hostile).text
    assert "<script>alert(1)</script><img src=x onerror=alert(2)></pre></style>" in shown
    assert "{{ 7 * 7 }}{% for %}" in shown and "&lt;&#60;" in shown


@pytest.mark.parametrize("language", ["en", "ko"])
def test_controls_are_spelled_out(hostile, language):
    page = html(hostile, language)
    assert sorted(set(ACTS.findall(page))) == []
    assert r"\x1b[31mred\x1b[0m\x00" in page and r"\u202eesrever\u202c" in page


def test_what_a_student_wrote_or_printed_is_in_the_page_once():
    details = {"call": "CALLED", "output": "PRINTED", "got": {"kind": "a string", "text": "ANSWER"},
               "lines": [[1, "f"], [2, "INNER"]]}  # fmt: skip
    quoting = Text(en="line 1: no\n    SOURCE\n    ^", ko="1번째 줄: no\n    SOURCE\n    ^")
    page = html(replace(of(replace(check("failed"), details=details), check("passed")), message=quoting), "en")
    assert {word: page.count(word) for word in ("CALLED", "PRINTED", "ANSWER", "INNER", "SOURCE")} == dict.fromkeys(
        ("CALLED", "PRINTED", "ANSWER", "INNER", "SOURCE"), 1
    )


def test_a_script_that_got_in_all_the_same_would_not_run(tab, tmp_path):
    bad = "<script>alert(1)</script><img src=x onerror='alert(2)'><svg onload='alert(3)'></svg>"
    path = tmp_path / "bad.html"
    path.write_text(html(result(), "en").replace("</footer>", f"</footer>{bad}"), encoding="utf-8")
    page = Look(tab, path, 900, "light")
    page.page.wait_for_load_state("networkidle")
    page.close()
    told = [event for event in page.happened if not event.startswith("request file:")]
    assert len(told) >= 3 and all("Content Security Policy" in event for event in told)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ko", "dark")])
def test_a_page_on_a_phone_is_quiet_and_not_too_wide_and_axe_finds_nothing_serious(language, scheme, look):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="it comes with pip install -e '.[test]'")
    page = look(everything(), language, 360, scheme)
    assert page.ask("document.documentElement.scrollWidth") <= 360
    assert page.happened == []
    found = axe.Axe().run(page.page)
    assert len(found.response["passes"]) > 20, "axe has looked at nothing"
    grave = [rule for rule in found.response["violations"] if rule["impact"] in ("serious", "critical")]
    assert [(rule["id"], rule["nodes"]) for rule in grave] == []


@pytest.mark.parametrize("width", [360, 900])
def test_no_page_is_wider_than_its_window(hostile, width, look):
    for shown in (hostile, everything()):
        assert look(shown, "en", width).ask("document.documentElement.scrollWidth") <= width


# Two languages


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_speaks_one_language_and_says_which(language, look):
    page = look(everything(), language)
    assert page.ask("document.documentElement.lang") == language
    assert bool(re.search("[가-힣]", page.text)) == (language == "ko")
    assert ("got" in page.text) == (language == "en")


def test_a_click_on_the_switch_shows_the_other_language(look):
    page = look(everything(), "en")
    page.page.get_by_text("한국어", exact=True).click()
    assert "공개 검사" in page.text and "Public checks" not in page.text
    page.page.get_by_text("English", exact=True).click()
    assert "Public checks" in page.text and not re.search("[가-힣]", page.text)


def test_the_switch_works_by_keyboard_and_shows_where_the_focus_is(look):
    page = look(everything(), "en")
    page.page.keyboard.press("Tab")
    assert page.ask("document.activeElement.id") == "show-en"
    assert page.ask("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle") == "solid"
    page.page.keyboard.press("ArrowRight")
    assert "공개 검사" in page.text and "Public checks" not in page.text


@pytest.mark.parametrize("language, group", [("en", "Language"), ("ko", "언어")])
def test_the_switch_has_a_name_for_a_screen_reader(language, group, look):
    switch = look(result(), language).page.get_by_role("group", name=group, exact=True)
    names = [switch.get_by_role("radio", name=name, exact=True) for name in ("English", "한국어")]
    assert [radio.count() for radio in names] == [1, 1]
    assert [radio.is_checked() for radio in names] == [language == "en", language == "ko"]


def test_every_text_in_a_language_says_which(look):
    page = look(everything(), "en")
    foreign = """[...document.body.querySelectorAll('*')].filter(e => [...e.childNodes].some(
        node => node.nodeType === 3 && /[가-힣]/.test(node.data)) && !e.closest('[lang=ko]')).map(e => e.outerHTML)"""
    assert page.ask(foreign) == []


# Structure


@pytest.mark.parametrize("language", ["en", "ko"])
def test_headings_are_in_order_and_each_check_is_one(language, look):
    shown = result()
    headings = look(shown, language).ask(HEADINGS)
    assert headings[0] == [1, shown.title[language]]
    assert [level for level, _ in headings].count(1) == 1
    assert all(after <= before + 1 for (before, _), (after, _) in zip(headings, headings[1:], strict=False))
    words = outcome_words()
    wanted = [f"{words[check.outcome][language]} {check.title[language]}" for check in shown.checks]
    told = [(check.public, text) for check, text in zip(shown.checks, wanted, strict=True)]
    assert [text for level, text in headings if level == 3] == [text for public, text in told if public] + [
        text for public, text in told if not public
    ]


def test_public_and_hidden_checks_are_told_apart(look):
    headings = look(result()).ask(HEADINGS)
    names = [text for level, text in headings if level == 2]
    assert names[-2:] == ["Public checks", "Hidden checks"]


def test_the_summary_counts_each_function(look):
    def of_function(name: str, *outcomes: str) -> list[CheckResult]:
        return [replace(check(outcome), functions=(name,)) for outcome in outcomes]

    checks = [*of_function("double", "passed", "failed", "skipped", "crashed"), *of_function("half", "passed"),
              *of_function("third", "broken")]  # fmt: skip
    page = look(of(*checks))
    assert page.ask(ROWS % ".summary") == [["function", "score", "passed", "missed", "skipped"], ["double", "1 / 4", "1", "2", "1"],
                    ["half", "1 / 1", "1", "0", "0"], ["third", "? / 1", "0", "1", "0"]]  # fmt: skip


def test_every_head_of_a_table_says_what_it_heads(look):
    page = look(everything())
    assert page.ask("document.querySelectorAll('table th').length") > 20
    assert page.ask("[...document.querySelectorAll('table th:not([scope])')].map(th => th.outerHTML)") == []
    assert page.ask("[...document.querySelectorAll('.tensor')].filter(t => !t.caption.innerText.trim()).length") == 0


def test_links_lead_to_the_checks_that_did_not_pass_and_to_no_other(look):
    page = look(result())
    targets = page.ask("[...document.links].map(a => [a.innerText, document.querySelector(a.hash).innerText])")
    assert len(targets) == sum(check.outcome not in ("passed", "skipped") for check in result().checks)
    assert all(target.endswith(link) and not target.startswith(("pass", "skip")) for link, target in targets)
    page.page.get_by_role("link").last.click()
    assert page.ask("document.querySelector(location.hash).getBoundingClientRect().top < innerHeight") is True


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_background(scheme, look):
    page = look(everything(), scheme=scheme)
    contrasts = page.ask(CONTRASTS)
    names = {name for name, _ in contrasts}
    assert {"pass", "FAIL", "CRASH", "TIME", "BANNED", "skip", "BROKEN", "pre", "td", "th", "td.bad", "mark.got",
            "mark.wanted", "text", "small", "span.points", "p.total"} <= names  # fmt: skip
    assert [(name, round(contrast, 2)) for name, contrast in contrasts if contrast < 4.5] == []


def test_light_and_dark_are_two(look):
    light, dark = (look(result(), scheme=scheme).ask("getComputedStyle(document.body).backgroundColor") for scheme in
                   ("light", "dark"))  # fmt: skip
    assert light != dark


# What differs


@pytest.mark.parametrize(
    "right, places, rows",
    [(torch.tensor([1.0, 2.0, 3.0]), [1], [[False, True, False]]),
     (matrix(2, 3), [0, 5], [[True, False, False], [False, False, True]]),
     (matrix(4, 2).reshape(2, 2, 2), [3], [[False, False], [False, True], [False, False], [False, False]])],
)  # fmt: skip
def test_the_wrong_cells_are_marked_in_got_and_wanted_and_no_others(right, places, rows, look):
    got, wanted = look(of(wrong(close, spoilt(right, *places), right))).ask(TABLES)
    assert got["marked"] == wanted["marked"] == rows
    assert str(got["rows"]).count("(wrong)") == str(wanted["rows"]).count("(not what came back)") == len(places)


def test_a_table_has_the_indices_at_its_sides(look):
    right = matrix(6, 2).reshape(2, 3, 2)
    got, _ = look(of(wrong(close, spoilt(right, 0), right))).ask(TABLES)
    assert got["heads"] == ["0", "1"]
    assert [row[0] for row in got["rows"]] == ["0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"]


def test_numbers_that_differ_late_are_written_out_until_they_differ(look):
    right = torch.tensor([1.0, 2.0], dtype=torch.float64)
    got, wanted = look(of(wrong(close, right + torch.tensor([1e-7, 0.0]), right))).ask(TABLES)
    assert got["rows"][0] == ["1.0000001 (wrong)", "2"] and wanted["rows"][0][0].startswith("1 ")


def test_without_a_list_of_errors_whatever_differs_is_marked(look):
    old = wrong(close, spoilt(matrix(2, 2), 2), matrix(2, 2))
    old = replace(old, details={key: value for key, value in old.details.items() if key in ("got", "wanted")})
    got, wanted = look(of(old)).ask(TABLES)
    assert got["marked"] == wanted["marked"] == [[False, False], [True, False]]


@pytest.mark.parametrize(
    "compare, got, wanted, marks",
    [(equal, (3, 31, 32), (3, 32, 32), [["got", "31"], ["wanted", "32"]]),
     (equal, "valid", "same", [["got", "valid"], ["wanted", "same"]]),
     (close, torch.tensor(1.5), torch.tensor(3.0), [["got", "1.5"], ["wanted", "3"]]),
     (close, torch.ones(3), torch.ones(3, 1), [["got", "(3,)"], ["wanted", "(3, 1)"]]),
     (close, torch.ones(90), torch.ones(9, 10), [["got", "(90,)"], ["wanted", "(9, 10)"]])],
)  # fmt: skip
def test_what_differs_is_marked(compare, got, wanted, marks, look):
    assert look(of(wrong(compare, got, wanted))).ask(MARKS) == marks


def test_a_mark_is_more_than_a_colour(look):
    page = look(of(wrong(close, torch.tensor(1.5), torch.tensor(3.0))))
    styles = page.ask("[...document.querySelectorAll('mark')].map(m => getComputedStyle(m)).map(s => [s.fontWeight, "
                      "s.textDecorationLine, s.textDecorationStyle])")  # fmt: skip
    assert styles == [["700", "underline", "wavy"], ["700", "underline", "solid"]]


def test_shapes_differ_in_words(look):
    shown = of(wrong(close, torch.ones(3), torch.ones(3, 1)))
    assert "the shape is (3,), and (3, 1) was wanted: axis 1, of size 1, is missing" in look(shown).text
    assert "모양이 (3,)인데 (3, 1)이어야 합니다: 크기가 1인 축 1이(가) 없습니다" in look(shown, "ko").text


def test_a_wide_table_scrolls_in_its_box_by_keyboard_too(look):
    page = look(of(wrong(close, spoilt(matrix(2, 10), 3), matrix(2, 10))), width=360)
    box = page.page.get_by_role("group", name="got float32, shape (2, 10)")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth && box.clientWidth < 360")
    box.focus()
    page.page.keyboard.press("End")
    page.page.keyboard.press("ArrowRight")
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect(box).not_to_have_js_property("scrollLeft", 0)


def test_a_narrow_table_is_no_stop_on_the_way(look):
    page = look(of(wrong(close, spoilt(matrix(2, 2), 3), matrix(2, 2))))
    assert page.ask("document.querySelectorAll('[tabindex]').length") == 0


def test_a_large_tensor_shows_its_worst_entries_and_a_heat_map(look):
    right = torch.zeros(40, 30)
    page = look(of(wrong(close, spoilt(right, 31, 700), right)))
    assert page.ask(ROWS % ".tensor") == [["place", "got", "wanted"], ["23, 10", "710", "0"], ["1, 1", "41", "0"]]
    assert page.ask("document.querySelectorAll('.side').length") == 0
    picture = page.page.get_by_role("img", name="Where it is wrong, and how far off: 2 of 1200 values.")
    assert picture.count() == 1 and picture.is_visible()


def test_a_picture_has_a_text_in_the_language_that_is_shown(look):
    page = look(of(wrong(close, spoilt(matrix(2, 2), 3), matrix(2, 2), picture=CURVE)), "ko")
    names = page.ask("[...document.querySelectorAll('svg[role=img]')].map(s => document.getElementById("
                     "s.getAttribute('aria-labelledby')).innerText)")  # fmt: skip
    assert len(names) == 2 and all(re.search("[가-힣]", name) for name in names)
    assert page.page.get_by_role("img", name="손실입니다").count() == 1
    assert not set(page.ask("[...document.querySelectorAll('svg text')].filter(t => t.checkVisibility()).map(t => "
                            "t.textContent)")) & {"got", "wanted", "step", "right"}  # fmt: skip


@pytest.mark.parametrize("picture, name", [(CURVE, "The loss over 3 steps."), (PATH, "The path of 2 steps")])
def test_a_passed_check_shows_its_picture_which_can_be_folded(picture, name, look):
    page = look(of(replace(check("passed"), details={"picture": picture})))
    assert page.page.get_by_role("img", name=name).is_visible()
    page.page.get_by_text("Picture", exact=True).click()
    assert page.page.get_by_role("img", name=name).count() == 0


def test_a_failed_public_check_shows_what_was_called_got_and_wanted(look):
    text = look(of(check("failed", "PLANTED"))).text
    told = {"called": "PLANTED(PLANTED)", "got": "PLANTED", "wanted": "PLANTED", "printed": "PLANTED"}
    for label, shown in told.items():
        assert re.search(rf"{label}\s+{re.escape(shown)}", text)
    assert "PLANTED in English" in text and "A hint." in text and "0/1" in text


def test_calls_inside_of_the_file_are_listed_and_a_known_mistake_is_named(look):
    text = look(everything()).text
    assert re.search(r"where\s+(1\.\s*)?line 3 outer\s+W{150}\s+(2\.\s*)?code cell 2, line 7 inner\s+x / s", text)
    assert "likely cause: You added." in text


def test_a_check_that_crashed_shows_what_was_called(real, look):
    crashed = next(check for check in real.checks if check.outcome == "crashed" and check.public)
    text = look(replace(real, message=None, checks=(crashed,))).text
    assert re.search(r"called\s+binary_cross_entropy_gradient\(torch.tensor", text)


def test_a_hidden_check_shows_its_message_and_hint_only(look):
    details = wrong(close, torch.tensor([31.25]), torch.tensor([52.75]), output="PLANTED", picture=CURVE).details
    hidden = replace(check("failed", "PLANTED", public=False), details=details, functions=("f",))
    text = look(replace(of(hidden), submission="mine.py")).text
    assert text.count("PLANTED") == 1 and "PLANTED in English" in text
    assert "A hint." in text and "A hidden check: its inputs and values are not shown." in text
    page = html(of(hidden), "en")
    assert not re.search("31.25|52.75|<svg|<mark", page)


@pytest.mark.parametrize(
    "details",
    [{}, {"call": "f()"}, {"got": {"kind": "tensor", "text": "t"}}, {"got": None, "wanted": {"text": "t"}},
     {"got": {"kind": "tensor", "text": "t", "shape": [2], "values": [[1, 2]]}, "wanted": {"kind": "tensor"}},
     {"worst": [{"place": [1], "got": "1"}], "error": []}, {"picture": {"kind": "curve"}},
     {"picture": {"kind": "cake"}}, {"lines": [[3, "f"], [5, "g", 2]]},
     {"lines": None, "output": None, "picture": None, "worst": None, "error": None}],
    ids=str,
)  # fmt: skip
def test_a_record_of_an_earlier_version_is_shown_as_far_as_it_goes(details):
    assert "</html>" in html(of(replace(check("failed"), details=details)), "en")


# Paper


def test_on_paper_the_page_is_light_without_a_switch_and_with_all_that_was_folded(look):
    page = look(everything(), "ko", width=700, scheme="dark")
    page.page.locator("summary").click()
    assert not page.ask("document.querySelector('details figure').checkVisibility()")
    page.page.emulate_media(media="print", color_scheme="dark")
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.ask("getComputedStyle(document.body).color") == "rgb(27, 31, 36)"
    assert not page.page.locator("fieldset").is_visible() and not page.page.locator("nav").is_visible()
    assert page.ask("document.querySelector('details figure').checkVisibility()")
    assert page.ask("document.querySelector('details figure').getBoundingClientRect().height") > 100
    assert "공개 검사" in page.text and "Public checks" not in page.text
    assert page.ask("document.documentElement.scrollWidth") <= 700
    boxes = page.ask("[...document.querySelectorAll('.scroll')].map(box => getComputedStyle(box).overflowX)")
    assert set(boxes) == {"visible"}


def test_what_the_switch_shows_is_what_is_printed(look):
    page = look(everything(), "en")
    page.page.get_by_text("한국어", exact=True).click()
    page.page.emulate_media(media="print")
    assert "공개 검사" in page.text and "Public checks" not in page.text
    assert page.page.pdf(format="A4").startswith(b"%PDF")


# The rest of the page


def test_what_was_not_run_is_said(look):
    text = look(result()).text
    assert "3 more points are decided by hidden checks" in text
    assert "no GPU here: the GPU part was not run" in text
    assert "sandbox level C" in text


def test_a_broken_result_has_no_score_and_blames_nobody(look):
    text = look(replace(result(), score=None, status="broken")).text
    assert re.search(r"\?\s*/ 7 points", text)
    assert "the grader failed here, not your code" in text


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_stands_alone(language):
    page = html(everything(), language)
    assert not re.search(r"https?:|//|@import|url\(", page)
    links = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert {link for link in links if not link.startswith("#check-")} == {"data:,"}


def test_curves_paths_and_heat_maps_come_from_a_run_and_hidden_checks_get_none(course, look):
    picture = """
    import torch
    from grader.checks import close, points

    @points(1)
    def test_train(student, device, draw):
        \"\"\"{title}\"\"\"
        draw.curve(student.double(torch.tensor([1.0, 0.5])), torch.tensor([2.0, 1.0]))
        draw.path(student.double(torch.eye(2)), 2 * torch.eye(2), torch.eye(2), torch.zeros(2)) if {path} else None
        close(student.double(torch.ones(20, 20)), 2 * torch.ones(20, 20))
    """
    both = picture.format(title="It trains.", path=True) + picture.format(title="It walks.", path=False).replace(
        "test_train", "test_walk"
    )
    hidden = picture.format(title="Unseen.", path=True)
    course.public(both).hidden(hidden, reference="def double(x):\n    return 2 * x\n")
    right, off = course.grade("def double(x):\n    return 2 * x\n", "def double(x):\n    return x * 2.5\n")
    page = look(off)
    assert page.happened == []
    assert page.ask("[...document.querySelectorAll('svg[role=img]')].map(svg => svg.getAttribute('class'))") == [
        "plot", "heat", "plot", "heat"
    ]  # fmt: skip
    assert page.ask("document.querySelectorAll('.contours').length") == 1
    assert look(right).ask("document.querySelectorAll('details svg.plot').length") == 2
