"""A process that runs public checks for a notebook's kernel, as often as it is asked: one JSON line in, one line out.

Its standard streams are not those lines: whatever else is printed here goes nowhere. Students' code runs in its
workers, as for `grade exercise03`, and never here.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, TextIO

from grader import catalogue
from grader.errors import GraderError
from grader.records import Submission
from grader.sandbox import launch

IDLE_SECONDS = 600.0
"""How long it waits for the next question: it holds half a gigabyte, on a machine of many students perhaps."""


def main() -> None:
    """Answer until the other end is closed, or silent for IDLE_SECONDS."""
    asked, answers = _lines_apart()
    launcher = launch.start(ahead=True)
    launch.leave_when_told(launcher)
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(asked, requests, launcher), daemon=True).start()
    answer = _answering(launcher)
    try:
        while True:
            answers.write(json.dumps(answer(json.loads(requests.get(timeout=IDLE_SECONDS)))) + "\n")
            answers.flush()
    except (queue.Empty, OSError):
        pass
    finally:
        launcher.close()


def _lines_apart() -> tuple[TextIO, TextIO]:
    """Return the two lines; what Python and libraries take for standard input and output is nothing from now on."""
    lines = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    return lines


def _listen(asked: TextIO, requests: queue.Queue[str], launcher: launch.Launcher) -> None:
    """Hand each request on. At their end the kernel has gone, or does not want the answer: so leave, in whatever midst."""
    for line in asked:
        requests.put(line)
    launcher.close()
    os._exit(0)


def _answering(launcher: launch.Launcher) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what answers a request; its seed stays, so that the reference has to answer a question once."""
    from grader.cell_page import fragment, of_function
    from grader.run import grade
    from grader.transcript import in_a_cell

    seed = secrets.randbits(32)

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        function, language = request["function"], request["language"]
        submission = Submission(request["label"], "", request["source"], cells=tuple(request["cells"]))
        results = []
        try:
            os.chdir(request["folder"])
            exercise = replace(catalogue.find(request["exercise"]), hidden_checks=None)
            grade(exercise, [submission], launcher, results.append, seed)
        except GraderError as error:
            return {"error": asdict(error.text)}
        result = of_function(results[0], function)
        return {
            "record": result.as_record(),
            "passed": result.full_marks,
            "text": in_a_cell(result, function, language),
            "html": fragment(result, function, language),
        }

    return answer
