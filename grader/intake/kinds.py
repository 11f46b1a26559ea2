"""What a file is for the grader, by its name alone: source, notebook, archive, noise or nothing that can be graded."""

from __future__ import annotations

from collections.abc import Callable

from grader.i18n import both
from grader.intake import limits
from grader.intake.names import Parts
from grader.intake.refusals import Unfit, no_answer

SizeLimit = Callable[[Parts], int | None]
"""Says how many bytes a file of this path may have, or None where nobody wants it; raises Unfit where it is refused."""

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_OTHER_ARCHIVES = (".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".alz", ".egg")
_NOISE = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini", "__pycache__", ".ipynb_checkpoints",
          ".git", ".idea", ".vscode", "submission_secret.txt"}  # fmt: skip

GRADESCOPE_LIST = "submission_metadata.yml"
"""Who handed in which folder of a Gradescope export."""
TIMESTAMP = "timestamp.txt"
"""When nbgrader took in a folder; it marks the folder as one of nbgrader's."""


def is_noise(name: str) -> bool:
    """Whether systems and editors leave this beside people's files; it is passed over without a word."""
    return name.lower() in _NOISE or name.startswith("._")


def is_archive(name: str) -> bool:
    """Whether the name is that of an archive that can be read."""
    return name.lower().endswith(_ARCHIVES)


def without_archive_suffix(name: str) -> str:
    """Return the name without what makes it an archive's; kim for kim.tar.gz, and for kim."""
    if not is_archive(name):
        return name
    suffix = max((ending for ending in _ARCHIVES if name.lower().endswith(ending)), key=len)
    return name[: len(name) - len(suffix)]


def size_limit(depth: int) -> SizeLimit:
    """Return the limits for files in `depth` archives."""

    def limit(parts: Parts) -> int | None:
        name = parts[-1].lower()
        if any(map(is_noise, parts)):
            return None
        if name.endswith(".py"):
            return limits.MAX_SOURCE
        if name.endswith(".ipynb"):
            return limits.MAX_NOTEBOOK
        if is_archive(name):
            if depth == limits.MAX_DEPTH:
                raise Unfit(both("is an archive in an archive in an archive; hand in one archive of files"))
            return limits.MAX_ARCHIVE
        if name.endswith(_OTHER_ARCHIVES):
            raise Unfit(both("is an archive of a kind that is not read here; pack it again as .zip"))
        if name == TIMESTAMP:
            return limits.MAX_TIMESTAMP
        if name == GRADESCOPE_LIST and depth < limits.MAX_DEPTH:
            return limits.MAX_LIST
        raise Unfit(no_answer())

    return limit
