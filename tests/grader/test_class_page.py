"""The page of a class, looked at in a browser: everybody is in it, what needs a look is said, and nothing happens."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import replace
from urllib.parse import unquote

import pytest

from grader.class_page import html
from grader.records import CheckShare, Gradebook, Override, Text

from .classes import gradebook, large, mark, share
from .looking import ARGUMENTS, Look
from .test_report import ACTS, HEADINGS, HOSTILE

SET = Override(9.25, "The text was wrong.", "2026-11-22T13:05:59+00:00")
NO = Text(en="is empty", ko="비어 있습니다")

TABLE = """[...document.querySelectorAll('#students tr')].filter(row => row.checkVisibility()).map(
    row => [...row.cells].map(cell => cell.innerText.replace(/\\s+/g, ' ').trim()))"""
SHARES = """[...document.querySelectorAll('.shares tbody tr')].map(
    row => [...row.cells].map(cell => cell.innerText.replace(/\\s+/g, ' ').trim()))"""
UNFOLD = "document.querySelectorAll('details').forEach(details => { details.open = true; })"


def everything() -> Gradebook:
    """Return a class in which there is one of each thing to look at."""
    return gradebook(
        mark("Ada", score=10.0), mark("Ada", "exercise02", 4.6), mark("김서연", late=True, score=3.0),
        mark("김서연", "exercise02", 6.5, override=SET), mark("lee", score=None, message=Text(en="no worker", ko="작업자 없음")),
        mark("lee", "exercise02", 0.0, status="unreadable", message=NO), mark("Zoe", sandbox="C", seconds=3725.0),
        mark("park", note=Text(en="the newest of 3", ko="셋 중 나중 것")),
        absent=("한지민", "Chen"), strangers=("Zoe",),
        unrecognised=(("homework.py", Text(en="names no exercise", ko="과제를 알 수 없습니다")),),
    )  # fmt: skip


def hostile() -> Gradebook:
    """Return a class of people who wrote the worst wherever they could."""
    said = Text(en=f"{HOSTILE} en", ko=f"{HOSTILE} ko")
    title = CheckShare("test_a", said, (HOSTILE,), True, 1, 2)
    kinds = [
        mark(HOSTILE, file=HOSTILE, note=said, late=True, report=f"students/{HOSTILE}.html"),
        mark(f"2{HOSTILE}", score=None, message=said, file=HOSTILE), mark(f"4{HOSTILE}", score=4.9, sandbox="C"),
        mark(f"3{HOSTILE}", score=0.0, status="unreadable", message=said, override=replace(SET, reason=HOSTILE)),
    ]  # fmt: skip
    book = gradebook(*kinds, absent=(f"5{HOSTILE}",), strangers=(HOSTILE,), unrecognised=((HOSTILE, said),))
    return replace(book, exercises=(replace(book.exercises[0], title=said, checks=(title,)),))


@pytest.fixture(scope="module")
def unscripted_tab(browser):
    """A tab in which scripts do not run."""
    return browser.new_context(java_script_enabled=False).new_page()


@pytest.fixture
def look(tab, unscripted_tab, tmp_path):
    """Open a class's page as a browser of this width, in light or dark, with scripts or without."""
    looks = []

    def open_page(book: Gradebook, language="en", width=1200, scheme="light", scripts=True) -> Look:
        path = tmp_path / "index.html"
        path.write_text(html(book, language), encoding="utf-8")
        looks.append(Look(tab if scripts else unscripted_tab, path, width, scheme))
        looks[-1].page.set_default_timeout(10_000)
        return looks[-1]

    yield open_page
    for each in looks:
        each.close()


def table(page: Look) -> list[list[str]]:
    return page.ask(TABLE)


def names(page: Look) -> list[str]:
    return [row[0] for row in table(page)[1:]]


def choose(page: Look, name: str) -> None:
    """Choose who is shown: by a click on the label of the choice that has this name for a screen reader."""
    choice = page.page.get_by_role("radio", name=name, exact=True).get_attribute("id")
    page.page.locator(f"label[for={choice}]").click()


def matter(page: Look, kind: str) -> str:
    """Return what is said of a kind of thing that needs a look, unfolded."""
    found = page.page.locator(f"details.matter.{kind}")
    found.evaluate("details => { details.open = true; }")
    return re.sub(r"\s+", " ", found.inner_text())


# The table


def test_everybody_has_a_row_and_each_score_its_place(look):
    assert table(look(everything())) == [
        ["student", "exercise01", "exercise02", "total of 20"],
        ["Ada", "10", "4.6 borderline", "14.6"],
        ["Chen", "-", "-", "-"],
        ["lee", "? broken", "0 unreadable", "0 + ?"],
        ["park", "7.5", "-", "7.5"],
        ["Zoe", "7.5", "-", "7.5"],
        ["김서연", "3 late", "6.5 9.25 set by hand", "12.25"],
        ["한지민", "-", "-", "-"],
    ]


def test_the_automatic_score_is_struck_out_beside_the_one_that_was_set(look):
    page = look(everything())
    assert page.ask("[...document.querySelectorAll('#students s')].map(s => s.innerText)") == ["6.5"]
    cell = "document.querySelector('#students s').closest('td')"
    assert page.ask(f"[{cell}.querySelector('a').innerText, {cell}.dataset.n]") == ["9.25", "9.25"]


def test_every_score_leads_to_its_report_and_to_a_file_of_that_name(look, tmp_path):
    odd = "김 서연 #1 100%? a&b+c;=é"
    book = gradebook(mark("kim"), mark(odd), mark("lee", score=None))
    for each in book.marks:
        place = tmp_path / each.report
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"<title>{each.file}</title>", encoding="utf-8") if os.name != "nt" or each.student != odd else None
    page = look(book)
    links = page.ask("[...document.querySelectorAll('#students a')].map(a => a.getAttribute('href'))")
    assert sorted(map(unquote, links)) == sorted(each.report for each in book.marks)
    assert not any(re.match(r"/|\.\.|[a-z]+:", link) for link in links)
    page.page.locator("#students a").nth(2).click()
    assert page.ask("document.title") == f"{odd}/exercise01.py"


def test_a_click_on_a_head_sorts_and_another_one_turns_it_round(look):
    page = look(everything())
    page.page.get_by_role("button", name="exercise01").click()
    assert names(page) == ["김서연", "park", "Zoe", "Ada", "Chen", "lee", "한지민"]
    assert page.ask("[...document.querySelectorAll('[aria-sort]')].map(th => [th.innerText, th.ariaSort])") == [
        ["exercise01", "ascending"]
    ]
    page.page.get_by_role("button", name="exercise01").click()
    assert names(page) == ["Ada", "park", "Zoe", "김서연", "Chen", "lee", "한지민"]
    page.page.get_by_role("button", name="total").click()
    assert names(page) == ["lee", "park", "Zoe", "김서연", "Ada", "Chen", "한지민"]
    page.page.get_by_role("button", name="student").click()
    assert names(page) == ["Ada", "Chen", "lee", "park", "Zoe", "김서연", "한지민"]
    assert page.happened == []


def test_numbers_are_sorted_as_numbers(look):
    page = look(gradebook(mark("a", score=10.0), mark("b", score=9.5), mark("c", score=2.25), mark("d", score=0.0)))
    page.page.get_by_role("button", name="exercise01").click()
    assert names(page) == ["d", "c", "b", "a"]


TYPED = {"a": ["Ada", "park"], "ADA": ["Ada"], "서연": ["김서연"], unicodedata.normalize("NFD", "서연"): ["김서연"], "nobody": []}


def test_a_name_that_is_typed_filters_however_it_is_composed(look):
    page = look(everything())
    for typed, shown in TYPED.items():
        page.page.get_by_label("name").fill(typed)
        assert names(page) == shown
        assert page.page.get_by_role("status").inner_text() == f"shown {len(shown)}"


KINDS = {"broken 1": ["lee"], "unreadable 1": ["lee"], "borderline 1": ["Ada"], "late 1": ["김서연"], "set by hand 1": ["김서연"],
         "something missing 4": ["Chen", "park", "Zoe", "한지민"]}  # fmt: skip


def test_a_kind_filters_and_names_how_many_there_are(look):
    page = look(everything())
    for name, shown in KINDS.items():
        choose(page, name)
        assert names(page) == shown
        choose(page, "everybody 7")
        assert len(names(page)) == 7


def test_name_and_kind_filter_together_and_what_is_filtered_can_be_sorted(look):
    page = look(everything())
    choose(page, "something missing 4")
    page.page.get_by_role("button", name="student").click()
    page.page.get_by_role("button", name="student").click()
    assert names(page) == ["한지민", "Zoe", "park", "Chen"]
    page.page.get_by_label("name").fill("p")
    assert names(page) == ["park"]


def test_kinds_that_there_are_none_of_are_not_offered(look):
    page = look(gradebook(mark()))
    assert page.ask("[...document.querySelectorAll('[name=kind]')].map(input => input.value)") == [""]


def test_the_head_of_the_table_and_the_names_stay_in_sight(look):
    page = look(large(40), width=390)
    box = page.page.get_by_role("region", name="Students")
    box.scroll_into_view_if_needed()
    box.evaluate("box => box.scrollTo(200, 600)")
    places = page.ask("""['thead th', 'tbody tr:last-child th'].map(what => {
        const [th, box] = [document.querySelector('#students ' + what), document.querySelector('.table')];
        return [th.getBoundingClientRect().left - box.getBoundingClientRect().left,
                document.querySelector('#students thead').getBoundingClientRect().top - box.getBoundingClientRect().top];
    })""")
    assert places == [[1, 1], [1, 1]]


# What needs a look


def test_what_is_broken_is_said_with_what_to_do(look):
    told = matter(look(everything()), "broken")
    assert "The grader failed 1 No score, and no student's fault. Run `grade batch` again: it grades only these again." in told
    assert "lee exercise01 · ? / 10 lee/exercise01.py no worker" in told


MATTERS = [
    ("unrecognised", "Files that were not recognised 1", "homework.py names no exercise"),
    ("unreadable", "Submissions that could not be read 1", "lee exercise02 · 0 / 10 lee/exercise02.py is empty"),
    ("unheld", "Graded at sandbox level C 1", "Zoe exercise01 · 7.5 / 10 Zoe/exercise01.py"),
    ("absent", "Students who handed in nothing 2", "한지민 Chen"),
    ("strangers", "Students who are not on the roster 1", "Zoe"),
    ("borderline", "Just below half marks 1", "Ada exercise02 · 4.6 / 10 Ada/exercise02.py"),
    ("late", "Late submissions 1", "김서연 exercise01 · 3 / 10 김서연/exercise01.py"),
    ("overridden", "Scores set by hand 1", "김서연 exercise02 · 6.5 9.25 / 10 김서연/exercise02.py The text was wrong."),
    ("notes", "Which attempt counted 1", "park exercise01 · 7.5 / 10 park/exercise01.py the newest of 3")
]  # fmt: skip


def test_each_thing_to_look_at_is_there(look):
    page = look(everything())
    for kind, title, told in MATTERS:
        shown = matter(page, kind)
        assert shown.startswith(title) and shown.strip().endswith(told)


def test_the_grave_ones_are_unfolded_and_the_others_can_be(look):
    page = look(everything())
    opened = page.ask("[...document.querySelectorAll('.matter')].map(matter => [matter.classList[1], matter.open])")
    assert [kind for kind, is_open in opened if is_open] == ["broken", "unrecognised", "unreadable"]
    page.page.get_by_text("Late submissions").click()
    assert page.page.get_by_text("The score is not lowered for it.").is_visible()


def test_without_a_roster_the_page_says_what_it_cannot_know(look):
    assert "No roster was given" in look(gradebook(mark())).text
    page = look(gradebook(mark(), absent=()))
    assert "No roster was given" not in page.text
    assert re.search(r"handed in nothing\s+0", page.text)


def test_a_class_without_trouble_is_told_so(look):
    assert "Nothing: all went well." in look(gradebook(mark(), absent=())).text


@pytest.mark.parametrize("language, said", [("en", "Nothing was handed in."), ("ko", "제출물이 없습니다.")])
def test_an_empty_class_has_a_page_too(language, said, look):
    page = look(gradebook(finished=""), language)
    assert said in page.text
    assert page.happened == [] and page.ask("document.querySelectorAll('#students, script').length") == 0


def test_the_run_is_told_in_numbers(look):
    told = re.sub(r"\s+", " ", look(everything()).page.locator(".facts").inner_text())
    assert told == (
        "students 7 submissions 8 handed in nothing 2 sandbox level A: 7, C: 1 computing time 1:02:22 "
        "finished (UTC) 2026-11-22 13:05"
    )


# Exercises


def test_each_exercise_has_its_distribution_with_words_for_it(look):
    page = look(everything())
    assert page.page.locator("svg[role=img]").count() == 2
    assert page.page.get_by_role("img", name="mean 7.00, median 7.5. Full marks: 1 of 4.").is_visible()
    assert re.search(r"submissions 5 · broken 1 · late 1\n", page.text)
    heights = page.ask("[...document.querySelector('svg').querySelectorAll('.bar')].map(bar => Number(bar.getAttribute('height')))")
    assert len(heights) == 3 and heights[1] == pytest.approx(2 * heights[0], abs=0.2)


def test_an_exercise_without_a_score_has_no_picture(look):
    page = look(gradebook(mark(score=None)))
    assert page.page.locator("svg").count() == 0 and "submissions 1 · broken 1" in page.text


def test_the_check_that_fewest_pass_comes_first(look):
    page = look(gradebook(mark()))
    assert page.ask(SHARES) == [] or not page.page.locator(".shares").is_visible()
    page.page.get_by_text("How many pass each check").click()
    assert [row[1] for row in page.ask(SHARES)] == ["25% 5/20", "50% 10/20", "75% 15/20", "100% 20/20"]
    assert page.ask(SHARES)[0][0] == "Property 3 of exercise01 holds. public"
    widths = page.ask("[...document.querySelectorAll('.share > span')].map(s => s.offsetWidth / s.parentNode.clientWidth)")
    assert widths == pytest.approx([0.25, 0.5, 0.75, 1], abs=0.02)


@pytest.mark.parametrize("passed, graded, shown", [(1, 1000, "1%"), (999, 1000, "99%"), (0, 0, "-")])
def test_not_quite_all_are_not_100_percent_nor_nearly_none_0(passed, graded, shown, look):
    some = replace(share("exercise01"), checks=(CheckShare("test_a", NO, ("f",), True, passed, graded),))
    page = look(replace(gradebook(mark()), exercises=(some,)))
    page.ask(UNFOLD)
    assert page.ask(SHARES)[0][1] == f"{shown} {passed}/{graded}"


# Strangers


def test_nothing_that_a_stranger_wrote_acts(look):
    page = look(hostile())
    page.ask(UNFOLD)
    page.page.get_by_role("button").first.click()
    page.page.locator("#name").fill("<script>")
    page.page.wait_for_load_state("networkidle")
    assert page.happened == []
    assert page.ask("document.querySelectorAll('img, iframe, object, embed, form, h1 ~ h1').length") == 0
    assert page.ask("[document.querySelectorAll('script, style').length, document.querySelectorAll('svg[role=img]').length]") == [2, 1]
    assert len(names(page)) == 5
    assert page.ask("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(a => a.startsWith('on'))") == []
    assert sorted(set(ACTS.findall(html(hostile(), "en")))) == []


def test_what_a_stranger_wrote_can_be_read_as_it_was_written(look):
    page = look(hostile())
    page.ask(UNFOLD)
    assert "<script>alert(1)</script><img src=x onerror=alert(2)></pre></style>" in page.text
    assert "{{ 7 * 7 }}{% for %}" in page.text and "&lt;&#60;" in page.text


def test_a_script_that_got_in_all_the_same_would_not_run(tab, tmp_path):
    bad = "<script>alert(1)</script><img src=x onerror='alert(2)'><svg onload='alert(3)'></svg>"
    path = tmp_path / "bad.html"
    path.write_text(html(everything(), "en").replace("</footer>", f"</footer>{bad}"), encoding="utf-8")
    page = Look(tab, path, 900, "light")
    page.page.wait_for_load_state("networkidle")
    page.page.get_by_label("name").fill("Ada")
    assert names(page) == ["Ada"], "the page's own script runs"
    page.close()
    told = [event for event in page.happened if not event.startswith("request file:")]
    assert len(told) >= 3 and all("Content Security Policy" in event for event in told)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_stands_alone(language):
    page = html(everything(), language)
    assert not re.search(r"https?:|@import|url\(|src=", page)
    links = set(re.findall(r'href="([^"]*)"', page))
    assert {link for link in links if not link.startswith("students/")} == {"data:,"}


# Every screen, with and without script


def test_the_page_reads_without_script(look):
    page = look(everything(), scripts=False)
    assert page.page.locator("#students tbody tr").count() == 7
    assert not page.page.locator("#controls").is_visible() and page.page.get_by_role("button").count() == 0
    page.page.locator("summary").last.click()
    assert page.page.locator(".shares").last.is_visible()
    page.page.get_by_text("한국어", exact=True).click()
    assert page.page.get_by_text("살펴볼 것", exact=True).is_visible()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_speaks_one_language_and_says_which(language, look):
    page = look(gradebook(mark("Ada", late=True), mark("lee", score=None), absent=("Chen",)), language)
    page.ask(UNFOLD)
    assert page.ask("document.documentElement.lang") == language
    assert bool(re.search("[가-힣]", page.text)) == (language == "ko")
    assert ("What needs a look" in page.text) == (language == "en")
    assert page.ask("document.title") == {"en": "The class", "ko": "반 전체 결과"}[language]


@pytest.mark.parametrize(
    "language, scheme, width", [("en", "light", 390), ("ko", "dark", 390), ("ko", "light", 1200), ("en", "dark", 1200)]
)
def test_axe_finds_nothing_serious_and_the_page_fits(language, scheme, width, look):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="it comes with pip install -e '.[test]'")
    page = look(everything(), language, width, scheme)
    page.ask(UNFOLD)
    assert page.ask("document.documentElement.scrollWidth") <= width
    assert page.happened == []
    found = axe.Axe().run(page.page)
    assert len(found.response["passes"]) > 20, "axe has looked at nothing"
    grave = [rule for rule in found.response["violations"] if rule["impact"] in ("serious", "critical")]
    assert [(rule["id"], rule["nodes"]) for rule in grave] == []


@pytest.mark.parametrize(
    "book, width", [(hostile(), 390), (hostile(), 1200), (large(30), 390), (gradebook(), 390)],
    ids=["hostile-390", "hostile-1200", "30-390", "none-390"],
)  # fmt: skip
def test_no_page_is_wider_than_its_window(book, width, look):
    page = look(book, "ko", width)
    page.ask(UNFOLD)
    assert page.ask("document.documentElement.scrollWidth") <= width
    outside = """[...document.querySelectorAll('main *')].filter(e => !e.closest('.table') && e.checkVisibility()
        && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)"""
    assert page.ask(outside) == []


def test_headings_are_in_order(look):
    headings = look(everything()).ask(HEADINGS)
    assert [level for level, _ in headings].count(1) == 1 and headings[0] == [1, "The class"]
    assert all(after <= before + 1 for (before, _), (after, _) in zip(headings, headings[1:], strict=False))


def test_a_screen_reader_finds_every_cell_of_a_long_table(browser, chromium, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(html(large(150), "en"), encoding="utf-8")
    reading = browser.browser_type.launch(executable_path=chromium, args=[*ARGUMENTS, "--force-renderer-accessibility"])
    page = Look(reading.new_page(), path, 1200, "light").page
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    reading.close()
    roles = [node["role"]["value"] for node in tree["nodes"]]
    assert (roles.count("columnheader"), roles.count("rowheader"), roles.count("cell")) == (8, 152, 152 * 7)


def test_on_paper_all_students_stand_there(look):
    page = look(large(150), scheme="dark")
    page.page.emulate_media(media="print", color_scheme="dark")
    assert not page.page.locator("#controls").is_visible()
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.ask("[...document.querySelectorAll('#students tbody tr')].every(row => row.checkVisibility())")
    assert page.ask("document.querySelector('.table').scrollHeight <= document.querySelector('.table').clientHeight + 2")


def test_a_class_of_a_thousand_is_all_there_and_can_be_sorted_and_filtered(look):
    page = look(large(1000))
    page.page.get_by_role("button", name="total").click()
    page.page.get_by_role("button", name="total").click()
    totals = page.ask("[...document.querySelectorAll('td.sum')].map(td => Number(td.dataset.n))")
    assert len(totals) == 1000 and totals == sorted(totals, reverse=True)
    page.page.get_by_label("name").fill("김 서연")
    assert len(names(page)) == 10
    assert page.happened == []
