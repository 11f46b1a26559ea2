"""Who handed in what: downloads as each LMS makes them, folders as people do, and names that try to be something else."""

import os
import string
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.collect import gather
from grader.i18n import both
from grader.intake.records import Gathered, HandedIn, Refused
from grader.layouts.owners import of_an_lms
from grader.layouts.recognise import recognise
from grader.layouts.records import Recognised, said

from .packing import GOOD, zip_of

EXERCISES = {"exercise03": "binary_cross_entropy", "exercise04": "cross_entropy", "exercise31": "momentum"}
METADATA = """\
---
submission_101:
  :submitters:
  - :name: Solo Student
    :sid: '100'
    :email: solo@example.org
  :created_at: 2026-11-20 05:30:24.124063000 Z
  :score: 4.0
  :results:
    tests:
    - output: |-
        submission_103:
          :submitters:
          - :name: Solo Student
            :sid: '100'
submission_102:
  :submitters:
  - :name: 김하늘
    :sid: '2024001'
    :email: sky@example.org
  - :name: "O'Brien, \\"Bo\\""
    :sid:
    :email: bo@example.org
"""


@pytest.fixture
def found(tmp_path):
    """Recognise files that lie in a folder or a zip: a mapping of names to contents, or their names alone."""

    def find(files, packed=False):
        files = files if isinstance(files, dict) else dict.fromkeys(files, GOOD)
        place = tmp_path / "class"
        if packed:
            place = tmp_path / "class.zip"
            place.write_bytes(zip_of(files))
        else:
            for age, (name, content) in enumerate(files.items()):
                file = place / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content if isinstance(content, bytes) else content.encode())
                os.utime(file, (0, 1_700_000_000 + age))
        gathered = gather(place)
        recognised = recognise(gathered, EXERCISES)
        every_file_is_told_of(gathered, recognised)
        return recognised

    return find


def every_file_is_told_of(gathered, recognised):
    """Each file counts, is superseded or is listed; only what an LMS wrote itself is none of these."""
    told = {str(entry.file.path) for entry in (*recognised.entries, *recognised.superseded)}
    told |= {entry.name for entry in recognised.unrecognised}
    assert {str(file.path) for file in gathered.files if file.path.suffix not in (".txt", ".yml")} <= told
    marks = [(entry.student.label, entry.exercise) for entry in recognised.entries]
    assert len(marks) == len(set(marks)) and marks == sorted(marks)
    labels = [student.label for student in recognised.students]
    assert len(labels) == len(set(labels)) and all(label and label.isprintable() for label in labels)


def marks(recognised):
    """What an instructor sees: the student, the exercise and the file of each mark."""
    return [(entry.student.label, entry.exercise, str(entry.file.path)) for entry in recognised.entries]


def whose(recognised):
    return [(label, exercise) for label, exercise, _ in marks(recognised)]


def left(recognised):
    return {entry.name: entry.problem.en for entry in recognised.unrecognised}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("outer", ["", "week 3/"])
def test_a_folder_for_each_student(found, outer, packed):
    files = ["kim/exercise03.py", "kim/exercise04.ipynb", "김하늘/week/exercise03.py", "2024001/Exercise03.PY", "lee.zip/exercise03.py"]
    recognised = found([outer + file for file in files], packed)
    assert whose(recognised) == [("2024001", "exercise03"), ("kim", "exercise03"), ("kim", "exercise04"),
                                 ("lee", "exercise03"), ("김하늘", "exercise03")]  # fmt: skip
    assert recognised.layouts == ("folders",) and recognised.unrecognised == ()
    assert all(entry.note is None and not entry.late for entry in recognised.entries)


def test_archives_of_students_are_folders(found):
    recognised = found({"kim.zip": zip_of({"hw/exercise03.py": GOOD}), "lee/hw.ZIP": zip_of({"exercise04.py": GOOD}),
                        "park_exercise03.zip": zip_of({"main.py": GOOD})})  # fmt: skip
    assert whose(recognised) == [("kim", "exercise03"), ("lee", "exercise04"), ("park", "exercise03")]
    assert recognised.entries[2].note.en == "for exercise03 by the name of its folder"


@pytest.mark.parametrize("files", [["kim/exercise03.py", "kim/old/exercise04.py"], ["kim/exercise03/exercise03.py", "kim/exercise04/exercise04.py"],
                                   ["hw/kim/exercise03.py", "hw/kim/exercise04.py"]])  # fmt: skip
def test_a_class_of_one(found, files):
    assert whose(found(files)) == [("kim", "exercise03"), ("kim", "exercise04")]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("outer", ["", "submissions/"])
def test_a_canvas_download(found, outer, packed):
    names = ["ahnalice_12345_67890_exercise03.py", "ahnalice_12345_67891_exercise04.py", "bakerjrbob_LATE_12346_67891_exercise03-1.py",
             "김하늘_12347_67892_exercise03 (2).py", "ahnalice_99999_67893_exercise03.py", "_5_6_exercise03.py"]  # fmt: skip
    recognised = found([outer + name for name in names], packed)
    assert whose(recognised) == [("5", "exercise03"), ("ahnalice (12345)", "exercise03"), ("ahnalice (12345)", "exercise04"),
                                 ("ahnalice (99999)", "exercise03"), ("bakerjrbob (12346)", "exercise03"), ("김하늘 (12347)", "exercise03")]  # fmt: skip
    assert [entry.late for entry in recognised.entries] == [False, False, False, False, True, False]
    assert [entry.attempt for entry in recognised.entries] == [0, 0, 0, 0, 1, 2]
    assert recognised.layouts == ("canvas",)
    assert (recognised.students[1].name, recognised.students[1].id) == ("ahnalice", "12345")


def test_an_anonymous_canvas_download_stays_anonymous(found):
    recognised = found(["anon_4xRtV_678_exercise03.py", "LATE_anon_7Kp2w_679_exercise03.py", "anonymous_31_680_exercise03.py"])
    assert whose(recognised) == [("anon_31", "exercise03"), ("anon_4xRtV", "exercise03"), ("anon_7Kp2w", "exercise03")]
    assert [entry.late for entry in recognised.entries] == [False, False, True]
    assert all((student.name, student.id) == ("", "") for student in recognised.students)


def test_canvas_archives_count_for_their_student(found):
    inside = zip_of({"hw/exercise03.py": GOOD, "lee_2_9_exercise03.py": GOOD, "lee_2_9/exercise04.py": GOOD})
    recognised = found({"kim_1_5_homework.zip": inside, "lee_2_6_exercise03.py": GOOD})
    assert whose(recognised) == [("kim (1)", "exercise03"), ("kim (1)", "exercise04"), ("lee (2)", "exercise03")]
    assert marks(recognised)[2][2] == "lee_2_6_exercise03.py"


@pytest.mark.parametrize("name, label, late", [
    ("kim_min_su_12_34_exercise03.py", "kim_min_su (12)", False), ("kim2_12_34_exercise03.py", "kim2 (12)", False),
    ("kim_LATE_lee_12_34_exercise03.py", "kim_LATE_lee (12)", False), ("kim_late_12_34_exercise03.py", "kim_late (12)", False),
    ("2024_12_34_exercise03.py", "2024 (12)", False), ("exercise03_12_34_exercise03.py", "exercise03 (12)", False),
    ("exercise03_LATE_12_34_exercise03.py", "exercise03 (12)", True), ("ahn,alice_12_34_exercise03.py", "ahn,alice (12)", False),
    ("kim_12_34_2024_11_21_exercise03.py", "kim (12)", False), ("kim_12_34_lee_56_78_exercise03.py", "kim (12)", False),
    ("kim_12_34_LATE_exercise03.py", "kim (12)", False), ("kim_12_34_김하늘exercise03.py", "kim (12)", False),
])  # fmt: skip
def test_odd_names_in_a_canvas_download(found, name, label, late):
    recognised = found([name, "park_9_99_exercise04.py"])
    assert [(entry.student.label, entry.exercise, entry.late) for entry in recognised.entries][:2].count((label, "exercise03", late)) == 1
    assert len(recognised.entries) == 2


@given(name=st.text(string.ascii_lowercase + string.digits + "김é_", min_size=1, max_size=20), late=st.booleans(),
       user=st.integers(1, 10**12), upload=st.integers(1, 10**12), file=st.text(string.printable.strip() + " 과제", min_size=1, max_size=30))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_what_canvas_writes_into_a_name_is_read_back(name, late, user, upload, file):
    name = name.strip("_0123456789") or "kim"  # Canvas takes numbers between underscores out of names
    if any(part.isdigit() for part in name.split("_")) or name.startswith("anon"):
        name = "kim"
    owner = of_an_lms((f"{name}{'_LATE' if late else ''}_{user}_{upload}_{file}",))
    assert (owner.students[0].label, owner.late, owner.order, owner.rest) == (f"{name} ({user})", late, upload, (file,))


@pytest.mark.parametrize("files, counts", [
    (["kim_1_90_exercise03-1.py", "kim_1_100_exercise03.py"], "kim_1_100_exercise03.py"),
    (["kim/exercise03-2.py", "kim/exercise03-10.py", "kim/exercise03.py"], "kim/exercise03-10.py"),
    (["kim/exercise03 (1).py", "kim/exercise03.py"], "kim/exercise03 (1).py"),
    (["kim/exercise03_old.py", "kim/exercise03.py"], "kim/exercise03.py"),
    (["kim/exercise03.py", "kim/exercise03_new.py", "kim/a/exercise03.ipynb"], "kim/a/exercise03.ipynb"),
])  # fmt: skip
def test_the_newest_file_counts_and_the_mark_says_so(found, files, counts):
    recognised = found([*files, "lee/exercise03.py"])
    (first, _) = recognised.entries
    assert str(first.file.path) == counts
    assert first.note.en == f"{len(files)} files; the newest, {counts}, counts" and counts in first.note.ko
    assert sorted([*(str(entry.file.path) for entry in recognised.superseded), counts]) == sorted(files)


def test_files_of_one_time_are_told_apart_by_name():
    names = ["kim/b/exercise03.py", "kim/exercise03.py", "kim/a/exercise03.py", "kim/exercise03.ipynb", "lee/exercise03.py"]
    for order in (names, names[::-1]):
        files = tuple(HandedIn(PurePosixPath(name), GOOD, None) for name in order)
        recognised = recognise(Gathered(files, ()), EXERCISES)
        assert str(recognised.entries[0].file.path) == "kim/exercise03.py" and len(recognised.superseded) == 3


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("folder", ["_", "_/"])
@pytest.mark.parametrize("outer", ["", "CS-week 3/"])
def test_a_moodle_download(found, folder, packed, outer):
    names = [("Kim Haneul_111", "exercise03.py"), ("Baker, Jr. Bob_112", "exercise04.py"), ("이 도윤_113", "Exercise03 (1).py"),
             ("Exercise03_114", "exercise03.py"), ("Kim 2 Late_LATE_115", "exercise03.py")]  # fmt: skip
    recognised = found([f"{outer}{name}_assignsubmission_file{folder}{file}" for name, file in names], packed)
    assert whose(recognised) == [("Baker, Jr. Bob", "exercise04"), ("Exercise03", "exercise03"), ("Kim 2 Late LATE", "exercise03"),
                                 ("Kim Haneul", "exercise03"), ("이 도윤", "exercise03")]  # fmt: skip
    assert recognised.layouts == ("moodle",) and all(entry.note is None for entry in recognised.entries)


def test_what_was_typed_into_moodle_is_listed(found):
    recognised = found(["Kim_1_assignsubmission_file_/exercise03.py", "Kim_1_assignsubmission_onlinetext_/exercise03.py",
                        "Lee_2_assignsubmission_onlinetext_exercise03.py"])  # fmt: skip
    assert whose(recognised) == [("Kim", "exercise03")]
    assert [problem[:21] for problem in left(recognised).values()] == ["was typed into Moodle"] * 2


def test_moodles_students_of_one_name_stay_two(found):
    recognised = found([f"Kim_{number}_assignsubmission_file_/exercise0{exercise}.py" for number, exercise in ((1, 3), (2, 3), (2, 4))])
    assert whose(recognised) == [("Kim (1)", "exercise03"), ("Kim (2)", "exercise03"), ("Kim (2)", "exercise04")]


def test_one_student_of_two_moodle_downloads_stays_one(found):
    recognised = found(["3.zip/Kim_1_assignsubmission_file_/exercise03.py", "4.zip/Kim_9_assignsubmission_file_/exercise04.py"])
    assert whose(recognised) == [("Kim", "exercise03"), ("Kim", "exercise04")]
    assert {entry.note for entry in recognised.entries} == {None}
    recognised = found(["Lee_1_assignsubmission_file_exercise03.py", "Lee_9_assignsubmission_file_exercise04.py"], packed=True)
    assert {entry.note.en for entry in recognised.entries} == {"participants 1, 9 are taken for one student"}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("outer", ["", "assignment_9_export/"])
def test_a_gradescope_export(found, outer, packed):
    files = {"submission_metadata.yml": METADATA, "submission_101/exercise03.py": GOOD, "submission_102/src/exercise04.py": GOOD,
             "submission_103/exercise03.py": GOOD}  # fmt: skip
    recognised = found({outer + name: content for name, content in files.items()}, packed)
    assert whose(recognised) == [("O'Brien, \"Bo\" (bo@example.org)", "exercise04"), ("Solo Student (100)", "exercise03"),
                                 ("submission_103", "exercise03"), ("김하늘 (2024001)", "exercise04")]  # fmt: skip
    assert recognised.unrecognised == () and recognised.layouts == ("gradescope", "folders")
    solo, sky = recognised.students[1], recognised.students[3]
    assert (solo.name, solo.id, solo.email) == ("Solo Student", "100", "solo@example.org")
    assert sky.email == "sky@example.org" and "handed in together with O'Brien" in recognised.entries[3].note.en


@pytest.mark.parametrize("metadata", [b"", b"\xff\xfe\0", b"- :name: x\n" * 1000, "submission_101:\n" * 1000, "submission_101:\n  :submitters:\n",
                                      "submission_101:\n  :submitters:\n  - :name: |\n      Lee\n    :sid: *x\n", "a: [" * 10_000,
                                      "submission_101:\n  :submitters: []\n", "submission_101:\n  :submitters:\n  - :name: 'cut\n"])  # fmt: skip
def test_a_list_that_cannot_be_read_costs_only_the_names(found, metadata):
    recognised = found({"submission_metadata.yml": metadata, "submission_101/exercise03.py": GOOD, "submission_102/exercise03.py": GOOD})
    assert whose(recognised) == [("submission_101", "exercise03"), ("submission_102", "exercise03")]


@pytest.mark.parametrize("name", ["'Kim\n      :sid: ''100''\n      :email: solo@example.org'", "Kim # :sid: 100", '"Kim\\n    :sid: 100"'])
def test_a_students_name_in_gradescopes_list_is_no_more_than_a_name(found, name):
    metadata = f"submission_1:\n  :submitters:\n  - :name: {name}\n    :sid: '7'\n  :results:\n    :submitters:\n    - :sid: '100'\n"
    files = {"submission_metadata.yml": metadata, "submission_1/exercise03.py": GOOD, "submission_2/exercise03.py": GOOD}
    assert found(files).students[0].id == "7"


def test_only_gradescopes_own_list_is_believed(found):
    recognised = found({"submission_101/exercise03.py": GOOD, "submission_101/submission_metadata.yml": METADATA,
                        "submission_101/submission_102/exercise04.py": GOOD, "kim/exercise03.py": GOOD})  # fmt: skip
    assert whose(recognised) == [("kim", "exercise03"), ("submission_101", "exercise03"), ("submission_101", "exercise04")]
    assert list(left(recognised)) == ["submission_101/submission_metadata.yml"]


NBGRADER = ["kim/exercise03/exercise03.ipynb", "kim/exercise03/timestamp.txt", "2024001/exercise03/answer.py", "2024001/exercise03/timestamp.txt",
            "2024001/exercise04/exercise04.py", "lee/ex4/timestamp.txt", "lee/ex4/exercise04.ipynb"]  # fmt: skip


@pytest.mark.parametrize("outer", ["", "submitted/", "course/submitted/"])
def test_nbgraders_submitted_folder(found, outer):
    recognised = found([outer + name for name in NBGRADER])
    assert whose(recognised) == [("2024001", "exercise03"), ("2024001", "exercise04"), ("kim", "exercise03"), ("lee", "exercise04")]
    assert recognised.layouts == ("nbgrader",) and recognised.unrecognised == ()
    assert recognised.entries[0].note.en == "for exercise03 by the name of its folder"


@pytest.mark.parametrize("outer", ["", "course/"])
def test_nbgraders_own_files_are_nobodys(found, outer):
    beside = [outer + name for name in ("source/./exercise03/exercise03.ipynb", "autograded/kim/exercise03/exercise03.ipynb", "nbgrader_config.py")]
    recognised = found(["notes.py", *beside, *(f"{outer}submitted/{name}" for name in NBGRADER)])
    assert len(recognised.entries) == 4
    assert {problem[:32] for problem in left(recognised).values()} == {"lies outside of submitted/, wher"} and len(left(recognised)) == 4


def test_an_assignments_folder_names_the_exercise_of_one_file_only(found):
    recognised = found(["kim/exercise03/a.py", "kim/exercise03/b.py", "lee/exercise03/exercise03.py", "lee/exercise03/helper.py"])
    assert whose(recognised) == [("lee", "exercise03")]
    assert list(left(recognised)) == ["kim/exercise03/a.py", "kim/exercise03/b.py", "lee/exercise03/helper.py"]


@pytest.mark.parametrize("name, student", [
    ("kim_exercise03.py", "kim"), ("exercise03_kim.py", "kim"), ("Kim Ha-neul_exercise03 (1).py", "Kim Ha-neul"), ("김하늘_exercise03-2.py", "김하늘"),
    ("김하늘exercise03.py", "김하늘"), ("2024001_exercise03.ipynb", "2024001"), ("exercise03_2024001.py", "2024001"), ("exercise03_exercise03.py", "exercise03"),
    ("exercise03-student-1.py", "student-1"), ("kim_lee_2_exercise03.py", "kim_lee_2"), ("baker, jr._EXERCISE03.PY", "baker, jr"),
    ("kim_LATE_exercise03.py", "kim_LATE"), ("test_kim_exercise03.py", "test_kim"), ("exercise03_a@b.org (2).py", "a@b.org"), ("kim_exercise03_final.py", "kim"),
])  # fmt: skip
@pytest.mark.parametrize("outer", ["", "all/"])
def test_a_flat_folder(found, name, student, outer):
    recognised = found([outer + name, f"{outer}zoe_exercise04.py"])
    assert whose(recognised)[:1] == [(student, "exercise03")] or whose(recognised)[1:] == [(student, "exercise03")]
    assert recognised.layouts == ("files",) and len(recognised.entries) == 2


@pytest.mark.parametrize("name, said_of_it", [
    ("exercise03.py", "does not say whose it is"), ("exercise03 (2).py", "does not say whose it is"), ("exercise03-1.py", "does not say whose it is"),
    ("test_exercise03.py", "is a copy of the exercise's public checks"), ("kim/test_exercise03.py", "is a copy of the exercise's public checks"),
    ("kim.py", "does not bear the name of an exercise"), ("kim/main.py", "does not bear the name"), ("kim/exercise310.py", "does not bear the name"),
    ("kim/exercise99.py", "does not bear the name"), ("exercise03/main.py", "does not bear the name"), ("kim/timestamp.txt", "is neither a .py"),
    ("kim/exercise03_exercise04.py", "bears the names of several exercises: exercise03, exercise04"), ("submission_metadata.yml/a.py", "does not bear"),
    ("lee_exercise04_exercise03.py", "bears the names of several exercises"), ("kim/exercise03.py/a.ipynb.py", ""),
])  # fmt: skip
def test_what_is_nobodys_answer_is_listed_with_the_reason(found, name, said_of_it):
    recognised = found([name, "park/exercise03.py", "zoe/exercise03.py"])
    if said_of_it:
        assert said_of_it in left(recognised)[name] and whose(recognised) == [("park", "exercise03"), ("zoe", "exercise03")]
        assert recognised.unrecognised[0].reason.en.startswith(name) and recognised.unrecognised[0].reason.ko.startswith(name)


@pytest.mark.parametrize("name", [
    "과제3.py", "과제_03.ipynb", "과제 3/main.py", "exercise3.py", "Exercise_03.py", "exercise-03.ipynb", "EXERCISE 3.PY", "ex3.py", "ex_03.py", "Ex-03.ipynb", "binary_cross_entropy.py",
    "Binary Cross-Entropy.py", "BinaryCrossEntropy.ipynb", "exercise03_binary_cross_entropy.py", "my exercise3 final.py", "exercise03_cross_entropy.py",
    "ex3/main.py", "exercise-03/main.py", "binary_cross_entropy/main.py", "exercise03/ex1.py", "exercise03/cross_entropy.py", "exercise03_ex04.py",
    "exercise003.py", "exercise03/momentum_binary_cross_entropy.py",
])  # fmt: skip
def test_names_that_plainly_mean_an_exercise(found, name):
    recognised = found([f"kim/{name}", "kim/exercise04.py", "park/exercise04.py"])
    assert marks(recognised)[0] == ("kim", "exercise03", f"kim/{name}") and len(recognised.entries) == 3
    assert recognised.entries[0].attempt == 0


@pytest.mark.parametrize("name", [
    "exercise.py", "exercises3.py", "myexercise3.py", "exercise0.py", "exercise5.py", "ex.py", "index3.py", "hex3.py",
    "cross_entropy2.py", "crossentropyloss.py", "03.py", "3.py", "entropy.py", "exercise3_exercise4.py", "ex3_ex4.py", "cross_entropy_momentum.py",
])  # fmt: skip
def test_names_that_mean_none_or_several_are_listed(found, name):
    recognised = found([f"kim/{name}", "kim/exercise31.py", "park/exercise31.py"])
    assert whose(recognised) == [("kim", "exercise31"), ("park", "exercise31")] and list(left(recognised)) == [f"kim/{name}"]


@pytest.mark.parametrize("sure, unsure", [("exercise04.py", "ex4.py"), ("exercise04.py", "cross_entropy.py"), ("ex4.py", "cross_entropy.py"),
                                          ("exercise4.py", "exercise04/main.py"), ("a/cross_entropy.py", "exercise04/main.py")])  # fmt: skip
def test_a_surer_name_counts_and_the_other_is_listed(found, sure, unsure):
    recognised = found([f"kim/{sure}", f"kim/{unsure}", "park/exercise04.py"])
    assert marks(recognised)[0] == ("kim", "exercise04", f"kim/{sure}") and list(left(recognised)) == [f"kim/{unsure}"]
    assert recognised.superseded == ()


COPIES = ["exercise03 copy", "exercise03 copy 2", "exercise03 - Copy", "exercise03 - Copy (2)", "exercise03-Copy1", "exercise03 복사본", "exercise03 - 복사본",
          "exercise03 - 복사본 (3)", "Copy of exercise03", "exercise03의 사본", "exercise3 copy (1)"]  # fmt: skip


@pytest.mark.parametrize("copy", COPIES)
def test_of_a_file_and_its_copy_the_one_saved_last_counts(found, copy):
    files = [f"kim/{copy}.py", "kim/exercise03.py", "lee/exercise03.py"]
    assert marks(found(files))[0] == ("kim", "exercise03", "kim/exercise03.py")
    assert [str(entry.file.path) for entry in found(files).superseded] == [f"kim/{copy}.py"]


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_in_a_flat_folder_is_its_students(found, copy):
    recognised = found([f"{copy}.py", f"{copy.replace('exercise', 'kim_exercise')}.ipynb", f"{copy.replace('03', '03_lee').replace('e3', 'e3_lee')}.py"])
    assert whose(recognised) == [("kim", "exercise03"), ("lee", "exercise03")]
    assert "does not say whose it is" in left(recognised)[f"{copy}.py"]


def test_copies_of_the_checks_are_no_answers(found):
    names = ["test_exercise3.py", "test_exercise-03.py", "test_exercise03 copy.py", "test_exercise03_binary_cross_entropy-1.py", "Copy of test_exercise03.py"]
    recognised = found([*(f"kim/{name}" for name in names), "kim/exercise03.py"])
    assert whose(recognised) == [("kim", "exercise03")] and len(left(recognised)) == len(names)


def test_a_topic_makes_no_student_of_a_stray_file(found):
    recognised = found(["momentum_helper.py", "kim_exercise03.py", "lee_ex4.py", "park_exercise03_binary_cross_entropy.py", "exercise03_binary_cross_entropy_choi.py"])
    assert whose(recognised) == [("choi", "exercise03"), ("kim", "exercise03"), ("lee", "exercise04"), ("park", "exercise03")]
    assert "does not say whose it is" in left(recognised)["momentum_helper.py"]


@pytest.mark.parametrize("folder", ["ex3", "Exercise 3", "exercise03_binary_cross_entropy", "binary_cross_entropy"])
def test_a_folder_for_each_exercise_may_be_called_so_too(found, folder):
    recognised = found([f"{folder}/kim/main.py", f"{folder}/lee/answer.py", "exercise04/kim/exercise04.py", "exercise04/lee/exercise04.py"])
    assert whose(recognised) == [("kim", "exercise03"), ("kim", "exercise04"), ("lee", "exercise03"), ("lee", "exercise04")]


def test_a_student_called_like_an_exercise(found):
    recognised = found(["exercise03/exercise04.py", "exercise04/exercise04.py", "kim/exercise04.py"])
    assert whose(recognised) == [("exercise03", "exercise04"), ("exercise04", "exercise04"), ("kim", "exercise04")]


def test_a_folder_for_each_exercise(found):
    recognised = found(["exercise03/kim/exercise03.py", "exercise03/lee/main.py", "exercise04/kim/exercise04.py"])
    assert whose(recognised) == [("kim", "exercise03"), ("kim", "exercise04"), ("lee", "exercise03")]


def test_a_stray_stub_makes_no_student_of_a_class(found):
    recognised = found(["class/exercise03.py", "class/kim/exercise03.py", "class/lee/exercise03.py"])
    assert whose(recognised) == [("kim", "exercise03"), ("lee", "exercise03")]
    assert list(left(recognised)) == ["class/exercise03.py"]


def test_a_stray_stub_makes_no_student_of_a_flat_class(found):
    recognised = found([*(f"class/{name}_exercise03.py" for name in ("kim", "lee", "park", "choi")), "class/exercise03.py", "class/test_exercise03.py"])
    assert whose(recognised) == [(name, "exercise03") for name in ("choi", "kim", "lee", "park")]
    assert list(left(recognised)) == ["class/exercise03.py", "class/test_exercise03.py"]


def test_the_drafts_of_one_student_make_no_class(found):
    recognised = found(["kim/exercise03.py", "kim/exercise03_old.py", "kim/exercise03_older.py", "kim/exercise03_oldest.py"])
    assert whose(recognised) == [("kim", "exercise03")] and len(recognised.superseded) == 3


def test_downloads_side_by_side(found):
    recognised = found({"week3.zip": zip_of({"kim_1_10_exercise03.py": GOOD, "lee_2_11_exercise03.py": GOOD}),
                        "week4.zip": zip_of({"kim_1_20_exercise04.py": GOOD})})  # fmt: skip
    assert whose(recognised) == [("kim (1)", "exercise03"), ("kim (1)", "exercise04"), ("lee (2)", "exercise03")]


def test_layouts_may_be_mixed(found):
    recognised = found(["ahn_1_2_exercise03.py", "kim/exercise03.py", "lee_exercise03.py", "Park Sora_7_assignsubmission_file_/exercise03.py",
                        "ahn_1_3_exercise04.py"])  # fmt: skip
    assert whose(recognised) == [("Park Sora", "exercise03"), ("ahn (1)", "exercise03"), ("ahn (1)", "exercise04"), ("kim", "exercise03"), ("lee", "exercise03")]
    assert recognised.layouts == ("canvas", "files", "folders", "moodle")
    assert all(said(layout).ko != said(layout).en for layout in (*recognised.layouts, "gradescope", "nbgrader"))


def test_no_student_passes_for_another(found):
    """What lies in a student's own folder or archive is that student's, whatever its name."""
    recognised = found(["kim/lee_2_99_exercise03.py", "kim/submitted/lee/exercise04/exercise04.py", "lee/exercise03.py", "submitted/a/exercise03.py"])
    assert marks(recognised) == [
        ("kim", "exercise03", "kim/lee_2_99_exercise03.py"), ("kim", "exercise04", "kim/submitted/lee/exercise04/exercise04.py"),
        ("lee", "exercise03", "lee/exercise03.py"), ("submitted", "exercise03", "submitted/a/exercise03.py"),
    ]  # fmt: skip


def test_a_download_among_students_folders_is_no_student(found):
    recognised = found(["week3/kim_1_2_exercise03.py", "week3/lee_2_3_exercise03.py", "park/exercise03.py"])
    assert whose(recognised) == [("park", "exercise03")]
    assert all("grade that folder by itself" in problem for problem in left(recognised).values()) and len(left(recognised)) == 2


def test_what_was_refused_shows_that_a_folder_is_a_students(found):
    recognised = found(["kim/lee/exercise03.py", "park/essay.docx"])
    assert whose(recognised) == [("kim", "exercise03")]


PARTS = ["kim", "lee.zip", "exercise03", "exercise04.zip", "submitted", "source", "autograded", "submission_1", "kim_1_2_a", "Kim_1_assignsubmission_file_",
         "Kim_2_assignsubmission_onlinetext_", "anon_ab_3_x", ".zip", "_1_2_3", "test_exercise03"]  # fmt: skip
FILES = ["exercise03.py", "exercise04-1.ipynb", "kim_exercise03.py", "kim_1_2_exercise03.py", "submission_metadata.yml", "timestamp.txt", "main.py",
         "Kim_1_assignsubmission_file_exercise03.py", "exercise03_exercise04.py", "test_exercise03.py", ".py", "Kim_1_assignsubmission_file_"]  # fmt: skip


@given(st.lists(st.tuples(st.lists(st.sampled_from(PARTS), max_size=4), st.sampled_from(FILES), st.sampled_from([None, 1.0, 2.0])), max_size=8),
       st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3), max_size=2))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_whatever_lies_where_nothing_fails_and_every_file_is_told_of(files, refused):
    handed_in = {PurePosixPath(*folders, name): time for folders, name, time in files}
    gathered = Gathered(tuple(HandedIn(path, METADATA.encode(), time) for path, time in handed_in.items()),
                        tuple(Refused("/".join(parts), both("holds no submission")) for parts in refused))  # fmt: skip
    recognised = recognise(gathered, EXERCISES)
    every_file_is_told_of(gathered, recognised)
    backwards = Gathered(gathered.files[::-1], gathered.refused)
    assert recognise(backwards, EXERCISES) == recognised


def test_nothing_is_recognised_of_nothing():
    assert recognise(Gathered((), ()), EXERCISES) == Recognised((), (), (), ())
    only = Gathered((HandedIn(PurePosixPath("kim/exercise03.py"), GOOD, None),), ())
    assert "does not bear the name" in left(recognise(only, {}))["kim/exercise03.py"]
