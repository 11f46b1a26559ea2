"""grades.csv, read back as an LMS and a spreadsheet read it: what a stranger wrote is text there and nothing else."""

from __future__ import annotations

import csv
import io
import re

import pytest

from grader.export.gradebook_csv import COLUMNS, content, rows
from grader.records import Override, Text, inert

from .classes import gradebook, large, mark

SET = Override(9.25, "a reason", "2026-11-22T13:05:59+00:00")
ODD_NAMES = [
    "kim", "김서연", "Baker, Jr.", 'Ann "Q" Lee', "two\nlines", "semi;colon", "O'Brien", " spaced ", "", "이🙂", "a" * 300,
    "tab\tin it", "\x1b[31mred\u202e\0", "\udcff", "0012", "1e5", "TRUE",
]  # fmt: skip
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "  =1+1", "\u00a0=1", "\u3000＝1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "﹦1",
    '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "\t=1", "\n=1", "\r=1", "\tx", "-", "=", "x;=1+1", "x;  =1", "x\t=1",
    "x\n=1", 'x";=1', "x;;=1", "\u200b=1", "\ufeff=1",
]  # fmt: skip


@pytest.fixture
def saved(tmp_path):
    """Write a gradebook and return the file's bytes."""

    def save(*marks, **more) -> bytes:
        (tmp_path / "grades.csv").write_bytes(content(gradebook(*marks, **more)))
        return (tmp_path / "grades.csv").read_bytes()

    return save


def read(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_the_file_is_what_excel_and_an_lms_expect(saved):
    assert saved(mark()) == (
        b"\xef\xbb\xbfstudent,exercise,score,max_score,status,late,sandbox,file\r\n"
        b"kim,exercise01,7.5,10,graded,no,A,kim/exercise01.py\r\n"
    )


def test_an_lms_finds_the_columns_by_their_names(saved):
    text = saved(mark("김, 서연", late=True, file='a "b".py')).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row == {"student": "김, 서연", "exercise": "exercise01", "score": "7.5", "max_score": "10", "status": "graded",
                   "late": "yes", "sandbox": "A", "file": 'a "b".py'}  # fmt: skip


@pytest.mark.parametrize(
    "score, shown", [(7.5, "7.5"), (10.0, "10"), (0.0, "0"), (1 / 3, "0.3333"), (0.1 + 0.2, "0.3"), (9.99999, "10"), (1e-9, "0")]
)
def test_numbers_are_short_decimals(score, shown):
    assert rows(gradebook(mark(score=score)))[0][2] == shown


def test_what_the_instructor_set_is_the_score_and_the_status_stays():
    first, second, third = rows(gradebook(
        mark("a", score=3.0, override=SET), mark("b", score=None, override=SET),
        mark("c", score=0.0, status="unreadable", message=Text(en="no", ko="아니요"), override=SET),
    ))  # fmt: skip
    assert [row[2] for row in (first, second, third)] == ["9.25"] * 3
    assert [row[4] for row in (first, second, third)] == ["graded", "broken", "unreadable"]


def test_what_is_broken_has_no_score():
    ((_, _, score, _, status, *_),) = rows(gradebook(mark(score=None)))
    assert (score, status) == ("", "broken")


def test_who_handed_in_nothing_has_one_row_and_no_score():
    found = rows(gradebook(mark("kim"), absent=("한지민", "=1")))
    assert found[1:] == [("한지민", "", "", "", "absent", "", "", ""), ("'=1", "", "", "", "absent", "", "", "")]


def test_without_marks_there_are_the_columns_alone(saved):
    assert read(saved()) == [list(COLUMNS)]


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_a_name_comes_back_as_it_was_but_for_what_acts(name, saved):
    _, row = read(saved(mark(name, file=name)))
    assert row[0] == row[7] == inert(name)


@pytest.mark.parametrize("name", FORMULAS, ids=ascii)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_begins_as_a_formula_however_the_file_is_split(name, delimiter, saved):
    content = saved(mark("kim", file=name), mark(name), absent=(name,))
    cells = [cell for row in read(content, delimiter) for cell in row]
    assert len(cells) >= 4
    assert [cell for cell in cells if re.match(r"\s*[=+\-@＝＋－＠﹦]", cell) or cell.startswith(("\t", "\n", "\r"))] == []


@pytest.mark.parametrize("name, shown", [("=1", "'=1"), ("  @x", "'  @x"), ("＝1", "'＝1"), ("x;=1", "x;'=1"), ("a=1", "a=1"),
                                         ("kim-lee", "kim-lee"), ("a; b", "a; b"), ("\t=1", "'\t'=1"), ("'=1", "'=1")])  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(name, shown):
    assert rows(gradebook(mark(name)))[0][0] == shown


def test_no_character_of_the_file_acts(saved):
    text = saved(mark("".join(map(chr, range(0x2100))))).decode("utf-8-sig")
    assert set(re.findall("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]", text)) == set()
    assert "\r" not in text.replace("\r\n", "")


def test_a_file_that_is_there_is_replaced(saved):
    saved(mark("kim"), mark("lee"))
    assert len(read(saved(mark("kim")))) == 2


def test_a_class_of_a_thousand_has_a_row_for_each_submission(tmp_path):
    book = large(1000)
    (tmp_path / "grades.csv").write_bytes(content(book))
    found = read((tmp_path / "grades.csv").read_bytes())
    assert len(found) == 1 + len(book.marks) + 2 and {len(row) for row in found} == {8}
