"""What the name of a file says: an exercise, which attempt it is and, in a flat folder, whose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

WAYS = BY_NAME, BY_SHORT_NAME, BY_TOPIC = 3, 2, 1
"""How a name says an exercise, the surest first: exercise03 (exercise 3, exercise_03), ex3 (과제3), or its topic
(binary_cross_entropy)."""
BY_FOLDER = 0
"""How sure an exercise is that only the name of a folder around a file says."""

_FLAGS = re.IGNORECASE | re.ASCII
_START, _NUMBER = "(?<![A-Za-z0-9])", "[ _-]?([0-9]{1,9})(?![0-9])"

# What browsers and LMSs add to a name that is taken: `exercise03-1.py`, `exercise03 (2).py`.
_ATTEMPT = re.compile(r"\s?\(([0-9]{1,3})\)$|-([0-9]{1,3})$")
# What people's systems add to a copy, before a number or behind one.
_COPY = re.compile(r"(?:[ -]{1,3}copy|[ -]{1,3}복사본|의 사본)[ (]{0,2}[0-9]{0,3}\)?$", re.IGNORECASE)
_COPY_OF = re.compile(r"copy of ", re.IGNORECASE)

_SEPARATORS = " _-."


class Mention(NamedTuple):
    """An exercise that a name says, and from where to where."""

    exercise: str
    start: int
    end: int


class Names:
    """What finds the exercises of a course in names: their names and their topics (slugs), as people write them."""

    def __init__(self, topics: Mapping[str, str]):
        self._by_number = {int(name.removeprefix("exercise")): name for name in topics}
        self._by_topic = {_squeezed(topic): name for name, topic in topics.items() if topic}
        longest_first = sorted(filter(None, topics.values()), key=len, reverse=True)  # not cross_entropy in a longer one
        spelled = "|".join("[ _-]?".join(map(re.escape, topic.split("_"))) for topic in longest_first)
        self._patterns = {
            BY_NAME: re.compile(f"{_START}exercise{_NUMBER}", _FLAGS),
            BY_SHORT_NAME: re.compile(f"{_START}(?:ex|과제){_NUMBER}", _FLAGS),
            BY_TOPIC: re.compile(f"{_START}({spelled or '(?!)'})(?![A-Za-z0-9])", _FLAGS),
        }

    def mentions(self, name: str, way: int) -> list[Mention]:
        """Return where a name says an exercise in this way, the topic behind its own number included."""
        found = []
        for match in self._patterns[way].finditer(name):
            exercise = self._by_topic[_squeezed(match[1])] if way == BY_TOPIC else self._by_number.get(int(match[1]))
            if exercise is not None:
                found.append(Mention(exercise, match.start(), self._end_of_topic(name, match.end(), exercise)))
        return found

    def said(self, name: str, way: int) -> list[str]:
        """Return the exercises that a name says in this way, each once."""
        return list(dict.fromkeys(mention.exercise for mention in self.mentions(name, way)))

    def numbered(self, name: str) -> list[Mention]:
        """Return where a name says an exercise by its number."""
        return self.mentions(name, BY_NAME) or self.mentions(name, BY_SHORT_NAME)

    def is_one(self, name: str) -> bool:
        """Whether a name is an exercise's and says nothing else."""
        return any((found.start, found.end) == (0, len(name)) for way in WAYS for found in self.mentions(name, way))

    def _end_of_topic(self, name: str, end: int, exercise: str) -> int:
        """Return where exercise03_binary_cross_entropy ends, whose number ends at `end`."""
        topic = self._patterns[BY_TOPIC].match(name, end + 1) if name[end : end + 1] in tuple(" _-") else None
        return topic.end() if topic and self._by_topic[_squeezed(topic[1])] == exercise else end


def attempt(name: str, exercises: Names) -> int:
    """Return the number that was added to a file's name, 0 where there is none. A copy's number says nothing."""
    stem = stem_of(name)
    added = _ATTEMPT.search(stem)
    if added is None or _COPY.search(stem):
        return 0
    found = exercises.numbered(stem)
    return 0 if found and added.start() < found[-1].end else int(added[1] or added[2])  # the 03 of exercise-03


def is_check(name: str, exercises: Names) -> bool:
    """Whether this is a copy of an exercise's own checks, test_exercise03.py."""
    if "test_" not in name.lower():
        return False
    stem = _COPY_OF.sub("", stem_of(name), count=1)
    found = exercises.mentions(stem, BY_NAME)
    return len(found) == 1 and stem[: found[0].start].lower() == "test_" and not _bare(stem[found[0].end :])


def student_in(stem: str, exercises: Names) -> str:
    """Return the student's part of a name that says both, kim_exercise03 or exercise03_kim; "" where there is none.

    A topic alone is none: cross_entropy_helper.py would make a student of its helper.
    """
    found = exercises.numbered(stem)
    if not found:
        return ""
    before, after = stem[: found[-1].start], stem[found[0].end :]
    before = _COPY_OF.sub("", before, count=1).strip(_SEPARATORS)
    if before or not _bare(after):
        return before
    # here a number behind a hyphen may be a part of the name: student-1, student-2
    return _bare(after, hyphens=False).strip(_SEPARATORS)


def stem_of(name: str) -> str:
    """Return a name without its ending: exercise03 of exercise03.py."""
    return name.rpartition(".")[0] or name


def _bare(text: str, hyphens: bool = True) -> str:
    """Return the end of a name without what was added to it, each in turn."""
    while added := _COPY.search(text) or _ATTEMPT.search(text):
        if not hyphens and text[added.start()] == "-" and added.re is _ATTEMPT:
            break
        text = text[: added.start()]
    return text


def _squeezed(topic: str) -> str:
    return re.sub("[ _-]", "", topic).lower()
