"""What this machine offers to grading."""

from __future__ import annotations

import sys

from grader.i18n import both
from grader.records import Text
from grader.sandbox import launch, probe

_MEANS = {
    "A": both("bubblewrap, namespaces of its own, Landlock, seccomp and limits for every worker"),
    "B": both("Landlock, seccomp and limits for every worker"),
}


def findings() -> list[Text]:
    """Return a line for each thing that a run depends on."""
    launcher = launch.start()
    try:
        import torch

        from grader.run import devices_of

        lines = [
            both("Python {version}", version=sys.version.split()[0]),
            both("torch {version}", version=torch.__version__),
            both("devices: {devices}", devices=", ".join(devices_of(launcher))),
        ]
        practice = launcher.level
    finally:
        launcher.close()
    return lines + _on_sandbox(practice)


def _on_sandbox(practice: str) -> list[Text]:
    lines = [both("sandbox, tried by workers that read hidden files, write, connect, signal, fork and run a program:")]
    found = probe.findings()
    for finding in found:
        if finding.level == "C":
            lines.append(both("  level C is always there: a plain process with a time limit, which keeps nothing back"))
        elif finding.problem is None:
            lines.append(both("  level {level} holds: {means}", level=finding.level, means=_MEANS[finding.level]))
        else:
            lines.append(both("  level {level} does not hold: {why}", level=finding.level, why=finding.problem))
        lines += [Text(en=f"    {advice.en}", ko=f"    {advice.ko}") for advice in finding.advice]
    best = next(finding.level for finding in found if finding.problem is None)
    lines.append(both("`grade exercise03` runs at level {level}, enough for practice on your own code", level=practice))
    if best == "C":
        lines.append(both("code of strangers cannot be graded safely here"))
    else:
        lines.append(both("code of strangers is graded at level {level}", level=best))
    return lines
