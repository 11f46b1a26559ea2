"""Late penalties for nbgrader's autograde, with a grace period."""

from __future__ import annotations

import math

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

_DAY = 24 * 60 * 60


class LatePenalty(LateSubmissionPlugin):
    """Takes a percentage of the score for each day that has begun since the due date, but nothing in the grace period.

    The percentage is one of what the notebook scored, not of what it could have scored, so that it hits weak and strong
    answers alike; all of the score is the most that it takes. A student's extension moves the due date. The penalty is
    that of the last autograde: after points given by hand, `nbgrader autograde` makes it anew. nbgrader's own
    `penalty_method` means nothing here.
    """

    grace_minutes = Float(10, min=0, help="How many minutes after the due date are free.").tag(config=True)

    percent_per_day = Float(
        10, min=0, max=100, help="How many percent of the score each day costs that has begun since the due date."
    ).tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points to take off; None where it is in time or within the grace period."""
        if total_seconds_late <= 60 * self.grace_minutes:
            return None
        days = math.ceil(total_seconds_late / _DAY)
        return score * min(100, self.percent_per_day * days) / 100
