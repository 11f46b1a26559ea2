"""Read the list of a course's students, and say which of them handed something in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import BrokenRoster
from grader.i18n import both
from grader.intake import folders
from grader.intake.names import folded, shown
from grader.intake.refusals import Unfit, amount
from grader.records import Text, inert

MAX_ROSTER = 4 * 1024**2
"""Bytes of a roster: 10,000 students with four columns take one."""

_HEADINGS = {
    "name": "name, full name, student, student name, 이름, 성명, 학생, 학생 이름",
    "first": "first name, given name",
    "last": "last name, surname, family name, 성",
    "id": "id, student id, student number, sis user id, sis id, sid, user id, id number, 학번, 학생 번호",
    "email": "email, e mail, email address, 이메일, 이메일 주소, 전자우편, 메일",
    "login": "login, login id, sis login id, username, user name, 아이디, 로그인, 사용자 아이디",
}
_MEANING = {heading: meaning for meaning, headings in _HEADINGS.items() for heading in headings.split(", ")}

_SEPARATORS = " \t;,"

_Row = tuple[int, list[str]]
"""A line's number, and its cells."""


@dataclass(frozen=True)
class Enrolled:
    """One student of the roster. Canvas knows two ids of each; any of them may be empty."""

    line: int
    name: str
    ids: tuple[str, ...] = ()
    email: str = ""
    login: str = ""

    @property
    def label(self) -> str:
        """What to call this student who handed in nothing."""
        return next(filter(None, (self.name, *self.ids, self.login, self.email)), "")


def read(path: Path) -> tuple[Enrolled, ...]:
    """Read a roster; BrokenRoster says what is wrong with it."""
    label = inert(str(path)).replace("\n", "\\n")
    try:
        rows = [(line, cells) for line, cells in _rows(_text(_content(path))) if any(cells)]
        if not rows:
            raise Unfit(both("names no student; write a line for each: name, id, email"))
        meanings = _meanings(rows[0][1])
        students = [_headed(row, meanings) for row in rows[1:]] if meanings else [_unheaded(row) for row in rows]
        students = [student for student in students if student is not None]
        if not students:
            raise Unfit(both("names no student; write a line for each: name, id, email"))
        _check_duplicates(students)
    except Unfit as unfit:
        raise BrokenRoster(both("{file} {problem}", file=label, problem=unfit.problem)) from None
    return tuple(students)


def _content(path: Path) -> bytes:
    try:
        if not path.exists():
            raise Unfit(both("is not there; name the file with the list of students"))
        if not path.is_file():
            raise Unfit(both("is no file; name the file with the list of students"))
        with folders.opened(str(path)) as stream:
            content = stream.read(MAX_ROSTER + 1)
    except (OSError, ValueError) as error:
        raise Unfit(both("cannot be read: {error}", error=getattr(error, "strerror", None) or "-")) from None
    if len(content) > MAX_ROSTER:
        raise Unfit(both("is larger than {limit}; a list of students is smaller", limit=amount(MAX_ROSTER)))
    return content


def _text(content: bytes) -> str:
    """Decode as UTF-8, as UTF-16 where a mark says so, or as Korean Windows writes it."""
    if content.startswith(b"PK"):
        raise Unfit(both("is a spreadsheet; save it as CSV"))
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unfit(both("is no text that can be read; save it as CSV in UTF-8"))


def _rows(text: str) -> list[_Row]:
    """Split into rows and cells, by the separator that finds the most headings, else the most columns."""
    first = [line[:1000] for line in text.splitlines() if line.strip(_SEPARATORS)][:10]

    def found(separator: str) -> tuple[int, int]:
        rows = [_cells(cells) for cells in csv.reader(first, delimiter=separator)]
        return len(_meanings(rows[0])) if rows else 0, sum(map(len, rows))

    return list(_read(text, max("\t;,", key=found)))  # of two as good not the comma, which names have


def _read(text: str, separator: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, _cells(cells)
            line = reader.line_num + 1
    except csv.Error:
        raise Unfit(both("has a quotation mark in line {line} that is not closed as CSV wants it", line=line)) from None


def _cells(cells: Iterable[str]) -> list[str]:
    """Return what stands in the cells, fit to be shown."""
    return [shown(cell.strip()) if cell.strip(_SEPARATORS) else "" for cell in cells]


def _meanings(cells: list[str]) -> dict[int, str]:
    """Return what each column means by its heading; empty where this is no row of headings."""
    headings = [re.sub(r"[\W_]+", " ", cell).strip().casefold() for cell in cells]
    return {column: _MEANING[heading] for column, heading in enumerate(headings) if heading in _MEANING}


def _headed(row: _Row, meanings: dict[int, str]) -> Enrolled | None:
    """Read a row below headings; None for the line of points in Canvas's gradebook."""
    line, cells = row
    found: dict[str, list[str]] = {meaning: [] for meaning in _HEADINGS}
    for column, cell in enumerate(cells):
        if cell and column in meanings:
            found[meanings[column]].append(cell)
    first, last = found["first"], found["last"]
    if found["name"] and last and not first:  # Korean headings: 이름 is the given name beside a 성
        name = "".join((*last, *found["name"]))
    else:
        name = next(iter(found["name"]), "") or " ".join((*first, *last))
    if name.casefold() == "points possible":
        return None
    email, login = (next(iter(found[meaning]), "") for meaning in ("email", "login"))
    if not (name or found["id"] or email or login):
        raise Unfit(both("has neither a name nor an id in line {line}; fill it in, or take the line out", line=line))
    return Enrolled(line, name, tuple(dict.fromkeys(found["id"])), email, login)


def _unheaded(row: _Row) -> Enrolled:
    """Read a row of a list without headings: with an @ it is an email, with a digit an id, else the name."""
    line, cells = row
    cells = [cell for cell in cells if cell]
    email = next((cell for cell in cells if "@" in cell), "")
    ids = [cell for cell in cells if "@" not in cell and any(map(str.isdigit, cell))]
    names = [cell for cell in cells if "@" not in cell and cell not in ids]
    return Enrolled(line, next(iter(names), ""), tuple(ids[:1]), email)


def _check_duplicates(students: list[Enrolled]) -> None:
    """Unfit where two lines are one student's, as far as the list tells."""
    lines: dict[tuple[str, str], int] = {}
    for student in students:
        for kind, word in _keys(student):
            before = lines.setdefault((kind, folded(word)), student.line)
            if before != student.line:
                raise Unfit(_twice(before, student.line, word))


def _keys(student: Enrolled) -> list[tuple[str, str]]:
    """Return what no two students share: ids, email and login, or the name where there is nothing else."""
    known = [("id", number) for number in student.ids]
    known += [(kind, word) for kind, word in (("email", student.email), ("login", student.login)) if word]
    return known or [("name", student.name)]


def _twice(before: int, line: int, word: str) -> Text:
    return both(
        "has {word} in line {before} and in line {line}; leave one of them, or tell them apart",
        word=word, before=before, line=line,
    )  # fmt: skip
