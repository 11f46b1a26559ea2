"""A class as each system gives it, from the download to who is to be graded and who is missing."""

import hashlib
import os

import pytest

from grader import catalogue, classroom
from grader.collect import as_submission
from grader.errors import BrokenRoster, MissingFile

from .packing import zip_of
from .waiting import no_waiting  # noqa: F401, a fixture of every test here

EXERCISES = {"exercise01": "broadcasting", "exercise03": "binary_cross_entropy", "exercise04": "cross_entropy"}
ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section
    Points Possible,,,,
"Ahn, Alice",12345,2024001,alice@example.org,001
"Baker, Bob",12346,2024002,bob,001
김하늘,12347,2024003,sky,002
"Nobody, Nina",12348,2024004,nina,002
"""
JUNK = {"__MACOSX/._class": b"x", ".DS_Store": b"x"}


def answer(number):
    """What a student wrote, each another thing."""
    return f"def double(x):\n    return x * 2  # {number}\n".encode()


def notebook(number):
    return b'{"cells": [{"cell_type": "code", "source": "def double(x): return x * %d"}]}' % number


CANVAS = {
    "ahnalice_12345_60001_exercise03.py": answer(1),
    "ahnalice_12345_60002_Exercise 4.ipynb": notebook(2),
    "bakerbob_LATE_12346_60003_exercise03-1.py": answer(3),
    "bakerbob_LATE_12346_60000_exercise03.py": answer(4),
    "김하늘_12347_60005_과제.zip": zip_of({"과제/exercise03.py": answer(5), "과제/binary_cross_entropy.py": answer(6)}),
    "dropoutdan_99999_60006_ex3 (1).py": answer(7),
    "bakerbob_12346_60007_essay.docx": b"PK",
    "bakerbob_12346_60008_text.html": b"<p>",
}
MOODLE = {
    "Alice Ahn_111_assignsubmission_file_/exercise03.py": answer(1),
    "Bob Baker_112_assignsubmission_file_/exercise_03.py": answer(3),
    "Bob Baker_112_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
    "김하늘_113_assignsubmission_file_/exercise03 - 복사본.py": answer(5),
    "Dropout Dan_114_assignsubmission_file_/main.py": answer(7),
}
GRADESCOPE = {
    "submission_metadata.yml": b"""---
submission_501:
  :submitters:
  - :name: Alice Ahn
    :sid: '2024001'
    :email: alice@example.org
submission_502:
  :submitters:
  - :name: Bob Baker
    :sid: '2024002'
    :email: bob@example.org
  - :name: "\\xEA\\xB9\\x80"
    :sid: '2024003'
    :email:
""",
    "submission_501/exercise03.py": answer(1),
    "submission_502/exercise03.ipynb": notebook(3),
    "submission_502/data.csv": b"1,2",
}
NBGRADER = {
    "nbgrader_config.py": b"c = get_config()",
    "gradebook.db": b"SQLite",
    "source/exercise03/exercise03.ipynb": notebook(0),
    "submitted/alice@example.org/exercise03/exercise03.ipynb": notebook(1),
    "submitted/alice@example.org/exercise03/timestamp.txt": b"2026-11-20 05:30:24 UTC",
    "submitted/bob/ex03/binary_cross_entropy.ipynb": notebook(3),
    "submitted/bob/ex03/submission_secret.txt": b"x",
    "submitted/2024003/exercise04/exercise04.py": answer(5),
    "submitted/2024003/exercise04/test_exercise04.py": answer(0),
    "autograded/bob/exercise03/exercise03.ipynb": notebook(9),
}
FOLDERS = {
    "Alice Ahn/exercise03.py": answer(1),
    "Alice Ahn/exercise03 copy.py": answer(0),
    "Alice Ahn/exercise01/exercise1.ipynb": notebook(2),
    "bob/hw/ex3.py": answer(3),
    "bob/hw/helper.py": answer(0),
    "2024003/exercise-04.py": answer(5),
    "dan.zip": zip_of({"dan/exercise03.py": answer(7), "../exercise04.py": answer(8)}),
    "notes.txt": b"late: bob",
}
FLAT = {
    "alice@example.org_exercise03.py": answer(1),
    "exercise03_2024002.py": answer(3),
    "exercise03_2024002 (1).py": answer(4),
    "김하늘_ex04.ipynb": notebook(5),
    "dan_exercise3.py": answer(7),
    "exercise03.py": answer(0),
}

# Of each: layouts, who has what, how many were superseded, beginnings of what is listed, who is missing, who is a stranger.
CLASSES = {
    "Canvas": (CANVAS, "canvas",
               {("ahnalice (12345)", "exercise03"): 1, ("ahnalice (12345)", "exercise04"): 2, ("bakerbob (12346)", "exercise03"): 3,
                ("dropoutdan (99999)", "exercise03"): 7, ("김하늘 (12347)", "exercise03"): 5},
               ["bakerbob_LATE_12346_60000_exercise03.py"],
               ["bakerbob_12346_60007_essay.docx", "bakerbob_12346_60008_text.html", "김하늘_12347_60005_과제.zip/과제/binary_cross_entropy.py"],
               ["Nobody, Nina"], ["dropoutdan (99999)"]),
    "Moodle": (MOODLE, "moodle",
               {("Alice Ahn", "exercise03"): 1, ("Bob Baker", "exercise03"): 3, ("김하늘", "exercise03"): 5}, [],
               ["Bob Baker_112_assignsubmission_onlinetext_/onlinetext.html", "Dropout Dan_114_assignsubmission_file_/main.py"],
               ["Nobody, Nina"], []),
    "Gradescope": (GRADESCOPE, "gradescope",
                   {("Alice Ahn (2024001)", "exercise03"): 1, ("Bob Baker (2024002)", "exercise03"): 3, ("2024003", "exercise03"): 3}, [],
                   ["submission_502/data.csv"], ["Nobody, Nina"], []),
    "nbgrader": (NBGRADER, "nbgrader",
                 {("2024003", "exercise04"): 5, ("alice@example.org", "exercise03"): 1, ("bob", "exercise03"): 3}, [],
                 ["autograded/bob/exercise03/exercise03.ipynb", "gradebook.db", "nbgrader_config.py", "source/exercise03/exercise03.ipynb",
                  "submitted/2024003/exercise04/test_exercise04.py"],
                 ["Nobody, Nina"], []),
    "folders": (FOLDERS, "folders",
                {("2024003", "exercise04"): 5, ("Alice Ahn", "exercise01"): 2, ("Alice Ahn", "exercise03"): 1, ("bob", "exercise03"): 3,
                 ("dan", "exercise03"): 7},
                ["Alice Ahn/exercise03 copy.py"], ["bob/hw/helper.py", "dan.zip/../exercise04.py", "notes.txt"], ["Nobody, Nina"], ["dan"]),
    "flat": (FLAT, "files",
             {("2024002", "exercise03"): 4, ("alice@example.org", "exercise03"): 1, ("dan", "exercise03"): 7, ("김하늘", "exercise04"): 5},
             ["exercise03_2024002.py"], ["exercise03.py"], ["Nobody, Nina"], ["dan"]),
}  # fmt: skip


@pytest.fixture
def place(tmp_path):
    """Lay files out in a folder, or in a zip with a folder in it."""

    def lay(files, packed):
        if packed:
            (tmp_path / "class.zip").write_bytes(zip_of(JUNK | {f"week 3/{name}": content for name, content in files.items()}))
            return tmp_path / "class.zip"
        for name, content in (JUNK | files).items():
            file = tmp_path / "class" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            os.utime(file, (0, 1_700_000_000))
        return tmp_path / "class"

    return lay


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("case", CLASSES.values(), ids=CLASSES)
def test_a_class_as_each_system_gives_it(case, packed, place, tmp_path):
    files, layout, marks, superseded, listed, absent, strangers = case
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")
    found = classroom.read(place(files, packed), EXERCISES, tmp_path / "roster.csv")
    outer = "week 3/" if packed else ""

    assert found.layouts == (layout,)
    graded = {(entry.student.label, entry.exercise): entry.file for entry in found.entries}
    assert list(graded) == sorted(marks) and len(found.entries) == len(marks)
    for key, number in marks.items():
        content = notebook(number) if graded[key].path.suffix == ".ipynb" else answer(number)
        assert graded[key].content == content and graded[key].sha256 == hashlib.sha256(content).hexdigest()
        assert as_submission(graded[key], key[0]).source
    assert [str(entry.file.path) for entry in found.superseded] == [outer + name for name in superseded]
    assert [refused.name for refused in found.unrecognised] == [outer + name for name in listed]
    assert all(refused.reason.en and refused.reason.ko for refused in found.unrecognised)
    assert {entry.student.label for entry in found.entries if entry.late} == ({"bakerbob (12346)"} if layout == "canvas" else set())
    assert [one.label for one in found.attendance.absent] == absent
    assert [student.label for student in found.attendance.strangers] == strangers


def test_without_a_roster_nobody_is_missing(place):
    assert classroom.read(place(FLAT, False), EXERCISES).attendance is None


def test_what_cannot_be_read_is_an_error_and_the_roster_comes_first(tmp_path):
    with pytest.raises(BrokenRoster):
        classroom.read(tmp_path / "none", EXERCISES, tmp_path / "none.csv")
    with pytest.raises(MissingFile):
        classroom.read(tmp_path / "none", EXERCISES)


def test_the_course_says_what_its_exercises_are_called(place):
    topics = catalogue.topics()
    assert topics["exercise03"] == "binary_cross_entropy" and list(topics) == catalogue.names()
    found = classroom.read(place({"kim/exercise3.py": answer(1), "lee/BinaryCrossEntropy.ipynb": notebook(2)}, False), topics)
    assert [(entry.student.label, entry.exercise) for entry in found.entries] == [("kim", "exercise03"), ("lee", "exercise03")]


def test_a_name_that_two_of_the_roster_have_names_nobody(place, tmp_path):
    (tmp_path / "roster.csv").write_text("name,id\nKim Minjun,20230001\nKim Minjun,20230002\nLee Seoyeon,20230003\n", "utf-8")
    handed_in = {f"{number}/exercise03.py": answer(number) for number in (20230001, 20230003)}
    found = classroom.read(place(handed_in, False), EXERCISES, tmp_path / "roster.csv")
    assert [one.label for one in found.attendance.absent] == ["Kim Minjun"]
    assert found.names == {"20230001": "20230001", "20230003": "Lee Seoyeon"}
