"""What this machine offers to grading."""

from __future__ import annotations

import sys

from grader.i18n import both
from grader.records import Text
from grader.sandbox import launch


def findings() -> list[Text]:
    """Return a line for each thing that a run depends on."""
    launcher = launch.start()
    try:
        import torch

        from grader.run import devices_of

        return [
            both("Python {version}", version=sys.version.split()[0]),
            both("torch {version}", version=torch.__version__),
            both("devices: {devices}", devices=", ".join(devices_of(launcher))),
            both("sandbox level {level}: a plain process with a time limit", level=launcher.level),
            both("fine for practice on your own code; not for grading strangers' code"),
        ]
    finally:
        launcher.close()
