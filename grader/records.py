"""The records that travel through the grader: plain, frozen data, and nothing that acts."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "ko")

FULL_SCORE = 10.0
"""What an exercise is worth."""

FAILED = ("failed", "crashed", "timed_out", "not_allowed")
"""The outcomes of a check that has something to say about the student's code, and takes its points."""

# Control characters, format characters (bidi overrides among them), lone surrogates and line separators.
_INERT_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def inert(text: str) -> str:
    """Return text from a stranger with every character that acts (ANSI, bidi, NUL) spelled out as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        if char in "\n\t" or unicodedata.category(char) not in _INERT_CATEGORIES
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def columns(text: str) -> int:
    """Return how many columns of a terminal a line takes; Hangul takes two a letter."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@dataclass(frozen=True)
class Text:
    """One thing said in each language of the course."""

    en: str
    ko: str

    def __getitem__(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True)
class Exercise:
    """One exercise of a course. `hidden_checks`, `solution` and `oracle` are None where students work."""

    number: int
    slug: str
    title: Text
    stub: Path
    public_checks: Path
    hidden_checks: Path | None
    solution: Path | None
    oracle: Path | None

    @property
    def name(self) -> str:
        """exercise03: what people type, and the name of the file handed in."""
        return f"exercise{self.number:02d}"


@dataclass(frozen=True)
class Submission:
    """One student's file, read once. `source` is None, and `problem` says why, where it cannot be run."""

    label: str
    student: str
    source: str | None
    problem: Text | None = None
    cells: tuple[int, ...] = ()
    """Of a notebook, the line of `source` that each code cell begins at."""
    homes: tuple[tuple[str, int], ...] = ()
    """Of a notebook, names, and where the cell begins that was made for each: its definition there is what counts."""


@dataclass(frozen=True)
class CheckResult:
    """What one check said of one submission on one device (None for a check that uses no device)."""

    name: str
    title: Text
    functions: tuple[str, ...]
    device: str | None
    outcome: str
    score: float | None
    max_score: float
    message: Text | None
    hint: Text | None
    diagnosis: Text | None
    details: dict[str, Any] | None
    public: bool
    seconds: float
    borderline: bool = False
    """Whether a value passed or failed so near to its bound that a person should look at it; see `tolerance`."""


@dataclass(frozen=True)
class Result:
    """One submission's mark. `message` is about the file as a whole: why not all of it was read or loaded."""

    exercise: str
    title: Text
    submission: str
    student: str
    score: float | None
    max_score: float
    not_run_points: float
    status: str
    message: Text | None
    sandbox: str
    devices: tuple[str, ...]
    seed: int
    seconds: float
    checks: tuple[CheckResult, ...]

    @property
    def full_marks(self) -> bool:
        """Whether every check that was run passed."""
        return self.status == "graded" and all(check.outcome == "passed" for check in self.checks)

    @property
    def first_failed(self) -> CheckResult | None:
        """The check to work on: of those that failed, the first as a reader has them. A skipped one waits for another."""
        return next((check for check in self.checks if check.outcome in FAILED), None)

    @property
    def useless(self) -> bool:
        """Whether the file as a whole failed, so that no check has anything of its own to say."""
        return self.message is not None and not any(map(self._speaks, self.checks))

    def _speaks(self, check: CheckResult) -> bool:
        """Whether a check says more than that the file failed."""
        if check.outcome in ("skipped", "passed", "not_allowed", "broken"):
            return check.outcome != "skipped"
        return check.public and check.message is not None and self.message.en not in check.message.en

    def as_record(self) -> dict[str, Any]:
        """Return what `--json` prints, in JSON's own types; texts become {"en", "ko"}."""
        record = asdict(self)
        del record["title"], record["message"]
        return record


@dataclass(frozen=True)
class Entry:
    """One file of a class: whose it is, for which exercise, and what is known of it. Its bytes travel beside it."""

    student: str
    exercise: str
    file: str
    sha256: str
    late: bool = False
    note: Text | None = None
    """Which of several files it is, and why."""
    owner: str = ""
    """Who the student is by the files alone, where a roster calls the student otherwise."""


@dataclass(frozen=True)
class Override:
    """A score that the instructor set in the place of the automatic one, which is kept beside it."""

    score: float
    reason: str
    when: str
    """Date and time in UTC, as ISO 8601 writes it."""


@dataclass(frozen=True)
class Mark:
    """What a gradebook shows of one submission: its result without the checks, and what is known of the file.

    `score` is the automatic one, None where the grader could not tell; `final` is the one that counts. `status` is a
    result's, or `waiting` where the file has not been graded yet; then `report` is empty.
    """

    student: str
    exercise: str
    file: str
    late: bool
    note: Text | None
    """Which of several files was graded, and why."""
    score: float | None
    max_score: float
    status: str
    message: Text | None
    sandbox: str
    seconds: float
    report: str
    """Where the submission's page lies, from the class page: students/kim/exercise03.html."""
    override: Override | None = None
    borderline: int = 0
    """How many of its checks are borderline."""

    @property
    def final(self) -> float | None:
        return self.score if self.override is None else self.override.score


@dataclass(frozen=True)
class Page:
    """A student's report that is to be written, and what it will have been made of, for the store to know it by."""

    mark: Mark
    made_of: str


@dataclass(frozen=True)
class CheckShare:
    """How many submissions of an exercise passed a check, of those that it has a verdict on.

    Whoever it skipped, because what it needs did not pass, has not passed it. What is broken is no verdict.
    """

    name: str
    title: Text
    functions: tuple[str, ...]
    public: bool
    passed: int
    graded: int


@dataclass(frozen=True)
class ExerciseShare:
    """One exercise as the class met it."""

    exercise: str
    title: Text
    checks: tuple[CheckShare, ...]


@dataclass(frozen=True)
class Gradebook:
    """The marks of a class, by student and exercise, and what could not be graded.

    `absent` are the students of the roster who handed in nothing, None where there is no roster; `strangers` handed
    something in and are not on it. `unrecognised` are files of which nobody knows whose or which exercise's they are.
    """

    exercises: tuple[ExerciseShare, ...]
    marks: tuple[Mark, ...]
    absent: tuple[str, ...] | None
    strangers: tuple[str, ...]
    unrecognised: tuple[tuple[str, Text], ...]
    finished: str
    """When the last of it was graded, in UTC, as ISO 8601 writes it."""
