"""Which process runs which tests, where there are several: those of one file share its launchers and its graded runs."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

from grader.garbage import settle

LONGEST = ("test_exercises.py", "test_attacks.py at A", "test_attacks.py at B", "test_batch.py", "test_report.py")
"""What is begun first, so that nothing long is left at the end."""


def _group(nodeid: str) -> str:
    """Return what runs in one process: a file's tests, but those of the attacks level by level."""
    path, _, name = nodeid.partition("::")
    file, parameter = path.rpartition("/")[2], name.partition("[")[2]
    return f"{file} at {parameter[0]}" if file == "test_attacks.py" and parameter[1:2] == "-" else file


class ByGroup(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByGroup:
    config.option.loadscopereorder = False
    return ByGroup(config, log)


def pytest_collection_finish() -> None:
    settle()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {group: place for place, group in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(_group(item.nodeid), len(places)))
