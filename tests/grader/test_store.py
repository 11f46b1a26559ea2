"""What a batch keeps: replaced whole, read back equal, and never lost to a kill, a full disk or another program."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest

from grader.database import connection as database
from grader.database import packing
from grader.errors import (
    NoGrades,
    NothingHandedIn,
    StoreError,
    StoreInUse,
    StoreUnreadable,
    StoreUnwritable,
    UnknownExercise,
    UnknownStudent,
)
from grader.records import CheckResult, Entry, Override, Result, Text
from grader.store import Store

ROOT = Path(__file__).parents[2]

TITLE, WHY = Text("Cross-entropy", "교차 엔트로피"), Text("two files; the newest", "파일 둘 중 새것")


def check(name: str = "test_mean", outcome: str = "passed", device: str | None = "cpu", **more: object) -> CheckResult:
    given = {
        "name": name, "title": Text(f"{name}.", f"{name} 맞다."), "functions": ("loss",), "device": device,
        "outcome": outcome, "score": None if outcome == "broken" else 5.0 * (outcome == "passed"), "max_score": 5.0,
        "message": None, "hint": None, "diagnosis": None, "details": None, "public": True, "seconds": 0.1,
    }  # fmt: skip
    return CheckResult(**given | more)


def result(*checks: CheckResult, **more: object) -> Result:
    given = {
        "exercise": "exercise03", "title": TITLE, "submission": "f.py", "student": "kim", "score": 5.0,
        "max_score": 10.0, "not_run_points": 0.0, "status": "graded", "message": None, "sandbox": "A",
        "devices": ("cpu",), "seed": 7, "seconds": 0.5, "checks": checks or (check(), check("test_dtype", "failed")),
    }  # fmt: skip
    return Result(**given | more)


def handed(
    student: str, exercise: str = "exercise03", content: bytes | None = None, **more: object
) -> tuple[Entry, bytes]:
    content = f"# {student} {exercise}".encode() if content is None else content
    sha256 = hashlib.sha256(content).hexdigest()
    return Entry(student, exercise, f"{student}/{exercise}.py", sha256, **{"owner": student} | more), content


def take(store: Store, *entries: tuple[Entry, bytes], absent: tuple[str, ...] | None = None) -> list[Entry]:
    store.take(entries, absent, (), ())
    return [entry for entry, _ in entries]


def everything(store: Store, level: str = "A", **keys: str) -> list[tuple[str, str]]:
    return [(entry.student, entry.exercise) for entry in store.todo(keys or {"exercise03": "k"}, level)]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "marks"


@pytest.fixture
def store(out):
    with Store.open(out, writing=True) as store:
        yield store


@pytest.fixture
def graded(out):
    """A folder with one student's result in it, which nobody has open."""
    with Store.open(out, writing=True) as store:
        (entry,) = take(store, handed("kim"))
        store.keep([(entry, result())], "k")
    return out


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.2)


def run(code: str, *words: object, wrapper: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, beside what this module defines."""
    command = [*wrapper, sys.executable, "-c", PREAMBLE + dedent(code), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


PREAMBLE = """
import os, signal, sys
from pathlib import Path
from grader.errors import GraderError
from grader.store import Store
from tests.grader.test_store import handed, result, take
out = Path(sys.argv[1])
"""


# -- what was handed in


def test_what_was_handed_in_is_replaced_as_a_whole(store):
    take(store, handed("kim"), handed("lee"), absent=("park",))
    store.take([handed("lee", late=True, note=WHY)], None, ("choi",), (("notes.txt", WHY),))
    book = store.gradebook()
    assert [(mark.student, mark.late, mark.note) for mark in book.marks] == [("lee", True, WHY)]
    assert (book.absent, book.strangers, book.unrecognised) == (None, ("choi",), (("notes.txt", WHY),))


def test_a_take_that_fails_midway_changes_nothing(store):
    take(store, handed("kim"), absent=("park",))

    def entries():
        yield from (handed(f"s{number}") for number in range(500))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.take(entries(), None, (), ())
    book = store.gradebook()
    assert ([mark.student for mark in book.marks], book.absent) == (["kim"], ("park",))


def test_an_entry_and_its_bytes_come_back_equal(store):
    entries = take(store, handed("김 하늘", content=b"\x00\xff", late=True, note=WHY, owner="20230001"), handed("lee"))
    assert store.todo({"exercise03": "k"}, "A") == [entries[1], entries[0]]
    assert store.entries("김 하늘") == [entries[0]] and store.content(entries[0]) == b"\x00\xff"


def test_equal_files_are_stored_once(store, out):
    take(store, *(handed(f"s{number}", content=b"the same" * 100) for number in range(300)))
    with closing(sqlite3.connect(out / "grades.db")) as plain:
        assert plain.execute("SELECT count(*) FROM files").fetchone() == (1,)


def test_a_result_outlives_a_run_in_which_its_file_was_not_handed_in(store):
    (entry,) = take(store, handed("kim"))
    store.keep([(entry, result())], "k")
    take(store, handed("lee"))
    assert [mark.student for mark in store.gradebook().marks] == ["lee"]
    take(store, handed("kim"))
    assert (everything(store), store.gradebook().marks[0].score) == ([], 5.0)


# -- results


def test_a_result_comes_back_equal(store):
    details = {"got": {"values": [[1.5, "nan", None]], "shape": [1, 3]}, "lines": [["3", "return \ud800x"]]}
    full = check("a[1]", "failed", None, message=WHY, hint=TITLE, diagnosis=WHY, details=details, public=False,
                 functions=("loss", "손실"), title=Text("", "\x00"))  # fmt: skip
    whole = result(full, check("b", "broken"), score=None, message=WHY, status="broken", devices=("cpu", "cuda:0"),
                   not_run_points=1.5, seed=2**32 - 1)  # fmt: skip
    (entry,) = take(store, handed("kim"))
    store.keep([(entry, whole)], "k")
    assert store.result("kim", "exercise03") == whole
    assert packing.unpacked(packing.packed(result())) == result()


def test_there_is_no_result_before_one_was_made(store):
    take(store, handed("kim"))
    assert store.result("kim", "exercise03") is None and store.result("\ud800", "exercise03") is None


def test_results_of_a_chunk_are_kept_all_or_none(store):
    kim, lee = take(store, handed("kim"), handed("lee"))
    unknown = replace(lee, sha256="nobody has handed this in")
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.keep([(kim, result()), (unknown, result())], "k")
    assert everything(store) == [("kim", "exercise03"), ("lee", "exercise03")]


@pytest.mark.parametrize(
    "again, kept, key, level",
    [(False, {}, "k", "A"), (True, {}, "other", "A"), (True, {"status": "broken", "score": None}, "k", "A"),
     (True, {"sandbox": "C"}, "k", "B"), (True, {"sandbox": "B"}, "k", "A"), (False, {"sandbox": "A"}, "k", "C"),
     (False, {"sandbox": "B"}, "k", "B"), (False, {"status": "unreadable", "score": 0.0}, "k", "A")],
)  # fmt: skip
def test_what_is_graded_again(store, again, kept, key, level):
    (entry,) = take(store, handed("kim"))
    store.keep([(entry, result(**kept))], "k")
    assert everything(store, level, exercise03=key) == [("kim", "exercise03")] * again


def test_only_the_exercises_that_have_a_key_are_looked_at_and_each_has_its_own(store):
    entries = take(store, *(handed("kim", f"exercise0{number}") for number in (1, 2, 3)), handed("ahn", "exercise02"))
    for entry in entries:
        store.keep([(entry, result(exercise=entry.exercise))], f"key of {entry.exercise}")
    changed = {"exercise03": "changed", "exercise02": "changed", "exercise01": "key of exercise01"}
    assert everything(store, **changed) == [("kim", "exercise03"), ("ahn", "exercise02"), ("kim", "exercise02")]
    assert everything(store, exercise09="k") == []


def test_a_new_file_is_graded_and_until_then_has_no_mark(store):
    (entry,) = take(store, handed("kim"))
    store.keep([(entry, result())], "k")
    (entry,) = take(store, handed("kim", content=b"better"))
    (mark,) = store.gradebook().marks
    assert (mark.status, mark.score, mark.max_score, mark.report) == ("waiting", None, 10.0, "")
    assert everything(store) == [("kim", "exercise03")] and store.stale_pages() == []
    store.keep([(entry, result(score=10.0))], "k")
    assert store.gradebook().marks[0].score == 10.0 and store.result("kim", "exercise03").score == 10.0


def test_a_class_of_10000_in_which_nothing_has_changed_has_nothing_to_do(store):
    """Of 10,000 students, and again of the one whose file is new."""
    entries = take(store, *(handed(f"s{number:05d}") for number in range(10_000)))
    store.keep([(entry, result()) for entry in entries], "k")
    take(store, *(handed(entry.student) for entry in entries))
    assert everything(store) == []
    take(store, *(handed(entry.student) for entry in entries[1:]), handed("s00000", content=b"new"))
    assert everything(store) == [("s00000", "exercise03")]
    (share,) = store.gradebook().exercises
    assert [(check.passed, check.graded) for check in share.checks] == [(9_999, 9_999), (0, 9_999)]


# -- seeds


def test_a_seed_is_drawn_once_for_each_exercise_and_kept(out):
    with Store.open(out, writing=True) as store:
        drawn = [store.seed("exercise01"), store.seed("exercise02")]
    with Store.open(out, writing=True) as store:
        assert [store.seed("exercise01"), store.seed("exercise02")] == drawn
    assert len(set(drawn)) == 2 and all(0 <= seed < 2**32 for seed in drawn)


def test_a_seed_that_is_set_is_every_exercises(store):
    store.seed("exercise01")
    store.set_seed(5)
    store.set_seed(2**32 - 1)
    assert [store.seed("exercise01"), store.seed("exercise99")] == [2**32 - 1] * 2


# -- the gradebook


def test_marks_are_sorted_and_say_what_is_known(store):
    last, broken, first = take(
        store, handed("lee", "exercise100"), handed("lee", "exercise20", late=True, note=WHY), handed("kim")
    )
    store.keep([(first, result(score=10.0))], "k")
    store.keep([(broken, result(exercise="exercise20", score=None, status="broken", message=WHY, sandbox="B"))], "k")
    store.keep([(last, result(exercise="exercise100", score=0.0, status="unreadable", seconds=0.0))], "k")
    marks = store.gradebook().marks
    assert [(mark.student, mark.exercise) for mark in marks] == [
        ("kim", "exercise03"), ("lee", "exercise20"), ("lee", "exercise100")
    ]  # fmt: skip
    assert [mark.status for mark in marks] == ["graded", "broken", "unreadable"]
    known = marks[1]
    assert (known.file, known.late, known.note) == ("lee/exercise20.py", True, WHY)
    assert (known.score, known.max_score) == (None, 10.0)
    assert (known.message, known.sandbox, known.seconds, known.override, known.final) == (WHY, "B", 0.5, None, None)
    assert known.report == "students/lee/exercise20.html"
    assert store.gradebook().finished.endswith("+00:00")


def test_an_empty_gradebook(store):
    take(store)
    book = store.gradebook()
    assert (book.exercises, book.marks, book.absent, book.finished) == ((), (), None, "")


def test_students_whom_a_file_system_takes_for_one_have_folders_of_their_own(store):
    names = ["kim", "Kim", "\u1100\u1175\u11b7", "김", "a/b", "a_b", "con", "..", "ß", "ss", "Ａ", "é" * 90]
    for entry in take(store, *(handed(name) for name in names)):
        store.keep([(entry, result())], "k")
    folders = {mark.report.split("/")[1].upper() for mark in store.gradebook().marks}
    assert len(folders) == len(names) and not folders & {"CON", "..", ""}


def test_who_passed_a_check_is_counted_over_the_class(store):
    outcomes = {"ahn": "passed passed", "bae": "passed failed", "choi": "passed skipped", "do": "broken passed"}
    for entry in take(store, *(handed(name) for name in outcomes), handed("eun")):
        if entry.student in outcomes:
            mean, dtype = outcomes[entry.student].split()
            checks = (check("mean", mean), check("mean", "passed", "cuda"), check("dtype", dtype, public=False))
            store.keep([(entry, result(*checks))], "k")
    (share,) = store.gradebook().exercises
    assert (share.exercise, share.title) == ("exercise03", TITLE)
    assert [(check.name, check.passed, check.graded) for check in share.checks] == [("mean", 3, 3), ("dtype", 2, 4)]
    second = share.checks[1]
    assert (second.title, second.functions, second.public) == (Text("dtype.", "dtype 맞다."), ("loss",), False)


def test_a_check_passes_where_it_passes_on_every_device(store):
    (entry,) = take(store, handed("kim"))
    store.keep([(entry, result(check("mean"), check("mean", "timed_out", "cuda")))], "k")
    (counted,) = store.gradebook().exercises[0].checks
    assert (counted.passed, counted.graded) == (0, 1)


def test_an_exercise_that_could_not_be_graded_is_in_the_gradebook(store):
    take(store, handed("kim"))
    book = store.gradebook()
    assert [share.exercise for share in book.exercises] == ["exercise03"]
    assert (book.exercises[0].checks, book.marks[0].status, book.marks[0].max_score) == ((), "waiting", 0.0)


# -- pages


def test_a_page_is_written_again_when_what_it_shows_has_changed(store):
    def written() -> int:
        pages = store.stale_pages()
        store.pages_written(pages)
        assert store.stale_pages() == []
        return len(pages)

    kim, lee = take(store, handed("kim"), handed("lee"))
    assert written() == 0
    store.keep([(kim, result()), (lee, result(student="lee"))], "k")
    assert written() == 2
    store.keep([(lee, result(student="lee"))], "k")
    assert written() == 1
    store.override("kim", "exercise03", Override(9.0, "by mail", "2026-01-01"))
    assert [page.mark.final for page in store.stale_pages()] == [9.0] and written() == 1
    store.withdraw("kim", "exercise03")
    assert written() == 1
    take(store, handed("kim"), handed("lee"))
    assert written() == 0
    take(store, handed("kim"), handed("lee", late=True))
    assert written() == 1


def test_a_page_that_was_overtaken_while_it_was_written_is_still_stale(store):
    (entry,) = take(store, handed("kim"))
    store.keep([(entry, result())], "k")
    pages = store.stale_pages()
    store.keep([(entry, result())], "other")
    store.pages_written(pages)
    assert len(store.stale_pages()) == 1


# -- overrides


def test_an_override_stands_beside_the_mark_and_survives_what_comes_later(store):
    (entry,) = take(store, handed("kim"))
    given = Override(8.5, "shown at the desk, 김 교수", "2026-01-02T03:04:05+00:00")
    store.override("kim", "exercise03", Override(1.0, "a slip", "2026-01-01"))
    store.override("kim", "exercise03", given)
    store.keep([(entry, result())], "k")
    take(store, handed("lee"))
    (entry,) = take(store, handed("kim", content=b"another"))
    store.keep([(entry, result(score=2.0))], "k")
    (mark,) = store.gradebook().marks
    assert (mark.score, mark.final, mark.override) == (2.0, 8.5, given)


def test_an_override_is_taken_back_once(store):
    take(store, handed("kim"))
    store.override("kim", "exercise03", Override(1.0, "", ""))
    assert [store.withdraw("kim", "exercise03") for _ in range(2)] == [True, False]
    assert store.gradebook().marks[0].override is None


def test_a_reason_that_acts_or_that_no_text_can_hold_is_spelled_out(store):
    take(store, handed("kim"))
    store.override("kim", "exercise03", Override(1.0, "\x1b[31m\udcff", ""))
    assert store.gradebook().marks[0].override.reason == r"\x1b[31m\udcff"


@pytest.mark.parametrize(
    "student, exercise, error, said",
    [("kin", "exercise03", UnknownStudent, "no student called 'kin'; did you mean kim"),
     ("김\udcff\x1b", "exercise03", UnknownStudent, r"no student called '김\udcff\x1b' has handed in anything"),
     ("kim", "exercise04", UnknownExercise, "no exercise called 'exercise04'; did you mean exercise07, exercise03"),
     ("kim", "x", UnknownExercise, "no exercise called 'x'; there are exercise03, exercise07"),
     ("lee", "exercise03", NothingHandedIn, "lee has handed in nothing for exercise03; put a file with the")],
)  # fmt: skip
def test_an_override_of_nothing_that_was_handed_in_says_what_is_near(store, student, exercise, error, said):
    take(store, handed("kim"), handed("lee", "exercise07"))
    for change, more in ((store.override, [Override(1.0, "", "")]), (store.withdraw, [])):
        with pytest.raises(error) as caught:
            change(student, exercise, *more)
        assert str(caught.value).startswith(said) and caught.value.text.ko != caught.value.text.en


def test_the_entries_of_an_unknown_student_are_an_error(store):
    take(store, handed("kim"))
    with pytest.raises(UnknownStudent, match="did you mean kim"):
        store.entries("kin")


# -- the folder and the file


def test_a_finished_batch_leaves_one_file_that_can_be_copied_and_read(graded, tmp_path):
    assert sorted(path.name for path in graded.iterdir()) == [".lock", "grades.db"]
    (tmp_path / "copy").mkdir()
    shutil.copy(graded / "grades.db", tmp_path / "copy")
    with Store.open(tmp_path / "copy", writing=False) as store:
        assert store.result("kim", "exercise03") == result()


@pytest.mark.parametrize("make", [lambda out: None, Path.mkdir, lambda out: (out.mkdir(), (out / "grades.db").touch())])
def test_where_nothing_was_graded_there_is_nothing_to_read(out, make):
    make(out)
    with pytest.raises(NoGrades, match="no grades in .*marks; `grade batch SUBMISSIONS --out .*marks` makes them"):
        with Store.open(out, writing=False):
            pass


def test_an_empty_file_becomes_a_database(out):
    out.mkdir()
    (out / "grades.db").touch()
    with Store.open(out, writing=True) as store:
        assert store.gradebook().marks == ()


def not_a_database(file: Path) -> None:
    file.write_bytes(b"student,score\n" * 1000)


def anothers(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("CREATE TABLE birds (name TEXT)")


def another_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("PRAGMA user_version = 999")


def cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def overwritten(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(200)
        stream.write(b"\xaa" * (file.stat().st_size - 200))


@pytest.mark.parametrize("writing", [False, True])
@pytest.mark.parametrize(
    "spoil, said",
    [(not_a_database, "is not a database of grades; move it away"), (anothers, "is not a database of grades"),
     (another_version, "was made by another version of the grader; use that one"),
     (cut_off, "is damaged; bring back a copy"), (overwritten, "is damaged")],
)  # fmt: skip
def test_a_database_that_cannot_be_used_is_named_and_left_alone(graded, spoil, said, writing):
    spoil(graded / "grades.db")
    before = (graded / "grades.db").read_bytes()
    with pytest.raises(StoreUnreadable, match=rf"grades\.db {said}"):
        with Store.open(graded, writing):
            pass
    assert (graded / "grades.db").read_bytes() == before


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_folder_that_is_a_file_is_refused(tmp_path, inside):
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnwritable, match=r"is a file, or lies in one; name a folder$"):
        with Store.open(tmp_path / "file" / inside, writing=True):
            pass


@pytest.mark.parametrize("writing", [False, True])
def test_a_name_that_no_folder_can_have_is_refused(tmp_path, writing):
    with pytest.raises(StoreError, match="cannot use .*: File name too long"):
        with Store.open(tmp_path / ("a" * 300), writing):
            pass


# -- several at once


def test_two_batches_do_not_write_to_one_folder(graded):
    began = time.monotonic()
    with Store.open(graded, writing=True):
        done = run(
            """
            try:
                Store.open(out, writing=True).__enter__()
            except GraderError as error:
                print(error.text.en, error.text.ko, sep="\\n")
            """,
            graded,
        )
    english, korean = done.stdout.splitlines()
    assert english == f"another `grade batch` is writing to {graded}; wait for it, or give another --out"
    assert "--out" in korean and korean != english
    assert time.monotonic() - began < 30
    with Store.open(graded, writing=True):
        pass


def test_what_is_being_written_can_be_read(graded):
    with Store.open(graded, writing=True) as writer, Store.open(graded, writing=False) as reader:
        assert len(reader.gradebook().marks) == 1
        take(writer, handed("kim"), handed("lee"))
        assert len(reader.gradebook().marks) == 2


def test_who_reads_does_not_hold_up_who_writes(graded):
    with Store.open(graded, writing=False) as reader:
        reader.gradebook()
        with Store.open(graded, writing=True) as writer:
            take(writer, handed("kim"), handed("lee"))
        assert len(reader.gradebook().marks) == 2
    with Store.open(graded, writing=True):
        pass
    assert sorted(path.name for path in graded.iterdir()) == [".lock", "grades.db"]


@pytest.mark.parametrize("writing", [False, True])
def test_a_database_that_another_program_holds_is_waited_for_and_then_named(graded, writing, impatient):
    with closing(sqlite3.connect(graded / "grades.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreInUse, match=r"^another program holds .*grades\.db; close it there, then try again$"):
            with Store.open(graded, writing):
                pass


def test_a_database_that_another_program_takes_hold_of_loses_nothing(graded, impatient):
    other = sqlite3.connect(graded / "grades.db", isolation_level=None)
    with closing(other), Store.open(graded, writing=True) as store:
        store.set_seed(1)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreInUse, match="another program holds"):
            store.set_seed(2)
        other.execute("ROLLBACK")
        assert store.seed("exercise03") == 1
        store.set_seed(3)
        assert store.seed("exercise03") == 3


# -- folders that cannot be written, and disks that are full


def killed(folder: Path) -> None:
    """Leave a folder as a batch does that was killed: the last of what it kept is in the log."""
    code = """
    with Store.open(out, writing=True) as store:
        store.set_seed(77)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = run(code, folder)
    assert done.returncode == -signal.SIGKILL and (folder / "grades.db-wal").stat().st_size


READ_ONLY = """
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with Store.open(out, writing=False) as store:
    print(store.seed("exercise03"), len(store.gradebook().marks))
try:
    Store.open(out, writing=True).__enter__()
except GraderError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def open_to_all(graded):
    """The folder, where another user can come to it: a test's own place is the user's alone."""
    with TemporaryDirectory(prefix="store-") as place:
        os.chmod(place, 0o755)
        shutil.copytree(graded, Path(place, "marks"))
        yield Path(place, "marks")


@pytest.mark.skipif(os.name != "posix", reason="kills and gives up rights as POSIX has them")
@pytest.mark.parametrize(
    "left", [("grades.db",), ("grades.db", "grades.db-wal", "grades.db-shm"), ("grades.db", "grades.db-wal")]
)
def test_a_folder_that_is_read_only_is_read_whole_and_not_written(open_to_all, left):
    if len(left) > 1:
        killed(open_to_all)
    else:
        with Store.open(open_to_all, writing=True) as store:
            store.set_seed(77)
    for path in open_to_all.iterdir():
        if path.name not in left:
            path.unlink()
    open_to_all.chmod(0o555)
    done = run(READ_ONLY, open_to_all)
    open_to_all.chmod(0o755)
    refused = f"StoreUnwritable cannot use {open_to_all}: Permission denied"
    assert done.stdout.splitlines() == ["77 1", refused], done.stderr


@pytest.mark.skipif(os.name != "posix", reason="gives up rights as POSIX has them")
def test_a_database_that_is_read_only_is_named(open_to_all):
    (open_to_all / ".lock").unlink()
    open_to_all.chmod(0o777)
    (open_to_all / "grades.db").chmod(0o444)
    done = run(READ_ONLY.replace('store.seed("exercise03")', "0"), open_to_all)
    said = f"{open_to_all}/grades.db is read-only; make it and its folder writable, or name another folder"
    assert done.stdout.splitlines() == ["0 1", f"StoreUnwritable {said}"], done.stderr


FILL = """
def filled(kept=0):
    with Store.open(out, writing=True) as store:
        entries = take(store, *(handed(f"s{number}") for number in range(500)))
        for entry in entries:
            store.keep([(entry, result(student=entry.student))], "k")
            kept += 1
            print(kept)

def whole():
    with Store.open(out, writing=False) as store:
        return [r.student for number in range(500) if (r := store.result(f"s{number}", "exercise03"))]

try:
    filled()
except GraderError as error:
    print(type(error).__name__, error)
    print(*whole())
"""


def check_filled(done: subprocess.CompletedProcess[str], error: str) -> None:
    *kept, said, whole = done.stdout.splitlines()
    assert said.startswith(error), done.stderr
    assert whole.split() == [f"s{number}" for number in range(int(kept[-1]))]


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk")
def test_a_disk_that_fills_up_ends_the_batch_and_keeps_what_was_kept(tmp_path):
    small = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=1m none "$0" && exec "$@"', str(tmp_path))
    if not shutil.which("unshare") or subprocess.run([*small, "true"], capture_output=True).returncode:
        pytest.skip("nobody but root may mount here")
    again = """
    with Store.open(out, writing=False) as store:
        assert len(store.todo({"exercise03": "k"}, "A")) == 500 - len(whole())
    """
    done = run(FILL + dedent(again), tmp_path / "marks", wrapper=small)
    assert done.returncode == 0, done.stderr
    check_filled(done, f"StoreFull the disk of {tmp_path}/marks is full; make room and run this again: what was graded")


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
def test_a_quota_that_is_used_up_ends_the_batch_and_keeps_what_was_kept(tmp_path):
    limit = """
    import resource
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    """
    done = run(dedent(limit) + FILL, tmp_path)
    check_filled(done, f"StoreUnwritable the disk fails at {tmp_path}/grades.db, or a quota is used up; what was")


# -- killed


WRITER = """
print(-1, 40, flush=True)
with Store.open(out, writing=True) as store:
    for run in range(10**6):
        entries = take(store, *(handed(f"s{number}") for number in range(40)))
        for start in range(0, 40, 8):
            chunk = entries[start:start + 8]
            checked = [(entry, result(student=entry.student, seed=run)) for entry in chunk]
            store.keep(checked, "k")
            print(run, start, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
@pytest.mark.parametrize("delay", [0.0, 0.013, 0.05, 0.11, 0.23, 0.31])
def test_a_batch_that_is_killed_has_kept_all_that_it_had_said(out, delay):
    command = [sys.executable, "-c", PREAMBLE + WRITER, str(out)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline(), process.stdout.readline()]
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.read().splitlines()
    last_run, start = map(int, said[-1].split())
    for writing in (False, True, False):
        with Store.open(out, writing) as store:
            seeds = [one.seed if (one := store.result(f"s{number}", "exercise03")) else -1 for number in range(40)]
            assert len(store.gradebook().marks) == 40
            assert len(store.stale_pages()) == sum(seed >= 0 for seed in seeds)
    chunks = [seeds[first : first + 8] for first in range(0, 40, 8)]
    assert all(len(set(chunk)) == 1 for chunk in chunks), "a chunk is whole"
    for first, chunk in zip(range(0, 40, 8), chunks, strict=True):
        told = last_run if first <= start else last_run - 1
        assert chunk[0] in (told, told + 1)
    with closing(sqlite3.connect(out / "grades.db")) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02, 0.04, 0.08])
def test_a_batch_that_is_killed_while_it_begins_can_be_run_again(out, delay):
    command = [sys.executable, "-c", PREAMBLE + WRITER, str(out)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
    with Store.open(out, writing=True) as store:
        assert len(store.gradebook().marks) in (0, 40)
        assert len(everything(store)) % 8 == 0
        take(store, handed("s0"))
        assert store.content(store.entries("s0")[0]) == handed("s0")[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_process_that_a_killed_batch_had_forked_does_not_hold_the_folder(out):
    code = """
    with Store.open(out, writing=True) as store:
        begun, begin = os.pipe()
        if os.fork():
            os.read(begun, 1)  # the child has let go of the lock by then
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(begin, b"x")
        os.close(1)
        os.close(2)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", PREAMBLE + dedent(code), str(out)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as process:
        assert process.wait() == -signal.SIGKILL
        with Store.open(out, writing=True) as store:
            store.set_seed(1)
