"""A roster as registries, spreadsheets and LMSs write it, what is wrong with one, and who of it handed something in."""

import os

import pytest

from grader import roster
from grader.attendance import match
from grader.errors import BrokenRoster, GraderError
from grader.layouts.records import Student, of_a_word
from grader.roster import Enrolled

from .waiting import no_waiting  # noqa: F401, a fixture of every test here

KOREAN = "학번,이름,이메일\n2024001,김하늘,sky@example.org\n2024002,이도윤,\n"
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Exercise 03 (98765)
    Points Possible,,,,,10
"Ahn, Alice",12345,u123,alice@example.org,001,5.50
"Baker, Bob",12346,u124,bob,001,
"""


@pytest.fixture
def read(tmp_path):
    def reading(content):
        place = tmp_path / "roster.csv"
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return roster.read(place)

    return reading


@pytest.fixture
def wrong(read):
    """What is said of a roster that cannot be used."""

    def say(content):
        with pytest.raises(BrokenRoster) as caught:
            read(content)
        said = caught.value.text
        assert "roster.csv" in said.en and "roster.csv" in said.ko and said.en != said.ko
        return said.en.partition("roster.csv ")[2]

    return say


def known(students):
    return [(one.name, *one.ids, one.email, one.login) for one in students]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_roster_as_systems_write_it(read, encoding, separator, end):
    students = read(KOREAN.replace(",", separator).replace("\n", end).encode(encoding))
    assert known(students) == [("김하늘", "2024001", "sky@example.org", ""), ("이도윤", "2024002", "", "")]
    assert [one.line for one in students] == [2, 3]


def test_canvass_gradebook_is_a_roster(read):
    assert known(read(CANVAS)) == [("Ahn, Alice", "12345", "u123", "", "alice@example.org"), ("Baker, Bob", "12346", "u124", "", "bob")]


@pytest.mark.parametrize("headings, row, student", [
    ("First name,Last name,ID number,Email address", "Haneul,Kim,7,a@b.org", ("Haneul Kim", "7", "a@b.org", "")),
    ("성,이름,학번", "김,하늘,7", ("김하늘", "7", "", "")), ("Student_ID;NAME;Login", "7;Kim;kim7", ("Kim", "7", "", "kim7")),
    ("Section,성명,아이디", "1,김하늘,sky", ("김하늘", "", "sky")), ("E-mail", "a@b.org", ("", "a@b.org", "")),
    ("name,id", '"Kim, ""Sky""",7', ('Kim, "Sky"', "7", "", "")), ("name,id", '"Kim\nHaneul",7', ("Kim\\nHaneul", "7", "", "")),
    (" Name , ID ", "  Kim , 7 ,more", ("Kim", "7", "", "")), ("name,id", "Kim", ("Kim", "", "")),
])  # fmt: skip
def test_headings_say_what_a_column_is(read, headings, row, student):
    assert known(read(f"\n{headings}\n\n,,\n{row}\n\n")) == [student]


@pytest.mark.parametrize("row, student", [
    ("2024001", ("", "2024001", "", "")), ("김하늘", ("김하늘", "", "")), ("kim7,Kim Haneul,a@b.org", ("Kim Haneul", "kim7", "a@b.org", "")),
    ("김하늘;2024001", ("김하늘", "2024001", "", "")), ("Ahn, Alice;7", ("Ahn, Alice", "7", "", "")), ("a@b.org", ("", "a@b.org", "")),
])  # fmt: skip
def test_a_roster_without_headings(read, row, student):
    (one,) = read(row)
    assert known([one]) == [student] and one.line == 1 and one.label


@pytest.mark.parametrize("content, said", [
    ("", "names no student; write a line for each: name, id, email"), ("\n ,, \n\n", "names no student"), ("name,id\n", "names no student"),
    ("\ufeff", "names no student"), (b"PK\3\4xlsx", "is a spreadsheet; save it as CSV"), (b"a\0b", "is no text"), (b"\xff\xff\xff", "is no text"),
    (b"\xff\xfea", "is no text"), ("#" * (roster.MAX_ROSTER + 1), "is larger than 4 MiB"),
    ('name,id\nkim,1\n"lee,2\npark,3\n', "has a quotation mark in line 3 that is not closed"), ('name\n"kim"x\n', "has a quotation mark in line 2"),
    ("name,id,section\nkim,1,A\n,,B\n", "has neither a name nor an id in line 3"),
    ("name,id\nkim,7\nlee,8\n\nkim2,7\n", "has 7 in line 2 and in line 5; leave one of them, or tell them apart"),
    ("name,email\nkim,A@b.org\nlee,a@B.org\n", "has a@B.org in line 2 and in line 3"), ("name\nkim\nKim\n", "has Kim in line 2 and in line 3"),
    ("x" * 200_000, "has a quotation mark in line 1"), ("2024001\n2024001\n", "has 2024001 in line 1 and in line 2"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(wrong, content, said):
    assert wrong(content).startswith(said)


def test_two_students_of_one_name_have_two_ids(read):
    assert len(read("name,id\nKim,1\nKim,2\n")) == 2


def test_a_roster_that_is_none_is_the_callers_to_name(tmp_path):
    for place, said in ((tmp_path / "none.csv", "is not there"), (tmp_path, "is no file"), (tmp_path / "a\0", "is not there")):
        with pytest.raises(BrokenRoster, match=said):
            roster.read(place)
    assert issubclass(BrokenRoster, GraderError) and BrokenRoster.exit_code == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "roster.csv")
    with pytest.raises(BrokenRoster, match="is no file"):
        roster.read(tmp_path / "roster.csv")


def test_a_rosters_words_are_inert(read, wrong):
    assert known(read("name,id\n\x1b[31mKim\u202e,7\n")) == [(r"\x1b[31mKim\u202e", "7", "", "")]
    assert r"\x1b" in wrong("name,id\na,\x1b\nb,\x1b\n") and len(read("x" * 100_000)[0].name) < 300


ROSTER = (
    Enrolled(2, "Ahn, Alice", ("12345", "u123"), "alice@example.org", "alice"), Enrolled(3, "Bob Baker", ("12346",)),
    Enrolled(4, "김하늘", ("2024001",)), Enrolled(5, "Kim, Minsu", ("1",)), Enrolled(6, "Minsu Kim", ("2",)), Enrolled(7, "이도윤"),
)  # fmt: skip


@pytest.mark.parametrize("student, line", [
    (Student("ahn (12345)", "ahn", "12345"), 2), (Student("x", id="U123"), 2), (Student("x", email="ALICE@example.org"), 2),
    (of_a_word("alice"), 2), (of_a_word("alice@example.org"), 2), (Student("ahnalice (9)", "ahnalice", "9"), 2), (of_a_word("Alice Ahn"), 2),
    (Student("bakerbob (9)", "bakerbob", "9"), 3), (of_a_word("12346"), 3), (of_a_word("김하늘"), 4),
    (Student("Wrong Name", "Bob Baker", "2024001"), 4), (of_a_word("Minsu Kim"), None), (Student("kimminsu (1)", "kimminsu", "1"), 5),
    (of_a_word("이 도윤"), 7), (of_a_word("stranger"), None), (Student("anon_4xRtV"), None), (of_a_word("..."), None),
])  # fmt: skip
def test_a_student_is_found_on_the_roster(student, line):
    attendance = match([student], ROSTER)
    assert [one.line for _, one in attendance.present] == ([line] if line else [])
    assert attendance.strangers == (() if line else (student,))
    assert [one.line for one in attendance.absent] == [one.line for one in ROSTER if one.line != line]


def test_who_is_missing_is_called_by_what_is_known():
    attendance = match([], (*ROSTER, Enrolled(8, "", ("7",)), Enrolled(9, "", (), "a@b.org")))
    assert [one.label for one in attendance.absent][-3:] == ["이도윤", "7", "a@b.org"]


def test_two_who_hand_in_under_one_name_are_not_one_on_the_roster():
    students = [Student("이도윤 (111)", "이도윤"), Student("이도윤 (222)", "이도윤")]
    assert match(students, ROSTER).strangers == tuple(students)


def test_a_student_with_two_folders_is_present_once():
    attendance = match([of_a_word("alice"), of_a_word("12345")], ROSTER)
    assert [one.line for _, one in attendance.present] == [2, 2] and len(attendance.absent) == len(ROSTER) - 1
