"""How much is read: of one file, of one student's archive, and of all submissions together."""

from __future__ import annotations

from grader.i18n import both
from grader.intake.refusals import Unreadable, amount

MAX_SOURCE = 256 * 1024
"""Bytes of source that are accepted; longer files cost the parser seconds and gigabytes."""
MAX_NOTEBOOK = 32 * 1024**2
"""Bytes of a notebook with the pictures in its outputs."""
MAX_LIST = 64 * 1024**2
"""Bytes of the list in a Gradescope export, which holds the results of all too."""
MAX_TIMESTAMP = 1024
"""Bytes of nbgrader's time of a submission."""
MAX_ARCHIVE = 64 * 1024**2
"""Bytes of an archive that lies in an archive, and so is held in memory."""
MAX_DEPTH = 2
"""Archives around a file: the class's, and in it a student's."""

MAX_ENTRIES = 2_000
"""Entries of one student's archive."""
MAX_UNPACKED = 64 * 1024**2
"""Bytes that one student's archive may unpack to."""
MAX_TOTAL_ENTRIES = 400_000
"""Entries of all together: 10,000 students with six exercises, and what macOS adds to each."""
MAX_TOTAL = 4 * 1024**3
"""Bytes read of all together."""
MAX_RATIO = 100
"""How many times its own size a class's archive may unpack to; any may unpack to ALWAYS_ALLOWED bytes."""
ALWAYS_ALLOWED = 64 * 1024**2


class Budget:
    """What may still be read, of all submissions together or, where there is a `whole`, of one student's archive.

    What is spent of a student's budget is spent of the whole too.
    """

    def __init__(self, entries: int, size: int, whole: Budget | None = None):
        self.entries, self.size, self._whole = entries, size, whole
        most, limit = f"{entries:,}", amount(size)
        if whole is not None:
            self._too_many = both("holds more than {most} entries; pack only what you wrote", most=most)
            self._too_large = both("unpacks to more than {limit}; pack only what you wrote", limit=limit)
            return
        self._too_many = both(
            "is not read further: all submissions together hold more than {most} entries; grade them in parts",
            most=most,
        )
        self._too_large = both(
            "is not read further: all submissions together are larger than {limit}; grade them in parts", limit=limit
        )

    def allow(self, entries: int = 0, size: int = 0) -> None:
        """Unreadable where so much may no longer be read."""
        if entries > self.entries:
            raise Unreadable(self._too_many)
        if size > self.size:
            raise Unreadable(self._too_large)
        if self._whole is not None:
            self._whole.allow(entries, size)

    def spend(self, entries: int = 0, size: int = 0) -> None:
        """Count what is read; Unreadable, and nothing is spent anywhere, where it is too much."""
        self.allow(entries, size)
        self.entries -= entries
        self.size -= size
        if self._whole is not None:
            self._whole.spend(entries, size)


def of_all(packed: int | None = None) -> Budget:
    """Return what may be read of all submissions, which may come as one archive of `packed` bytes."""
    unpacked = MAX_TOTAL if packed is None else min(MAX_TOTAL, max(ALWAYS_ALLOWED, MAX_RATIO * packed))
    return Budget(MAX_TOTAL_ENTRIES, unpacked)


def of_a_student(whole: Budget) -> Budget:
    """Return what may be read of one student's archive."""
    return Budget(MAX_ENTRIES, MAX_UNPACKED, whole)
