from pathlib import Path

{% if course_id %}
c = get_config()

# The course's name in nbgrader's exchange.
c.CourseDirectory.course_id = "{{ course_id }}"

{% endif %}
# What a student handed in is read by our rules: nothing in it can stop the run, and its markdown is inert.
c.Autograde.exporter_class = "grader.nbgrader_bridge.submitted.Submitted"

# Hidden checks in a sandbox stand in the place of nbgrader's Execute: no student's code runs in a kernel.
c.Autograde.autograde_preprocessors = [
    "grader.nbgrader_bridge.marking.SandboxedGrade",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "grader.nbgrader_bridge.marking.SaveRemarks",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The language of the reports and remarks: en or ko.
c.SandboxedGrade.language = "{{ language }}"

# Where students write exerciseNN.py, that file is the answer: nbgrader would put the source's in its place.
c.Autograde.exclude_overwriting = {
    **c.Autograde.get("exclude_overwriting", {}),
    **{file.parent.name: [file.name] for file in Path(__file__).parent.glob("source/*/exercise*.py") if file.stem == file.parent.name},
}

# `nbgrader zip_collect` would leave such a file behind.
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".py"]

# Late work: free for so many minutes; after them each day that has begun since the due date takes so much of the score.
c.AssignLatePenalties.plugin_class = "grader.nbgrader_bridge.late.LatePenalty"
c.LatePenalty.grace_minutes = 10
c.LatePenalty.percent_per_day = 10

# `nbgrader export` writes a CSV that spreadsheets read rightly, and no score where there is none.
c.ExportApp.plugin_class = "grader.nbgrader_bridge.exported.Marks"
