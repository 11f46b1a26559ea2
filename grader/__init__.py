"""The autograder of the course. Start reading at `cli`, or at `run` for the engine.

In a notebook: `from grader import check`.
"""


def __getattr__(name: str) -> object:
    if name == "check":
        from grader.practice import check

        return check
    raise AttributeError(name)
