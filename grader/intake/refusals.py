"""Why something is not taken in, in words for the person who handed it in: the sentences that several readers say."""

from __future__ import annotations

from grader.i18n import both
from grader.records import Text


class Unfit(Exception):
    """This entry cannot be taken; the next one may. `problem` is a sentence that lacks its subject."""

    def __init__(self, problem: Text):
        super().__init__(problem.en)
        self.problem = problem


class TooLarge(Unfit):
    """The entry may well be right, but is larger than what is read."""


class Unreadable(Unfit):
    """Nothing more can be read of what holds this entry."""


def amount(size: int) -> str:
    """Write a number of bytes for a person."""
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"


def too_large(limit: int) -> TooLarge:
    """Say that a file is larger than a limit."""
    return TooLarge(both("is larger than {limit}; hand in what you wrote, without data and outputs", limit=amount(limit)))


def not_regular() -> Unfit:
    """Say that something is neither a file nor a folder nor a link."""
    return Unfit(both("is not a regular file; hand in the file itself"))


def link() -> Unfit:
    """Say that something is a link."""
    return Unfit(both("is a link; hand in the file itself"))


def damaged() -> Text:
    """Say that an archive, or an entry of one, is not as it was packed."""
    return both("is damaged or cut short; pack it again and hand it in once more")


def no_answer() -> Text:
    """Say that a file is of no kind that anybody hands in."""
    return both("is neither a .py file nor a notebook nor a .zip or .tar archive, and was left out")
