"""Late penalties of a whole assignment, made anew: nbgrader's own are those of the moment of autograding.

A due date, an extension, the settings and points that a person gives may all have changed since.
"""

from __future__ import annotations

from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.preprocessors import AssignLatePenalties

from grader.nbgrader_bridge.configured import steps


def assign(app: NbGrader, assignment: str) -> None:
    """Run nbgrader's own step on every submission that is late or has a penalty, where the course has that step."""
    course = app.coursedir
    if not any(step.endswith(".AssignLatePenalties") for step in steps(app)):
        return
    with Gradebook(course.db_url, course.course_id) as gradebook:
        due = [
            (one.student.id, notebook.name)
            for one in gradebook.assignment_submissions(assignment)
            for notebook in one.notebooks
            if one.total_seconds_late > 0 or notebook.late_submission_penalty
        ]
    step = AssignLatePenalties(parent=app)
    for student, notebook in due:
        facts = {"student": student, "assignment": assignment, "notebook": notebook, "db_url": course.db_url}
        step.preprocess(new_notebook(), {"nbgrader": facts})
