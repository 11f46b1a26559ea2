"""What one file claims to be: whose, and for which exercise; and which of several claims to one mark counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.i18n import both
from grader.intake.names import Parts
from grader.intake.records import HandedIn
from grader.layouts.naming import BY_FOLDER
from grader.layouts.owners import Owner
from grader.layouts.records import Found, Student, with_id
from grader.records import Text


@dataclass(frozen=True)
class Claim:
    """One file of one owner. `way` is how the file's own name says the exercise (`naming.WAYS`), or BY_FOLDER."""

    owner: Owner
    outside: Parts
    exercise: str
    way: int
    attempt: int
    file: HandedIn
    doubt: Text | None = None

    @property
    def newness(self) -> tuple[int, int, float, int, str]:
        """What sorts the claims of one student to one exercise, the one that counts last."""
        path = str(self.file.path)
        return self.owner.order, self.attempt, self.file.modified or 0.0, -len(path), path


def with_participants(claims: Sequence[Claim]) -> list[Claim]:
    """Tell apart Moodle's students of one name. Their numbers change with each assignment, and so with each download.

    Two numbers of a name in one download are two students where they have files for one exercise. Elsewhere they are
    taken for one, whose downloads lie in one folder, and the claims say so.
    """
    numbers: dict[tuple[str, Parts], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for claim in claims:
        if claim.owner.participant:
            numbers[_name(claim), claim.outside][claim.exercise].add(claim.owner.participant)
    shared = {name for (name, _), found in numbers.items() if any(len(those) > 1 for those in found.values())}
    return [_told_apart(claim, shared, numbers[_name(claim), claim.outside]) for claim in claims]


def decided(claims: Sequence[Claim]) -> tuple[list[Found], list[Found], list[Claim]]:
    """Return what counts, what a newer file took the place of, and the claims that could mean anything."""
    entries, superseded, unclear = [], [], {}
    rivals: dict[tuple[str, str], list[tuple[Student, Claim]]] = defaultdict(list)
    for claim in claims:
        for student in claim.owner.students:
            rivals[student.label, claim.exercise].append((student, claim))
    for those in rivals.values():
        if len(those) == 1:
            entries.append(_entry(*those[0], 1))
            continue
        surest = max(claim.way for _, claim in those) or None  # of several that only a folder names none is the answer
        unclear.update((claim.file.path, claim) for _, claim in those if claim.way != surest)
        named = sorted((one for one in those if one[1].way == surest), key=lambda one: one[1].newness)
        if named:
            *older, (student, newest) = named
            entries.append(_entry(student, newest, 1 + len(older)))
            superseded += [_entry(whose, claim, 1) for whose, claim in older]
    return entries, superseded, list(unclear.values())


def _name(claim: Claim) -> str:
    return claim.owner.students[0].label


def _told_apart(claim: Claim, shared: set[str], numbers: dict[str, set[str]]) -> Claim:
    if not claim.owner.participant:
        return claim
    name = _name(claim)
    if name in shared:
        student = Student(label=with_id(name, claim.owner.participant), name=name)
        return replace(claim, owner=replace(claim.owner, students=(student,)))
    merged = sorted(set().union(*numbers.values()))
    if len(merged) == 1:
        return claim
    return replace(claim, doubt=both("participants {numbers} are taken for one student", numbers=", ".join(merged)))


def _entry(student: Student, claim: Claim, count: int) -> Found:
    others = [other.label for other in claim.owner.students if other != student]
    notes = [claim.doubt] if claim.doubt else []
    if count > 1:
        notes.append(both("{count} files; the newest, {file}, counts", count=count, file=claim.file.path))
    if claim.way == BY_FOLDER:
        notes.append(both("for {exercise} by the name of its folder", exercise=claim.exercise))
    if others:
        notes.append(both("handed in together with {students}", students=", ".join(others)))
    return Found(student, claim.exercise, claim.file, claim.owner.late, claim.attempt, _joined(notes))


def _joined(notes: list[Text]) -> Text | None:
    if not notes:
        return None
    return Text(en="; ".join(note.en for note in notes), ko="; ".join(note.ko for note in notes))
