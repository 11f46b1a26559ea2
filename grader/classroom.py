"""A class's submissions in one piece: what counts, what does not and why, and who of the roster handed in nothing.

A batch grades `entries` and shows the rest. Nothing is run, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader import attendance, collect, roster
from grader.attendance import Attendance
from grader.intake.records import Refused
from grader.layouts.recognise import recognise
from grader.layouts.records import Found


@dataclass(frozen=True)
class Classroom:
    """All that lay in a folder or an archive, each file in one place.

    `entries` are to be graded, at most one for a student and an exercise, in the order of these; `superseded` had to
    make way for one of them. `unrecognised` are nobody's answer, or were refused. `layouts` names what was found, the
    commonest first (`layouts.records.said`). `attendance` is None where there is no roster.
    """

    layouts: tuple[str, ...]
    entries: tuple[Found, ...]
    superseded: tuple[Found, ...]
    unrecognised: tuple[Refused, ...]
    attendance: Attendance | None

    @property
    def names(self) -> dict[str, str]:
        """What each student is called, by label: as on the roster, where it knows the student and nobody shares it."""
        labels = {entry.student.label: entry.student.label for entry in self.entries}
        if self.attendance is None:
            return labels
        called: dict[str, list[str]] = {one.label: [""] for one in self.attendance.absent}
        for student, enrolled in self.attendance.present:
            called.setdefault(enrolled.label, []).append(student.label)
        alone = {owners[0]: name for name, owners in called.items() if len(owners) == 1}
        return labels | {label: name for label, name in alone.items() if name not in labels}


def read(place: Path, exercises: Mapping[str, str], roster_file: Path | None = None) -> Classroom:
    """Read what a class handed in for these exercises, by name with the topic of each (`catalogue.topics`).

    MissingFile where there is nothing to read, BrokenRoster where the roster is wrong, which is read first.
    """
    enrolled = None if roster_file is None else roster.read(roster_file)
    gathered = collect.gather(place)
    found = recognise(gathered, exercises)
    return Classroom(
        layouts=found.layouts,
        entries=found.entries,
        superseded=found.superseded,
        unrecognised=tuple(sorted((*found.unrecognised, *gathered.refused), key=lambda one: (one.name, one.problem.en))),
        attendance=None if enrolled is None else attendance.match(found.students, enrolled),
    )
