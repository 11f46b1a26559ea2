"""Workers without a fork: each is a process from the ground up. Slow, but it needs nothing of the platform."""

from __future__ import annotations

import subprocess

from grader.sandbox import zygote
from grader.sandbox.child import Child


class SpawnLauncher:
    """Starts every worker as a new process, at level C. One waits, warm."""

    level = "C"

    def __init__(self, ahead: bool) -> None:
        self._parts: list[str] = []
        self._spare: Child | None = self._new()
        self._ahead = ahead
        self.live: set[Child] = set()

    def launch(self) -> Spawned:
        """Hand over the warm process. The second launch means that workers get lost, so from then on one is kept."""
        child = self._spare or self._new()
        self.live.add(child)
        self._spare, self._ahead = self._new() if self._ahead else None, True
        child.wait_until_ready()
        return Spawned(self, child)

    def preload(self, part: str) -> None:
        """Give one of torch's slow parts to the workers to come."""
        if part not in self._parts:
            self._parts.append(part)
            if self._spare is not None:
                self._spare.kill()
                self._spare = self._new()

    def close(self) -> None:
        """End all at once."""
        for child in filter(None, (self._spare, *self.live)):
            child.kill()
        self._spare = None

    def _new(self) -> Child:
        return Child("worker", *self._parts)


class Spawned:
    """One worker that was started as a process of its own."""

    def __init__(self, launcher: SpawnLauncher, child: Child):
        self._launcher, self._child, self.line = launcher, child, child.line

    def end(self, grace: bool) -> int | None:
        """End the process; see launch.Process."""
        try:
            status = self._child.process.wait(zygote.GRACE if grace else 0)
        except subprocess.TimeoutExpired:
            status = None
        self._launcher.live.discard(self._child)
        self._child.kill()
        return status
