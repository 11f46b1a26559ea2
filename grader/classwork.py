"""What an instructor does with a class at the command line: grade it, make its pages again, set scores, compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path

import click

from grader import catalogue, chunk, classroom, collect, outputs, progress
from grader.batch import Batch
from grader.changes import changes, points
from grader.classroom import Classroom
from grader.errors import GradingFault, OutputUnwritable
from grader.i18n import both
from grader.layouts.records import said
from grader.processes import Processes, answer_of
from grader.records import Entry, Gradebook, Mark, Override, Result, Text, inert
from grader.sandbox import launch
from grader.statistics import near_tolerance
from grader.store import Store

MAX_SHOWN = 20
"""Lines of one kind that a terminal gets; the page of the class has all."""


@dataclass(frozen=True)
class Wish:
    """How a class is to be graded."""

    roster: Path | None
    only: str | None
    processes: int
    seed: int | None
    unsafe: bool


def grade_class(place: Path, out: Path, wish: Wish, language: str) -> int:
    """Grade what a class handed in, write its pages, and return the exit code: 0 all graded, 2 any broken."""
    levels = (*launch.STRANGERS, "C") if wish.unsafe else launch.STRANGERS
    if out.resolve().is_relative_to(place.resolve()):
        words = both("the marks in {out} would lie among the submissions; give an --out beside {place}",
                     out=inert(str(out)), place=inert(str(place)))  # fmt: skip
        raise OutputUnwritable(words)
    with Processes(wish.processes, chunk.prepare, levels, out.resolve()) as processes:
        machine = processes.submit(chunk.machine, levels)  # torch is imported there while the files are read here
        found = classroom.read(place, catalogue.topics(), wish.roster)
        with Store.open(out, writing=True) as store:
            _hand_in(store, found)
            failed = _grade(store, processes, machine, found, wish, language)
            gradebook = outputs.write(store, out, language, processes)
    broken = {(mark.student, mark.exercise) for mark in gradebook.marks if mark.status == "broken"}
    stands = [result for result in failed if (result.student, result.exercise) not in broken]
    _tell(_summary(gradebook, out), language)
    _tell((both("not graded again, and the mark of before stands: {student}, {exercise}: {reason}", student=one.student,
                exercise=one.exercise, reason=_why(one)) for one in stands), language)  # fmt: skip
    return 2 if broken or stands else 0


def _grade(
    store: Store, processes: Processes, asked: Future, found: Classroom, wish: Wish, language: str
) -> list[Result]:
    """Grade what is to be graded, and return what could not be."""
    again = None if wish.only is None else store.entries(wish.only)
    if wish.seed is not None:
        store.set_seed(wish.seed)
    _tell(_heading(found), language)
    machine = answer_of(asked)
    if isinstance(machine, Text):
        words = both("{reason}; `--unsafe` grades without one, if every submission can be trusted", reason=machine)
        raise GradingFault(words)
    batch = Batch(store, processes, wish.processes, machine)
    keys = batch.keys(catalogue.names())
    entries = store.todo(keys, machine.sandbox) if again is None else again
    with progress.shown(len(entries), language, sys.stderr) as count:
        batch.grade(keys, entries, count.add)
        return count.broken


def preview(place: Path, roster: Path | None, language: str) -> int:
    """Say who has handed in what, and what would not be graded. Nothing is graded or written."""
    found = classroom.read(place, catalogue.topics(), roster)
    _tell(_heading(found), language)
    names = found.names
    for label, entries in groupby(found.entries, key=lambda entry: entry.student.label):
        click.echo(names[label])
        for entry in entries:
            late = both("late") if entry.late else None
            more = "; ".join(text[language] for text in (late, entry.note) if text is not None)
            click.echo(f"    {entry.exercise}  {entry.file.path}{f'  ({more})' if more else ''}")
    _tell((both("does not count: {file}", file=entry.file.path) for entry in found.superseded), language)
    _tell((both("not recognised: {reason}", reason=one.reason) for one in found.unrecognised), language)
    if found.attendance is not None:
        _tell((both("handed in nothing: {name}", name=one.label) for one in found.attendance.absent), language)
        _tell((both("not on the roster: {name}", name=one.label) for one in found.attendance.strangers), language)
    return 0


def write_pages(out: Path, language: str) -> int:
    """Make all pages of a class again, of the store alone."""
    _expect_grades(out)
    with Store.open(out, writing=True) as store, Processes(os.cpu_count() or 1) as processes:
        gradebook = outputs.write(store, out, language, processes, anew=True)
    _tell(_summary(gradebook, out), language)
    return 0


def override(out: Path, student: str, exercise: str, score: float | None, reason: str, language: str) -> int:
    """Set a score in the place of the automatic one, or (None) take it back, and bring the pages up to date."""
    _expect_grades(out)
    with Store.open(out, writing=True) as store, Processes(1) as processes:
        if score is None:
            store.withdraw(student, exercise)
        else:
            when = datetime.now(UTC).isoformat(timespec="seconds")
            store.override(student, exercise, Override(score, reason, when))
        gradebook = outputs.write(store, out, language, processes)
    mark = next((mark for mark in gradebook.marks if (mark.student, mark.exercise) == (student, exercise)), None)
    if mark is None:  # what the score was set for is not handed in any more
        _tell([both("{student}, {exercise}: no score is set any more", student=student, exercise=exercise)], language)
        return 0
    _tell([both("{student}, {exercise}: {score} of {max_score:g} (by the checks: {automatic})", student=student,
                exercise=exercise, score=points(mark.final), max_score=mark.max_score, automatic=points(mark.score))],
          language)  # fmt: skip
    return 0


def compare(old: Path, new: Path, language: str) -> int:
    """List whose mark moves from one folder of grades to another, by how much, and because of which check."""
    with Store.open(old, writing=False) as before, Store.open(new, writing=False) as after:
        moved = list(changes(before, after))
    for change in moved:
        click.echo(change.text[language])
    up, down = (sum(change.by is not None and sign * change.by > 0 for change in moved) for sign in (1, -1))
    click.echo(both("{count} marks differ: {up} go up, {down} go down", count=len(moved), up=up, down=down)[language])
    return 0


def _expect_grades(out: Path) -> None:
    """NoGrades where nothing has been graded into a folder: who opens it to write would make it."""
    with Store.open(out, writing=False):
        pass


def _hand_in(store: Store, found: Classroom) -> None:
    names = found.names
    entries = (
        (Entry(names[one.student.label], one.exercise, str(one.file.path), collect.identity(one.file), one.late, one.note,
               one.student.label), one.file.content)
        for one in found.entries
    )
    who = found.attendance
    store.take(
        entries,
        None if who is None else tuple(one.label for one in who.absent),
        () if who is None else tuple(one.label for one in who.strangers),
        tuple((one.name, one.problem) for one in found.unrecognised),
    )


def _heading(found: Classroom) -> Iterator[Text]:
    students = {entry.student.label for entry in found.entries}
    for layout in found.layouts:
        yield both("found {layout}", layout=said(layout))
    yield both("{files} files of {students} students count, {others} do not, {unrecognised} were not recognised",
               files=len(found.entries), students=len(students), others=len(found.superseded),
               unrecognised=len(found.unrecognised))  # fmt: skip


def _summary(gradebook: Gradebook, out: Path) -> Iterator[Text]:
    yield from _first((both("not recognised: {file} {problem}", file=name, problem=problem)
                       for name, problem in gradebook.unrecognised), len(gradebook.unrecognised))  # fmt: skip
    yield from statuses(gradebook)
    if close := sum(map(near_tolerance, gradebook.marks)):
        yield both("near the tolerance: {count}; the page of the class names them", count=close)
    yield both("the class: {page}   the marks: {csv}", page=out / "index.html", csv=out / "grades.csv")


def statuses(gradebook: Gradebook) -> Iterator[Text]:
    """Say how many were graded, and name those that could not be."""
    found = [mark.status for mark in gradebook.marks]
    yield both("graded {graded}, unreadable {unreadable}, broken {broken}",
               **{status: found.count(status) for status in ("graded", "unreadable", "broken")})  # fmt: skip
    broken = [mark for mark in gradebook.marks if mark.status == "broken"]
    yield from _first(map(_broken, broken), len(broken))
    if broken:
        yield both("What is broken is our fault and has no score. Mend what is named, and run the same command again: it "
                   "grades only these")  # fmt: skip


def _first(lines: Iterable[Text], count: int) -> Iterator[Text]:
    """Yield what a terminal gets of so many lines."""
    yield from islice(lines, MAX_SHOWN)
    if count > MAX_SHOWN:
        yield both("and {count} more; see the page", count=count - MAX_SHOWN)


def _broken(mark: Mark) -> Text:
    return both("broken: {student}, {exercise}: {reason}", student=mark.student, exercise=mark.exercise,
                reason=_why(mark))  # fmt: skip


def _why(broken: Mark | Result) -> Text:
    return broken.message or both("a check does not work; see the report")


def _tell(lines: Iterable[Text], language: str) -> None:
    for line in lines:
        click.echo(line[language])
