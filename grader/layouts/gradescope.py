"""Read who handed in what from the list in a Gradescope export, submission_metadata.yml.

It is no YAML reader: it knows the few lines that name a submission's people, by their columns, and passes over all
else. What students' programs printed stands in the file too, always further to the right.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

from grader.intake.names import shown
from grader.layouts.records import Student, with_id

MAX_GROUP = 50
"""Students who hand in together; more are passed over."""

_SUBMISSION = re.compile(r"(submission_\w{1,60}):\s*")
_SUBMITTERS = re.compile(r"  :?submitters:\s*")
_FIELD = re.compile(r"(?P<indent> {2,8})(?P<dash>- )?:?(?P<key>name|sid|email):(?: (?P<value>.*))?")


def submitters(content: bytes) -> dict[str, tuple[Student, ...]]:
    """Return who handed in each folder of the export. What cannot be understood is left out."""
    found = {}
    for folder, lines in _blocks(content):
        people = [_student(fields, folder) for fields in _people(lines)]
        if people:
            found.setdefault(folder, tuple({student.label: student for student in people}.values()))
    return found


def _blocks(content: bytes) -> Iterator[tuple[str, list[str]]]:
    """Yield each submission's folder, and the lines of the list of its submitters."""
    folder, lines, listing = "", [], False
    for raw in io.BytesIO(content):  # no other line ends than \n, since students' words may hold any
        line = raw[:1000].decode("utf-8", "replace").rstrip("\r\n")
        if line[:1] not in (" ", ""):
            if lines:
                yield folder, lines
            start = _SUBMISSION.fullmatch(line.removeprefix("\ufeff"))
            folder, lines, listing = start[1] if start else "", [], False
        elif listing and line.startswith(("  - ", "   ")):
            if len(lines) < 10 * MAX_GROUP:
                lines.append(line)
        else:
            listing = bool(folder and not lines and _SUBMITTERS.fullmatch(line))
    if lines:
        yield folder, lines


def _people(lines: list[str]) -> list[dict[str, str]]:
    """Return the fields of each submitter. A key stands below the first one of its list item, else it is no key."""
    people: list[dict[str, str]] = []
    column = len(lines[0]) - len(lines[0].lstrip(" "))
    for line in lines:
        if line.startswith(" " * column + "- ") and len(people) < MAX_GROUP:
            people.append({})
        field = _FIELD.fullmatch(line)
        if field and people and len(field["indent"]) + len(field["dash"] or "") == column + 2:
            people[-1].setdefault(field["key"], _scalar(field["value"] or ""))
    return people


def _student(fields: dict[str, str], folder: str) -> Student:
    name, sid, email = (fields.get(key, "") for key in ("name", "sid", "email"))
    return Student(label=with_id(name, sid or email) or folder, name=name, id=sid, email=email)


def _scalar(value: str) -> str:
    """Return a value that stands on one line, fit to be shown; "" where it is of a kind that is not read here."""
    value = value.strip()
    if value[:1] == "'":
        value = value[1:-1].replace("''", "'") if len(value) > 1 and value[-1] == "'" else ""
    elif value[:1] == '"':
        try:
            value = json.loads(value)
        except ValueError:
            value = ""
    elif value[:1] in tuple("|>&*!{[%@`") or value in ("~", "null"):
        value = ""
    return shown(value.strip()) if value.strip() else ""
