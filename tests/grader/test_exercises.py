"""The course keeps the law: `grade verify` finds nothing wrong with any exercise. test_verify.py tests the law itself."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_exercise_of_the_course_is_sound():
    command = [Path(sys.executable).with_name("grade"), "verify", "--lang", "en"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    names = sorted(path.name.partition("_")[0] for path in (ROOT / "exercises").glob("exercise*_*"))
    assert done.stdout.splitlines() == [f"{name}  sound" for name in names]
