"""Grading as a user without any power, and what `grade doctor` says where a worker cannot read its own Python."""

from __future__ import annotations

import json
import os
import shutil
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ..soak.accounts import PLACE, VERSION, Account, Unavailable, at_hand, unprivileged

DOCTOR = "from grader.cli import main; main()"
STRANGER = 12345

PROBE = """
import json
from grader.sandbox import probe
print(json.dumps({found.level: " ".join(advice.en for advice in found.advice) for found in probe.findings()}))
"""

GRADE = """
import json, os, sys, tempfile
from pathlib import Path
from grader.sandbox import launch
from tests.attacks.arena import Arena, Attack, said

READER = Attack("a reader", '''
def double(x):
    for path in SECRETS:
        attempt(f"read {path}", lambda: read(path))
    return x * 2
''')

with tempfile.TemporaryDirectory() as folder:
    arena = Arena(Path(folder))
    os.chdir(folder)
    launchers = [launch.start((level,)) for level in sys.argv[1:]]  # both import torch at the same time
    try:
        graded = [arena.grade(launcher, READER)[0] for launcher in launchers]
    finally:
        for launcher in launchers:
            launcher.close()
print(json.dumps([[result.score, said(result)] for result in graded]))
"""


@pytest.fixture(scope="module")
def nobody() -> Iterator[Account]:
    try:
        with unprivileged() as account:
            yield account
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def diagnosis(nobody: Account) -> str:
    done = nobody.run("-c", DOCTOR, "doctor")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_doctor_says_what_holds_for_somebody_without_power(diagnosis):
    assert "level B holds" in diagnosis
    if "level A holds" not in diagnosis:
        after = diagnosis.partition("level A does not hold: ")[2].splitlines()
        assert after[0] and after[1].startswith("    "), f"no cause and no advice: {diagnosis}"


def test_a_file_gets_its_mark_and_reads_no_solution(nobody, diagnosis):
    levels = [level for level in "AB" if f"level {level} holds" in diagnosis]
    done = nobody.run("-c", GRADE, *levels)
    assert done.returncode == 0, done.stderr
    graded = json.loads(done.stdout)
    assert len(graded) == len(levels) > 0
    for score, printed in graded:
        assert score == 10.0
        assert "held read" in printed and "BROKE" not in printed


@pytest.fixture
def private() -> Iterator[Path]:
    """A folder that its owner, who is neither root nor nobody, keeps to himself."""
    with tempfile.TemporaryDirectory(prefix="grade-private-", dir=PLACE) as folder:
        os.chown(folder, STRANGER, STRANGER)
        yield Path(folder)


def test_the_folder_that_keeps_workers_from_their_python_is_named(nobody, private):
    """Root reads everything; a worker has none of root's power."""
    library = nobody.run("-c", "import os; print(os.path.dirname(os.__file__))").stdout.strip()
    python, version = private / "bin" / "python", f"python{VERSION}"
    for folder in ("bin", "lib"):
        (private / folder).mkdir()
    shutil.copy(os.path.realpath(nobody.python), python)
    (private / "lib" / version).symlink_to(library)

    borrowed = os.pathsep.join([sysconfig.get_path("purelib"), str(nobody.checkout)])
    root = replace(at_hand(), python=str(python), environment=at_hand().environment | {"PYTHONPATH": borrowed})
    done = root.run("-c", PROBE)
    assert done.returncode == 0, done.stderr
    advice = json.loads(done.stdout)
    for level in "AB":
        assert f"{private} lets nobody in but its owner" in advice[level]
